"""Check that a file is a well-formed CSV table, reading it as a stream, before turning it into values.

Everything about the file's shape is settled here (size, encoding, separator, equal row lengths), because an
error can still name the row of the file at this point.
"""

import codecs
import csv
import io
import os
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import IO

from data.csv_signatures import SAVE_AS_CSV, foreign_format
from data.dataset import DataError

MAX_BYTES = 180 * 2**20
MAX_ROWS = 100_000
MAX_COLUMNS = 200
SEPARATORS = {"\t": "tab", ";": "semicolon", "|": "pipe", ",": "comma"}

_MAX_LINE = 2_000_000  # characters; bounds the memory that one row can take
_MAX_BLANK = 100_000
_SAMPLE = 65_536  # bytes
_COMMA_NUMBER = re.compile(r"[+-]?\d+,\d+(?:[eE][+-]?\d+)?")
_POINT_NUMBER = re.compile(r"[+-]?\d+\.\d+(?:[eE][+-]?\d+)?")


@dataclass(frozen=True)
class CsvFile:
    """A checked file: every row has as many cells as the first one."""

    path: str
    converted: bytes | None  # the text as UTF-8 where the file is UTF-16
    separator: str
    decimal: str  # "." or ","
    header: bool
    first_row: tuple[str, ...]
    n_rows: int  # without the header
    blank_after: tuple[int, ...]  # for each blank line, how many rows stand above it

    def row_number(self, index: int) -> int:
        """The row, counted from 1 as a spreadsheet does, of the data row `index`, counted from 0."""
        row = index + int(self.header)
        return row + 1 + bisect_right(self.blank_after, row)

    def open(self) -> IO[bytes]:
        return _open(self.path, self.converted)


def open_csv(path: str, header: bool) -> CsvFile:
    """Check the file at `path` and return what was found out about it.

    Raises:
        DataError: it is missing, too large, not CSV text, or its rows do not form a table.
    """
    path = os.path.abspath(path)
    converted = _check_bytes(path)
    with _open(path, converted) as raw:
        sample, is_all = _sample(raw)
    separator, records = _sniff(sample, is_all)
    decimal = _decimal_mark(records) if separator != "," else "."
    with _open(path, converted) as raw, io.TextIOWrapper(raw, "utf-8-sig", newline="") as text:
        first_row, n_all, blank_after = _scan(text, separator, header)
    if n_all == int(header):
        raise DataError(
            "The file holds only one row, which was taken as the column names: add rows of data below it."
        )
    return CsvFile(path, converted, separator, decimal, header, first_row, n_all - int(header), blank_after)


def _open(path: str, converted: bytes | None) -> IO[bytes]:
    return open(path, "rb") if converted is None else io.BytesIO(converted)


def _check_bytes(path: str) -> bytes | None:
    """Refuse what is not text; return UTF-8 bytes when the file had to be converted from UTF-16."""
    try:
        size = os.path.getsize(path)
        if not os.path.isfile(path):
            raise DataError("The upload is a folder, not a file: choose one CSV file.")
        if size > MAX_BYTES:
            raise DataError(
                f"The file has {size / 2**20:,.0f} MB, more than the {MAX_BYTES // 2**20} MB allowed: "
                "keep a sample of its rows or fewer columns."
            )
        with open(path, "rb") as raw:
            head = raw.read(_SAMPLE)
            _check_head(head)
            if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
                return _from_utf16(head + raw.read())
            _check_utf8(head, raw)
    except DataError:
        raise
    except (OSError, ValueError):  # ValueError: a null byte inside the path
        raise DataError("The file is no longer there or cannot be opened: upload it again.") from None
    return None


def _check_head(head: bytes) -> None:
    if not head.removeprefix(codecs.BOM_UTF8).strip():
        raise DataError("The file is empty: choose a CSV file with a row of column names and rows of data.")
    if foreign := foreign_format(head.removeprefix(codecs.BOM_UTF8)):
        kind, way_out = foreign
        raise DataError(f"This is {kind}, not a CSV file: {way_out}.")
    if head.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        raise DataError(f"The text of this file is encoded as UTF-32: {SAVE_AS_CSV}.")


def _from_utf16(content: bytes) -> bytes:
    try:
        text = content.decode("utf-16")
    except UnicodeDecodeError:
        raise DataError(f"The UTF-16 text of this file is damaged or cut off: {SAVE_AS_CSV}.") from None
    if "\0" in text:
        raise DataError(_null_bytes())
    return text.encode("utf-8")


def _check_utf8(head: bytes, rest: IO[bytes]) -> None:
    decoder = codecs.getincrementaldecoder("utf-8")()
    n_lines = 0
    chunk = head
    while True:
        if b"\0" in chunk:
            raise DataError(_null_bytes())
        try:
            decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            line = n_lines + error.object[: error.start].count(b"\n") + 1
            raise DataError(_not_utf8(head, line)) from None
        if not chunk:
            break
        n_lines += chunk.count(b"\n")
        chunk = rest.read(2**20)
    if _n_control(head) > 0.01 * len(head):
        raise DataError(_not_utf8(head, 1))


def _n_control(head: bytes) -> int:
    return sum(byte < 9 or 13 < byte < 32 for byte in head)


def _null_bytes() -> str:
    return (
        "The file holds null bytes, as binary files and UTF-16 text without a mark do: "
        "if it is a table, open it in a spreadsheet program and save it as 'CSV UTF-8'."
    )


