"""The margin against geometry by hand and scikit-learn's support vectors, and the bound against real runs."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.svm import SVC

from models.margin import margin, mistake_bound, nearest_to_origin, signed
from models.perceptron import train
from models.perceptron_data import load
from models.perceptron_settings import Config

CLOUDS = [(gap, seed) for gap in (0.1, 0.5, 3.0) for seed in range(4)]


def by_support_vectors(z: NDArray[Any]) -> float:
    """γ of the widest separation through the origin: z against −z has it as its hard margin, with no intercept."""
    rows = np.vstack([z, -z])
    machine = SVC(kernel="linear", C=1e10, tol=1e-8).fit(rows, [1] * len(z) + [0] * len(z))
    assert abs(float(machine.intercept_[0])) < 1e-3
    return 1 / float(np.linalg.norm(machine.coef_))


def examples(dataset: str, **settings: Any) -> NDArray[Any]:
    points = load(Config(dataset=dataset, **settings))
    return signed(points.x, points.y)


def test_two_points_by_hand() -> None:
    """Points at ±(3, 4): z is (3, 4, 1) and (3, 4, −1), so the nearest place of their hull is (3, 4, 0), 5 away."""
    z = signed(np.array([[3.0, 4.0], [-3.0, -4.0]]), np.array([1.0, 0.0]))
    assert z.tolist() == [[3, 4, 1], [3, 4, -1]]
    assert nearest_to_origin(z) == pytest.approx([3, 4, 0])
    assert margin(z) == pytest.approx(5)
    assert mistake_bound(z) == pytest.approx(26 / 25)


def test_and_by_hand() -> None:
    """w = (2, 2, −3)/√17 answers AND with at least 1/√17 at every corner; R² is 3, of the corner (1, 1)."""
    z = examples("and")
    assert (z @ [2, 2, -3]).min() == 1
    assert margin(z) == pytest.approx(1 / math.sqrt(17))
    assert mistake_bound(z) == pytest.approx(51)


@pytest.mark.parametrize(("gap", "seed"), CLOUDS)
def test_clouds_have_the_margin_that_support_vectors_find(gap: float, seed: int) -> None:
    z = examples("separable", gap=gap, seed=seed)
    assert margin(z) == pytest.approx(by_support_vectors(z), rel=1e-3)


@pytest.mark.parametrize("dataset", ["or", "nand", "iris"])
def test_logic_and_flowers_have_it_too(dataset: str) -> None:
    z = examples(dataset)
    assert margin(z) == pytest.approx(by_support_vectors(z), rel=1e-3)


def test_no_unit_vector_does_better() -> None:
    z = examples("separable", gap=0.5, seed=3)
    tried = np.random.default_rng(0).normal(size=(20_000, 3))
    tried /= np.linalg.norm(tried, axis=1, keepdims=True)
    best = float((tried @ z.T).min(axis=1).max())
    assert 0.9 * margin(z) < best <= margin(z) * (1 + 1e-9)


@pytest.mark.parametrize("dataset", ["xor", "overlapping", "iris_hard", "breast_cancer"])
def test_without_a_line_there_is_no_margin_and_no_bound(dataset: str) -> None:
    z = examples(dataset)
    assert margin(z) == 0
    assert mistake_bound(z) == math.inf


def test_points_of_both_classes_at_one_place_have_no_line() -> None:
    z = signed(np.array([[1.0, 2.0], [1.0, 2.0], [4.0, 4.0]]), np.array([0.0, 1.0, 1.0]))
    assert margin(z) == 0


def test_repeated_and_collinear_points_change_nothing() -> None:
    x, y = np.array([[0.0, 0.0], [2.0, 0.0]]), np.array([0.0, 1.0])
    once = margin(signed(x, y))
    assert margin(signed(np.repeat(x, 5, axis=0), np.repeat(y, 5))) == pytest.approx(once)
    further = np.vstack([x, [[-3.0, 0.0], [7.0, 0.0]]])
    assert margin(signed(further, np.array([0.0, 1.0, 0.0, 1.0]))) == pytest.approx(once)


@pytest.mark.parametrize("seed", range(50))
def test_no_run_makes_more_mistakes_than_the_bound(seed: int) -> None:
    """Novikoff's theorem on 50 random separable sets; each run ends by itself, without a mistake left."""
    gap = [0.3, 0.6, 1.0, 2.0, 3.0][seed % 5]
    config = Config(
        dataset="separable", gap=gap, n_points=20 + 2 * seed, seed=seed, shuffle=seed % 2 == 1, epochs=1000
    )
    *_, last = train(config)
    z = examples("separable", gap=gap, n_points=config.n_points, seed=seed)
    assert last.metrics["accuracy/train"] == 1
    assert 1 <= last.metrics["mistakes/so_far"] <= mistake_bound(z)
    assert last.metrics["mistakes/bound"] == pytest.approx(mistake_bound(z))
