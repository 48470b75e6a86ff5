"""A network's answers explained, picture by picture, and the explanations put to the test.

Which pixels made the network answer so? Gradient, integrated gradients, occlusion and Grad-CAM each draw a map
(`models.explain_methods` has the equations). Whether a map says what the *network* uses is measured: delete the pixels
that it calls most important, and a faithful map makes the answer collapse at once (Petsiuk, Das & Saenko 2018,
"RISE", section 3.2). The area under that curve is compared with deleting in a random order.

A run first trains a small convolutional network, unless it is given one that was trained before, and then explains one
test picture a step.

This module imports torch only when it trains, so that a page or `--help` can read the settings at once.

    python -m models.explain --dataset drawings
    python -m models.explain --mark 1
"""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from models.cli import Model, main
from models.explain_data import chosen_network, load, network_config
from models.explain_settings import PRESETS, Config
from models.step import Step

if TYPE_CHECKING:
    from models.cnn_fit import Fit
    from models.explain_fit import Study

__all__ = ["MODEL", "PRESETS", "Config", "estimate_seconds", "train"]


def estimate_seconds(config: Config) -> float:
    """Seconds that the run will take on one ordinary core: training, and some hundreds of answers a picture."""
    from models import cnn

    side = 8 if config.dataset == "digits" else 32
    a_picture = 0.01 * (side / 8) * (1 + config.n_steps / 100)
    training = 0.0 if config.weights else cnn.estimate_seconds(network_config(config))
    return training + config.n_pictures * a_picture


def train(config: Config) -> Generator[Step, Config | None, None]:
    """Yields the untrained network, one step per mini-batch, then one step per explained test picture.

    Sending a Config applies its live settings and yields the present state again, without an update.

    Raises:
        DataError: the pictures cannot be used as configured.
        ValueError: the given network cannot be taken up again, as one sentence.
    """
    if config.weights:
        yield from _given(config)
        return
    from models.cnn_fit import Fit
    from models.explain_fit import Study

    images = load(config)
    fit = Fit(network_config(config), images, config.epochs)
    study = Study(config, fit.network, fit.split, images.class_names)
    run = _Run(study, fit)
    config = yield from run.present(config, 0.0, study.evaluate(), study.facts())
    for epoch in range(config.epochs):
        for number, (x, y) in enumerate(fit.batches(epoch), start=1):
            fit.progress = (epoch + number / fit.n_batches) / config.epochs
            metrics = {"loss/batch": fit.update(x, y)}
            last = number == fit.n_batches
            if last:
                metrics |= fit.evaluate() | study.fooled()
            step = run.step(epoch + number / fit.n_batches, metrics)
            step.note = fit.note(metrics)
            changed = yield step
            if fit.over:
                return
            if changed is not None:
                config = yield from run.present(changed, step.epoch, metrics)
    yield from run.explanations(float(config.epochs))


def _given(config: Config) -> Generator[Step, Config | None, None]:
    """The same for a network that was trained before."""
    from models.cnn_trained import restored
    from models.explain_fit import Study

    trained = restored(chosen_network(config), config.weights)
    study = Study(config, trained.network, trained.split, trained.images.class_names)
    run = _Run(study)
    yield from run.present(config, 0.0, study.evaluate(), study.facts())
    yield from run.explanations(0.0)


class _Run:
    """Numbers the steps, whoever makes them."""

    def __init__(self, study: Study, fit: Fit | None = None) -> None:
        """fit: what trains the network; None for one that is trained already."""
        self.study, self.fit = study, fit
        self.number = -1

    def step(self, epoch: float, metrics: dict[str, float]) -> Step:
        self.number += 1
        parameters = self.fit.parameters if self.fit is not None else None
        return Step(self.number, epoch, metrics, self.study.observe, parameters=parameters)

    def present(
        self, config: Config, epoch: float, metrics: dict[str, float], facts: dict[str, object] | None = None
    ) -> Generator[Step, Config | None, Config]:
        """Yield the present state, again for each config that is sent; returns the config to go on with."""
        if facts is not None:
            self.number += 1
        while True:
            self._apply(config)
            self.number -= 1
            step = self.step(epoch, metrics)
            step.facts = facts
            facts = None
            changed = yield step
            if changed is None:
                return config
            config = changed

    def _apply(self, config: Config) -> None:
        moved = config.picture != self.study.config.picture
        self.study.config = config
        if moved:
            self.study.shown = None
        if self.fit is not None:
            self.fit.config = network_config(config)

    def explanations(self, epoch: float) -> Generator[Step, Config | None, None]:
        """One step for each picture; the last one brings the verdict."""
        pictures = list(self.study.to_explain())
        for count, picture in enumerate(pictures, start=1):
            metrics = self.study.add(self.study.explain(picture))
            step = self.step(epoch + count, metrics)
            if count == len(pictures):
                step.facts = self.study.verdict()
            changed = yield step
            if changed is not None:
                yield from self.present(changed, step.epoch, metrics)


MODEL = Model("explain", Config, train, PRESETS)

if __name__ == "__main__":
    raise SystemExit(main(MODEL))
