"""The descents of the gradient-descent lesson that are computed in Python and shown in the browser.

A sketch tells what it wants (a wish); the script answers with the paths. Both stand in a fragment, so that only they run
again, and wishes are checked like links: anything at all may come from a browser.
"""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from components.sketch import sketch
from models import line_descent, race_asked
from models.race_asked import number_in
from training.arrays import jsonable

_RACE, _LINE = "gradient descent: race", "gradient descent: line"  # in the session


@st.fragment
def race_sketch() -> None:
    """Draws the race. The sketch asks for another past this script (`models/race_asked.py`); what the learner has set is told
    when the hand rests, and kept for the session."""

    def take(told: object) -> None:
        wish = race_asked.legal_wish(told)
        if wish is not None:
            st.session_state[_RACE] = wish

    wish: race_asked.Wish = st.session_state.get(_RACE, race_asked.FIRST)
    sketch("race", jsonable(race_asked.answer_to(wish)), key="race", on_told=take)


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
