"""Two layers of step neurons on two inputs that are 0 or 1, with six weights to be set by hand.

Two hidden neurons and one that answers; their biases are fixed, so that the first fires from one lit input on and the
second only for both, once the weights are right (Minsky & Papert 1969 showed why one layer cannot):

    h₁ = [w₁₁x₁ + w₁₂x₂ − 0.5 > 0],  h₂ = [w₂₁x₁ + w₂₂x₂ − 1.5 > 0],  answer = [v₁h₁ + v₂h₂ − 0.5 > 0]
"""

from __future__ import annotations

from collections.abc import Sequence

BIASES = (-0.5, -1.5, -0.5)
LOW, HIGH = -2.0, 2.0
CORNERS = ((0, 0), (0, 1), (1, 0), (1, 1))
WANTED = (0, 1, 1, 0)  # exclusive or
START = (1.0, 0.0, 0.0, 1.0, 1.0, 1.0)


def answer(weights: Sequence[float], x1: float, x2: float) -> int:
    """0 or 1 for weights (w₁₁, w₁₂, w₂₁, w₂₂, v₁, v₂)."""
    w11, w12, w21, w22, v1, v2 = weights
    h1 = w11 * x1 + w12 * x2 + BIASES[0] > 0
    h2 = w21 * x1 + w22 * x2 + BIASES[1] > 0
    return int(v1 * h1 + v2 * h2 + BIASES[2] > 0)


def solved(weights: Sequence[float]) -> bool:
    """Whether all four corners are answered as exclusive or wants."""
    return all(answer(weights, *corner) == wanted for corner, wanted in zip(CORNERS, WANTED, strict=True))


def sketch_data() -> dict[str, object]:
    """What the sketch of it needs."""
    return {"biases": BIASES, "low": LOW, "high": HIGH, "corners": CORNERS, "wanted": WANTED, "start": START}
