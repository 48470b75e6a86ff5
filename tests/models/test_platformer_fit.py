"""The parts of the platformer's training: recordings that play the game as it was, players, learners, events."""

from __future__ import annotations

import itertools
import json
import time
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from models.platformer_baselines import N_EPISODES, baselines, examined, play, sampler, scores
from models.platformer_course import Course
from models.platformer_diagnosis import EARLY, PATIENCE, Doctor, Evidence
from models.platformer_game import Ending, Game
from models.platformer_levels import LEVELS
from models.platformer_recorder import NOWHERE, REWARD_UNIT, UNIT, death_map, packed_window
from models.platformer_rules import ENDS, N_ACTIONS, TERMS, Rewards, Rules
from models.platformer_settings import Config, rewards_of, rules_of
from models.platformer_view import COLUMNS, PLANE, ROWS
from training.arrays import jsonable

SMALL = Config(n_envs=8, n_steps=64, batch_size=128, hidden=(16,), level="3", epochs=4)


def course_after(config: Config, updates: int) -> Course:
    course = Course(config)
    for _ in range(updates):
        course.update(last=False)
    return course


@pytest.fixture(scope="module")
def course() -> Course:
    return course_after(SMALL, 4)


def test_a_recording_is_the_game_that_its_actions_play(course: Course) -> None:
    """Its actions, played again in a game of one, lead to its places, rewards and end."""
    arrays = course.observe()
    level = LEVELS[2].level
    for i in range(len(arrays["shown/length"])):
        length, how = int(arrays["shown/length"][i]), ENDS[arrays["shown/how"][i]]
        episode = course.recorder.episodes()[i]
        if episode.ending is None or length > 300:
            continue
        game = Game([level], 1, rewards=rewards_of(SMALL), rules=rules_of(SMALL))
        game.begin_at(int(episode.moments[0].state["tick"][episode.copy]))
        for t, action in enumerate(arrays["shown/action"][i, : length - 1]):
            now = game.snapshot()
            assert arrays["shown/x"][i, t] == round(float(now["x"][0]) * UNIT)
            assert arrays["shown/y"][i, t] == round(float(now["y"][0]) * UNIT)
            there = arrays["shown/walkers"][i, t] != NOWHERE
            assert (there == ~np.isnan(now["walkers"][0, :, 0])).all()
            _, reward, *_ = game.step(np.array([action]))
            assert arrays["shown/terms"][i, t].sum() * REWARD_UNIT == pytest.approx(
                float(reward[0]), abs=0.004
            )
        assert game.ended[0].how == how
        assert arrays["shown/x"][i, length - 1] / UNIT == pytest.approx(game.ended[0].x - 0.375, abs=1 / UNIT)
        assert arrays["shown/action"][i, length - 1] == -1


def test_chances_and_values_are_those_of_the_network(course: Course) -> None:
    arrays = course.observe()
    episode = course.recorder.episodes()[0]
    seen = np.stack([np.asarray(moment.seen)[episode.copy] for moment in episode.moments])
    policy: Any = course.learner.model.policy  # type: ignore[attr-defined]
    with torch.no_grad():
        tensor = torch.from_numpy(seen)
        logits = policy.action_net(policy.mlp_extractor.forward_actor(tensor))
        values = policy.value_net(policy.mlp_extractor.forward_critic(tensor))[:, 0]
    count = len(seen)
    assert arrays["shown/chances"][0, :count] / 255 == pytest.approx(logits.softmax(1).numpy(), abs=0.003)
    assert arrays["shown/value"][0, :count] == pytest.approx(values.numpy(), abs=1e-4)


def test_a_frame_is_small_and_every_array_has_its_shape(course: Course) -> None:
    arrays = course.observe()
    n, longest = arrays["shown/x"].shape
    assert 1 <= n <= 4
    assert longest == arrays["shown/length"].max() <= 301
    assert arrays["shown/chances"].shape == (n, longest, N_ACTIONS)
    assert arrays["shown/terms"].shape == (n, longest, len(TERMS))
    assert arrays["shown/platforms"].shape == (n, longest, 1, 2)
    assert arrays["game/tiles"].shape == (n, 14, LEVELS[2].level.width)
    assert arrays["deaths"].shape == (14, LEVELS[2].level.width)
    assert arrays["deaths"].sum() > 0
    assert arrays["seen/window"].shape[1:] == (ROWS, COLUMNS)
    assert len(json.dumps(jsonable(arrays))) < 150_000


@pytest.mark.parametrize("level", ["5", "8", "9"])
def test_the_longest_frames_of_the_fullest_levels_are_small_too(level: str) -> None:
    """Nobody dies in time here: dying is not possible where nobody moves."""
    course = Course(replace(SMALL, level=level, n_steps=320, hidden=(1,)))
    course.learner.model.policy.action_net.bias.data[0] = 50.0  # type: ignore[attr-defined]
    course.learner.model.collect_rollouts(  # type: ignore[attr-defined]
        course.learner.model.env,  # type: ignore[attr-defined]
        course.learner._callback,  # type: ignore[attr-defined]
        course.learner.model.rollout_buffer,  # type: ignore[attr-defined]
        320,
    )
    assert len(json.dumps(jsonable(course.observe()))) < 150_000


