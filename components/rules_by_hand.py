"""Rules against examples: the choice of a table and of two of its features, and the sketch to write rules in."""

from __future__ import annotations

import streamlit as st

from components.sketch import sketch
from components.worker_data import worker_data
from models.perceptron_rules import LABELS, TABLES


def rules_by_hand() -> None:
    """Draws the choices, and the sketch once the table is there."""
    where, one, other = st.columns([2, 1, 1], vertical_alignment="bottom")
    with where:
        name = st.segmented_control(
            "Table",
            list(TABLES),
            default="iris_hard",
            required=True,
            format_func=LABELS.__getitem__,
            key="rules table",
        )
    name = name if name in TABLES else "iris_hard"
    names = worker_data("models.perceptron_rules:features", name=name)
    if names is None:
        return
    begin = TABLES[name][2]
    with one:
        first = st.selectbox("First feature", names, names.index(begin[0]), key=f"rules first {name}")
    rest = [feature for feature in names if feature != first]
    with other:
        at = rest.index(begin[1]) if begin[1] in rest else 0
        second = st.selectbox("Second feature", rest, at, key=f"rules second {name}")
    table = worker_data("models.perceptron_rules:table", name=name, first=first, second=second)
    if table is not None:
        sketch("rules", table, key=f"rules {name}")
