"""Levels made up from a seed and a few sliders, one piece after another, each within a jump's reach of the last.

The reach comes from the physics: a full jump from level ground is in the air for so many ticks until it has come down
to the new height, and flies that many times the speed far. A pit keeps below that by a margin; what is wider gets a
platform, which comes close to both sides; what is higher gets steps or a lift.
"""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass, field, fields

import numpy as np

from models.declarations import shortened
from models.platformer_level import MAX_PLATFORMS, MAX_WALKERS, Level
from models.platformer_moving import TILE, TRAVEL
from models.platformer_physics import FALL, JUMP, RISE, TERMINAL
from models.platformer_rules import FAST, RUN

HEIGHT = 14
BASE = 12  # row of the lowest ground's top
HIGHEST = 6  # tiles that ground may stand above the lowest
STEP = 2  # tiles that ground may rise at once
MARGIN = 1.0  # tiles that a pit is narrower than the longest jump over it
HEADWAY = 4  # tiles of ground at least before and after everything dangerous: room to get up to speed
SHORTEST, LONGEST = 40, 300


@dataclass(frozen=True)
class Sliders:
    """What a level has of everything, from 0 for none to 1 for as much as fits, and its length in tiles."""

    pits: float = 0.4
    walkers: float = 0.4
    platforms: float = 0.3
    coins: float = 0.5
    length: int = 100

    def __post_init__(self) -> None:
        for setting in fields(self):
            value = getattr(self, setting.name)
            low, high, kind = (0, 1, "a number")
            if setting.name == "length":
                low, high, kind = SHORTEST, LONGEST, "a whole number"
            right = int if setting.name == "length" else int | float
            if isinstance(value, bool) or not isinstance(value, right) or not low <= value <= high:
                raise ValueError(
                    f"The slider {setting.name} is {shortened(value)}; it must be {kind} from {low} to {high}."
                )


@functools.cache
def reach(rise: int, speed: int) -> float:
    """How wide a pit, in tiles, a full jump at this speed crosses to ground `rise` tiles higher (−: lower).

    −∞ for a rise that no jump gets up to. From the edge, with the last bit of the hero still on it, to the first.
    """
    y, v, ticks, up = 0, -JUMP, 0, False
    while y < -rise * TILE or v < 0:
        v = min(v + (RISE if v < 0 else FALL), TERMINAL)
        y += v
        ticks += 1
        up = up or y <= -rise * TILE
        if ticks > 600:
            break
    return (ticks - 1) * speed / TILE if up or rise <= 0 else -math.inf


@dataclass
class _Canvas:
    """A level being drawn from left to right."""

    random: np.random.Generator
    sliders: Sliders
    heights: list[int] = field(default_factory=list)  # of the ground in each column; −1 over a pit
    things: dict[tuple[int, int], str] = field(default_factory=dict)  # (column, row) → letter
    height: int = 0
    n_walkers: int = 0
    n_platforms: int = 0

    @property
    def at(self) -> int:
        return len(self.heights)

    def chance(self, share: float) -> bool:
        return bool(self.random.random() < share)

    def between(self, low: int, high: int) -> int:
        """A whole number from low to high, both included."""
        return int(self.random.integers(low, high + 1))

    def ground(self, length: int) -> None:
        self.heights += [self.height] * length

    def pit(self, length: int) -> None:
        self.heights += [-1] * length

    def put(self, letters: str, column: int, up: int) -> None:
        """Letters side by side, `up` tiles above ground of the present height (0: standing on it)."""
        for i, letter in enumerate(letters):
            self.things[column + i, BASE - self.height - 1 - up] = letter

    def rows(self) -> tuple[str, ...]:
        return tuple(
            "".join(
                self.things.get((column, row), "g" if 0 <= height and row >= BASE - height else ".")
                for column, height in enumerate(self.heights)
            )
            for row in range(HEIGHT)
        )