def _not_utf8(head: bytes, line: int) -> str:
    if _n_control(head) > 0.01 * len(head):
        return f"This looks like a binary file, not CSV text: if it holds a table, {SAVE_AS_CSV}."
    return (
        f"The text is not UTF-8 (the first wrong character is in line {line:,}), "
        f"probably an older encoding such as Latin-1 or Windows-1252: {SAVE_AS_CSV}."
    )


def _sample(raw: IO[bytes]) -> tuple[str, bool]:
    """Decode the first bytes up to a whole line; also say whether that is the whole file."""
    head = raw.read(_SAMPLE + 1)
    is_all = len(head) <= _SAMPLE
    text = head[:_SAMPLE].decode("utf-8-sig", errors="ignore")
    end = text.rfind("\n") + 1 or text.rfind("\r") + 1
    return (text, True) if is_all else (text[:end] or text, False)


def _records(sample: str, separator: str, n_most: int) -> list[list[str]]:
    reader = csv.reader(io.StringIO(sample, newline=""), delimiter=separator, skipinitialspace=True)
    return [row for row in islice(reader, n_most) if row and not (len(row) == 1 and not row[0].strip())]


def _sniff(sample: str, is_all: bool) -> tuple[str, list[list[str]]]:
    """Return the separator with which most rows are as long as the first, and the rows of the sample."""
    if sample[:4].lower() == "sep=":
        raise DataError(
            "The first row only tells Excel which separator to use ('sep='): delete that row and "
            "upload again."
        )
    best, best_agreement = "", 0.0
    # The comma comes last: a comma can be a decimal mark in a file whose cells are separated by something
    # else.
    for separator in SEPARATORS:
        rows = _records(sample, separator, 50)
        width = len(rows[0]) if rows else 0
        whole = rows if is_all or len(rows) < 2 else rows[:-1]  # a cut may end inside a quoted cell
        agreement = sum(len(row) == width for row in whole) / max(len(whole), 1)
        if width > 1 and agreement > best_agreement:
            best, best_agreement = separator, agreement
    if not best:
        raise DataError(
            "The first row holds only one cell, but a target and at least one feature are needed: "
            "delete any title above the table, and separate cells by commas, semicolons, tabs or pipes."
        )
    records = _records(sample, best, 1000)
    _check_width(len(records[0]))
    return best, records


def _check_width(n_columns: int) -> None:
    if n_columns > MAX_COLUMNS:
        raise DataError(
            f"The file has more than {MAX_COLUMNS} columns: keep the target and the columns that matter most."
        )


def _decimal_mark(records: list[list[str]]) -> str:
    cells = [cell.strip() for row in records for cell in row]
    n_comma = sum(_COMMA_NUMBER.fullmatch(cell) is not None for cell in cells)
    n_point = sum(_POINT_NUMBER.fullmatch(cell) is not None for cell in cells)
    return "," if n_comma > n_point else "."


def _scan(
    text: io.TextIOWrapper, separator: str, header: bool
) -> tuple[tuple[str, ...], int, tuple[int, ...]]:
    """Walk over every row once: returns the first row, the number of rows and the places of blank lines."""
    first: list[str] = []
    width, n_rows, number = -1, 0, 0
    blank_after: list[int] = []
    # `strict` refuses stray quotation marks, which would otherwise glue rows together without a word.
    reader = csv.reader(_lines(text), delimiter=separator, skipinitialspace=True, strict=True)
    try:
        for number, row in enumerate(reader, start=1):
            if len(row) != width:
                if not row or (len(row) == 1 and not row[0].strip()):
                    blank_after.append(n_rows)
                    if len(blank_after) > _MAX_BLANK:
                        raise DataError(f"The file has more than {_MAX_BLANK:,} blank lines: delete them.")
                    continue
                if first:
                    raise DataError(_ragged(number, len(row), width, separator))
                first, width = row, len(row)
                _check_width(width)
            n_rows += 1
            if n_rows > MAX_ROWS + int(header):
                raise DataError(f"The file has more than {MAX_ROWS:,} rows: keep a random sample of them.")
    except csv.Error as error:
        raise DataError(_broken_quotes(str(error), number + 1, separator)) from None
    return tuple(first), n_rows, tuple(blank_after)


def _lines(text: io.TextIOWrapper) -> Iterator[str]:
    number = 0
    while line := text.readline(_MAX_LINE):
        number += 1
        if len(line) == _MAX_LINE:
            # The cheap test for a million columns: no list of cells is ever built.
            raise DataError(
                f"Line {number:,} is longer than {_MAX_LINE:,} characters, far beyond {MAX_COLUMNS} columns: "
                "check that each example stands on its own line."
            )
        yield line


def _ragged(number: int, n_cells: int, width: int, separator: str) -> str:
    cells = "1 cell" if n_cells == 1 else f"{n_cells:,} cells"
    return (
        f"Row {number:,} has {cells} but the first row has {width}: mend that row, "
        f"or put quotation marks around a cell that holds a {SEPARATORS[separator]}."
    )


def _broken_quotes(error: str, number: int, separator: str) -> str:
    if "field limit" in error:
        return (
            f"Row {number:,} holds a cell of more than {csv.field_size_limit():,} characters: "
            "shorten it, or close a quotation mark that was left open."
        )
    if "end of data" in error:
        return f"A quotation mark in row {number:,} is never closed: close it or delete it."
    return (
        f"In row {number:,} text follows a closing quotation mark before the next {SEPARATORS[separator]}: "
        "write a quotation mark inside a quoted cell twice."
    )
