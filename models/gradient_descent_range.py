"""The learning-rate range test: a learning rate for each optimizer, found in one short run.

The rate rises geometrically from one tiny to one absurd, a factor for each step; after each step the training loss is
noted. Too small, and it stands still; then it falls, steepest where a step is worth most; then it turns and blows up.

    η_k = low · (high / low)^(k / (n − 1))       k = 0 … n − 1

The steepest fall of the loss against log η names a rate to begin with; where the loss has grown to four times its lowest
value the test ends. Source: Smith (2017), "Cyclical learning rates for training neural networks", section 3.3.
"""

from __future__ import annotations

import math
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.gradient_descent_networks import Networks
from models.gradient_descent_settings import OPTIMIZERS, RATES, Config
from models.step import Note, Step

LOW, HIGH = RATES
N_STEPS = 400  # at least, unless the number of epochs is set
BLOW_UP = 4.0  # times the lowest loss so far
SMOOTHING = 0.9  # share that the running mean keeps at each step


@dataclass(frozen=True)
class Finding:
    """What a range test says."""

    steepest: float  # the rate at which the smoothed loss falls fastest; nan when it never fell
    lowest: float  # the rate at which it is lowest
    blow_up: float  # the rate that blew it up; nan when none did


class Course:
    """The losses that one optimizer met on its way up."""

    def __init__(self, start: float) -> None:
        """start: the loss before the first step."""
        self.rates: list[float] = []
        self.losses: list[float] = []
        self.blow_up = math.nan
        self._start, self._lowest = start, start

    @property
    def over(self) -> bool:
        return not math.isnan(self.blow_up)

    def add(self, rate: float, loss: float) -> None:
        """The loss after a step with this rate."""
        if math.isfinite(loss):
            self.rates.append(rate)
            self.losses.append(loss)
            self._lowest = min(self._lowest, loss)
        if not loss <= max(BLOW_UP * self._lowest, self._start):
            self.blow_up = rate

    def finding(self) -> Finding:
        """The reading of the course so far; it needs at least three steps."""
        return read(self.rates, self.losses, self.blow_up)


def rate_at(step: int, n_steps: int) -> float:
    """The rate of this step, 0 … n_steps − 1."""
    return float(LOW * (HIGH / LOW) ** (step / max(n_steps - 1, 1)))


def read(rates: Sequence[float], losses: Sequence[float], blow_up: float) -> Finding:
    """Steepest fall against log rate, and lowest place, of the smoothed losses."""
    smooth = smoothed(losses)
    lowest = int(np.argmin(smooth))
    logs = np.log(np.asarray(rates))
    if lowest < 2:  # it never fell: the lowest place is the beginning
        return Finding(math.nan, rates[lowest], blow_up)
    slopes = np.gradient(smooth[: lowest + 1], logs[: lowest + 1])
    return Finding(rates[int(np.argmin(slopes))], rates[lowest], blow_up)


def smoothed(losses: Sequence[float]) -> NDArray[np.float64]:
    """Running means forwards and backwards, averaged, so that the curve is not shifted to larger rates."""

    def running(values: NDArray[np.float64]) -> NDArray[np.float64]:
        found, mean, weight = np.empty_like(values), 0.0, 0.0
        for i, value in enumerate(values):
            mean = SMOOTHING * mean + (1 - SMOOTHING) * value
            weight = SMOOTHING * weight + (1 - SMOOTHING)
            found[i] = mean / weight
        return found

    values = np.asarray(losses, dtype=np.float64)
    return np.asarray((running(values) + running(values[::-1])[::-1]) / 2)


def n_epochs(config: Config, n_batches: int) -> int:
    """Passes over the training points: as configured, else enough for `N_STEPS` steps."""
    return config.epochs or math.ceil(N_STEPS / n_batches)


