"""The choice of a ready-made gridworld: it begins a new run in that world, with nothing painted on it."""

from __future__ import annotations

import streamlit as st

from models.gridworld_settings import Config
from models.gridworld_world import TITLES

_CHOSEN = "gridworld: chosen world"
_OWN = "From the link"


def world_choice(config: Config) -> None:
    """Draws the choice; `config` says which world the page shows now."""
    own = config.world not in TITLES
    names = [*TITLES, *([config.world] if own else [])]
    st.session_state[_CHOSEN] = config.world
    st.selectbox(
        "World",
        names,
        format_func=lambda name: TITLES.get(name, _OWN),
        key=_CHOSEN,
        on_change=_take,
        help="A new run begins there. To change the world while the run goes on, paint on it.",
    )


def _take() -> None:
    st.session_state["world"] = st.session_state[_CHOSEN]
    st.session_state["painted"] = ""
