"""The race of update rules that a sketch asks for: wishes are checked like links, for anything at all may come from a browser.

The page asks as it is drawn; the sketch asks while a hand is on it, past the page (`server/asked.py`).
"""

from __future__ import annotations

import functools
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models import surfaces
from models.descent import Path, race
from models.surfaces import SURFACES, Surface, surface_of
from models.update_rules import RULES, Kind, defaults

MOST_STEPS = 1000
BEGINNERS = ("sgd", "momentum", "adam")  # the rules that race at first

Numbers = tuple[
    tuple[str, tuple[tuple[str, float], ...]], ...
]  # rule → its numbers by name, as it can be a key


@dataclass(frozen=True)
class Wish:
    """A race: where, from where, who and how. turn: the sketch's own count, by which it knows the answer."""

    surface: str = "ravine"
    condition: float = surfaces.CONDITION
    start: tuple[float, float] = SURFACES["ravine"].start
    n_steps: int = SURFACES["ravine"].n_steps
    runners: tuple[str, ...] = BEGINNERS
    numbers: Numbers = ()
    turn: int = 0


def usual(surface: str, condition: float) -> Numbers:
    """Every rule's numbers as they suit a surface."""
    rates = surface_of(surface, condition).rates
    return tuple(
        (rule, tuple({**defaults(rule), "rate": min(10.0, max(0.0001, rates[rule]))}.items()))
        for rule in RULES
    )


FIRST = Wish(numbers=usual("ravine", surfaces.CONDITION))


def legal_wish(told: object) -> Wish | None:
    """The wish in what a browser told; None when it is anything else.

    {"turn", "surface", "condition"} alone asks for that surface with what suits it.
    """
    if (
        not isinstance(told, dict)
        or not isinstance(told.get("surface"), str)
        or told["surface"] not in SURFACES
    ):
        return None
    turn = number_in(told.get("turn"), 0, 2**50)
    condition = number_in(told.get("condition"), surfaces.LOWEST_CONDITION, surfaces.HIGHEST_CONDITION)
    runners = told.get("runners")
    if turn is None or condition is None or not isinstance(runners, list) or len(runners) > len(RULES):
        return None
    chosen = tuple(rule for rule in RULES if rule in runners)
    if len(chosen) != len(runners):
        return None
    surface = surface_of(told["surface"], condition)
    fresh = Wish(
        told["surface"],
        condition,
        surface.start,
        surface.n_steps,
        chosen,
        usual(told["surface"], condition),
        int(turn),
    )
    if "numbers" not in told:
        return fresh
    start = _legal_start(told.get("start"), surface)
    n_steps = number_in(told.get("n_steps"), 1, MOST_STEPS)
    numbers = _legal_numbers(told["numbers"])
    if start is None or n_steps is None or numbers is None:
        return None
    return Wish(told["surface"], condition, start, int(n_steps), chosen, numbers, int(turn))


def number_in(value: object, low: float, high: float) -> float | None:
    """The number, when it is one within these bounds."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        return None
    return float(value)


def _legal_start(told: object, surface: Surface) -> tuple[float, float] | None:
    if not isinstance(told, list) or len(told) != 2:
        return None
    x, y = number_in(told[0], *surface.x), number_in(told[1], *surface.y)
    return None if x is None or y is None else (x, y)


def _legal_numbers(told: object) -> Numbers | None:
    if not isinstance(told, dict) or told.keys() != RULES.keys():
        return None
    found = []
    for rule, kind in RULES.items():
        given = told[rule]
        if not isinstance(given, dict) or given.keys() != kind.knobs.keys():
            return None
        values = {name: number_in(given[name], knob.low, knob.high) for name, knob in kind.knobs.items()}
        if None in values.values():
            return None
        found.append((rule, tuple((name, float(value or 0.0)) for name, value in values.items())))
    return tuple(found)


def answer(told: object) -> dict[str, Any]:
    """Everything the sketch draws for what a browser told it wants. Raises ValueError when that is no race."""
    wish = legal_wish(told)
    if wish is None:
        raise ValueError("There is no such race.")
    return answer_to(wish)


def answer_to(wish: Wish) -> dict[str, Any]:
    """The same for a wish: JSON but for its arrays."""
    return {**_raced(replace(wish, turn=0)), "turn": wish.turn}


@functools.lru_cache(maxsize=64)
def _raced(wish: Wish) -> dict[str, Any]:
    surface = surface_of(wish.surface, wish.condition)
    numbers = {rule: dict(values) for rule, values in wish.numbers}
    paths = race(surface, {rule: numbers[rule] for rule in wish.runners}, wish.start, wish.n_steps)
    return {
        **_known(),
        "surface": wish.surface,
        "condition": wish.condition,
        "start": list(wish.start),
        "n_steps": wish.n_steps,
        "numbers": numbers,
        "runners": list(wish.runners),
        "ground": _ground(wish.surface, wish.condition),
        "paths": [_packed(rule, path) for rule, path in paths.items()],
    }


@functools.cache
def _known() -> dict[str, Any]:
    """What never changes: surfaces and rules as the sketch names them, with their bounds."""

    def about(surface: Surface) -> dict[str, Any]:
        names = ("label", "formula", "difficulty", "x", "y", "minima")
        return {name: getattr(surface, name) for name in names}

    def of_rule(kind: Kind) -> dict[str, Any]:
        knobs = {name: asdict(knob) for name, knob in kind.knobs.items()}
        return {"label": kind.label, "formula": kind.formula, "knobs": knobs}

    return {
        "surfaces": {name: about(surface) for name, surface in SURFACES.items()},
        "rules": {name: of_rule(kind) for name, kind in RULES.items()},
        "conditions": [surfaces.LOWEST_CONDITION, surfaces.HIGHEST_CONDITION],
        "tolerance": surfaces.TOLERANCE,
        "most_steps": MOST_STEPS,
    }


@functools.lru_cache(maxsize=64)
def _ground(surface: str, condition: float) -> NDArray[Any]:
    return surface_of(surface, condition).grid()


def _packed(rule: str, path: Path) -> dict[str, Any]:
    """A path; `rows` is (n + 1, 11): place, loss, and the terms of the step from there."""
    rows = np.zeros((len(path.points), 11), dtype=np.float32)
    rows[:, :2] = path.points
    rows[:, 2] = np.minimum(path.losses, 1e30)
    terms = [(*term.gradient, *term.velocity, *term.scale, *term.step) for term in path.terms]
    if terms:
        rows[: len(terms), 3:] = terms
    return {
        "rule": rule,
        "outcome": path.outcome,
        "step": path.step,
        "words": path.words,
        "rows": rows,
    }
