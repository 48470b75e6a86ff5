"""The log: what was recorded can be read, whatever happened to the writer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.running import Record, arrays_of, metric_rows, strict_json
from training.local import close_log
from training.log import (
    LogWriter,
    last_state,
    metric_tables,
    parse_record,
    read_index,
    read_lines,
    records,
    whole_size,
)
from training.spec import SENTENCES, RunFolder, Spec


@pytest.fixture
def folder(tmp_path: Path) -> RunFolder:
    return RunFolder.create(tmp_path, Spec("ada", "mlp", "mlp", {}))


@pytest.fixture
def log(folder: RunFolder) -> Iterator[LogWriter]:
    writer = LogWriter(folder.path)
    yield writer
    writer.close()


def framed(step: int, metrics: dict[str, float]) -> Record:
    return {
        "segment": 0,
        "step": step,
        "epoch": step / 10,
        "seconds": step / 100,
        "rates": {},
        "metrics": metrics,
        "arrays": {"map": np.full((2, 2), step % 256, dtype=np.uint8)},
    }


def test_records_come_back_in_order_and_offsets_point_at_their_lines(
    folder: RunFolder, log: LogWriter
) -> None:
    offsets = [log.record({"kind": "facts", "facts": {"n": n, "text": "größe\n"}}) for n in range(5)]
    assert [record["facts"]["n"] for record in records(folder.path)] == [0, 1, 2, 3, 4]
    for n, offset in enumerate(offsets):
        lines, end = read_lines(folder.path, offset, limit=1)
        assert strict_json(lines[0])["facts"]["n"] == n
        assert end == [*offsets[1:], log.size][n]
    assert read_lines(folder.path, log.size) == ([], log.size)
    assert read_lines(folder.path, log.size + 999) == ([], log.size + 999)


def test_an_index_entry_leads_to_its_frame(folder: RunFolder, log: LogWriter) -> None:
    log.record({"kind": "head", "model": "mlp", "config": {}, "segment": 0})
    for step in range(5):
        log.frame(framed(step, {"loss/train": 1 / (step + 1)}))
        log.record({"kind": "state", "state": "paused", "reason": "learner"})
    index = read_index(folder.path)
    assert [entry["step"] for entry in index] == [0, 1, 2, 3, 4]
    assert index[1]["metrics"] == {"loss/train": 0.5}
    for entry in index:
        line = read_lines(folder.path, entry["offset"], limit=1)[0][0]
        found = strict_json(line)
        assert (found["kind"], found["step"]) == ("frame", entry["step"])
        assert (arrays_of(found)["map"] == entry["step"]).all()


def test_numbers_that_are_not_finite_leave_strict_json(folder: RunFolder, log: LogWriter) -> None:
    log.metrics(0, 1, 0.1, {"loss/train": float("inf"), "loss/test": float("nan")})
    log.frame(framed(1, {"loss/train": float("inf"), "loss/test": float("nan")}))
    for name in ("frames.jsonl", "index.jsonl"):
        for line in (folder.path / name).read_bytes().splitlines():
            assert strict_json(line)["metrics"] == {"loss/train": None, "loss/test": None}
    (_, rows), *_ = metric_tables(folder.path)
    assert np.isinf(rows[0, 3]) and np.isnan(rows[0, 4])


@pytest.mark.parametrize("n_bytes", [1, 10, -1])
def test_a_torn_last_line_is_passed_over_and_ended_by_the_next_writer(
    folder: RunFolder, n_bytes: int
) -> None:
    first = LogWriter(folder.path)
    first.frame(framed(0, {}))
    whole = first.size
    first.frame(framed(1, {}))
    first.close()
    path = folder.path / "frames.jsonl"
    data = path.read_bytes()
    path.write_bytes(data[: whole + n_bytes] if n_bytes > 0 else data[:-1])
    torn = data[whole : whole + n_bytes] if n_bytes > 0 else data[whole:-1]

    lines, end = read_lines(folder.path, 0)
    assert (len(lines), end) == (1, whole)  # a stream waits for the rest of a line

    second = LogWriter(folder.path)
    offset = second.record({"kind": "state", "state": "ended", "outcome": "killed"})
    second.close()
    assert path.read_bytes()[whole:offset] == torn + b"\n"
    kinds = [record["kind"] for record in records(folder.path)]
    assert kinds == (["frame", "state"] if n_bytes > 0 else ["frame", "frame", "state"])
    newest = last_state(folder.path)
    assert newest is not None
    assert newest["outcome"] == "killed"


def test_a_whole_log_is_continued_without_a_gap(folder: RunFolder) -> None:
    for n in range(3):
        writer = LogWriter(folder.path)
        writer.record({"kind": "facts", "facts": {"n": n}})
        writer.close()
    data = (folder.path / "frames.jsonl").read_bytes()
    assert data.count(b"\n") == 3
    assert b"\n\n" not in data


def test_a_torn_index_line_is_passed_over(folder: RunFolder, log: LogWriter) -> None:
    log.frame(framed(0, {}))
    with (folder.path / "index.jsonl").open("ab") as file:
        file.write(b'{"offset":12,"st')
    assert [entry["step"] for entry in read_index(folder.path)] == [0]


@pytest.mark.parametrize("line", [b"", b"{", b"[1]", b"3", b'"text"', b"\xff\xfe", b"null", b"[" * 100_000])
def test_what_is_not_a_json_object_is_no_record(line: bytes) -> None:
    assert parse_record(line) is None


def test_a_large_line_is_read_whole_whatever_the_limit(folder: RunFolder, log: LogWriter) -> None:
    log.record({"kind": "facts", "facts": {"text": "x" * 100_000}})
    log.record({"kind": "facts", "facts": {"text": "y"}})
    lines, end = read_lines(folder.path, 0, limit=10)
    assert strict_json(lines[0])["facts"]["text"] == "x" * 100_000
    assert strict_json(read_lines(folder.path, end)[0][0])["facts"]["text"] == "y"


@pytest.mark.parametrize("n", [0, 1, 10, 65_535, 65_536, 65_537, 200_000])
def test_the_size_in_whole_lines_leaves_out_what_is_being_written(folder: RunFolder, n: int) -> None:
    path = folder.path / "frames.jsonl"
    for before in (b"", b"{}\n", b"{}\n" * 30_000):
        path.write_bytes(before + b"x" * n)
        assert whole_size(folder.path) == len(before)
    path.write_bytes(b"x" * n + b"\n")
    assert whole_size(folder.path) == n + 1


def test_every_metric_of_every_step_is_kept_when_names_come_late(folder: RunFolder, log: LogWriter) -> None:
    log.metrics(0, 1, 0.1, {"loss/batch": 0.5})
    log.metrics(0, 2, 0.2, {"loss/batch": 0.25, "loss/test": 0.75})
    log.metrics(0, 3, 0.3, {"accuracy/test": 1.0, "loss/batch": 0.125})
    log.metrics(1, 1, 0.1, {"loss/test": 2.0})
    log.flush()
    assert metric_rows(folder.path, 0) == {
        1: {"loss/batch": 0.5},
        2: {"loss/batch": 0.25, "loss/test": 0.75},
        3: {"loss/batch": 0.125, "accuracy/test": 1.0},
    }
    assert metric_rows(folder.path, 1) == {1: {"loss/test": 2.0}}
    names = [columns for columns, _ in metric_tables(folder.path)]
    assert names[-1] == ["segment", "step", "epoch", "loss/batch", "loss/test", "accuracy/test"]


def test_a_metrics_row_that_was_cut_off_is_left_out(folder: RunFolder, log: LogWriter) -> None:
    for step in range(3):
        log.metrics(0, step, step / 10, {"loss/batch": float(step)})
    log.flush()
    path = folder.path / "metrics-0.f4"
    path.write_bytes(path.read_bytes()[:-3])
    assert list(metric_rows(folder.path, 0)) == [0, 1]


def test_folders_without_files_read_as_empty(tmp_path: Path) -> None:
    assert last_state(tmp_path) is None
    assert read_index(tmp_path) == []
    assert list(metric_tables(tmp_path)) == []


def test_closing_a_log_without_an_end_writes_one_with_the_last_metrics(
    folder: RunFolder, log: LogWriter
) -> None:
    log.frame(framed(1, {"loss/train": 0.5, "loss/test": float("nan")}))
    end = close_log(folder, "killed")
    assert end["metrics"] == {"loss/train": 0.5}
    assert end["sentence"] == SENTENCES["killed"]
    assert last_state(folder.path) == end


def test_closing_a_log_that_has_an_end_changes_nothing(folder: RunFolder) -> None:
    end = close_log(folder, "server")
    before = (folder.path / "frames.jsonl").read_bytes()
    assert close_log(folder, "killed") == end
    assert (folder.path / "frames.jsonl").read_bytes() == before


def test_a_run_folder_is_private_and_cannot_be_guessed(tmp_path: Path) -> None:
    made = [RunFolder.create(tmp_path, Spec("ada", "mlp", "mlp", {"seed": n})) for n in range(20)]
    assert len({folder.id[-16:] for folder in made}) == 20
    assert made[3].spec.config == {"seed": 3}
    for folder in made:
        assert folder.path.stat().st_mode & 0o077 == 0
        assert folder.seconds_unwatched() < 5
