"""What every data source hands over (`Dataset`), and how it becomes training and test arrays (`split`).

Shapes: N rows, D features. Everything a model needs to know about the test rows is computed from the training
rows alone: medians that fill gaps, means and standard deviations. Anything else would leak the test set.
"""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]
Task = Literal["classes", "numbers"]


class DataError(ValueError):
    """One clear sentence naming the problem and a way out, shown to the learner as it is."""


@dataclass(frozen=True, eq=False)
class Dataset:
    """Features and targets on their raw scale, with the names that axes, legends and tables show."""

    name: str
    task: Task
    x: FloatArray  # (N, D), NaN where a value is missing
    y: NDArray[Any]  # (N,) int64 class index, or float32
    feature_names: tuple[str, ...]  # D names; a one-hot column reads "colour = red"
    target_name: str
    class_names: tuple[str, ...]  # () when the target is a number
    standardise: bool  # False for points that already lie in about [-6, 6]
    notices: tuple[str, ...] = ()  # sentences on what was done to the data on the way in


@dataclass(frozen=True, eq=False)
class Split:
    """Training and test rows, scaled; `x * x_std + x_mean` and `y * y_std + y_mean` give raw values back."""

    x_train: FloatArray  # (N_train, D)
    y_train: NDArray[Any]  # (N_train,) int64 or float32
    x_test: FloatArray  # (N_test, D)
    y_test: NDArray[Any]  # (N_test,)
    x_validation: FloatArray  # (N_validation, D), empty unless a share was asked for
    y_validation: NDArray[Any]  # (N_validation,)
    x_mean: FloatArray  # (D,)
    x_std: FloatArray  # (D,)
    y_mean: float
    y_std: float


def check_seed(seed: int) -> None:
    """Raise DataError unless NumPy's and PyTorch's generators both accept `seed`."""
    if not 0 <= seed < 2**32:
        raise DataError(
            f"The seed is {seed}, but it must lie between 0 and 4,294,967,295: choose a number such as 0."
        )


def split(
    dataset: Dataset, test_fraction: float, seed: int, validation_fraction: float = 0.0, *, scale: bool = True
) -> Split:
    """Split the rows at random and scale them with statistics of the training rows.

    Both fractions are of all rows. Without `scale` the features stay as they are (targets are scaled all the same).

    Classes keep their proportions in both parts (stratified) when every class has at least 2 rows.

    Raises:
        DataError: the fraction leaves one of the two parts without a row, or the seed is out of range.
    """
    check_seed(seed)
    n_rows = len(dataset.x)
    if not 0.0 < test_fraction < 1.0:
        raise DataError(f"The test share is {test_fraction:g}, but it must lie between 0 and 1: try 0.3.")
    n_test = round(n_rows * test_fraction)
    if not 0 < n_test < n_rows:
        part = "test" if n_test == 0 else "training"
        way_out = "raise" if n_test == 0 else "lower"
        raise DataError(
            f"A test share of {test_fraction:.3g} leaves no {part} row out of {n_rows:,}: "
            f"{way_out} the share or use more rows."
        )

    order = np.random.default_rng(seed).permutation(n_rows)
    in_test = _choose_test(dataset, order, n_test)
    train, test = order[~in_test], order[in_test]
    train, validation = _hold_back(dataset, train, round(n_rows * validation_fraction))

    x_train, x_others = _fill_gaps(dataset.x[train], dataset.x[np.concatenate([test, validation])])
    y_train, y_others = dataset.y[train], dataset.y[np.concatenate([test, validation])]
    x_mean, x_std = np.zeros(x_train.shape[1], np.float32), np.ones(x_train.shape[1], np.float32)
    y_mean, y_std = 0.0, 1.0
    if dataset.standardise:
        if scale:
            x_mean, x_std = _mean_and_std(x_train)
            x_train, x_others = _scaled(x_train, x_mean, x_std), _scaled(x_others, x_mean, x_std)
        if dataset.task == "numbers":
            mean, std = _mean_and_std(y_train[:, None])
            y_mean, y_std = float(mean[0]), float(std[0])
            y_train, y_others = _scaled(y_train, mean[0], std[0]), _scaled(y_others, mean[0], std[0])
    n_test = len(test)
    return Split(
        x_train,
        y_train,
        x_others[:n_test],
        y_others[:n_test],
        x_others[n_test:],
        y_others[n_test:],
        x_mean,
        x_std,
        y_mean,
        y_std,
    )


