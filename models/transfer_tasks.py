"""The two tasks: plenty of pictures of some classes, then a few pictures of other classes.

Shapes: N pictures, C channels, H × W pixels. The pictures of a new class fall into a pool, of which a learner gets the
first k in an order of chance, and test pictures that no learner sees. A larger k adds pictures to those of a smaller.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data import images
from data.dataset import DataError
from data.drawings import CLASSES
from data.images import Images, Labels, Pixels
from models.transfer_settings import COUNTS, FIRST, Config

MAX_FIRST = 4000  # pictures of the first task
HELD_BACK = 0.1  # of the first task, to see how well it was learned
MAX_TEST = 80  # test pictures of each new class
#: Share of a new class that tests: less where there are few.
PLENTY, SHARE, SHARE_OF_FEW = 100, 0.5, 0.3


@dataclass(frozen=True, eq=False)
class Task:
    """Pictures to tell apart, with classes numbered from 0."""

    pixels: Pixels  # (N, C, H, W)
    labels: Labels  # (N,)
    class_names: tuple[str, ...]

    def of(self, rows: NDArray[np.int64]) -> Task:
        return Task(self.pixels[rows], self.labels[rows], self.class_names)


@dataclass(frozen=True, eq=False)
class Tasks:
    """Both tasks, and how a network is fed: mean 0 and spread 1 over the first task's training pictures."""

    name: str
    first: Task
    first_test: Task
    pool: Task
    test: Task
    mean: NDArray[np.float32]  # (C,)
    std: NDArray[np.float32]  # (C,)

    @property
    def shape(self) -> tuple[int, int, int]:
        """(C, H, W)."""
        _, channels, height, width = self.pool.pixels.shape
        return channels, height, width

    @property
    def most(self) -> int:
        """Pictures that every new class has in the pool."""
        return int(np.bincount(self.pool.labels, minlength=len(self.pool.class_names)).min())

    def few(self, shots: int, seed: int) -> NDArray[np.int64]:
        """Rows of the pool: `shots` pictures of each class (or all there are), the classes taking turns."""
        generator = np.random.default_rng([seed, 17])
        orders = [
            generator.permutation(np.flatnonzero(self.pool.labels == label))[: min(shots, self.most)]
            for label in range(len(self.pool.class_names))
        ]
        return np.stack(orders, axis=1).reshape(-1)

    def counts(self, shots: int) -> list[int]:
        """Pictures per class at which the curve is measured: as many as the pool has, and always the chosen number."""
        return sorted({min(count, self.most) for count in (*COUNTS, shots)})

    def as_input(self, pixels: Pixels) -> NDArray[np.float32]:
        """(N, C, H, W) as a network is fed."""
        return images.standardised(pixels, self.mean, self.std)


def class_names(config: Config) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Names of the first task's classes and of the second's, for the data sets that have fixed ones."""
    names = {
        "drawings": CLASSES,
        "digits": tuple("0123456789"),
        "mnist": tuple("0123456789"),
        "fashion": images.FASHION,
        "cifar10": images.CIFAR10,
    }.get(config.dataset)
    if names is None:
        return CLASSES, ()
    first, second = _sides(config, len(names))
    return tuple(names[i] for i in first), tuple(names[i] for i in second)


def load(config: Config) -> Tasks:
    """The configured tasks. Raises DataError, one sentence, when the pictures cannot be had."""
    if config.dataset in images.EMBEDDED:
        return _embedded(config.dataset, config.swapped, config.seed)
    return _load(config)


@functools.lru_cache(maxsize=2)
def _embedded(dataset: str, swapped: bool, seed: int) -> Tasks:
    """The same for every number of pictures, learner and rate: a spare that has rehearsed the lesson has it."""
    return _load(Config(dataset=dataset, swapped=swapped, seed=seed))


def _load(config: Config) -> Tasks:
    generator = np.random.default_rng(config.seed)
    every = images.load(config.dataset, seed=config.seed, folder=config.data_dir, file=config.own)
    if config.dataset == "own":  # the learner's own classes come after the drawings
        drawn = images.load("drawings", seed=config.seed)
        first, second = _task(drawn, range(len(CLASSES))), _task(every, range(len(every.class_names)))
    else:
        left, right = _sides(config, len(every.class_names))
        first, second = _task(every, left), _task(every, right)
    first = first.of(generator.permutation(len(first.labels))[:MAX_FIRST])
    n_held = max(1, round(HELD_BACK * len(first.labels)))
    rows = np.arange(len(first.labels))
    pool, test = _divided(second, generator)
    learned = first.pixels[n_held:].astype(np.float32) / 255
    mean, std = learned.mean(axis=(0, 2, 3)), learned.std(axis=(0, 2, 3))
    return Tasks(
        every.name,
        first.of(rows[n_held:]),
        first.of(rows[:n_held]),
        pool,
        test,
        mean,
        np.where(std > 0, std, 1.0).astype(np.float32),
    )


def _sides(config: Config, n_classes: int) -> tuple[list[int], list[int]]:
    first = FIRST[config.dataset]
    other = [label for label in range(n_classes) if label not in first]
    return (other, list(first)) if config.swapped else (list(first), other)


def _task(every: Images, classes: Iterable[int]) -> Task:
    """The pictures of these classes, renumbered in their order."""
    chosen = list(classes)
    rows = np.flatnonzero(np.isin(every.labels, chosen))
    labels = np.searchsorted(np.array(chosen), every.labels[rows]).astype(np.int64)
    return Task(every.pixels[rows], labels, tuple(every.class_names[label] for label in chosen))


def _divided(task: Task, generator: np.random.Generator) -> tuple[Task, Task]:
    """The pool that learners draw from, and test pictures of every class, in an order of chance."""
    pool, test = [], []
    for label, name in enumerate(task.class_names):
        rows = generator.permutation(np.flatnonzero(task.labels == label))
        if len(rows) < 2:
            raise DataError(
                f"The class “{name}” needs at least two pictures, one to learn from and one to test."
            )
        share = SHARE if len(rows) >= PLENTY else SHARE_OF_FEW
        n_test = min(MAX_TEST, max(1, round(share * len(rows))))
        test.append(rows[:n_test])
        pool.append(rows[n_test:])
    return task.of(np.concatenate(pool)), task.of(generator.permutation(np.concatenate(test)))
