"""A level changed under the feet of a hero who is playing it: painting a pit while an agent learns."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.platformer_level import SOLID, Level
from models.platformer_moving import TILE_BITS
from models.platformer_stage import Stage
from models.platformer_world import HEIGHT, WIDTH, Arrays


def moved_over(old: Arrays, new: Arrays, copy: int, before: Level, now: Level) -> bool:
    """Whether copy of `old` goes on in `new`, whose level differs in some cells. If so its state is there then.

    Coins that were taken stay taken, except in cells that were painted. Walkers and platforms begin anew when theirs
    were changed.
    """
    if (before.width, before.height, before.start) != (now.width, now.height, now.start):
        return False
    mine, theirs = _inner(new, copy, now), _inner(old, copy, before)
    painted = before.tiles != now.tiles
    fresh = mine.copy()
    np.copyto(mine, np.where(painted, now.tiles, theirs))
    if _stuck(old.pos[:, copy], new, copy):
        np.copyto(mine, fresh)
        return False
    for name in ("pos", "vel", "clock", "coins", "stomps", "ground", "facing", "action"):
        getattr(new, name)[..., copy] = getattr(old, name)[..., copy]
    if before.walkers == now.walkers:
        n = len(now.walkers)
        new.walk_y[:n, copy] = old.walk_y[:n, copy]
    return True


def _inner(world: Arrays, copy: int, level: Level) -> NDArray[np.int8]:
    """(height, width) view of the copy's tiles without the padding."""
    return inner(world.grid[copy], world.stage, level)


def inner(grid: NDArray[np.int8], stage: Stage, level: Level) -> NDArray[np.int8]:
    """(height, width) view of a padded grid (cells,)."""
    rows = grid.reshape(stage.n_rows, stage.stride)
    top, left = divmod(stage.origin, stage.stride)
    return rows[top : top + level.height, left : left + level.width]


def _stuck(body: NDArray[np.int64], world: Arrays, copy: int) -> bool:
    stage = world.stage
    columns = np.array([body[0], body[0] + WIDTH - 1]) >> TILE_BITS
    rows = np.array([body[1], body[1] + HEIGHT - 1]) >> TILE_BITS
    cells = stage.origin + rows[:, None] * stage.stride + columns
    return bool((world.grid[copy, cells] >= SOLID).any())
