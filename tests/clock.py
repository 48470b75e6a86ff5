"""A clock for what waits: only sleeping moves it."""

from __future__ import annotations


class Clock:
    """Stands for the module `time`."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds

    def passed(self, seconds: float) -> bool:
        return self.now >= seconds
