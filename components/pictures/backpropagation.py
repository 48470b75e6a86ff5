"""The pictures of the small network that learns by the engine written by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from components.panels import Panel, chart, decision_map, line, network, text
from components.supervised import accuracy_chart, loss_chart


def panels(config: Mapping[str, Any], facts: Mapping[str, Any]) -> list[Panel]:
    """Network, map, curves, and the size of each layer's gradient."""
    layers = int(config.get("layers", 1)) + 1
    words = {"squared": "(answer − target)²", "cross_entropy": "cross-entropy (nats)"}
    return [
        network(),
        decision_map(),
        text(
            "Training loss: {loss/train:number}\nTest loss: {loss/test:number}\nTest accuracy: {accuracy/test:percent}"
        ),
        loss_chart(words.get(str(config.get("loss")), "loss")),
        accuracy_chart(),
        chart(
            "Gradient size per layer",
            lines=[
                line(f"gradient/{layer}", f"layer {layer}" if layer < layers else "output")
                for layer in range(1, layers + 1)
            ],
            y_title="norm of the gradient",
            log=True,
        ),
        chart(
            "What arrives at the first layer",
            lines=[line("gradient/ratio", "first layer ÷ output")],
            y_title="gradient of the first layer ÷ output's",
            log=True,
        ),
    ]
