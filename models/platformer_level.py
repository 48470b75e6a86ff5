"""A level: a grid of tiles with a start, a flag, walkers and moving platforms, and its text form.

The text is one row after another from the top, joined by "_"; in a row a count stands before a letter that repeats:
`20._3.s12.f3._20g` is a level 20 wide and 3 high. Only characters that a link leaves as they are.

    .  air                 g  ground        c  coin                     w  walker, on a tile or on the floor below
    s  start               b  brick         q  block with a coin:       h  platform that moves sideways  (hhh: 3 wide)
    f  flag                                    hit it from below        v  platform that moves up and down
"""

from __future__ import annotations

import functools
import itertools
import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.declarations import shortened

#: Tile codes; everything from SOLID on cannot be entered. EDGE is the wall left and right of every level.
AIR, COIN, GROUND, BRICK, BLOCK, USED, EDGE = range(7)
SOLID = GROUND
LETTERS = {".": AIR, "c": COIN, "g": GROUND, "b": BRICK, "q": BLOCK}
THINGS = "sfwhv"
MIN_WIDTH, MAX_WIDTH = 8, 400
MIN_HEIGHT, MAX_HEIGHT = 3, 20
MAX_WALKERS, MAX_PLATFORMS, MAX_PLATFORM_WIDTH = 32, 12, 8
MAX_TEXT = 20_000  # characters

_RUN = re.compile(r"(\d*)(\D)")


class LevelError(ValueError):
    """A refused level. The message is one sentence: what is wrong with it, and where."""


@dataclass(frozen=True)
class Platform:
    """A moving platform at home: its left cell, its width in tiles, and whether it moves up and down."""

    column: int
    row: int
    width: int
    upright: bool


@dataclass(frozen=True)
class Level:
    """A checked level. `rows`: strings of equal length, top first, in the letters above."""

    rows: tuple[str, ...]

    def __post_init__(self) -> None:
        _check(self.rows)

    @classmethod
    def parse(cls, text: object) -> Level:
        """The level that a text describes.

        Raises:
            LevelError: one sentence, for anything that is not exactly a level.
        """
        if not isinstance(text, str):
            raise LevelError(f"A level must be a text, not {shortened(text)}.")
        if not text.strip():
            raise LevelError("The level is empty; a level is rows of tiles such as 20._3.s12.f3._20g.")
        if len(text) > MAX_TEXT:
            raise LevelError(f"The level has {len(text)} characters; at most {MAX_TEXT} are read.")
        return cls(tuple(_unrolled(row, i) for i, row in enumerate(text.split("_"), 1)))

    @functools.cached_property
    def text(self) -> str:
        """The shortest text that parses to this level."""
        return "_".join(_rolled(row) for row in self.rows)

    @property
    def width(self) -> int:
        return len(self.rows[0])

    @property
    def height(self) -> int:
        return len(self.rows)

    @functools.cached_property
    def tiles(self) -> NDArray[np.int8]:
        """(height, width) tile codes; where a thing stands there is air."""
        return np.array([[LETTERS.get(letter, AIR) for letter in row] for row in self.rows], dtype=np.int8)

    @functools.cached_property
    def start(self) -> tuple[int, int]:
        """(column, row)"""
        return self._cells("s")[0]

    @functools.cached_property
    def flag(self) -> tuple[int, int]:
        """(column, row)"""
        return self._cells("f")[0]

    @functools.cached_property
    def walkers(self) -> tuple[tuple[int, int], ...]:
        """(column, row) of each walker where it begins, from left to right."""
        return tuple(sorted(self._cells("w")))

    @functools.cached_property
    def platforms(self) -> tuple[Platform, ...]:
        """The moving platforms, from left to right."""
        found = []
        for row, letters in enumerate(self.rows):
            for match in re.finditer("h+|v+", letters):
                found.append(Platform(match.start(), row, len(match[0]), match[0][0] == "v"))
        return tuple(sorted(found, key=lambda platform: (platform.column, platform.row)))

    @functools.cached_property
    def items(self) -> tuple[tuple[int, int], ...]:
        """(column, row) of everything that can be taken, coins and blocks with a coin, from left to right."""
        return tuple(sorted(self._cells("c") + self._cells("q")))

    def _cells(self, letter: str) -> list[tuple[int, int]]:
        return [(c, r) for r, row in enumerate(self.rows) for c, found in enumerate(row) if found == letter]

    def painted(self, column: int, row: int, letter: str) -> Level:
        """The level with another letter in one cell. Raises LevelError when that is no level."""
        if not (0 <= column < self.width and 0 <= row < self.height):
            raise LevelError(f"Column {column}, row {row} is not in this level.")
        old = self.rows[row]
        new = old[:column] + letter + old[column + 1 :]
        return Level((*self.rows[:row], new, *self.rows[row + 1 :]))


