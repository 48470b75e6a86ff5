"""Both ways to start a worker do the same job: forked from the warm process, and started afresh."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.running import (
    Running,
    SharedLauncher,
    children,
    kill,
    process_exists,
    runs_with,
    spares,
    spec,
    wait_for,
    wait_until,
    workers,
)
from training.environment import PROJECT, Environment
from training.executor import RunError
from training.launcher import Launcher, WorkerProcess
from training.runs import Runs

FOLDER = "20200101-000000-0123456789abcdef"


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runs]:
    """Runs whose workers are started, not forked: the way of systems without fork."""
    limits = Environment(home=str(tmp_path_factory.mktemp("fresh")), max_runs=2)
    own = runs_with(limits, Launcher(fork=False))
    yield own
    own.close()


def test_a_worker_that_was_started_afresh_trains_and_obeys(fresh: Runs) -> None:
    run = Running.begin(fresh)
    run.until_frames(3, 60)
    pid = run.pid
    run.command("pause")
    run.until_state("paused", 2)
    held = run.frames[-1]["step"]
    run.command("step")
    run.until_state("paused", 3)
    assert run.frames[-1]["step"] == held + 1
    run.command("stop")
    assert run.until_ended()["outcome"] == "stopped"
    wait_until(lambda: not process_exists(pid))
    assert run.until_stored() == "stopped"


def test_a_call_in_a_process_started_afresh(fresh: Runs, tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("a,b\n" + "".join(f"{n},{n % 2}\n" for n in range(20)))
    look = fresh.executor.call("data.csv_table:inspect", {"path": str(path)})
    assert look["rows"] == 20


def test_a_process_started_afresh_leaves_quietly_while_its_line_is_open() -> None:
    """The thread that listens must not keep the interpreter from ending."""
    job = {"kind": "call", "function": "data.csv_table:inspect", "arguments": {"path": "/nowhere.csv"}}
    command = [sys.executable, "-m", "training.process"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=PROJECT, stdin=pipe, stdout=pipe, stderr=pipe) as process:
        assert process.stdin and process.stdout and process.stderr
        process.stdin.write(json.dumps(job).encode() + b"\n")
        process.stdin.flush()
        said = [json.loads(line) for line in process.stdout]
        assert process.wait(10) == 0
        assert process.stderr.read() == b""
    assert said[0] == {"pid": process.pid}
    assert "no longer there" in said[1]["error"]


def test_a_forked_worker_begins_at_once(launcher: SharedLauncher, tmp_path: Path) -> None:
    runs = runs_with(Environment(home=str(tmp_path), max_runs=2), launcher)
    try:
        Running.begin(runs).until_frames(1)
        began = time.monotonic()
        Running.begin(runs, spec(learner="bob")).until_frames(1)
        assert time.monotonic() - began < 1.5  # an import of torch for each would take longer
    finally:
        runs.close()


def test_a_spare_is_made_ahead_and_takes_the_next_job(launcher: SharedLauncher, tmp_path: Path) -> None:
    assert launcher.ready
    (spare,) = wait_for(lambda: spares(launcher.pid))
    runs = runs_with(Environment(home=str(tmp_path)), launcher)
    try:
        run = Running.begin(runs, paused=True)
        assert run.pid == spare
        wait_until(lambda: spare in workers(launcher.pid))
        (another,) = wait_for(lambda: spares(launcher.pid))
        kill(another)  # such as for want of memory
        wait_until(lambda: spares(launcher.pid) not in ([], [another]))
        Running.begin(runs, spec(learner="bob")).until_frames(2)
    finally:
        runs.close()


def test_the_first_spare_works_while_the_rest_is_imported(tmp_path: Path) -> None:
    """Whoever has just started the server need not wait for what few lessons need."""
    own = SharedLauncher()
    Launcher.warm(own)
    runs = runs_with(Environment(home=str(tmp_path)), own)
    try:
        (first,) = wait_for(lambda: spares(own.pid))
        run = Running.begin(runs)
        assert run.pid == first
        run.until_frames(2)
        own.warm()
        assert process_exists(first), "it has work"
        Running.begin(runs, spec(learner="bob")).until_frames(2)
    finally:
        runs.close()
        own.end()


def test_many_at_once_need_not_wait_for_a_rest(launcher: SharedLauncher, tmp_path: Path) -> None:
    runs = runs_with(Environment(home=str(tmp_path)), launcher)
    try:
        many = [Running.begin(runs, spec(learner=f"learner {n}"), paused=True) for n in range(12)]
        assert len({run.pid for run in many}) == 12
        for run in many:
            run.until_frames(1)
    finally:
        runs.close()


def test_forked_workers_are_reaped(launcher: SharedLauncher, tmp_path: Path) -> None:
    runs = runs_with(Environment(home=str(tmp_path), max_runs=4), launcher)
    pids = []
    for learner in ("ada", "bob", "cyd"):
        run = Running.begin(runs, spec(learner=learner, epochs=1))
        pids.append(run.pid)
        run.until_stored()
    wait_until(lambda: not set(children(launcher.pid)) & set(pids), 2)
    runs.close()


def test_a_broken_job_closes_its_line_and_harms_nothing(launcher: SharedLauncher) -> None:
    heard: list[object] = []
    launcher.start({"kind": "run", "folder": f"/nowhere/{FOLDER}"}, heard.append)
    wait_until(lambda: heard == [None])
    launcher.start({}, heard.append)
    wait_until(lambda: heard == [None, None])
    assert process_exists(launcher.pid)


def test_a_worker_that_is_gone_before_it_is_known() -> None:
    heard: list[object] = []
    for _ in range(100):
        ours, theirs = socket.socketpair()
        with ours, theirs:
            theirs.sendall(b'{"pid": 7}\n{"error": "no"}\n')
            theirs.close()
            WorkerProcess(heard.append, ours.makefile("rb"), ours.makefile("wb"))
    wait_until(lambda: heard.count(None) == 100)
    assert len(heard) == 200


def test_a_warm_process_that_cannot_start_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    launcher = Launcher()
    with pytest.raises(RuntimeError, match="could not start"):
        launcher.warm()
    assert launcher._zygote is None
    launcher.close()


def test_warming_is_for_forking_only() -> None:
    launcher = Launcher(fork=False)
    launcher.warm()
    assert launcher._zygote is None
    launcher.close()


def test_only_functions_of_the_data_package_can_be_called(launcher: SharedLauncher, tmp_path: Path) -> None:
    runs = runs_with(Environment(home=str(tmp_path)), launcher)
    for function in ("os:getcwd", "training.spec:Spec", "datax.y:z", "data:os"):
        with pytest.raises(RunError, match=f"^{function} may not be called in a worker\\.$"):
            runs.executor.call(function, {})
    runs.close()
