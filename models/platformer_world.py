"""N games at once as arrays: what is the state, what a view may see of it, and how a copy begins.

All arrays are per copy in the last axis (`grid`: in the first), whole numbers, lengths in units (TILE to a tile).
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.platformer_rules import FACED, JUMPED, PUSHED, WANTED
from models.platformer_stage import HEIGHT, WIDTH, Stage

Integers = NDArray[np.int64]
__all__ = ["HEIGHT", "STATE", "WIDTH", "Arrays", "Seen", "full"]


@dataclass
class Seen:
    """What a view needs to know of some copies; see Arrays."""

    stage: Stage
    pos: Integers
    vel: Integers
    ground: NDArray[np.bool_]
    facing: Integers
    clock: Integers
    over: Integers
    level: Integers
    grid: NDArray[np.int8]
    walk_column: Integers
    walk_y: Integers
    ride_column: Integers
    ride_length: Integers
    #: (rows, columns) → every window of this size into `grid`, a view: see platformer_view.
    windows: dict[tuple[int, int], NDArray[np.int8]] = field(default_factory=dict)


SEEN = tuple(part.name for part in fields(Seen) if part.name not in ("stage", "grid", "windows"))
#: The arrays that are the state: whoever has them back is back at that moment.
STATE = (
    *SEEN,
    "grid",
    "ride",
    "coins",
    "stomps",
    "action",
    "ride_reach",
    "alive",
    "stopped",
    "goal",
    "bottom",
)


def full(n: int, value: int, rows: int | None = None) -> Integers:
    """A constant as an array: adding a Python number costs a conversion in every call."""
    return np.full(n if rows is None else (rows, n), value, dtype=np.int64)


class Arrays(Seen):
    """N heroes in the levels of a stage.

    pos, vel (2, N): left edge and top, units; units per tick. ground: stands on something. facing: ±1. clock: ticks on
    the stage. over: how the episode ended, RUNNING while it has not; alive: the same as a flag; stopped (5, N): pos, vel
    and clock at the end. coins, stomps: taken since `begin`. walk_y (walkers, N): top of each walker, FAR once stomped.
    ride: which platform carries the hero, 0 for none. wanted, push, held: what the player presses.
    """

    def __init__(self, stage: Stage, n: int) -> None:
        self.stage, self.n, self.windows = stage, n, {}
        # What a copy gets when it begins lies together, so that beginning is a few assignments.
        e, p = stage.n_walkers, stage.n_platforms
        self._fixed, self._zeros = full(n, 0, len(stage.fixed)), full(n, 0, 7)
        self.pos, (self.goal, self.bottom) = self._fixed[:2], self._fixed[2:4]
        self.walk_column, self.walk_y = self._fixed[4 : 4 + e], self._fixed[4 + e : 4 + 2 * e]
        self.ride_column, self.ride_length, self.ride_reach = self._fixed[4 + 2 * e :].reshape(3, p, n)
        self.vel, (self.ride, self.coins, self.stomps, self.over, self.action) = (
            self._zeros[:2],
            self._zeros[2:],
        )
        (self.x, self.y), (self.vx, self.vy) = self.pos, self.vel
        self.level, self.clock = full(n, 0), full(n, 0)
        self.ground, self.alive = np.zeros(n, dtype=np.bool_), np.ones(n, dtype=np.bool_)
        self.facing, self.stopped = full(n, 1), full(n, 0, 5)
        self.grid = np.zeros((n, stage.grids.shape[1]), dtype=np.int8)
        self.wanted, self.push, self.brake = full(n, 0), full(n, 0), full(n, 0)
        self.held = np.zeros(n, dtype=np.bool_)

    def begin(self, copies: Integers, levels: Integers, phase: Integers) -> None:
        """Puts these copies at the start of these levels; `phase`: ticks that walkers and platforms are ahead."""
        self.level[copies], self.clock[copies] = levels, phase
        self.grid[copies] = self.stage.grids[levels]
        self._fixed[:, copies] = self.stage.fixed[:, levels]
        self._zeros[:, copies] = 0
        self.ground[copies], self.alive[copies], self.facing[copies] = False, True, 1

    def press(self, actions: Integers) -> None:
        """Sets what every copy (N,) does from the next tick on."""
        np.copyto(self.action, actions)
        WANTED.take(actions, None, self.wanted, "clip")
        PUSHED.take(actions, None, self.push, "clip")
        JUMPED.take(actions, None, self.held, "clip")
        np.negative(self.push, self.brake)
        np.copyto(self.facing, FACED.take(actions), where=self.wanted != 0)

    def end(self, copies: Integers, how: int) -> None:
        """Remembers how and where these copies, alive till now, ended; until the step is over they count no more."""
        if not len(copies):
            return
        self.over[copies], self.alive[copies] = how, False
        self.stopped[:2, copies], self.stopped[2:4, copies] = self.pos[:, copies], self.vel[:, copies]
        self.stopped[4, copies] = self.clock[copies]

    def rest(self) -> None:
        """Takes copies that are over back to where they ended."""
        copies = (~self.alive).nonzero()[0]
        if len(copies):
            self.pos[:, copies], self.vel[:, copies] = self.stopped[:2, copies], self.stopped[2:4, copies]
            self.clock[copies] = self.stopped[4, copies]

    def picked(self, copies: Integers) -> Seen:
        """These copies as they are now."""
        return Seen(
            stage=self.stage,
            grid=self.grid[copies],
            **{name: getattr(self, name)[..., copies] for name in SEEN},
        )

    def state(self) -> dict[str, NDArray[Any]]:
        """The arrays that are the state of the game, not copied."""
        return {name: getattr(self, name) for name in STATE}
