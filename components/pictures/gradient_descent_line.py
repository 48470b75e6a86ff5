"""The pictures of the experiment with a line: one bowl, and a path, a cloud and a curve for each batch size."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from components.panels import Bind, Panel, chart, figure, line, replace, text
from models.gradient_descent_bowl import START, WINDOW, Bowl, points
from models.gradient_descent_line import batch_sizes as sizes_of
from models.gradient_descent_line import n_epochs, own_size
from models.gradient_descent_settings import Config

Trace = dict[str, Any]


def line_panels(config: Config) -> list[Panel]:
    """The bowl with every path, the gradients of single batches, and the losses."""
    own = f"batch_{own_size(config)}"
    bowl = Bowl(*points(config.n_points, config.noise, config.seed))
    colours = _colours(config)
    return [
        _bowl(config),
        _cloud(config, bowl),
        text(
            f"Loss above the best line: {{excess/{own}:number}}\n"
            "Gradient of all examples: {gradient/full:number}\n"
            f"Noise of one batch of yours: {{noise/{own}:number}}"
        ),
        _curve(config, bowl, "updates", "updates", config.n_points * n_epochs(config)),
        _curve(config, bowl, "examples", "examples seen", config.n_points * n_epochs(config)),
        _fit(config),
        chart(
            "Loss of your descent",
            lines=[line("loss/train", "training"), line("loss/test", "fresh examples")],
            y_title="mean squared error",
            log=True,
            baselines="loss/test",
        ),
        chart(
            "Gradient, and the noise of one batch",
            lines=[
                line("gradient/full", "all examples", colour=7),
                *(
                    line(f"noise/batch_{size}", f"noise of {size}", colour=colours[size], dash="dot")
                    for size in sizes_of(config)
                    if size < config.n_points
                ),
            ],
            y_title="length (loss per unit)",
            log=True,
        ),
        rate_chart(),
    ]


def _colours(config: Config) -> dict[int, int]:
    """Batch size → entry of the theme's categories; yours is blue even when it is 1, 10 or all."""
    known = {config.n_points: 2, 10: 4, 1: 1}
    return {size: 0 if size == own_size(config) else known[size] for size in sizes_of(config)}


def _names(config: Config) -> dict[int, str]:
    found = {}
    for size in sizes_of(config):
        found[size] = f"all {size}" if size == config.n_points else f"batch {size}"
        if size == own_size(config):
            found[size] = f"yours: {found[size].removeprefix('batch ')}"
    return found


def _traces(config: Config, **looks: Any) -> tuple[list[int], list[Trace]]:
    """The batch sizes, and a trace for each in its colour; the largest batch, the calmest, lies on top."""
    names, colours, sizes = _names(config), _colours(config), sizes_of(config)
    traces = []
    for size in sizes:
        colour = f"category-{colours[size]}"
        trace: Trace = {
            "type": "scatter",
            "mode": "lines",
            "name": names[size],
            "line": {"color": colour, "width": 2.25},
            "marker": {"color": colour, "size": 5},
        }
        traces.append({**trace, **looks})
    return sizes, traces


def _bowl(config: Config) -> Panel:
    ground: Trace = {
        "type": "contour",
        "colorscale": "sequential",
        "contours": {"start": 1, "end": 12, "size": 1},
        "line": {"color": "ink-0.25", "width": 1},
        "zmin": 0,
        "zmax": 12,
        "colorbar": {
            "title": {"text": "typical error", "side": "right"},
            "tickvals": [2, 4, 6, 8, 10, 12],
            "thickness": 12,
            "outlinewidth": 0,
        },
        "hovertemplate": "slope %{x:.2f}, intercept %{y:.2f}: error %{z:.2f}<extra></extra>",
        "showlegend": False,
    }
    best: Trace = {
        "type": "scatter",
        "mode": "markers",
        "name": "best line",
        "marker": {"symbol": "x", "size": 11, "color": "ink-1"},
    }
    start: Trace = {
        **best,
        "name": "start",
        "x": [START[0]],
        "y": [START[1]],
        "marker": {"symbol": "circle-open", "size": 11, "color": "ink-1", "line": {"width": 2}},
    }
    sizes, paths = _traces(config)
    for size, path in zip(sizes, paths, strict=True):
        if size < 10:  # it goes everywhere: the calmer ones must stay in sight
            path["line"] = {**path["line"], "width": 1.2}
            path["opacity"] = 0.75
    n = 1 + len(paths)
    bind = [
        replace(0, "x", "bowl/slopes"),
        replace(0, "y", "bowl/intercepts"),
        replace(0, "z", "bowl/errors"),
        *_xy(1, sizes, "path_x/batch_{}", "path_y/batch_{}"),
        replace(n, "x", "best_x"),
        replace(n, "y", "best_y"),
    ]
    layout = layout_of("slope", "intercept", height=440, right=84)
    layout["xaxis"]["range"], layout["yaxis"]["range"] = list(WINDOW[0]), list(WINDOW[1])
    return figure(
        "The loss bowl and every path", {"data": [ground, *paths, best, start], "layout": layout}, bind
    )


