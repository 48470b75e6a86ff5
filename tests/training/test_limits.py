"""Limits in real workers: time, memory, and patience with a run that nobody watches."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.running import Running, spec, wait_until
from training.executor import RunError
from training.runs import Runs
from training.spec import SENTENCES


@contextmanager
def watching(run: Running) -> Iterator[None]:
    """Somebody looks at the run, as a viewer's stream says every few seconds."""
    done = threading.Event()

    def watch() -> None:
        while not done.wait(0.2):
            run.watch()

    run.watch()
    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def test_what_nobody_watches_pauses_resumes_when_watched_and_ends_when_left(hurried: Runs) -> None:
    preview = Running.begin(hurried, spec(learner="bob"), paused=True)
    run = Running.begin(hurried, spec(learner="ada"), paused=True)
    run.command("speed", epochs_per_second=0.5)  # so that the time limit is far, on a busy machine too
    run.command("play")
    pause = run.until_state("paused", 2, 4)
    assert pause["reason"] == "lease"
    wait_until(lambda: hurried.executor.state(run.handle.id) == "paused")
    held = run.frames[-1]["step"]
    with watching(run):
        run.until_state("running", 2, 4)
        assert hurried.executor.state(run.handle.id) == "running"
        wait_until(lambda: run.frames[-1]["step"] > held)
        time.sleep(1.2)
        assert run.states[-1]["state"] == "running"  # watched runs are left alone
    end = run.until_ended(6)
    assert (end["outcome"], end["sentence"]) == ("left", SENTENCES["left"])
    assert run.until_stored() == "left"
    assert not preview.path.exists()  # nobody played it


def test_a_pause_of_the_learners_own_is_not_ended_by_watching(hurried: Runs) -> None:
    run = Running.begin(hurried, spec(learner="cyd"))
    with watching(run):
        run.until_frames(1)
        run.command("pause")
        run.until_state("paused", 2)
        held = run.frames[-1]["step"]
        time.sleep(1.2)
        assert run.frames[-1]["step"] == held
        run.command("stop")
        assert run.until_stored() == "stopped"


def test_the_time_limit_ends_a_run_that_is_watched(hurried: Runs) -> None:
    run = Running.begin(hurried, spec(learner="dan"))
    with watching(run):
        end = run.until_ended(8)
    assert end["outcome"] == "time"
    assert end["sentence"] == SENTENCES["time"].format(seconds=1)
    assert 1 < end["metrics"]["seconds"] < 2.5  # it looks once a second
    assert run.frames[-1]["step"] > 100
    assert (run.path / "frames.jsonl").stat().st_size < 2_500_000


def test_a_table_too_large_for_the_memory_ends_the_run_not_the_server(
    hurried: Runs, large_table: Path
) -> None:
    config = {"dataset": "csv", "csv": str(large_table), "target": "c0"}
    run = Running.begin(hurried, spec(learner="eve", **config))
    other = Running.begin(hurried, spec(learner="fay"), paused=True)
    with watching(other):
        end = run.until_ended(20)
    assert end["outcome"] == "memory"
    assert end["sentence"] == SENTENCES["memory"].format(megabytes=100)
    assert run.until_stored() == "memory"
    other.command("play")
    other.until_frames(2)
    other.command("stop")
    assert other.until_stored() == "stopped"


@pytest.mark.parametrize("table", ["large_table", "huge_table"])
def test_a_look_at_a_table_too_large_for_the_memory_is_refused(
    hurried: Runs, request: pytest.FixtureRequest, table: str
) -> None:
    with pytest.raises(RunError, match="needed more memory than the 100 MB"):
        hurried.executor.call("data.csv_table:inspect", {"path": str(request.getfixturevalue(table))})
