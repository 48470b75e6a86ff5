"""A part of a page that its own controls redraw alone; the rest of the page follows when the hand has rested."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar

import streamlit as st
from streamlit.components.v2 import component

from components.live import assets_version, base_path

T = TypeVar("T")

#: Milliseconds without a change of the part, after which the whole page is drawn.
REST_MS: Final = 1200

_KEY: Final = "the rest of the page"
_N_DRAWN: Final = "the rest of the page: drawn"
_LOADER: Final = """
export default async function (component) {
  const { show } = await import(new URL(component.data.assets + "/follow.js", window.location.href).href);
  return show(component);
}
"""

_follow = component("playground.follow", js=_LOADER, isolate_styles=False)


def drawn_by_itself(part: Callable[[], T]) -> T:
    """Draws a part of the page and gives what `part` gives. Call it once on a page.

    A moved slider of the part spares the browser the rest of the page, which is a third of the time to the new picture.
    """
    late = False  # whether the rest of the page is older than the part

    def draw() -> T:
        nonlocal late
        if late and st.session_state.get(_KEY, {}).get("rested"):
            st.rerun()  # the whole page, with this part
        result = part()
        n_drawn = st.session_state[_N_DRAWN] = st.session_state.get(_N_DRAWN, 0) + 1
        data = {
            "assets": f"{base_path()}/assets/{assets_version()}",
            "late": late,
            "n_drawn": n_drawn,
            "rest": REST_MS,
        }
        _follow(key=_KEY, data=data, on_rested_change=_heard)
        late = True
        return result

    return st.fragment(draw)()


def _heard() -> None:
    """With a callback, and only so, the component's word is a value of the session."""
