"""What the presets claim, asserted on small budgets, and that each trouble is named."""

from __future__ import annotations

import math
from typing import Any

import pytest

from models import box2d

if not box2d.there():
    pytest.skip("Box2D or pygame is not there", allow_module_level=True)

from models.lunar_lander import Config, train
from models.lunar_lander_diagnosis import IN_A_ROW, PATIENCE, Doctor
from models.lunar_lander_settings import PRESETS
from models.settings import from_mapping, to_mapping
from models.step import Step

pytestmark = pytest.mark.usefixtures("one_thread")


def ended(name: str, **changes: Any) -> tuple[list[Step], dict[str, float], list[str]]:
    """Steps, last metrics and the names of the notes of a preset's run."""
    steps = list(train(from_mapping(Config, {**PRESETS[name].config, **changes})))
    metrics: dict[str, float] = {}
    for step in steps:
        metrics |= step.metrics
    return steps, metrics, [step.note.name for step in steps if step.note]


@pytest.mark.parametrize("name", PRESETS)
def test_a_goal_is_about_the_settings_of_its_preset(name: str) -> None:
    goal = PRESETS[name].goal
    assert goal is not None
    config = to_mapping(from_mapping(Config, dict(PRESETS[name].config)))
    assert all(config[setting] == value for setting, value in goal.config.items())
    assert to_mapping(Config()) != config


def test_short_sight_never_lands_and_is_named() -> None:
    _, metrics, names = ended("short_sighted", epochs=PATIENCE + 5, n_games=6)
    assert "short_sighted" in names and metrics["landed/test"] <= 0.25
    assert metrics["crashed/train"] > 0.7


def test_too_much_entropy_stays_a_die_and_is_named() -> None:
    _, metrics, names = ended("undecided", epochs=PATIENCE + 5, n_games=6)
    assert metrics["entropy/policy"] > 1.3 and metrics["return/train"] < -50
    assert metrics["crashed/train"] > 0.9 and "undecided" in names


def test_too_large_a_step_makes_up_its_mind_and_is_named() -> None:
    _, metrics, names = ended("big_step", epochs=PATIENCE + 5, n_games=6)
    assert metrics["entropy/policy"] < 0.1 and metrics["return/test"] < 0
    assert "stuck" in names


def baseline(config: Config, name: str) -> float:
    facts = next(train(config)).facts
    assert facts is not None
    baselines: Any = facts["baselines"]
    return float(baselines[name]["return/test"])


def test_wind_costs_even_the_controller_landings() -> None:
    calm, windy = (from_mapping(Config, dict(config)) for config in ({}, PRESETS["windy"].config))
    assert baseline(windy, "a controller by hand") < baseline(calm, "a controller by hand") - 20


# What the doctor says of made-up updates, for the runs that show it take minutes.


def update(**metrics: float) -> dict[str, float]:
    told = {
        "return/train": 0.0,
        "landed/train": 0.0,
        "crashed/train": 1.0,
        "cut_off/train": 0.0,
        "entropy/policy": 0.8,
    }
    return told | {name.replace("_", "/", 1): value for name, value in metrics.items()}


def named(updates: list[dict[str, float]], config: Config | None = None) -> list[str]:
    doctor = Doctor()
    notes = [doctor.look(metrics, config or Config()) for metrics in updates]
    return [note.name for note in notes if note]


def hovering(landed: float = 0.0) -> dict[str, float]:
    return update(return_train=20.0, landed_train=landed, crashed_train=0.0) | {"cut_off/train": 1 - landed}


def test_hovering_is_named_once_and_landing_is_no_hovering() -> None:
    assert named([hovering()] * 12) == ["hovering"]
    assert named([hovering(landed=0.6)] * 12) == ["landed"]


def test_what_was_good_and_is_lost_is_named() -> None:
    good, bad = update(return_train=180.0, landed_train=0.7, crashed_train=0.3), update(return_train=-150.0)
    assert named([good] * 8 + [bad] * (3 * IN_A_ROW)) == ["landed", "collapsed"]
    doctor = Doctor()
    for _ in range(8):
        doctor.look(good, Config())
    doctor.forget()  # the task has changed: nothing was lost by the learner
    assert not any(doctor.look(bad, Config()) for _ in range(3 * IN_A_ROW))


def test_solved_is_named_after_a_hundred_flights_only() -> None:
    assert named([update() | {"return/test": 230.0}] * 2) == []
    assert named([update() | {"return/test": 230.0, "return/test_100": 199.0}]) == []
    assert named([update() | {"return/test": 230.0, "return/test_100": 212.0}] * 2) == ["solved"]


def test_an_update_in_which_no_flight_ended_says_nothing() -> None:
    assert named([{"entropy/policy": 0.01, "loss/value": math.pi}] * 30) == []