def test_the_first_frame_shows_the_start() -> None:
    arrays = Course(SMALL).observe()
    assert arrays["shown/length"].tolist() == [1] * len(arrays["shown/length"])
    column, row = LEVELS[2].level.start
    assert arrays["shown/x"][0, 0] / UNIT == pytest.approx(column + 0.125, abs=0.2)
    assert arrays["game/start"][0].tolist() == [column, row]


def test_recording_costs_little() -> None:
    """A tenth more work or so; the bound is loose, since machines are shared."""

    courses = {watched: Course(Config(level="3")) for watched in (True, False)}
    courses[False].learner._watching._watch = None  # type: ignore[attr-defined]

    def seconds(watched: bool) -> float:
        began = time.process_time()
        courses[watched].update(last=False)
        return time.process_time() - began

    # In turns, and the median: a slow moment of the machine meets both, and a quick one decides nothing.
    assert np.median([seconds(True) / seconds(False) for _ in range(15)]) < 1.3


def test_a_window_in_a_byte_can_be_read_back() -> None:
    tiles = np.zeros((1, 3 * PLANE + 5), np.float32)
    planes = tiles[:, : 3 * PLANE].reshape(3, ROWS, COLUMNS)
    planes[0, 9, 3], planes[1, 2, 4], planes[2, 5, 6] = 1.0, 0.5, 1.0
    found = packed_window(tiles)
    assert (found[0, 9, 3], found[0, 2, 4], found[0, 5, 6]) == (3, 4, 7 * 16)
    assert np.count_nonzero(found) == 3


def test_deaths_below_the_level_count_in_its_bottom_row() -> None:
    found = death_map(LEVELS[0].level, [(23.4, 17.0), (23.9, 20.0), (5.0, 11.5), (-3.0, -2.0)])
    assert (found[13, 23], found[11, 5], found[0, 0], found.sum()) == (2, 1, 1, 4)


def test_a_sampler_draws_by_the_chances() -> None:
    chances = np.array([[0.1, 0.0, 0.6, 0.0, 0.3, 0.0, 0.0]], np.float32).repeat(20_000, axis=0)
    drawn = sampler(lambda seen: chances, [0], len(chances))(chances, np.arange(len(chances)))
    shares = np.bincount(drawn, minlength=N_ACTIONS) / len(drawn)
    assert shares == pytest.approx(chances[0], abs=0.015)


def test_each_copy_is_examined_once() -> None:
    rules = Rules(patience=3)
    ended = examined(
        lambda seen, _: np.zeros(len(seen), np.int64), [LEVELS[0].level], 10, rules, Rewards(), 0
    )
    assert [ending.copy for ending in ended] == list(range(10))
    assert {ending.how for ending in ended} == {"time"}
    assert scores(ended, Rewards())["length/episode"] == pytest.approx(3, abs=0.1)


@pytest.mark.parametrize("observation", ["tiles", "both"])
@pytest.mark.parametrize("level", [2, 4])
def test_who_is_done_is_left_out_and_the_others_play_the_same_game(level: int, observation: str) -> None:
    """Walkers, platforms, coins and late beginnings; all episodes are played by the same random numbers either way."""
    n, rules = 30, Rules(patience=4, phase=240)
    game = Game([LEVELS[level].level], n, observation=observation, rules=rules, seed=5)
    generator, whole, seen, going = np.random.default_rng(3), dict[int, Ending](), list[Any](), list[Any]()
    while len(whole) < n:
        actions = generator.integers(N_ACTIONS, size=n)
        seen.append(tiles_of(game.observe()))
        going.append(np.array([copy not in whole for copy in range(n)]))
        game.step(actions)
        for copy, ending in zip(game.finished.tolist(), game.ended, strict=True):
            whole.setdefault(copy, ending)
    generator, sizes = np.random.default_rng(3), list[int]()

    def player(observed: Any, numbers: NDArray[np.integer]) -> NDArray[np.integer]:
        still = going[len(sizes)][numbers]
        np.testing.assert_array_equal(tiles_of(observed)[still], seen[len(sizes)][numbers][still])
        sizes.append(len(numbers))
        actions: NDArray[np.integer] = generator.integers(N_ACTIONS, size=n)[numbers]
        return actions

    game = Game([LEVELS[level].level], n, observation=observation, rules=rules, seed=5)
    ended = play(game, player)
    assert ended == [whole[copy] for copy in range(n)]
    assert len({ending.steps for ending in ended}) > 5
    assert sizes[0] == n and sizes == sorted(sizes, reverse=True) and sizes[-1] <= n // 4


def tiles_of(seen: Any) -> NDArray[np.float32]:
    found: NDArray[np.float32] = seen["tiles"] if isinstance(seen, dict) else seen
    return found


