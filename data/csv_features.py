"""Choose the feature columns and the rows of a CSV file, and turn them into one array of numbers."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from data.csv_columns import Column, Verdict, counts_rows, verdict
from data.csv_file import CsvFile
from data.csv_quoting import counted_rows, listed, quoted
from data.dataset import DataError, FloatArray

MIN_ROWS = 10
MAX_WIDTH = 1_000  # features after categories became one-hot columns

# 32-bit numbers keep about 7 digits, so a smaller spread than this leaves fewer than 100 different values.
_LEAST_SPREAD = 1e-5


def check_chosen(chosen: Sequence[Column], file: CsvFile) -> None:
    """Refuse a feature the learner asked for that cannot be one.

    A constant column does no harm and is left out later, with a notice.

    Raises:
        DataError: text among numbers, a huge number, dates, too many different texts, or no value at all.
    """
    for column in chosen:
        judged = verdict(column, file.row_number)
        if judged.why and judged.kind != "constant":
            raise _refusal(column, judged)


def choose(columns: Sequence[Column], target: Column, file: CsvFile) -> tuple[list[Column], list[str]]:
    """Every column that can be a feature, and a notice for each reason why others cannot.

    Raises:
        DataError: no column is left, or one holds text among its numbers or a huge number.
    """
    usable: list[Column] = []
    left_out: dict[str, list[str]] = {}
    for column in columns:
        if column is target:
            continue
        judged = verdict(column, file.row_number)
        if judged.is_fatal:
            raise _refusal(column, judged)
        why = judged.why
        if counts_rows(column, len(columns)):
            why = "it only numbers the rows (choose it as a feature to keep it)"
        if why:
            left_out.setdefault(why, []).append(column.name)
        else:
            usable.append(column)
    if not usable:
        raise _nothing_left(left_out)
    return usable, [_left_out(names, why) for why, names in left_out.items()]


def _refusal(column: Column, judged: Verdict) -> DataError:
    return DataError(
        f"Column {quoted(column.name)} cannot be a feature, because {judged.why}: {judged.way_out}."
    )


def _nothing_left(left_out: dict[str, list[str]]) -> DataError:
    why, names = next(iter(left_out.items()))
    example = f"{quoted(names[0])} is left out, because {why}"
    return DataError(
        f"No column is left to be a feature ({example}): add at least one column of numbers or categories."
    )


def _left_out(names: Sequence[str], why: str) -> str:
    return f"Left out {listed(names)}: {why if len(names) == 1 else 'in each of them ' + why}."


def choose_rows(
    target: Column, features: Sequence[Column], missing: Literal["fill", "drop"]
) -> tuple[NDArray[np.int64], list[str]]:
    """Indices of the rows to keep, and notices on the others.

    Raises:
        DataError: fewer than 10 rows are left.
    """
    keep = ~target.missing
    n_without_target = int(np.count_nonzero(~keep))
    notices = []
    if n_without_target:
        notices.append(
            f"{counted_rows(n_without_target)} without a target in {quoted(target.name)} left out."
        )
    way_out = "add rows"
    if missing == "drop" and features:
        gaps = [column.missing for column in features]
        n_before = int(np.count_nonzero(keep))
        emptiest = max(range(len(features)), key=lambda index: int(np.count_nonzero(gaps[index])))
        for gap in gaps:
            keep &= ~gap
        if n_dropped := n_before - int(np.count_nonzero(keep)):
            notices.append(f"{counted_rows(n_dropped)} with a missing cell left out.")
            way_out = f"fill missing cells, or leave out the column {quoted(features[emptiest].name)}"
    elif n_without_target:
        way_out = "fill in the target or add rows"
    n_kept = int(np.count_nonzero(keep))
    if n_kept < MIN_ROWS:
        raise DataError(
            f"Only {n_kept} of {counted_rows(len(keep))} can be used, but at least {MIN_ROWS} are needed: "
            f"{way_out}."
        )
    return np.flatnonzero(keep), notices


def without_constants(columns: Sequence[Column]) -> tuple[list[Column], list[str]]:
    """Leave out columns that hold a single value in the rows that are left, with a notice.

    Raises:
        DataError: no column is left.
    """
    kept = [column for column in columns if _varies(column)]
    constant = [column.name for column in columns if not _varies(column)]
    why = "every row that can be used holds the same value"
    if not kept:
        raise _nothing_left({why: constant})
    return kept, [_left_out(constant, why)] if constant else []


def _varies(column: Column) -> bool:
    if column.numbers is None:
        return column.n_labels > 1
    known = column.numbers[~np.isnan(column.numbers)]
    return len(known) > 0 and bool(known.min() < known.max())


def encode_features(columns: Sequence[Column]) -> tuple[FloatArray, tuple[str, ...]]:
    """Numbers as they are, two categories as 0/1, more as one-hot columns: x (N, D) and D names.

    A missing cell is NaN in each column it becomes.

    Raises:
        DataError: more than 1,000 columns would come out.
    """
    widths = [1 if column.n_labels <= 2 else column.n_labels for column in columns]
    if sum(widths) > MAX_WIDTH:
        widest = columns[int(np.argmax(widths))]
        raise DataError(
            f"The categories would become {sum(widths):,} columns, more than the {MAX_WIDTH:,} "
            f"allowed: leave out columns with many categories, such as {quoted(widest.name)} with "
            f"{widest.n_labels}."
        )
    x = np.empty((len(columns[0].missing), sum(widths)), dtype=np.float32)
    names: list[str] = []
    for column in columns:
        start = len(names)
        if column.numbers is not None:
            x[:, start] = column.numbers
            names.append(column.name)
            continue
        shown = range(1, 2) if column.n_labels == 2 else range(column.n_labels)
        for label in shown:
            x[:, len(names)] = column.codes == label
            names.append(f"{column.name} = {quoted(column.labels[label])[1:-1]}")
        x[column.missing, start : len(names)] = np.nan
    return x, tuple(names)


def notices_on_values(columns: Sequence[Column]) -> list[str]:
    """Sentences on missing cells and on columns whose differences 32-bit numbers cannot hold."""
    notices = []
    gaps = {column.name: n_gaps for column in columns if (n_gaps := int(np.count_nonzero(column.missing)))}
    if gaps:
        cells = "1 missing cell" if sum(gaps.values()) == 1 else f"{sum(gaps.values()):,} missing cells"
        notices.append(f"{cells} in {listed(list(gaps))} to be filled with the median of the training rows.")
    narrow = [column.name for column in columns if column.numbers is not None and _is_narrow(column.numbers)]
    if narrow:
        notices.append(
            f"The values of {listed(narrow)} differ too little for their size, so differences may be "
            "rounded away: subtract the smallest value from each."
        )
    return notices


def _is_narrow(numbers: NDArray[np.float64]) -> bool:
    low, high = np.nanmin(numbers), np.nanmax(numbers)
    return bool(high - low < _LEAST_SPREAD * max(abs(low), abs(high)))
