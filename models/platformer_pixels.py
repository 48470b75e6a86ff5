"""A small grey picture of each copy, 60 high and 80 wide: 15 × 20 tiles around the hero, 4 × 4 pixels to a tile.

Tiles, then things on them, as an old handheld would: a copy of the tile codes turned into 4 × 4 patches by one look-up,
cut out to the pixel where the hero is, and small boxes drawn over it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.platformer_level import BLOCK, BRICK, COIN, EDGE, GROUND, USED
from models.platformer_moving import TILE, TILE_BITS, WALKER_HEIGHT, WALKER_WIDTH
from models.platformer_stage import Stage
from models.platformer_view import platforms_now, walkers_now, windows
from models.platformer_world import HEIGHT, WIDTH, Seen

PIXELS = 4  # to a tile, each way
ROWS, COLUMNS = 15, 20  # tiles in sight
ABOVE, BEHIND = 9, 6  # tiles in sight above the hero's top, and left of its left edge
SHAPE = (1, ROWS * PIXELS, COLUMNS * PIXELS)
UNIT_BITS = TILE_BITS - 2  # units to a pixel, as a shift
SKY, HERO, WALKER, PLATFORM, FLAG = 0, 255, 200, 150, 220

Picture = NDArray[np.uint8]


def _patches() -> Picture:
    """(codes, 4, 4) the look of each tile."""
    looks = np.zeros((EDGE + 1, PIXELS, PIXELS), dtype=np.uint8)
    looks[GROUND] = 100
    looks[BRICK] = 120
    looks[BRICK, 0] = 90
    looks[BLOCK] = 140
    looks[BLOCK, 1:3, 1:3] = 240
    looks[USED] = 110
    looks[COIN, 1:3, 1:3] = 240
    looks[EDGE] = 60
    return looks


PATCHES = _patches()


class Painter:
    """Paints the copies of a stage."""

    def __init__(self, stage: Stage) -> None:
        self._flag = stage.flag * TILE + TILE // 2
        self._post = np.array([level.flag[1] + 1 for level in stage.levels]) * TILE

    def paint(self, seen: Seen) -> Picture:
        """(n, 1, 60, 80) uint8, 0 for the sky to 255 for the hero."""
        n = len(seen.clock)
        left = (seen.pos[0] >> UNIT_BITS) - BEHIND * PIXELS  # in pixels
        top = (seen.pos[1] >> UNIT_BITS) - ABOVE * PIXELS
        codes = windows(seen, left >> 2, top >> 2, ROWS + 1, COLUMNS + 1)
        rows = PATCHES.transpose(1, 0, 2)[:, codes]  # (4, n, rows, columns, 4): picture row in the tile first
        whole = rows.transpose(1, 2, 0, 3, 4).reshape(n, (ROWS + 1) * PIXELS, (COLUMNS + 1) * PIXELS)
        out = np.empty((n, *SHAPE), dtype=np.uint8)
        right, down = left & 3, top & 3
        for y in range(PIXELS):
            for x in range(PIXELS):
                mine = ((down == y) & (right == x)).nonzero()[0]
                if len(mine):
                    out[mine, 0] = whole[mine, y : y + SHAPE[1], x : x + SHAPE[2]]
        self._draw_things(out[:, 0], seen, left, top)
        return out

    def _draw_things(self, out: Picture, seen: Seen, left: NDArray[np.int64], top: NDArray[np.int64]) -> None:
        stage, one = seen.stage, np.ones((1, 1), dtype=np.int64)
        pole = self._flag[seen.level][None]
        _box(out, pole, self._post[seen.level][None] - 3 * TILE, one, 3 * TILE * one, FLAG, left, top)
        if stage.n_platforms:
            x, y = platforms_now(seen)
            _box(out, x, y, seen.ride_length, TILE // 2 * one, PLATFORM, left, top)
        if stage.n_walkers:
            x, y = walkers_now(seen)
            x = x + (TILE - WALKER_WIDTH) // 2
            _box(out, x, y, WALKER_WIDTH * one, WALKER_HEIGHT * one, WALKER, left, top)
        _box(out, seen.pos[:1], seen.pos[1:], WIDTH * one, HEIGHT * one, HERO, left, top)


def _box(
    out: Picture,
    x: NDArray[np.int64],
    y: NDArray[np.int64],
    width: NDArray[np.int64],
    height: NDArray[np.int64],
    grey: int,
    left: NDArray[np.int64],
    top: NDArray[np.int64],
) -> None:
    """Draws boxes (things, n), in units, as far as they are in sight."""
    x0, y0 = (x >> UNIT_BITS) - left, (y >> UNIT_BITS) - top
    x1 = np.minimum(((x + width - 1) >> UNIT_BITS) - left + 1, SHAPE[2])
    y1 = np.minimum(((y + height - 1) >> UNIT_BITS) - top + 1, SHAPE[1])
    x0, y0 = np.maximum(x0, 0), np.maximum(y0, 0)
    which, copies = ((x0 < x1) & (y0 < y1)).nonzero()
    if not len(which):
        return
    for copy, a, b, c, d in zip(
        copies.tolist(), *(edges[which, copies].tolist() for edges in (y0, y1, x0, x1)), strict=True
    ):
        out[copy, a:b, c:d] = grey
