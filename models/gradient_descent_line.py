"""A straight line fitted by descents that differ only in how many examples they average for a step.

    gradient    g(w) = mean 2 r x̂               over all N examples: `gradient_descent_bowl.py`
    of a batch  the same mean over B of them: right on average, and off by a noise of variance ≈ tr Cov(2 r x̂) / B

All descents read one stream of examples, cut into batches of different sizes: after t examples the one with batch size B
has made t/B updates.
Source: Bottou, Curtis & Nocedal (2018), "Optimization methods for large-scale machine learning", sections 3.1 and 4.2.
"""

from __future__ import annotations

import math
from collections.abc import Generator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models import schedules
from models.diagnosis import divergence
from models.gradient_descent_bowl import START, X_RANGE, Bowl, Floats, points
from models.gradient_descent_settings import Config
from models.step import Note, Step
from models.trail import Trail

N_CLOUD = 250  # batches of each size whose gradients are drawn
GIVEN_UP = 1e6  # times the first loss: a descent beyond will not come back
EPOCHS = 20
N_TEST, OF_TEST = (
    1000,
    10_000,
)  # fresh examples, and what is added to their seed, beyond the largest that can be set


def batch_sizes(config: Config) -> list[int]:
    """One, ten, the learner's own and all examples, without repeats; smallest first."""
    return sorted({1, 10, own_size(config), config.n_points})


def own_size(config: Config) -> int:
    """The learner's batch size, which cannot be larger than the data."""
    return min(config.batch_size, config.n_points)


def n_epochs(config: Config) -> int:
    """Passes over the examples: as configured, else `EPOCHS`."""
    return config.epochs or EPOCHS


class Descent:
    """One batch size: where it is, how it came there."""

    def __init__(self, size: int, n_updates: int) -> None:
        """n_updates: that it will make in the whole run, as its schedule needs to know."""
        self.size, self.total = size, n_updates
        self.key = f"batch_{size}"
        self.slope, self.intercept = START
        self.n_updates, self.over = 0, False
        self.last_rate: float | None = None  # of the last update
        self.path: Trail[tuple[float, float]] = Trail(400)
        self.curve: Trail[tuple[float, float, float]] = Trail(
            1000, growth=1.03, widest=n_updates // 300
        )  # updates, examples, excess

    def rate(self, config: Config) -> float:
        """The learning rate of the next update."""
        return schedules.rate(config.schedule, self.n_updates, self.total, config.learning_rate)

    def update(self, x: Floats, y: Floats, config: Config) -> None:
        """w ← w − η · mean 2 r x̂ over the batch x (B,), y (B,)."""
        rate = self.last_rate = self.rate(config)
        if len(x) == 1:  # plain numbers are much faster than arrays of one
            x0 = float(x[0])
            double = 2 * (self.slope * x0 + self.intercept - float(y[0]))
            self.slope -= rate * (double * x0)
            self.intercept -= rate * double
        else:
            residuals = self.slope * x + self.intercept - y
            self.slope -= rate * (2 * float(residuals @ x) / len(x))
            self.intercept -= rate * (2 * float(residuals.sum()) / len(x))
        self.n_updates += 1


