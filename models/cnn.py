"""A convolutional network learns to tell pictures apart: small windows slide over the picture, layer upon layer.

In a convolution the same few weights look at every place of a picture (LeCun et al. 1998, "Gradient-based learning
applied to document recognition", eq. for a feature map, §II):

    zᵒ[i, j] = bᵒ + Σ_c Σ_u Σ_v w[o, c, u, v] · x[c, s·i + u − p, s·j + v − p]

with o output and c input channels, stride s, padding p. Pooling then keeps the largest (or mean) value of 2 × 2.

This module imports torch only when it trains, so that a page or `--help` can read the settings at once.

    python -m models.cnn --dataset digits
    python -m models.cnn --dataset mnist --data-dir FOLDER
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Generator
from typing import TYPE_CHECKING

from models.changes import presented
from models.cli import Model, main
from models.cnn_settings import PRESETS, Config
from models.cnn_shapes import Shape, blocks_of, dense_sizes
from models.step import Step

if TYPE_CHECKING:
    from data.images import Images

__all__ = ["MODEL", "PRESETS", "Config", "estimate_seconds", "load", "train"]

#: Updates between two looks at the test pictures inside a long epoch.
EVALUATE_EVERY = 100
#: (shape, classes, pictures) of each data set, for the estimate and for building before anything is loaded.
SIZES: dict[str, tuple[Shape, int, int]] = {
    "digits": ((1, 8, 8), 10, 1797),
    "drawings": ((3, 32, 32), 7, 1400),
    "mnist": ((1, 28, 28), 10, 10_000),
    "fashion": ((1, 28, 28), 10, 10_000),
    "cifar10": ((3, 32, 32), 10, 10_000),
    "own": ((3, 32, 32), 2, 100),
}


def n_epochs(config: Config, n_train: int) -> int:
    """Passes over the training pictures: as configured; else 20, or 12 for more than 5,000 pictures."""
    return config.epochs or (20 if n_train <= 5000 else 12)


def load(config: Config) -> Images:
    """The configured pictures. Raises DataError, one sentence, when they cannot be had."""
    from data import images
    from data.drawings import World

    world = World(config.pose, config.stroke, config.colour, config.clutter)
    return images.load(config.dataset, world=world, seed=config.seed, folder=config.data_dir, file=config.own)


def estimate_seconds(config: Config) -> float:
    """Seconds that the run will take on one ordinary core: about 20 GFLOP/s, and 0.4 ms a step for calling operations.

    Raises ValueError when the windows do not fit.
    """
    shape, n_classes, n_pictures = SIZES[config.dataset]
    work = 0
    for block in blocks_of(config, shape):
        channels, height, width = block.convolved
        work += block.inside[0] * channels * block.kernel**2 * height * width
    sizes = dense_sizes(config, shape, n_classes)
    work += sum(a * b for a, b in itertools.pairwise(sizes))
    n_train = n_pictures * (1 - config.test_fraction - config.validation_fraction)
    steps = math.ceil(n_train / config.batch_size)
    overhead = 4e-4 * (2 + len(config.channels))
    return n_epochs(config, round(n_train)) * (steps * overhead + n_train * work * 6 / 2e10)


def train(config: Config) -> Generator[Step, Config | None, None]:
    """Yields the untrained network, then one step per mini-batch; a sent Config applies its live settings.

    Raises:
        DataError: the pictures cannot be used as configured.
        ValueError: a window that does not fit into its map, as one sentence.
    """
    from models.cnn_fit import Fit

    images = load(config)
    fit = Fit(config, images, n_epochs(config, round(len(images.labels) * (1 - config.test_fraction))))
    config = yield from presented(fit, config, fit.evaluate, fit.facts())
    epochs = n_epochs(config, fit.n_train)
    for epoch in range(epochs):
        batches = fit.batches(epoch)
        n_batches = fit.n_batches
        for number, (x, y) in enumerate(batches, start=1):
            fit.progress = (epoch + number / n_batches) / epochs
            metrics = {"loss/batch": fit.update(x, y)}
            last = number == n_batches
            if last or number % EVALUATE_EVERY == 0:
                metrics |= fit.evaluate()
            step = fit.step(epoch + 1.0 if last else epoch + number / n_batches, metrics)
            if last or fit.n_updates == 1:
                step.facts = fit.next_baseline()
            step.note = fit.note(metrics)
            changed = yield step
            if fit.over:
                return
            if changed is not None:
                config = yield from presented(fit, changed, fit.evaluate, fit.change(changed))
    while (facts := fit.next_baseline()) is not None:  # a short run ends before every baseline had its turn
        step = fit.step(fit.epoch, {})
        step.facts = facts
        yield step


MODEL = Model("cnn", Config, train, PRESETS)

if __name__ == "__main__":
    raise SystemExit(main(MODEL))
