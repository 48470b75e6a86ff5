"""Two to four runs side by side: the settings that differ, the scores, and their curves in one chart."""

from __future__ import annotations

import functools
import html
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import streamlit as st

from components.link import plain
from components.run_list import MOST_COMPARED
from components.run_view import back_to_list
from components.run_words import (
    SCORES,
    ago,
    duration_of,
    moment_of,
    number_in_words,
    title_of,
    values_in_words,
)
from components.theme import DARK, LIGHT
from training.log import read_index
from training.runs import runs
from training.store import RunRow

#: First part of a metric's name → what it is called.
METRICS: Final = {"loss": "Loss", "accuracy": "Accuracy", "r2": "R²"}
#: Part of the data → how its curve is drawn.
DASHES: Final = {"test": "solid", "train": "dot", "validation": "dashdot"}
PARTS: Final = {"test": "solid: test", "train": "dotted: training", "validation": "dash-dotted: validation"}
AXES: Final = {"epoch": "Epoch (passes over the training data)", "seconds": "Training time (seconds)"}
AXIS_NAMES: Final = {"epoch": "epochs", "seconds": "time"}
MOST_POINTS: Final = 600  # of a curve; more cannot be told apart on a screen

Curves = Mapping[str, Sequence[float | None]]


def compare_runs(learner: str, run_ids: Sequence[str]) -> None:
    """Draws the comparison of runs of the learner's own."""
    back_to_list()
    st.header("Compare runs")
    found = [runs().store.get(run_id) for run_id in dict.fromkeys(run_ids)]
    rows = [row for row in found if row is not None and row.learner == learner][:MOST_COMPARED]
    if len(rows) < 2:
        st.info("There is nothing to compare: tick at least two runs in the list.")
        return
    names = names_of(rows)
    curves = [curves_of(row) for row in rows]
    _draw_chart(rows, names, curves)
    st.subheader("Settings that differ, and scores")
    st.markdown(table(rows, names))


def names_of(rows: Sequence[RunRow]) -> list[str]:
    """A name for each run; those of the same title are numbered."""
    titles = [title_of(row) for row in rows]
    return [
        title if titles.count(title) == 1 else f"{title} ({titles[: i + 1].count(title)})"
        for i, title in enumerate(titles)
    ]


def table(rows: Sequence[RunRow], names: Sequence[str]) -> str:
    """A Markdown table with a line for each setting in which the runs differ, then scores and durations."""
    words = [values_in_words(row) for row in rows]
    labels = {name: label for told in words for name, (label, _) in told.items()}
    lines: list[tuple[str, list[str]]] = []
    for name, label in labels.items():
        values = [told.get(name, ("", "–"))[1] for told in words]
        if len(set(values)) > 1:
            lines.append((label[:1].upper() + label[1:], values))
    for metric, label in SCORES.items():
        if any(metric in row.metrics for row in rows):
            scores = [
                number_in_words(metric, row.metrics[metric]) if metric in row.metrics else "–" for row in rows
            ]
            lines.append((label[:1].upper() + label[1:], scores))
    lines.append(("Training time", [duration_of(row.metrics) or "–" for row in rows]))
    lines.append(("Started", [ago(moment_of(row)) for row in rows]))
    head = " | ".join(plain(name) for name in names)
    body = "\n".join(f"| {plain(label)} | {' | '.join(map(plain, values))} |" for label, values in lines)
    return f"| What | {head} |\n|---|{'---|' * len(rows)}\n{body}"


def curves_of(row: RunRow) -> Curves:
    """Column → values at the recorded frames of the run's last segment: epoch, seconds and each metric."""
    folder = runs().limits.runs_folder / row.id
    try:
        size = (folder / "index.jsonl").stat().st_size
    except OSError:
        return {}
    return _read_curves(folder, size)


