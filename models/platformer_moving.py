"""Where walkers and platforms are, as tables over time: they go to and fro, whatever the hero does.

A thing on a beat of length L (from `low` to `low + L`) that moves v each tick is, at tick t,

    low + L − |((u₀ + v·t) mod 2L) − L|

so a batch of games asks for all of them with one look-up, and nothing has to be moved. Lengths in units, TILE to a tile.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from models.platformer_level import Level, Platform

TILE_BITS = 12
TILE = 1 << TILE_BITS
WALK = 120  # units per tick: 1.8 tiles per second
GLIDE = 160  # units per tick of a platform: 2.3 tiles per second
BEAT = 6  # tiles that a walker leaves its first place at most
WALKER_WIDTH, WALKER_HEIGHT = TILE * 3 // 4, TILE * 3 // 4
TRAVEL = 4  # tiles that a platform leaves its first place at most

Integers = NDArray[np.int64]


def wave(ticks: int, home: int, low: int, high: int, speed: int) -> Integers:
    """(ticks,) positions of a thing that is at `home` at tick 0 and goes to `low` first if speed < 0."""
    length = high - low
    if length == 0:
        return np.full(ticks, low, dtype=np.int64)
    begin = home - low if speed > 0 else 2 * length - (home - low)
    turned = (begin + abs(speed) * np.arange(ticks, dtype=np.int64)) % (2 * length)
    return low + length - np.abs(turned - length)


def _room(home: int, most: int, free: Callable[[int], bool]) -> tuple[int, int]:
    """The first and the last place that are free without a gap from `home` on, at most so many places from it."""
    low = high = home
    while home - low < most and free(low - 1):
        low -= 1
    while high - home < most and free(high + 1):
        high += 1
    return low, high


def beat(level: Level, column: int, row: int) -> tuple[int, int]:
    """First and last column of a walker: to a wall, to the end of its floor, or BEAT tiles."""
    solid = level.tiles >= 2

    def free(c: int) -> bool:
        return 0 <= c < level.width and not solid[row, c] and bool(solid[row + 1, c])

    return _room(column, BEAT, free)


def walks(level: Level, ticks: int) -> Integers:
    """(ticks, walkers) left edge of each walker's cell, in units; they set out to the left."""
    tracks = []
    for column, row in level.walkers:
        low, high = beat(level, column, row)
        tracks.append(wave(ticks, column * TILE, low * TILE, high * TILE, -WALK))
    return np.stack(tracks, axis=1) if tracks else np.zeros((ticks, 0), dtype=np.int64)


def travel(level: Level, platform: Platform) -> tuple[int, int]:
    """First and last column (or row, of an upright one) of a platform's left cell: to a tile in its way or the edge.

    A rider must fit above it all along, so the row above counts as in its way too.
    """
    solid = level.tiles >= 2
    home = platform.row if platform.upright else platform.column

    def free(at: int) -> bool:
        column, row = (platform.column, at) if platform.upright else (at, platform.row)
        if not (0 <= column and column + platform.width <= level.width and 1 <= row < level.height):
            return False
        over = slice(max(row - 1, 0), row + 1)
        return not solid[over, column : column + platform.width].any()

    return _room(home, TRAVEL, free)


def rides(level: Level, ticks: int) -> Integers:
    """(2, ticks, platforms) left edge and top of each platform, in units; they set out to the right, or up."""
    places = np.zeros((2, ticks, len(level.platforms)), dtype=np.int64)
    for i, platform in enumerate(level.platforms):
        low, high = (place * TILE for place in travel(level, platform))
        places[0, :, i], places[1, :, i] = platform.column * TILE, platform.row * TILE
        home = (platform.row if platform.upright else platform.column) * TILE
        speed = -GLIDE if platform.upright else GLIDE
        places[int(platform.upright), :, i] = wave(ticks, home, low, high, speed)
    return places