def _unrolled(text: str, number: int) -> str:
    """A row written out. The width is looked at first, so that a short text cannot ask for a huge row."""
    runs, at, width = [], 0, 0
    for match in _RUN.finditer(text):
        digits, letter = match.groups()
        at = match.end()
        if letter not in LETTERS and letter not in THINGS:
            raise LevelError(
                f"Row {number} of the level holds {shortened(letter)}, which stands for no tile; "
                f"the letters are {' '.join([*LETTERS, *THINGS])}."
            )
        # Digits of other scripts are digits for \d: what int() makes of them is all the same to us.
        count = int(digits) if 0 < len(digits) <= 6 else 1 if not digits else 10**6
        if count == 0:
            raise LevelError(f"Row {number} of the level repeats a tile 0 times.")
        width += count
        if width > MAX_WIDTH:
            more = f"{width}" if len(digits) <= 6 else "far more"
            raise LevelError(
                f"Row {number} of the level is {more} tiles wide; at most {MAX_WIDTH} are played."
            )
        runs.append(letter * count)
    if at != len(text):
        raise LevelError(f"Row {number} of the level ends in a number without a tile: it was cut short.")
    return "".join(runs)


def _rolled(row: str) -> str:
    runs = [(len(list(same)), letter) for letter, same in itertools.groupby(row)]
    return "".join(f"{count if count > 1 else ''}{letter}" for count, letter in runs)


def _check(rows: tuple[str, ...]) -> None:
    """Raises LevelError unless these rows are a level that can be played."""
    width, height = len(rows[0]) if rows else 0, len(rows)
    if width == 0:
        raise LevelError("The level is 0 tiles wide; draw at least one row of tiles.")
    for number, row in enumerate(rows, 1):
        if len(row) != width:
            raise LevelError(
                f"Row {number} of the level is {len(row)} tiles wide and row 1 is {width}; all rows must be equal."
            )
        unknown = next((letter for letter in row if letter not in LETTERS and letter not in THINGS), None)
        if unknown is not None:
            raise LevelError(
                f"Row {number} of the level holds {shortened(unknown)}, which stands for no tile."
            )
    if not MIN_WIDTH <= width <= MAX_WIDTH:
        raise LevelError(f"The level is {width} tiles wide; it may be {MIN_WIDTH} to {MAX_WIDTH}.")
    if not MIN_HEIGHT <= height <= MAX_HEIGHT:
        raise LevelError(f"The level is {height} tiles high; it may be {MIN_HEIGHT} to {MAX_HEIGHT}.")
    whole = "".join(rows)
    for letter, name in (("s", "start"), ("f", "flag")):
        count = whole.count(letter)
        if count != 1:
            found = "no" if count == 0 else f"{count} places for a"
            raise LevelError(f"The level has {found} {name}; it needs exactly one ({letter}).")
    if not any(letter in "gbq" for letter in whole):
        raise LevelError("The level has no floor; draw ground under the start.")
    start, flag = whole.index("s"), whole.index("f")
    if start % width >= flag % width:
        raise LevelError("The flag must stand to the right of the start.")
    if not any(row[start % width] in "gbq" for row in rows[start // width + 1 :]):
        raise LevelError("There is no floor under the start: whoever begins there falls out of the level.")
    _check_things(rows, whole)


def _check_things(rows: tuple[str, ...], whole: str) -> None:
    width = len(rows[0])
    if whole.count("w") > MAX_WALKERS:
        raise LevelError(f"The level has {whole.count('w')} walkers; at most {MAX_WALKERS} are moved.")
    for match in re.finditer("w", whole):
        column, row = match.start() % width, match.start() // width
        if row + 1 >= len(rows) or rows[row + 1][column] not in "gbq":
            raise LevelError(f"The walker in column {column + 1}, row {row + 1} has no floor under its feet.")
    platforms = [match[0] for row in rows for match in re.finditer("h+|v+", row)]
    if len(platforms) > MAX_PLATFORMS:
        raise LevelError(f"The level has {len(platforms)} platforms; at most {MAX_PLATFORMS} are moved.")
    if any(len(platform) > MAX_PLATFORM_WIDTH for platform in platforms):
        raise LevelError(f"A moving platform may be at most {MAX_PLATFORM_WIDTH} tiles wide.")
