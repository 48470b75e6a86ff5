"""A straight line through points, under three losses: how much one outlier may pull.

    minimise Σ ℓ(yᵢ − a xᵢ − b) over slope a and intercept b

Squared error has a closed form. Absolute error and Huber are solved by iteratively reweighted least squares: a residual r
pulls with ℓ′(r), a weighted square with w r, so w = ℓ′(r) / r makes them pull alike; solve, look at the residuals again,
repeat. For Huber w = 1 within δ and δ / |r| beyond; for the absolute error w = 1 / |r|.
Source: Holland & Welsch (1977), "Robust regression using iteratively reweighted least-squares".

`components/frontend/sketches/loss_lines.js` repeats these lines, and a browser test compares the two.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

LOSSES = ("mse", "mae", "huber")
#: Eleven points around y = 1 + ½ x, and a twelfth, the one to drag away.
POINTS: tuple[tuple[float, float], ...] = (
    (-4.5, -1.0), (-3.8, -1.1), (-3.0, -0.2), (-2.1, -0.3), (-1.2, 0.6), (-0.4, 0.5), (0.5, 1.5), (1.4, 1.4), (2.2, 2.4),
    (3.1, 2.3), (3.9, 3.2), (4.6, 3.3),
)  # fmt: skip
OUTLIER = 11
DELTA = 1.0
ROUNDS, SMALLEST, SETTLED = 400, 1e-5, 1e-10


def fit_line(x: ArrayLike, y: ArrayLike, loss: str, delta: float = DELTA) -> tuple[float, float]:
    """(slope, intercept) of the line with the least total loss through points x, y (N,), N ≥ 2 of different x."""
    x, y = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    line = weighted_line(x, y, np.ones(len(x)))
    if loss == "mse":
        return line
    bound = delta if loss == "huber" else SMALLEST
    for _ in range(ROUNDS):
        before = line
        r = np.abs(y - line[0] * x - line[1])
        weights = bound / np.maximum(
            r, bound
        )  # δ / |r|, at most 1; for a tiny δ that is 1 / |r| but for a factor
        line = weighted_line(x, y, weights)
        if max(abs(line[0] - before[0]), abs(line[1] - before[1])) < SETTLED:
            break
    return line


def weighted_line(
    x: NDArray[np.float64], y: NDArray[np.float64], weights: NDArray[np.float64]
) -> tuple[float, float]:
    """The line of least weighted squares; level where all x are one."""
    total = weights.sum()
    mean_x, mean_y = (weights * x).sum() / total, (weights * y).sum() / total
    spread = (weights * (x - mean_x) ** 2).sum()
    slope = float((weights * (x - mean_x) * (y - mean_y)).sum() / spread) if spread > 1e-12 else 0.0
    return slope, float(mean_y - slope * mean_x)


def total_loss(
    x: ArrayLike, y: ArrayLike, line: tuple[float, float], loss: str, delta: float = DELTA
) -> float:
    """Σ ℓ(yᵢ − a xᵢ − b)."""
    r = np.abs(np.asarray(y, dtype=np.float64) - line[0] * np.asarray(x, dtype=np.float64) - line[1])
    if loss == "mse":
        return float((r**2).sum())
    if loss == "mae":
        return float(r.sum())
    return float(np.where(r <= delta, r**2 / 2, delta * (r - delta / 2)).sum())
