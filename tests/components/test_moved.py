"""A slider's script waits for the picture that follows it, and not for ever."""

from __future__ import annotations

import time

import pytest

from components import moved


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moved, "PICTURE_SECONDS", 0.3)
    monkeypatch.setattr(moved, "TRAVEL_SECONDS", 0.1)


def seconds_of(*pictures: float) -> float:
    """How long pictures are waited for that are there after so many seconds."""
    began = time.monotonic()
    moved._wait_for([lambda after=after: time.monotonic() - began >= after for after in pictures])  # type: ignore[misc]
    return time.monotonic() - began


def test_nothing_is_waited_for_without_a_picture() -> None:
    assert seconds_of() < 0.05


def test_all_pictures_are_waited_for_and_have_time_to_travel() -> None:
    assert 0.25 <= seconds_of(0.05, 0.15) < 0.3 + 0.2


def test_a_picture_that_does_not_come_is_given_up() -> None:
    assert 0.3 <= seconds_of(0.0, 100.0) < 0.3 + 0.2
