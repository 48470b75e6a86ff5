"""What an agent is told about its game: a window of tiles around it with its own motion, or a small picture.

Tiles: three planes of ROWS × COLUMNS cells around the hero, more of them ahead than behind: what holds (1 for a solid
tile or a platform), what is worth having (1 for a coin, ½ for a block with one) and what catches (1 for a walker; one
between two cells is shared out between them). Then N_OWN numbers: own speeds, on the ground, place within the tile.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from models.platformer_level import BLOCK, COIN, EDGE, MAX_PLATFORM_WIDTH, SOLID
from models.platformer_moving import TILE, TILE_BITS
from models.platformer_rules import FAST

if TYPE_CHECKING:
    from models.platformer_world import Seen

ROWS, COLUMNS = 10, 13
ABOVE, BEHIND = 6, 4  # rows of the window above the hero's, columns behind it
N_PLANES, N_OWN = 3, 5
PLANE = ROWS * COLUMNS
N_NUMBERS = N_PLANES * PLANE + N_OWN
REACH = 2.0  # no number is further from 0
HOLDS, GIVES, CATCHES = range(N_PLANES)
#: What a tile of each code is worth in the second plane.
GIVEN = np.array(
    [0.5 if code == BLOCK else 1.0 if code == COIN else 0.0 for code in range(EDGE + 1)], np.float32
)
CENTRE = 1536, 1792  # of a hero, from its left edge and its top

Numbers = NDArray[np.float32]
Integers = NDArray[np.int64]


def tile_window(world: Seen) -> Numbers:
    """(N, N_NUMBERS) the window of every copy, as float32, at most REACH from 0."""
    n = len(world.clock)
    out = np.empty((n, N_NUMBERS), dtype=np.float32)
    planes = out[:, : N_PLANES * PLANE].reshape(n, N_PLANES, ROWS, COLUMNS)
    column = (world.pos[0] + CENTRE[0] >> TILE_BITS) - BEHIND
    row = (world.pos[1] + CENTRE[1] >> TILE_BITS) - ABOVE
    codes = windows(world, column, row)
    planes[:, HOLDS] = codes >= SOLID
    GIVEN.take(codes, None, planes[:, GIVES], "clip")
    planes[:, CATCHES] = 0.0
    if world.stage.n_walkers or world.stage.n_platforms:
        _show_things(world, out, column, row)
    own = out[:, N_PLANES * PLANE :]
    own[:, 0] = world.vel[0] * (1 / FAST)
    own[:, 1] = world.vel[1] * (1 / 1147)
    own[:, 2] = world.ground
    own[:, 3] = (world.pos[0] + CENTRE[0] & TILE - 1) * (1 / TILE)
    own[:, 4] = (world.pos[1] + CENTRE[1] & TILE - 1) * (1 / TILE)
    return out


def windows(
    world: Seen, column: Integers, row: Integers, rows: int = ROWS, columns: int = COLUMNS
) -> NDArray[np.int8]:
    """(N, rows, columns) tile codes of every copy's own grid from this column and row on."""
    grid, stride = world.grid, world.stage.stride
    size, reach = grid.shape[1], (rows - 1) * stride + columns
    if (every := world.windows.get((rows, columns))) is None:
        shape = (grid.size - reach + 1, rows, columns)
        every = world.windows[rows, columns] = as_strided(grid, shape, (1, stride, 1), writeable=False)
    at = row * stride + column + world.stage.origin
    # A hero that has fallen past the padding sees the bottom of its grid, not another copy's.
    np.clip(at, 0, size - reach, out=at)
    found: NDArray[np.int8] = every[at + np.arange(len(grid)) * size]
    return found


def walkers_now(world: Seen) -> tuple[Integers, Integers]:
    """(walkers, N) left edge of each walker's cell and top of the walker, in units; FAR where there is none (left)."""
    stage = world.stage
    return stage.walk.take(world.walk_column + world.clock * stage.walk_width), world.walk_y


def platforms_now(world: Seen) -> Integers:
    """(2, platforms, N) left edge and top of each platform, in units; FAR where there is none."""
    stage = world.stage
    return stage.ride.take(world.ride_column + world.clock * stage.ride_width, axis=1)


def _show_things(world: Seen, out: Numbers, column: Integers, row: Integers) -> None:
    """Marks walkers and platforms in sight, in one go."""
    n_walkers, n_platforms = world.stage.n_walkers, world.stage.n_platforms
    x, top = np.empty((2, n_walkers + n_platforms, len(column)), dtype=np.int64)
    if n_walkers:
        x[:n_walkers], top[:n_walkers] = walkers_now(world)
    if n_platforms:
        x[n_walkers:], top[n_walkers:] = platforms_now(world)
    x -= column << TILE_BITS
    rows = (top + TILE // 2 >> TILE_BITS) - row
    # 0 ≤ d < D is one comparison of unsigned numbers.
    inside = (x + MAX_PLATFORM_WIDTH * TILE).view(np.uint64) < (COLUMNS + MAX_PLATFORM_WIDTH) * TILE
    inside &= rows.view(np.uint64) < ROWS
    which, copies = inside.nonzero()
    if len(which):
        planes = np.where(which < n_walkers, CATCHES, HOLDS)
        length = np.full(len(which), TILE)
        rides = which >= n_walkers
        length[rides] = world.ride_length[which[rides] - n_walkers, copies[rides]]
        _cover(out, planes, copies, rows[which, copies], x[which, copies], length)


def _cover(
    out: Numbers, plane: Integers, copies: Integers, rows: Integers, x: Integers, length: Integers
) -> None:
    """Marks things (m,) from x to x + length, in units from the window's left edge: each cell by its covered share."""
    cells = (x >> TILE_BITS)[:, None] + np.arange(int(length.max() >> TILE_BITS) + 1)
    begin = x[:, None] - (cells << TILE_BITS)
    share = np.minimum(begin + length[:, None], TILE) - np.maximum(begin, 0)
    share[cells.view(np.uint64) >= COLUMNS] = 0
    at = (copies * N_NUMBERS + plane * PLANE + rows * COLUMNS)[:, None] + cells
    seen = share > 0
    np.maximum.at(out.reshape(-1), at[seen], (share[seen] * (1 / TILE)).astype(np.float32))
