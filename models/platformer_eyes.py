"""What the copies of a game see, in the form that was chosen, as one array or a dict of two."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.platformer_pixels import Painter
from models.platformer_stage import Stage
from models.platformer_view import tile_window
from models.platformer_world import Arrays, Integers, Seen

Observation = NDArray[Any] | dict[str, NDArray[Any]]
MOST_FIRSTS = 4096  # first observations kept


class Eyes:
    """Sees copies of a stage as `kind` says: one of OBSERVATIONS, or "none" for a game that nobody learns from."""

    def __init__(self, stage: Stage, kind: str) -> None:
        self._kind = kind
        self._painter = Painter(stage)
        self._firsts: dict[tuple[int, int], Observation] = {}

    def see(self, seen: Seen) -> Observation:
        """Rows for these copies."""
        match self._kind:
            case "tiles":
                return tile_window(seen)
            case "pixels":
                return self._painter.paint(seen)
            case "both":
                return {"tiles": tile_window(seen), "pixels": self._painter.paint(seen)}
        return np.empty((len(seen.clock), 0), dtype=np.float32)

    def show_first(self, observation: Observation, world: Arrays, copies: Integers, phase: Integers) -> None:
        """Overwrites the rows of copies that have just begun: they depend on level and phase alone, so they are kept."""
        keys = list(zip(world.level[copies].tolist(), phase[copies].tolist(), strict=True))
        if len(self._firsts) > MOST_FIRSTS:
            self._firsts.clear()
        unknown = [i for i, key in enumerate(keys) if key not in self._firsts]
        if unknown:
            seen = self.see(world.picked(copies[unknown]))
            self._firsts.update((keys[i], rows_of(seen, k)) for k, i in enumerate(unknown))
        _overwrite(observation, copies, [self._firsts[key] for key in keys])


def rows_of(observation: Observation, which: Any) -> Observation:
    """Some copies' rows, copied."""
    if isinstance(observation, dict):
        return {name: rows[which].copy() for name, rows in observation.items()}
    rows: NDArray[Any] = observation[which].copy()
    return rows


def row_of(observation: Observation, i: int) -> Observation:
    """What one copy sees."""
    if isinstance(observation, dict):
        return {name: rows[i] for name, rows in observation.items()}
    row: NDArray[Any] = observation[i]
    return row


def _overwrite(observation: Observation, copies: Integers, rows: Sequence[Observation]) -> None:
    for copy, row in zip(copies.tolist(), rows, strict=True):
        if isinstance(observation, dict):
            for name, part in observation.items():
                part[copy] = row[name]
        else:
            observation[copy] = row
