"""Deaths: of a worker, of the warm process, of the whole server. No recorded frame may be lost."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
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
)
from training.environment import PROJECT, Environment
from training.log import LogWriter, read_index, records
from training.runs import Runs
from training.spec import SENTENCES, RunFolder

MakeRuns = Callable[..., Runs]

SERVER = """
import json, sys, time
from training.environment import environment
from training.runs import Runs
from training.spec import Spec

if __name__ == "__main__":
    runs = Runs(environment())
    handle = runs.start(Spec("ada", "mlp", "mlp", {}), paused=False)
    folder = environment().runs_folder / handle.id
    while (folder / "frames.jsonl").read_bytes().count(b'"kind":"frame"') < 5:
        time.sleep(0.01)
    print(json.dumps([handle.id, runs.executor.pids()[handle.id], runs.executor._launcher._zygote.pid]), flush=True)
    time.sleep(60)
"""


def test_a_killed_worker_loses_no_recorded_frame_and_harms_nobody(make_runs: MakeRuns) -> None:
    runs = make_runs()
    victim = Running.begin(runs)
    other = Running.begin(runs, spec(learner="bob"))
    seen = victim.until_frames(5)
    kill(victim.pid)
    end = victim.until_ended()
    assert (end["outcome"], end["sentence"]) == ("killed", SENTENCES["killed"])
    assert victim.until_stored() == "killed"
    assert victim.frames[: len(seen)] == seen
    index = read_index(victim.path)
    assert end["metrics"] == index[-1]["metrics"]
    data = (victim.path / "frames.jsonl").read_bytes()
    for entry in index:
        line = data[entry["offset"] :].partition(b"\n")[0]
        assert json.loads(line)["step"] == entry["step"]
    before = other.frames[-1]["step"]
    wait_until(lambda: other.frames[-1]["step"] > before)
    assert Running.begin(runs).until_frames(3)


def test_a_worker_that_does_not_obey_is_killed(make_runs: MakeRuns, monkeypatch: pytest.MonkeyPatch) -> None:
    import signal

    monkeypatch.setattr("training.local.PATIENCE", 0.2)
    runs = make_runs(max_runs=1)
    stuck = Running.begin(runs)
    stuck.until_frames(2)
    pid = stuck.pid
    os.kill(pid, signal.SIGSTOP)
    waiting = Running.begin(runs, spec(learner="bob"))
    stuck.command("stop")
    waiting.until_state("running")  # at once: the place does not wait for the process
    assert stuck.until_ended()["outcome"] == "stopped"
    wait_until(lambda: not process_exists(pid))
    assert stuck.until_stored() == "stopped"


def test_the_death_of_the_warm_process_ends_no_run_and_the_next_start_makes_another(tmp_path: Path) -> None:
    launcher = SharedLauncher()
    launcher.warm()
    runs = runs_with(Environment(home=str(tmp_path), max_runs=4), launcher)
    try:
        first = Running.begin(runs, paused=True)
        first.until_frames(1)
        old = launcher.pid
        (spare,) = wait_for(lambda: spares(old))
        kill(old)
        wait_until(lambda: not launcher.ready)
        second = Running.begin(runs, spec(learner="bob"))
        second.until_frames(2)
        assert launcher.pid != old
        wait_until(lambda: not process_exists(spare))
        first.command("play")
        wait_until(lambda: first.frames[-1]["step"] > 0)
    finally:
        runs.close()
        launcher.end()
    assert first.until_stored() == second.until_stored() == "server"


def test_a_killed_server(tmp_path: Path, make_runs: MakeRuns) -> None:
    home = tmp_path / "home"
    script = tmp_path / "server.py"
    script.write_text(SERVER)
    environment = {**os.environ, "PLAYGROUND_HOME": str(home), "PYTHONPATH": str(PROJECT)}
    with subprocess.Popen(
        [sys.executable, str(script)], cwd=PROJECT, env=environment, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        run_id, worker, warm = json.loads(server.stdout.readline())
        runs = make_runs(home)
        assert runs.recover() == []  # another server's run, and that server lives
        assert process_exists(worker)
        server.kill()
    wait_until(lambda: not process_exists(worker) and not process_exists(warm), 4)

    assert [row.id for row in runs.recover()] == [run_id]
    row = runs.store.get(run_id)
    assert row is not None
    assert (row.outcome, row.sentence) == ("server", SENTENCES["server"])
    assert row.metrics["loss/train"] > 0
    frames = [record for record in records(home / "runs" / run_id) if record["kind"] == "frame"]
    assert len(frames) >= 5
    assert runs.recover() == []
    found = runs.latest("ada", "mlp")
    assert found is not None
    assert (found[0].id, found[0].state) == (run_id, "ended")


def lost_run(runs: Runs, with_folder: bool = True) -> str:
    """A run in the database whose server and worker are gone and whose log has no end."""
    folder = RunFolder.create(runs.limits.runs_folder, spec())
    runs.store.add(folder.id, spec())
    with runs.store._engine.begin() as connection:
        connection.exec_driver_sql(
            "UPDATE runs SET server = ? WHERE id = ?", (f"{os.uname().nodename}:{2**22 + 7}", folder.id)
        )
    log = LogWriter(folder.path)
    metrics = {"loss/test": 0.5}
    log.frame({"segment": 0, "step": 3, "epoch": 0.1, "seconds": 0.0, "metrics": metrics, "arrays": {}})
    log.close()
    if not with_folder:
        for path in folder.path.iterdir():
            path.unlink()
        folder.path.rmdir()
    return folder.id


def test_recovery_closes_the_log_of_a_machine_that_lost_its_power(make_runs: MakeRuns) -> None:
    runs = make_runs()
    lost, deleted = lost_run(runs), lost_run(runs, with_folder=False)
    assert {row.id for row in runs.recover()} == {lost, deleted}
    row = runs.store.get(lost)
    assert row is not None
    assert (row.outcome, row.metrics) == ("server", {"loss/test": 0.5})
    last = list(records(runs.limits.runs_folder / lost))[-1]
    assert (last["state"], last["outcome"]) == ("ended", "server")
    row = runs.store.get(deleted)
    assert row is not None
    assert (row.outcome, row.sentence) == ("server", "The recorded frames of this run were deleted.")


def test_recovery_leaves_this_servers_own_runs_alone(make_runs: MakeRuns) -> None:
    runs = make_runs()
    run = Running.begin(runs)
    run.until_frames(1)
    assert runs.recover() == []
    assert runs.executor.state(run.handle.id) == "running"


def test_closing_ends_every_run_and_leaves_no_process(launcher: SharedLauncher, tmp_path: Path) -> None:
    runs = runs_with(Environment(home=str(tmp_path), max_runs=1), launcher)
    playing, queued = Running.begin(runs), Running.begin(runs, spec(learner="bob"))
    preview = Running.begin(runs, spec(learner="cyd"), paused=True)
    pids = [run.pid for run in (playing, queued, preview)]
    playing.until_frames(2)
    runs.close()
    wait_until(lambda: not any(map(process_exists, pids)), 2)
    wait_until(lambda: not set(children(launcher.pid)) & set(pids), 2)
    assert playing.until_stored() == queued.until_stored() == "server"
    wait_until(lambda: not preview.path.exists())
