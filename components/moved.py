"""A slider that is answered before the page is drawn anew.

Streamlit draws the whole fragment of the widget that was touched, which takes a browser longer than all that the new picture
needs. So each slider is a fragment of its own, and its script does first what the picture needs: what follows the slider
(`when_moved`) begins a run or changes one, whose frame comes over a stream, unless the browser has said so sooner
(`components/hand.py`). Only when that is there is anything drawn: the slider at once, and a moment later the part of the page
around it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final, TypeVar

import streamlit as st

from components.follow import the_part_follows
from components.hand import Follower, Hand, Picture, Read, until
from components.learner import learner
from training.runs import runs

T = TypeVar("T")

#: How long a picture is waited for before the slider is drawn; and how long one that is there has to reach the browser.
PICTURE_SECONDS: Final = 0.2
TRAVEL_SECONDS: Final = 0.08

_HAND: Final = "moved: hand"


def hand() -> Hand:
    """The hand on the sliders of this session's page."""
    if _HAND not in st.session_state:
        st.session_state[_HAND] = Hand(learner(), lambda: runs().executor)
    found: Hand = st.session_state[_HAND]
    return found


def nobody_follows(page: object = None) -> None:
    """Called when a page, of which this is a name, begins to draw its settings."""
    hand().begins(page)


def when_moved(follower: Follower) -> None:
    """Have this called for each slider of the page that moves, until the page draws its settings again."""
    hand().add_follower(follower)


def drawn_alone(name: str, value: Callable[[], T], widget: Callable[[], T], read: Read) -> T:
    """What `widget` gives, drawn as a fragment of its own. `value` gives the same before it is drawn.

    read: what the setting is when the slider stands at a position, as the browser counts them.
    """
    known: list[T] = []  # the value that the page has, or that the followers have been told of

    def draw() -> T:
        pictures: list[Picture] = []
        alone = bool(known)
        if alone and (now := value()) != known[0]:
            pictures = hand().heard(name, now)
            _wait_for(pictures)
        known[:] = [widget()]
        hand().drawn(name, known[0], read)
        if alone:
            the_part_follows(name, picture=bool(pictures))
        return known[0]

    return st.fragment(draw)()


def _wait_for(pictures: list[Picture]) -> None:
    if pictures and until(lambda: all(there() for there in pictures), PICTURE_SECONDS):
        time.sleep(TRAVEL_SECONDS)
