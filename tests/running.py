"""Runs under test: waiting for what must happen, and reading what was recorded."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from training.arrays import decode_array
from training.environment import Environment
from training.executor import OnEnd
from training.launcher import Launcher
from training.local import LocalExecutor
from training.log import metric_tables, records
from training.runs import Handle, Runs
from training.spec import RunFolder, Spec
from training.zygote import SPARE, WARM, WORKER

Record = dict[str, Any]


def wait_until(condition: Callable[[], object], seconds: float = 10.0) -> None:
    """Return as soon as the condition holds; fail when it does not within `seconds`."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.01)


def wait_for(value: Callable[[], Any], seconds: float = 10.0) -> Any:
    """The first value that is neither None nor empty."""
    found: list[Any] = []

    def look() -> bool:
        found[:] = [value()]
        return bool(found[0])

    wait_until(look, seconds)
    return found[0]


def process_exists(pid: int) -> bool:
    """Whether the process lives; one that ended but was not yet waited for does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def children(pid: int) -> list[int]:
    """The process ids of a process's children, the dead that nobody has reaped included (Linux)."""
    try:
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    except OSError:
        return []
    return [int(word) for word in text.split()]


def workers(pid: int) -> list[int]:
    """Those children of the warm process that have a job."""
    return [child for child in children(pid) if _name(child) == WORKER]


def spares(pid: int) -> list[int]:
    """Those that wait for one."""
    return [child for child in children(pid) if _name(child) == SPARE]


def _name(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return ""  # gone since


class SharedLauncher(Launcher):
    """A launcher that outlives the executors it serves."""

    def warm(self) -> None:
        """Until it has everything, so that no test is slow because it came first."""
        super().warm()
        wait_until(lambda: _name(self.pid) == WARM, 120)

    def close(self) -> None:
        """Nothing: see `end`."""

    def end(self) -> None:
        super().close()

    @property
    def pid(self) -> int:
        assert self._zygote is not None
        return self._zygote.pid


def runs_with(limits: Environment, launcher: Launcher) -> Runs:
    """`Runs` on a launcher that others use too."""

    def on_end(folder: RunFolder, end: Any) -> None:
        own._on_end(folder, end)

    checked: OnEnd = on_end
    own = Runs(limits, LocalExecutor(limits, checked, launcher))
    return own


def spec(learner: str = "ada", page: str = "mlp", **config: Any) -> Spec:
    """A spec of the network page."""
    return Spec(learner, page, "mlp", config)


@dataclass
class Running:
    """One run, with short ways to steer it and to read its log."""

    runs: Runs
    handle: Handle

    @classmethod
    def begin(cls, runs: Runs, what: Spec | None = None, *, paused: bool = False) -> Running:
        return cls(runs, runs.start(what or spec(), paused=paused))

    @property
    def path(self) -> Path:
        return self.runs.limits.runs_folder / self.handle.id

    @property
    def pid(self) -> int:
        """The worker's process id."""
        assert isinstance(self.runs.executor, LocalExecutor)
        executor = self.runs.executor
        return int(wait_for(lambda: executor.pids().get(self.handle.id)))

    def command(self, action: str, **more: Any) -> None:
        self.runs.command(self.handle.id, {"action": action, **more})

    def of_kind(self, kind: str) -> list[Record]:
        return [record for record in records(self.path) if record["kind"] == kind]

    @property
    def frames(self) -> list[Record]:
        return self.of_kind("frame")

    @property
    def states(self) -> list[Record]:
        return self.of_kind("state")

    @property
    def facts(self) -> Record:
        return {name: fact for record in self.of_kind("facts") for name, fact in record["facts"].items()}

    def until_frames(self, n: int, seconds: float = 10.0) -> list[Record]:
        """All frames, once there are at least `n`."""
        wait_until(lambda: len(self.frames) >= n, seconds)
        return self.frames

    def until_state(self, state: str, n: int = 1, seconds: float = 10.0) -> Record:
        """The n-th record of that state, once it is there."""

        def found() -> list[Record]:
            return [record for record in self.states if record["state"] == state]

        wait_until(lambda: len(found()) >= n, seconds)
        return found()[n - 1]

    def until_ended(self, seconds: float = 10.0) -> Record:
        """The last record, once the worker's process is gone and the executor knows it."""
        wait_until(lambda: self.runs.executor.state(self.handle.id) is None, seconds)
        return self.until_state("ended", seconds=seconds)

    def until_stored(self, seconds: float = 10.0) -> str:
        """The outcome in the database, once it is there."""

        def outcome() -> str | None:
            row = self.runs.store.get(self.handle.id)
            return row.outcome if row else None

        return str(wait_for(outcome, seconds))

    def watch(self) -> None:
        RunFolder(self.handle.id, self.path).watch()


def arrays_of(frame: Record) -> dict[str, np.ndarray[Any, Any]]:
    """The arrays of a frame, decoded."""
    return {name: decode_array(typed) for name, typed in frame["arrays"].items()}


def metric_rows(path: Path, segment: int) -> dict[int, dict[str, float]]:
    """step → metrics (absent ones left out) of one segment, from the metric tables."""
    rows: dict[int, dict[str, float]] = {}
    for columns, table in metric_tables(path):
        for row in table.tolist():
            named = dict(zip(columns, row, strict=True))
            if named["segment"] == segment:
                rows[int(named["step"])] = {
                    name: value for name, value in named.items() if "/" in name and value == value
                }
    return rows


def strict_json(line: str | bytes) -> Any:
    """The line parsed by a reader that knows neither NaN nor Infinity."""

    def refuse(word: str) -> None:
        raise AssertionError(f"{word} is not JSON")

    return json.loads(line, parse_constant=refuse)


def kill(pid: int) -> None:
    """kill -9."""
    os.kill(pid, 9)
