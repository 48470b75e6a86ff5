"""Runs of the lesson on gradient descent, each made once however many tests look at it."""

from __future__ import annotations

import functools

from models.gradient_descent import PRESETS, Config, train
from models.settings import from_mapping, to_mapping
from models.step import Step


@functools.cache
def steps(config: Config) -> list[Step]:
    return list(train(config))


@functools.cache
def ended(config: Config) -> dict[str, float]:
    """The last value of each metric, "note/…" → 1.0 for each note that was told, and "baseline/…"."""
    metrics: dict[str, float] = {}
    for step in train(config):
        metrics |= step.metrics
        if step.note:
            metrics[f"note/{step.note.name}"] = 1.0
        for name, scores in (step.facts or {}).get("baselines", {}).items():  # type: ignore[attr-defined]
            metrics |= {f"baseline/{name}/{metric}": score for metric, score in scores.items()}
    return metrics


def preset(name: str, **changes: object) -> Config:
    return from_mapping(Config, {**PRESETS[name].config, **changes})


def reached(name: str, config: Config) -> bool:
    goal = PRESETS[name].goal
    assert goal is not None
    return goal.reached(to_mapping(config), ended(config))
