"""What is redrawn when a control is touched: a slider alone, then the part of the page around it, then the page.

Each follows the other when the hand has rested, for a browser draws a whole page for longer than a hand likes to wait.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Final, TypeVar

import streamlit as st

from components.assets import assets, mounted

T = TypeVar("T")

#: Milliseconds without a change of the part, after which the whole page is drawn.
REST_MS: Final = 1200

#: The same after a slider of the part, which is drawn once its picture is there or this time is over.
PART_REST_MS: Final = 150
PICTURE_MS: Final = 800

_PART: Final = "part of the page"
_KEY: Final = "what follows the part"

_follow = mounted("playground.follow", "follow.js")


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
        _follow(key=_KEY, data=_wait(late, REST_MS), on_rested_change=_heard)
        late = True
        return result

    return st.fragment(key=_PART)(draw)()


def _heard() -> None:
    """With a callback, and only so, the component's word is a value of the session. It is not `st.rerun` itself: of fourteen
    keys pressed in quick succession on a busy machine one was lost then, in three of eight tries; in none of thirteen so."""


def the_part_follows(name: str, *, picture: bool) -> None:
    """Called in the fragment of a slider, which has been drawn alone: has the part around it drawn in a moment.

    picture: whether one is on its way, which is to be drawn before.
    """
    wait = _wait(True, PART_REST_MS, PICTURE_MS if picture else 0)
    _follow(key=f"what follows {name}", data=wait, on_rested_change=partial(st.rerun, _PART))


def _wait(late: bool, rest: int, picture: int = 0) -> dict[str, object]:
    # The moment makes the data new, or the browser would not be told of a second change.
    return {"assets": assets(), "late": late, "rest": rest, "picture": picture, "moment": time.monotonic()}
