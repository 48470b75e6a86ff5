"""The pictures of the lesson on explanations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from components.panels import Panel, append, attributions, figure, group, replace, text
from components.supervised import accuracy_chart, loss_chart
from models.explain_settings import METHODS, RANDOM

NAMES = {**METHODS, RANDOM: "Random order"}
#: Each method's colour (an entry of the theme's categories) and dash, the same in every picture.
STYLES = {
    "gradient": (1, "dash"),
    "integrated": (0, "solid"),
    "occlusion": (2, "dashdot"),
    "gradcam": (3, "solid"),
    RANDOM: (7, "dot"),
}


def panels(config: Mapping[str, Any], facts: Mapping[str, Any]) -> list[Panel]:
    """What a run of `models.explain` shows; a network without convolution blocks has no Grad-CAM."""
    known = facts.get("methods") or methods_of(config)
    names = [name for name in METHODS if name in known] + [RANDOM]
    rows = ["Test accuracy: {accuracy/test:percent}", "Random order, mean area: {deletion/random:number}"]
    rows += [f"{NAMES[name]}, mean area: {{deletion/{name}:number}}" for name in names if name != RANDOM]
    marked = bool(config.get("mark")) and not config.get("weights")
    if marked:
        rows.append("Fooled by the mark: {mark/fooled:percent}")
    found = [
        attributions(),
        text("\n".join(rows)),
        curves("Deletion curves of this picture", "curve", names),
        curves("Deletion curves, mean of all so far", "mean", names),
        bars(names),
        growing(
            "Mean area as more pictures are explained", "deletion", names, "area under the deletion curve"
        ),
    ]
    if marked:
        found.append(
            growing(
                "Is the mark found?",
                "mark",
                [name for name in names if name != RANDOM],
                "share of the strongest pixels on the mark",
            )
        )
    if not config.get("weights"):
        found.append(
            group(
                "How the network learned",
                [loss_chart(), accuracy_chart()],
            )
        )
    return found


def methods_of(config: Mapping[str, Any]) -> list[str]:
    """The methods that a run with this config has, as far as the config says."""
    blocks = config.get("weights") or config.get("channels")
    return [name for name in METHODS if name != "gradcam" or blocks]


def _line(name: str, hover: str) -> dict[str, Any]:
    """A trace in the method's own colour and dash."""
    return {
        "type": "scatter",
        "mode": "lines",
        "name": NAMES[name],
        "line": {"color": f"category-{STYLES[name][0]}", "dash": STYLES[name][1], "width": 2.5},
        "hovertemplate": f"{NAMES[name]}: {hover}<extra></extra>",
    }


def growing(title: str, metric: str, names: list[str], y_title: str) -> Panel:
    """A mean over the pictures explained so far, method by method, as their number grows."""
    layout = {
        "height": 300,
        "xaxis": {"title": {"text": "test pictures explained"}, "rangemode": "tozero"},
        "yaxis": {"title": {"text": y_title}, "range": [0, 1.05]},
        "hovermode": "closest",
    }
    data = [_line(name, "%{y:.3f} over %{x} pictures") for name in names]
    bind = [append(i, "pictures/explained", f"{metric}/{name}") for i, name in enumerate(names)]
    return figure(title, {"data": data, "layout": layout}, bind)


def curves(title: str, array: str, names: list[str]) -> Panel:
    """The probability of the class over the share of deleted pixels, a curve for each method."""
    data = [_line(name, "%{y:.1%} after %{x:.0%}") for name in names]
    layout = {
        "height": 300,
        "xaxis": {
            "title": {"text": "pixels deleted, most important first"},
            "range": [0, 1],
            "tickformat": ".0%",
        },
        "yaxis": {"title": {"text": "probability of the class"}, "range": [0, 1.05], "tickformat": ".0%"},
        "hovermode": "closest",
    }
    bind = [replace(i, "x", "levels") for i in range(len(names))]
    bind += [replace(i, "y", f"{array}/{name}") for i, name in enumerate(names)]
    return figure(title, {"data": data, "layout": layout}, bind)


def bars(names: list[str]) -> Panel:
    """The mean area of every method with its standard error: the verdict."""
    data = [
        {
            "type": "bar",
            "name": NAMES[name],
            "x": [NAMES[name].replace(" ", "<br>")],
            "marker": {"color": f"category-{STYLES[name][0]}"},
            "error_y": {"type": "data", "visible": True, "color": "ink-0.8"},
            "hovertemplate": f"{NAMES[name]}: %{{y:.3f}}<extra></extra>",
        }
        for name in names
    ]
    layout = {
        "height": 300,
        "margin": {"b": 66},
        "xaxis": {"title": {"text": "explanation", "standoff": 10}, "type": "category"},
        "yaxis": {"title": {"text": "mean area: less is more faithful"}, "range": [0, 1.05], "dtick": 0.2},
        "hovermode": "closest",
        "showlegend": False,
    }
    return figure(
        "Which explanation is faithful",
        {"data": data, "layout": layout},
        [replace(i, "y", f"area/{name}") for i, name in enumerate(names)]
        + [replace(i, "error_y.array", f"error/{name}") for i, name in enumerate(names)],
    )
