"""A line fitted by gradient descent on its mean squared error: the first descent of the lesson.

    loss(a, b) = 1/N Σ (a xᵢ + b − yᵢ)²      ∂/∂a = 2/N Σ rᵢ xᵢ      ∂/∂b = 2/N Σ rᵢ,      rᵢ = a xᵢ + b − yᵢ

The loss is a bowl over slope a and intercept b, so a small enough step always leads down, to the one line that
`least_squares` finds at once. Source: Goodfellow, Bengio & Courville (2016), sections 4.3 and 4.5.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

#: Fifteen points around y = 0.6 x + 1.
POINTS: tuple[tuple[float, float], ...] = (
    (-2.6, -0.9), (-2.2, 0.1), (-1.9, -0.4), (-1.5, 0.5), (-1.1, -0.1), (-0.8, 0.9), (-0.3, 0.7), (0.1, 1.6),
    (0.5, 0.9), (0.9, 1.9), (1.3, 1.4), (1.7, 2.5), (2.0, 1.7), (2.4, 2.8), (2.8, 2.4),
)  # fmt: skip
START = (-0.5, 2.5)
RATE = 0.1
N_STEPS = 60
LIMIT = 1e6


@dataclass(frozen=True)
class Course:
    """A descent: lines (slope, intercept), losses and gradients at every step, and the step where it diverged, if it did."""

    lines: tuple[tuple[float, float], ...]
    losses: tuple[float, ...]
    gradients: tuple[tuple[float, float], ...]
    diverged: int | None


def loss(line: tuple[float, float]) -> float:
    """The mean squared error of the line (slope, intercept) over the points."""
    return sum((line[0] * x + line[1] - y) ** 2 for x, y in POINTS) / len(POINTS)


def gradient(line: tuple[float, float]) -> tuple[float, float]:
    """(∂loss/∂slope, ∂loss/∂intercept)."""
    residuals = [(x, line[0] * x + line[1] - y) for x, y in POINTS]
    n = len(POINTS)
    return 2 / n * sum(r * x for x, r in residuals), 2 / n * sum(r for _, r in residuals)


def least_squares() -> tuple[float, float]:
    """(slope, intercept) of the best line, in closed form."""
    n = len(POINTS)
    mean_x, mean_y = sum(x for x, _ in POINTS) / n, sum(y for _, y in POINTS) / n
    slope = sum((x - mean_x) * (y - mean_y) for x, y in POINTS) / sum((x - mean_x) ** 2 for x, _ in POINTS)
    return slope, mean_y - slope * mean_x


def descend(start: tuple[float, float], rate: float, n_steps: int = N_STEPS) -> Course:
    """Gradient descent from the line `start`; it ends where slope or intercept pass a million."""
    line, lines, losses, gradients = start, [start], [loss(start)], [gradient(start)]
    for step in range(1, n_steps + 1):
        line = (line[0] - rate * gradients[-1][0], line[1] - rate * gradients[-1][1])
        lines.append(line)
        losses.append(loss(line))
        gradients.append(gradient(line))
        if not max(map(abs, line)) <= LIMIT or not math.isfinite(losses[-1]):
            return Course(tuple(lines), tuple(losses), tuple(gradients), step)
    return Course(tuple(lines), tuple(losses), tuple(gradients), None)
