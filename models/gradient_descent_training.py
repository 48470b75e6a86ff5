"""Networks trained side by side, one by each optimizer, with a learning rate that follows its schedule."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from typing import Any

from numpy.typing import NDArray

from models import schedules
from models.gradient_descent_networks import Networks
from models.gradient_descent_settings import Config
from models.step import Step

EPOCHS = 150
#: Looks at the loss surface in a run, besides those at its beginning and whenever a setting changes.
N_SURFACES = 20


def n_epochs(config: Config) -> int:
    """Passes over the training points: as configured, else `EPOCHS`."""
    return config.epochs or EPOCHS


def train(config: Config) -> Generator[Step, Config | None, None]:
    """Yields the untrained networks, then one step per mini-batch, taken by all of them."""
    nets = Networks(config)
    n = n_epochs(config)
    every = max(1, n // N_SURFACES)
    yield from _present(nets, n, nets.facts())
    for epoch in range(n):
        batches = nets.batches(epoch)
        for number, (x, y) in enumerate(batches, start=1):
            now = rate(nets, n)
            note = nets.lose(nets.update(x, y, now))
            metrics = {"rate/learning": now}
            last = number == len(batches)
            if last or nets.over:
                metrics |= nets.evaluate()
            if last and ((epoch + 1) % every == 0 or epoch + 1 == n):
                metrics["surface/explained"] = nets.explained()
                nets.surface_due = True
            step = _step(nets, epoch + 1.0 if last else epoch + number / len(batches), metrics)
            step.note = note
            if nets.n_updates == 1:
                step.facts = {"baselines": nets.baselines()}
            changed = yield step
            if nets.over:
                return
            if changed is not None:
                nets.config = changed
                yield from _present(nets, n)


def rate(nets: Networks, n: int) -> float:
    """The learning rate of the next update, in a run of n epochs; after the last one, that of the last."""
    total = n * nets.n_batches
    return schedules.rate(
        nets.config.schedule, min(nets.n_updates, total - 1), total, nets.config.learning_rate
    )


def _present(
    nets: Networks, n: int, facts: dict[str, object] | None = None
) -> Generator[Step, Config | None, None]:
    """Yield the present state, again for each config that is sent."""
    while True:
        nets.surface_due = True
        metrics = nets.evaluate() | {"rate/learning": rate(nets, n), "surface/explained": nets.explained()}
        step = _step(nets, nets.epoch, metrics)
        step.facts, facts = facts, None
        changed = yield step
        if changed is None:
            return
        nets.config = changed


def _step(nets: Networks, epoch: float, metrics: Mapping[str, float]) -> Step:
    nets.epoch = epoch

    def observe() -> dict[str, NDArray[Any]]:
        return {"maps": nets.maps(), **nets.surface_arrays()}

    return Step(nets.n_updates, epoch, metrics, observe, parameters=nets.parameters)
