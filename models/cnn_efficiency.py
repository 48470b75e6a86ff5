"""Learned against hand-made features, as the pictures to learn from grow in number: the curve of data efficiency.

The network of the page and three classical methods (logistic regression, a support vector machine with radial basis
functions, a random forest) learn from the same few pictures of each class. The classical ones get them twice: as raw
pixels, and as edge histograms (`models/edge_histograms.py`, Dalal & Triggs 2005). All are tested on the same pictures;
1, 2, 5, … pictures per class, drawn anew in each repetition, and more pictures contain the fewer.

What is built into the features need not be learned from examples; what is built in can also be in the way.

This module imports torch and scikit-learn only when it trains.

    python -m models.cnn_efficiency --dataset drawings --repetitions 2 --most 50
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Final

from models import cnn_settings
from models.cli import Model, main
from models.cnn import SIZES, load, n_epochs
from models.cnn_shapes import blocks_of, dense_sizes
from models.settings import Preset, Range
from models.step import Step

if TYPE_CHECKING:
    from models.cnn_efficiency_race import Race

__all__ = ["LEARNERS", "MODEL", "PRESETS", "Config", "estimate_seconds", "train"]

METHODS: Final = {
    "logistic": "logistic regression",
    "svm": "support vector machine",
    "forest": "random forest",
}
FEATURES: Final = {"pixels": "raw pixels", "edges": "edge histograms"}
CLASSICAL: Final = {
    f"{method}_{features}": f"{name}, {words}"
    for features, words in FEATURES.items()
    for method, name in METHODS.items()
}
LEARNERS: Final = {**CLASSICAL, "cnn": "this network"}
#: Where the curve is measured, in pictures per class.
COUNTS: Final = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
#: A network makes at least so many updates, however few its pictures are: passes are cheap then.
LEAST_UPDATES: Final = 200


@dataclass(frozen=True)
class Config(cnn_settings.Config):
    """The network's settings, and how the comparison is made."""

    learning_rate: Annotated[
        float, Range(0.00001, 1, log=True, group="Training", help="Size of each step downhill.")
    ] = 0.002  # fixed here: all points of a curve are made alike
    repetitions: Annotated[
        int,
        Range(
            1,
            5,
            group="Comparison",
            help="Each draws other pictures and other first weights; the curves are means, the bands reach from the "
            "lowest to the highest.",
        ),
    ] = 2
    most: Annotated[
        int,
        Range(
            5,
            1000,
            log=True,
            group="Comparison",
            label="most pictures per class",
            help="Where the curve ends, if each class has so many to learn from.",
        ),
    ] = 100


PRESETS: dict[str, Preset] = {
    "few": Preset(
        "A handful of digits",
        "With so few pictures the simplest method on raw pixels is as good as any.",
        {"most": 5},
    ),
    "drawings": Preset(
        "Drawings",
        "Raw pixels tell little; edge histograms do well from the first picture on, until the network finds better features.",
        {"dataset": "drawings", "repetitions": 2},
    ),
    "linear": Preset(
        "No convolution at all",
        "Without blocks and dense layers the network is a logistic regression on raw pixels, and its curve is that one's.",
        {"channels": (), "dense": (), "augmentation": ()},
    ),
}


def counts_of(smallest_class: int, most: int) -> tuple[int, ...]:
    """Pictures per class at which the curve is measured, when the smallest class has so many to learn from."""
    end = min(smallest_class, most)
    inside = [count for count in COUNTS if count < 0.8 * end]
    return (*inside, end)


def epochs_of(config: Config, n_pictures: int) -> int:
    """Passes of the network over so many pictures: as on the page, but LEAST_UPDATES updates at least."""
    n_batches = max(1, n_pictures // config.batch_size)
    return max(n_epochs(config, n_pictures), math.ceil(LEAST_UPDATES / n_batches))


def estimate_seconds(config: Config) -> float:
    """Seconds that the run will take on one ordinary core.

    The network as in `models.cnn.estimate_seconds`; the classical methods take about 0.1 s a point, and for each picture
    and value 2 µs.
    """
    shape, n_classes, n_pictures = SIZES[config.dataset]
    work = 0
    for block in blocks_of(config, shape):
        channels, height, width = block.convolved
        work += block.inside[0] * channels * block.kernel**2 * height * width
    work += sum(a * b for a, b in itertools.pairwise(dense_sizes(config, shape, n_classes)))
    share = 1 - config.test_fraction - config.validation_fraction
    seconds = 0.0
    for count in counts_of(max(1, round(share * n_pictures / n_classes)), config.most):
        n = count * n_classes
        epochs = epochs_of(config, n)
        updates = epochs * max(1, n // config.batch_size)
        network = updates * 4e-4 * (2 + len(config.channels)) + epochs * n * work * 6 / 2e10
        seconds += network + 0.25 + n * math.prod(shape) * 1.5e-6
    return 1 + config.repetitions * seconds


def train(config: Config) -> Generator[Step, Config | None, None]:
    """Yields the untrained network; then a step for each pass of a network, and one for each point of a curve.

    Metrics: "accuracy/<learner>/<count>", the mean over the repetitions so far; "accuracy/test" and "loss/test" of the
    network with the most pictures so far, "accuracy/classical" of the best other; "pictures/lead", the number of pictures
    per class from which on the network is as good as every classical method or better, nan where there is none. An epoch is a number of pictures per class, in one repetition.

    Raises:
        DataError: the pictures cannot be used as configured.
        ValueError: a window that does not fit into its map, as one sentence.
    """
    import torch

    from models.cnn_efficiency_race import Race

    torch.set_num_threads(1)  # as every run; sums would depend on how many there are
    race = Race(config, load(config))
    yield from _present(race, race.untrained(), race.facts())
    for repetition, count in itertools.product(range(config.repetitions), race.counts):
        few = race.few(count, repetition)
        for learner in CLASSICAL:
            yield from _told(race, race.classical(learner, few, count), None)
        for loss in race.network(few):
            yield from _told(race, {"loss/batch": loss}, None)
        race.points_done += 1
        yield from _told(race, race.network_scores(count), race.baselines())


def _told(
    race: Race, metrics: dict[str, float], facts: dict[str, object] | None
) -> Generator[Step, Config | None, None]:
    """Yield one more step."""
    race.n_steps += 1
    step = race.step(metrics)
    step.facts, step.note = facts, race.next_note()
    if (yield step) is not None:
        yield from _present(race, {}, None)


def _present(
    race: Race, metrics: dict[str, float], facts: dict[str, object] | None
) -> Generator[Step, Config | None, None]:
    """Yield the present state, again for each config that is sent: no setting here changes a run under way."""
    while True:
        step = race.step(metrics)
        step.facts = facts
        if (yield step) is None:
            return
        facts = None


MODEL = Model("cnn_efficiency", Config, train, PRESETS)

if __name__ == "__main__":
    raise SystemExit(main(MODEL))