class Line:
    """All descents of one run."""

    def __init__(self, config: Config) -> None:
        self.config, self.epoch, self.n_steps, self.n_seen = config, 0.0, 0, 0
        self.bowl = Bowl(*points(config.n_points, config.noise, config.seed))
        self.fresh = Bowl(*points(N_TEST, config.noise, config.seed + OF_TEST))  # never trained on
        self.n = config.n_points
        self.descents = [
            Descent(size, n_epochs(config) * math.ceil(self.n / size)) for size in batch_sizes(config)
        ]
        self.own = next(one for one in self.descents if one.size == own_size(config))
        generator = np.random.default_rng(config.seed)
        self._cloud = {one.key: self._batches(one.size, generator) for one in self.descents}
        self._first = self.bowl.loss(*START)
        self._record(self.descents)

    def _batches(self, size: int, generator: np.random.Generator) -> NDArray[np.int64]:
        """(up to N_CLOUD, size) rows of the batches whose gradients make up the cloud; they stay the same."""
        if size == self.n:
            return np.arange(self.n)[None]
        if size == 1:
            return generator.permutation(self.n)[:N_CLOUD, None]
        return np.stack([generator.choice(self.n, size, replace=False) for _ in range(N_CLOUD)])

    @property
    def over(self) -> bool:
        return all(one.over for one in self.descents)

    def order(self, epoch: int) -> NDArray[np.int64]:
        """The stream of this epoch: all rows, shuffled by the seed."""
        return np.random.default_rng(self.config.seed * 1_000_003 + epoch).permutation(self.n)

    def take(self, x: Floats, y: Floats, count: int) -> list[Descent]:
        """One more example of the epoch's stream x, y has come, its `count`th; updates those whose batch is full."""
        self.n_steps += 1
        self.n_seen += 1
        due = [one for one in self.descents if not one.over and (count % one.size == 0 or count == self.n)]
        for one in due:
            begin = (count - 1) // one.size * one.size
            one.update(x[begin:count], y[begin:count], self.config)
        self._record(due)
        return due

    def _record(self, moved: list[Descent]) -> None:
        for one in moved:
            if one.path.wants(one.n_updates):
                one.path.add(one.n_updates, (one.slope, one.intercept))
            if one.curve.wants(one.n_updates):
                excess = self.bowl.excess(one.slope, one.intercept)
                one.curve.add(one.n_updates, (one.n_updates, self.n_seen, excess))

    def metrics(self, moved: list[Descent]) -> dict[str, float]:
        """Losses of the descents that moved, and how far all have come."""
        found = {"examples/seen": float(self.n_seen)}
        for one in moved:
            excess = math.nan if one.over else self.bowl.excess(one.slope, one.intercept)
            found[f"loss/{one.key}"] = self.bowl.floor + excess
            found[f"excess/{one.key}"] = excess
            found[f"updates/{one.key}"] = float(one.n_updates)
            if one is self.own:
                found["loss/train"] = self.bowl.floor + excess
                found["loss/test"] = math.nan if one.over else self.fresh.loss(one.slope, one.intercept)
                found["rate/learning"] = one.rate(self.config) if one.last_rate is None else one.last_rate
        return found

    def noise(self) -> dict[str, float]:
        """Length of the full gradient at the own descent's place, and root mean square of what a batch adds to it."""
        gradients = self.bowl.gradients(self.own.slope, self.own.intercept)
        mean = gradients.mean(0)
        variance = float(((gradients - mean) ** 2).sum() / (self.n - 1))  # tr Cov of single examples
        found = {"gradient/full": float(np.hypot(*mean))}
        for one in self.descents:
            share = (
                1 - one.size / self.n
            ) / one.size  # drawn without replacement: the full batch has no noise
            found[f"noise/{one.key}"] = math.sqrt(variance * share)
        return found

    def note(self, moved: list[Descent]) -> Note | None:
        """Descents that have just run away, to explain; they are left where they are."""
        lost = [
            one for one in moved if not self.bowl.excess(one.slope, one.intercept) <= GIVEN_UP * self._first
        ]
        for one in lost:
            one.over = True
        if not lost:
            return None
        found = divergence(self.config.learning_rate)
        names = ["the full batch" if one.size == self.n else f"batch size {one.size}" for one in lost]
        return Note(
            found.name,
            f"The descent runs away ({', '.join(names)})",
            f"At a learning rate of {self.config.learning_rate:g} each step overshoots the bottom and lands higher on "
            "the other side, and the next gradient is larger still.",
            found.remedy,
        )

    def step(self, epoch: float, metrics: dict[str, float]) -> Step:
        self.epoch = epoch
        return Step(self.n_steps, epoch, metrics, self._observe, parameters=self._parameters)

    def _observe(self) -> dict[str, NDArray[Any]]:
        """For each batch size: path (k,), line (2,), gradients of some batches (m,) and its curves (k,)."""
        arrays: dict[str, NDArray[Any]] = {}
        x = np.array(X_RANGE)
        gradients = self.bowl.gradients(self.own.slope, self.own.intercept)
        for one in self.descents:
            here = (one.slope, one.intercept)
            path = np.array([*one.path.places, here], dtype=np.float32)
            curve = [*one.curve.places]
            if one.n_updates and not one.over:
                curve.append((one.n_updates, self.n_seen, self.bowl.excess(*here)))
            cloud = gradients[self._cloud[one.key]].mean(1)
            columns = np.array(curve, dtype=np.float32)
            arrays |= {
                f"path_x/{one.key}": path[:, 0],
                f"path_y/{one.key}": path[:, 1],
                f"line_y/{one.key}": one.slope * x + one.intercept,
                f"cloud_x/{one.key}": cloud[:, 0],
                f"cloud_y/{one.key}": cloud[:, 1],
                f"updates/{one.key}": columns[:, 0],
                f"examples/{one.key}": columns[:, 1],
                f"excess/{one.key}": columns[:, 2],
            }
        return arrays

    def _parameters(self) -> dict[str, NDArray[Any]]:
        """ "<batch size>" → (slope, intercept)."""
        return {one.key: np.array([one.slope, one.intercept], dtype=np.float32) for one in self.descents}

    def facts(self) -> dict[str, object]:
        """What holds for the whole run; the baselines are the mean target, and the least-squares line itself."""
        slopes, intercepts, errors = self.bowl.grid()
        flat = (0.0, float(np.mean(self.bowl.y)))
        return {
            "task": "numbers",
            "n_train": self.n,
            "batch_sizes": [one.size for one in self.descents],
            "points_x": self.bowl.x.astype(np.float32),
            "points_y": self.bowl.y.astype(np.float32),
            "line_x": np.array(X_RANGE, dtype=np.float32),
            "bowl/slopes": slopes.astype(np.float32),
            "bowl/intercepts": intercepts.astype(np.float32),
            "bowl/errors": errors.astype(np.float32),
            "best_x": self.bowl.best[:1].astype(np.float32),
            "best_y": self.bowl.best[1:].astype(np.float32),
            "baselines": {
                name: {"loss/train": self.bowl.loss(*w), "loss/test": self.fresh.loss(*w)}
                for name, w in (("mean", flat), ("least squares", self.bowl.best.tolist()))
            },
        }


def train(config: Config) -> Generator[Step, Config | None, None]:
    """Yields the start, then one step for every example of the stream."""
    line = Line(config)
    yield from _present(line, line.facts())
    for epoch in range(n_epochs(config)):
        order = line.order(epoch)
        x, y = line.bowl.x[order], line.bowl.y[order]
        for count in range(1, line.n + 1):
            moved = line.take(x, y, count)
            note = line.note(moved)
            metrics = line.metrics(moved)
            if line.own in moved:
                metrics |= line.noise()
            step = line.step(epoch + count / line.n, metrics)
            step.note = note
            changed = yield step
            if line.over:
                return
            if changed is not None:
                line.config = changed
                yield from _present(line)


def _present(line: Line, facts: dict[str, object] | None = None) -> Generator[Step, Config | None, None]:
    """Yield the present state, again for each config that is sent."""
    while True:
        step = line.step(line.epoch, line.metrics(line.descents) | line.noise())
        step.facts, facts = facts, None
        changed = yield step
        if changed is None:
            return
        line.config = changed
