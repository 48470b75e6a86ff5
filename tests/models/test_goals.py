"""When a preset counts as done."""

from __future__ import annotations

import math

import pytest

from models.mlp_presets import PRESETS
from models.mlp_settings import Config
from models.settings import Goal, from_mapping, to_mapping


def test_a_metric_within_its_bounds() -> None:
    goal = Goal("loss/test", low=0.1, high=0.5)
    for value, reached in ((0.1, True), (0.3, True), (0.5, True), (0.09, False), (0.51, False)):
        assert goal.reached({}, {"loss/test": value}) is reached
    assert not goal.reached({}, {"loss/test": math.nan})
    assert not goal.reached({}, {"loss/train": 0.3})
    assert not goal.reached({}, {})


def test_one_bound_is_enough() -> None:
    assert Goal("accuracy/test", low=0.95).reached({}, {"accuracy/test": 1.0})
    assert not Goal("accuracy/test", low=0.95).reached({}, {"accuracy/test": 0.9})
    assert Goal("loss/test", high=0.05).reached({}, {"loss/test": 0.0})


def test_the_settings_must_be_those_named_and_others_are_free() -> None:
    goal = Goal("loss/test", high=1, config={"dataset": "circle", "hidden": (4, 2)})
    metrics = {"loss/test": 0.5}
    config: dict[str, object] = {"dataset": "circle", "hidden": [4, 2], "noise": 0.3}  # as JSON has it
    assert goal.reached(config, metrics)
    assert not goal.reached({**config, "dataset": "xor"}, metrics)
    assert not goal.reached({**config, "hidden": [4]}, metrics)
    assert not goal.reached({"dataset": "circle"}, metrics)


@pytest.mark.parametrize("name", [name for name, preset in PRESETS.items() if preset.goal])
def test_a_presets_own_settings_are_those_of_its_goal(name: str) -> None:
    preset = PRESETS[name]
    assert preset.goal is not None
    config = to_mapping(from_mapping(Config, preset.config))
    value = preset.goal.low if math.isfinite(preset.goal.low) else preset.goal.high
    assert preset.goal.reached(config, {preset.goal.metric: value})
    assert not preset.goal.reached({**config, "dataset": "moons"}, {preset.goal.metric: value})
