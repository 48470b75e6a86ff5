"""Races of update rules on a surface: every rule starts at the same point and goes its own way.

A descent ends as one of

    reached    from a step on it stays within 0.05 of a lowest point
    diverged   a coordinate went beyond a million, or the loss was no longer a finite number: the learning rate is too large
    stuck      it stands still where it is not lowest: in a higher minimum, at a saddle point, on level ground
    circling   it goes on moving about one place: its steps do not get smaller with the slope
    moving     none of these within the steps it had

Paths hold finite numbers only: a descent that diverges ends at its last place, pulled back to a million.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from models.surfaces import TOLERANCE, Point, Surface
from models.update_rules import Term, make

LIMIT = 1e6
REST = 1e-9  # step and gradient below this: nothing will move any more, and the path ends early
STILL = 1e-3  # a descent whose last ten steps together went less far stands still
LEVEL = 1e-3  # and is on level ground where the surface bends less than this
NEAR = 0.01  # a place this far from a level one is taken for it
LAP, ROUND = (
    40,
    0.3,
)  # a descent circles when so many steps, of greater length together, stayed within so small a box


@dataclass(frozen=True)
class Path:
    """One descent: places (n + 1), losses there (n + 1), and what each of the n steps was made of."""

    points: tuple[Point, ...]
    losses: tuple[float, ...]
    terms: tuple[Term, ...]
    outcome: str  # reached, diverged, stuck, circling or moving
    step: int | None  # of that outcome; None for a descent that moves on
    words: str

    @property
    def n_steps(self) -> int:
        return len(self.terms)


def descend(surface: Surface, rule: str, numbers: Mapping[str, float], start: Point, n_steps: int) -> Path:
    """The path of one rule from `start`, at most `n_steps` long; `numbers` are the rule's, by name."""
    moving = make(rule, **numbers)
    place, points, terms = start, [start], []
    losses = [surface.value(*start)]
    for step in range(1, n_steps + 1):
        gradient = surface.gradient(*place)
        term = moving.step(place, gradient)
        place = (place[0] + term.step[0], place[1] + term.step[1])
        loss = (
            surface.value(*place) if all(abs(part) <= LIMIT for part in place) else math.inf
        )  # nan is not <=
        terms.append(_showable(term))
        if not math.isfinite(loss):
            points.append((_within(place[0], LIMIT), _within(place[1], LIMIT)))
            losses.append(losses[-1])
            return Path(
                tuple(points), tuple(losses), tuple(terms), "diverged", step, f"diverged at step {step}"
            )
        points.append(place)
        losses.append(loss)
        if max(map(abs, (*term.step, *gradient))) < REST:
            break
    decayed = numbers.get("decay", getattr(moving, "decay", 0.0)) > 0
    return Path(tuple(points), tuple(losses), tuple(terms), *_outcome(surface, points, decayed, n_steps))


def race(
    surface: Surface, runners: Mapping[str, Mapping[str, float]], start: Point, n_steps: int
) -> dict[str, Path]:
    """Rule → its path, each with its own numbers."""
    return {rule: descend(surface, rule, numbers, start, n_steps) for rule, numbers in runners.items()}


def steps_to_minimum(surface: Surface, points: Sequence[Point]) -> int | None:
    """The first step from which the path stays within reach of a minimum; None when it does not end there."""
    first = len(points)
    while first and surface.nearest(*points[first - 1]) <= TOLERANCE:
        first -= 1
    return first if first < len(points) else None


def _outcome(
    surface: Surface, points: Sequence[Point], decayed: bool, n_steps: int
) -> tuple[str, int | None, str]:
    reached = steps_to_minimum(surface, points)
    if reached is not None:
        return "reached", reached, f"minimum reached at step {reached}" if reached else "starts at a minimum"
    last = points[-11:]
    rests = len(points) <= n_steps
    if rests or (len(last) == 11 and _length(last) < STILL):
        still = len(points) - 1
        while still and math.dist(points[still - 1], points[-1]) < STILL:
            still -= 1
        return "stuck", still, f"stuck {_where(surface, points[-1], decayed)}"
    lap = points[-LAP - 1 :]
    if len(lap) > LAP and _width(lap) < ROUND and _length(lap) > 4 * math.dist(lap[0], lap[-1]):
        x, y = (sum(point[axis] for point in lap) / len(lap) for axis in (0, 1))
        near = "the minimum" if surface.nearest(x, y) < ROUND else f"({x:.1f}, {y:.1f})".replace("-", "−")
        return "circling", None, f"circles around {near}"
    return "moving", None, f"not there after {n_steps} steps"


def _length(points: Sequence[Point]) -> float:
    return sum(math.dist(a, b) for a, b in itertools.pairwise(points))


def _width(points: Sequence[Point]) -> float:
    """The longer side of the box around the points."""
    return max(max(p[axis] for p in points) - min(p[axis] for p in points) for axis in (0, 1))


def _where(surface: Surface, place: Point, decayed: bool) -> str:
    """What kind of place holds a descent that stands still, told by slope and curvature."""
    least, most = surface.curvatures(*place)
    if max(abs(least), abs(most)) < LEVEL:
        return "on level ground"
    slope = math.hypot(*surface.gradient(*place))
    if slope > NEAR * max(LEVEL, min(abs(least), abs(most))):  # further than that from where the slope is 0
        return "where decay and slope balance" if decayed else "by steps too small"
    if least > LEVEL:
        return "in a minimum that is not the lowest"
    return "at a saddle point" if least < -LEVEL else "on level ground"


def _within(part: float, limit: float) -> float:
    return limit if math.isnan(part) else min(limit, max(-limit, part))


def _showable(term: Term) -> Term:
    """The term with what a 32-bit float cannot hold pulled back."""
    pairs = (term.gradient, term.velocity, term.scale, term.step)
    if all(abs(part) < 1e30 for pair in pairs for part in pair):
        return term
    return Term(*((_within(a, 1e30), _within(b, 1e30)) for a, b in pairs))
