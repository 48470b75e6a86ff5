"""A computational graph on a page: its text, its picture that follows the hand, and its gradients in three columns."""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import streamlit as st

from components.link import plain
from components.sketch import sketch
from models import graph_layout
from models.autograd import OPERATIONS
from models.expression import MAX_LENGTH, ExpressionError, parse
from models.graph import Graph, central_differences, gradients
from models.graph_layout import layout
from models.troubles import SENTENCES
from training.executor import RunError
from training.runs import runs

LARGEST = 1e300  # of a value that a browser may tell
_VALUES = "computational graph: values"  # in the session: (expression, {variable: value})
_MOST_DIGITS = 10
_CONTEXT = 30  # characters shown before and after a mistake


def read_expression(text: str) -> Graph | None:
    """The graph of the text; None after showing the sentence and the place when it is none."""
    try:
        return parsed(text)
    except ExpressionError as error:
        st.error(plain(str(error)))
        st.code(_pointed_at(text, error.position), language=None)
        return None


@functools.lru_cache(maxsize=128)
def parsed(text: str) -> Graph:
    """`parse`, remembered. Raises ExpressionError."""
    return parse(text)


def _pointed_at(text: str, position: int) -> str:
    """The line of the mistake, with an arrow below it."""
    clean = "".join(char if char.isprintable() else " " for char in text)
    start = max(0, position - _CONTEXT)
    return f"{clean[start : position + _CONTEXT]}\n{' ' * (position - start)}↑"


def graph_sketch(text: str, graph: Graph) -> None:
    """Draws the graph; what the learner sets in it is kept for `values_of`."""

    def take(told: object) -> None:
        values = legal_values(told, text, graph)
        if values is not None:
            st.session_state[_VALUES] = (text, values)

    sketch(
        "graph",
        {**picture(text), "values": values_of(text, graph)},
        key="graph",
        on_told=take,
    )


def legal_values(told: object, text: str, graph: Graph) -> dict[str, float] | None:
    """The values of the graph's variables in what a browser told; None when it is anything else."""
    if not isinstance(told, dict) or told.get("key") != text or not isinstance(told.get("values"), dict):
        return None
    given: dict[object, object] = told["values"]
    names = graph.variables
    if given.keys() != names.keys():
        return None
    found = {}
    for name, value in given.items():
        if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= LARGEST:
            return None
        found[str(name)] = float(value)
    return found


def values_of(text: str, graph: Graph) -> dict[str, float]:
    """What the variables are set to now."""
    kept, values = st.session_state.get(_VALUES, ("", {}))
    return dict(values) if kept == text else graph.starts


@functools.lru_cache(maxsize=128)
def picture(text: str) -> Mapping[str, Any]:
    """Everything of the graph that the sketch needs and that no value changes, as JSON. Raises ExpressionError."""
    graph = parsed(text)
    plan = layout(graph)
    nodes = [
        {**asdict(node), "title": OPERATIONS[node.operation].symbol if node.operation else node.name}
        for node in graph.nodes
    ]
    sizes = {
        "node_width": graph_layout.WIDTH,
        "node_height": graph_layout.HEIGHT,
        "label_width": graph_layout.LABEL_WIDTH,
        "label_height": graph_layout.LABEL_HEIGHT,
    }
    used = {node.operation for node in graph.nodes if node.operation}
    return {
        "key": text,
        "nodes": nodes,
        "starts": graph.starts,
        "layout": {
            **sizes,
            "width": plan.width,
            "height": plan.height,
            "nodes": [[round(x, 2), round(y, 2)] for x, y in plan.nodes],
            "edges": [_edge(edge) for edge in plan.edges],
        },
        "words": {
            name: {
                "symbol": OPERATIONS[name].symbol,
                "written": OPERATIONS[name].written,
                "slopes": list(OPERATIONS[name].slopes_written),
            }
            for name in sorted(used)
        },
        "troubles": SENTENCES,
    }


def _edge(edge: graph_layout.Edge) -> dict[str, Any]:
    return {
        "parent": edge.parent,
        "child": edge.child,
        "slot": edge.slot,
        "points": [[round(x, 2), round(y, 2)] for x, y in edge.points],
        "label": [round(edge.label[0], 2), round(edge.label[1], 2)],
    }


