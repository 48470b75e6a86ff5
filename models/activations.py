"""Activations: what a neuron does with its weighted sum, and what becomes of values and gradients in a deep stack of them.

A stack of equal hidden layers learns two classes of points in the plane. Each layer multiplies what passes by its weights
and, on the way back, by the slope f′ of its activation; through many layers such a product shrinks to nothing (vanishing),
grows beyond bounds (exploding), or meets a slope that is 0 (dying). First weights that fit the activation keep it near 1:

    Var w = 2/(n_in + n_out)   (Glorot & Bengio 2010, equation 12)        Var w = 2/n_in   (He et al. 2015, equation 10)

Shapes: N examples, 2 inputs, L hidden layers of H units, one output. `models/activations_stack.py` has the layers and their
gradient, `models/activation_curves.py` the functions on paper, `models/activations_diagnosis.py` the names of the troubles.

    python -m models.activations --preset vanish
    python -m models.activations --depth 30 --activation tanh --initialisation xavier
"""

from __future__ import annotations

import math
from collections.abc import Generator
from typing import TYPE_CHECKING

from models.activations_settings import PRESETS, Config
from models.cli import Model, main
from models.step import Facts, Step

if TYPE_CHECKING:
    from models.activations_fit import Fit

__all__ = ["MODEL", "PRESETS", "Config", "estimate_seconds", "train"]

TEST_FRACTION = 0.3


def estimate_seconds(config: Config) -> float:
    """Seconds that the run will take on one ordinary core.

    A layer costs a fixed part (calling its operations, more for GELU) and the arithmetic; each epoch ends with a look at all
    points, which goes through every layer three times and measures it.
    """
    n_train, width = round(config.n_points * (1 - TEST_FRACTION)), config.width
    batch = min(config.batch_size, n_train)
    extra = 14e-6 + 2e-9 * batch * width if config.activation == "gelu" else 0.0
    step = 30e-6 + config.depth * (9.5e-6 + extra + batch * width**2 * 6 / 6e10)
    look = 60e-6 + config.depth * (20e-6 + config.n_points * (width * 2e-9 + width**2 * 8 / 1.5e11))
    return 0.05 + config.epochs * (math.ceil(n_train / batch) * step + look)


def train(config: Config) -> Generator[Step, Config | None, None]:
    """Yields the untrained stack, then one step per mini-batch.

    Metrics besides losses and accuracies: "gradient/first" and "gradient/last", the root mean square over units and training
    points of the gradient of a point's loss at the sums z of the first and the last hidden layer; "gradient/ratio", the one
    divided by the other; "dead/share" of all hidden units and "dead/worst" of the layer with the most.
    Sending a Config applies its live settings and yields the present state again, without an update.
    """
    from models.activations_fit import Fit

    fit = Fit(config)
    yield from _present(fit, fit.facts())
    for epoch in range(config.epochs):
        batches = fit.batches(epoch)
        for number, (x, y) in enumerate(batches, start=1):
            metrics = {"loss/batch": fit.update(x, y)}
            if number == len(batches) or fit.over:
                metrics |= fit.evaluate()
            step = fit.step(epoch + number / len(batches), metrics)
            step.note = fit.note()
            changed = yield step
            if fit.over:
                return
            if changed is not None:
                fit.config = changed
                yield from _present(fit, None)


def _present(fit: Fit, facts: Facts | None) -> Generator[Step, Config | None, None]:
    """Yield the present state, again for each config that is sent."""
    while True:
        step = fit.step(fit.epoch, fit.evaluate())
        step.facts, step.note = facts, fit.note()
        changed = yield step
        if changed is None:
            return
        fit.config, facts = changed, None


MODEL = Model("activations", Config, train, PRESETS)

if __name__ == "__main__":
    raise SystemExit(main(MODEL))
