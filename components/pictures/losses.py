"""The pictures of the lesson on losses: one map for each loss, and their scores against each other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from components.panels import Panel, chart, line, maps
from models.losses_settings import LOSSES, SHORT


def panels(config: Mapping[str, Any], facts: Mapping[str, Any]) -> list[Panel]:
    """Panels for the losses that a config names; a loss keeps its colour whichever others are chosen."""
    order = {name: number for number, name in enumerate(LOSSES)} | {
        "balanced": 7
    }  # 6 is yellow: too pale on white
    chosen = [name for name in config["losses"] if name in LOSSES]

    def lines(metric: str) -> list[Any]:
        return [line(f"{metric}/{name}", SHORT[name], colour=order[name]) for name in chosen]

    return [
        maps(
            "One network, one map for each loss",
            "maps",
            keys="losses",
            names="loss_names",
            scores=(("accuracy", "accuracy", "percent"), ("balanced", "balanced", "percent")),
            ringed="flipped",
        ),
        chart(
            "Test accuracy: share of right answers",
            lines=lines("accuracy"),
            y_title="accuracy",
            percent=True,
            y_range=(0, 1.12),
            baselines="accuracy/test",
        ),
        chart(
            "Balanced test accuracy: mean over both classes",
            lines=lines("balanced"),
            y_title="balanced accuracy",
            percent=True,
            y_range=(0, 1.12),
            baselines="balanced/test",
        ),
        chart(
            "Blue points found",
            lines=lines("recall"),
            y_title="recall of blue",
            percent=True,
            y_range=(0, 1.12),
            baselines="recall/test",
        ),
        chart(
            "Training loss",
            lines=lines("loss"),
            y_title="loss (each in its own unit)",
            log=True,
        ),
    ]
