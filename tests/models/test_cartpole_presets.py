"""What the presets claim, asserted with numbers, and that each trouble is named."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest

from models.cartpole import Config, train
from models.cartpole_settings import PRESETS
from models.settings import from_mapping, to_mapping
from models.step import Step

pytestmark = pytest.mark.usefixtures("one_thread")


def ended(name: str, **changes: Any) -> tuple[list[Step], dict[str, float], list[str]]:
    """Steps, last metrics and the names of the notes of a preset's run."""
    config = from_mapping(Config, {**PRESETS[name].config, **changes})
    steps = list(train(config))
    metrics: dict[str, float] = {}
    for step in steps:
        metrics |= step.metrics
    return steps, metrics, [step.note.name for step in steps if step.note]


def reaches_its_goal(name: str, metrics: dict[str, float]) -> bool:
    goal = PRESETS[name].goal
    config = to_mapping(from_mapping(Config, dict(PRESETS[name].config)))
    return goal is not None and goal.reached(config, metrics)


@pytest.mark.parametrize("name", [name for name in PRESETS if PRESETS[name].goal])
def test_a_goal_is_about_the_settings_of_its_preset(name: str) -> None:
    goal = PRESETS[name].goal
    assert goal is not None
    config = to_mapping(from_mapping(Config, dict(PRESETS[name].config)))
    assert all(config[setting] == value for setting, value in goal.config.items())
    assert to_mapping(Config()) != config


def test_without_a_baseline_the_halves_agree_less_than_half_as_well() -> None:
    ordinary, noisy = [], []
    for seed in range(3):
        _, metrics, names = ended("no_baseline", seed=seed, epochs=20)
        noisy.append(metrics["gradient/agreement_first"])
        assert "noisy" in names
        plain = list(train(Config(seed=seed, epochs=20)))
        ordinary.append(plain[-1].metrics["gradient/agreement_first"])
        assert "noisy" not in [step.note.name for step in plain if step.note]
    assert np.mean(noisy) < 0.5 * np.mean(ordinary)


def test_too_large_a_step_collapses_and_is_named() -> None:
    # Most seeds never stand; which of them stands and then collapses hangs on rounding.
    runs = (ended("big_step", seed=seed) for seed in (2, 3, 5, 0, 1, 4))
    steps, metrics = next((steps, metrics) for steps, metrics, names in runs if "collapsed" in names)
    assert max(step.metrics.get("return/train", 0) for step in steps) > 300, "it stood at first"
    assert metrics["entropy/policy"] < 0.1
    remedy = next(step.note.remedy for step in steps if step.note and step.note.name == "collapsed")
    assert "smaller learning rate" in remedy
    cured = dataclasses.replace(
        from_mapping(Config, dict(PRESETS["big_step"].config)), learning_rate=0.01, epochs=40
    )
    assert list(train(cured))[-1].metrics["return/test"] >= 475


def test_a_policy_that_never_tries_is_named() -> None:
    steps = list(train(Config(learning_rate=1.0, epochs=15)))
    assert "stuck" in [step.note.name for step in steps if step.note]


def test_short_sight_learns_nothing_and_is_named() -> None:
    steps, metrics, names = ended("short_sighted")
    baselines = steps[0].facts["baselines"] if steps[0].facts else {}
    assert isinstance(baselines, dict)
    assert metrics["return/test"] < baselines["random"]["return/test"], "it gets worse"
    assert names == ["short_sighted"]
    assert reaches_its_goal("short_sighted", metrics)
    every = steps[-1].observe()["episodes/returns"]
    assert set(np.unique(every)) <= {0.0, 1.0}, "every step earns the same"


def test_too_much_entropy_knows_and_does_not_dare() -> None:
    _, metrics, names = ended("undecided")
    assert metrics["entropy/policy"] > 0.64 and metrics["return/train"] < 100
    assert metrics["return/test"] > 3 * metrics["return/train"]
    assert "undecided" in names
    assert reaches_its_goal("undecided", metrics)


@pytest.mark.parametrize(
    ("name", "epochs"), [("actor_critic", 50), ("long_pole", 40), ("jupiter", 50), ("weak", 90)]
)
def test_these_learn_to_stand(name: str, epochs: int) -> None:
    for step in train(from_mapping(Config, {**PRESETS[name].config, "epochs": epochs})):
        if reaches_its_goal(name, {"return/test": 0.0, **step.metrics}):
            assert step.note is not None and step.note.name == "solved"
            return
    pytest.fail(f"{epochs} updates are not enough.")


def test_chance_lasts_as_the_presets_say() -> None:
    def chance(name: str) -> dict[str, float]:
        found = next(train(from_mapping(Config, dict(PRESETS[name].config)))).facts
        assert found is not None
        baselines: Any = found["baselines"]
        return {policy: scores["return/test"] for policy, scores in baselines.items()}

    ordinary = 21.6
    assert chance("long_pole")["random"] > 1.8 * ordinary
    assert 14 < chance("jupiter")["random"] < 19
    assert chance("weak")["push towards the lean"] > 120


def test_one_episode_plays_fewest_steps_until_it_stands() -> None:
    def steps_until_solved(config: Config) -> float:
        training = train(config)
        for step in training:
            if step.metrics.get("return/test", 0.0) >= 475:
                training.close()
                return step.metrics["steps/played"]
        return float("inf")

    one = [steps_until_solved(Config(n_episodes=1, epochs=150, seed=seed)) for seed in range(2)]
    many = [steps_until_solved(Config(epochs=40, seed=seed)) for seed in range(2)]
    assert max(one) < min(many)
