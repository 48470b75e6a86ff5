"""What the probes of one network say, in sentences computed from their numbers.

No sentence holds in general: each says what was measured, and calls a difference one only where it exceeds twice its
standard error, √(p(1 − p)/n + q(1 − q)/n) for two shares p and q of n test places.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

#: Question → as it begins a sentence.
SUBJECTS = {
    "edge direction": "**The direction of an edge**",
    "straight or curved": "**Whether an outline is straight or curved**",
    "part": "**The part** that a pixel belongs to",
    "class": "**The class** of the picture",
}

OUTLINES = ("edge direction", "straight or curved")


def clearly(p: float, q: float, n: int) -> bool:
    """Whether p exceeds q by more than twice the standard error of their difference, each a share of n."""
    return p - q > 2 * math.sqrt((p * (1 - p) + q * (1 - q)) / max(1, n))


def reached(values: Sequence[float], n: int) -> int:
    """The first layer that is not clearly worse than the best."""
    best = max(values)
    return next(i for i, value in enumerate(values) if not clearly(best, value, n))


def sentences(readings: Sequence[Mapping[str, Any]]) -> list[str]:
    """One sentence or two for each question, and one on their order where there are several.

    readings: {"name", "layers", "n_test", "chance", "accuracy": {"trained", "untrained", "pixels"}} each.
    """
    found = [_of_one(reading) for reading in readings if reading["layers"]]
    return [*found, _order(readings)] if len(found) > 1 else found


def _of_one(reading: Mapping[str, Any]) -> str:
    n, trained = reading["n_test"], reading["accuracy"]["trained"]
    best = max(range(len(trained)), key=trained.__getitem__)
    value, layers = trained[best], reading["layers"]
    first = reached(trained, n)
    where = f"is read best at {layers[best]}"
    if first != best:
        where += (
            f", and hardly worse from {layers[first]} on"
            if _stays(trained, first, n)
            else f", and hardly worse at {layers[first]}"
        )
    guess = f"{_percent(value)} are right, {_percent(reading['chance'])} by guessing"
    others = {
        "before training": reading["accuracy"]["untrained"][best],
        "from the bare pixels": reading["accuracy"]["pixels"][best],
    }
    more = [f"{name} ({_percent(other)})" for name, other in others.items() if clearly(value, other, n)]
    not_more = [
        f"{name} ({_percent(other)})" for name, other in others.items() if not clearly(value, other, n)
    ]
    said = f"{SUBJECTS[reading['name']]} {where}: {guess}."
    if more:
        said += f" That is clearly more than {' or '.join(more)}."
    if not_more:
        said += f" It is not clearly more than {' or '.join(not_more)}."
    return said


def _stays(values: Sequence[float], first: int, n: int) -> bool:
    best = max(values)
    return all(not clearly(best, value, n) for value in values[first:])


def _order(readings: Sequence[Mapping[str, Any]]) -> str:
    """Whether outlines are read early and what they make up later, in this network."""
    at = {one["name"]: reached(one["accuracy"]["trained"], one["n_test"]) for one in readings}
    names = {one["name"]: f"{one['name']} at {one['layers'][at[one['name']]]}" for one in readings}
    outlines = [at[name] for name in OUTLINES if name in at]
    things = [depth for name, depth in at.items() if name not in OUTLINES]
    listed = ", ".join(names.values())
    if outlines and things and max(outlines) < min(things):
        return f"**From outlines to things**: in this network, simple things come first. As good as it gets: {listed}."
    return f"**From outlines to things?** This network does not clearly show that order. As good as it gets: {listed}."


def _percent(value: float) -> str:
    return f"{100 * value:.0f} %"
