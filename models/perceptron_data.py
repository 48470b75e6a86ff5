"""Two classes of points in a plane for one neuron: logic, clouds, flowers, cells, or the learner's own.

Shapes: x (N, 2) float64, y (N,) 0 or 1.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data.dataset import DataError
from models.perceptron_settings import DATASETS, Config

Array = NDArray[np.float64]
Domain = tuple[float, float, float, float]  # x from, x to, y from, y to
CORNERS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
LOGIC = {"and": (0, 0, 0, 1), "or": (0, 1, 1, 1), "nand": (1, 1, 1, 0), "xor": (0, 1, 1, 0)}


@dataclass(frozen=True, eq=False)
class Points:
    """The examples, and how the plane that they lie in is shown."""

    x: Array
    y: Array
    names: tuple[str, str]
    class_names: tuple[str, str]
    domain: Domain


def load(config: Config) -> Points:
    """The configured points. Raises DataError, one sentence, when there are none to learn from."""
    if config.dataset in LOGIC:
        y = np.array(LOGIC[config.dataset], dtype=float)
        return Points(CORNERS, y, ("x₁", "x₂"), ("0", "1"), (-0.6, 1.6, -0.6, 1.6))
    if config.dataset == "drawn":
        from data import drawn

        own = drawn.parse(config.points)
        square = (-6.0, 6.0, -6.0, 6.0)
        return Points(own.x.astype(float), own.y.astype(float), ("x₁", "x₂"), ("orange", "blue"), square)
    if config.dataset in ("separable", "overlapping"):
        return _clouds(config)
    return _table(config.dataset, config.scale, config.seed)


def _clouds(config: Config) -> Points:
    """Two clouds along a slanted line, with a strip of width `gap` between them or reaching into each other."""
    generator = np.random.default_rng(config.seed)
    n = config.n_points
    y = (np.arange(n) % 2).astype(float)
    side = 2 * y - 1
    if config.dataset == "separable":
        across = side * (config.gap / 2 + generator.gamma(1.5, 0.8, n))
        across[:2] = side[:2] * config.gap / 2  # the gap is as wide as it says, not wider
    else:
        across = side * 0.9 + generator.normal(0, 1.0, n)
    along = generator.normal(0, 1.8, n)
    tilt = np.deg2rad(25)
    normal, line = np.array([np.cos(tilt), np.sin(tilt)]), np.array([-np.sin(tilt), np.cos(tilt)])
    x = np.clip(across[:, None] * normal + along[:, None] * line + [0.6, 0.4], -6, 6)
    order = generator.permutation(n)
    return Points(x[order], y[order], ("x₁", "x₂"), ("orange", "blue"), (-6.0, 6.0, -6.0, 6.0))


def _table(name: str, scale: bool, seed: int) -> Points:
    """Two columns and two classes of a table, in an order that the seed decides: a table is often sorted by class."""
    from data import tables

    if name not in DATASETS:
        raise DataError(f"There are no points called '{name[:40]}': choose one of {', '.join(DATASETS)}.")
    table = tables.load("breast_cancer" if name == "breast_cancer" else "iris")
    first, second, classes = {
        "iris": ("petal length (cm)", "sepal length (cm)", (0, 1)),
        "iris_hard": ("petal length (cm)", "petal width (cm)", (1, 2)),
        "breast_cancer": ("worst radius", "worst texture", (0, 1)),
    }[name]
    columns = [table.feature_names.index(first), table.feature_names.index(second)]
    rows = np.random.default_rng(seed).permutation(np.flatnonzero(np.isin(table.y, classes)))
    x = table.x[rows][:, columns].astype(float)
    y = (table.y[rows] == classes[1]).astype(float)
    if scale:
        x = (x - x.mean(0)) / x.std(0)
        first, second = f"{first}, scaled", f"{second}, scaled"
    low, high = x.min(0), x.max(0)
    room = 0.12 * (high - low)
    (x0, y0), (x1, y1) = low - room, high + room
    names = (table.class_names[classes[0]], table.class_names[classes[1]])
    return Points(x, y, (first, second), names, (float(x0), float(x1), float(y0), float(y1)))
