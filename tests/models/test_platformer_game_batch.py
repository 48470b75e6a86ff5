"""What a batch of platformer games must keep: each copy plays as it would alone, is saved, swapped, cut and paid."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.platformer_game import Game
from models.platformer_generator import Sliders, generate
from models.platformer_level import SOLID, Level
from models.platformer_levels import LEVELS
from models.platformer_moving import TILE
from models.platformer_physics import HEIGHT, WIDTH
from models.platformer_rules import ACTIONS, N_ACTIONS, TERMS, Rewards, Rules

NOTHING, RIGHT, RUN_JUMP = 0, 1, 4
FLAT = Level((*["." * 24] * 10, "s.....................f.", "g" * 24))
PIT = Level((*["." * 10] * 10, "s....f....", "ggg..ggggg"))


def state_of(played: Game, copy: int) -> list[object]:
    kept = played.save()
    return [
        (array[copy] if name == "world.grid" else array[..., copy]).tolist()
        for name, array in kept.items()
        if name not in ("world.walk_column", "world.ride_column", "world.level", "world.ride")
    ]


@settings(max_examples=15, deadline=None)
@given(st.data())
def test_a_batch_of_one_plays_as_a_batch_of_64_does(data: st.DataObject) -> None:
    of = data.draw(st.integers(0, len(LEVELS) - 1))
    rules = Rules(skip=data.draw(st.integers(1, 6)), phase=data.draw(st.sampled_from([0, 200])), seconds=20)
    seed, hasty = data.draw(st.integers(0, 2**32)), data.draw(st.floats(0, 1))
    random = np.random.default_rng(seed)
    n_steps = 150
    actions = np.where(
        random.random((n_steps, 64)) < hasty, RUN_JUMP, random.integers(0, len(ACTIONS), (n_steps, 64))
    )
    many = Game([LEVELS[of].level], 64, rules=rules, seed=seed)
    one = Game([LEVELS[of].level], 1, rules=rules, seed=seed)
    np.testing.assert_array_equal(many.observe()[:1], one.observe())  # type: ignore[index]
    for row in actions:
        seen, reward, ended, cut = many.step(row)
        seen_by_one, reward_of_one, ended_of_one, cut_of_one = one.step(row[:1])
        np.testing.assert_array_equal(seen[:1], seen_by_one)  # type: ignore[index]
        assert (reward[0], ended[0], cut[0]) == (reward_of_one[0], ended_of_one[0], cut_of_one[0])
        assert state_of(many, 0) == state_of(one, 0)
    of_first = [ending for ending in many.endings if ending.copy == 0]
    assert of_first == list(one.endings)


def test_each_copy_plays_its_own_level_as_it_would_alone() -> None:
    """Levels of other sizes beside it change nothing."""
    levels = [shipped.level for shipped in LEVELS]
    random = np.random.default_rng(3)
    together = Game(levels, len(levels))
    alone = [Game([one], 1) for one in levels]
    for _ in range(300):
        actions = random.integers(0, N_ACTIONS, len(levels))
        seen, reward, *_ = together.step(actions)
        for i, own in enumerate(alone):
            seen_alone, reward_alone, *_ = own.step(actions[i : i + 1])
            np.testing.assert_array_equal(seen[i], seen_alone[0])  # type: ignore[index]
            assert reward[i] == reward_alone[0]


def test_the_same_seed_draws_the_same_games_and_another_others() -> None:
    def played(seed: int) -> list[tuple[int, int]]:
        own = Game(
            [one.level for one in LEVELS], 4, draw="random", rules=Rules(phase=500, seconds=2), seed=seed
        )
        for _ in range(200):
            own.step([NOTHING] * 4)
        return [(ending.level, ending.copy) for ending in own.endings]

    assert played(1) == played(1)
    assert played(1) != played(2)
    assert len({number for number, _ in played(1)}) > 4


def test_time_runs_out_as_a_cut_not_as_an_end() -> None:
    played = Game([FLAT], 2, rules=Rules(seconds=2, skip=4))
    for step in range(30):
        _, _, terminated, truncated = played.step([NOTHING, NOTHING])
        assert not terminated.any()
        assert truncated.all() == (step == 29)
    assert [ending.how for ending in played.ended] == ["time", "time"]
    assert played.ended[0].seconds == 2
    patient = Game([FLAT], 1, rules=Rules(seconds=20, patience=1))
    steps = next(i for i in range(1, 400) if patient.step([NOTHING])[3][0])
    assert steps == 15


def test_the_reward_is_the_weighed_sum_of_its_terms_and_weights_change_in_flight() -> None:
    played = Game([LEVELS[2].level], 8, rewards=Rewards(progress=1, coin=10))
    random = np.random.default_rng(0)
    for i in range(200):
        if i == 100:
            played.rewards = dataclasses.replace(Rewards(), coin=100.0)
        _, reward, *_ = played.step(random.integers(0, N_ACTIONS, 8))
        weights = [getattr(played.rewards, name) for name in TERMS]
        np.testing.assert_allclose(reward, weights @ played.terms, rtol=1e-6)
    for ending in played.endings:
        assert ending.seconds == pytest.approx(ending.terms[TERMS.index("time")])
        assert ending.coins == ending.terms[TERMS.index("coin")]


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), -float("inf"), 1e9, 10**400, "1", None, True])
def test_weights_that_are_no_sensible_numbers_are_refused_in_a_sentence(bad: object) -> None:
    for name in TERMS:
        with pytest.raises(ValueError, match=f"weight of {name} is .*number.*\\.$"):
            Rewards(**{name: bad})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "bad",
    [
        {"skip": 0},
        {"skip": 2.0},
        {"seconds": float("nan")},
        {"seconds": 1e9},
        {"patience": -1},
        {"phase": True},
    ],
)
def test_rules_out_of_range_are_refused_in_a_sentence(bad: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=f"{next(iter(bad))} is .* from .*\\.$"):
        Rules(**bad)  # type: ignore[arg-type]


def test_actions_that_are_none_are_refused() -> None:
    played = Game([FLAT], 2)
    for bad in ([0], [0.5, 1.0], [0, len(ACTIONS)], [-1, 0]):
        with pytest.raises(ValueError, match="action"):
            played.step(bad)


def test_a_saved_state_goes_on_as_it_did() -> None:
    played = Game([LEVELS[4].level], 4)
    random = np.random.default_rng(5)
    actions = random.integers(0, N_ACTIONS, (120, 4))
    for row in actions[:60]:
        played.step(row)
    kept = played.save()
    first = [played.step(row)[1].tolist() for row in actions[60:]]
    ended = played.save()
    played.load(kept)
    assert [played.step(row)[1].tolist() for row in actions[60:]] == first
    for name, array in played.save().items():
        np.testing.assert_array_equal(array, ended[name])


def test_a_pit_painted_under_a_running_game_is_fallen_into() -> None:
    played = Game([FLAT], 2)
    for _ in range(10):
        played.step([RIGHT, NOTHING])
    x = int(played.world.x[0])
    pit = FLAT
    for column in (8, 9, 10):
        pit = pit.painted(column, 11, ".")
    assert len(played.set_levels([pit])) == 0
    assert played.world.x[0] == x  # it plays on where it was
    while not played.ended:
        played.step([RIGHT, NOTHING])
    assert played.ended[0].how == "fell"
    assert 8 < played.ended[0].x < 12


def test_a_level_of_another_size_is_begun_at_its_start() -> None:
    played = Game([FLAT], 2)
    for _ in range(10):
        played.step([RIGHT, NOTHING])
    assert played.set_levels([LEVELS[1].level]).tolist() == [0, 1]
    _, _, terminated, truncated = played.step([NOTHING, NOTHING])
    assert truncated.all()
    assert not terminated.any()
    assert played.world.x[0] == LEVELS[1].level.start[0] * TILE + (TILE - WIDTH) // 2


def test_a_tile_painted_onto_the_hero_begins_anew() -> None:
    played = Game([FLAT], 1)
    for _ in range(20):
        played.step([RIGHT])
    column = int(played.world.x[0]) // TILE
    assert played.set_levels([FLAT.painted(column, 10, "g")]).tolist() == [0]


def test_a_watched_copy_leaves_a_picture_of_its_end() -> None:
    played = Game([PIT], 2)
    played.watched = {1}
    while not len(played.finished):
        played.step([RIGHT, RIGHT])
    assert list(played.last) == [1]
    assert played.last[1]["over"].tolist() == [1]
    assert played.last[1]["y"][0] > PIT.height


def test_a_game_that_does_not_begin_by_itself_waits() -> None:
    played = Game([PIT], 1, again=False, observation="none")
    while not len(played.finished):
        played.step([RIGHT])
    with pytest.raises(RuntimeError, match="restart"):
        played.step([RIGHT])
    played.restart()
    assert played.world.over[0] == 0
    played.step([RIGHT])


@pytest.mark.parametrize("seed", range(4))
def test_nobody_is_ever_inside_a_tile_or_beyond_the_sides(seed: int) -> None:
    levels = [generate(Sliders(0.6, 0.8, 0.9, 0.9, 80), 10 * seed + i) for i in range(4)]
    levels += [shipped.level for shipped in LEVELS[3:7]]
    game = Game(levels, 64, rules=Rules(skip=1))
    random = np.random.default_rng(seed)
    row = random.integers(0, len(ACTIONS), 64)
    for _ in range(600):
        changed = random.random(64) < 0.08
        row = np.where(changed, random.choice([1, 2, 3, 4, 4, 4, 5, 7, 9], 64), row)
        game.step(row)
        world = game.world
        columns = np.stack([world.x, world.x + WIDTH - 1]) // TILE
        rows = np.stack([world.y, world.y + HEIGHT - 1]) // TILE
        cells = game.stage.origin + rows[:, None] * game.stage.stride + columns
        assert (world.grid[np.arange(64), cells] < SOLID).all()
        widths = np.array([level.width for level in levels])[world.level]
        assert (world.x >= 0).all()
        assert (world.x + WIDTH <= widths * TILE).all()
    assert game.endings
