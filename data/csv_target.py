"""Turn the target column of a CSV file into class indices or numbers."""

from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from data.csv_columns import MAX_NUMBER, Column
from data.csv_file import CsvFile
from data.csv_quoting import quoted
from data.dataset import DataError, Task

MAX_CLASSES = 100
MAX_INTEGER_CLASSES = 20  # whole numbers with at most this many different values are taken as class labels

TaskChoice = Literal["auto", "classes", "numbers"]


class Target(NamedTuple):
    task: Task
    y: NDArray[Any]  # (N,) int64 class index, or float32
    class_names: tuple[str, ...]
    notices: tuple[str, ...] = ()


def check_target(column: Column, task: TaskChoice, file: CsvFile) -> None:
    """Refuse a target column that cannot be learned, while the rows of the file can still be named.

    Raises:
        DataError: no value at all, text among numbers, a huge or infinite number, or text where the task is
            numbers.
    """
    name = quoted(column.name)
    if column.missing.all():
        raise DataError(f"The target column {name} holds no value: choose another column.")
    if column.numbers is not None:
        too_large = np.flatnonzero(np.abs(np.nan_to_num(column.numbers, nan=0.0)) > MAX_NUMBER)
        if len(too_large):
            row = file.row_number(int(too_large[0]))
            raise DataError(
                f"The target column {name} holds an infinite or huge value in row {row:,}: "
                "correct or empty that cell."
            )
        return
    if column.stray is not None and task != "classes":
        index, text = column.stray
        row = file.row_number(index)
        way_out = "correct or empty that cell, or choose the task 'classes'"
        if row == 1:
            way_out = "if row 1 holds the column names, tick 'first row holds names'"
        raise DataError(
            f"The target column {name} holds text among its numbers ({quoted(text)} in row {row:,}): "
            f"{way_out}."
        )
    if task == "numbers":
        example = f" (such as {quoted(column.examples[0])})" if column.examples else ""
        raise DataError(
            f"The target column {name} holds text{example}, not numbers: "
            "choose the task 'classes' or another target."
        )


def encode_target(column: Column, task: TaskChoice) -> Target:
    """Encode the rows that are left; no cell is missing any more.

    Raises:
        DataError: fewer than 2 classes or different numbers, more than 100 classes, or a class of one row.
    """
    name = quoted(column.name)
    notices: tuple[str, ...] = ()
    if column.numbers is not None:
        values, codes = np.unique(column.numbers, return_inverse=True)
        if len(values) == 1:
            raise DataError(
                f"Every row has the same value in the target column {name}, so there is nothing to learn: "
                "choose another target or add rows."
            )
        if task == "numbers" or (task == "auto" and not _are_class_labels(values, len(codes))):
            return Target("numbers", column.numbers.astype(np.float32), ())
        if task == "auto":
            taken = f"The target {name} holds {len(values)} different whole numbers and was taken as classes"
            notices = (f"{taken}: choose the task 'numbers' to predict it as a number.",)
        n_classes, labels = len(values), tuple(f"{value:.15g}" for value in values[: MAX_CLASSES + 1])
        way_out = "choose the task 'numbers', or group the values into fewer classes"
    else:
        assert column.codes is not None
        n_classes, labels, codes = column.n_labels, column.labels, column.codes.astype(np.int64)
        way_out = "group them into fewer classes or choose another target"
        if column.looks_like == "dressed numbers":
            way_out = "if they are numbers, write them plainly, such as 1234.5"
    if n_classes > MAX_CLASSES:
        raise DataError(
            f"The target column {name} holds {n_classes:,} different values, but at most "
            f"{MAX_CLASSES} classes are possible: {way_out}."
        )
    _check_class_sizes(name, labels, np.bincount(codes, minlength=n_classes))
    return Target("classes", codes.astype(np.int64), tuple(quoted(label)[1:-1] for label in labels), notices)


def likely_task(column: Column) -> Task:
    """What "auto" makes of this column as a target, before any row is left out."""
    if column.numbers is None:
        return "classes"
    values = column.numbers[~column.missing]
    return "classes" if _are_class_labels(np.unique(values), len(values)) else "numbers"


def _are_class_labels(values: NDArray[np.float64], n_rows: int) -> bool:
    """Few different whole numbers, each met twice on average, are labels such as 0, 1, 2."""
    is_few = len(values) <= min(MAX_INTEGER_CLASSES, n_rows // 2)
    return is_few and bool(np.all(values == np.round(values)))


def _check_class_sizes(name: str, labels: tuple[str, ...], counts: NDArray[np.int64]) -> None:
    if len(labels) == 1:
        raise DataError(
            f"The target column {name} holds a single class ({quoted(labels[0])}), "
            "so there is nothing to tell apart: choose another target or add rows of a second class."
        )
    alone = np.flatnonzero(counts == 1)
    if len(alone) == 1:
        raise DataError(
            f"The class {quoted(labels[alone[0]])} of the target column {name} has a single row, but "
            "training and test need one each: add rows of it, merge it with another class, or delete "
            "it."
        )
    if len(alone) > 1:
        raise DataError(
            f"{len(alone)} classes of the target column {name} have a single row (such as "
            f"{quoted(labels[alone[0]])}), but training and test need one each: "
            "merge them or choose another target."
        )
