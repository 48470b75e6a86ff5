"""`split`: proportions, repeatability, and scaling with statistics of the training rows alone."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from data.dataset import DataError, Dataset, Split, Task, split


def dataset(x: NDArray[Any], y: NDArray[Any], task: Task = "numbers", standardise: bool = True) -> Dataset:
    return Dataset(
        name="test",
        task=task,
        x=x.astype(np.float32),
        y=y,
        feature_names=tuple(f"x{index}" for index in range(x.shape[1])),
        target_name="y",
        class_names=tuple("abcdefgh"[: int(y.max()) + 1]) if task == "classes" else (),
        standardise=standardise,
    )


def numbered(n_rows: int) -> Dataset:
    """Rows whose feature is their own index, so that a split shows which rows went where."""
    return dataset(np.arange(n_rows)[:, None], np.arange(n_rows, dtype=np.float32), standardise=False)


def test_every_row_lands_in_exactly_one_part() -> None:
    parts = split(numbered(10), 0.3, seed=0)
    assert len(parts.x_train) == 7 and len(parts.x_test) == 3
    together = np.concatenate([parts.x_train[:, 0], parts.x_test[:, 0]])
    np.testing.assert_array_equal(np.sort(together), np.arange(10))
    np.testing.assert_array_equal(parts.x_train[:, 0], parts.y_train)


def test_same_seed_same_split_and_other_seed_other_split() -> None:
    first, again, other = (split(numbered(50), 0.4, seed) for seed in (3, 3, 4))
    np.testing.assert_array_equal(first.x_test, again.x_test)
    assert not np.array_equal(first.x_test, other.x_test)


def test_standardisation_by_hand() -> None:
    parts = split(
        dataset(np.array([[2.0], [4.0], [6.0], [8.0]]), np.array([1, 3, 5, 7], np.float32)), 0.25, seed=0
    )
    raw_train = parts.x_train * parts.x_std + parts.x_mean
    mean = raw_train.mean()
    std = np.sqrt(((raw_train - mean) ** 2).sum() / 3)
    np.testing.assert_allclose(parts.x_mean, mean, rtol=1e-6)
    np.testing.assert_allclose(parts.x_std, std, rtol=1e-6)
    np.testing.assert_allclose(parts.x_train.mean(), 0.0, atol=1e-6)
    np.testing.assert_allclose(parts.x_train.std(), 1.0, rtol=1e-6)
    # y = x - 1, so its statistics follow by hand from those of x.
    assert parts.y_mean == pytest.approx(mean - 1.0)
    assert parts.y_std == pytest.approx(std)
    np.testing.assert_allclose(parts.y_train, parts.x_train[:, 0], atol=1e-6)
    np.testing.assert_allclose(
        parts.y_test * parts.y_std + parts.y_mean, parts.x_test[:, 0] * std + mean - 1.0, 1e-5
    )
    assert parts.x_train.dtype == parts.y_train.dtype == np.float32


def test_statistics_ignore_the_test_rows() -> None:
    x = np.arange(20.0)[:, None]
    held_out = split(dataset(x, x[:, 0].astype(np.float32), standardise=False), 0.5, seed=1).y_test.astype(
        int
    )
    changed = x.copy()
    changed[held_out] = 1e6
    before, after = (split(dataset(values, np.zeros(20, np.float32)), 0.5, seed=1) for values in (x, changed))
    np.testing.assert_array_equal(before.x_mean, after.x_mean)
    np.testing.assert_array_equal(before.x_train, after.x_train)


def test_gaps_are_filled_with_the_training_median() -> None:
    x = np.arange(20.0)[:, None]
    x[[2, 3, 5, 7, 11, 13]] = np.nan
    parts = split(dataset(x, np.arange(20, dtype=np.float32), standardise=False), 0.5, seed=2)
    rows_train, rows_test = parts.y_train.astype(int), parts.y_test.astype(int)
    median = np.nanmedian(x[rows_train])
    expected = np.where(np.isnan(x), median, x)
    np.testing.assert_allclose(parts.x_train, expected[rows_train])
    np.testing.assert_allclose(parts.x_test, expected[rows_test])
    assert np.isnan(x[rows_train]).any() and np.isnan(x[rows_test]).any()


def test_the_data_set_itself_is_left_alone() -> None:
    x = np.array([[np.nan]] + [[float(row)] for row in range(9)])
    original = dataset(x, np.arange(10, dtype=np.float32))
    split(original, 0.3, seed=0)
    assert np.isnan(original.x[0, 0])


def test_column_without_any_training_value_becomes_zero() -> None:
    parts = split(dataset(np.full((10, 1), np.nan), np.arange(10, dtype=np.float32)), 0.3, seed=0)
    assert not parts.x_train.any() and not parts.x_test.any()
    assert parts.x_std[0] == 1.0


@pytest.mark.parametrize("value", [0.0, 0.1, 1234.567, 1e20])
def test_constant_training_column_has_std_one(value: float) -> None:
    parts = split(dataset(np.full((30, 2), value), np.full(30, 0.1, np.float32)), 0.3, seed=0)
    assert parts.x_std.tolist() == [1.0, 1.0] and parts.y_std == 1.0
    np.testing.assert_array_equal(parts.x_train, 0.0)
    np.testing.assert_array_equal(parts.x_test, 0.0)


def test_points_already_in_place_are_not_scaled() -> None:
    parts = split(numbered(10), 0.3, seed=0)
    assert (parts.x_mean[0], parts.x_std[0], parts.y_mean, parts.y_std) == (0.0, 1.0, 0.0, 1.0)


def class_counts(counts: list[int], test_fraction: float, seed: int) -> tuple[list[int], list[int]]:
    y = np.repeat(np.arange(len(counts)), counts)
    parts: Split = split(dataset(np.zeros((len(y), 1)), y, "classes"), test_fraction, seed)
    assert parts.y_train.dtype == np.int64
    n = len(counts)
    return np.bincount(parts.y_train, minlength=n).tolist(), np.bincount(parts.y_test, minlength=n).tolist()


@pytest.mark.parametrize("seed", range(3))
def test_classes_keep_their_proportions(seed: int) -> None:
    assert class_counts([50, 30, 20], 0.3, seed) == ([35, 21, 14], [15, 9, 6])
    # 0.3 × (7, 5, 2) = (2.1, 1.5, 0.6), 4 test rows in all: the largest remainder 0.6 gets the fourth.
    assert class_counts([7, 5, 2], 0.3, seed) == ([5, 4, 1], [2, 1, 1])


@pytest.mark.parametrize("counts", [[2, 2, 2], [2, 98], [100, 2, 3]])
@pytest.mark.parametrize("test_fraction", [0.2, 0.5, 0.9])
def test_training_sees_every_class(counts: list[int], test_fraction: float) -> None:
    train, test = class_counts(counts, test_fraction, seed=0)
    assert min(train) >= 1 and sum(test) >= 1
    assert [a + b for a, b in zip(train, test, strict=True)] == counts


def test_a_class_with_one_row_turns_stratification_off() -> None:
    train, test = class_counts([9, 1], 0.3, seed=0)
    assert sum(train) == 7 and sum(test) == 3


@pytest.mark.parametrize(
    ("n_rows", "test_fraction", "seed", "phrase"),
    [
        (10, 0.0, 0, "between 0 and 1"),
        (10, 1.0, 0, "between 0 and 1"),
        (10, float("nan"), 0, "between 0 and 1"),
        (10, 0.01, 0, "no test row"),
        (10, 0.99, 0, "no training row"),
        (1, 0.5, 0, "no test row"),
        (10, 0.3, -1, "seed"),
        (10, 0.3, 2**32, "seed"),
    ],
)
def test_impossible_splits_are_refused(n_rows: int, test_fraction: float, seed: int, phrase: str) -> None:
    with pytest.raises(DataError, match=phrase):
        split(numbered(n_rows), test_fraction, seed)


def test_validation_rows_come_out_of_the_training_rows() -> None:
    without, parts = split(numbered(50), 0.3, 0), split(numbered(50), 0.3, 0, 0.2)
    assert (len(parts.x_train), len(parts.x_validation), len(parts.x_test)) == (25, 10, 15)
    np.testing.assert_array_equal(parts.x_test, without.x_test)
    together = np.concatenate([parts.x_train[:, 0], parts.x_validation[:, 0], parts.x_test[:, 0]])
    np.testing.assert_array_equal(np.sort(together), np.arange(50))
    np.testing.assert_array_equal(parts.x_validation[:, 0], parts.y_validation)
    assert without.x_validation.shape == (0, 1) and without.y_validation.shape == (0,)


@pytest.mark.parametrize("seed", range(3))
def test_validation_rows_keep_the_classes_proportions(seed: int) -> None:
    y = np.repeat(np.arange(3), [50, 30, 20])
    rows = dataset(np.arange(100)[:, None], y, "classes", standardise=False)
    without, parts = split(rows, 0.3, seed), split(rows, 0.3, seed, 0.2)
    np.testing.assert_array_equal(parts.x_test, without.x_test)
    counts = [np.bincount(part).tolist() for part in (parts.y_train, parts.y_validation, parts.y_test)]
    assert counts == [[25, 15, 10], [10, 6, 4], [15, 9, 6]]
    assert len({*parts.x_train[:, 0], *parts.x_validation[:, 0], *parts.x_test[:, 0]}) == 100
    np.testing.assert_array_equal(parts.y_validation, y[parts.x_validation[:, 0].astype(int)])


def test_validation_rows_are_scaled_and_filled_by_the_training_rows() -> None:
    x = np.arange(40.0)[:, None]
    x[::4] = np.nan
    parts = split(dataset(x, np.arange(40, dtype=np.float32)), 0.25, 1, 0.25)
    y = (parts.y_validation * parts.y_std + parts.y_mean).round().astype(int)
    y_train = (parts.y_train * parts.y_std + parts.y_mean).round().astype(int)
    median = np.nanmedian(x[y_train])
    raw = parts.x_validation * parts.x_std + parts.x_mean
    np.testing.assert_allclose(raw, np.where(np.isnan(x[y]), median, x[y]), atol=1e-3)
    assert np.isnan(x[y]).any()
    np.testing.assert_allclose(parts.x_train.mean(), 0, atol=1e-6)


def test_features_may_stay_unscaled_while_numbers_to_predict_are_scaled() -> None:
    x = np.arange(20.0)[:, None] * 1000
    parts = split(dataset(x, np.arange(20, dtype=np.float32)), 0.3, 0, scale=False)
    assert (parts.x_mean[0], parts.x_std[0]) == (0, 1)
    assert parts.x_train.max() >= 1000
    np.testing.assert_allclose(parts.y_train.std(), 1.0, rtol=1e-6)


def test_shares_that_leave_nothing_to_train_on_are_refused() -> None:
    with pytest.raises(
        DataError, match=r"^Test and validation shares leave no training row out of 10: .*\.$"
    ):
        split(numbered(10), 0.7, 0, 0.3)