def generate(sliders: Sliders, seed: int) -> Level:
    """The level that these sliders and this seed stand for, always the same."""
    canvas = _Canvas(np.random.default_rng([seed % (1 << 63), 7]), sliders)
    canvas.ground(9)
    canvas.put("s", 2, 0)
    ending = 9
    while canvas.at < sliders.length - ending:
        _piece(canvas, sliders.length - ending - canvas.at)
    canvas.ground(sliders.length - canvas.at)
    canvas.put("f", sliders.length - 3, 0)
    return Level(canvas.rows())


def _piece(canvas: _Canvas, left: int) -> None:
    """One more piece, at most `left` columns long, the level ground after it included."""
    sliders = canvas.sliders
    if left >= 16 + HEADWAY and canvas.n_platforms < MAX_PLATFORMS and canvas.chance(0.6 * sliders.platforms):
        if canvas.height <= HIGHEST - 4 and canvas.chance(0.5):
            _lift(canvas)
        else:
            _ferry(canvas)
    elif left >= 8 + HEADWAY and canvas.chance(0.15 + 0.75 * sliders.pits if sliders.pits else 0.0):
        _pit(canvas)
    elif left >= HEADWAY + 1 and canvas.chance(0.5):
        canvas.height = min(HIGHEST, max(0, canvas.height + canvas.between(-STEP, STEP)))
        canvas.ground(1)
    _flat(canvas, min(canvas.between(HEADWAY, 10), sliders.length - 9 - canvas.at))


def _pit(canvas: _Canvas) -> None:
    """A pit and ground beyond it of another height, within a jump: at a run, at full speed in hard levels."""
    rise = min(HIGHEST - canvas.height, max(-canvas.height, canvas.between(-STEP, STEP)))
    speed = RUN + (FAST - RUN) * canvas.sliders.pits
    widest = max(2, min(7, math.floor(reach(rise, round(speed)) - MARGIN)))
    width = canvas.between(2, max(2, round(2 + (widest - 2) * canvas.sliders.pits)))
    if canvas.chance(canvas.sliders.coins):
        canvas.put("c" * (width - 1 or 1), canvas.at + (width > 1), 3)
    canvas.pit(width)
    canvas.height += rise


def _ferry(canvas: _Canvas) -> None:
    """A pit too wide to jump, with a platform that goes to and fro and comes within two tiles of both sides."""
    length = canvas.between(2, 3) + (canvas.sliders.pits < 0.5)
    gap = canvas.between(0, round(2 * canvas.sliders.pits))
    width = 2 * gap + length + 2 * TRAVEL - canvas.between(0, 2)
    canvas.put("h" * length, canvas.at + (width - length) // 2, -1)
    if canvas.chance(canvas.sliders.coins):
        canvas.put("ccc", canvas.at + width // 2 - 1, 3)
    canvas.pit(width)
    canvas.n_platforms += 1


def _lift(canvas: _Canvas) -> None:
    """A cliff with a platform before it that goes up and down: from below the ground to its new height."""
    canvas.put("vvv", canvas.at + 1, TRAVEL // 2)
    canvas.pit(5)
    canvas.height += canvas.between(3, 4)
    canvas.n_platforms += 1


def _flat(canvas: _Canvas, length: int) -> None:
    """Level ground with whatever walks and lies on it."""
    begin = canvas.at
    canvas.ground(length)
    if length < HEADWAY:
        return
    if length >= 6 and canvas.n_walkers < MAX_WALKERS and canvas.chance(1.2 * canvas.sliders.walkers):
        canvas.put("w", begin + length - 2, 0)
        canvas.n_walkers += 1
        if length >= 9 and canvas.n_walkers < MAX_WALKERS and canvas.chance(canvas.sliders.walkers**2):
            canvas.put("w", begin + length - 5, 0)
            canvas.n_walkers += 1
    if canvas.chance(0.7 * canvas.sliders.coins):
        if length >= 5 and canvas.height <= HIGHEST and canvas.chance(0.4):
            canvas.put(("q", "bqb", "qbq")[canvas.between(0, 2)], begin + 1, 3)
        else:
            canvas.put("c" * canvas.between(1, 3), begin + 1, canvas.between(1, 3))