@functools.lru_cache(maxsize=64)
def _read_curves(folder: Path, _size: int) -> Curves:
    index = read_index(folder)
    index = [entry for entry in index if entry["segment"] == index[-1]["segment"]]
    if len(index) > MOST_POINTS:
        index = [index[round(i * (len(index) - 1) / (MOST_POINTS - 1))] for i in range(MOST_POINTS)]
    names = dict.fromkeys(name for entry in index for name in entry["metrics"])
    columns: dict[str, list[float | None]] = {axis: [entry[axis] for entry in index] for axis in AXES}
    return columns | {name: [entry["metrics"].get(name) for entry in index] for name in names}


def _draw_chart(rows: Sequence[RunRow], names: Sequence[str], curves: Sequence[Curves]) -> None:
    offered = [name for name in METRICS if any(f"{name}/{part}" in one for one in curves for part in DASHES)]
    if not offered:
        st.info("These runs recorded no curves.")
        return
    with st.container(horizontal=True):
        metric = st.segmented_control(
            "Curves of",
            offered,
            default=offered[0],
            required=True,
            format_func=METRICS.__getitem__,
            key="compare: metric",
        )
        axis = st.segmented_control(
            "Over",
            list(AXES),
            default="epoch",
            required=True,
            format_func=AXIS_NAMES.__getitem__,
            key="compare: axis",
        )
    metric, axis = metric or offered[0], axis or "epoch"
    drawn = [part for part in DASHES if any(f"{metric}/{part}" in one for one in curves)]
    st.plotly_chart(
        figure(rows, names, curves, metric, axis),
        key="curves",
        alt=f"{METRICS[metric]} of {len(rows)} runs over {axis}",
        config={"displaylogo": False},
    )
    st.caption(", ".join(PARTS[part] for part in drawn).capitalize() + ".")


def figure(
    rows: Sequence[RunRow], names: Sequence[str], curves: Sequence[Curves], metric: str, axis: str
) -> dict[str, Any]:
    """The chart as plain JSON: a colour for each run, a dash for each part of the data."""
    dark = st.context.theme.type == "dark"
    colours = (DARK if dark else LIGHT).categories
    data = []
    for run_id, name, colour, one in zip([row.id for row in rows], names, colours, curves, strict=False):
        parts = [part for part in DASHES if f"{metric}/{part}" in one]
        for part in parts:
            data.append(
                {
                    "type": "scatter",
                    "mode": "lines" if len(one[axis]) > 1 else "markers",
                    "x": list(one[axis]),
                    "y": list(one[f"{metric}/{part}"]),
                    "name": html.escape(name, quote=False),
                    "legendgroup": run_id,
                    "showlegend": part == parts[0],
                    "line": {"color": colour, "dash": DASHES[part], "width": 2},
                    "marker": {"color": colour},
                    "hovertemplate": f"%{{y:.4g}} ({part})<extra>%{{fullData.name}}</extra>",
                }
            )
    y_axis: dict[str, Any] = {"title": {"text": y_title(rows, metric)}}
    if metric == "accuracy":
        y_axis["tickformat"] = ".0%"
    layout = {
        "xaxis": {"title": {"text": AXES[axis]}, "rangemode": "tozero"},
        "yaxis": y_axis,
        "legend": {"orientation": "h", "y": -0.22, "yanchor": "top", "x": 0},
        "height": 420,
        "margin": {"l": 64, "r": 16, "t": 24, "b": 56},
        "hovermode": "closest",
    }
    return {"data": data, "layout": layout}


def y_title(rows: Sequence[RunRow], metric: str) -> str:
    """The axis title with its unit; losses of different kinds have none in common."""
    if metric == "accuracy":
        return "Accuracy (share of right answers)"
    if metric == "r2":
        return "R² (1 is perfect)"
    kinds = {_loss_kind(row) for row in rows}
    return f"Loss ({kinds.pop()})" if len(kinds) == 1 else "Loss (each run's own kind)"


def _loss_kind(row: RunRow) -> str:
    told = values_in_words(row).get("loss", ("", "by target"))[1]
    if told != "by target":
        return told
    return (
        "mean squared error" if any(name.startswith("r2/") for name in row.metrics) else "cross-entropy, nats"
    )
