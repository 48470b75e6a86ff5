"""Backpropagation: the chain rule, one node at a time, from the loss back to every weight.

A network's loss is a graph of simple operations. Forwards, each node computes its value from its parents. Backwards,
each node passes its gradient on, times its own derivative, and what arrives at a parent from several sides is summed:

    δ_parent = Σ over children  δ_child · ∂child/∂parent              (Rumelhart, Hinton & Williams 1986, eq. 4–7)

Here a small network of D = 2 inputs, hidden layers of H neurons and one output learns a few points with nothing but the
engine of `autograd.py`: scalar by scalar, slow on purpose, and equal to torch's autograd and SGD (a test says so).

    python -m models.backpropagation --preset xor
"""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from models.backpropagation_settings import PRESETS, Config
from models.cli import Model, main
from models.step import Step

if TYPE_CHECKING:
    from models.backpropagation_fit import Fit

__all__ = ["MODEL", "PRESETS", "Config", "estimate_seconds", "train"]

#: Seconds of one scalar operation forwards and backwards, of a step's scores, and of the start; one ordinary core.
NODE_SECONDS, SCORE_SECONDS, START_SECONDS = 2.6e-6, 140e-6, 0.05


def n_steps(config: Config) -> int:
    """Updates of the whole run."""
    n_train = 4 if config.dataset == "corners" else config.n_points
    return config.epochs * -(-n_train // config.batch_size)


def estimate_seconds(config: Config) -> float:
    """Seconds that the run will take on one ordinary core: it is the number of nodes that costs."""
    n_train = 4 if config.dataset == "corners" else config.n_points
    n_in, neurons = 2, 0
    for _ in range(config.layers):
        neurons += config.hidden * (n_in + 2)
        n_in = config.hidden
    nodes = (neurons + n_in + 4) * n_train * config.epochs
    return START_SECONDS + nodes * NODE_SECONDS * 2 + n_steps(config) * SCORE_SECONDS


def train(config: Config) -> Generator[Step, Config | None, None]:
    """Yields the untrained network, then one step per mini-batch.

    Sending a Config applies its live settings and yields the present state again, without an update.
    """
    from models.backpropagation_fit import Fit

    fit = Fit(config)
    yield from _present(fit, fit.facts())
    for epoch in range(config.epochs):
        batches = fit.batches(epoch)
        for number, rows in enumerate(batches, start=1):
            metrics = fit.update(rows)
            step = fit.step(epoch + number / len(batches), metrics)
            step.note = fit.note(metrics)
            changed = yield step
            if fit.over:
                return
            if changed is not None:
                fit.config = changed
                yield from _present(fit, None)


def _present(fit: Fit, facts: dict[str, object] | None) -> Generator[Step, Config | None, None]:
    """Yield the present state, again for each config that is sent."""
    while True:
        step = fit.step(fit.epoch, fit.evaluate())
        step.facts = facts
        changed = yield step
        if changed is None:
            return
        fit.config, facts = changed, None


MODEL = Model("backpropagation", Config, train, PRESETS)

if __name__ == "__main__":
    raise SystemExit(main(MODEL))
