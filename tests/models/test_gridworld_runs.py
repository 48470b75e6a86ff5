"""Runs in a gridworld: repeatable, painted on, changed in flight."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from models.gridworld import Config, Course, train
from models.gridworld_settings import METHODS, PLANNERS
from tests.models.gridworlds import dynamics, painted_over


@pytest.mark.parametrize("method", METHODS)
def test_the_same_seed_gives_the_same_numbers(method: str) -> None:
    config = Config(method=method, world="bridge", slip=0.2, epochs=20)
    runs = [[(step.epoch, dict(step.metrics)) for step in train(config)] for _ in range(2)]
    assert runs[0] == runs[1]
    other = [(step.epoch, dict(step.metrics)) for step in train(replace(config, seed=1))]
    assert (other == runs[0]) is (method in PLANNERS), "only learners need chance"


@pytest.mark.parametrize("method", METHODS)
def test_epochs_are_sweeps_or_episodes(method: str) -> None:
    steps = list(train(Config(method=method, epochs=12, world="S..G")))
    assert steps[-1].epoch == 12
    scored = [step for step in steps if "value/policy" in step.metrics]
    assert [step.epoch for step in scored] == list(range(13))
    if method in PLANNERS:
        assert len(steps) == 13
    for step in steps:
        for array in step.observe().values():
            assert isinstance(array, np.ndarray)


def test_baselines_are_the_exact_values() -> None:
    first = next(train(Config(world="S..G", gamma=0.5)))
    assert first.facts is not None
    baselines: Any = first.facts["baselines"]
    assert baselines["best possible"]["value/start"] == pytest.approx(-0.01 - 0.005 + 0.25)
    random = baselines["moving at random"]["value/start"]
    assert random == pytest.approx(dynamics("S..G", gamma=0.5).at_random()[0])
    assert first.metrics["value/policy"] == pytest.approx(random), "nothing is known, so it moves at random"


@pytest.mark.parametrize("method", METHODS)
def test_a_wall_painted_into_the_way_is_noticed(method: str) -> None:
    """Way along the lower row, 4 moves; a wall there leaves the upper row, 6 moves."""
    world = "...../S...G"
    config = Config(
        method=method, world=world, epochs=2000, epsilon=0.3 if method == "monte_carlo" else 0.1, max_moves=50
    )
    training = train(config)
    step = next(step for step in training if step.epoch == 500)
    open_best = float(dynamics(world).optimal()[5])
    blocked = painted_over(world, "x", 1, 2)
    again = training.send(replace(config, painted=blocked))
    closed_best = float(dynamics(blocked).optimal()[5])
    assert closed_best < open_best - 0.05
    assert again.step == step.step and again.facts is not None
    told: Any = again.facts["baselines"]
    assert told["best possible"]["value/start"] == pytest.approx(closed_best)
    assert again.metrics["value/policy"] < closed_best, "it still believes in the old way"
    last: dict[str, float] = {}
    for step in training:
        last |= step.metrics
    assert last["value/policy"] == pytest.approx(closed_best)
    assert step.observe()["grid/values"].reshape(2, 5)[1, 2] == 0


@pytest.mark.parametrize("method", METHODS)
def test_a_world_of_another_size_is_learned_anew(method: str) -> None:
    config = Config(method=method, world="S..G", epochs=300)
    training = train(config)
    step = next(step for step in training if step.epoch == 100)
    again = training.send(replace(config, painted="S./.G"))
    assert again.step == step.step
    assert again.observe()["grid/cells"].shape == (2, 2) and not again.observe()["grid/values"].any()
    last: dict[str, float] = {}
    for step in training:
        last |= step.metrics
    assert last["value/policy"] == pytest.approx(-0.01 + 0.95)


@pytest.mark.parametrize("method", METHODS)
def test_any_setting_may_change_at_any_step(method: str) -> None:
    generator = np.random.default_rng(0)
    worlds = ["", "S./.G", "...../S...G", "SxG/...", "xxx/SxG", "CSG/...", "uS/lG"]
    config = Config(method=method, world="...../S...G", epochs=60, max_moves=10)
    training = train(config)
    step = next(training)
    while True:
        if generator.random() < 0.4:
            changed = replace(
                config,
                painted=str(generator.choice(worlds)),
                slip=float(generator.choice([0, 0.3, 1])),
                gamma=float(generator.choice([0, 0.5, 0.99])),
                alpha=float(generator.choice([0.01, 1.0])),
                epsilon=float(generator.choice([0, 0.5, 1])),
                planning=int(generator.choice([0, 5])),
                pit_reward=float(generator.choice([-100, 0])),
            )
            assert training.send(changed).step == step.step
        try:
            step = next(training)
        except StopIteration:
            break
        assert all(math.isfinite(value) for value in step.metrics.values())
        assert all(np.isfinite(step.observe()[f"grid/{name}"]).all() for name in ("values", "q", "policy"))


def test_a_goal_that_cannot_be_reached_is_told_once_and_taken_back() -> None:
    config = Config(world="S.G", epochs=5, max_moves=10)
    training = train(config)
    assert next(training).note is None
    again = training.send(replace(config, painted="SxG"))
    assert again.note is not None and again.note.name == "no_way" and again.note.cause
    assert next(training).note is None
    assert training.send(replace(config, painted="xSxG")).note is None, "it is known already"
    assert training.send(replace(config, painted="S.G")).note == again.note.taken_back()
    assert training.send(replace(config, painted="S..G")).note is None
    assert next(train(Config(world="SxG"))).note is not None


def test_the_walk_of_a_planner_is_the_same_for_the_same_sweep() -> None:
    course = Course(Config(method="value_iteration", world="bridge", slip=0.3))
    for _ in range(10):
        course.agent.advance()
    assert course.stroll() == course.stroll()
    assert course.observe()["grid/last_walk"].tolist() == course.stroll()
