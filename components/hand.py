"""The sliders of a page in one session (and its layers, which have buttons), and what follows them: told by the page's script
or, sooner, by the browser.

Streamlit sends a slider's value when the browser has drawn the slider, and one that is dragged when it is let go; then a
script begins. The browser says the same past all that (`frontend/hand.js`, `server/routes.py`): what follows a slider
follows the hand. The page hears of the value afterwards as ever, and finds that it has been followed.
"""

from __future__ import annotations

import math
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final, TypeVar

from training.executor import Executor
from training.shortcuts import shortcuts

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

C = TypeVar("C", bound="DataclassInstance")

#: Tells whether it is there.
Picture = Callable[[], bool]
#: Called with the setting that has moved, its value before, its value now, and whether that comes from a hand, which waits for
#: a picture before it says more; gives the picture of it, if there will be one.
Follower = Callable[[str, object, object, bool], Picture | None]
#: A position of a slider in the browser, or layers as text → the setting's legal value, or None.
Read = Callable[[float | str], object]

#: Seconds for which the page is expected to hear what the hand has said. A hand that rests on a slider says nothing.
HEARD_SECONDS: Final = 1.5
#: Seconds that a hand waits for a server that can begin a run.
READY_SECONDS: Final = 0.15
_LOOK_SECONDS: Final = 0.004

NEVER: Final = -math.inf


@dataclass
class _Slider:
    value: object  # what the followers know
    page: object  # what the page knows
    read: Read
    pictures: list[Picture] = field(default_factory=list)
    #: When the browser said so, in monotonic seconds, if the page has not heard of it since.
    said: float = NEVER

    @property
    def ahead(self) -> bool:
        """Whether the page is about to hear of the value."""
        return time.monotonic() - self.said < HEARD_SECONDS


def until(there: Callable[[], bool], seconds: float) -> bool:
    """Waits until it is there, or so long. Whether it is."""
    began = time.monotonic()
    while not there():
        if time.monotonic() - began > seconds:
            return False
        time.sleep(_LOOK_SECONDS)
    return True


class Hand:
    """What the hand has done on the sliders of one page. Safe to call from any thread."""

    def __init__(self, learner: str, executor: Callable[[], Executor]) -> None:
        self.id: Final = secrets.token_hex(16)
        self.learner: Final = learner
        self.lock: Final = threading.RLock()
        self._executor = executor
        self._sliders: dict[str, _Slider] = {}
        self._followers: list[Follower] = []
        self._page: object = None
        shortcuts[self.id] = self

    def begins(self, page: object) -> None:
        """This page begins to draw its sliders: nobody follows them yet."""
        with self.lock:
            self._followers = []
            if page is not self._page:
                self._page, self._sliders = page, {}

    def add_follower(self, follower: Follower) -> None:
        with self.lock:
            self._followers.append(follower)

    def drawn(self, name: str, value: object, read: Read) -> None:
        """The page has drawn a slider with this value."""
        with self.lock:
            known = self._sliders.get(name)
            if known is not None and known.ahead and known.page == value:
                known.read = read  # the page is only behind; a preset is not
                return
            self._sliders[name] = _Slider(value, value, read)

    def heard(self, name: str, now: object) -> list[Picture]:
        """The page has heard that a slider moved: what follows it does, if it has not done so."""
        with self.lock:
            slider = self._sliders.get(name)
            if slider is None:
                return []
            slider.page = now
            if slider.ahead and slider.value != now:
                return []  # the hand is further already
            slider.said = NEVER
            return slider.pictures if slider.value == now else self._follow(name, slider, now, by_hand=False)

    def told(self, name: str, position: float | str) -> dict[str, Any]:
        """A browser says where a slider stands. Answers whether a picture of it will come.

        While the page is drawn nobody follows; it then finds that the hand is `ahead`.
        """
        until(lambda: self._executor().ready, READY_SECONDS)
        with self.lock:
            slider = self._sliders.get(name)
            now = None if slider is None else slider.read(position)
            if slider is None or now in (None, slider.value):
                return {"picture": False}
            pictures = self._follow(name, slider, now, by_hand=True)
            slider.said = time.monotonic()
            return {"picture": bool(pictures)}

    def ahead(self, config: C) -> C:
        """The page's config with what the hand has said that the page has not heard yet."""
        with self.lock:
            ahead = {name: slider for name, slider in self._sliders.items() if slider.ahead}
        said = {
            name: slider.value for name, slider in ahead.items() if getattr(config, name, None) == slider.page
        }
        return replace(config, **said)

    def _follow(self, name: str, slider: _Slider, now: object, *, by_hand: bool) -> list[Picture]:
        asked = [follower(name, slider.value, now, by_hand) for follower in self._followers]
        slider.value = now
        slider.pictures = [picture for picture in asked if picture is not None]
        return slider.pictures
