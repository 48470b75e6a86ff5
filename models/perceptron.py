"""One artificial neuron learns to part two classes by a line: the perceptron, and the same neuron with a sigmoid.

The neuron weighs its inputs and answers with a step (McCulloch & Pitts 1943):

    s = w₁x₁ + w₂x₂ + b,   answer 1 when s > 0, else 0

Rosenblatt's rule (1958, "The perceptron", Psychological Review 65) looks at one example at a time and moves the
weights only when the answer is wrong; with y = ±1 for the class and learning rate η:

    w ← w + η·y·x,   b ← b + η·y

Beside it the pocket keeps the weights that erred least so far (Gallant 1990, with ratchet: every line is judged by all
examples). `models/margin.py` says how many mistakes there can be. With a sigmoid in place of the step the rule becomes
gradient descent on the cross-entropy, one example at a time: w ← w + η·(t − σ(s))·x with t = 0 or 1.

    python -m models.perceptron --dataset xor
"""

from __future__ import annotations

import math
from collections.abc import Generator

import numpy as np
from numpy.typing import NDArray

from data.dataset import DataError
from models.cli import Model, main
from models.logistic_line import fit_border, side_of
from models.perceptron_data import Domain, Points, load
from models.perceptron_neuron import Array, Neuron, Rounds, sigmoid
from models.perceptron_settings import PRESETS, Config
from models.step import Note, Step

__all__ = ["MODEL", "PRESETS", "Config", "Course", "estimate_seconds", "line_through", "train"]

RESOLUTION = 60  # of the map


def estimate_seconds(config: Config) -> float:
    """Seconds that a run takes at most on one ordinary core: a look takes about 25 µs, and 0.05 µs for each example."""
    known = {"iris": 100, "iris_hard": 100, "breast_cancer": 569, "separable": config.n_points}
    n = known.get(config.dataset, config.n_points if config.dataset == "overlapping" else 4)
    return 0.02 + config.epochs * n * (25e-6 + 5e-8 * n)


def train(config: Config) -> Generator[Step, Config | None, None]:
    """Yields the neuron with all weights 0, then one step for each example looked at.

    It ends when a whole pass went by without a mistake (the step neuron), or after `epochs` passes.
    Sending a Config applies its live settings and yields the present state again.

    Raises:
        DataError: there are no points to learn from.
    """
    course = Course(config)
    yield from course.told(course.step({}, facts=course.facts()))
    for number in range(1, config.epochs + 1):
        wrong = 0
        note = course.begin(number)
        for place, index in enumerate(course.order(), start=1):
            wrong += course.neuron.look(index)
            course.n_looks += 1
            last = place == course.n
            step = course.step({"errors/pass": float(wrong)} if last else {}, note=note)
            note = None
            yield from course.told(step)
        if wrong == 0 and not course.neuron.config.smooth:
            return


