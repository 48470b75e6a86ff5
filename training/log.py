"""The log of one run: what a viewer sees live, after a refresh, or next week is this file.

A run's folder holds

* `spec.json`: model, config, learner, page, limits;
* `frames.jsonl`: one record a line (head, facts, frame, note, state), appended with a single write each, so that
  a worker killed at any moment leaves at most one torn last line, which readers pass over;
* `index.jsonl`: a short line per frame (offset, step, epoch, seconds, metrics), for curves and the scrubber;
* `metrics-<n>.json` and `.f4`: every metric of every step, as float32 rows;
* `watched`: an empty file touched while somebody looks (the lease).
"""

from __future__ import annotations

import json
import math
import os
from array import array
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from training.arrays import jsonable

Record = dict[str, Any]

#: The columns in front of every metrics row.
ROW_HEAD = ("segment", "step", "epoch")
#: How the line of a frame begins.
FRAME = b'{"kind":"frame"'


class LogWriter:
    """Appends to a run's folder. One writer at a time: the worker, then (after its death) the server."""

    def __init__(self, folder: Path) -> None:
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0)
        self._folder = folder
        self._frames = os.open(folder / "frames.jsonl", flags, 0o600)
        self._index = os.open(folder / "index.jsonl", flags, 0o600)
        self._metrics = -1
        self._flags = flags
        self._columns: tuple[str, ...] = ()
        self._n_tables = 0
        self._rows = array("f")
        self.size = os.fstat(self._frames).st_size
        self._end_torn_line()

    def _end_torn_line(self) -> None:
        if not self.size:
            return
        with (self._folder / "frames.jsonl").open("rb") as file:
            file.seek(-1, os.SEEK_END)
            torn = file.read(1) != b"\n"
        if torn:
            self.size += os.write(self._frames, b"\n")

    def record(self, record: Record) -> int:
        """Append one record; returns the offset at which its line begins."""
        line = json.dumps(jsonable(record), separators=(",", ":"), allow_nan=False).encode() + b"\n"
        offset = self.size
        self.size += _write_all(self._frames, line)
        return offset

    def frame(self, record: Record) -> None:
        """Append a frame, its index line and the metric rows gathered since the last one."""
        self.flush()
        offset = self.record({"kind": "frame", **record})
        entry = {
            "offset": offset,
            **{key: record[key] for key in ("segment", "step", "epoch", "seconds", "metrics")},
        }
        _write_all(self._index, json.dumps(jsonable(entry), separators=(",", ":")).encode() + b"\n")

    def metrics(self, segment: int, step: int, epoch: float, values: Mapping[str, float]) -> None:
        """Gather one row; absent metrics are NaN. Written with the next frame."""
        row = [values.get(name, np.nan) for name in self._columns]
        if len(values) > len(self._columns) or any(name not in self._columns for name in values):
            self._widen(values)
            row = [values.get(name, np.nan) for name in self._columns]
        self._rows.extend((segment, step, epoch, *row))

    def _widen(self, values: Mapping[str, float]) -> None:
        """Begin a new table that has a column for every metric seen so far."""
        self.flush()
        if self._metrics >= 0:
            os.close(self._metrics)
        self._columns += tuple(name for name in values if name not in self._columns)
        stem = self._folder / f"metrics-{self._n_tables}"
        stem.with_suffix(".json").write_text(json.dumps([*ROW_HEAD, *self._columns]))
        self._metrics = os.open(stem.with_suffix(".f4"), self._flags, 0o600)
        self._n_tables += 1

    def flush(self) -> None:
        if self._rows:
            _write_all(self._metrics, self._rows.tobytes())
            del self._rows[:]

    def close(self) -> None:
        self.flush()
        for descriptor in (self._frames, self._index, self._metrics):
            if descriptor >= 0:
                os.close(descriptor)


def _write_all(descriptor: int, data: bytes) -> int:
    """Write `data` whole (the system may take it in parts); returns its length."""
    written = 0
    while written < len(data):
        written += os.write(descriptor, data[written:])
    return written


def parse_record(line: bytes) -> Record | None:
    """The record on a line, or None for a torn one."""
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):  # the latter for a hundred thousand brackets
        return None
    return record if isinstance(record, dict) else None


def read_lines(folder: Path, offset: int, limit: int = 1 << 20) -> tuple[list[bytes], int]:
    """Whole lines from `offset` on, about `limit` bytes at most (one line at least); and the offset after them."""
    with (folder / "frames.jsonl").open("rb") as file:
        if offset >= os.fstat(file.fileno()).st_size:  # also beyond what a system can seek
            return [], offset
        file.seek(offset)
        data = file.read(limit)
        if data and b"\n" not in data:
            data += file.readline()
    end = data.rfind(b"\n") + 1
    return data[:end].splitlines(keepends=False), offset + end


def whole_size(folder: Path) -> int:
    """Bytes up to the end of the last whole line. A line being written this moment may be there in part."""
    with (folder / "frames.jsonl").open("rb") as file:
        end = os.fstat(file.fileno()).st_size
        while end > 0:
            start = max(0, end - (1 << 16))
            file.seek(start)
            newline = file.read(end - start).rfind(b"\n")
            if newline >= 0:
                return start + newline + 1
            end = start
    return 0


def records(folder: Path, *, frames: bool = True, end: float = math.inf) -> Iterator[Record]:
    """Every whole record up to the offset `end`, in order.

    Without `frames` they are passed over unparsed, told by their first bytes: they are nearly all of a log.
    """
    offset = 0
    with (folder / "frames.jsonl").open("rb") as file:
        for line in file:
            offset += len(line)
            if offset > end:
                return
            if frames or not line.startswith(FRAME):
                record = parse_record(line)
                if record is not None:
                    yield record


def last_state(folder: Path) -> Record | None:
    """The newest state record, or None when the run never said one."""
    newest = None
    try:
        for record in records(folder, frames=False):
            if record.get("kind") == "state":
                newest = record
    except FileNotFoundError:
        return None
    return newest


def read_index(folder: Path) -> list[Record]:
    """One entry per recorded frame, oldest first."""
    try:
        lines = (folder / "index.jsonl").read_bytes().splitlines()
    except FileNotFoundError:
        return []
    return [entry for line in lines if (entry := parse_record(line)) is not None]


def metric_tables(folder: Path) -> Iterator[tuple[list[str], np.ndarray[Any, Any]]]:
    """Column names and rows (n, columns) of each table of metrics, in order of time."""
    n = 0
    while (stem := folder / f"metrics-{n}").with_suffix(".f4").exists():
        columns = json.loads(stem.with_suffix(".json").read_text())
        rows = np.fromfile(stem.with_suffix(".f4"), dtype="<f4")
        n_whole = len(rows) // len(columns)
        yield columns, rows[: n_whole * len(columns)].reshape(n_whole, len(columns))
        n += 1
