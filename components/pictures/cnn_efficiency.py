"""The pictures of the comparison of learned with hand-made features: the curve, point by point."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from components.panels import Bind, Panel, figure, images, replace, text
from models.cnn_efficiency import COUNTS, LEARNERS, METHODS, Config
from models.settings import from_mapping

#: Method → its colour among the theme's categories, and its mark; edge histograms are drawn through, raw pixels dashed.
_STYLES = {"cnn": (0, "circle")} | {
    method: (number, mark)
    for number, (method, mark) in enumerate(
        zip(METHODS, ("square", "diamond", "triangle-up"), strict=True), start=1
    )
}


def panels(config: Mapping[str, Any], facts: Mapping[str, Any]) -> list[Panel]:
    """What a run of `models.cnn_efficiency` shows."""
    settings = from_mapping(Config, config)
    counts = list(facts.get("counts") or ())
    return [
        _curve(settings, counts[-1] if counts else settings.most),
        text(
            "This network: {accuracy/test:percent}\n"
            "Best classical method: {accuracy/classical:percent}\n"
            "Pictures per class from which on it is level or ahead: {pictures/lead:integer}"
        ),
        images("Test pictures …", "pictures", columns=8),
        images("… and their edge histograms: a stroke along each edge", "strokes", columns=8),
    ]


def _curve(config: Config, most: int) -> Panel:
    """Test accuracy against pictures per class: means, and bands from the lowest to the highest repetition."""
    traces: list[dict[str, Any]] = []
    bind: list[Bind] = []

    def add(trace: Mapping[str, Any], x: str, y: str) -> None:
        bind.extend((replace(len(traces), "x", x), replace(len(traces), "y", y)))
        traces.append({"type": "scatter", **trace})

    for learner in LEARNERS if config.repetitions > 1 else ():
        colour = f"category-{_STYLES[learner.partition('_')[0]][0]}"
        band = {"mode": "lines", "fill": "toself", "fillcolor": colour, "line": {"width": 0}, "opacity": 0.13}
        add({**band, "hoverinfo": "skip", "showlegend": False}, f"band_x/{learner}", f"band/{learner}")
    for learner, words in LEARNERS.items():
        method, _, features = learner.partition("_")
        number, mark = _STYLES[method]
        colour = f"category-{number}"
        line = {
            "color": colour,
            "width": 3 if learner == "cnn" else 1.8,
            "dash": "dash" if features == "pixels" else "solid",
        }
        symbol = mark if features != "pixels" else f"{mark}-open"
        marker = {"color": colour, "symbol": symbol, "size": 8}
        add(
            {
                "mode": "lines+markers",
                "name": words,
                "line": line,
                "marker": marker,
                "hovertemplate": "%{y:.1%}",
            },
            f"x/{learner}",
            f"mean/{learner}",
        )
    guess = {
        "mode": "lines",
        "name": "majority class",
        "line": {"color": "ink-0.5", "width": 1.2, "dash": "dot"},
    }
    add({**guess, "hovertemplate": "%{y:.1%}"}, "chance_x", "chance")
    ticks = [count for count in COUNTS if count < 0.8 * most] + [most]
    layout = {
        "height": 430,
        "margin": {"t": 44},
        "hovermode": "x unified",
        "xaxis": {
            "title": {"text": "pictures per class to learn from"},
            "type": "log",
            "range": [-0.07, math.log10(1.17 * most)],
            "tickvals": ticks,
            "ticktext": [f"{count:,}" for count in ticks],
        },
        "yaxis": {"title": {"text": "test accuracy"}, "range": [0, 1.04], "tickformat": ".0%"},
    }
    n = config.repetitions
    title = (
        f"Accuracy against pictures per class, {f'mean of {n} repetitions' if n > 1 else 'one repetition'}"
    )
    return figure(title, {"data": traces, "layout": layout}, bind, wide=True)
