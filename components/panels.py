"""The panels of a live view as plain JSON: what to draw and which of the run's numbers to draw it from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from string import Formatter
from typing import Final, Literal

Panel = dict[str, object]
Axis = Literal["epoch", "step", "seconds"]


@dataclass(frozen=True)
class Line:
    """One curve of a chart: a metric such as "loss/train", and what the learner reads in the legend.

    `colour` picks an entry of the theme's categories (by default the position of the line), `dash` is Plotly's word.
    `band` names and shades the range from "<metric>/low" to "<metric>/high" in a run that has these.
    """

    metric: str
    name: str
    colour: int | None = None
    dash: Literal["solid", "dot", "dash", "dashdot"] = "solid"
    band: str = ""


@dataclass(frozen=True)
class Bind:
    """How a trace of a `figure` takes its values from the run: see `replace` and `append`."""

    trace: int
    how: Literal["replace", "append"]
    attribute: str = ""
    array: str = ""
    x: str = ""
    y: str = ""


@dataclass(frozen=True)
class Limits:
    """What the − and + buttons over a network may reach: units in a hidden layer, and number of hidden layers."""

    least: int = 1
    most: int = 64
    max_length: int = 8


def line(
    metric: str,
    name: str,
    *,
    colour: int | None = None,
    dash: Literal["solid", "dot", "dash", "dashdot"] = "solid",
    band: str = "",
) -> Line:
    """A curve of `metric` for `chart`, called `name` in the legend."""
    return Line(metric, name, colour, dash, band)


def replace(trace: int, attribute: str, array: str) -> Bind:
    """Every frame, set `attribute` ("z", "marker.color") of trace number `trace` to the frame's (or facts') `array`."""
    return Bind(trace, "replace", attribute=attribute, array=array)


def append(trace: int, x: str, y: str) -> Bind:
    """Let trace number `trace` grow: `x` is "epoch", "step", "seconds" or a metric, `y` a metric."""
    return Bind(trace, "append", x=x, y=y)


def network(title: str = "Network", limits: Limits = Limits()) -> Panel:
    """The network diagram. It can be edited layer by layer when `live_view` is given `on_layers`."""
    return {"kind": "network", "title": title, "limits": asdict(limits)}


def decision_map(title: str = "What the network answers") -> Panel:
    """The plane of two inputs coloured by the network's answer, with the data points on top."""
    return {"kind": "decision_map", "title": title}


def chart(
    title: str,
    *,
    lines: Sequence[Line],
    y_title: str,
    x: Axis = "epoch",
    log: bool = False,
    percent: bool = False,
    y_range: tuple[float, float] | None = None,
    baselines: str = "",
) -> Panel:
    """Curves that grow with the run.

    `baselines` names a metric of the run's "baselines" facts, drawn as dashed lines: what a naive method reaches.
    `y_range` fixes the axis (in powers of ten when `log`); by default it only ever grows. `percent` prints 0.5 as 50 %.
    Raises ValueError when there is no line to draw.
    """
    if not lines:
        raise ValueError(
            f"The chart {title!r} has no lines. Give it at least one, for example line('loss/train', 'training')."
        )
    return {
        "kind": "chart",
        "title": title,
        "x": x,
        "y_title": y_title,
        "log": log,
        "percent": percent,
        "y_range": list(y_range) if y_range else None,
        "baselines": baselines,
        "lines": [{name: value for name, value in asdict(one).items() if value is not None} for one in lines],
    }


def figure(title: str, figure: Mapping[str, object], bind: Sequence[Bind], *, wide: bool = False) -> Panel:
    """Any Plotly figure as a plain dict {"data": [...], "layout": {...}}, its traces bound to the run.

    A trace's "colorscale" may be "sequential", from the page's background to blue, or "diverging", the scale of
    the decision map, and a colour "category-2" (an entry of the theme's categories) or "ink-0.5" (its text, half as
    strong): all follow the theme. A `wide` one has a row to itself.
    Raises ValueError when a binding names a trace that the figure does not have.
    """
    data = figure.get("data", ())
    n_traces = len(data) if isinstance(data, Sequence) else 0
    for one in bind:
        if not 0 <= one.trace < n_traces:
            raise ValueError(
                f"The figure {title!r} has {n_traces} traces, but a binding names trace {one.trace} (counted from 0)."
            )
    return {
        "kind": "figure",
        "title": title,
        "figure": dict(figure),
        "bind": [asdict(one) for one in bind],
        "wide": wide,
    }


def images(title: str, array: str, *, columns: int = 8, signed: bool = False) -> Panel:
    """A grid of pictures from the frame's `array`, (N, H, W) or (N, H, W, 3), `columns` in a row where there is room.

    `signed` pictures use the blue-orange scale with zero in the middle; others are grey, or coloured as they are.
    """
    return {"kind": "images", "title": title, "array": array, "columns": columns, "signed": signed}


def maps(
    title: str,
    array: str,
    *,
    keys: str,
    names: str,
    scores: Sequence[tuple[str, str, str]] = (),
    ringed: str = "",
) -> Panel:
    """Decision maps side by side from the frame's `array` (n, S, S), int8 −127 … 127, lowest row first.

    keys, names: the run's facts that hold each map's key and title. scores: (metric, label, style) under each map, where
    the metric is "<metric>/<key>". ringed: the fact with the positions of training points to ring.
    """
    return {
        "kind": "maps",
        "title": title,
        "array": array,
        "keys": keys,
        "names": names,
        "scores": [{"metric": metric, "name": name, "style": style} for metric, name, style in scores],
        "ringed": ringed,
    }


