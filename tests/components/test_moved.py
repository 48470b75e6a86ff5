"""A slider's script waits for the picture that follows it, and not for ever."""

from __future__ import annotations

from functools import partial

import pytest

from components import hand, moved
from tests.clock import Clock


@pytest.mark.parametrize(
    ("pictures", "seconds"),
    [
        ((), 0.0),
        ((0.0,), moved.TRAVEL_SECONDS),
        ((0.1, 0.04), 0.1 + moved.TRAVEL_SECONDS),
        ((0.0, 100.0), moved.PICTURE_SECONDS),  # one that does not come
    ],
)
def test_pictures_are_waited_for_and_given_time_to_travel(
    monkeypatch: pytest.MonkeyPatch, pictures: tuple[float, ...], seconds: float
) -> None:
    clock = Clock()
    for module in (hand, moved):
        monkeypatch.setattr(module, "time", clock)
    moved._wait_for([partial(clock.passed, after) for after in pictures])
    assert clock.now == pytest.approx(seconds, abs=0.01)