class Course:
    """One run: its points, its neuron, and how they are told and shown."""

    def __init__(self, config: Config) -> None:
        """Raises DataError when there are no points to learn from."""
        self.config, self.points = config, load(config)
        self.n = len(self.points.y)
        if len(np.unique(self.points.y)) < 2:
            raise DataError("All points are of one class: a line needs two to part.")
        self.neuron, self.rounds = Neuron(self.points, config), Rounds()
        self.n_looks = 0
        self._generator = np.random.default_rng(config.seed)
        u, v = np.meshgrid(*(np.linspace(*ends, RESOLUTION) for ends in _pairs(self.points.domain)))
        self._grid = np.stack([u, v, np.ones_like(u)], axis=-1)

    def order(self) -> list[int]:
        """The examples in the order of the next pass."""
        return self._generator.permutation(self.n).tolist() if self.config.shuffle else list(range(self.n))

    def begin(self, number: int) -> Note | None:
        """Pass `number` begins, counted from 1: the event to explain, if the run goes round in circles."""
        if self.config.shuffle or self.neuron.config.smooth:
            return None
        return self.rounds.note(self.neuron.weights, number)

    def step(
        self, more: dict[str, float], *, facts: dict[str, object] | None = None, note: Note | None = None
    ) -> Step:
        """The present state."""
        metrics = self.neuron.metrics() | more
        step = Step(self.n_looks, self.n_looks / self.n, metrics, self.observe, facts=facts, note=note)
        step.parameters = lambda: {"weights": self.neuron.weights, "pocket": self.neuron.pocket}
        return step

    def told(self, step: Step) -> Generator[Step, Config | None, None]:
        """Yield the step, and the present state again for each config that is sent."""
        while (changed := (yield step)) is not None:
            note = self.neuron.change(changed)
            self.rounds.forget()
            step = self.step({}, note=note)

    def observe(self) -> dict[str, NDArray[np.generic]]:
        """The arrays of a frame: the map, the lines now, before and in the pocket, and the sum with its numbers."""
        neuron, domain = self.neuron, self.points.domain
        s = self._grid @ neuron.weights
        answer = (
            sigmoid(s) if neuron.config.smooth else (s > 0) if neuron.weights.any() else np.full_like(s, 0.5)
        )
        arrays: dict[str, NDArray[np.generic]] = {
            "map": np.round(255 * answer).astype(np.uint8),
            "line/now": line_through(neuron.weights, domain),
            "line/before": line_through(neuron.before, domain),
            "line/pocket": line_through(neuron.pocket, domain),
            "neuron/weights": neuron.weights.astype(np.float32),
            "neuron/before": neuron.before.astype(np.float32),
            "neuron/pocket": neuron.pocket.astype(np.float32),
        }
        if (example := neuron.example()) is not None:
            arrays["neuron/example"] = example
        return arrays

    def facts(self) -> dict[str, object]:
        """What holds for the whole run; arrays as NumPy."""
        points, bound = self.points, self.neuron.bound
        nothing = np.zeros((0, 2), np.float32)
        return {
            "task": "classes",
            "class_names": list(points.class_names),
            "domain": list(points.domain),
            "axes": list(points.names),
            "plane": f"{LINES} {bound_in_words(self.neuron)}",
            "value_range": [0, 1],
            "points/train": points.x.astype(np.float32),
            "targets/train": points.y.astype(np.float32),
            "points/test": nothing,
            "targets/test": nothing[:, 0],
            "bound": bound if math.isfinite(bound) else None,
            "baselines": baselines(points),
        }


LINES = (
    "Solid: the line now, its arrow towards blue. Dashed: before the ringed example. Dotted: the pocket's."
)


def bound_in_words(neuron: Neuron) -> str:
    """Whether a line exists, and how many mistakes the step neuron can make at most."""
    if not math.isfinite(neuron.bound):
        return "No line parts these points, so the bound on the mistakes is infinite."
    reach = float(np.linalg.norm(neuron.inputs, axis=1).max())
    gamma = reach / math.sqrt(neuron.bound)
    return f"R = {reach:.3g}, γ = {gamma:.3g}: at most (R/γ)² = {neuron.bound:,.0f} mistakes."


def line_through(weights: Array, domain: Domain) -> NDArray[np.float32]:
    """(2, 2): where w·(x, y, 1) = 0 crosses the plane, two points; NaN when there is no such line in sight."""
    x0, x1, y0, y1 = domain
    a, b, c = (float(value) for value in weights)
    found = []
    if b:
        found += [(x, y) for x in (x0, x1) if y0 <= (y := -(a * x + c) / b) <= y1]
    if a:
        found += [(x, y) for y in (y0, y1) if x0 < (x := -(b * y + c) / a) < x1]
    if len(found) < 2:
        return np.full((2, 2), np.nan, np.float32)
    return np.array([found[0], found[-1]], dtype=np.float32)


def baselines(points: Points) -> dict[str, dict[str, float]]:
    """What always naming the larger class, and logistic regression, get right of the same points."""
    share = float(points.y.mean())
    middle, spread = points.x.mean(0), points.x.std(0)
    x = ((points.x - middle) / np.where(spread > 0, spread, 1)).astype(np.float32)
    labels = points.y.astype(np.int64)
    line = float((side_of(fit_border(x, labels), x) == labels).mean())
    scores = {"majority class": max(share, 1 - share), "logistic regression": line}
    n = len(labels)
    return {name: {"accuracy/train": score, "errors/pass": n - n * score} for name, score in scores.items()}


def _pairs(domain: Domain) -> tuple[tuple[float, float], tuple[float, float]]:
    return domain[:2], domain[2:]


MODEL = Model("perceptron", Config, train, PRESETS)

if __name__ == "__main__":
    raise SystemExit(main(MODEL))