def feature_maps(title: str = "What each block makes of the chosen picture") -> Panel:
    """The frame's "maps/0", "maps/1", … (C, H, W), int8; a press on a pixel asks for "unit" and shows its arithmetic."""
    return {"kind": "feature_maps", "title": title}


def attributions(title: str = "What made the network answer so") -> Panel:
    """The frame's "explained/picture" beside "explained/maps" (n, H, W), int8, one for each of the facts' "method_names"."""
    return {"kind": "attributions", "title": title}


def picture_strip(title: str = "Test pictures") -> Panel:
    """The facts' "pictures/test" with right and wrong marked by the frame's "predictions/test"; a press asks for "picture"."""
    return {"kind": "picture_strip", "title": title}


def draw_picture(title: str = "Draw one yourself") -> Panel:
    """A sheet to draw on; the run's network, as it was at its last pause or end, answers in the browser."""
    return {"kind": "draw_picture", "title": title}


def live_answer(title: str = "Show it something") -> Panel:
    """Camera, file, test picture or drawing for the network that a run of `models.transfer` left, answered in the browser."""
    return {"kind": "live_answer", "title": title}


def neuron(title: str = "The example looked at") -> Panel:
    """A single neuron's sum with its numbers, from the frame's "neuron/…" arrays, and what the rule made of it."""
    return {"kind": "neuron", "title": title}


def cartpole(title: str = "Episodes, and the policy that plays them") -> Panel:
    """The frame's "episodes/…" play beside its "policy/map"; a step of one is written out, with its returns."""
    return {"kind": "cartpole", "title": title}


def lunar_lander(title: str = "Flights, and the policy that flies them") -> Panel:
    """The frame's "flights/…" play over the moon; a step of one is written out, with its chances, returns and reward."""
    return {"kind": "lunar_lander", "title": title}


def gridworld(title: str = "The world") -> Panel:
    """The frame's "grid/…" arrays in their cells, with the walk; it is painted on, and then asks for "painted"."""
    return {"kind": "gridworld", "title": title}


def cell_update(title: str = "What is computed in a cell") -> Panel:
    """The arithmetic of the cell that is chosen in the `gridworld`, or of the one that learned last."""
    return {"kind": "cell_update", "title": title}


def platformer(title: str = "The agent plays") -> Panel:
    """The frame's "shown/…" games play side by side, with what the agent saw, chose from, expected and earned."""
    return {"kind": "platformer", "title": title}


def platformer_deaths(title: str = "Where agents die") -> Panel:
    """The level of the frame's first shown game with its "deaths" (H, W) drawn on it."""
    return {"kind": "platformer_deaths", "title": title}


def confusion(title: str = "Which classes are confused") -> Panel:
    """Counts of actual against answered class, from the frame's "predictions/test"; not drawn for numbers.

    A press on a cell lists its examples and rings them on the decision map.
    """
    return {"kind": "confusion", "title": title}


def scores(
    title: str = "Against classical methods",
    *,
    metric: str = "accuracy/test",
    own: str = "network",
    measure: str = "",
) -> Panel:
    """Bars of `metric` for what is trained as it is now (called `own`) and for every method in the run's "baselines".

    measure: a sentence that says what the score is, where it is not one on examples that a method was fitted for.
    """
    percent = metric.startswith(("accuracy/", "rate/"))
    words = {"title": title, "metric": metric, "own": own, "measure": measure}
    return {"kind": "scores", "percent": percent, **words}


def group(title: str, panels: Sequence[Panel]) -> Panel:
    """Panels behind a disclosure, closed at first; what is closed is not drawn.

    Raises ValueError when there is nothing to disclose.
    """
    if not panels:
        raise ValueError(f"The group {title!r} has no panels. Give it at least one, or leave the group out.")
    return {"kind": "group", "title": title, "panels": list(panels)}


STYLES: Final = ("number", "percent", "integer", "epoch", "duration")


def text(template: str, title: str = "") -> Panel:
    """Big numbers: one tile for each line of `template`, "label: {name:style}".

    A name is "epoch", "step", "seconds", a metric ("accuracy/test") or a fact; a style is one of `STYLES`.
    Raises ValueError for an unknown style.
    """
    return {
        "kind": "text",
        "title": title,
        "tiles": [_tile(row) for row in template.splitlines() if row.strip()],
    }


def _tile(row: str) -> dict[str, object]:
    label, separator, value = row.partition(":")
    if not separator or "{" in label:
        label, value = "", row
    parts: list[dict[str, str]] = []
    for words, name, style, _ in Formatter().parse(value.strip()):
        if words:
            parts.append({"text": words})
        if name is not None:
            if style and style not in STYLES:
                raise ValueError(
                    f"The template line {row!r} asks for style {style!r}. Known styles: {', '.join(STYLES)}."
                )
            parts.append({"value": name, "style": style or "number"})
    return {"label": label.strip(), "parts": parts}
