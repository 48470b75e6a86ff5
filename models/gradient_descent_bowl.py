"""The examples that a line is fitted to, and their loss as a function of the line: a bowl.

The answer to x is a·x + b with slope a and intercept b; with x̂ = (x, 1), w = (a, b) and residuals r = w·x̂ − y

    loss        L(w) = mean r² = L(w*) + (w − w*)ᵀ M (w − w*)      M = mean x̂x̂ᵀ
    gradient    g(w) = mean 2 r x̂ = 2 M (w − w*)

around the least-squares line w*. Its level lines are ellipses, and its steepest direction is M's first eigenvector.
NumPy only, so that a page can read it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

TRUTH = (1.5, -0.5)  # slope and intercept that the examples are strewn around
START = (-1.0, 2.5)  # of every descent
X_RANGE = (-1.0, 3.0)
SPREAD = 3.0  # of the targets, for each unit of the noise setting
WINDOW = ((-2.0, 4.0), (-3.0, 4.0))  # slopes and intercepts that the bowl shows
SIDE = 61  # of that picture

Floats = NDArray[np.float64]


def points(n: int, noise: float, seed: int) -> tuple[Floats, Floats]:
    """n examples x (n,) and y (n,); the noise only scales how far each lies off the line."""
    generator = np.random.default_rng(seed)
    x = generator.uniform(*X_RANGE, n)
    return x, TRUTH[0] * x + TRUTH[1] + SPREAD * noise * generator.standard_normal(n)


class Bowl:
    """The loss of all examples as a function of slope and intercept."""

    def __init__(self, x: Floats, y: Floats) -> None:
        self.x, self.y = x, y
        inputs = np.stack([x, np.ones_like(x)], axis=1)  # x̂ (N, 2)
        self.best: Floats = np.asarray(np.linalg.lstsq(inputs, y, rcond=None)[0], dtype=np.float64)  # w*
        self.floor = float(np.mean((inputs @ self.best - y) ** 2))  # L(w*)
        moments = inputs.T @ inputs / len(x)
        self._m = (float(moments[0, 0]), float(moments[0, 1]))  # M = [[m₀, m₁], [m₁, 1]]
        self._best = (float(self.best[0]), float(self.best[1]))

    def excess(self, slope: float, intercept: float) -> float:
        """L(w) − L(w*), never below 0."""
        a, b = slope - self._best[0], intercept - self._best[1]
        return max(0.0, self._m[0] * a * a + 2 * self._m[1] * a * b + b * b)

    def loss(self, slope: float, intercept: float) -> float:
        """L(w)."""
        return self.floor + self.excess(slope, intercept)

    def gradients(self, slope: float, intercept: float) -> Floats:
        """(N, 2) of every single example: ∂r²/∂slope, ∂r²/∂intercept."""
        residuals = slope * self.x + intercept - self.y
        return np.stack([2 * residuals * self.x, 2 * residuals], axis=1)

    def grid(self) -> tuple[Floats, Floats, Floats]:
        """Slopes (SIDE,), intercepts (SIDE,) and the root of the mean squared error (SIDE, SIDE), a row an intercept."""
        slopes, intercepts = (np.linspace(*reach, SIDE) for reach in WINDOW)
        a, b = np.meshgrid(slopes - self.best[0], intercepts - self.best[1])
        squares = self.floor + self._m[0] * a * a + 2 * self._m[1] * a * b + b * b
        return slopes, intercepts, np.sqrt(np.maximum(squares, 0))
