"""The same network under different losses: what is punished decides what is learned.

A loss turns "how wrong" into one number; training sees nothing else, and of that number only the slope. Copies of one
small network, with the same first weights and the same batches, are trained on two classes of points under one loss each:
cross-entropy, squared, absolute and Huber error, hinge, Kullback–Leibler divergence to softened labels, and cross-entropy
weighted against class imbalance (`models/losses_binary.py` derives each gradient). With rare classes, wrong labels or a
network that begins sure of the wrong answer, they part.

The lesson's other pictures rest on `models/loss_curves.py` (value and slope of every loss), `models/loss_lines.py` (a
line through points with an outlier) and `models/loss_descent.py` (one sigmoid that is sure and wrong).
Sources: Huber (1964), "Robust estimation of a location parameter", equation 2; Goodfellow, Bengio & Courville (2016),
"Deep learning", section 6.2.2; Cortes & Vapnik (1995), "Support-vector networks".

    python -m models.losses --minority-share 0.05
    python -m models.losses --preset confident
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Generator

from models.changes import presented
from models.cli import Model, main
from models.losses_settings import PRESETS, Config
from models.step import Step

__all__ = ["MODEL", "PRESETS", "Config", "estimate_seconds", "train"]


def estimate_seconds(config: Config) -> float:
    """Seconds that the run will take on one ordinary core.

    A step of one network costs a fixed part (about 20 µs, and 14 µs a layer: calling the operations) and the arithmetic at
    about 4 GFLOP/s; each epoch ends with a look at all points.
    """
    sizes = (2, *config.hidden, 1)
    products = sum(a * b for a, b in itertools.pairwise(sizes))
    batch = min(config.batch_size, config.n_points)
    n_steps = math.ceil(config.n_points / batch)
    step = 25e-6 + 14e-6 * (len(sizes) - 1) + batch * products * 6 / 4e9
    evaluation = 250e-6 + (config.n_points + 1000) * products * 2 / 4e9
    return max(1, len(config.losses)) * config.epochs * (n_steps * step + evaluation)


def train(config: Config) -> Generator[Step, Config | None, None]:
    """Yields the untrained networks, then one step per mini-batch, taken by all of them.

    Metrics: "loss/<name>" on the training points (each loss in its own unit), "accuracy/<name>", "balanced/<name>" (mean
    of the two classes' recalls) and "recall/<name>" (share of blue points found) on the test points; "loss/train", "loss/test" and "accuracy/test" are those of the first loss chosen.
    Sending a Config applies its live settings and yields the present state again, without an update.

    Raises:
        ValueError: no loss is chosen (one sentence).
    """
    from models.losses_fit import SideBySide

    fit = SideBySide(config)
    yield from presented(fit, config, fit.evaluate, fit.facts())
    for epoch in range(config.epochs):
        batches = fit.batches(epoch)
        for number, (x, y) in enumerate(batches, start=1):
            losses = fit.update(x, y)
            last = number == len(batches)
            metrics = fit.evaluate() if last else {"loss/batch": losses[fit.first]}
            step = fit.step(epoch + 1.0 if last else epoch + number / len(batches), metrics)
            step.note = fit.note(losses, metrics)
            changed = yield step
            if fit.over:
                return
            if changed is not None:
                yield from presented(fit, changed, fit.evaluate, fit.change(changed))


MODEL = Model("losses", Config, train, PRESETS)

if __name__ == "__main__":
    raise SystemExit(main(MODEL))