def _cloud(config: Config, bowl: Bowl) -> Panel:
    sizes, traces = _traces(config, mode="markers")
    for size, trace in zip(sizes, traces, strict=True):
        whole = size == config.n_points
        trace["marker"] = {**trace["marker"], "size": 13 if whole else 5, "opacity": 1 if whole else 0.6}
        trace["marker"]["symbol"] = "diamond" if whole else "circle"
        trace["hovertemplate"] = "∂/∂slope %{x:.2f}, ∂/∂intercept %{y:.2f}"
    zero: Trace = {
        "type": "scatter",
        "mode": "markers",
        "name": "no gradient",
        "x": [0],
        "y": [0],
        "marker": {"symbol": "cross-thin-open", "size": 16, "color": "ink-1", "line": {"width": 1.5}},
    }
    layout = layout_of("∂ loss / ∂ slope", "∂ loss / ∂ intercept", height=440)
    seen = np.concatenate([bowl.gradients(*START), bowl.gradients(float(bowl.best[0]), float(bowl.best[1]))])
    low, high = np.quantile(seen, 0.005, axis=0), np.quantile(seen, 0.995, axis=0)
    for name, a, b in zip(("xaxis", "yaxis"), low, high, strict=True):
        room = 0.1 * float(b - a)
        layout[name]["range"] = [float(a) - room, float(b) + room]
    bind = _xy(0, sizes, "cloud_x/batch_{}", "cloud_y/batch_{}")
    return figure(
        "Gradient noise: what batches say here",
        {"data": [*traces, zero], "layout": layout},
        bind,
    )


def _curve(config: Config, bowl: Bowl, array: str, against: str, most: int) -> Panel:
    """The loss above the best line against `array`: updates on a logarithmic axis, examples on an even one."""
    sizes, traces = _traces(config, hovertemplate="%{y:.3g} after %{x:,}")
    updates = array == "updates"
    naive: Trace = {
        "type": "scatter",
        "mode": "lines",
        "name": "always the mean",
        "x": [1, most],
        "y": [float(np.var(bowl.y)) - bowl.floor] * 2,
        "line": {"color": "ink-0.5", "width": 1.4, "dash": "dash"},
        "hovertemplate": "%{y:.3g}",
    }
    layout = layout_of(against, "loss above the best line", height=300)
    layout["yaxis"] |= {"type": "log", "range": [-5, 1.7], "dtick": 1, "exponentformat": "power"}
    layout["xaxis"]["range"] = [0, most]
    if updates:
        layout["xaxis"] |= {"type": "log", "range": [0, float(np.log10(most))], "dtick": 1}
    bind = _xy(0, sizes, array + "/batch_{}", "excess/batch_{}")
    return figure(f"Loss against {against}", {"data": [*traces, naive], "layout": layout}, bind)


def _fit(config: Config) -> Panel:
    examples: Trace = {
        "type": "scatter",
        "mode": "markers",
        "name": "examples",
        "marker": {"color": "ink-0.4", "size": 4},
        "hovertemplate": "x %{x:.2f}, y %{y:.2f}",
    }
    sizes, traces = _traces(config)
    bind = [
        replace(0, "x", "points_x"),
        replace(0, "y", "points_y"),
        *(replace(1 + i, "x", "line_x") for i in range(len(sizes))),
        *(replace(1 + i, "y", f"line_y/batch_{size}") for i, size in enumerate(sizes)),
    ]
    layout = layout_of("x", "y", height=300)
    layout["yaxis"]["range"] = [-6, 8]
    return figure("The lines as they are now", {"data": [examples, *traces], "layout": layout}, bind)


def rate_chart() -> Panel:
    """The learning rate on its way."""
    return chart(
        "Learning rate",
        lines=[line("rate/learning", "of the last update", colour=0)],
        y_title="learning rate",
    )


def _xy(first: int, sizes: Sequence[int], x: str, y: str) -> list[Bind]:
    """Bindings of the arrays x and y, one pair for each batch size, to the traces from `first` on."""
    return [
        replace(first + i, axis, name.format(size))
        for i, size in enumerate(sizes)
        for axis, name in (("x", x), ("y", y))
    ]


def layout_of(x: str, y: str, *, height: int, right: int = 14) -> dict[str, Any]:
    """A figure's layout: axis titles, height and the room for a colour bar, in pixels."""
    return {
        "height": height,
        "margin": {"r": right, "t": 44},
        "hovermode": "closest",
        "xaxis": {"title": {"text": x}},
        "yaxis": {"title": {"text": y}},
    }
