"""A run gives way to the page once its first frame is there, and the system ends it before the server."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from tests.conftest import MakeRuns
from tests.running import Running, wait_until
from training.priority import EXPENDABLE, NICENESS


@pytest.mark.skipif(not hasattr(os, "nice"), reason="this system knows no niceness")
def test_a_run_gives_way_once_its_first_frame_is_there(make_runs: MakeRuns) -> None:
    ours = os.getpriority(os.PRIO_PROCESS, 0)
    run = Running.begin(make_runs())
    run.until_frames(1)
    wait_until(lambda: os.getpriority(os.PRIO_PROCESS, run.pid) == min(19, ours + NICENESS))
    assert os.getpriority(os.PRIO_PROCESS, 0) == ours
    run.command("stop")
    run.until_ended()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux says who is ended first")
def test_a_run_is_ended_before_the_server_when_memory_runs_out(make_runs: MakeRuns) -> None:
    ours = int(Path("/proc/self/oom_score_adj").read_text())
    run = Running.begin(make_runs())
    run.until_frames(1)
    assert int(Path(f"/proc/{run.pid}/oom_score_adj").read_text()) == max(ours, EXPENDABLE)
    run.command("stop")
    run.until_ended()
