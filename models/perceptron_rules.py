"""If-then rules written by hand on two features of a real table, beside what is learned from examples.

A rule is (feature 0 or 1, "<=" or ">", threshold, class); the first that fits an example decides, else the last word
does. The same rows are split once, by a fixed seed, so that rules and learners are scored alike.

Shapes: N rows, x (N, 2) in the table's own units, y (N,) 0 or 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data.dataset import DataError, Dataset
from models.logistic_line import fit_border, side_of
from models.perceptron_data import Points
from models.perceptron_neuron import Neuron
from models.perceptron_settings import Config

MOST = 4  # rules
N_PASSES = 20  # of the neuron over the training rows
TEST_SHARE = 0.3
#: Name → the table, the two of its classes that are told apart, and the two features to begin with.
TABLES: dict[str, tuple[str, tuple[int, int], tuple[str, str]]] = {
    "iris_hard": ("iris", (1, 2), ("petal length (cm)", "petal width (cm)")),
    "breast_cancer": ("breast_cancer", (0, 1), ("worst radius", "worst texture")),
}
LABELS = {"iris_hard": "Iris: versicolor or virginica", "breast_cancer": "Breast cancer"}
Rule = tuple[int, str, float, int]


def answers(rules: Sequence[Rule], otherwise: int, x: NDArray[Any]) -> NDArray[np.int64]:
    """The class (N,) that the rules give each row of x (N, 2)."""
    found = np.full(len(x), otherwise, dtype=np.int64)
    decided = np.zeros(len(x), dtype=bool)
    for feature, sign, threshold, label in rules:
        fits = x[:, feature] <= threshold if sign == "<=" else x[:, feature] > threshold
        found[fits & ~decided] = label
        decided |= fits
    return found


def features(name: str) -> list[str]:
    """The features of a table that rules can be written on. Raises DataError for a table that is not offered."""
    return list(_loaded(name)[0].feature_names)


def table(name: str, first: str, second: str) -> dict[str, Any]:
    """What the sketch needs: two features of the table's rows, which of them are the test, and what learners score.

    Raises DataError, one sentence, for a table or a feature that is not offered.
    """
    dataset, classes = _loaded(name)
    names = list(dataset.feature_names)
    for feature in (first, second):
        if feature not in names:
            raise DataError(f"{dataset.name} has no feature called '{feature[:40]}': choose another.")
    rows = np.isin(dataset.y, classes)
    x = dataset.x[rows][:, [names.index(first), names.index(second)]].astype(float).round(4)
    y = (dataset.y[rows] == classes[1]).astype(np.int64)
    test = np.zeros(len(y), dtype=bool)
    test[np.random.default_rng(0).permutation(len(y))[: round(TEST_SHARE * len(y))]] = True
    return {
        "features": [first, second],
        "classes": [dataset.class_names[label] for label in classes],
        "x": x.tolist(),
        "y": y.tolist(),
        "test": test.tolist(),
        "scores": learned(x, y, test),
        "most": MOST,
    }


def learned(x: NDArray[Any], y: NDArray[Any], test: NDArray[np.bool_]) -> dict[str, dict[str, float]]:
    """{method: {"train", "test"}}: accuracies of the neuron's pocket, logistic regression and the larger class."""
    middle, spread = x[~test].mean(0), x[~test].std(0)
    scaled = ((x - middle) / np.where(spread > 0, spread, 1)).astype(np.float32)
    ones = np.ones((len(x), 1))
    said = {
        "neuron (its pocket)": np.hstack([scaled, ones]) @ _pocket(scaled[~test], y[~test]) > 0,
        "logistic regression": side_of(fit_border(scaled[~test], y[~test]), scaled),
        "always the larger class": np.full(len(y), round(float(y[~test].mean()))),
    }
    right = {name: answer == y for name, answer in said.items()}
    return {
        name: {"train": float(ok[~test].mean()), "test": float(ok[test].mean())} for name, ok in right.items()
    }


def _pocket(x: NDArray[Any], y: NDArray[Any]) -> NDArray[np.float64]:
    """(3,) the best weights that Rosenblatt's rule came by in `N_PASSES` passes, each in an order of its own."""
    neuron = Neuron(Points(x.astype(float), y.astype(float), ("", ""), ("", ""), (0, 1, 0, 1)), Config())
    generator = np.random.default_rng(0)
    for _ in range(N_PASSES):
        for index in generator.permutation(len(y)):
            neuron.look(int(index))
    return neuron.pocket


def _loaded(name: str) -> tuple[Dataset, tuple[int, int]]:
    from data import tables

    if name not in TABLES:
        raise DataError(f"There is no table called '{name[:40]}' here: choose one of {', '.join(TABLES)}.")
    source, classes, _ = TABLES[name]
    return tables.load(source), classes
