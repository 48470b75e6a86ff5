"""What the presets of the explanations say, with numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

from models.explain import PRESETS, Config, train
from models.explain_settings import METHODS, RANDOM
from models.settings import from_mapping, to_mapping


def run(overrides: dict[str, Any]) -> dict[str, float]:
    torch.set_num_threads(1)
    metrics: dict[str, float] = {}
    for step in train(from_mapping(Config, overrides)):
        metrics.update(step.metrics)
    return metrics


@pytest.fixture(scope="module")
def usual() -> dict[str, float]:
    """The final metrics of a run with the defaults."""
    return run({})


def reached(name: str) -> Callable[[dict[str, float]], bool]:
    preset = PRESETS[name]
    assert preset.goal is not None
    goal = preset.goal
    config = to_mapping(from_mapping(Config, preset.config))
    return lambda metrics: goal.reached(config, metrics)


def test_defaults_integrated_gradients_and_occlusion_beat_chance(usual: dict[str, float]) -> None:
    assert usual["accuracy/test"] > 0.95
    assert usual["deletion/integrated"] < 0.5 * usual["deletion/random"]
    assert usual["deletion/occlusion"] < 0.6 * usual["deletion/random"]
    assert usual["deletion/gradient"] < usual["deletion/random"]
    assert usual["completeness/gap"] < 0.02


def test_preset_many(usual: dict[str, float]) -> None:
    found = run(dict(PRESETS["many"].config))
    assert reached("many")(found)
    assert found["deletion/gradcam"] > 0.7 * found["deletion/random"], (
        "hardly better than chance on 8×8 pixels"
    )


def test_preset_two_steps(usual: dict[str, float]) -> None:
    found = run(dict(PRESETS["two_steps"].config))
    assert reached("two_steps")(found) and found["completeness/gap"] > 5 * usual["completeness/gap"]


def test_preset_mistakes() -> None:
    found = run(dict(PRESETS["mistakes"].config))
    assert found["pictures/explained"] >= 5
    assert found["deletion/random"] < 0.4, "the right class had little probability to begin with"


def test_preset_black(usual: dict[str, float]) -> None:
    found = run(dict(PRESETS["black"].config))
    assert abs(found["deletion/integrated"] - usual["deletion/integrated"]) > 0.01
    *_, last = train(from_mapping(Config, {"blank": "black", "epochs": 1, "n_pictures": 1}))
    arrays = last.observe()
    black = arrays["explained/picture"] == 0
    assert black.sum() > 10 and not arrays["explained/maps"][1][black].any(), "x − x₀ is 0 there"


def test_preset_drawings() -> None:
    overrides = dict(PRESETS["drawings"].config)
    roughness: dict[str, list[float]] = {"gradient": [], "gradcam": []}
    metrics: dict[str, float] = {}
    torch.set_num_threads(1)
    for step in train(from_mapping(Config, {**overrides, "n_pictures": 20})):
        metrics.update(step.metrics)
        if "deletion/random" in step.metrics:
            maps = step.observe()["explained/maps"].astype(float)
            for name, at in (("gradient", 0), ("gradcam", 3)):
                roughness[name].append(np.abs(np.diff(maps[at], axis=0)).mean())
    assert np.mean(roughness["gradcam"]) < 0.6 * np.mean(roughness["gradient"])
    assert metrics["accuracy/test"] > 0.9
    for name in METHODS:
        assert metrics[f"deletion/{name}"] < 0.7 * metrics[f"deletion/{RANDOM}"], name
    assert metrics["deletion/occlusion"] < 0.3


def test_preset_mark() -> None:
    found = run(dict(PRESETS["mark"].config))
    assert reached("mark")(found) and found["accuracy/test"] > 0.97
    assert found["mark/occlusion"] > 0.7
    assert found["mark/gradcam"] < 0.2
