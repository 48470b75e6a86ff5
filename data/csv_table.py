"""Read the learner's own CSV file: `inspect` says what each column holds, `read` makes a `Dataset` of it.

The way of a file: `csv_signatures` (is it CSV at all?) → `csv_file` (do its rows form a table?) →
`csv_columns` (numbers or categories?) → `csv_target` and `csv_features` (classes, one-hot columns). Nothing
is mended without a word: each column left out and each row dropped leaves a notice, anything doubtful is
refused.
"""

import os
from collections.abc import Sequence
from difflib import get_close_matches
from typing import Literal, NamedTuple

import numpy as np

from data.csv_columns import MAX_NAME, Column, Verdict, counts_rows, read_columns, verdict
from data.csv_features import (
    MAX_WIDTH,
    MIN_ROWS,
    check_chosen,
    choose,
    choose_rows,
    encode_features,
    notices_on_values,
    without_constants,
)
from data.csv_file import MAX_BYTES, MAX_COLUMNS, MAX_ROWS, SEPARATORS, CsvFile, open_csv
from data.csv_quoting import listed, quoted
from data.csv_target import TaskChoice, check_target, encode_target, likely_task
from data.dataset import DataError, Dataset

__all__ = ["MAX_BYTES", "MAX_COLUMNS", "MAX_ROWS", "MAX_WIDTH", "MIN_ROWS", "inspect", "read"]

_TARGET_NAMES = (
    "target",
    "label",
    "class",
    "y",
    "species",
    "outcome",
    "diagnosis",
    "category",
    "price",
    "quality",
)


class _Table(NamedTuple):
    file: CsvFile
    columns: tuple[Column, ...]
    notices: tuple[str, ...]


def inspect(path: str, header: bool = True) -> dict[str, object]:
    """Describe a CSV file as JSON-able values: its rows, separator, columns, a suggested target, and notices.

    `header` says whether the first row holds the column names; otherwise they are called "0", "1", ….

    Raises:
        DataError: the file is not a CSV table.
    """
    table = _load(path, header)
    verdicts = [verdict(column, table.file.row_number) for column in table.columns]
    notices = [*table.notices, *(notice for column in table.columns for notice in column.notices)]
    return {
        "rows": table.file.n_rows,
        "separator": SEPARATORS[table.file.separator],
        "columns": [
            _describe(column, judged, len(table.columns))
            for column, judged in zip(table.columns, verdicts, strict=True)
        ],
        "suggested_target": _suggest_target(table.columns, verdicts),
        "notices": notices,
    }


def read(
    path: str,
    target: str,
    features: Sequence[str] = (),
    header: bool = True,
    missing: Literal["fill", "drop"] = "fill",
    task: TaskChoice = "auto",
) -> Dataset:
    """Read a CSV file: x (N, D) with NaN where a cell is missing, y (N,) class indices or numbers.

    Without `features`, every other column that can be a feature is one. Categories become one-hot columns, or
    a single 0/1 column when there are two. `missing="drop"` leaves out rows with a missing cell, `"fill"`
    keeps them for `split` to fill. Rows without a target are always left out.

    Raises:
        DataError: the file, the choice of columns, or what is in them cannot be trained on.
    """
    if missing not in ("fill", "drop"):
        raise DataError(
            f"Missing cells can be handled by 'fill' or 'drop', not {quoted(missing)}: choose one."
        )
    if task not in ("auto", "classes", "numbers"):
        raise DataError(f"The task can be 'auto', 'classes' or 'numbers', not {quoted(task)}: choose one.")
    table = _load(path, header)
    target_column = _find(table.columns, target, "target")
    chosen = tuple(dict.fromkeys(_find(table.columns, name, "feature") for name in features))
    if target_column in chosen:
        raise DataError(
            f"Column {quoted(target_column.name)} is both target and feature, so the answer would be "
            "among the questions: take it out of the features."
        )
    check_target(target_column, task, table.file)
    notices: list[str] = []
    if chosen:
        check_chosen(chosen, table.file)
        usable = list(chosen)
    else:
        usable, notices = choose(table.columns, target_column, table.file)

    rows, dropped = choose_rows(target_column, usable, missing)
    kept, constant = without_constants([column.take(rows) for column in usable])
    encoded = encode_target(target_column.take(rows), task)
    x, feature_names = encode_features(kept)
    odd = [notice for column in (target_column, *usable) for notice in column.notices]
    return Dataset(
        name=quoted(os.path.basename(path), MAX_NAME)[1:-1],
        task=encoded.task,
        x=x,
        y=encoded.y,
        feature_names=feature_names,
        target_name=target_column.name,
        class_names=encoded.class_names,
        standardise=True,
        notices=(
            *table.notices,
            *notices,
            *constant,
            *dropped,
            *notices_on_values(kept),
            *odd,
            *encoded.notices,
        ),
    )


