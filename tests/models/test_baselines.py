"""What a score is worth: the naive answers, checked by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from data import tables, toys
from data.dataset import Split, split
from models.baselines import Baselines, baselines, r_squared

CLASSES = [
    "majority class",
    "logistic regression",
    "decision tree",
    "random forest",
    "support vector machine",
]


def split_of(x_train: Any, y_train: Any, x_test: Any, y_test: Any, kind: str = "i8") -> Split:
    x, y = (np.array(values, dtype=np.float32).reshape(len(values), -1) for values in (x_train, x_test))
    one = np.ones(x.shape[1], np.float32)
    targets, answers = np.array(y_train, dtype=kind), np.array(y_test, dtype=kind)
    return Split(x, targets, y, answers, x[:0], targets[:0], 0 * one, one, 0.0, 1.0)


def test_the_majority_class_is_that_of_the_training_rows() -> None:
    # Training knows two of class 1 and one of class 0; of four test rows one is of class 1.
    scores = baselines(split_of([0, 1, 2], [0, 1, 1], [0, 1, 2, 3], [0, 0, 0, 1]), "classes", 0)
    assert list(scores) == CLASSES
    assert scores["majority class"]["accuracy/test"] == 0.25
    assert all(score["seconds"] >= 0 for score in scores.values())


def test_logistic_regression_draws_one_straight_border() -> None:
    x = np.linspace(-3, 3, 40)
    scores = baselines(split_of(x, x > 0.5, [-2, 0, 1, 2], [0, 0, 1, 0]), "classes", 0)
    assert scores["logistic regression"]["accuracy/test"] == 0.75
    xor = baselines(split(toys.make("xor", 400, 0.0, 0), 0.5, 0), "classes", 0)
    assert xor["logistic regression"]["accuracy/test"] == pytest.approx(0.5, abs=0.12)


def test_r2_by_hand() -> None:
    """Training mean 2, test targets (1, 2, 6) with mean 3: Σ(y - ȳ)² = 4 + 1 + 9 = 14.

    The mean's errors: Σ(y - 2)² = 1 + 0 + 16 = 17, so R² = 1 - 17/14. The line through the training points is y = 2x:
    at x = (0, 1, 4) it says (0, 2, 8), errors 1 + 0 + 4 = 5, so R² = 1 - 5/14.
    """
    scores = baselines(split_of([0, 1, 2], [0, 2, 4], [0, 1, 4], [1, 2, 6], "f4"), "numbers", 0)
    assert list(scores) == ["mean", "linear regression", *CLASSES[2:]]
    assert scores["mean"]["r2/test"] == pytest.approx(1 - 17 / 14, abs=1e-6)
    assert scores["linear regression"]["r2/test"] == pytest.approx(1 - 5 / 14, abs=0.01)


def test_test_targets_that_are_all_alike_score_zero() -> None:
    scores = baselines(split_of([0, 1, 2], [0, 1, 2], [0, 1], [3, 3], "f4"), "numbers", 0)
    assert {score["r2/test"] for score in scores.values()} == {0.0}


def test_one_class_only_is_no_error() -> None:
    scores = baselines(split_of([0, 1, 2], [1, 1, 1], [0, 1], [1, 0]), "classes", 0)
    assert [score["accuracy/test"] for score in scores.values()] == [0.5] * 5


def test_more_columns_than_rows_is_no_error() -> None:
    generator = np.random.default_rng(0)
    x = generator.standard_normal((30, 100)).astype(np.float32)
    y = x[:, 0]
    scores = baselines(split_of(x[:20], y[:20], x[20:], y[20:], "f4"), "numbers", 0)
    assert np.isfinite(scores["linear regression"]["r2/test"])


@pytest.mark.parametrize(
    ("name", "weak", "strong"), [("breast_cancer", 0.63, 0.97), ("iris", 0.33, 0.95), ("wine", 0.40, 0.97)]
)
def test_known_tables(name: str, weak: float, strong: float) -> None:
    naive, linear, *others = baselines(split(tables.load(name), 0.3, 0), "classes", 0).values()
    assert naive["accuracy/test"] == pytest.approx(weak, abs=0.03)
    assert linear["accuracy/test"] == pytest.approx(strong, abs=0.05)
    assert all(score["accuracy/test"] >= 0.85 for score in others)


def first_scores(rows: Split, seed: int, n: int) -> dict[str, dict[str, float]]:
    fits = Baselines(rows, "classes", seed)
    for _ in range(n):
        fits.fit_next()
    return fits.scores


def test_the_scores_grow_by_one_method_at_a_time() -> None:
    fits = Baselines(split_of([0, 1, 2, 3], [0, 0, 1, 1], [0, 3], [0, 1]), "classes", 0)
    told = []
    while not fits.done:
        told.append(fits.fit_next())
    assert [list(scores) for scores in told] == [
        CLASSES[:n] for n in range(1, 6)
    ]  # earlier ones stay as told


def test_a_bent_border_needs_a_method_that_bends() -> None:
    scores = baselines(split(toys.make("circle", 300, 0.0, 0), 0.3, 0), "classes", 0)
    assert scores["logistic regression"]["accuracy/test"] < 0.7
    assert min(scores[name]["accuracy/test"] for name in CLASSES[2:]) > 0.9


def test_r_squared() -> None:
    y = np.array([1.0, 2.0, 6.0])
    assert r_squared(y, y) == 1
    assert r_squared(np.full(3, 3.0), y) == 0
    assert r_squared(np.array([0.0, 2.0, 8.0]), y) == pytest.approx(1 - 5 / 14)
    assert r_squared(y, np.full(3, 3.0)) == 0


def test_the_same_seed_gives_the_same_scores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("models.baselines.MAX_ROWS_OTHERS", 30)  # so that the choice of rows matters
    rows = split(toys.make("moons", 300, 0.5, 0), 0.5, 0)
    scores = [first_scores(rows, seed, 2)["logistic regression"] for seed in (0, 1, 2, 3, 4, 0)]
    hits = [score["accuracy/test"] for score in scores]
    assert hits[0] == hits[-1]
    assert len(set(hits)) > 1


def test_a_method_that_is_not_worth_its_time_is_left_out() -> None:
    rows = split_of([0, 1, 2, 3] * 5, [0, 0, 1, 1] * 5, [0, 3], [0, 1])
    fits = Baselines(rows, "classes", 0, without=("decision tree",))
    while not fits.done:
        fits.fit_next()
    assert list(fits.scores) == [name for name in CLASSES if name != "decision tree"]
