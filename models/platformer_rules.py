"""What a player can do, how an episode ends, and what is counted as good: the rules of the game as settings."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np

from models.declarations import shortened

TICKS_PER_SECOND = 60
RUN, FAST = 410, 614  # units per tick: 6 and 9 tiles per second
PUSH, FRICTION = 20, 28  # units per tick and tick

#: action → (direction, fast, jump). An agent has the first N_ACTIONS; a hand at the keys has all of them.
ACTIONS: tuple[tuple[str, int, bool, bool], ...] = (
    ("nothing", 0, False, False),
    ("right", 1, False, False),
    ("right + jump", 1, False, True),
    ("run right", 1, True, False),
    ("run right + jump", 1, True, True),
    ("jump", 0, False, True),
    ("left", -1, False, False),
    ("left + jump", -1, False, True),
    ("run left", -1, True, False),
    ("run left + jump", -1, True, True),
)
N_ACTIONS = 7
WANTED = np.array([direction * (FAST if fast else RUN) for _, direction, fast, _ in ACTIONS], dtype=np.int64)
FACED = np.sign(WANTED)
PUSHED = np.array([PUSH if direction else FRICTION for _, direction, _, _ in ACTIONS], dtype=np.int64)
JUMPED = np.array([jump for *_, jump in ACTIONS], dtype=np.bool_)

#: How an episode may end.
RUNNING, FELL, CAUGHT, FLAG, TIME = range(5)
ENDS = ("running", "fell", "caught", "flag", "time")
OBSERVATIONS = ("tiles", "pixels", "both")


@dataclass(frozen=True)
class Rewards:
    """What one of each is worth. The reward of a step is the sum of count × weight."""

    progress: float = 0.1  # each tile further right (and back: minus)
    coin: float = 0.2
    stomp: float = 0.2
    death: float = -2.0  # falling into a pit or being caught
    time: float = -0.05  # each second
    flag: float = 5.0

    def __post_init__(self) -> None:
        for field in dataclasses.fields(self):
            value = getattr(self, field.name)
            if isinstance(value, bool) or not isinstance(value, int | float):
                raise ValueError(f"The weight of {field.name} is {shortened(value)}; it must be a number.")
            if not abs(value) <= MOST:  # NaN is not either
                raise ValueError(
                    f"The weight of {field.name} is {shortened(value)}; it must be a number from {-MOST} to {MOST}."
                )


MOST = 1000  # the largest weight
TERMS = tuple(field.name for field in dataclasses.fields(Rewards))


@dataclass(frozen=True)
class Rules:
    """How the game is played.

    skip: ticks (1/60 s) that one action lasts. seconds: after which an episode is cut off. patience: seconds without
    getting further right after which it is cut off, 0 for never. phase: walkers and platforms begin up to so many
    ticks ahead, drawn for each episode, so that no two are quite the same.
    """

    skip: int = 4
    seconds: float = 40.0
    patience: float = 0.0
    phase: int = 0

    def __post_init__(self) -> None:
        for name, low, high in (
            ("skip", 1, 12),
            ("seconds", 1, 300),
            ("patience", 0, 300),
            ("phase", 0, 600),
        ):
            value = getattr(self, name)
            whole = name in ("skip", "phase")
            kind = "a whole number" if whole else "a number"
            if isinstance(value, bool) or not isinstance(value, int if whole else int | float):
                raise ValueError(f"{name} is {shortened(value)}; it must be {kind} from {low} to {high}.")
            if not low <= value <= high:
                raise ValueError(f"{name} is {shortened(value)}; it must be {kind} from {low} to {high}.")

    @property
    def limit(self) -> int:
        """Ticks after which an episode is cut off."""
        return round(self.seconds * TICKS_PER_SECOND)
