"""What the platformer's experiments claim, asserted with numbers, on shortened runs where the full ones take a minute."""

from __future__ import annotations

import math
from functools import cache
from typing import Any

from models.platformer import Config, train
from models.platformer_presets import PRESETS
from models.settings import from_mapping, to_mapping


@cache
def outcome(name: str, **changes: Any) -> tuple[dict[str, object], dict[str, float], frozenset[str]]:
    """(config, final metrics, names of the events) of a run of the preset."""
    config = from_mapping(Config, {**PRESETS[name].config, **changes})
    metrics: dict[str, float] = {}
    notes = set()
    for step in train(config):
        metrics |= step.metrics
        if step.note:
            notes.add(step.note.name)
    return to_mapping(config), metrics, frozenset(notes)


def reached(name: str, **changes: Any) -> bool:
    config, metrics, _ = outcome(name, **changes)
    goal = PRESETS[name].goal
    assert goal is not None
    return goal.reached(config, metrics)


def test_first_steps_are_learned() -> None:
    config, metrics, notes = outcome("first_steps", epochs=70)
    assert config == to_mapping(Config(epochs=70)), "these are the defaults"
    assert reached("first_steps", epochs=70)
    assert "solved" in notes
    assert min(metrics["rate/evaluated"], metrics["rate/success"]) >= 0.9
    assert metrics["steps/first_flag"] <= 100_000
    assert metrics["entropy/policy"] < 1.5 < math.log(7)
    assert metrics["steps/played"] == 70 * 64 * 32
    assert metrics["reward/episode"] > 12.5, "more than the 11.9 of whoever runs and jumps all the time"


def test_afraid_to_die_it_stands_still() -> None:
    _, metrics, notes = outcome("afraid", epochs=110)
    assert reached("afraid", epochs=110)
    assert metrics["rate/success"] <= 0.05, "chance reaches the flag in 18 of 100"
    assert metrics["ends/time"] >= 0.9
    assert metrics["reward/episode"] > -20, "and by its own reward it does well: dying is rare"
    assert "stands_still" in notes


def test_in_a_hurry_it_jumps_to_its_death() -> None:
    _, metrics, notes = outcome("in_a_hurry", epochs=60)
    assert reached("in_a_hurry", epochs=60)
    assert metrics["ends/fell"] >= 0.9
    assert metrics["length/episode"] < 3.5
    assert "hurries_to_die" in notes


def test_living_for_the_moment_it_falls() -> None:
    _, metrics, notes = outcome("short_sighted", epochs=60)
    assert reached("short_sighted", epochs=60)
    assert metrics["progress/episode"] < 0.7
    assert metrics["ends/fell"] + metrics["ends/caught"] >= 0.75
    assert "short_sighted" in notes


def test_too_large_a_step_makes_it_sure_of_one_action() -> None:
    """Chance decides which seeds this happens to, and rounding decides chance: with one of five it does."""
    runs = (outcome("too_sure", epochs=60, seed=seed) for seed in range(5))
    metrics = next(metrics for _, metrics, notes in runs if "entropy_collapsed" in notes)
    assert metrics["entropy/policy"] < 0.15
    assert metrics["rate/success"] < 0.6


def test_many_levels_teach_more_than_one() -> None:
    _, one, notes = outcome("one_level", epochs=120)
    _, many, _ = outcome("many_levels", epochs=120)
    assert reached("one_level", epochs=120)
    assert one["rate/evaluated"] >= 0.9
    assert "not_general" in notes
    assert many["rate/held_out"] > one["rate/held_out"]


def test_the_other_learners_learn_too() -> None:
    assert reached("a2c", epochs=110)
    assert outcome("dqn", epochs=85)[1]["rate/success"] >= 0.7
