"""The moving parts behind the curve of data efficiency: the few pictures, the classical methods, the network, the scores.

Shapes: N pictures, C channels, H × W pixels, D features.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import RandomForestClassifier
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.svm import SVC

from data.images import Images, ImageSplit, split
from models import diagnosis
from models.cnn_efficiency import CLASSICAL, FEATURES, LEARNERS, Config, counts_of, epochs_of
from models.cnn_fit import Fit, displayed
from models.edge_histograms import edge_histograms, strokes
from models.step import Note, Step

Array = NDArray[Any]

MAX_TESTED = 1000  # pictures that every learner is tested on
LEVEL = 1e-9  # of accuracy: sums in another order differ by less
N_SHOWN = 8  # test pictures that are shown as the hand-made features see them

MAKERS: dict[str, Callable[[int], Any]] = {
    "logistic": lambda seed: LogisticRegression(max_iter=100),
    "svm": lambda seed: SVC(),
    "forest": lambda seed: RandomForestClassifier(n_estimators=50, random_state=seed),
}


@dataclass(frozen=True, eq=False)
class Few:
    """The pictures that all learners get, with their features and the seed of what is drawn at random."""

    pictures: Images
    features: dict[
        str, tuple[Array, Array]
    ]  # "pixels", "edges" → (n, D) to learn from, (N, D) to be tested on
    seed: int


class Race:
    """All learners, on the same pictures."""

    def __init__(self, config: Config, images: Images) -> None:
        """Raises DataError or ValueError, one sentence, for data or settings that cannot be used."""
        self.config, self.images = config, images
        self.split = split(images, config.test_fraction, config.seed, config.validation_fraction)
        self.test = self.split.test.of(np.arange(min(len(self.split.test.labels), MAX_TESTED)))
        self.classes = np.unique(self.split.train.labels)
        sizes = [int((self.split.train.labels == label).sum()) for label in self.classes]
        self.counts = counts_of(min(sizes), config.most)
        self._test_features: dict[str, Array] = {
            "pixels": self.test.pixels.reshape(len(self.test.labels), -1).astype(np.float32) / 255,
            "edges": edge_histograms(self.test.pixels),
        }
        self.scores: dict[str, dict[int, list[float]]] = {learner: {} for learner in LEARNERS}
        self.n_steps, self.points_done, self._notes = 0, 0, list[Note]()
        self._fit: Fit | None = None

    # The pictures.

    def rows(self, count: int, repetition: int) -> NDArray[np.int64]:
        """Rows of the training part: `count` of each class, the classes taking turns; more contain the fewer."""
        labels = self.split.train.labels
        generator = np.random.default_rng([self.config.seed, repetition, 29])
        orders = [generator.permutation(np.flatnonzero(labels == label))[:count] for label in self.classes]
        return np.stack(orders, axis=1).reshape(-1)

    def few(self, count: int, repetition: int) -> Few:
        """What everybody learns from."""
        pictures = self.split.train.of(self.rows(count, repetition))
        raw: dict[str, Array] = {
            "pixels": pictures.pixels.reshape(len(pictures.labels), -1).astype(np.float32) / 255,
            "edges": edge_histograms(pictures.pixels),
        }
        features = {name: scaled(raw[name], self._test_features[name]) for name in FEATURES}
        return Few(pictures, features, self.config.seed * 101 + repetition)

    # The learners.

    def classical(self, learner: str, few: Few, count: int) -> dict[str, float]:
        """Fit one method and test it; returns the mean of its accuracies so far."""
        method, _, features = learner.partition("_")
        x, x_test = few.features[features]
        model = MAKERS[method](few.seed)
        with warnings.catch_warnings():
            # Classes that a line separates let logistic weights grow for ever: not a mistake of the learner.
            warnings.simplefilter("ignore", ConvergenceWarning)
            model.fit(x, few.pictures.labels)
        return self._scored(learner, count, float(np.mean(model.predict(x_test) == self.test.labels)))

    def network(self, few: Few) -> Iterator[float]:
        """Train the page's network; yields the loss of the last batch of each pass. A loss that is not finite ends it."""
        epochs = epochs_of(self.config, len(few.pictures.labels))
        fit = self._fit = self.fit(few, epochs)
        for epoch in range(epochs):
            for number, (x, y) in enumerate(fit.batches(epoch), start=1):
                fit.progress = (epoch + number / fit.n_batches) / epochs
                loss = fit.update(x, y)
                if not math.isfinite(loss):
                    self._notes.append(diagnosis.divergence(self.config.learning_rate))
                    return
            yield loss

    def fit(self, few: Few, n_epochs: int) -> Fit:
        """The page's network before its first update, with these pictures."""
        x = few.pictures.pixels.astype(np.float32) / 255
        std = x.std(axis=(0, 2, 3))
        mean, std = x.mean(axis=(0, 2, 3)), np.where(std > 0, std, 1.0).astype(np.float32)
        none = self.split.validation.of(np.arange(0))
        config = replace(self.config, seed=few.seed)
        return Fit(config, self.images, n_epochs, ImageSplit(few.pictures, none, self.test, mean, std))

    def network_scores(self, count: int) -> dict[str, float]:
        """Test the network that was trained last; returns its means so far."""
        assert self._fit is not None
        found = self._fit.evaluate()
        metrics = self._scored("cnn", count, found["accuracy/test"])
        return metrics | {"loss/test": found["loss/test"], "pictures/lead": self.lead()}

    def untrained(self) -> dict[str, float]:
        """Loss and accuracy of the network before its first update."""
        found = self.fit(self.few(self.counts[0], 0), 1).evaluate()
        return {name: found[name] for name in ("loss/test", "accuracy/test")}

    # The scores.

    def _scored(self, learner: str, count: int, accuracy: float) -> dict[str, float]:
        self.scores[learner].setdefault(count, []).append(accuracy)
        metrics = {f"accuracy/{learner}/{count}": self.mean(learner, count)}
        if learner == "cnn":
            metrics["accuracy/test"] = self.mean(learner, max(self.scores[learner]))
        else:
            metrics["accuracy/classical"] = max(
                self.mean(one, max(self.scores[one])) for one in CLASSICAL if self.scores[one]
            )
        return metrics

    def mean(self, learner: str, count: int) -> float:
        """The mean of a learner's accuracies over the repetitions so far."""
        values = self.scores[learner][count]
        return sum(values) / len(values)

    def lead(self) -> float:
        """Pictures per class from which on the network is as good as every classical method or better; nan: none so far."""
        found = math.nan
        for count in sorted(self.scores["cnn"], reverse=True):
            others = [self.mean(one, count) for one in CLASSICAL]
            if self.mean("cnn", count) < max(others) - LEVEL:
                break
            found = float(count)
        return found

    def baselines(self) -> dict[str, object]:
        """Facts: what guessing and the classical methods reach, each with the most pictures that it has had so far."""
        done = {
            words: {"accuracy/test": self.mean(one, max(self.scores[one]))}
            for one, words in CLASSICAL.items()
            if self.scores[one]
        }
        return {"baselines": {**self._majority(), **done}}

    def _majority(self) -> dict[str, dict[str, float]]:
        commonest = np.bincount(self.split.train.labels).argmax()
        return {"majority class": {"accuracy/test": float(np.mean(self.test.labels == commonest))}}

    # What is shown.

    def step(self, metrics: dict[str, float]) -> Step:
        return Step(self.n_steps, float(self.points_done), metrics, self.observe)

    def next_note(self) -> Note | None:
        return self._notes.pop(0) if self._notes else None

    def observe(self) -> dict[str, Array]:
        """For each learner "x/…" pictures per class, "mean/…", and the outline "band_x/…", "band/…" of its band."""
        arrays: dict[str, Array] = {}
        for learner, scores in self.scores.items():
            x = sorted(scores)
            low, high = ([choose(scores[count]) for count in x] for choose in (min, max))
            arrays[f"x/{learner}"] = np.array(x, np.float32)
            arrays[f"mean/{learner}"] = np.array([self.mean(learner, count) for count in x], np.float32)
            arrays[f"band_x/{learner}"] = np.array(x + x[::-1], np.float32)
            arrays[f"band/{learner}"] = np.array(high + low[::-1], np.float32)
        return arrays

    def facts(self) -> dict[str, object]:
        """What holds for the whole run; arrays as NumPy."""
        shown = self.test.pixels[:N_SHOWN]
        majority = self._majority()
        chance = next(iter(majority.values()))["accuracy/test"]
        return {
            "dataset": self.images.name,
            "task": "classes",
            "class_names": list(self.images.class_names),
            "n_train": len(self.classes) * self.counts[-1],
            "n_test": len(self.test.labels),
            "counts": list(self.counts),
            "chance_x": np.array([self.counts[0], self.counts[-1]], np.float32),
            "chance": np.array([chance, chance], np.float32),
            "pictures": displayed(shown),
            "strokes": strokes(shown),
            "baselines": majority,
            "notices": [
                f"All learners get the same pictures and are tested on the same {len(self.test.labels):,}, which none has seen."
            ],
        }


def scaled(x: Array, x_test: Array) -> tuple[Array, Array]:
    """Both with the mean of x taken off, value by value, and over its one spread."""
    mean, spread = x.mean(axis=0), float(x.std()) or 1.0
    return (x - mean) / spread, (x_test - mean) / spread
