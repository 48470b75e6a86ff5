"""The world on one line of text: rows of cells with "/" between them, then rewards of single cells.

    S..x/.x.P/...G~2.3=-0.5        3 rows of 4 cells; the cell in row 2, column 3 gives −0.5

A link and a painted world arrive in this form, so it is read strictly: whatever is not exactly one start, a goal and rows
of equal length is refused with one sentence.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

FLOOR, WALL, START, GOAL, PIT, CLIFF, UP, RIGHT, DOWN, LEFT = range(10)
#: Letter → what the cell is; the position of a letter is the kind's number.
LETTERS = ".xSGPCurdl"
NAMES = ("floor", "wall", "start", "goal", "pit", "cliff", "wind up", "wind right", "wind down", "wind left")
HIGHEST, WIDEST = 12, 16  # cells
LARGEST_REWARD = 100.0
_QUOTED = 12  # characters of a refused text that its sentence repeats

#: Ready-made worlds by the name that a link or a flag may use in place of the text.
WORLDS = {
    "open": "........../........../..S......./........../........../.......G../........../..........",
    "cliff": "............/............/............/SCCCCCCCCCCG",
    "maze": "S.x......./x.x.xxxx.x/..x....x../.xxxxx.xx./.....x..../xxx.x.xxx./....x...x./.xxxxxx.x./.........G",
    "windy": "...uuu.uu./...uuu.uu./...uuu.uu./S..uuu.Gu./...uuu.uu./...uuu.uu./...uuu.uu.",
    "bridge": "xPPPPPx/S.....G/xPPPPPx",
    "two_goals": "......./.xxxxx./.x...x./S..G.x./.x...x./.xxxxx./......G~4.4=0.3",
    "rooms": "....x....x.../.........x..G/....x....x.../S...x......../xx.xxx.xxxx.x/....x....x.../.............",
    "shortcut": "........G/........./.xxxxxxxx/........./S........",
    "swamp": "........./........./S.......G/........./........./..P..P...~2.4=-0.3~2.5=-0.3~2.6=-0.3~3.4=-0.3~3.5=-0.3"
    "~3.6=-0.3~4.4=-0.3~4.5=-0.3~4.6=-0.3~5.5=-0.3",
    "fountain": "....../.S..../....../.....G~1.6=0.2",
    "corridor": "S.........G",
}
TITLES = {
    "open": "Open room",
    "cliff": "Cliff",
    "maze": "Maze",
    "windy": "Windy field",
    "bridge": "Narrow bridge",
    "two_goals": "Near and far goal",
    "rooms": "Six rooms",
    "shortcut": "Wall with one gap",
    "swamp": "Swamp in the middle",
    "fountain": "A fountain beside the way",
    "corridor": "Corridor",
}


@dataclass(frozen=True)
class World:
    """Cells row by row from the top: `cells[row * n_columns + column]` is a kind's number."""

    n_rows: int
    n_columns: int
    cells: tuple[int, ...]
    rewards: dict[int, float] = field(default_factory=dict)  # cell → a reward of its own

    @property
    def start(self) -> int:
        """The cell where every episode begins."""
        return self.cells.index(START)

    def text(self) -> str:
        """The world as one line, which `read_world` reads back."""
        letters = "".join(LETTERS[kind] for kind in self.cells)
        width = self.n_columns
        rows = "/".join(letters[at : at + width] for at in range(0, len(letters), width))
        own = (f"~{at // width + 1}.{at % width + 1}={value:g}" for at, value in sorted(self.rewards.items()))
        return rows + "".join(own)


def read_world(text: str) -> World:
    """The world that a name of `WORLDS` or a line of text describes.

    Raises ValueError, one sentence, for anything that is not a world.
    """
    if text not in WORLDS and re.fullmatch(r"[a-z_]+", text, re.ASCII):
        raise ValueError(
            f"The world “{text[:_QUOTED]}” is not a ready-made one ({', '.join(WORLDS)}), and rows of cells need S and G."
        )
    rows_text, *own = WORLDS.get(text, text).split("~")
    rows = _rows(rows_text)
    cells = tuple(_kind(letter, i, j) for i, row in enumerate(rows) for j, letter in enumerate(row))
    _check_ends(cells)
    world = World(len(rows), len(rows[0]), cells)
    for part in own:
        at, value = _own_reward(part, world)
        if at in world.rewards:
            raise ValueError(f"The world gives the cell {part.partition('=')[0]} two rewards; give it one.")
        world.rewards[at] = value
    return world


def check_world(text: str) -> None:
    """Nothing for a world; raises ValueError, one sentence, otherwise."""
    read_world(text)


def check_painted(text: str) -> None:
    """Nothing for a world or for "", which stands for nothing painted; raises ValueError otherwise."""
    if text:
        read_world(text)


def _rows(text: str) -> list[str]:
    if not text:
        raise ValueError("The world is empty; write rows of cells with / between them, such as S..G/.x.P.")
    rows = text.split("/")
    if len(rows) > HIGHEST:
        raise ValueError(f"The world is {len(rows):,} rows high; at most {HIGHEST} are possible.")
    for number, row in enumerate(rows, start=1):
        if not row:
            raise ValueError(
                f"Row {number} of the world is 0 cells wide; every row needs the same number, at least 1."
            )
        if len(row) > WIDEST:
            raise ValueError(
                f"Row {number} of the world is {len(row):,} cells wide; at most {WIDEST} are possible."
            )
        if len(row) != len(rows[0]):
            raise ValueError(
                f"Row {number} of the world has {len(row)} cells, but row 1 has {len(rows[0])}; make all rows equally long."
            )
    return rows


def _kind(letter: str, row: int, column: int) -> int:
    if letter not in LETTERS:
        shown = letter if letter.isprintable() else "?"
        known = ", ".join(f"{one} ({name})" for one, name in zip(LETTERS, NAMES, strict=True))
        raise ValueError(
            f"The world has “{shown}” in row {row + 1}, column {column + 1}; a cell may be {known}."
        )
    return LETTERS.index(letter)


def _check_ends(cells: tuple[int, ...]) -> None:
    n_starts = cells.count(START)
    if n_starts == 0:
        raise ValueError("The world has no start; write S for one cell.")
    if n_starts > 1:
        raise ValueError(f"The world has {n_starts} starts; leave one S.")
    if GOAL not in cells:
        raise ValueError("The world has no goal; write G for at least one cell.")


def _own_reward(part: str, world: World) -> tuple[int, float]:
    shown = part if len(part) <= _QUOTED else part[: _QUOTED - 1] + "…"
    shown = "".join(letter if letter.isprintable() else "?" for letter in shown)
    found = re.fullmatch(r"(\d{1,2})\.(\d{1,2})=(-?\d{1,3}(?:\.\d{1,3})?)", part, re.ASCII)
    if found is None:
        raise ValueError(
            f"The world's reward “{shown}” cannot be read; write row.column=number, such as 2.3=-0.5."
        )
    row, column, value = int(found[1]), int(found[2]), float(found[3])
    if not (1 <= row <= world.n_rows and 1 <= column <= world.n_columns):
        raise ValueError(
            f"The world's reward “{shown}” is for a cell outside its {world.n_rows} rows and {world.n_columns} columns."
        )
    if abs(value) > LARGEST_REWARD:
        raise ValueError(
            f"The world's reward “{shown}” is too large; it may be from −{LARGEST_REWARD:g} to {LARGEST_REWARD:g}."
        )
    at = (row - 1) * world.n_columns + column - 1
    if world.cells[at] == WALL:
        raise ValueError(f"The world's reward “{shown}” is for a wall, which nobody enters.")
    return at, value