class RangeTest:
    """Networks whose learning rate rises, and what they met."""

    def __init__(self, config: Config) -> None:
        self.nets = Networks(config)
        self.n_epochs = n_epochs(config, self.nets.n_batches)
        self.total = self.n_epochs * self.nets.n_batches
        losses = self.losses()
        self.courses = {name: Course(losses[name]) for name in self.nets.networks}

    def losses(self) -> dict[str, float]:
        """The training loss of each network."""
        nets = self.nets
        return {name: one.loss(one.forward(nets.x)[-1], nets.y).item() for name, one in nets.networks.items()}

    def update(self, x: Any, y: Any) -> dict[str, float]:
        """One step of each network that still goes, at the present rate; the metrics after it."""
        rate = rate_at(self.nets.n_updates, self.total)
        self.nets.update(x, y, rate)
        for name, loss in self.losses().items():
            course = self.courses[name]
            if not course.over:
                course.add(rate, loss)
                if course.over:
                    self.nets.lost.add(name)
        return self.metrics(rate)

    def metrics(self, rate: float) -> dict[str, float]:
        """ "loss/<optimizer>" (the last one that was a number), "suggested/<optimizer>" and "blow_up/<optimizer>"."""
        found = {"rate/learning": rate}
        start = self.losses() if not self.nets.n_updates else {}
        for name, course in self.courses.items():
            found[f"loss/{name}"] = course.losses[-1] if course.losses else start.get(name, math.nan)
            if self._is_read(course):
                finding = course.finding()
                found[f"lowest/{name}"] = finding.lowest
                found[f"blow_up/{name}"] = finding.blow_up
                if math.isfinite(finding.steepest):
                    found[f"suggested/{name}"] = finding.steepest
        found["loss/train"] = found[f"loss/{self.nets.config.optimizer}"]
        return found

    @property
    def ended(self) -> bool:
        return self.nets.n_updates == self.total or self.nets.over

    def _is_read(self, course: Course) -> bool:
        """Whether the course has come to its end and is long enough to say something."""
        return len(course.losses) >= 3 and (course.over or self.ended)

    def suggested(self) -> dict[str, float]:
        """The rate of the steepest fall for each optimizer whose course has ended and ever fell."""
        read = {
            name: course.finding().steepest for name, course in self.courses.items() if self._is_read(course)
        }
        return {name: rate for name, rate in read.items() if math.isfinite(rate)}

    def note(self) -> Note | None:
        """At the end: what the test says about the learner's optimizer, and in a word about the others."""
        if not self.ended:
            return None
        own, rates = self.nets.config.optimizer, self.suggested()
        others = ", ".join(f"{OPTIMIZERS[name]} {rate:.2g}" for name, rate in rates.items() if name != own)
        asks = f" The other rules ask for rates of their own: {others}." if others else ""
        if own not in rates:
            return Note(
                "range_test",
                f"{OPTIMIZERS[own]}: this range test names no learning rate",
                f"In {self.nets.n_updates} steps from {LOW:g} upwards the loss never fell before it rose.",
                "Give it more steps: smaller batches, or more passes over the data (0 decides by itself)."
                + asks,
            )
        finding = self.courses[own].finding()
        blew = math.isfinite(finding.blow_up)
        end = f"at {finding.blow_up:.2g} it blew up" if blew else f"up to {HIGH:g} it never blew up"
        return Note(
            "range_test",
            f"{OPTIMIZERS[own]}: begin with a learning rate near {finding.steepest:.2g}",
            f"There the loss fell fastest; it was lowest near {finding.lowest:.2g}, and {end}.",
            "Set this learning rate in the experiment with a network." + asks,
        )

    def facts(self) -> dict[str, object]:
        """What holds for the whole run; "naive_x", "naive_y": the training loss of an answer that is always the same."""
        nets = self.nets
        return nets.facts() | {
            "baselines": nets.baselines(),
            "naive_x": np.array(RATES, dtype=np.float32),
            "naive_y": np.full(2, nets.naive_loss(), dtype=np.float32),
        }

    def step(self, epoch: float, metrics: dict[str, float]) -> Step:
        self.nets.epoch = epoch
        return Step(self.nets.n_updates, epoch, metrics, self._observe, parameters=self.nets.parameters)

    def _observe(self) -> dict[str, NDArray[Any]]:
        """For each optimizer the rates (k,) and losses (k,) so far; the suggested rates and the losses there."""
        arrays: dict[str, NDArray[Any]] = {}
        marks: list[tuple[float, float]] = []
        for name, course in self.courses.items():
            arrays[f"rates/{name}"] = np.array(course.rates, dtype=np.float32)
            arrays[f"losses/{name}"] = np.array(course.losses, dtype=np.float32)
        for name, rate in self.suggested().items():
            course = self.courses[name]
            marks.append((rate, course.losses[course.rates.index(rate)]))
        columns = np.array(marks, dtype=np.float32).reshape(-1, 2)
        return {**arrays, "suggested_x": columns[:, 0], "suggested_y": columns[:, 1]}


def train(config: Config) -> Generator[Step, Config | None, None]:
    """Yields the untrained networks, then one step per mini-batch, each at a higher rate than the one before."""
    test = RangeTest(config)
    yield from _present(test, test.facts())
    for epoch in range(test.n_epochs):
        batches = test.nets.batches(epoch)
        for number, (x, y) in enumerate(batches, start=1):
            metrics = test.update(x, y)
            step = test.step(
                epoch + 1.0 if number == len(batches) else epoch + number / len(batches), metrics
            )
            step.note = test.note()
            changed = yield step
            if test.nets.over:
                return
            if changed is not None:
                yield from _present(test)


def _present(test: RangeTest, facts: dict[str, object] | None = None) -> Generator[Step, Config | None, None]:
    """Yield the present state, again for each config that is sent: no setting of this test is live."""
    while True:
        step = test.step(test.nets.epoch, test.metrics(rate_at(test.nets.n_updates, test.total)))
        step.facts, facts = facts, None
        if (yield step) is None:
            return
