"""Logistic regression in the plane: the best straight border, found by Newton's method in under a millisecond.

    minimise ½ |w|² + Σ log(1 + e^(−s (w·x + b))),   s = 2y − 1

the objective of scikit-learn's `LogisticRegression` with C = 1; `tests/models/test_losses.py` compares the two.
Source: Hastie, Tibshirani & Friedman (2009), "The elements of statistical learning", equations 4.25–4.26.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

ROUNDS, SETTLED = 50, 1e-9


def fit_border(x: NDArray[np.float32], y: NDArray[np.int64]) -> NDArray[np.float64]:
    """(D + 1,) weights w and intercept b for points x (N, D) with labels y (N,), 0 or 1, both of which must occur."""
    rows = np.column_stack([x.astype(np.float64), np.ones(len(x))])
    penalty = np.diag([1.0] * x.shape[1] + [0.0])
    w = np.zeros(rows.shape[1])
    for _ in range(ROUNDS):
        p = 1 / (1 + np.exp(-np.clip(rows @ w, -500, 500)))
        gradient = rows.T @ (p - y) + penalty @ w
        curvature = (rows * (p * (1 - p))[:, None]).T @ rows + penalty
        step = np.linalg.solve(curvature, gradient)
        w -= step
        if np.abs(step).max() < SETTLED:
            break
    return w


def side_of(w: NDArray[np.float64], x: NDArray[np.float32]) -> NDArray[np.int64]:
    """(N,) the class that the border w gives each point x (N, D)."""
    return np.asarray(x @ w[:-1] + w[-1] > 0, dtype=np.int64)
