"""A multilayer perceptron learns to separate classes or to predict a number: the whole of supervised learning.

Data (toy, table or your own CSV) are split and scaled; a fully connected network is trained with mini-batches by
gradient descent on the mean loss; the loss is followed on the training rows and on rows it never saw.
Source of the update: Rumelhart, Hinton & Williams (1986), "Learning representations by back-propagating errors".

This module imports torch only when it trains, so that a page or `--help` can read the settings at once.

    python -m models.mlp --dataset spiral --preset spiral
    python -m models.mlp --csv FILE --target COLUMN
"""

from __future__ import annotations

import dataclasses
import itertools
import math
from collections.abc import Generator

from data.dataset import Dataset
from models.changes import presented
from models.cli import Model, main
from models.mlp_presets import PRESETS
from models.mlp_settings import PLANAR, TOYS, Config
from models.step import Step

__all__ = ["MODEL", "PRESETS", "Config", "estimate_seconds", "load", "n_epochs", "train"]

#: Updates between two looks at the whole training and test set inside a long epoch.
EVALUATE_EVERY = 500


def resolve(config: Config) -> Config:
    """A file given on the command line is the data set to use."""
    return dataclasses.replace(config, dataset="csv") if config.csv else config


def load(config: Config) -> Dataset:
    """The configured data set. Raises DataError with one sentence when it cannot be had."""
    if config.dataset in TOYS:
        from data import toys

        return toys.make(config.dataset, config.n_points, config.noise, config.seed)
    if config.dataset == "drawn":
        from data import drawn

        return drawn.parse(config.points)
    if config.dataset != "csv":
        from data import tables

        return tables.load(config.dataset)
    from data import csv_table

    target = config.target or str(csv_table.inspect(config.csv, config.header)["suggested_target"])
    return csv_table.read(
        config.csv,
        target,
        config.features,
        header=config.header,
        missing="drop" if config.missing == "drop" else "fill",
        task="classes" if config.task == "classes" else "numbers" if config.task == "numbers" else "auto",
    )


def n_epochs(config: Config, n_train: int) -> int:
    """Passes over the training rows: as configured; else 3000 for points in the plane, for tables up to 100."""
    if config.epochs:
        return config.epochs
    return 3000 if config.dataset in PLANAR else max(3, min(100, 1_000_000 // max(n_train, 1)))


def estimate_seconds(config: Config, n_rows: int | None = None, n_inputs: int | None = None) -> float:
    """Seconds that the run will take on one ordinary core; `n_rows` and `n_inputs` for tables, when known.

    A step costs a fixed part (15 µs, and 12 µs a layer: calling the operations) and a part for the arithmetic
    (forward, and twice that backward, at about 4 GFLOP/s for such small products). `bench/estimate.py` compares.
    """
    known = {"iris": (150, 4), "wine": (178, 13), "breast_cancer": (569, 30), "diabetes": (442, 10)}
    rows, inputs = known.get(config.dataset, (config.n_points, len(config.inputs)))
    rows, inputs = n_rows or rows, n_inputs or inputs
    n_train = max(1, round(rows * (1 - config.test_fraction - config.validation_fraction)))
    sizes = (inputs, *config.hidden, 1)
    products = sum(a * b for a, b in itertools.pairwise(sizes))
    batch = min(config.batch_size, n_train)
    extra = {"sgd": 0.0, "momentum": 3e-6, "rmsprop": 8e-6, "adam": 13e-6, "adamw": 15e-6}[config.optimizer]
    layer = 12e-6 + (45e-6 if config.batch_norm else 0.0) + (15e-6 if config.dropout else 0.0)
    step = 15e-6 + layer * (len(sizes) - 1) + extra + batch * products * 6 / 4e9
    evaluation = 90e-6 + 12e-6 * (len(sizes) - 1) + min(rows, 2 * 5000) * products * 2 / 4e9
    steps = math.ceil(n_train / batch)
    return n_epochs(config, n_train) * (steps * step + max(1, steps // EVALUATE_EVERY) * evaluation)


def train(config: Config) -> Generator[Step, Config | None, None]:
    """Yields the untrained network, then one step per mini-batch.

    Sending a Config applies its live settings and yields the present state again, without an update.

    Raises:
        DataError: the data set cannot be used as configured.
        ValueError: settings that exclude each other, as one sentence.
    """
    if config.seeds > 1:
        from models import seed_band

        yield from seed_band.train(config)
        return
    from models.fitting import Fit

    fit = Fit(config, load(config))
    config = yield from presented(fit, config, fit.evaluate, fit.facts())
    for epoch in range(n_epochs(config, fit.n_train)):
        batches = fit.batches(epoch)
        for number, (x, y) in enumerate(batches, start=1):
            metrics = {"loss/batch": fit.update(x, y)}
            last = number == len(batches)
            if last or number % EVALUATE_EVERY == 0:
                metrics |= fit.evaluate()
            step = fit.step(epoch + 1.0 if last else epoch + number / len(batches), metrics)
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


MODEL = Model("mlp", Config, train, PRESETS, resolve)

if __name__ == "__main__":
    raise SystemExit(main(MODEL))