def three_columns(text: str, graph: Graph) -> None:
    """Draws each variable's gradient by the engine, by torch.autograd (in a worker) and by central differences."""
    values = values_of(text, graph)
    mine, numeric = gradients(graph, values), central_differences(graph, values)
    theirs, refusal = _torch(text, tuple(values.items()))
    rows = [
        "| ∂result/∂ | value | this engine | torch.autograd | central differences |",
        "|---|---:|---:|---:|---:|",
    ]
    for name in graph.variables:
        other = "…" if theirs is None else _digits(theirs[name])
        cells = (f"**{name}**", _digits(values[name]), _digits(mine[name]), other, _digits(numeric[name]))
        rows.append("| " + " | ".join(cells).replace("_", "\\_") + " |")
    st.markdown("\n".join(rows))
    if refusal:
        st.caption(plain(f"torch.autograd has not answered: {refusal}"))
    elif theirs is not None:
        st.caption(_verdict(mine, theirs, numeric))


def _torch(text: str, values: tuple[tuple[str, float], ...]) -> tuple[dict[str, float] | None, str]:
    """(torch's gradients, "") or (None, the sentence that says why there are none)."""
    try:
        return _asked(text, values), ""
    except RunError as error:
        return None, str(error)


@st.cache_data(max_entries=2000, show_spinner=False)
def _asked(text: str, values: tuple[tuple[str, float], ...]) -> dict[str, float]:
    """Torch is not imported here but in a worker; the same question is asked once for all learners."""
    found: dict[str, float | str] = runs().executor.call(
        "models.backpropagation_check:torch_gradients", {"expression": text, "values": dict(values)}
    )
    return {name: float(value) for name, value in found.items()}


def _digits(value: float) -> str:
    if math.isnan(value):
        return "no number"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    return f"{value:.{_MOST_DIGITS}g}".replace("-", "−")


def _verdict(mine: Mapping[str, float], theirs: Mapping[str, float], numeric: Mapping[str, float]) -> str:
    """How far the columns are apart, in one sentence."""
    known = {
        name: other
        for name, other in theirs.items()
        if all(map(math.isfinite, (other, mine[name], numeric[name])))
    }
    if not known:
        return "At these values the gradients are no numbers; the sentence below the graph says why."
    apart = [
        max(abs(column[name] - mine[name]) / max(1.0, abs(mine[name])) for name in known)
        for column in (known, numeric)
    ]
    return (
        f"Largest relative difference from this engine: torch.autograd {apart[0]:.1g}, central differences {apart[1]:.1g}. "
        "Central differences nudge each variable by a millionth and compare two results, so their last digits are rounding."
    )


def agreement() -> None:
    """Draws a button that checks the engine on 200 random expressions, drawn anew with every press."""
    if st.button("Check 200 random expressions", key="check expressions"):
        seed = int(st.session_state.get("checks", 0))
        st.session_state["checks"] = seed + 1
        try:
            st.session_state["check"] = runs().executor.call(
                "models.backpropagation_check:agreement", {"n": 200, "seed": seed}
            )
        except RunError as error:
            st.error(plain(str(error)))
    found = st.session_state.get("check")
    if found:
        st.markdown(
            f"{found['n']} expressions, {found['n_gradients']} gradients. Largest relative difference from torch.autograd: "
            f"**{found['torch']:.1g}**, from central differences: **{found['central']:.1g}**, the latter in"
        )
        st.code(found["worst"], language=None, wrap_lines=True)


def expression_box(ready: Mapping[str, tuple[str, str]], key: str = "expression") -> str:
    """The text of the graph: one of the `ready` ones (name → label, text) or the learner's own, kept in the address."""

    def pick() -> None:
        chosen = str(st.session_state.get("graph of"))
        if chosen in ready:
            st.session_state[key] = ready[chosen][1]

    first = next(iter(ready))
    text = str(st.session_state.get(key) or st.query_params.get(key) or ready[first][1])
    before = str(st.session_state.get("graph shown"))
    if before in ready and text == st.session_state.get("graph text") and text != ready[before][1]:
        text = ready[before][1]  # the settings have made another network of the one that is shown
        st.session_state[key] = text
    name = next((name for name, (_, known) in ready.items() if known == text), "own")
    st.session_state["graph shown"], st.session_state["graph text"] = name, text
    st.session_state["graph of"] = name if name in ready else None
    st.pills("Graph", list(ready), key="graph of", format_func=lambda one: ready[one][0], on_change=pick)
    return str(
        st.text_area(
            "Expression",
            ready[first][1],
            key=key,
            max_chars=MAX_LENGTH,
            height=68,
            bind="query-params",
            help="Numbers, names, + − * / ^ and tanh, sigmoid, relu, softplus, exp, log, sqrt, abs, square, sin, cos. "
            "`x = 2;` sets a value, `h = tanh(w*x);` names a part. Names with x are inputs, with y or t targets, the "
            "others weights.",
        )
    )
