"""Every metric of every step as one CSV table, and back: the numbers come back bit by bit."""

from __future__ import annotations

import csv
import io
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from training.log import ROW_HEAD, metric_tables
from training.strict import BundleError

MAX_COLUMNS = 500
LARGEST = float(np.finfo(np.float32).max)


def written(folder: Path) -> bytes:
    """The metric tables of a run's folder as CSV. An absent value is an empty cell."""
    tables = list(metric_tables(folder))
    names = tables[-1][0] if tables else list(ROW_HEAD)
    text = io.StringIO()
    csv.writer(text).writerow(names)
    for own, rows in tables:
        blank = "," * (len(names) - len(own))
        for start in range(0, len(rows), 4096):
            block = rows[start : start + 4096]
            cells = block.astype(str)  # the shortest text that reads back to the same float32
            cells[np.isnan(block)] = ""
            for row in cells.tolist():
                text.write(",".join(cell.removesuffix(".0") for cell in row) + blank + "\r\n")
    return text.getvalue().encode()


def read(data: bytes) -> tuple[tuple[str, ...], NDArray[np.float32]]:
    """Column names and rows (n, columns) of such a table. Raises BundleError."""
    try:
        lines = list(csv.reader(io.StringIO(data.decode(), newline="")))
    except (ValueError, csv.Error):
        raise BundleError("metrics.csv is not a CSV table.") from None
    names = tuple(lines[0]) if lines else ()
    if names[:3] != ROW_HEAD or len(set(names)) < len(names) or len(names) > MAX_COLUMNS:
        raise BundleError("metrics.csv does not begin with the columns of a run.")
    if not all(0 < len(name) <= 100 and name.isprintable() for name in names):
        raise BundleError("metrics.csv has a column without a legal name.")
    rows = np.empty((len(lines) - 1, len(names)), dtype=np.float32)
    for number, line in enumerate(lines[1:]):
        if len(line) != len(names):
            raise BundleError(
                f"Row {number + 2} of metrics.csv has {len(line)} cells instead of {len(names)}."
            )
        rows[number] = [_number(cell, number) for cell in line]
    if not np.isfinite(rows[:, :3]).all():
        raise BundleError("metrics.csv has a row without segment, step or epoch.")
    return names, rows


def _number(cell: str, row: int) -> float:
    if not cell:
        return math.nan
    try:
        number = float(cell)
    except ValueError:
        number = math.nan
    if math.isnan(number) or (abs(number) > LARGEST and math.isfinite(number)):
        raise BundleError(f"Row {row + 2} of metrics.csv holds something other than numbers.")
    return number


def store(folder: Path, names: tuple[str, ...], rows: NDArray[Any]) -> None:
    """Write the table as a run's worker would, in one piece."""
    if len(names) > len(ROW_HEAD) or len(rows):
        (folder / "metrics-0.json").write_text(json.dumps(names))
        (folder / "metrics-0.f4").write_bytes(rows.astype("<f4").tobytes())
