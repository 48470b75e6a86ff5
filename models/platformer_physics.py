"""What happens in one tick (1/60 s) of N games at once, in whole numbers: the same on every machine and in any batch.

    v ← v + clip(wanted − v, ±a)            running: towards the wanted speed by at most a (friction, when none is wanted)
    u ← u + g,  g smaller while rising with the jump held: so the longer the press, the higher the jump
    x ← x + v, then out of any tile;  y ← y + u, then out of any tile, which is landing or hitting a block

Lengths are units, TILE = 4096 to a tile; y points down. A hero is smaller than a tile and slower than a tile per tick,
so the two corners at the side it moves to find every tile it meets: 4 look-ups for all. NumPy spends about 0.2 µs on a
call for 64 games whatever it does, so the code below is written for few calls into arrays that exist already, and
what happens rarely (a coin, a bump, a walker met) stands in branches that are skipped while nobody needs them.
"""

from __future__ import annotations

import numpy as np

from models.platformer_level import AIR, BLOCK, COIN, SOLID, USED
from models.platformer_moving import GLIDE, TILE, TILE_BITS, WALKER_HEIGHT, WALKER_WIDTH
from models.platformer_rules import CAUGHT, FELL, FLAG
from models.platformer_stage import FAR, Stage
from models.platformer_world import HEIGHT, WIDTH, Arrays, Integers, full

__all__ = ["FALL", "HEIGHT", "JUMP", "RISE", "TERMINAL", "WIDTH", "World"]

JUMP, RISE, FALL, TERMINAL = (
    1147,
    38,
    95,
    1640,
)  # take-off speed, gravity with the jump held, without, fastest fall
BOUNCE = 900  # upward speed after stomping
STOMP = TILE * 5 // 8  # how deep the feet may be in a walker when landing on it still counts
REACH = 2 * GLIDE  # how far under the top of a platform feet may be to be taken along


