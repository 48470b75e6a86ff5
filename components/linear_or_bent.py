"""Two stacks side by side from the same first weights: a linear one, and one whose neurons bend."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from components.experiment import experiment
from components.link import plain
from components.pictures.activations import line_panels
from models.activations import Config
from models.activations_settings import ACTIVATIONS
from models.declarations import shortened

_REFUSED = "linear or bent: refused"  # what a link asked for
BENT = [name for name in ACTIVATIONS if name != "linear"]
#: One way of drawing the first weights for both, so that they are the same.
STRAIGHT = Config(activation="linear", depth=3, learning_rate=0.003, epochs=150)


def linear_or_bent() -> None:
    """Draws the choice of the other activation, kept in the address as `bent`, and both live views."""
    asked = st.query_params.get("bent", "")
    # Streamlit drops what it cannot use without a word.
    if asked and asked not in (*BENT, *(ACTIVATIONS[name] for name in BENT)):
        st.session_state[_REFUSED] = shortened(asked)
    bent = st.selectbox(
        "Bend of the second network",
        BENT,
        index=BENT.index("relu"),
        format_func=ACTIVATIONS.__getitem__,
        key="bent",
        bind="query-params",
        on_change=lambda: st.session_state.pop(_REFUSED, None),
    )
    if refused := st.session_state.get(_REFUSED):
        st.warning(plain(f"The link asks for the bend {refused}, which is not in the list; it was left out."))
    for place, name in zip(st.columns(2), ("linear", bent), strict=True):
        with place:
            experiment(
                "activations",
                replace(STRAIGHT, activation=name),
                lambda _: line_panels(),
                page="activations-linear" if name == "linear" else "activations-bent",
                title=ACTIVATIONS[name][0].upper() + ACTIVATIONS[name][1:],
                compact=True,
                follows_sliders=False,
            )
