"""Generated sets: balance, range, and noise that only scales a fixed jitter."""

import numpy as np
import pytest

from data.dataset import DataError, split
from data.toys import TOYS, make

REGRESSION = ("plane", "multi_gauss")
CLASSES = tuple(name for name in TOYS if name not in REGRESSION)


@pytest.mark.parametrize("name", TOYS)
def test_shapes_types_and_names(name: str) -> None:
    toy = make(name, 500, 0.1, seed=0)
    assert toy.x.shape == (500, 2) and toy.x.dtype == np.float32
    assert toy.y.shape == (500,) and toy.y.dtype == (np.float32 if name in REGRESSION else np.int64)
    assert toy.task == ("numbers" if name in REGRESSION else "classes")
    assert len(toy.class_names) == (0 if name in REGRESSION else 2)
    assert toy.feature_names == ("x₁", "x₂") and not toy.standardise
    parts = split(toy, 0.5, seed=0)
    assert len(parts.x_train) == len(parts.x_test) == 250


@pytest.mark.parametrize("name", TOYS)
@pytest.mark.parametrize("noise", [0.0, 0.5])
def test_points_lie_in_the_plane_that_is_drawn(name: str, noise: float) -> None:
    toy = make(name, 2_000, noise, seed=1)
    assert np.abs(toy.x).max() <= 6.5
    assert np.ptp(toy.x, axis=0).min() > 4.0
    if name in REGRESSION and noise == 0.0:
        assert 0.8 < np.abs(toy.y).max() <= 1.05


@pytest.mark.parametrize("name", CLASSES)
@pytest.mark.parametrize("n_points", [10, 11, 500])
def test_classes_are_balanced(name: str, n_points: int) -> None:
    counts = np.bincount(make(name, n_points, 0.2, seed=0).y)
    assert counts.sum() == n_points and abs(counts[0] - counts[1]) == n_points % 2


@pytest.mark.parametrize("name", TOYS)
def test_noise_scales_one_fixed_jitter(name: str) -> None:
    clean, little, much = (make(name, 300, noise, seed=5) for noise in (0.0, 0.1, 0.5))
    np.testing.assert_allclose(much.x - clean.x, 5.0 * (little.x - clean.x), atol=1e-5)
    np.testing.assert_allclose(much.y - clean.y, 5.0 * (little.y - clean.y), atol=1e-5)
    moved = much.y - clean.y if name in REGRESSION else much.x - clean.x
    assert np.abs(moved).max() > 0.1


@pytest.mark.parametrize("name", TOYS)
def test_same_seed_same_points(name: str) -> None:
    first, again, other = (make(name, 100, 0.2, seed) for seed in (7, 7, 8))
    np.testing.assert_array_equal(first.x, again.x)
    np.testing.assert_array_equal(first.y, again.y)
    assert not np.array_equal(first.x, other.x)


def test_clean_shapes_are_what_their_names_say() -> None:
    circle, xor, gauss, plane = (make(name, 400, 0.0, seed=0) for name in ("circle", "xor", "gauss", "plane"))
    assert ((np.hypot(*circle.x.T) < 3.0) == (circle.y == 1)).all()
    assert ((xor.x[:, 0] * xor.x[:, 1] > 0.0) == (xor.y == 1)).all()
    assert ((gauss.x.sum(axis=1) > 0.0) == (gauss.y == 1)).mean() > 0.99
    np.testing.assert_allclose(plane.y, plane.x.sum(axis=1) / 10.0, atol=1e-6)


def test_arms_of_the_spiral_and_moons_are_half_a_turn_apart() -> None:
    for name in ("spiral", "moons"):
        toy = make(name, 2_000, 0.0, seed=0)
        turned = -toy.x[toy.y == 1]
        distance = np.linalg.norm(turned[:, None] - toy.x[toy.y == 0][None], axis=2).min(axis=1)
        assert distance.max() < 0.2, name
        other = np.linalg.norm(toy.x[toy.y == 1][:, None] - toy.x[toy.y == 0][None], axis=2)
        assert np.median(other.min(axis=1)) > 0.5, name


@pytest.mark.parametrize("seed", [0])
@pytest.mark.parametrize(
    ("name", "n_points", "noise", "phrase"),
    [
        ("square", 500, 0.1, "'square'"),
        ("circle", 9, 0.1, "9 points"),
        ("circle", 10_001, 0.1, "10,001 points"),
        ("circle", 500, -0.1, "noise"),
        ("circle", 500, 0.6, "noise"),
        ("circle", 500, float("nan"), "noise"),
    ],
)
def test_values_out_of_range_are_refused(
    name: str, n_points: int, noise: float, seed: int, phrase: str
) -> None:
    with pytest.raises(DataError, match=phrase):
        make(name, n_points, noise, seed)


def test_negative_seed_is_refused() -> None:
    with pytest.raises(DataError, match="seed"):
        make("circle", 500, 0.1, -1)
