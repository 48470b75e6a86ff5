"""What a score is worth: the naive, the linear and the classical answers on the same split, with their seconds.

A network that cannot beat them has learned nothing that needs a network.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Collection
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.dummy import DummyClassifier, DummyRegressor
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.svm import SVC, SVR
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from data.dataset import Split

#: Rows that each method is fitted on at most: more would keep the learner waiting without changing the verdict.
MAX_ROWS = {"support vector machine": 3000, "random forest": 10_000}
MAX_ROWS_OTHERS = 20_000

Scores = dict[str, dict[str, float]]
Array = NDArray[Any]

# A whisper of ridge instead of plain least squares, which is undefined with more columns than rows or two alike.
METHODS: dict[str, dict[str, Callable[[int], Any]]] = {
    "classes": {
        "majority class": lambda seed: DummyClassifier(strategy="most_frequent"),
        "logistic regression": lambda seed: LogisticRegression(max_iter=200),
        "decision tree": lambda seed: DecisionTreeClassifier(random_state=seed),
        "random forest": lambda seed: RandomForestClassifier(n_estimators=50, random_state=seed),
        "support vector machine": lambda seed: SVC(),
    },
    "numbers": {
        "mean": lambda seed: DummyRegressor(),
        "linear regression": lambda seed: Ridge(alpha=1e-3),
        "decision tree": lambda seed: DecisionTreeRegressor(random_state=seed),
        "random forest": lambda seed: RandomForestRegressor(n_estimators=50, random_state=seed),
        "support vector machine": lambda seed: SVR(),
    },
}


class Baselines:
    """The methods still to be fitted, and the scores of those that were; weakest first."""

    def __init__(self, split: Split, task: str, seed: int, *, without: Collection[str] = ()) -> None:
        """task: "classes" (scored by accuracy) or "numbers" (by R²: 1 is perfect, 0 as good as the mean).

        without: names of methods that are not worth their time here.
        """
        self._split, self._seed = split, seed
        self._metric = "accuracy/test" if task == "classes" else "r2/test"
        self._left = {name: make for name, make in METHODS[task].items() if name not in without}
        self.scores: Scores = {}

    @property
    def done(self) -> bool:
        return not self._left

    def fit_next(self) -> Scores:
        """Fit one more; returns all scores so far: name → {"accuracy/test" or "r2/test", "seconds"}."""
        name = next(iter(self._left))
        make = self._left.pop(name)
        most = MAX_ROWS.get(name, MAX_ROWS_OTHERS)
        rows = np.random.default_rng(self._seed).permutation(len(self._split.x_train))[:most]
        began = time.perf_counter()
        score = self._score(make(self._seed), rows)
        self.scores[name] = {self._metric: score, "seconds": round(time.perf_counter() - began, 4)}
        return dict(self.scores)

    def _score(self, model: Any, rows: Array) -> float:
        x, y = self._split.x_train[rows], self._split.y_train[rows]
        if self._metric == "accuracy/test" and len(np.unique(y)) < 2:
            model = DummyClassifier(strategy="most_frequent")  # the others refuse a single class
        with warnings.catch_warnings():
            # Classes that a line separates let logistic weights grow for ever: not a mistake of the learner.
            warnings.simplefilter("ignore", ConvergenceWarning)
            model.fit(x, y)
        prediction = np.asarray(model.predict(self._split.x_test))
        if self._metric == "accuracy/test":
            return float(np.mean(prediction == self._split.y_test))
        return r_squared(prediction, self._split.y_test)


def baselines(split: Split, task: str, seed: int) -> Scores:
    """The scores of every method at once."""
    fits = Baselines(split, task, seed)
    while not fits.done:
        fits.fit_next()
    return fits.scores


def r_squared(prediction: Array, y: Array) -> float:
    """1 − Σ(y − ŷ)² / Σ(y − ȳ)²; 0 when the test targets are all alike."""
    total = float(((y - y.mean()) ** 2).sum())
    return 1 - float(((y - prediction) ** 2).sum()) / total if total else 0.0
