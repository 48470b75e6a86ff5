"""One output neuron that is sure of the wrong answer: why squared error on a sigmoid learns slowly.

The answer should be 1; the neuron answers p = σ(o) from its logit o, which gradient descent moves.

    squared error  (p − 1)²    slope  2 (p − 1) p (1 − p)    → 0 where p → 0: flat exactly where it is most wrong
    cross-entropy  −log p      slope  p − 1                  → −1 there: the most wrong learn fastest

`components/frontend/sketches/loss_confidence.js` repeats the two slopes, and a browser test compares the courses.
Source: Goodfellow, Bengio & Courville (2016), "Deep learning", section 6.2.2.2.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from models.loss_curves import sigmoid

LOSSES = ("mse", "cross_entropy")
N_STEPS = 5000
START, RATE = -6.0, 1.0


def value(loss: str, o: ArrayLike) -> NDArray[np.float64]:
    """The loss at logits o, for the target 1."""
    o = np.asarray(o, dtype=np.float64)
    if loss == "mse":
        return np.asarray((1 - sigmoid(o)) ** 2)
    return np.asarray(np.logaddexp(0, -o))


def slope(loss: str, o: ArrayLike) -> NDArray[np.float64]:
    """∂loss/∂o at logits o."""
    p = sigmoid(o)
    return np.asarray(2 * (p - 1) * p * (1 - p) if loss == "mse" else p - 1)


def descend(loss: str, start: float, rate: float, n_steps: int = N_STEPS) -> NDArray[np.float64]:
    """(n_steps + 1,) the logit before each step o ← o − η ∂loss/∂o, and after the last."""
    course = np.empty(n_steps + 1)
    o = start
    for step in range(n_steps + 1):
        course[step] = o
        p = 1 / (1 + np.exp(-o))
        o -= rate * (2 * (p - 1) * p * (1 - p) if loss == "mse" else p - 1)
    return course


def steps_shown(n_steps: int = N_STEPS) -> list[int]:
    """0, 1, 2 … and then ever larger strides: the steps at which the animation stops."""
    found = [0]
    while found[-1] < n_steps:
        found.append(min(n_steps, max(found[-1] + 1, round(found[-1] * 1.06))))
    return found
