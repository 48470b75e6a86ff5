"""What the presets of the gridworld say, with numbers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from models.gridworld import PRESETS, Config, Course, train
from models.gridworld_learning import MonteCarlo, QLearning, Sarsa, learner
from models.gridworld_world import GOAL, read_world
from models.settings import from_mapping, to_mapping
from tests.models.gridworlds import RIGHT, UP, dynamics, finished, painted_over


def of_preset(name: str, **more: Any) -> dict[str, float]:
    return finished(**(dict(PRESETS[name].config) | more))[0]


@pytest.mark.parametrize("name", [name for name, preset in PRESETS.items() if preset.goal])
def test_a_goal_that_asks_for_nothing_but_training_is_reached(name: str) -> None:
    preset = PRESETS[name]
    assert preset.goal is not None
    config = to_mapping(from_mapping(Config, preset.config))
    by_hand = {"bridge": {"slip": 0.4}, "two_goals": {"gamma": 0.7}}.get(name, {})
    if by_hand:
        assert not preset.goal.reached(config, of_preset(name)), "the learner has something to find out"
    assert preset.goal.reached(config, of_preset(name, **by_hand))


def test_values_spread_one_cell_a_sweep() -> None:
    course = Course(from_mapping(Config, PRESETS["planning"].config))
    goal = course.dynamics.world.cells.index(GOAL)
    moves = np.array([abs(c // 10 - goal // 10) + abs(c % 10 - goal % 10) for c in range(course.dynamics.n)])
    assert moves.max() == 12
    for sweep in range(1, 16):
        before = course.agent.values
        course.agent.advance()
        final = np.abs(course.agent.values - course.best) < 1e-12
        assert final[moves <= sweep].all() and not final[moves > sweep].any()
        assert bool(np.abs(course.agent.values - before).max() < 1e-12) is (sweep >= 13)


def test_slip_decides_about_the_bridge() -> None:
    worths = [of_preset("bridge", slip=slip)["value/start"] for slip in (0.1, 0.2, 0.4)]
    assert worths[0] > 0 > worths[1]
    assert worths[2] == pytest.approx(-0.01 / 0.05), "it stays behind for ever"


def test_gamma_decides_between_the_goals() -> None:
    far = dynamics("two_goals", gamma=0.95)
    near = dynamics("two_goals", gamma=0.7)
    beside = 3 * 7 + 2
    assert far.q(far.optimal())[beside].argmax() != RIGHT, "even beside the small goal the far one is better"
    assert near.q(near.optimal())[beside].argmax() == RIGHT
    assert near.q(near.optimal())[near.start].argmax() == RIGHT


def test_the_fountain_pays_more_than_the_goal() -> None:
    _, step = finished(**PRESETS["fountain"].config)
    arrays = step.observe()
    assert arrays["grid/policy"].reshape(4, 6, 4)[0, 5, [UP, RIGHT]].sum() == pytest.approx(1)
    walk = arrays["grid/last_walk"]
    assert (walk == 5).sum() > 150 and 23 not in walk
    _, step = finished(**(dict(PRESETS["fountain"].config) | {"goal_reward": 6.0}))
    assert step.observe()["grid/last_walk"][-1] == 23, "it can be made to leave"


def test_the_maze_is_learned_within_a_hundred_episodes() -> None:
    worth = {
        step.epoch: step.metrics["value/policy"]
        for step in train(from_mapping(Config, PRESETS["learn"].config))
        if "value/policy" in step.metrics
    }
    best = float(dynamics("maze").optimal()[0])
    assert all(worth[episode] < best - 0.1 for episode in range(5)), "the first walks are blind"
    assert all(worth[episode] == pytest.approx(best, abs=0.04) for episode in range(100, 501))


def test_a_closed_gap_is_learned_twice() -> None:
    config = from_mapping(Config, PRESETS["blocked"].config)
    training = train(config)
    next(step for step in training if step.epoch == 150)
    world = painted_over(painted_over(read_world("shortcut").text(), "x", 2, 0), ".", 2, 8)
    worth = [training.send(replace(config, painted=world)).metrics["value/policy"]]
    worth += [step.metrics["value/policy"] for step in training if "value/policy" in step.metrics]
    assert worth[0] == pytest.approx(-0.2), "it runs against the new wall"
    assert worth[-1] == pytest.approx(float(dynamics(world).optimal()[36]))


def test_sarsa_that_tries_nothing_stays_on_the_long_way() -> None:
    config = from_mapping(Config, PRESETS["cliff_sarsa"].config)
    config = replace(config, epochs=2000)
    training = train(config)
    careful = next(step for step in training if step.epoch == 500).metrics["value/policy"]
    training.send(replace(config, epsilon=0.0))
    later = [step.metrics["value/policy"] for step in training if "value/policy" in step.metrics]
    assert len(later) == 1500 and later == [careful] * 1500
    assert careful < -14


def test_every_learner_is_a_learner() -> None:
    for method, kind in (("q_learning", QLearning), ("sarsa", Sarsa), ("monte_carlo", MonteCarlo)):
        assert isinstance(learner(method, dynamics("S.G"), Config(method=method)), kind)