def _load(path: str, header: bool) -> _Table:
    file = open_csv(path, header)
    names, notices = _column_names(file)
    return _Table(file, read_columns(file, names), tuple(notices))


def _column_names(file: CsvFile) -> tuple[list[str], list[str]]:
    """Give every column a name of its own; also say which names had to be made up or changed."""
    if not file.header:
        return [str(index) for index in range(len(file.first_row))], []
    notices, names, changed, unnamed = [], [], [], []
    if all(_is_number(cell) for cell in file.first_row):
        notices.append("The first row looks like data, not names: if it is, untick 'first row holds names'.")
    for index, cell in enumerate(file.first_row):
        name = _tidy(cell)
        if not name:
            name = f"column {index + 1}"
            unnamed.append(name)
        original, copy = name, 1
        while name in names:
            copy += 1
            name = f"{original} ({copy})"
        if copy > 1:
            changed.append(name)
        names.append(name)
    if unnamed:
        notices.append(f"Columns without a name in the first row were named {listed(unnamed)}.")
    if changed:
        notices.append(f"Columns whose name stands twice in the first row were renamed {listed(changed)}.")
    return names, notices


def _is_number(cell: str) -> bool:
    try:
        float(cell.strip().replace(",", "."))
    except ValueError:
        return False
    return True


def _tidy(name: str) -> str:
    return quoted(name, MAX_NAME)[1:-1]


def _find(columns: tuple[Column, ...], name: str, role: str) -> Column:
    by_name = {column.name: column for column in columns}
    if found := by_name.get(name) or by_name.get(_tidy(name)):
        return found
    names = list(by_name)
    folded = {candidate.casefold(): candidate for candidate in reversed(names)}
    close = [folded[match] for match in get_close_matches(_tidy(name).casefold(), folded, n=3, cutoff=0.5)]
    asked = (
        f"The {role} {quoted(name)} is not a column of this file" if name.strip() else f"No {role} was chosen"
    )
    options = " or ".join(quoted(match) for match in close) or f"one such as {listed(names)}"
    raise DataError(f"{asked}: choose {options}.")


def _describe(column: Column, judged: Verdict, n_columns: int) -> dict[str, object]:
    """One column as JSON-able values; `usable` says whether it is a feature by default."""
    why = judged.why
    if not why and counts_rows(column, n_columns):
        why = "it only numbers the rows"
    return {
        "name": column.name,
        "kind": judged.kind,
        "missing": int(np.count_nonzero(column.missing)),
        "distinct": _n_distinct(column),
        "examples": _examples(column),
        "usable": not why,
        "task": likely_task(column),
        "why": f"Not a feature, because {why}: {judged.way_out or 'choose it by name to keep it'}."
        if why
        else "",
    }


def _n_distinct(column: Column) -> int:
    if column.numbers is None:
        return column.n_labels
    return len(np.unique(column.numbers[~column.missing]))


def _examples(column: Column) -> list[str]:
    """The first three different values of the column, as text."""
    if column.numbers is not None:
        known = column.numbers[~column.missing][:1_000]
        first = list(dict.fromkeys(known.tolist()))[:3]
        return [f"{value:.6g}" if value % 1 else f"{value:.15g}" for value in first]
    return [quoted(text)[1:-1] for text in column.examples]


def _suggest_target(columns: Sequence[Column], verdicts: Sequence[Verdict]) -> str:
    """The column with a name that targets often have, or else the last that can be learned; "" for none."""
    possible = [
        column.name
        for column, judged in zip(columns, verdicts, strict=True)
        if judged.kind in ("number", "category") and not judged.why and not counts_rows(column, len(columns))
    ]
    for usual in _TARGET_NAMES:
        for name in possible:
            if name.casefold() == usual:
                return name
    return possible[-1] if possible else ""
