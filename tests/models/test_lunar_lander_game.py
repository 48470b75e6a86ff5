"""The game against Gymnasium's own, its reward by its terms, and what the policies that learn nothing reach in it."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from typing import Any

import numpy as np
import pytest

from models import box2d

if not box2d.there():
    pytest.skip("Box2D or pygame is not there", allow_module_level=True)

from models.lunar_lander_game import (
    CRASHED,
    CUT_OFF,
    LANDED,
    MAX_STEPS,
    Episodes,
    Game,
    Task,
    drawn,
    play,
    reward_terms,
    stacked,
)
from models.lunar_lander_policies import BASELINES, at_random, by_rule, engines_off

WINDY = Task(gravity=6.0, wind=True, wind_power=20.0, turbulence=2.0)


def flown(task: Task, n: int, policy: Any = at_random, seed: int = 0) -> Episodes:
    return play(policy, [Game(task) for _ in range(n)], np.random.default_rng(seed))


@pytest.mark.parametrize("task", [Task(), WINDY], ids=["as Gymnasium has it", "windy"])
def test_copies_side_by_side_are_gymnasiums_game_step_for_step(task: Task) -> None:
    """Same seeds and actions, made by `gymnasium.make`: same states, rewards and ends to the last bit."""
    import gymnasium

    box2d.lander_class()  # as we import it: without warnings
    seeds = np.random.default_rng(3).integers(2**31, size=4)
    episodes = play(at_random, [Game(task) for _ in range(4)], np.random.default_rng(3))
    reference: Any = gymnasium.make(
        "LunarLander-v3",
        gravity=-task.gravity,
        enable_wind=task.wind,
        wind_power=task.wind_power,
        turbulence_power=task.turbulence,
    )
    for i, seed in enumerate(seeds.tolist()):
        state, _ = reference.reset(seed=seed)
        np.testing.assert_array_equal(episodes.states[0, i], state)
        length = int(episodes.lengths[i])
        for t in range(length):
            state, reward, terminated, truncated, _ = reference.step(int(episodes.actions[t, i]))
            np.testing.assert_array_equal(episodes.states[t + 1, i], state)
            assert episodes.rewards[t, i] == np.float32(reward)
            assert (terminated or truncated) == (t + 1 == length)
        pieces = reference.unwrapped.sky_polys
        np.testing.assert_allclose(episodes.ground[i, 1:], [piece[1][1] for piece in pieces], rtol=1e-6)
    assert reference.spec.max_episode_steps == MAX_STEPS


def test_hovering_is_cut_off_where_gymnasium_truncates() -> None:
    """With hardly any pull a controller that holds its height is still in the air after 1000 steps."""

    def hold(states: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        up = states[:, 3] < -0.02
        return np.eye(4, dtype=np.float32)[
            np.where(up, 2, by_rule(states).argmax(1) % 2 * by_rule(states).argmax(1))
        ]

    episodes = flown(Task(gravity=1.0), 2, hold)
    assert (episodes.endings == CUT_OFF).any()
    at = int(np.flatnonzero(episodes.endings == CUT_OFF)[0])
    assert episodes.lengths[at] == MAX_STEPS and episodes.truncated[at]
    assert reward_terms(episodes)["end"][:, at].sum() == 0


@pytest.mark.parametrize("policy", [at_random, by_rule], ids=["random", "controller"])
def test_the_terms_add_up_to_the_rewards(policy: Any) -> None:
    episodes = flown(Task(), 8, policy)
    terms = reward_terms(episodes)
    assert set(terms) == {"distance", "speed", "tilt", "legs", "main", "side", "end"}
    np.testing.assert_allclose(sum(terms.values()), episodes.rewards, atol=1e-3)
    for i, length in enumerate(episodes.lengths):
        assert abs(terms["end"][length - 1, i]) == 100 and not terms["end"][: length - 1, i].any()


def test_a_term_on_paper() -> None:
    """From 0.3 to the right and 0.4 high to the pad, 0.5 away, at rest and upright: +50, less 0.3 for the engine."""
    states = np.zeros((2, 1, 8), np.float32)
    states[0, 0, :2] = 0.3, 0.4
    one = Episodes(
        states,
        np.array([[2]], np.int8),
        np.array([[49.7]], np.float32),
        np.array([1]),
        np.array([CUT_OFF], np.int8),
        np.zeros((1, 11), np.float32),
    )
    terms = {name: float(values[0, 0]) for name, values in reward_terms(one).items()}
    assert terms["distance"] == pytest.approx(50, abs=1e-4) and terms["main"] == -0.3
    assert sum(terms.values()) == pytest.approx(49.7, abs=1e-4)


def test_the_policies_that_learn_nothing() -> None:
    """What the page says: chance earns about −180 and always crashes; a controller that knows physics lands."""
    games = [Game(Task()) for _ in range(25)]
    found = {name: play(policy, games, np.random.default_rng(1)) for name, policy in BASELINES.items()}
    assert -240 < found["random"].returns.mean() < -120
    assert (found["random"].endings != LANDED).all()
    assert (found["engines off"].endings == CRASHED).all() and found["engines off"].lengths.mean() < 90
    controller = found["a controller by hand"]
    assert controller.returns.mean() > 100 and (controller.endings == LANDED).mean() > 0.6
    assert not found["engines off"].actions.any()


def test_a_weak_pull_falls_slower() -> None:
    assert (
        flown(Task(gravity=2.0), 5, engines_off).lengths.mean()
        > 1.7 * flown(Task(), 5, engines_off).lengths.mean()
    )


def test_the_task_changes_under_a_flight() -> None:
    """Gravity and wind from one step to the next, without a new flight."""
    game = Game(Task())
    game.begin(0)
    game.step(0)
    before = game.step(0)[0]
    game.change(Task(gravity=1.0))
    light = [game.step(0)[0] for _ in range(3)]
    assert abs(light[-1][3] - light[0][3]) < 0.25 * abs(before[3] - light[0][3]) + 0.02
    game.change(Task(gravity=1.0, wind=True, wind_power=20.0))
    gusts = [game.step(0)[0] for _ in range(10)]
    assert abs(gusts[-1][2] - light[-1][2]) > 1e-3


def test_actions_follow_their_chances() -> None:
    chances = np.tile([0.1, 0.2, 0.3, 0.4], (20_000, 1))
    shares = np.bincount(drawn(chances, np.random.default_rng(0)), minlength=4) / 20_000
    np.testing.assert_allclose(shares, [0.1, 0.2, 0.3, 0.4], atol=0.015)
    assert (drawn(np.eye(4)[[3, 0, 2]], np.random.default_rng(0)) == [3, 0, 2]).all()


def test_flights_side_by_side_are_padded() -> None:
    episodes = flown(Task(), 3)
    for i, length in enumerate(episodes.lengths):
        assert not episodes.rewards[length:, i].any() and not episodes.states[length + 1 :, i].any()
    again = stacked([game_flight for i in range(3) for game_flight in [_flight(episodes, i)]])
    np.testing.assert_array_equal(again.states, episodes.states)


def _flight(episodes: Episodes, i: int) -> Any:
    from models.lunar_lander_game import Flight

    length = int(episodes.lengths[i])
    return Flight(
        episodes.states[: length + 1, i],
        episodes.actions[:length, i],
        episodes.rewards[:length, i],
        int(episodes.endings[i]),
        episodes.ground[i],
    )


def test_it_opens_no_window_and_says_nothing() -> None:
    code = (
        "import os; os.environ.pop('SDL_VIDEODRIVER', None)\n"
        "from models.lunar_lander_game import Game, Task\n"
        "Game(Task()).begin(0)\n"
        "import pygame; assert not pygame.display.get_init() and os.environ['SDL_VIDEODRIVER'] == 'dummy'"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_either_package_missing_means_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    found = importlib.util.find_spec
    for missing in box2d.MODULES:
        monkeypatch.setattr(
            importlib.util,
            "find_spec",
            lambda name, *_, missing=missing: None if name == missing else found(name),
        )
        assert not box2d.there()
