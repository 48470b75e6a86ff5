"""The embedded tables arrive complete, on their raw scale and with readable names."""

import numpy as np
import pytest

from data.dataset import DataError, split
from data.tables import TABLES, load


@pytest.mark.parametrize(
    ("name", "shape", "class_counts"),
    [
        ("iris", (150, 4), [50, 50, 50]),
        ("wine", (178, 13), [59, 71, 48]),
        ("breast_cancer", (569, 30), [212, 357]),
        ("diabetes", (442, 10), []),
    ],
)
def test_known_sizes(name: str, shape: tuple[int, int], class_counts: list[int]) -> None:
    table = load(name)
    assert table.x.shape == shape and table.x.dtype == np.float32 and np.isfinite(table.x).all()
    assert len(table.feature_names) == len(set(table.feature_names)) == shape[1]
    assert table.standardise and table.target_name
    if class_counts:
        assert table.y.dtype == np.int64 and np.bincount(table.y).tolist() == class_counts
        assert len(table.class_names) == len(class_counts)
    else:
        assert table.task == "numbers" and table.y.dtype == np.float32 and table.class_names == ()


def test_first_iris_flower_as_fisher_measured_it() -> None:
    iris = load("iris")
    np.testing.assert_allclose(iris.x[0], [5.1, 3.5, 1.4, 0.2], rtol=1e-6)
    assert iris.class_names[iris.y[0]] == "setosa"


def test_diabetes_is_on_its_raw_scale() -> None:
    ages = load("diabetes").x[:, 0]
    assert ages.min() >= 18 and ages.max() <= 80


@pytest.mark.parametrize("name", TABLES)
def test_every_table_splits_into_standardised_parts(name: str) -> None:
    parts = split(load(name), 0.3, seed=0)
    np.testing.assert_allclose(parts.x_train.mean(axis=0), 0.0, atol=1e-4)
    np.testing.assert_allclose(parts.x_train.std(axis=0), 1.0, rtol=1e-4)


def test_iris_split_is_stratified() -> None:
    assert np.bincount(split(load("iris"), 0.3, seed=0).y_test).tolist() == [15, 15, 15]


def test_unknown_table_names_the_closest() -> None:
    with pytest.raises(DataError, match="try 'iris'"):
        load("iriss")
    with pytest.raises(DataError, match="choose one of iris, wine"):
        load("zzz")
