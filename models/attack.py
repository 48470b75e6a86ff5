"""A trained network is attacked: its own gradient says which pixels to change so that it no longer sees what is there.

The fast gradient sign method (Goodfellow, Shlens & Szegedy 2015, §4) moves every pixel by ε, up or down:

    x′ = x + ε · sign(∇ₓ J(θ, x, y))

and adversarial training (Madry et al. 2018, eq. 2.1) minimises the loss on the worst picture within ε:

    min_θ E[ max_{‖δ‖∞ ≤ ε} J(θ, x + δ, y) ]

x (N, C, H, W): pixels from 0 to 1, y (N,): classes, J: cross-entropy, θ: parameters. A run trains a network in the
ordinary way, or takes one of the learner's, measures accuracy against ε, and then may go on with adversarial training.

This module imports torch only when it trains, so that a page or `--help` can read the settings at once.

    python -m models.attack --dataset mnist --data-dir FOLDER [--adversarial]
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Generator
from typing import TYPE_CHECKING

from models.attack_presets import PRESETS
from models.attack_settings import Config, network_settings
from models.changes import presented
from models.cli import Model, main
from models.cnn import SIZES
from models.cnn_shapes import blocks_of, dense_sizes
from models.step import Step

if TYPE_CHECKING:
    from models.attack_fit import Fit

__all__ = ["MODEL", "PRESETS", "Config", "estimate_seconds", "n_epochs", "train"]

#: Updates between two looks at the test pictures inside a long epoch.
LOOK_EVERY = 150


def n_epochs(config: Config, n_train: int) -> int:
    """Passes over the training pictures, ordinary and then adversarial: as configured; else 16, or 8 for many."""
    return config.epochs or (16 if n_train <= 5000 else 8)


def estimate_seconds(config: Config) -> float:
    """Seconds that the run will take on one ordinary core: about 20 GFLOP/s, and 0.4 ms a step for calling operations.

    Raises ValueError when the windows do not fit.
    """
    network = network_settings(config)
    shape, n_classes, n_pictures = SIZES[network.dataset]
    work = 0
    for block in blocks_of(network, shape):
        channels, height, width = block.convolved
        work += block.inside[0] * channels * block.kernel**2 * height * width
    sizes = dense_sizes(network, shape, n_classes)
    work += sum(a * b for a, b in itertools.pairwise(sizes))
    n_train = n_pictures * (1 - network.test_fraction)
    pass_seconds = math.ceil(n_train / config.batch_size) * 1.2e-3 + n_train * work * 6 / 2e10
    look_seconds = 0.2 + (200 * 35 + 50 * 8 * 3 * config.steps) * work * 2 / 2e10
    times = (0 if config.weights else 1) + (1 + config.inner_steps if config.adversarial else 0)
    looks = 6 + n_epochs(config, round(n_train)) * (2 if config.adversarial else 1)
    return n_epochs(config, round(n_train)) * times * pass_seconds + looks * look_seconds


def train(config: Config) -> Generator[Step, Config | None, None]:
    """Yields the network before training, then one step per mini-batch; a sent Config applies its live settings.

    A network of the learner's own that is not to be trained adversarially takes one step per block of attacked pictures.

    Raises:
        DataError: the pictures cannot be used as configured.
        ValueError: a window that does not fit, or weights that cannot be used, as one sentence.
    """
    from models.attack_fit import ADVERSARIAL, ORDINARY, Fit

    fit = Fit(config)
    before = fit.look(full=False)
    config = yield from presented(fit, config, lambda: before, fit.facts())
    if fit.own:
        config = yield from _attack(fit, config)
    else:
        config = yield from _pass(fit, config, ORDINARY, 0)
    if config.adversarial and not fit.over:
        yield from _pass(fit, config, ADVERSARIAL, 0 if fit.own else n_epochs(config, fit.n_train))


def _attack(fit: Fit, config: Config) -> Generator[Step, Config | None, Config]:
    """Attack the test pictures of a network that is trained already, block by block; returns the config to go on with."""
    for number in range(fit.n_blocks):
        metrics = fit.attack_block(number)
        step = fit.step(0.0, metrics)
        if number == fit.n_blocks - 1:
            step.facts = {**fit.noise_baselines(), **(fit.before() if config.adversarial else {})}
        changed = yield step
        if changed is not None:
            config = yield from presented(fit, changed, metrics.copy, fit.change(changed))
    return config


def _pass(fit: Fit, config: Config, phase: str, first: int) -> Generator[Step, Config | None, Config]:
    """Train one half of the run, from epoch `first`; ends with a look at all test pictures. Returns the config."""
    epochs = n_epochs(config, fit.n_train)
    fit.begin(phase)
    for epoch in range(epochs):
        for number, (x, y) in enumerate(fit.batches(first + epoch), start=1):
            fit.progress = (epoch + number / fit.n_batches) / epochs
            metrics = {"loss/batch": fit.update(x, y)}
            last = number == fit.n_batches
            over = last and epoch == epochs - 1
            if last or number % LOOK_EVERY == 0:
                metrics |= fit.look(full=over)
            step = fit.step(first + epoch + (1.0 if last else number / fit.n_batches), metrics)
            if over:
                more = fit.before() if config.adversarial and phase == "ordinary" else {}
                step.facts = {**fit.noise_baselines(), **more}
            step.note = fit.note(metrics)
            changed = yield step
            if fit.over:
                return config
            if changed is not None:
                config = yield from presented(fit, changed, metrics.copy, fit.change(changed))
    return config


MODEL = Model("attack", Config, train, PRESETS)

if __name__ == "__main__":
    raise SystemExit(main(MODEL))
