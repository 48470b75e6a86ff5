"""Turn the cells of a checked CSV file into columns of numbers or categories, and judge what each can be.

A column whose cells are all numbers (or missing) becomes float64 with NaN; any other becomes category codes
with labels. Cells are only ever text or numbers: a formula such as `=A1+B1` stays the text it is.
"""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from data.csv_dates import years
from data.csv_file import CsvFile
from data.csv_quoting import quoted
from data.dataset import DataError

MISSING = ("", "NA", "N/A", "n/a", "nan", "NaN", "NAN", "null", "NULL", "None", "?", "-")
MAX_CATEGORIES = 50  # more different texts than this do not become one-hot columns
MAX_NUMBER = 1e30  # beyond it, sums of squares leave the range of 32-bit numbers
MAX_NAME = 60  # characters

_MAX_LABELS = 1_000  # labels kept of a text column: 100,000 names in 200 columns would fill the memory
_MOSTLY = 0.9  # share of cells from which on a column is called numeric, dated, … and the rest an accident

_DATE = re.compile(
    r"\d{4}[-/.]\d{1,2}([-/.]\d{1,2})?([T ].*)?"  # 2024-05, 2024-05-31, 2024-05-31 12:00
    r"|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}( .*)?"  # 31.5.24
    r"|\d{1,2}:\d{2}(:\d{2}.*)?"  # 12:30
)
_DRESSED_NUMBER = re.compile(
    r"[+-]?[$€£¥]?\s?[+-]?\d{1,3}([ ,.'\u00a0\u202f]?\d{3})*([.,]\d+)?\s?[%$€£¥]?"  # $1,200.50 or 12 %
)
_INDEX_NAMES = {
    "id",
    "index",
    "idx",
    "row",
    "row_id",
    "nr",
    "no",
    "no.",
    "#",
    "number",
    "unnamed: 0",
    "column 1",
}

Kind = Literal["number", "category", "text", "constant", "empty"]


@dataclass(frozen=True, eq=False)
class Column:
    """One column: `numbers` (N,) with NaN where missing, or `codes` (N,) with -1 where missing."""

    name: str
    position: int  # counted from 0 in the file
    numbers: NDArray[np.float64] | None = None
    codes: NDArray[np.int32] | None = None
    labels: tuple[str, ...] = ()  # sorted; left empty when there are more than 1,000
    n_labels: int = 0
    examples: tuple[str, ...] = ()  # the first different texts, in the order of the file
    stray: tuple[int, str] | None = None  # first text among numbers: (data row from 0, cell)
    looks_like: Literal["", "dates", "dressed numbers"] = ""
    notices: tuple[str, ...] = ()

    @property
    def missing(self) -> NDArray[np.bool_]:
        """(N,) True where the cell is missing."""
        if self.numbers is not None:
            return np.isnan(self.numbers)
        assert self.codes is not None
        return self.codes < 0

    def take(self, rows: NDArray[np.int64]) -> "Column":
        """The column restricted to `rows`, without labels that no longer occur; `stray` keeps its index."""
        if self.numbers is not None:
            return replace(self, numbers=self.numbers[rows])
        assert self.codes is not None
        used, codes = np.unique(self.codes[rows], return_inverse=True)
        n_absent = int(np.count_nonzero(used < 0))  # 1 when some cell is missing
        kept = used[n_absent:]
        labels = tuple(self.labels[label] for label in kept) if self.labels else ()
        return replace(
            self,
            codes=(codes - n_absent).astype(np.int32),
            labels=labels,
            n_labels=len(kept),
            stray=self.stray,
        )


class Verdict(NamedTuple):
    """What a column holds, and in half a sentence why it cannot be a feature ("" when it can)."""

    kind: Kind
    why: str = ""
    way_out: str = ""
    is_fatal: bool = False  # a mistake in the file that the learner must decide about


