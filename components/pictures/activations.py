"""The pictures of a deep stack: what goes forwards and backwards at every layer, and what it has learned."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from components.layer_histogram import layer_histogram
from components.panels import Panel, chart, decision_map, figure, line, replace, scores, text
from components.supervised import accuracy_chart, loss_chart

# As in models/activations_fit.py, which a page must not import: it brings torch along. A test compares.
SUM_REACH, VALUE_REACH = 4, 2
DECADES = (-20.5, 20.5)  # powers of ten; the lowest bin holds 0 too
MOST_LAYERS = 50
LAYER = "hidden layer"


def panels(config: Mapping[str, Any], facts: Mapping[str, Any]) -> list[Panel]:
    """Panels for a stack of any depth."""
    return [
        text(
            "First ÷ last gradient: {gradient/ratio:number}\n"
            "Gradient at the first layer: {gradient/first:number}\n"
            "Gradient at the last layer: {gradient/last:number}\n"
            "Dead units: {dead/share:percent}\n"
            "Test accuracy: {accuracy/test:percent}"
        ),
        _profile(),
        _gradients(),
        _histogram("Sums z before the activation", "histogram/sums", "sum z", SUM_REACH),
        _histogram("Values f(z) after the activation", "histogram/values", "value f(z)", VALUE_REACH),
        chart(
            "Dead units: slope 0 at every training point",
            lines=[
                line("dead/share", "of all hidden units"),
                line("dead/worst", "of the layer with most", dash="dot"),
            ],
            y_title="share of units",
            percent=True,
            y_range=(0, 1.04),
        ),
        chart(
            "Gradient at the first and the last layer",
            lines=[line("gradient/first", "first hidden layer"), line("gradient/last", "last hidden layer")],
            y_title="root mean square of ∂loss/∂z",
            log=True,
        ),
        loss_chart(),
        accuracy_chart(),
        decision_map("What the stack answers"),
        scores(),
    ]


def line_panels() -> list[Panel]:
    """Map and accuracy alone: for two stacks side by side."""
    return [
        decision_map("What it answers"),
        text("Test accuracy: {accuracy/test:percent}\nTraining loss: {loss/train:number}"),
        accuracy_chart(),
    ]


def _profile() -> Panel:
    """The sizes of gradients and of sums against the layer: a falling line vanishes, a rising one explodes."""
    # As many as there may be: of what has no y nothing is drawn, and the same chart serves every depth.
    layers = list(range(1, MOST_LAYERS + 1))
    common = {"type": "scatter", "mode": "lines+markers", "x": layers, "y": [], "marker": {"size": 6}}
    gradient = {
        **common,
        "name": "gradient ∂loss/∂z, going back",
        "hovertemplate": "%{y:.2e}<extra>gradient</extra>",
    }
    sums = {
        **common,
        "name": "sum z, going forwards",
        "line": {"dash": "dot"},
        "marker": {"size": 6, "symbol": "diamond-open"},
        "hovertemplate": "%{y:.2e}<extra>sum</extra>",
    }
    layout = {
        "height": 300,
        "margin": {"l": 64},
        "xaxis": {"title": {"text": LAYER}, "tickformat": "d"},
        "yaxis": {
            "title": {"text": "root mean square"},
            "type": "log",
            "range": list(DECADES),
            "dtick": 10,
            "exponentformat": "power",
        },
    }
    bind = [replace(0, "y", "profile/gradients"), replace(1, "y", "profile/sums")]
    return figure("Gradients and sums, layer by layer", {"data": [gradient, sums], "layout": layout}, bind)


def _gradients() -> Panel:
    return layer_histogram(
        "Gradients ∂loss/∂z of each layer",
        "histogram/gradients",
        x_title="size of the gradient",
        reach=DECADES,
        ticks={-20: "0", -10: "10⁻¹⁰", 0: "10⁰", 10: "10¹⁰", 20: "10²⁰"},
        y_title=LAYER,
        powers=True,
    )


def _histogram(title: str, array: str, x_title: str, reach: int) -> Panel:
    return layer_histogram(title, array, x_title=x_title, reach=(-reach, reach), y_title=LAYER)
