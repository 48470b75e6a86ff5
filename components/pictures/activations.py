"""The pictures of a deep stack: what goes forwards and backwards at every layer, and what it has learned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from components.panels import Panel, chart, decision_map, figure, line, replace, scores, text
from components.supervised import accuracy_chart, loss_chart

# As in models/activations_fit.py, which a page must not import: it brings torch along. A test compares.
N_BINS = 41
SUM_REACH, VALUE_REACH = 4, 2
DECADES = (-20.5, 20.5)  # powers of ten; the lowest bin holds 0 too
FULL_COLOUR = 50  # percent of a layer's values that are drawn at full strength


def panels(config: Mapping[str, Any], facts: Mapping[str, Any]) -> list[Panel]:
    """Panels for a stack of the config's depth."""
    depth = int(config["depth"])
    return [
        text(
            "First ÷ last gradient: {gradient/ratio:number}\n"
            "Gradient at the first layer: {gradient/first:number}\n"
            "Gradient at the last layer: {gradient/last:number}\n"
            "Dead units: {dead/share:percent}\n"
            "Test accuracy: {accuracy/test:percent}"
        ),
        _profile(depth),
        _histogram("Gradients ∂loss/∂z of each layer", "histogram/gradients", depth, _decades()),
        _histogram("Sums z before the activation", "histogram/sums", depth, _evenly("sum z", SUM_REACH)),
        _histogram(
            "Values f(z) after the activation",
            "histogram/values",
            depth,
            _evenly("value f(z)", VALUE_REACH),
        ),
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


def _profile(depth: int) -> Panel:
    """The sizes of gradients and of sums against the layer: a falling line vanishes, a rising one explodes."""
    layers = list(range(1, depth + 1))
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
        "xaxis": {"title": {"text": "hidden layer"}, "range": [0.5, depth + 0.5], "tickformat": "d"},
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


def _evenly(title: str, reach: int) -> dict[str, Any]:
    ticks = list(range(-reach, reach + 1))
    names = [f"≤ −{reach}", *(str(tick).replace("-", "−") for tick in ticks[1:-1]), f"≥ {reach}"]
    return _axis(title, (-reach, reach), ticks, names, "%{x:.1f}")


def _decades() -> dict[str, Any]:
    ticks = list(range(-20, 21, 10))
    names = ["0", *(f"10<sup>{str(tick).replace('-', '−')}</sup>" for tick in ticks[1:])]
    return _axis("size of the gradient", DECADES, ticks, names, "10<sup>%{x:.0f}</sup>")


def _axis(
    title: str, reach: tuple[float, float], ticks: Sequence[int], names: Sequence[str], hover: str
) -> dict[str, Any]:
    return {"title": title, "reach": reach, "ticks": list(ticks), "names": list(names), "hover": hover}


def _histogram(title: str, array: str, depth: int, x: Mapping[str, Any]) -> Panel:
    """A heat map: a row for each layer, the first on top, and in it the share of values in each of `N_BINS` bins."""
    low, high = x["reach"]
    width = (high - low) / N_BINS
    every = max(1, round(depth / 8))
    trace = {
        "type": "heatmap",
        "x": [round(low + (i + 0.5) * width, 4) for i in range(N_BINS)],
        "y": list(range(1, depth + 1)),
        "zmin": 0,
        "zmax": FULL_COLOUR,
        "colorscale": "sequential",
        "ygap": 2 if depth <= 20 else 1,
        "colorbar": {
            "title": {"text": "share of values", "side": "right"},
            "tickvals": [0, FULL_COLOUR / 2, FULL_COLOUR],
            "ticktext": ["0 %", f"{FULL_COLOUR / 2:.0f} %", f"≥ {FULL_COLOUR} %"],
            "thickness": 12,
            "outlinewidth": 0,
        },
        "hovertemplate": f"layer %{{y}}, near {x['hover']}: %{{z}} %<extra></extra>",
    }
    layout = {
        "height": 300,
        "margin": {"l": 44, "r": 92},
        "xaxis": {
            "title": {"text": x["title"]},
            "range": [low, high],
            "tickvals": x["ticks"],
            "ticktext": x["names"],
        },
        "yaxis": {
            "title": {"text": "hidden layer"},
            "range": [depth + 0.5, 0.5],
            "tickvals": list(range(1, depth + 1, every)),
        },
        "hovermode": "closest",
        "showlegend": False,
    }
    return figure(title, {"data": [trace], "layout": layout}, [replace(0, "z", array)])
