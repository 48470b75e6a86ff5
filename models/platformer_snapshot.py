"""What a picture of some copies needs, as small arrays."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.platformer_moving import TILE, WALKER_HEIGHT
from models.platformer_rules import TICKS_PER_SECOND
from models.platformer_stage import FAR
from models.platformer_view import platforms_now, walkers_now
from models.platformer_world import Arrays


def pictured(world: Arrays, copies: NDArray[np.int64]) -> dict[str, NDArray[Any]]:
    """The snapshot of n copies, with E walkers, P platforms and I items in the richest level.

    x, y (n,) left edge and top of the hero in tiles, vx, vy (n,) tiles per second, facing (n,) ±1, ground (n,), over (n,)
    index into ENDS, level (n,), tick (n,) ticks on the stage's clock (phase included: the argument of
    `platformer_moving`), coins, stomps, action (n,), walkers (n, E, 2) left edge of the cell and its row in tiles, NaN
    where there is none (left), platforms (n, P, 3) left edge, top and width in tiles, NaN where there is none, taken
    (n, I) whether the level's `items` are gone.
    """
    seen = world.picked(copies)
    walk_x, walk_top = walkers_now(seen)
    ride = platforms_now(seen)
    walkers = np.stack([walk_x, walk_top + WALKER_HEIGHT - TILE], axis=-1) / TILE
    walkers[(walk_top == FAR) | (walk_x == FAR)] = np.nan
    platforms = np.stack([*ride, seen.ride_length], axis=-1) / TILE
    platforms[seen.ride_length == 0] = np.nan
    return {
        "x": (seen.pos[0] / TILE).astype(np.float32),
        "y": (seen.pos[1] / TILE).astype(np.float32),
        "vx": (seen.vel[0] * (TICKS_PER_SECOND / TILE)).astype(np.float32),
        "vy": (seen.vel[1] * (TICKS_PER_SECOND / TILE)).astype(np.float32),
        "facing": seen.facing.astype(np.int8),
        "ground": seen.ground,
        "over": seen.over.astype(np.int8),
        "level": seen.level.astype(np.int16),
        "tick": seen.clock.astype(np.int32),
        "action": world.action[copies].astype(np.int8),
        "coins": world.coins[copies].astype(np.int16),
        "stomps": world.stomps[copies].astype(np.int16),
        "walkers": walkers.transpose(1, 0, 2).astype(np.float32),
        "platforms": platforms.transpose(1, 0, 2).astype(np.float32),
        "taken": _taken(world, copies),
    }


def _taken(world: Arrays, copies: NDArray[np.int64]) -> NDArray[np.bool_]:
    """(n, I) by the items of each copy's level; False for items that it does not have."""
    stage = world.stage
    taken = np.zeros((len(copies), stage.items.shape[1]), dtype=np.bool_)
    levels = world.level[copies]
    cells = stage.items[levels]
    there = cells >= 0
    now = world.grid[copies[:, None], np.maximum(cells, 0)]
    np.logical_and(there, now != stage.grids[levels[:, None], np.maximum(cells, 0)], out=taken)
    return taken