def _hold_back(
    dataset: Dataset, train: NDArray[np.int64], n_validation: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Take validation rows out of the training rows, by the same rules as the test rows."""
    if n_validation == 0:
        return train, train[:0]
    if n_validation >= len(train):
        raise DataError(
            f"Test and validation shares leave no training row out of {len(dataset.x):,}: lower one of them."
        )
    chosen = _choose_test(dataset, train, n_validation)
    return train[~chosen], train[chosen]


def _choose_test(dataset: Dataset, order: NDArray[np.int64], n_test: int) -> NDArray[np.bool_]:
    """Mark, in shuffled order, the rows that are held back for testing: (N,) bool."""
    in_test = np.zeros(len(order), dtype=bool)
    counts = np.bincount(dataset.y[order]) if dataset.task == "classes" else np.zeros(0, dtype=np.int64)
    if not np.any(counts) or counts[counts > 0].min() < 2:
        in_test[:n_test] = True
        return in_test
    labels = dataset.y[order]
    for label, n_of_class in enumerate(_test_rows_per_class(counts, n_test)):
        in_test[np.flatnonzero(labels == label)[:n_of_class]] = True
    return in_test


def _test_rows_per_class(counts: NDArray[np.int64], n_test: int) -> NDArray[np.int64]:
    """Share out `n_test` rows in proportion to `counts`, largest remainders first; training keeps one."""
    most: NDArray[np.int64] = np.maximum(counts - 1, 0)
    exact = counts * (n_test / counts.sum())
    shares: NDArray[np.int64] = np.minimum(np.floor(exact).astype(np.int64), most)
    by_remainder = np.argsort(-(exact - shares), kind="stable")
    while (missing := min(n_test, int(most.sum())) - int(shares.sum())) > 0:
        open_classes = by_remainder[shares[by_remainder] < most[by_remainder]]
        shares[open_classes[:missing]] += 1
    return shares


def _fill_gaps(x_train: FloatArray, x_test: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Replace NaN by the median of the training column, or by 0 where training holds no value at all."""
    gaps_train, gaps_test = np.isnan(x_train), np.isnan(x_test)
    for column in np.flatnonzero(gaps_train.any(axis=0) | gaps_test.any(axis=0)):
        known = x_train[~gaps_train[:, column], column]
        median = np.median(known.astype(np.float64)) if len(known) else 0.0
        x_train[gaps_train[:, column], column] = median
        x_test[gaps_test[:, column], column] = median
    return x_train, x_test


def _mean_and_std(values: NDArray[np.float32]) -> tuple[FloatArray, FloatArray]:
    """Mean and population standard deviation of each column: (D,), (D,); a constant column gets 1."""
    mean = values.mean(axis=0, dtype=np.float64)
    std = values.std(axis=0, dtype=np.float64)
    # Rounding gives a constant column a deviation of 1e-17 or so: dividing by it would blow up the test rows.
    std[values.max(axis=0) == values.min(axis=0)] = 1.0
    std[std.astype(np.float32) == 0.0] = 1.0
    return mean.astype(np.float32), std.astype(np.float32)


def _scaled(values: NDArray[np.float32], mean: Any, std: Any) -> FloatArray:
    """Standardised copy; computed in float64 so that a large mean does not swallow small differences."""
    scaled: FloatArray = ((values.astype(np.float64) - mean) / std).astype(np.float32)
    return scaled