def read_columns(file: CsvFile, names: Sequence[str]) -> tuple[Column, ...]:
    """Parse every cell of a checked file.

    Raises:
        DataError: the parser disagrees with the check about the shape of the table.
    """
    import pandas as pd

    source: Any = file.path if file.converted is None else file.open()
    try:
        frame = pd.read_csv(
            source,
            sep=file.separator,
            decimal=file.decimal,
            header=0 if file.header else None,
            names=list(range(len(names))),
            index_col=False,
            keep_default_na=False,
            na_values=list(MISSING),
            skipinitialspace=True,
            low_memory=False,  # one type for a whole column, so that text columns keep cells as written
            compression=None,  # never unpack anything, whatever the file's name ends with
            encoding="utf-8",
        )
    except (ValueError, OverflowError, OSError, pd.errors.ParserError) as error:
        if "out of memory" in str(error):  # pandas' own word for it; the file may be sound
            raise MemoryError from error
        frame = None
    if frame is None or frame.shape != (file.n_rows, len(names)):
        raise DataError(
            "The file could not be read as one table: open it in a spreadsheet program, "
            "look for stray quotation marks, and save it as 'CSV UTF-8'."
        )
    return tuple(_column(frame[index], index, name, file) for index, name in enumerate(names))


def _column(series: Any, position: int, name: str, file: CsvFile) -> Column:
    import pandas as pd

    if pd.api.types.is_numeric_dtype(series.dtype) and not pd.api.types.is_bool_dtype(series.dtype):
        return Column(name, position, numbers=series.to_numpy(dtype=np.float64))
    raw_codes, uniques = pd.factorize(series)
    # Cells that differ only in blanks around them are the same, and may turn out to be missing or numbers.
    texts = [str(value).strip() for value in np.asarray(uniques, dtype=object).tolist()]
    index_of: dict[str, int] = dict.fromkeys(MISSING, -1)
    labels: list[str] = []
    for text in texts:
        if text not in index_of:
            index_of[text] = len(labels)
            labels.append(text)
    to_code = np.array([index_of[text] for text in texts] + [-1], dtype=np.int32)
    codes = to_code[raw_codes]

    values, notices = _as_numbers(labels, name, file)
    known = codes[codes >= 0]
    is_number = ~np.isnan(values)
    if is_number.all():  # also a column without any value
        return Column(name, position, numbers=np.append(values, np.nan)[codes], notices=notices)
    if (dated := years(labels)) is not None:
        notice = (
            f"Column {quoted(name)} holds dates; they became years with a fraction, such as {dated[0]:.2f}."
        )
        return Column(name, position, numbers=np.append(dated, np.nan)[codes], notices=(notice,))
    stray = None
    if is_number[known].mean() >= _MOSTLY:
        first = int(np.flatnonzero((codes >= 0) & ~is_number[codes])[0])
        stray = (first, labels[codes[first]])
    return _category(Column(name, position, codes=codes, stray=stray, examples=tuple(labels[:3])), labels)


def _category(column: Column, labels: list[str]) -> Column:
    """Sort the labels of a text column and note what is odd about them."""
    if len(labels) > _MAX_LABELS:
        return replace(column, n_labels=len(labels), looks_like=_looks(labels[:_MAX_LABELS]))
    order = sorted(range(len(labels)), key=labels.__getitem__)
    new_code = np.full(len(labels) + 1, -1, dtype=np.int32)
    new_code[order] = np.arange(len(labels), dtype=np.int32)
    return replace(
        column,
        codes=new_code[column.codes],
        labels=tuple(labels[index] for index in order),
        n_labels=len(labels),
        looks_like=_looks(labels),
        notices=_oddities(column.name, labels),
    )


