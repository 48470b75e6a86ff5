"""The pictures of the lesson on gradient descent: one set for each of its three experiments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from components.panels import Bind, Panel, chart, figure, line, maps, replace, text
from components.pictures.gradient_descent_line import Trace, layout_of, line_panels, rate_chart
from models.gradient_descent_settings import NUMBERS, OPTIMIZERS, RATES, Config
from models.settings import from_mapping


def panels(config: Mapping[str, Any], facts: Mapping[str, Any]) -> list[Panel]:
    """Panels for the experiment that a config describes."""
    settings = from_mapping(Config, config)
    if settings.task == "line":
        return line_panels(settings)
    return _range_test(settings) if settings.task == "range_test" else _network(settings)


def _network(config: Config) -> list[Panel]:
    rules = _rules(config)
    numbers = config.dataset in NUMBERS
    unit = "mean squared error" if numbers else "cross-entropy (nats)"

    def lines(metric: str) -> list[Any]:
        return [
            line(f"{metric}/{name}", OPTIMIZERS[name], colour=list(OPTIMIZERS).index(name)) for name in rules
        ]

    found = [
        _surface(config),
        text(
            "Your test loss: {loss/test:number}\n"
            + ("" if numbers else "Your test accuracy: {accuracy/test:percent}\n")
            + "Share of your path in the picture: {surface/explained:percent}"
        ),
        chart("Test loss", lines=lines("loss"), y_title=unit, log=True, baselines="loss/test"),
        chart("Training loss", lines=lines("training"), y_title=unit, log=True),
        rate_chart(),
    ]
    if numbers:
        return found
    accuracy = chart(
        "Test accuracy",
        lines=lines("accuracy"),
        y_title="accuracy",
        percent=True,
        y_range=(0, 1.12),
        baselines="accuracy/test",
    )
    side_by_side = maps(
        "One network, one map for each rule",
        "maps",
        keys="optimizers",
        names="optimizer_names",
        scores=(("loss", "test loss", "number"),),
    )
    return [*found[:2], side_by_side, found[2], accuracy, *found[3:]]


def _surface(config: Config) -> Panel:
    ground: Trace = {
        "type": "contour",
        "colorscale": "sequential",
        "ncontours": 22,
        "line": {"color": "ink-0.25", "width": 1},
        "colorbar": {
            "title": {"text": "training loss", "side": "right"},
            "tickvals": list(range(-7, 7)),
            "ticktext": [f"{10.0**power:g}" for power in range(-7, 7)],
            "thickness": 12,
            "outlinewidth": 0,
        },
        "hovertemplate": "log₁₀ loss %{z:.2f}<extra></extra>",
        "showlegend": False,
    }
    path: Trace = {
        "type": "scatter",
        "mode": "lines+markers",
        "name": f"path of {OPTIMIZERS[config.optimizer]}",
        "line": {"color": "category-1", "width": 2.25},
        "marker": {"color": "category-1", "size": 4},
        "hoverinfo": "skip",
    }
    here: Trace = {
        "type": "scatter",
        "mode": "markers",
        "name": "the network",
        "x": [0],
        "y": [0],
        "marker": {"symbol": "x", "size": 11, "color": "ink-1"},
        "hoverinfo": "skip",
    }
    bind = [
        replace(0, "x", "surface_x"),
        replace(0, "y", "surface_y"),
        replace(0, "z", "surface"),
        replace(1, "x", "path_x"),
        replace(1, "y", "path_y"),
    ]
    which = "path direction" if config.directions == "pca" else "random direction"
    layout = layout_of(f"first {which}", f"second {which}", height=440, right=92)
    traces = [ground, path, here]
    return figure("The loss surface around your network", {"data": traces, "layout": layout}, bind, wide=True)


def _range_test(config: Config) -> list[Panel]:
    traces: list[Trace] = []
    bind: list[Bind] = []
    for i, name in enumerate(_rules(config)):
        colour = f"category-{list(OPTIMIZERS).index(name)}"
        traces.append(
            {
                "type": "scatter",
                "mode": "lines",
                "name": OPTIMIZERS[name],
                "line": {"color": colour, "width": 3 if name == config.optimizer else 1.8},
                "hovertemplate": "%{y:.3g} at %{x:.2g}",
            }
        )
        bind += [replace(i, "x", f"rates/{name}"), replace(i, "y", f"losses/{name}")]
    n = len(traces)
    traces += [
        {
            "type": "scatter",
            "mode": "markers",
            "name": "steepest fall",
            "marker": {"symbol": "triangle-down", "size": 12, "color": "ink-1"},
            "hovertemplate": "rate %{x:.2g}",
        },
        {
            "type": "scatter",
            "mode": "lines",
            "name": "naive answer",
            "line": {"color": "ink-0.5", "width": 1.4, "dash": "dash"},
            "hovertemplate": "%{y:.3g}",
        },
    ]
    bind += [replace(n, axis, f"suggested_{axis}") for axis in "xy"]
    bind += [replace(n + 1, axis, f"naive_{axis}") for axis in "xy"]
    layout = layout_of("learning rate", "training loss", height=400)
    low, high = RATES
    layout["xaxis"] |= {
        "type": "log",
        "range": [float(np.log10(low)), float(np.log10(high))],
        "dtick": 1,
        "exponentformat": "power",
    }
    layout["yaxis"]["range"] = [0, 1 if config.dataset in NUMBERS else 1.5]
    own, name = config.optimizer, OPTIMIZERS[config.optimizer]
    return [
        figure("Loss as the learning rate grows", {"data": traces, "layout": layout}, bind, wide=True),
        text(
            "Learning rate now: {rate/learning:number}\n"
            f"Steepest fall of {name}: {{suggested/{own}:number}}\n"
            f"Blow-up of {name}: {{blow_up/{own}:number}}"
        ),
    ]


def _rules(config: Config) -> list[str]:
    return [name for name in OPTIMIZERS if name == config.optimizer or name in config.compared]
