"""The hand on a slider: what follows it is told once, by the browser or by the page's script, and never goes back."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from components import hand as hand_module
from components.hand import HEARD_SECONDS, READY_SECONDS, Hand, Picture
from tests.clock import Clock
from training.shortcuts import shortcuts


class Server:
    """A server that can begin a run at a certain time."""

    def __init__(self, clock: Clock) -> None:
        self.clock, self.at = clock, 0.0

    @property
    def ready(self) -> bool:
        return self.clock.passed(self.at)


@dataclass(frozen=True)
class Config:
    depth: int = 1
    width: int = 8


def whole(position: float | str) -> int | None:
    return int(position) if not isinstance(position, str) and 0 < position < 100 else None


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(hand_module, "time", clock)
    return clock


class Page:
    """A page with one slider, "depth", at 1, and a view that follows it."""

    def __init__(self, clock: Clock) -> None:
        self.server = Server(clock)
        self.hand = Hand("ada", lambda: self.server)  # type: ignore[arg-type, return-value]
        self.followed: list[tuple[object, object, bool]] = []
        self.draw()

    def draw(self, depth: int = 1) -> None:
        self.hand.begins("this page")
        self.hand.drawn("depth", depth, whole)
        self.hand.add_follower(self.follow)

    def follow(self, name: str, before: object, now: object, by_hand: bool) -> Picture | None:
        assert name == "depth"
        self.followed.append((before, now, by_hand))
        return lambda: True


@pytest.fixture
def page(clock: Clock) -> Iterator[Page]:
    yield Page(clock)


def test_what_the_browser_says_is_followed_and_the_page_finds_it_done(page: Page) -> None:
    assert page.hand.told("depth", 2.0) == {"picture": True}
    assert page.followed == [(1, 2, True)]
    assert len(page.hand.heard("depth", 2)) == 1, "the picture that is on its way"
    page.hand.drawn("depth", 2, whole)
    assert page.followed == [(1, 2, True)]
    assert page.hand.told("depth", 2.0) == {"picture": False}, "the page knows"


def test_what_only_the_page_hears_is_followed_too(page: Page) -> None:
    assert len(page.hand.heard("depth", 3)) == 1
    page.hand.drawn("depth", 3, whole)
    assert page.hand.told("depth", 3.0) == {"picture": False}, "the browser's word came later"
    page.hand.told("depth", 4.0)
    assert page.followed == [(1, 3, False), (3, 4, True)]


def test_a_page_that_is_behind_the_hand_takes_nothing_back(page: Page, clock: Clock) -> None:
    page.hand.told("depth", 2.0)
    page.hand.told("depth", 3.0)
    assert page.hand.heard("depth", 2) == []
    page.hand.drawn("depth", 2, whole)
    assert page.hand.ahead(Config(depth=2)) == Config(depth=3)
    page.draw(2)
    assert page.hand.ahead(Config(depth=2)) == Config(depth=3), "nor when all of it is drawn"
    assert len(page.hand.heard("depth", 3)) == 1
    assert page.hand.ahead(Config(depth=3)) == Config(depth=3)
    assert page.followed == [(1, 2, True), (2, 3, True)]


def test_there_and_back(page: Page) -> None:
    page.hand.told("depth", 2.0)
    page.hand.told("depth", 1.0)
    assert page.hand.ahead(Config()) == Config()
    assert page.followed == [(1, 2, True), (2, 1, True)]


def test_a_view_of_another_value_is_not_ahead(page: Page) -> None:
    page.hand.told("depth", 2.0)
    assert page.hand.ahead(Config(depth=5)) == Config(depth=5)
    assert page.hand.ahead(Config(width=9)) == Config(depth=2, width=9)


def test_what_the_page_never_hears_is_forgotten(page: Page, clock: Clock) -> None:
    page.hand.told("depth", 2.0)
    clock.sleep(HEARD_SECONDS)
    assert page.hand.ahead(Config()) == Config()
    page.draw()
    assert len(page.hand.heard("depth", 3)) == 1
    assert page.followed == [(1, 2, True), (1, 3, False)]


@pytest.mark.parametrize(
    ("name", "position"), [("width", 2.0), ("depth", 0.0), ("depth", 1e300), ("depth", 1.0), ("", 2.0)]
)
def test_a_slider_that_is_not_there_or_cannot_stand_there(page: Page, name: str, position: float) -> None:
    assert page.hand.told(name, position) == {"picture": False}
    assert page.followed == []


def test_a_page_that_is_drawn_meanwhile_finds_the_hand_ahead(page: Page) -> None:
    page.hand.begins("this page")
    assert page.hand.told("depth", 2.0) == {"picture": False}
    assert page.hand.ahead(Config()) == Config(depth=2), "what a view begins with"
    page.hand.add_follower(page.follow)
    assert page.hand.heard("depth", 2) == [] and page.followed == []


def test_what_is_told_while_the_page_is_drawn_is_newer_than_what_was_told_before(page: Page) -> None:
    """Two presses in a row: the page hears of both at once, between the first and the second word of the hand."""
    page.hand.told("depth", 2.0)
    page.hand.heard("depth", 3)
    page.hand.begins("this page")
    page.hand.drawn("depth", 3, whole)
    page.hand.told("depth", 3.0)
    assert page.hand.ahead(Config(depth=3)) == Config(depth=3)


def test_sliders_of_another_page_are_others(page: Page) -> None:
    page.hand.told("depth", 2.0)
    page.hand.begins("another page")
    page.hand.add_follower(page.follow)
    assert page.hand.ahead(Config()) == Config()
    assert page.hand.told("depth", 3.0) == {"picture": False}


def test_what_a_preset_sets_takes_the_place_of_what_the_hand_said(page: Page) -> None:
    page.hand.told("depth", 2.0)
    page.draw(7)
    assert page.hand.ahead(Config(depth=7)) == Config(depth=7)
    page.hand.told("depth", 8.0)
    assert page.followed == [(1, 2, True), (7, 8, True)]


def test_what_the_page_heard_while_the_hand_waited_for_the_server_is_not_followed_again(
    page: Page, clock: Clock
) -> None:
    page.server.at, sleep = 0.1, clock.sleep

    def page_hears(seconds: float) -> None:
        clock.sleep = sleep  # type: ignore[method-assign]
        page.hand.heard("depth", 2)
        sleep(seconds)

    clock.sleep = page_hears  # type: ignore[method-assign]
    assert page.hand.told("depth", 2.0) == {"picture": False}
    assert len(page.hand.heard("depth", 3)) == 1, "nor is the hand ahead of the page"
    assert page.followed == [(1, 2, False), (2, 3, False)]


def test_a_view_that_fails_leaves_it_to_the_page(page: Page) -> None:
    def fails(*_: object) -> Picture | None:
        raise ValueError("no such experiment")

    page.hand.begins("this page")
    page.hand.add_follower(fails)
    with pytest.raises(ValueError, match="no such experiment"):
        page.hand.told("depth", 2.0)
    page.hand.begins("this page")
    page.hand.add_follower(page.follow)
    assert len(page.hand.heard("depth", 2)) == 1


@pytest.mark.parametrize(("at", "waits"), [(0.0, 0.0), (0.1, 0.1), (9.0, READY_SECONDS)])
def test_a_server_that_is_not_ready_is_waited_for_but_not_for_ever(
    page: Page, clock: Clock, at: float, waits: float
) -> None:
    page.server.at = at
    page.hand.told("depth", 2.0)
    assert clock.now == pytest.approx(waits, abs=0.01)
    assert page.followed == [(1, 2, True)]


def test_a_hand_lives_as_long_as_its_session(page: Page) -> None:
    name = page.hand.id
    assert shortcuts[name] is page.hand
    del page.hand
    gc.collect()
    assert name not in shortcuts


def test_layers_are_told_as_they_shall_be_so_that_no_press_counts_twice(page: Page) -> None:
    """The second of two presses in a row reaches the hand before the page has heard of the first, or the page before the hand."""
    asked = {"8-4": (8, 4), "8-4-4": (8, 4, 4)}
    page.hand.drawn("depth", (8,), asked.get)  # type: ignore[arg-type]
    assert page.hand.told("depth", "8-4") == page.hand.told("depth", "8-4-4") == {"picture": True}
    assert page.hand.heard("depth", (8, 4)) == [], "the page is behind"
    page.hand.drawn("depth", (8, 4), asked.get)  # type: ignore[arg-type]
    assert page.hand.told("depth", "8-4-4") == {"picture": False}, "said twice"
    assert len(page.hand.heard("depth", (8, 4, 4))) == 1
    page.hand.drawn("depth", (8, 4, 4), asked.get)  # type: ignore[arg-type]
    assert page.hand.told("depth", "8-4-4") == {"picture": False}, "the page has heard of it"
    assert page.hand.told("depth", "9999999") == {"picture": False}, "no such layers"
    assert [now for _, now, _ in page.followed] == [(8, 4), (8, 4, 4)]


def test_what_is_not_on_the_page_is_not_heard_of(page: Page) -> None:
    assert page.hand.heard("layers", (8,)) == [] and page.followed == []
