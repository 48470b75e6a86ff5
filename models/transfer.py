"""A network that has learned one task learns another from a handful of pictures, because it knows already how to look.

A network is a body b that turns a picture into features and a head that turns features into classes (K classes, D
features, W of shape (K, D)):

    logits = W · b(x) + c

It learns a first task with plenty of pictures. Then, for new classes with k pictures each, three learners start from
the same pictures, the same order and the same head (Yosinski et al. 2014, "How transferable are features in deep neural
networks?", §2; Donahue et al. 2014, "DeCAF", §3 for frozen features):

    from scratch      b at random; b, W and c learn
    frozen features   b from the first task, fixed; only W and c learn
    fine-tuned        b from the first task; W and c learn, b too with a share of the learning rate

This module imports torch only when it trains, so that a page or `--help` can read the settings at once.

    python -m models.transfer --shots 5 --seeds 5
"""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from models.changes import presented
from models.cli import Model, main
from models.cnn_shapes import convolved_length
from models.step import Note, Step
from models.transfer_settings import COUNTS, PRESETS, Config

if TYPE_CHECKING:
    from models.transfer_fit import Fit

__all__ = ["MODEL", "PRESETS", "Config", "estimate_seconds", "train"]

#: Updates between two looks at the test pictures.
EVALUATE_EVERY = 10
#: Repetitions at the other numbers of pictures, at most: they are there for the shape of the curve.
CURVE_SEEDS = 3
#: (channels, side, pictures of the first task, new classes) of each data set, for the estimate.
SIZES = {
    "drawings": (3, 32, 720, 3),
    "digits": (1, 8, 811, 5),
    "mnist": (1, 28, 3600, 5),
    "fashion": (1, 28, 3600, 5),
    "cifar10": (3, 32, 3600, 5),
    "own": (3, 32, 1260, 3),
}
#: Multiplications and additions for a picture, in the large networks at 64 × 64 pixels.
WORK = {"resnet18": 1.5e8, "mobilenet": 5e6}
CALLS = {"small": 1.2e-3, "resnet18": 2e-2, "mobilenet": 3e-2}  # seconds of an update besides


def estimate_seconds(config: Config) -> float:
    """Seconds that the run will take on one ordinary core, at about 10 GFLOP/s."""
    channels, side, n_first, n_classes = SIZES[config.dataset]
    work, before = 0.0, channels
    for after in config.channels:
        work += 9 * before * after * convolved_length(side, 3, 1, 1) ** 2
        before, side = after, max(1, side // 2)
    work = WORK.get(config.body, work + 1e4)
    first = (
        config.epochs * n_first * (work * 6 / 1e10 + CALLS["small"] / 32) if config.body == "small" else 0.0
    )
    seconds = first
    looks = config.steps / EVALUATE_EVERY + 1
    for shots in {config.shots, *(COUNTS if config.curve else ())}:
        pictures = min(32, shots * n_classes)
        update = 2 * (pictures * work * 6 / 1e10 + CALLS[config.body])
        look = 2 * 80 * n_classes * work * 2 / 1e10
        seeds = config.seeds if shots == config.shots else min(config.seeds, CURVE_SEEDS)
        seconds += seeds * (config.steps * update + look * (looks if shots == config.shots else 1))
    return seconds + 0.5


def train(config: Config) -> Generator[Step, Config | None, None]:
    """Yields the untrained network, a step per update of the first task, a step per update of the three learners of all
    repetitions together, then a step for each further point of the curve; a sent Config applies its live settings.

    Raises:
        DataError: the pictures cannot be used as configured, or a network is not on this machine.
    """
    import torch

    from models.transfer_fit import Fit
    from models.transfer_tasks import load

    # Small networks are slower on several threads, and sums would depend on how many there are.
    torch.set_num_threads(1)
    fit = Fit(config, load(config))
    before = fit.evaluate_first() or {"loss/first": 0.0}
    config = yield from presented(fit, config, lambda: before, fit.facts())
    for epoch in range(fit.epochs):
        batches = list(fit.batches(epoch))
        for number, rows in enumerate(batches, start=1):
            metrics = {"loss/first": fit.update(rows)}
            at = epoch + number / len(batches)
            config = yield from _next(fit, config, at, metrics, look=number == len(batches))
            if fit.over:
                return
    fit.begin()
    for number in range(1, config.steps + 1):
        metrics = fit.update_all()
        config = yield from _next(fit, config, fit.epochs + number, metrics, look=False, race=True)
        if fit.over:
            return
    while (facts := fit.next_baseline()) is not None:  # a short run ends before every baseline had its turn
        config = yield from _told(fit, config, fit.epoch, {}, facts)
    yield from _other_counts(fit, config)


def _next(
    fit: Fit, config: Config, epoch: float, metrics: dict[str, float], *, look: bool, race: bool = False
) -> Generator[Step, Config | None, Config]:
    """Yield an update, with a look at the test pictures where it is due; returns the config to go on with."""
    note = fit.note(metrics)
    fit.epoch = epoch
    if look and not note:
        loss = metrics["loss/first"]
        metrics |= fit.evaluate_first() | {"loss/first": loss}
    updates = fit.trios[0].n_updates if race else 0
    due = race and (updates == 1 or updates % EVALUATE_EVERY == 0 or updates == config.steps)
    facts = fit.next_baseline() if due else None
    if due and not note:
        metrics |= fit.evaluate()
    return (yield from _told(fit, config, epoch, metrics, facts, note))


def _told(
    fit: Fit,
    config: Config,
    epoch: float,
    metrics: dict[str, float],
    facts: dict[str, object] | None = None,
    note: Note | None = None,
) -> Generator[Step, Config | None, Config]:
    """Yield a new step; returns the config to go on with."""
    fit.n_steps += 1
    step = fit.step(epoch, metrics)
    step.facts, step.note = facts, note
    changed = yield step
    return config if changed is None else (yield from presented(fit, changed, dict, fit.change(changed)))


def _other_counts(fit: Fit, config: Config) -> Generator[Step, Config | None, None]:
    """The rest of the curve: each repetition with each other number of pictures."""
    if not config.curve:
        return
    for shots in fit.tasks.counts(config.shots):
        if shots == min(config.shots, fit.tasks.most):
            continue
        for repetition in range(min(config.seeds, CURVE_SEEDS)):
            metrics = fit.add_point(shots, repetition)
            config = yield from _told(fit, config, fit.epoch + 1, metrics)


MODEL = Model("transfer", Config, train, PRESETS)

if __name__ == "__main__":
    raise SystemExit(main(MODEL))