def test_baselines_are_played_on_the_same_levels() -> None:
    rules, rewards = Rules(patience=6, phase=240), Rewards()
    easy, hard = (baselines([LEVELS[i].level], rules, rewards) for i in (0, 4))
    assert easy["always run and jump"]["rate/success"] == 1.0
    assert 0.05 < easy["random actions"]["rate/success"] < 0.4
    assert hard["always run and jump"]["rate/success"] == hard["random actions"]["rate/success"] == 0.0
    game = Game([LEVELS[0].level], N_EPISODES, rules=rules, rewards=rewards, seed=1)
    again = play(game, lambda _, numbers: np.full(len(numbers), 4))
    assert scores(again, rewards)["reward/episode"] == easy["always run and jump"]["reward/episode"]


# Events: each from numbers that show it, none from a run that goes well.

HEALTHY = {
    "rate/success": 0.7, "ends/fell": 0.3, "ends/time": 0.0, "entropy/policy": 1.0, "reward/progress": 5.0, "reward/flag": 4.0,
    "reward/time": -0.3,
}  # fmt: skip


def ending(how: str = "fell", x: float = 10.0) -> Ending:
    return Ending(0, 0, how, x, 20.0, 0.3, 3.0, 0, 0, 1.0, (0.0,) * 6, 40)


def told(
    config: Config, metrics: dict[str, float], endings: list[Ending] | None = None, updates: int = 40
) -> set[str]:
    doctor, names = Doctor(), set()
    for number in range(1, updates + 1):
        endings = endings if endings is not None else [ending(x=float(i)) for i in range(100)]
        seen = Evidence(config, HEALTHY | metrics, endings, LEVELS[0].level, number * PATIENCE // 20)
        if (note := doctor.look(seen)) is not None:
            names.add(note.name)
            for sentence in (note.cause, note.remedy):
                assert sentence.endswith(".")
    return names


def test_a_healthy_run_needs_no_doctor() -> None:
    assert told(Config(), {}) == set()


@pytest.mark.parametrize(
    ("name", "config", "metrics"),
    [
        ("solved", Config(), {"rate/success": 0.95}),
        ("entropy_collapsed", Config(), {"rate/success": 0.1, "entropy/policy": 0.05}),
        ("entropy_collapsed", Config(), {"rate/success": 0.0, "ends/time": 1.0, "entropy/policy": 0.0}),
        ("stands_still", Config(reward_death=-20), {"rate/success": 0.0, "ends/time": 0.9, "ends/fell": 0.1}),
        ("short_sighted", Config(discount=0.5), {"rate/success": 0.2}),
        ("short_sighted", Config(discount=0.0), {"rate/success": 0.2}),
        ("reward_hacked", Config(), {"rate/success": 0.0, "reward/coin": 30.0}),
        (
            "hurries_to_die",
            Config(reward_time=-5),
            {"rate/success": 0.0, "ends/fell": 1.0, "reward/time": -14.0},
        ),
        ("not_general", Config(level="generated"), {"rate/success": 0.85, "rate/held_out": 0.4}),
    ],
)
def test_an_event_is_named(name: str, config: Config, metrics: dict[str, float]) -> None:
    assert name in told(config, metrics)


def test_what_shows_its_cause_is_named_early_and_what_may_pass_is_not() -> None:
    sighted, still = {"rate/success": 0.2}, {"rate/success": 0.0, "ends/time": 0.9, "ends/fell": 0.1}
    early, waited = EARLY * 20 // PATIENCE, 20
    assert told(Config(discount=0.5), sighted, updates=early) == {"short_sighted"}
    assert told(Config(discount=0.5), sighted, updates=early - 1) == set()
    assert told(Config(), still, updates=waited - 1) == set()
    assert told(Config(), still, updates=waited) == {"stands_still"}
    assert told(Config(), still | {"entropy/policy": 0.1}, updates=waited - 1) == set(), (
        "a cause that lies deeper comes"
    )


def test_one_deadly_place_is_named_with_its_column() -> None:
    config, poor = Config(), {"rate/success": 0.0, "ends/fell": 1.0}
    assert "one_place" in told(config, poor, [ending(x=24.0)] * 100)
    assert "one_place" not in told(config, poor)
    assert "one_place" not in told(config, poor, [ending(x=24.0)] * 100, updates=10)


def test_a_policy_that_was_good_has_collapsed() -> None:
    doctor = Doctor()
    rates = itertools.chain([0.8] * 5, [0.1] * 15)
    notes = [
        doctor.look(
            Evidence(Config(), HEALTHY | {"rate/success": rate}, [ending()] * 100, LEVELS[0].level, i)
        )
        for i, rate in enumerate(rates)
    ]
    assert [note.name for note in notes if note] == ["collapsed"]


def numbers(parameters: dict[str, NDArray[Any]]) -> int:
    return sum(array.size for array in parameters.values())


def test_parameters_are_all_numbers_of_the_policy() -> None:
    """Two networks of 395-16, and their last layers: 7 chances and a value."""
    course = Course(SMALL)
    assert numbers(course.learner.parameters()) == 2 * (395 * 16 + 16) + (16 * 7 + 7) + (16 + 1)