def _as_numbers(labels: list[str], name: str, file: CsvFile) -> tuple[NDArray[np.float64], tuple[str, ...]]:
    """The number each label stands for (NaN: none), with a decimal point or else a decimal comma."""
    import pandas as pd

    if len(labels) > 2 * _MAX_LABELS:  # a column of names need not be tried in full
        sample, _ = _as_numbers(labels[:: len(labels) // _MAX_LABELS + 1], name, file)
        if np.isnan(sample).all():
            return np.full(len(labels), np.nan), ()

    def parse(texts: list[str]) -> NDArray[np.float64]:
        texts = ["" if "_" in text else text for text in texts]
        return np.asarray(pd.to_numeric(pd.Series(texts, dtype=object), errors="coerce"), dtype=np.float64)

    with_point = parse(labels)
    if file.separator == ",":
        return with_point, ()
    with_comma = parse([text if "." in text else text.replace(",", ".") for text in labels])
    n_point, n_comma = np.count_nonzero(~np.isnan(with_point)), np.count_nonzero(~np.isnan(with_comma))
    if n_comma > n_point:
        return with_comma, ()
    if file.decimal == "," and n_point and any("." in text for text in labels):
        notice = (
            f"Column {quoted(name)} is written with decimal points while others have decimal commas: "
            "check that its points do not separate thousands."
        )
        return with_point, (notice,)
    return with_point, ()


def _looks(labels: list[str]) -> Literal["", "dates", "dressed numbers"]:
    if sum(_DATE.fullmatch(label[:40]) is not None for label in labels) >= _MOSTLY * len(labels):
        return "dates"
    if sum(_DRESSED_NUMBER.fullmatch(label[:40]) is not None for label in labels) >= _MOSTLY * len(labels):
        return "dressed numbers"
    return ""


def _oddities(name: str, labels: list[str]) -> tuple[str, ...]:
    notices = []
    folded = Counter(label.casefold() for label in labels)
    if twice := [label for label in labels if folded[label.casefold()] > 1]:
        first = twice[0]
        second = next(label for label in twice[1:] if label.casefold() == first.casefold())
        notices.append(
            f"Column {quoted(name)} holds both {quoted(first, 20)} and {quoted(second, 20)}, "
            "which count as two different categories: make the spelling equal if they are one."
        )
    if formula := next((label for label in labels if label[0] in "=@"), ""):
        notices.append(
            f"Column {quoted(name)} holds spreadsheet formulas such as {quoted(formula, 20)}: "
            "they are kept as plain text and never computed."
        )
    return tuple(notices)


def verdict(column: Column, row_number: Callable[[int], int]) -> Verdict:
    """Say what the column holds and whether it can be a feature."""
    n_known = int(np.count_nonzero(~column.missing))
    if n_known == 0:
        return Verdict("empty", "no cell holds a value", "choose another column")
    if column.numbers is not None:
        return _verdict_on_numbers(column.numbers, row_number)
    if column.stray is not None:
        index, text = column.stray
        row = row_number(index)
        way_out = "correct or empty that cell, or leave the column out"
        if row == 1:
            way_out = "if row 1 holds the column names, tick 'first row holds names'"
        why = f"among its numbers there is text ({quoted(text)} in row {row:,})"
        return Verdict("text", why, way_out, is_fatal=True)
    if column.n_labels == 1:
        return Verdict("constant", "every row holds the same value", "choose another column")
    if column.looks_like == "dates":
        return Verdict("text", "it holds dates or times", "write the year, month or hour as number columns")
    if column.looks_like == "dressed numbers":
        why = "its numbers are written with thousands separators, decimal commas, currency or per cent signs"
        return Verdict("text", why, "write them as plain numbers such as 1234.5")
    if column.n_labels > MAX_CATEGORIES:
        why = f"it holds more than {MAX_CATEGORIES} different texts"
        return Verdict("text", why, "group them into fewer categories or choose another column")
    if column.n_labels > max(2, n_known // 2):
        return Verdict("text", "nearly every row holds a different text", "choose another column")
    return Verdict("category")


def _verdict_on_numbers(numbers: NDArray[np.float64], row_number: Callable[[int], int]) -> Verdict:
    low, high = float(np.nanmin(numbers)), float(np.nanmax(numbers))
    if max(-low, high) > MAX_NUMBER:
        first = int(np.flatnonzero(np.abs(numbers) > MAX_NUMBER)[0])
        value = "an infinite value" if np.isinf(numbers[first]) else f"the huge value {numbers[first]:.3g}"
        way_out = "correct or empty that cell, or leave the column out"
        return Verdict("number", f"it holds {value} in row {row_number(first):,}", way_out, is_fatal=True)
    if low == high:
        return Verdict("constant", "every row holds the same value", "choose another column")
    return Verdict("number")


def counts_rows(column: Column, n_columns: int) -> bool:
    """Whether the column only numbers the rows from 0 or 1, as its name or its first place suggests too."""
    numbers = column.numbers
    if numbers is None or len(numbers) < 2 or numbers[0] not in (0.0, 1.0):
        return False
    is_named = column.name.casefold() in _INDEX_NAMES
    is_placed = column.position == 0 and n_columns > 2
    return (is_named or is_placed) and bool(np.all(np.diff(numbers) == 1.0))
