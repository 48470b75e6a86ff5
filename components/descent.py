"""The descents of the gradient-descent lesson that are computed in Python and shown in the browser.

A sketch tells what it wants (a wish); the script answers with the paths. Both stand in a fragment, so that only they run
again, and wishes are checked like links: anything at all may come from a browser.
"""

from __future__ import annotations

import functools
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import streamlit as st

from components.sketch import sketch
from models import line_descent, surfaces
from models.descent import Path, race
from models.surfaces import SURFACES, Surface, surface_of
from models.update_rules import RULES, Kind, defaults
from training.arrays import encode_array

MOST_STEPS = 1000
BEGINNERS = ("sgd", "momentum", "adam")  # the rules that race at first
_RACE, _LINE = "gradient descent: race", "gradient descent: line"  # in the session

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


@st.fragment
def race_sketch() -> None:
    """Draws the race; what the learner sets in it is kept for the session."""

    def take(told: object) -> None:
        wish = legal_wish(told)
        if wish is not None:
            st.session_state[_RACE] = wish

    wish: Wish = st.session_state.get(_RACE, Wish(numbers=usual("ravine", surfaces.CONDITION)))
    sketch("race", {**_answer(_without_turn(wish)), "turn": wish.turn}, key="race", on_told=take)


def usual(surface: str, condition: float) -> Numbers:
    """Every rule's numbers as they suit a surface."""
    rates = surface_of(surface, condition).rates
    return tuple(
        (rule, tuple({**defaults(rule), "rate": min(10.0, max(0.0001, rates[rule]))}.items()))
        for rule in RULES
    )


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


def _without_turn(wish: Wish) -> Wish:
    return Wish(wish.surface, wish.condition, wish.start, wish.n_steps, wish.runners, wish.numbers)


@functools.lru_cache(maxsize=64)
def _answer(wish: Wish) -> dict[str, Any]:
    """Everything the sketch draws for a wish, as JSON."""
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
def _ground(surface: str, condition: float) -> dict[str, str]:
    return encode_array(surface_of(surface, condition).grid())


def _packed(rule: str, path: Path) -> dict[str, Any]:
    """A path as JSON; `rows` is (n + 1, 11): place, loss, and the terms of the step from there."""
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
        "rows": encode_array(rows),
    }


@dataclass(frozen=True)
class LineWish:
    """The line to begin with, and the learning rate."""

    line: tuple[float, float] = line_descent.START
    rate: float = line_descent.RATE
    turn: int = 0


LINE_BOUNDS = {"slope": (-2.0, 3.0), "intercept": (-2.0, 4.0), "rate": (0.001, 1.0)}


@st.fragment
def line_sketch() -> None:
    """Draws the line to fit by hand; the descent begins where the learner has left it."""

    def take(told: object) -> None:
        wish = legal_line(told)
        if wish is not None:
            st.session_state[_LINE] = wish

    wish: LineWish = st.session_state.get(_LINE, LineWish())
    course = line_descent.descend(wish.line, wish.rate)
    data = {
        "points": [list(point) for point in line_descent.POINTS],
        "best": list(line_descent.least_squares()),
        "bounds": {name: list(bounds) for name, bounds in LINE_BOUNDS.items()},
        "start": list(wish.line),
        "rate": wish.rate,
        "lines": [list(line) for line in course.lines],
        "losses": list(course.losses),
        "gradients": [list(gradient) for gradient in course.gradients],
        "diverged": course.diverged,
        "turn": wish.turn,
    }
    sketch("line_by_hand", data, key="line by hand", on_told=take)


def legal_line(told: object) -> LineWish | None:
    """The wish in what a browser told; None when it is anything else."""
    if not isinstance(told, dict) or not isinstance(told.get("line"), list) or len(told["line"]) != 2:
        return None
    slope, intercept = (
        number_in(value, *LINE_BOUNDS[name])
        for value, name in zip(told["line"], ("slope", "intercept"), strict=True)
    )
    rate, turn = number_in(told.get("rate"), *LINE_BOUNDS["rate"]), number_in(told.get("turn"), 0, 2**50)
    if slope is None or intercept is None or rate is None or turn is None:
        return None
    return LineWish((slope, intercept), rate, int(turn))
