"""Functions of `data` computed in a worker: their results, their refusals, their limits."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.running import SharedLauncher, wait_until, workers
from training.executor import RunError
from training.runs import Runs
from training.zygote import MAX_REQUEST

MakeRuns = Callable[..., Runs]
INSPECT = "data.csv_table:inspect"


@pytest.fixture
def runs(make_runs: MakeRuns) -> Runs:
    return make_runs()


def test_a_result_comes_back(runs: Runs, tmp_path: Path) -> None:
    path = tmp_path / "größe.csv"
    path.write_text("größe;farbe\n" + "".join(f"{n},5;{'rot' if n % 2 else 'blau'}\n" for n in range(30)))
    look = runs.executor.call(INSPECT, {"path": str(path), "header": True})
    assert (look["rows"], look["separator"]) == (30, "semicolon")
    assert [column["name"] for column in look["columns"]] == ["größe", "farbe"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "The file is empty"),
        (b"PK\x03\x04" + bytes(100), "not a CSV file"),
        (b"\x80\x04\x95" + bytes(100), "not a CSV file"),
        (b"a,b\n1,2\n1,2,3\n", "Row 3 has 3 cells"),
    ],
)
def test_a_refusal_comes_back_as_its_sentence(runs: Runs, tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "upload.csv"
    path.write_bytes(content)
    with pytest.raises(RunError) as caught:
        runs.executor.call(INSPECT, {"path": str(path)})
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_gone_is_a_sentence(runs: Runs, tmp_path: Path) -> None:
    with pytest.raises(RunError, match="no longer there"):
        runs.executor.call(INSPECT, {"path": str(tmp_path / "gone.csv")})


def test_an_error_of_ours_is_a_sentence_too(runs: Runs) -> None:
    with pytest.raises(RunError, match=r"^The file could not be read \(TypeError\)\.$"):
        runs.executor.call(INSPECT, {"unheard_of": 1})
    with pytest.raises(RunError, match=r"^The file could not be read \(ModuleNotFoundError\)\.$"):
        runs.executor.call("data.unheard_of:x", {})


def test_a_call_that_takes_too_long_is_ended(
    make_runs: MakeRuns, launcher: SharedLauncher, huge_table: Path
) -> None:
    runs = make_runs(call_seconds=0.1)
    before = set(workers(launcher.pid))
    with pytest.raises(RunError, match=r"^Reading took longer than 0\.1 seconds; try a smaller file\.$"):
        runs.executor.call(INSPECT, {"path": str(huge_table)})
    wait_until(lambda: set(workers(launcher.pid)) <= before, 1.5)  # reading to the end would take longer


@pytest.mark.parametrize("length", [MAX_REQUEST - 200, MAX_REQUEST - 50, MAX_REQUEST, 3_000_000])
def test_arguments_may_be_of_any_length(runs: Runs, launcher: SharedLauncher, length: int) -> None:
    """The parameters of a network, for one: several hundred kilobytes."""
    warm = launcher.pid
    shown = runs.executor.call("models.settings:shortened", {"raw": "ä" + "x" * length})
    assert shown.startswith("äxxx") and shown.endswith("…")
    assert launcher.pid == warm, "the warm process is still the same"


def test_calls_do_not_wait_for_each_other(runs: Runs, tmp_path: Path) -> None:
    from concurrent.futures import ThreadPoolExecutor

    paths = []
    for n in range(6):
        paths.append(tmp_path / f"{n}.csv")
        paths[-1].write_text("a,b\n" + f"{n},1\n" * (n + 12))
    with ThreadPoolExecutor(6) as pool:
        looks = list(pool.map(lambda path: runs.executor.call(INSPECT, {"path": str(path)}), paths))
    assert [look["rows"] for look in looks] == [n + 12 for n in range(6)]
