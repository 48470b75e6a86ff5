"""A spare rehearses the lesson that was asked for last.

That nothing comes of it but speed, the contract tests show: runs of one config have the same numbers, whatever ran before
in their process.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.running import Running, SharedLauncher, runs_with, spares, spec, wait_for, wait_until
from training.environment import Environment
from training.rehearsal import rehearse

RESTING_MB = 3.0  # that a spare has of its own before it does anything: about half of it


def own_megabytes(pid: int) -> float:
    """Memory that a process shares with no other."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Private_")) / 1000


def test_a_spare_rehearses_the_lesson_of_the_last_run(launcher: SharedLauncher, tmp_path: Path) -> None:
    runs = runs_with(Environment(home=str(tmp_path)), launcher)
    try:
        first = Running.begin(runs, paused=True)
        (spare,) = wait_for(lambda: set(spares(launcher.pid)) - {first.pid})
        wait_until(lambda: own_megabytes(spare) > RESTING_MB)
        second = Running.begin(runs, spec(learner="bob"), paused=True)
        assert second.pid == spare
        second.until_frames(1)
    finally:
        runs.close()


def test_a_lesson_that_is_not_there_harms_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    rehearse("nowhere")
    assert capfd.readouterr() == ("", "")