class World(Arrays):
    """N heroes in the levels of a stage, and what a tick does to them."""

    def __init__(self, stage: Stage, n: int) -> None:
        super().__init__(stage, n)
        self.move = full(n, 0, 2) if stage.n_platforms else self.vel  # on a platform: its motion as well
        self._tiles = self.grid.reshape(-1)
        self._base = np.arange(n, dtype=np.int64) * self.grid.shape[1] + stage.origin
        self._make_scratch(n, stage.n_walkers, stage.n_platforms)
        self._make_constants(n)

    def _make_scratch(self, n: int, n_walkers: int, n_platforms: int) -> None:
        self._a, self._feet = full(n, 0), full(n, 0)
        self._sign, self._edge, self._off, self._snap = (full(n, 0, 2) for _ in range(4))
        #: Cells of the corners at the side of the motion: top and bottom sideways, left and right up or down.
        self._where, self._code = full(n, 0, 4), np.zeros((4, n), dtype=np.int8)
        self._rows, self._columns = self._where[:2], self._where[2:]
        self._top, self._low, self._left, self._right = self._where
        self._is = np.zeros((4, n), dtype=np.bool_)
        self._hit, self._falling, self._flag = (np.zeros(n, dtype=np.bool_) for _ in range(3))
        self._walk_at, self._walk_x = full(n, 0, n_walkers), full(n, 0, n_walkers)
        self._meets, self._close = np.zeros((2, n_walkers, n), dtype=np.bool_)
        self._ride_at = full(n, 0, n_platforms)
        self._ride_xy = np.zeros((2, n_platforms, n), dtype=np.int64)
        self._lands, self._over = np.zeros((2, n_platforms, n), dtype=np.bool_)

    def _make_constants(self, n: int) -> None:
        self._bits, self._sixty_three = full(n, TILE_BITS, 2), full(n, 63, 2)
        self._size = np.stack([full(n, WIDTH), full(n, HEIGHT)])
        self._back, self._tile = -(self._size + TILE), full(n, TILE, 2)
        self._solid = np.full((2, n), SOLID, dtype=np.int8)
        self._coin = np.full((4, n), COIN, dtype=np.int8)
        self._zero, self._one = full(n, 0), full(n, 1)
        self._stride = full(n, self.stage.stride, 2)
        self._jump, self._fall, self._terminal = full(n, -JUMP), full(n, FALL), full(n, TERMINAL)
        self._gift = full(n, 0)
        self._wide, self._high = full(n, WIDTH - 1), full(n, HEIGHT - 1)
        aside = (TILE - WALKER_WIDTH) // 2  # a walker stands in the middle of its cell
        self._beside = full(n, aside + WALKER_WIDTH - 1)
        self._met = np.array([WIDTH + WALKER_WIDTH - 1, HEIGHT + WALKER_HEIGHT - 1], dtype=np.uint64)

    def press(self, actions: Integers) -> None:
        super().press(actions)
        np.multiply(self.held, RISE - FALL, self._gift)

    def tick(self) -> None:
        """One sixtieth of a second."""
        np.add(self.clock, self._one, self.clock)
        self._accelerate()
        if self.stage.n_platforms:
            self._be_carried()
        self._collide()
        if self.stage.n_platforms:
            self._land_on_platforms()
        np.equal(self._code, self._coin, self._is)
        if np.count_nonzero(self._is):
            self._take_coins()
        if self.stage.n_walkers:
            self._meet_walkers()
        np.greater(self.x, self.goal, self._hit)
        np.greater(self.y, self.bottom, self._flag)
        np.logical_or(self._hit, self._flag, self._falling)
        np.logical_and(self._falling, self.alive, self._falling)
        if np.count_nonzero(self._falling):
            copies = self._falling.nonzero()[0]
            self.end(copies[self._flag[copies]], FELL)
            self.end(copies[~self._flag[copies]], FLAG)

    def _accelerate(self) -> None:
        a, vx, vy = self._a, self.vx, self.vy
        np.subtract(self.wanted, vx, a)
        np.minimum(a, self.push, out=a)
        np.maximum(a, self.brake, out=a)
        np.add(vx, a, vx)
        np.logical_and(self.ground, self.held, self._flag)
        np.copyto(vy, self._jump, where=self._flag)
        np.right_shift(vy, self._sixty_three[0], a)  # −1 (all bits) while rising, 0 otherwise
        np.bitwise_and(a, self._gift, a)
        np.add(a, self._fall, a)
        np.add(vy, a, vy)
        np.minimum(vy, self._terminal, out=vy)

    def _be_carried(self) -> None:
        np.copyto(self.move, self.vel)
        if np.count_nonzero(self.ride):
            carry = self.stage.carry.take(self.clock * self.stage.ride_width + self.ride, 1, mode="clip")
            self.move[0] += carry[0]
            self.y += carry[1]
        np.add(self.y, HEIGHT - REACH, self._feet)

    def _collide(self) -> None:
        """Moves everybody by `move` and out of solid tiles, sideways first."""
        a, sign, edge, off, snap = self._a, self._sign, self._edge, self._off, self._snap
        rows, columns, bits, hit = self._rows, self._columns, self._bits, self._hit
        np.copyto(self._top, self.y)
        np.add(self.y, self._high, self._low)
        np.right_shift(rows, bits, rows)
        np.multiply(rows, self._stride, rows)
        np.add(self.pos, self.move, self.pos)
        np.negative(self.move, sign)
        np.right_shift(sign, self._sixty_three, sign)  # −1 (all bits) where it moves right, or down
        np.bitwise_and(sign, self._size, off)
        np.add(self.pos, off, edge)
        np.right_shift(edge, bits, edge)  # column, or row, of the edge that goes first
        np.left_shift(edge, bits, snap)
        np.bitwise_and(sign, self._back, off)
        np.add(off, self._tile, off)
        np.add(snap, off, snap)  # where that edge would touch its cell from outside

        np.add(edge[0], self._base, a)
        np.add(self._top, a, self._top)
        np.add(self._low, a, self._low)
        self._look(rows, 0)
        np.copyto(self.x, snap[0], where=hit)
        np.copyto(self.vx, self._zero, where=hit)

        np.copyto(self._left, self.x)
        np.add(self.x, self._wide, self._right)
        np.right_shift(columns, bits, columns)
        np.multiply(edge[1], self._stride[0], a)
        np.add(a, self._base, a)
        np.add(self._left, a, self._left)
        np.add(self._right, a, self._right)
        self._look(columns, 2)
        np.copyto(self.y, snap[1], where=hit)
        np.greater(self.move[1], self._zero, self._falling)
        np.greater(hit, self._falling, self._flag)
        if np.count_nonzero(self._flag):
            self._bump((self._flag & self.alive).nonzero()[0])
        np.copyto(self.vy, self._zero, where=hit)
        np.logical_and(hit, self._falling, self.ground)

    def _look(self, cells: Integers, first: int) -> None:
        """Sets `_hit` where one of two cells (2, N) is solid."""
        code, solid = self._code[first : first + 2], self._is[first : first + 2]
        self._tiles.take(cells, None, code, "clip")
        np.greater_equal(code, self._solid, solid)
        np.logical_or(solid[0], solid[1], self._hit)

    def _bump(self, copies: Integers) -> None:
        """Heads have met tiles: of two, the one over the middle of the hero is hit."""
        left, right = self._left[copies], self._right[copies]
        # The middle lies in the right one of two columns when it is near that column's left edge.
        middle = (self.x[copies] + WIDTH // 2) & (TILE - 1)
        on_the_right = (left != right) & (middle < WIDTH // 2)
        cell, other = np.where(on_the_right, right, left), np.where(on_the_right, left, right)
        cell = np.where(self._tiles[cell] >= SOLID, cell, other)
        full_one = self._tiles[cell] == BLOCK
        self._tiles[cell[full_one]] = USED
        self.coins[copies[full_one]] += 1

    def _land_on_platforms(self) -> None:
        """Platforms hold whoever comes from above; who stands on one is carried by it in the next tick."""
        (left, top), lands, over, at = self._ride_xy, self._lands, self._over, self._ride_at
        np.multiply(self.clock, self.stage.ride_width, self._a)
        np.add(self.ride_column, self._a, at)
        self.stage.ride.take(at, 1, self._ride_xy, "clip")
        # 0 ≤ d < D is one comparison of unsigned numbers.
        np.subtract(top, self._feet, at)
        np.subtract(self.y, self._feet, self._a)
        np.add(self._a, HEIGHT + 1, self._a)
        np.less(at.view(np.uint64), self._a.view(np.uint64), lands)
        np.add(self.x, WIDTH - 1, self._a)
        np.subtract(self._a, left, at)
        np.less(at.view(np.uint64), self.ride_reach.view(np.uint64), over)
        np.logical_and(lands, over, lands)
        np.logical_and(lands, self._falling, lands)
        self.ride.fill(0)
        if np.count_nonzero(lands):
            which, copies = lands.nonzero()
            self.y[copies] = top[which, copies] - HEIGHT
            self.vy[copies], self.ground[copies] = 0, True
            self.ride[copies] = self.ride_column[which, copies]

    def _take_coins(self) -> None:
        np.logical_and(self._is, self.alive, self._is)
        for cell in set(self._where[self._is].tolist()):  # two corners may be in the same cell
            self._tiles[cell] = AIR
            self.coins[cell // self.grid.shape[1]] += 1

    def _meet_walkers(self) -> None:
        at, meets = self._walk_at, self._meets
        np.multiply(self.clock, self.stage.walk_width, self._a)
        np.add(self.walk_column, self._a, at)
        self.stage.walk.take(at, None, self._walk_x, "clip")
        # −w < d < W is one comparison of unsigned numbers, after adding w.
        np.subtract(self.x, self._beside, self._a)
        np.subtract(self._walk_x, self._a, at)
        np.less(at.view(np.uint64), self._met[0], meets)
        np.add(self.y, self._high, self._a)
        np.subtract(self._a, self.walk_y, at)
        np.less(at.view(np.uint64), self._met[1], self._close)
        np.logical_and(meets, self._close, meets)
        np.logical_and(meets, self.alive, meets)
        if np.count_nonzero(meets):
            self._fight()

    def _fight(self) -> None:
        """A walker is stomped by falling onto it; any other touch catches the hero."""
        which, copies = self._meets.nonzero()
        deep = self.y[copies] + HEIGHT - self.walk_y[which, copies]
        stomped = (self.vy[copies] > 0) & (deep <= STOMP)
        safe = copies[stomped]
        if len(safe):
            self.walk_y[which[stomped], safe] = FAR
            np.add.at(self.stomps, safe, 1)
            self.vy[safe] = -BOUNCE
        if len(safe) < len(copies):
            caught = copies[~stomped]
            # Who lands on one walker is safe from another beside it.
            self.end(caught[~np.isin(caught, safe)] if len(safe) else caught, CAUGHT)
