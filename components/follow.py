"""What is redrawn when a control is touched: a slider alone, then the part of the page around it, then the page.

Each follows the other when the hand has rested, for a browser draws a whole page for longer than a hand likes to wait.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final, TypeVar

import streamlit as st

from components.assets import assets, mounted

T = TypeVar("T")

#: Milliseconds without a change of the part, after which the whole page is drawn.
REST_MS: Final = 1200

#: The same after a slider of the part, which is drawn once its picture is there or this time is over.
PART_REST_MS: Final = 150
PICTURE_MS: Final = 800

_PART: Final = "part"
_PAGE: Final = "page"

_follow = mounted("playground.follow", "follow.js")


def drawn_by_itself(part: Callable[[], T]) -> T:
    """Draws a part of the page and gives what `part` gives. Call it once on a page.

    A moved slider of the part spares the browser the rest of the page, which is a third of the time to the new picture.
    """
    late = False  # whether the rest of the page is older than the part

    def draw() -> T:
        nonlocal late
        result = part()
        _mount(_PART, then=_PAGE if late else "", rest=REST_MS)
        late = True
        return result

    result = st.fragment(draw)()
    _mount(_PAGE)
    return result


def the_part_follows(name: str, *, picture: bool) -> None:
    """Called in the fragment of a slider, which has been drawn alone: has the part around it drawn in a moment.

    picture: whether one is on its way, which is to be drawn before.
    """
    _mount(name, then=_PART, rest=PART_REST_MS, picture=PICTURE_MS if picture else 0)


def _mount(name: str, *, then: str = "", rest: int = 0, picture: int = 0) -> None:
    """Has this part of the page drawn whenever it is told to; and, if there is another, tells that to follow.

    Each part is drawn because its own component asks for it, never by `st.rerun`: such a run knows nothing of what the browser
    holds, so Streamlit has it draw the widgets as the address says they stood when it began, and a key that was pressed
    meanwhile was lost.
    """
    data = {
        "assets": assets(),
        "name": name,
        "then": then,
        "rest": rest,
        "picture": picture,
        "moment": time.monotonic(),  # makes the data new, or the browser would not be told of a second change
    }
    _follow(key=f"what follows {name}", data=data)
