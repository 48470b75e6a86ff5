"""The pictures of a network that learns from labelled examples: classes or numbers."""

from __future__ import annotations

from collections.abc import Sequence

from components.layer_histogram import layer_histogram
from components.panels import (
    Line,
    Panel,
    chart,
    confusion,
    decision_map,
    group,
    line,
    network,
    scores,
    text,
)

#: Part of the data → what its curve is called.
PARTS = {"train": "training", "test": "test", "validation": "validation"}
TWO_PARTS = ("train", "test")
CROSS_ENTROPY = "cross-entropy (nats)"

# Of the bins of a run's histograms, as in models/pictures.py.
WEIGHT_REACH, VALUE_REACH = 3, 2


def supervised_panels(*, numbers: bool, validation: bool = False, layers: int = 0) -> list[Panel]:
    """Network, decision map, score, curves and comparisons; R² takes the place of accuracy for `numbers`.

    validation: whether the run holds rows back for validation, which then have a curve of their own.
    layers: the number of layers with weights, hidden ones and output; 0 leaves out the look inside them.
    """
    score, name, style = ("r2", "R²", "number") if numbers else ("accuracy", "accuracy", "percent")
    parts = tuple(PARTS) if validation else TWO_PARTS
    panels = [
        network(),
        decision_map(),
        text(
            "Test loss: {loss/test:number}\n"
            "Training loss: {loss/train:number}\n"
            f"Test {name}: {{{score}/test:{style}}}"
        ),
        loss_chart("mean squared error" if numbers else CROSS_ENTROPY, parts, band="all seeds"),
        _fit_chart(parts) if numbers else accuracy_chart(parts, band="all seeds"),
    ]
    if not numbers:
        panels.append(confusion())
    panels.append(scores(metric=f"{score}/test"))
    if layers:
        panels.append(group("Inside the layers", _inside(layers)))
    return panels


def loss_chart(unit: str = CROSS_ENTROPY, parts: Sequence[str] = TWO_PARTS, *, band: str = "") -> Panel:
    """The loss on each part of the data. band: the name of the spread of several networks, which is shaded."""
    return chart("Loss", lines=_lines("loss", parts, band=band), y_title=unit)


def accuracy_chart(parts: Sequence[str] = TWO_PARTS, *, band: str = "") -> Panel:
    """The share of right answers on each part of the data, with the baselines'."""
    return chart(
        "Accuracy",
        lines=_lines("accuracy", parts, band=band),
        y_title="accuracy",
        percent=True,
        y_range=(0, 1.12),  # room for a baseline's name above 100 %
        baselines="accuracy/test",
    )


def _fit_chart(parts: Sequence[str]) -> Panel:
    return chart(
        "R²", lines=_lines("r2", parts, band="all seeds"), y_title="R² (1 is perfect)", baselines="r2/test"
    )


def _lines(metric: str, parts: Sequence[str], *, band: str) -> list[Line]:
    return [line(f"{metric}/{part}", PARTS[part], band=band if part == "test" else "") for part in parts]


def _inside(layers: int) -> list[Panel]:
    """Gradients and the spread of weights and values, layer by layer; `layers` counts those with weights."""
    found = [
        chart(
            "Gradient size per layer",
            lines=[
                line(f"gradient/{layer}", f"layer {layer}" if layer < layers else "output")
                for layer in range(1, layers + 1)
            ],
            y_title="norm of the gradient",
            log=True,
        ),
        layer_histogram(
            "Weights per layer",
            "histogram/weights",
            x_title="weight",
            reach=(-WEIGHT_REACH, WEIGHT_REACH),
            height=240,
        ),
    ]
    if layers > 1:
        found.append(
            layer_histogram(
                "Unit values per hidden layer",
                "histogram/activations",
                x_title="value",
                reach=(-VALUE_REACH, VALUE_REACH),
                height=240,
            )
        )
    return found
