"""Runs on this machine: a worker process each, a fixed number of which train at once.

Every run has its process from the start, so that its first frame (data, untrained network) is there while it waits.
A place (`places.py`) is what it needs to train; pausing gives it back.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from training.channel import Message
from training.environment import Environment
from training.executor import OnEnd, RunError
from training.launcher import Launcher, WorkerProcess
from training.log import LogWriter, last_state, read_index
from training.places import Places
from training.spec import SENTENCES, RunFolder

#: Seconds that a worker has to obey "stop" before it is killed.
PATIENCE = 3.0


@dataclass
class _Run:
    """A run with a live worker."""

    folder: RunFolder
    learner: str
    state: str = "paused"
    ended: dict[str, Any] | None = None
    stopping: str = ""
    began: float = field(default_factory=time.monotonic)
    process: WorkerProcess | None = None


class LocalExecutor:
    """See `training.executor.Executor`. Safe to call from any thread."""

    def __init__(self, limits: Environment, on_end: OnEnd, launcher: Launcher | None = None) -> None:
        self._limits, self._on_end = limits, on_end
        self._launcher = launcher or Launcher()
        self._lock = threading.RLock()
        self._runs: dict[str, _Run] = {}
        self._places = Places(limits.max_runs)

    def warm(self) -> None:
        """Make the first run as quick as the others (blocks for a few seconds)."""
        self._launcher.warm()

    @property
    def ready(self) -> bool:
        return self._launcher.ready

    def start(self, folder: RunFolder, learner: str, *, play: bool) -> None:
        with self._lock:
            if len(self._runs) >= self._limits.max_processes and not self._end_oldest_idle():
                raise RunError(
                    f"The server already runs {self._limits.max_processes} experiments; try again in a minute."
                )
            run = self._runs[folder.id] = _Run(folder, learner)
            job = {"kind": "run", "folder": str(folder.path), "model": folder.spec.model}
            try:
                run.process = self._launcher.start(job, lambda message: self._hear(run, message))
            except (OSError, RuntimeError):
                del self._runs[folder.id]
                raise RunError("The server cannot start another process; try again in a minute.") from None
            if play:
                self._play(run)

    def _end_oldest_idle(self) -> bool:
        """Make room: the paused run that has been there longest ends."""
        idle = [run for run in self._runs.values() if run.state == "paused" and not run.stopping]
        if not idle:
            return False
        self._stop(min(idle, key=lambda run: run.began), "left")
        return True

    def command(self, run_id: str, command: Mapping[str, Any]) -> None:
        with self._lock:
            run = self._runs.get(run_id)
            if run is None or run.stopping or run.ended:
                raise RunError("This run has ended; press Train to run it again.")
            action = command["action"]
            if action == "play":
                self._play(run)
            elif action == "stop":
                self._stop(run, command.get("outcome", "stopped"))
            else:
                self._send(run, dict(command))
                if action in ("pause", "rewind", "step", "epoch"):
                    self._release(run)

    def _play(self, run: _Run) -> None:
        if self._places.ask(run.folder.id, run.learner):
            self._send(run, {"action": "play"})
            run.state = "running"
        else:
            run.state = "queued"
            self._tell_queue()

    def _release(self, run: _Run) -> None:
        """Give the run's place to whoever is next."""
        if run.state != "paused":
            run.state = "paused"
        for granted in self._places.leave(run.folder.id):
            self._send(self._runs[granted], {"action": "play"})
            self._runs[granted].state = "running"
        self._tell_queue()

    def _tell_queue(self) -> None:
        for place, run_id in enumerate(self._places.order(), start=1):
            self._send(self._runs[run_id], {"action": "queued", "place": place})

    def _send(self, run: _Run, message: Message) -> None:
        if run.process is not None:
            run.process.channel.send(message)

    def _stop(self, run: _Run, outcome: str) -> None:
        """Ask the worker to end; kill it when it does not (a step that never returns)."""
        run.stopping = outcome
        self._send(run, {"action": "stop", "outcome": outcome})
        self._release(run)  # it will not train again: the next in the queue need not wait for its last words
        killer = threading.Timer(PATIENCE, lambda: run.process.kill() if run.process else None)
        killer.daemon = True
        killer.start()

    def _hear(self, run: _Run, message: Message | None) -> None:
        """A worker said something (or its line closed). Runs in that worker's reading thread."""
        if message is None:
            self._bury(run)
        elif message.get("state") == "ended":
            run.ended = message
        elif message.get("state") == "paused":
            with self._lock:
                # A worker that pauses of itself gives its place back. Any other "paused" echoes a command
                # that has been accounted for when it was sent.
                if run.state == "running" and message.get("reason") == "lease":
                    self._release(run)
        elif message.get("ask") == "play":
            with self._lock:
                if not run.stopping:
                    self._play(run)

    def _bury(self, run: _Run) -> None:
        """The worker is gone: write down how it ended if it could not, give its place away, tell the database."""
        if run.ended is None:
            run.ended = close_log(run.folder, run.stopping or "killed")
        with self._lock:
            self._runs.pop(run.folder.id, None)
            self._release(run)
        self._on_end(run.folder, run.ended)

    def state(self, run_id: str) -> str | None:
        with self._lock:
            run = self._runs.get(run_id)
            return run.state if run is not None and not run.stopping else None

    def call(self, function: str, arguments: Mapping[str, Any]) -> Any:
        answer: list[Message] = []
        done = threading.Event()

        def hear(message: Message | None) -> None:
            if message is not None:
                answer.append(message)
            done.set()

        job = {"kind": "call", "function": function, "arguments": dict(arguments)}
        process = self._launcher.start(job, hear)
        if not done.wait(self._limits.call_seconds):
            process.kill()
            raise RunError(
                f"Reading took longer than {self._limits.call_seconds:g} seconds; try a smaller file."
            )
        if not answer:
            raise RunError(SENTENCES["memory"].format(megabytes=self._limits.max_memory_mb))
        if "error" in answer[0]:
            raise RunError(answer[0]["error"])
        return answer[0]["result"]

    def begin(self, function: str, arguments: Mapping[str, Any], seconds: float) -> None:
        def hear(message: Message | None) -> None:
            if message is None:
                limit.cancel()

        limit = threading.Timer(seconds, lambda: process.kill())
        limit.daemon = True
        job = {"kind": "call", "function": function, "arguments": dict(arguments)}
        try:
            process = self._launcher.start(job, hear)
        except (OSError, RuntimeError):
            raise RunError("The server cannot start another process; try again in a minute.") from None
        limit.start()  # cancelled already, it does nothing

    def pids(self) -> dict[str, int]:
        """Run id → process id of the live workers."""
        with self._lock:
            return {
                key: run.process.pid for key, run in self._runs.items() if run.process and run.process.pid
            }

    def close(self) -> None:
        with self._lock:
            runs = list(self._runs.values())
            for run in runs:
                run.stopping = run.stopping or "server"
                self._send(run, {"action": "stop", "outcome": run.stopping})
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and self.pids():
            time.sleep(0.02)
        for run in runs:
            if run.process is not None and run.folder.id in self.pids():
                run.process.kill()
        self._launcher.close()


def close_log(folder: RunFolder, outcome: str) -> dict[str, Any]:
    """The state record that ends a log whose worker could not write it: the one there, or a new one."""
    newest = last_state(folder.path)
    if newest is not None and newest["state"] == "ended":
        return newest
    index = read_index(folder.path)
    metrics = {
        name: value for name, value in (index[-1]["metrics"] if index else {}).items() if value is not None
    }
    record = {
        "kind": "state",
        "state": "ended",
        "outcome": outcome,
        "sentence": SENTENCES[outcome],
        "metrics": metrics,
    }
    log = LogWriter(folder.path)
    log.record(record)
    log.close()
    return record
