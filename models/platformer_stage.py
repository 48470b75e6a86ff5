"""The levels of a batch as flat arrays, so that each copy finds its own tiles and moving things with one look-up.

N copies, E walkers and P platforms in the richest level (poorer levels have ghosts, far away), T ticks of time.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from models.platformer_level import EDGE, Level
from models.platformer_moving import TILE, WALKER_HEIGHT, rides, walks

#: Cells of air around a level, for views that look beyond it and heroes that jump above it. At the sides a wall.
TOP, BOTTOM, SIDE = 18, 10, 16
WIDTH, HEIGHT = TILE * 3 // 4, TILE * 7 // 8  # of the hero
FAR = 1 << 40  # units: where ghosts are

Integers = NDArray[np.int64]


class Stage:
    """A pool of levels.

    grids (levels, cells): padded tiles, row by row, `stride` cells to a row. walk (T·walkers): left edge of every
    walker at every tick, a level's walker e in column walk_column[e, level]; column 0 is a ghost. ride (2, T·platforms):
    likewise left edge and top of the platforms, carry (2, T·platforms): how far they moved since the last tick.
    """

    def __init__(self, levels: Sequence[Level], ticks: int) -> None:
        self.levels, self.ticks = tuple(levels), ticks
        n = len(levels)
        self.stride = max(level.width for level in levels) + 2 * SIDE
        self.n_rows = max(level.height for level in levels) + TOP + BOTTOM
        self.origin = TOP * self.stride + SIDE  # cell of column 0, row 0
        self.grids = np.stack([self._padded(level) for level in levels]).reshape(n, -1)
        self.start = np.array([level.start for level in levels], dtype=np.int64).T
        self.flag = np.array([level.flag[0] for level in levels], dtype=np.int64)
        self.height = np.array([level.height for level in levels], dtype=np.int64)
        most = max(len(level.items) for level in levels)
        self.items = np.full(
            (n, most), -1, dtype=np.int64
        )  # cell of each of a level's items; −1: it has fewer
        for i, level in enumerate(levels):
            self.items[i, : len(level.items)] = [self.origin + r * self.stride + c for c, r in level.items]
        self._place_walkers()
        self._place_platforms()
        self.fixed = self._fixed()

    def _padded(self, level: Level) -> NDArray[np.int8]:
        grid = np.zeros((self.n_rows, self.stride), dtype=np.int8)
        grid[:, :SIDE] = EDGE
        grid[:, SIDE + level.width :] = EDGE
        grid[TOP : TOP + level.height, SIDE : SIDE + level.width] = level.tiles
        return grid

    def _place_walkers(self) -> None:
        n = len(self.levels)
        self.n_walkers = max(len(level.walkers) for level in self.levels)
        self.walk_column = np.zeros((self.n_walkers, n), dtype=np.int64)
        self.walk_top = np.full((self.n_walkers, n), FAR, dtype=np.int64)
        tracks, used = [np.full((self.ticks, 1), FAR, dtype=np.int64)], 1
        for i, level in enumerate(self.levels):
            count = len(level.walkers)
            self.walk_column[:count, i] = np.arange(used, used + count)
            self.walk_top[:count, i] = [(row + 1) * TILE - WALKER_HEIGHT for _, row in level.walkers]
            tracks.append(walks(level, self.ticks))
            used += count
        self.walk_width = used
        self.walk = np.concatenate(tracks, axis=1).ravel()

    def _place_platforms(self) -> None:
        n = len(self.levels)
        self.n_platforms = max(len(level.platforms) for level in self.levels)
        self.ride_column = np.zeros((self.n_platforms, n), dtype=np.int64)
        self.ride_length = np.zeros((self.n_platforms, n), dtype=np.int64)
        places, used = [np.full((2, self.ticks, 1), FAR, dtype=np.int64)], 1
        for i, level in enumerate(self.levels):
            count = len(level.platforms)
            self.ride_column[:count, i] = np.arange(used, used + count)
            self.ride_length[:count, i] = [platform.width * TILE for platform in level.platforms]
            places.append(rides(level, self.ticks))
            used += count
        self.ride_width = used
        table = np.concatenate(places, axis=2)
        moved = np.zeros_like(table)
        moved[:, 1:] = np.diff(table, axis=1)
        self.ride, self.carry = table.reshape(2, -1), moved.reshape(2, -1)

    def _fixed(self) -> Integers:
        """(rows, levels) what a copy gets when it begins a level, in the order of `platformer_world.Arrays`."""
        x, y = self.start * TILE
        here = [
            x + (TILE - WIDTH) // 2,
            y + TILE - HEIGHT,
            self.flag * TILE + TILE // 2 - WIDTH,
            self.height * TILE,
        ]
        reach = self.ride_length + WIDTH - 1
        things = (self.walk_column, self.walk_top, self.ride_column, self.ride_length, reach)
        return np.concatenate([np.stack(here), *things])
