"""The pictures of the lesson on transfer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from components.panels import (
    Bind,
    Panel,
    chart,
    confusion,
    figure,
    images,
    line,
    live_answer,
    picture_strip,
    replace,
    scores,
    text,
)
from models.settings import from_mapping
from models.transfer_settings import LEARNERS, Config
from models.transfer_tasks import class_names

Trace = dict[str, Any]
NEAREST = "nearest neighbour"
#: Marks of the learners besides their colours.
SYMBOLS = ("circle", "square", "diamond")


def panels(config: Mapping[str, Any], facts: Mapping[str, Any]) -> list[Panel]:
    """What a run of `models.transfer` shows."""
    settings = from_mapping(Config, config)
    names = tuple(facts.get("class_names") or class_names(settings)[1])
    found = [
        _race(settings),
        text(
            "Best gain over scratch: {gain/best:percent}\n"
            "Fine-tuned: {accuracy/finetuned:percent}\n"
            "Frozen features: {accuracy/frozen:percent}\n"
            "From scratch: {accuracy/scratch:percent}"
        ),
        *([_curve(settings)] if settings.curve else []),
        images("All that the three may learn from (first repetition)", "few", columns=max(1, len(names))),
        _features(names, settings),
        *([_first(settings)] if _has_first(settings) else []),
        chart(
            "Loss on the few pictures",
            lines=[line(f"loss/{name}", words) for name, words in LEARNERS.items()],
            y_title="cross-entropy (nats)",
            log=True,
        ),
        scores(metric="accuracy/test", own="fine-tuned"),
        picture_strip(f"Test pictures ({LEARNERS[settings.shown]})"),
        confusion(f"Which classes are confused ({LEARNERS[settings.shown]})"),
        *([live_answer()] if settings.body == "small" else []),
    ]
    return found


def _has_first(config: Config) -> bool:
    """Whether the first task is learned here, not by others before."""
    return config.body == "small" and config.epochs > 0


def _race(config: Config) -> Panel:
    """Test accuracy of the three learners while they train: means, and bands over the repetitions."""
    traces: list[Trace] = []
    bind: list[Bind] = []
    for number, (name, words) in enumerate(LEARNERS.items()):
        edge = {
            "type": "scatter",
            "mode": "lines",
            "line": {"color": f"category-{number}", "width": 0.8, "dash": "dot"},
            "hoverinfo": "skip",
            "showlegend": False,
        }
        middle = {
            "type": "scatter",
            "mode": "lines+markers",
            "name": words,
            "line": {"color": f"category-{number}", "width": 2.5},
            "marker": {"color": f"category-{number}", "symbol": SYMBOLS[number], "size": 7},
            "hovertemplate": "%{y:.1%}",
        }
        for trace, ending in ((edge, "/low"), (edge, "/high"), (middle, "")):
            bind += [
                replace(len(traces), "x", "race_x"),
                replace(len(traces), "y", f"race/{name}{ending}"),
            ]
            traces.append(dict(trace))
    n = "mean" if config.seeds > 1 else "one repetition"
    several = f"{n} of {config.seeds} repetitions" if config.seeds > 1 else n
    when = ", once the first is learned" if _has_first(config) else ""
    layout = _layout(f"updates of the second task{when}", "test accuracy", height=330)
    layout["xaxis"]["range"] = [0, config.steps * 1.03]
    layout["hovermode"] = "x unified"
    title = f"{config.shots} {'pictures' if config.shots > 1 else 'picture'} per class: {several}"
    return figure(title, {"data": traces, "layout": layout}, bind, wide=True)


def _curve(config: Config) -> Panel:
    """Test accuracy against pictures per class, point by point."""
    traces: list[Trace] = []
    bind: list[Bind] = []
    for number, (name, words) in enumerate((*LEARNERS.items(), (NEAREST, "nearest neighbour on pixels"))):
        own = name in LEARNERS
        colour = f"category-{number}" if own else "ink-0.55"
        traces.append(
            {
                "type": "scatter",
                "mode": "lines+markers",
                "name": words,
                "line": {"color": colour, "width": 2.2 if own else 1.4, "dash": "solid" if own else "dash"},
                "marker": {"color": colour, "symbol": SYMBOLS[number] if own else "x", "size": 8},
                "error_y": {"type": "data", "symmetric": False, "thickness": 1.2, "width": 4, "visible": own},
                "hovertemplate": "%{y:.1%}",
            }
        )
        bind += [
            replace(number, "x", f"curve_x/{name}"),
            replace(number, "y", f"curve/{name}"),
            replace(number, "error_y.array", f"curve/{name}/high"),
            replace(number, "error_y.arrayminus", f"curve/{name}/low"),
        ]
    layout = _layout("pictures per class", "test accuracy", height=330)
    layout["hovermode"] = "x unified"
    layout["xaxis"] |= {
        "type": "log",
        "range": [-0.08, 1.78],
        "tickvals": [1, 2, 5, 10, 20, 50],
        "ticktext": ["1", "2", "5", "10", "20", "50"],
    }
    return figure("Accuracy against pictures per class", {"data": traces, "layout": layout}, bind, wide=True)


def _features(names: tuple[str, ...], config: Config) -> Panel:
    """The test pictures on the plane of the two main directions of the shown learner's features."""
    traces: list[Trace] = []
    bind: list[Bind] = []
    for label, name in enumerate(names):
        colour = f"category-{label}"
        traces.append(
            {
                "type": "scatter",
                "mode": "markers",
                "name": _plain(name),
                "marker": {"color": colour, "symbol": label % 8, "size": 6, "opacity": 0.85},
                "hoverinfo": "name",
            }
        )
        bind += [replace(label, axis, f"plane_{axis}/{label}") for axis in "xy"]
    layout = _layout("first main direction", "second main direction", height=320)
    layout["yaxis"] = {"title": {"text": "second main direction"}}
    title = f"Features of the test pictures ({LEARNERS[config.shown]})"
    return figure(title, {"data": traces, "layout": layout}, bind)


def _first(config: Config) -> Panel:
    trace: Trace = {
        "type": "scatter",
        "mode": "lines+markers",
        "name": "held-back pictures",
        "line": {"color": "category-7", "width": 2.2},
        "marker": {"color": "category-7", "size": 6},
        "hovertemplate": "%{y:.1%}",
        "showlegend": False,
    }
    layout = _layout("passes over the first task", "accuracy", height=240)
    layout["xaxis"]["range"] = [0, config.epochs * 1.03]
    return figure(
        "The first task: its own classes",
        {"data": [trace], "layout": layout},
        [replace(0, "x", "first_x"), replace(0, "y", "first/first")],
    )


def _layout(x: str, y: str, *, height: int) -> dict[str, Any]:
    return {
        "height": height,
        "margin": {"t": 44},
        "hovermode": "closest",
        "xaxis": {"title": {"text": x}},
        "yaxis": {"title": {"text": y}, "range": [0, 1.04], "tickformat": ".0%"},
    }


def _plain(name: str) -> str:
    """Plotly reads a little HTML; names of the learner's own classes stay text."""
    return name.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
