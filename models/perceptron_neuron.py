"""The neuron itself: two weights, a bias, the rule that moves them, and the pocket that remembers the best.

Shapes: N examples, inputs (N, 3) with a 1 for the bias last, weights (3,) as (w₁, w₂, b).
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from models.margin import mistake_bound, signed
from models.perceptron_data import Points
from models.perceptron_settings import Config
from models.step import Note

Array = NDArray[np.float64]


class Neuron:
    """Everything of one run that changes while it learns."""

    def __init__(self, points: Points, config: Config) -> None:
        self.config = config
        self.inputs = np.hstack([points.x, np.ones((len(points.x), 1))])
        self.targets = points.y
        self.signs = 2 * points.y - 1  # y: −1 or +1
        self.weights = np.zeros(3)
        self.before = self.weights.copy()  # as they were when the example was looked at
        self.looked_at: int | None = None
        self.n_mistakes = 0
        #: (R/γ)², infinite when no line parts the points.
        self.bound = mistake_bound(signed(points.x, points.y))
        self.bound_holds = not config.smooth
        self.sums = np.zeros(len(points.y))
        self.errors = self.pocket_errors = self._errors()
        self.pocket = self.weights.copy()

    def look(self, index: int) -> bool:
        """Look at one example and do what the rule says; whether the answer was wrong."""
        x, target, sign = self.inputs[index], self.targets[index], self.signs[index]
        self.looked_at, self.before = index, self.weights
        s = float(self.weights @ x)
        wrong = bool((s > 0) != (target == 1))
        if self.config.smooth:
            self._move(self.config.learning_rate * (target - sigmoid(s)) * x)
        elif wrong:
            self._move(self.config.learning_rate * sign * x)
        self.n_mistakes += wrong
        return wrong

    def _move(self, change: Array) -> None:
        """Move the weights; a line that errs less than any before goes into the pocket (Gallant's ratchet)."""
        self.weights = self.weights + change
        self.sums = self.inputs @ self.weights
        self.errors = self._errors()
        if self.errors < self.pocket_errors:
            self.pocket, self.pocket_errors = self.weights, self.errors

    def _errors(self) -> int:
        """Examples that the neuron answers wrongly now."""
        return int(np.count_nonzero((self.sums > 0) != (self.targets == 1)))

    def change(self, config: Config) -> Note | None:
        """Go on with other live settings; a note when the bound says nothing from here on."""
        moved = (config.learning_rate, config.smooth) != (self.config.learning_rate, self.config.smooth)
        self.config = config
        if not (moved and self.bound_holds and self.n_mistakes):
            self.bound_holds = self.bound_holds and not config.smooth
            return None
        self.bound_holds = False
        return UNBOUND if math.isfinite(self.bound) else None

    def metrics(self) -> dict[str, float]:
        """The mean loss and the counts as they are now; the bound is NaN once it no longer holds."""
        margins = self.signs * self.sums
        loss = np.logaddexp(0, -margins) if self.config.smooth else np.maximum(0, -margins)
        n = len(self.targets)
        found = {
            "loss/train": float(loss.mean()),
            "accuracy/train": 1 - self.errors / n,
            "accuracy/pocket": 1 - self.pocket_errors / n,
            "errors/pocket": float(self.pocket_errors),
            "mistakes/so_far": float(self.n_mistakes),
        }
        if math.isfinite(self.bound):
            found["mistakes/bound"] = self.bound if self.bound_holds else math.nan
        return found

    def example(self) -> NDArray[np.float32] | None:
        """(6,): x₁, x₂, the class 0 or 1, s before and after the rule, and 1 for a smooth neuron; None before the first."""
        if self.looked_at is None:
            return None
        x = self.inputs[self.looked_at]
        row = [
            x[0],
            x[1],
            self.targets[self.looked_at],
            self.before @ x,
            self.weights @ x,
            self.config.smooth,
        ]
        return np.array(row, dtype=np.float32)


def sigmoid(s: Array | float) -> Array:
    """1/(1 + e⁻ˢ), without overflow."""
    return np.asarray(0.5 * (1 + np.tanh(0.5 * np.asarray(s))))


class Rounds:
    """Notices when a pass begins with weights that an earlier pass began with: from there on everything repeats."""

    def __init__(self) -> None:
        self._begun: dict[bytes, int] = {}
        self._named = False

    def forget(self) -> None:
        """The rule has changed: what went before says nothing about what comes."""
        self._begun.clear()

    def note(self, weights: Array, number: int) -> Note | None:
        """The event, the first time; `number` counts passes from 1."""
        before = self._begun.setdefault(np.round(weights, 9).tobytes(), number)
        if before == number or self._named:
            return None
        self._named = True
        return Note(
            "cycling",
            "It goes round in circles",
            f"Before pass {number} the weights are what they were before pass {before}, so the same mistakes come again, "
            "for ever: no line parts these points.",
            "Take the pocket's line, a sigmoid that weighs all points, inputs that bend, or a second layer.",
        )


UNBOUND = Note(
    "unbound",
    "The bound no longer holds",
    "Novikoff's proof needs the step, and one learning rate from the first example to the last; one of them was changed "
    "on the way.",
    "Nothing is wrong: go on, or rewind to have the bound again.",
)
