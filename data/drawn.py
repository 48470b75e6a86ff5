"""Points that a learner has clicked into the plane, as the short text that a link carries: `x,y,class;…`."""

from __future__ import annotations

import math

import numpy as np

from data.dataset import DataError, Dataset

MAX_POINTS = 300
REACH = 6.0  # the plane shows −6 … 6


def parse(text: str) -> Dataset:
    """The points as a data set of two classes, x (N, 2), y (N,).

    Raises:
        DataError: text that is not points, points off the plane, or too few to learn from.
    """
    rows = [part for part in text.split(";") if part]
    if len(rows) > MAX_POINTS:
        raise DataError(f"There are {len(rows)} points, but at most {MAX_POINTS} can be drawn: remove some.")
    points = [_point(row) for row in rows]
    labels = [label for _, _, label in points]
    if min(labels.count(0), labels.count(1)) < 2:
        raise DataError(
            "Draw at least two points of each class: click on the map, and choose the class above it."
        )
    return Dataset(
        name="Your own points",
        task="classes",
        x=np.array([(x, y) for x, y, _ in points], dtype=np.float32),
        y=np.array(labels, dtype=np.int64),
        feature_names=("x₁", "x₂"),
        target_name="class",
        class_names=("orange", "blue"),
        standardise=False,
    )


def _point(row: str) -> tuple[float, float, int]:
    parts = row.split(",")
    try:
        x, y = float(parts[0]), float(parts[1])
        label = int(parts[2])
    except (IndexError, ValueError):
        raise DataError(f"'{row[:20]}' is not a point: write x,y,class, such as 1.5,-2,0.") from None
    if len(parts) != 3 or label not in (0, 1) or not (math.isfinite(x) and math.isfinite(y)):
        raise DataError(f"'{row[:20]}' is not a point: write x,y,class, such as 1.5,-2,0.")
    if max(abs(x), abs(y)) > REACH:
        raise DataError(f"The point {x:g}, {y:g} lies off the plane: coordinates go from −6 to 6.")
    return x, y, label
