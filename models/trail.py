"""The way that a run went, thinned while it grows, so that an hour of steps draws as fast as a second of them."""

from __future__ import annotations

from typing import Generic, TypeVar

T = TypeVar("T")


class Trail(Generic[T]):
    """Places of a walk in order: the first ones all, then ever fewer, or evenly spaced ones."""

    def __init__(self, limit: int = 200, growth: float = 1.0, widest: int = 1) -> None:
        """limit: places kept at most; beyond, every other one goes. growth above 1 keeps those places whose number has
        grown by this factor since the last one kept, as suits a logarithmic axis, up to a distance of `widest`."""
        self._limit, self._growth, self._widest = limit, growth, widest
        self._stride, self._next = 1, 0
        self.places: list[T] = []

    def wants(self, number: int) -> bool:
        """Whether the place with this number is one to keep: making a copy of it may cost something."""
        return number >= self._next

    def add(self, number: int, place: T) -> None:
        """Keep the place that `wants` asked for."""
        self.places.append(place)
        if len(self.places) > self._limit:
            self.places = self.places[::2]
            self._stride *= 2
        self._next = number + max(self._stride, min(int(number * (self._growth - 1)), self._widest))
