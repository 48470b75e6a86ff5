"""Gradient descent: how many examples for a step, how large the step, and by which rule.

The loss falls fastest against its gradient g, so each step moves the parameters θ there, by the learning rate η:

    θ ← θ − η g        g = mean of ∂loss/∂θ over a batch of B examples

Three experiments on it:

    line        a line with two parameters, fitted with batches of 1, 10, your own number and all examples: the noise of
                the gradient, and the loss against updates and against examples seen   (`gradient_descent_line.py`)
    network     a network trained by several optimizers from the same first weights, the rate following a schedule; and the
                loss surface around the weights that it reached   (`gradient_descent_training.py`, `loss_surface.py`)
    range_test  the rate rises from 1e-5 to 10 in one short run, which names a rate to take   (`gradient_descent_range.py`)

Sources: Robbins & Monro (1951), "A stochastic approximation method", equation 9; Bottou, Curtis & Nocedal (2018),
"Optimization methods for large-scale machine learning"; Smith (2017), "Cyclical learning rates for training neural
networks", section 3.3; Li et al. (2018), "Visualizing the loss landscape of neural nets", section 4.

    python -m models.gradient_descent --batch-size 1 --schedule cosine
    python -m models.gradient_descent --preset range_test
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Generator

from models import gradient_descent_line
from models.cli import Model, main
from models.gradient_descent_settings import PRESETS, Config
from models.step import Step

__all__ = ["MODEL", "PRESETS", "Config", "estimate_seconds", "train"]

EPOCHS = 150  # of a network, when not configured; `gradient_descent_training.EPOCHS`, which needs torch
RANGE_STEPS = 400


def estimate_seconds(config: Config) -> float:
    """Seconds that the run will take on one ordinary core.

    For a line the look at every example counts (10 µs, and 3 µs for each batch size); for a network a step of each rule
    (30 µs, 14 µs a layer and the arithmetic at about 4 GFLOP/s), a look at all points after each epoch, and ten surfaces.
    """
    if config.task == "line":
        n_sizes = len(gradient_descent_line.batch_sizes(config))
        return gradient_descent_line.n_epochs(config) * config.n_points * (10e-6 + n_sizes * 3e-6)
    sizes = (2, *config.hidden, 1)
    products = sum(a * b for a, b in itertools.pairwise(sizes))
    n_train = round(0.7 * config.n_points)
    batch = min(config.batch_size, n_train)
    n_steps = math.ceil(n_train / batch)
    n_networks = len({config.optimizer, *config.compared})
    step = 30e-6 + 14e-6 * (len(sizes) - 1) + batch * products * 6 / 4e9
    look = 60e-6 + 14e-6 * (len(sizes) - 1) + config.n_points * products * 2 / 4e9
    if config.task == "range_test":
        n = config.epochs * n_steps or RANGE_STEPS
        return n * n_networks * (step + look)
    surfaces = 0.5
    return (config.epochs or EPOCHS) * n_networks * (n_steps * step + look) + surfaces


def train(config: Config) -> Generator[Step, Config | None, None]:
    """Yields the state before the first update, then one step for every update (in the line: for every example).

    Metrics of the line: "loss/batch_<size>", "excess/batch_<size>" (above the least-squares line), "updates/…" and
    "noise/batch_<size>", "examples/seen", "gradient/full". Of the networks: "loss/<optimizer>" on the test points,
    "training/<optimizer>", "accuracy/<optimizer>", "surface/explained"; of the range test "loss/<optimizer>" on the
    training points, "suggested/…", "lowest/…" and "blow_up/<optimizer>". "rate/learning" is the last update's rate, and
    "loss/train" (in networks also "loss/test") that of the learner's own batch size or optimizer.
    Sending a Config applies its live settings and yields the present state again, without an update.
    """
    if config.task == "line":
        yield from gradient_descent_line.train(config)
    elif config.task == "network":
        from models import gradient_descent_training

        yield from gradient_descent_training.train(config)
    else:
        from models import gradient_descent_range

        yield from gradient_descent_range.train(config)


MODEL = Model("gradient_descent", Config, train, PRESETS)

if __name__ == "__main__":
    raise SystemExit(main(MODEL))
