"""Recordings that play again exactly, and files that are none; the game at a hand's keys."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.platformer_game import Game
from models.platformer_levels import LEVELS
from models.platformer_play import JUMP, RIGHT, RUN, Player
from models.platformer_replay import MOST_STEPS, Replay, ReplayError, play, rolled, unrolled
from models.platformer_rules import ACTIONS, N_ACTIONS, Rewards, Rules
from models.platformer_ways import way

FIRST = LEVELS[0].level.text


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(0, len(ACTIONS) - 1), max_size=60))
def test_actions_and_their_text_are_the_same_thing(actions: list[int]) -> None:
    assert unrolled(rolled(actions)) == tuple(actions)


def test_run_length_text_reads_as_said() -> None:
    assert rolled([1] * 12 + [2] * 3 + [0]) == "12b3ca"
    assert unrolled("") == ()


@pytest.mark.parametrize("number", [2, 4, 7])
def test_a_recording_of_one_copy_in_a_batch_plays_again_state_by_state(number: int) -> None:
    rules, rewards = Rules(skip=3, phase=300, seconds=20), Rewards(coin=1.5)
    game = Game([LEVELS[number].level], 16, rules=rules, rewards=rewards, seed=9)
    phases, random = game.phase.copy(), np.random.default_rng(4)
    actions: list[np.ndarray] = []
    states = [game.save()]
    while not game.ended and len(actions) < 200:
        row = random.choice([1, 2, 4, 4, 4], 16)
        actions.append(row)
        game.step(row)
        states.append(game.save())
    copy = game.ended[0].copy
    replay = Replay(
        LEVELS[number].level,
        tuple(int(row[copy]) for row in actions),
        rules,
        rewards,
        seed=9,
        phase=int(phases[copy]),
    )
    again = Replay.parse(replay.to_json())
    assert again == replay
    shown = 0
    for i, played in enumerate(play(again)):
        if played.ended:
            assert played.ended[0].how == game.ended[0].how
            assert played.ended[0].x == game.ended[0].x
            assert played.ended[0].terms == game.ended[0].terms
            continue
        shown += 1
        for name in ("pos", "vel", "clock", "ground", "walk_y", "coins", "stomps"):
            kept = states[i][f"world.{name}"]
            np.testing.assert_array_equal(getattr(played.world, name)[..., 0], kept[..., copy], err_msg=name)
        np.testing.assert_array_equal(played.world.grid[0], states[i]["world.grid"][copy])
    assert shown == len(actions)


def altered(**changes: Any) -> str:
    found = json.loads(way(0).to_json()) | changes
    return json.dumps({name: value for name, value in found.items() if value is not ...})


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (None, "a text of at most"),
        ("{" * 500_000, "a text of at most"),
        ("", "not JSON"),
        ("[" * 100_000, "not JSON"),
        (way(0).to_json()[:-20], "not JSON"),
        ("[]", "no recording"),
        ("{}", "no recording"),
        (altered(format="another"), "no recording"),
        (altered(seed=...), "lacks or has too much: seed"),
        (altered(more=1), "lacks or has too much: more"),
        (altered(seed=-1), "seed of the recording is -1"),
        (altered(seed=True), "seed of the recording is true"),
        (altered(phase=5), "begins 5 ticks ahead"),
        (altered(level="20."), "level"),
        (altered(actions="12z"), "action that is not one of the 10"),
        (altered(actions="12"), "garbled at 12"),
        (altered(actions="3b 4c"), "garbled"),
        (altered(actions="0b"), "garbled at 0b"),
        (altered(actions="99999b99999b"), "more than 18000 steps"),
        (altered(actions=[1, 2]), "must be a text like 12b3c"),
        (altered(rules={}), "rules of the recording must be exactly"),
        (altered(rules={"skip": 0, "seconds": 1, "patience": 0, "phase": 0}), "skip is 0"),
        (altered(rewards=[]), "rewards of the recording must be exactly"),
        (
            altered(
                rewards=dict.fromkeys(("progress", "coin", "stomp", "death", "time", "flag"), float("nan"))
            ),
            "progress",
        ),
    ],
)
def test_what_is_no_recording_is_refused_in_one_sentence(text: object, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence) as refused:
        Replay.parse(text)
    assert str(refused.value).endswith(".")
    assert len(str(refused.value)) < 250


def test_a_recording_that_is_too_long_is_none() -> None:
    with pytest.raises(ReplayError, match="at most"):
        Replay(LEVELS[0].level, (0,) * (MOST_STEPS + 1))


def begun(**opening: Any) -> Player:
    return Player({"level": FIRST} | opening)


def ticks(player: Player, n: int) -> list[dict[str, Any]]:
    return [json.loads(text) for text in (player.tick() for _ in range(n)) if text is not None]


def test_a_game_by_hand_waits_for_the_first_key_and_then_follows_it() -> None:
    player = begun()
    hello = json.loads(player.hello())
    assert hello["level"] == FIRST
    assert hello["state"]["over"] == "running"
    assert ticks(player, 20) == []
    assert player.told({"keys": RIGHT}) is None
    states = ticks(player, 30)
    assert len(states) == 30
    assert states[-1]["tick"] == 30
    assert states[-1]["x"] > hello["state"]["x"]
    assert states[-1]["vx"] == 6.01  # 410 units a tick
    assert player.told({"keys": RIGHT | RUN}) is None
    assert ticks(player, 20)[-1]["vx"] > 8


def test_holding_the_jump_key_jumps_once() -> None:
    player = begun()
    player.told({"keys": JUMP})
    heights = [state["y"] for state in ticks(player, 200)]
    ground = max(heights)
    landed = [i for i, y in enumerate(heights) if y == ground and i > 5]
    assert min(heights) < ground - 3
    assert landed == list(range(landed[0], 200))  # it stays down
    player.told({"keys": 0})
    player.told({"keys": JUMP})
    assert min(state["y"] for state in ticks(player, 40)) < ground - 3


def test_a_game_that_is_over_shows_how_and_waits_for_the_restart() -> None:
    player = begun(level=LEVELS[1].level.text)
    player.told({"keys": RIGHT})
    states = ticks(player, 900)
    assert states[-1]["over"] == "fell"
    assert states[-1]["terms"][3] == 1
    assert states[-1]["total"] == pytest.approx(sum(state["reward"] for state in states), abs=0.05)
    assert ticks(player, 5) == []
    hello = json.loads(player.told({"restart": True}) or "")
    assert hello["state"]["over"] == "running"
    assert hello["state"]["total"] == 0
    player.told({"keys": RIGHT})
    assert len(ticks(player, 5)) == 5


def test_a_pit_may_be_painted_while_one_plays() -> None:
    player = begun()
    player.told({"keys": RIGHT})
    x = ticks(player, 40)[-1]["x"]
    level = LEVELS[0].level.painted(7, 12, ".").painted(7, 13, ".").painted(8, 12, ".").painted(8, 13, ".")
    hello = json.loads(player.told({"level": level.text}) or "")
    assert hello["state"]["x"] == x
    assert ticks(player, 400)[-1]["over"] == "fell"
    hello = json.loads(player.told({"level": LEVELS[1].level.text}) or "")
    assert hello["state"]["over"] == "running"
    assert hello["level"] == LEVELS[1].level.text


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"keys": 16},
        {"keys": -1},
        {"keys": True},
        {"keys": 1.0},
        {"keys": "1"},
        {"keys": 10**400},
        {"other": 1},
        {"level": "x"},
        {"level": None},
        {"rewards": []},
        {"rewards": {"coin": float("nan")}},
        {"rewards": {"coin": 10**400}},
        {"rewards": {"luck": 1}},
    ],
)
def test_what_a_hand_cannot_mean_is_refused_and_the_game_goes_on(message: dict[str, Any]) -> None:
    player = begun()
    player.told({"keys": RIGHT})
    with pytest.raises(ValueError, match=r"\.$"):
        player.told(message)
    assert len(ticks(player, 3)) == 3


@pytest.mark.parametrize("opening", [{}, {"level": 5}, {"level": "9" * 100}, {"level": FIRST, "rewards": 3}])
def test_a_game_does_not_begin_without_a_level(opening: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        Player(opening)


def test_weights_may_change_while_one_plays() -> None:
    player = begun(rewards={"time": 0.0, "progress": 0.0})
    player.told({"keys": RIGHT})
    assert ticks(player, 10)[-1]["reward"] == 0
    player.told({"rewards": {"time": 60.0, "progress": 0.0}})
    assert ticks(player, 1)[0]["reward"] == 1


def test_every_combination_of_keys_is_an_action() -> None:
    for keys in range(16):
        player = begun()
        player.told({"keys": keys})
        ticks(player, 3)
    assert N_ACTIONS < len(ACTIONS)
