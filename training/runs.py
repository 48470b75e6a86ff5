"""Runs as the rest of the app sees them: start, control, look up. One `Runs` per server process.

The browser holds three kinds of signed text: a *spec* (what it may start), a *view* token (what it may watch) and a
*control* token (what it may steer). Whoever holds none of them can do nothing.
"""

from __future__ import annotations

import datetime
import functools
import os
import re
import shutil
import socket
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from training.environment import Environment, environment
from training.executor import Executor, RunError
from training.local import LocalExecutor, close_log
from training.spec import RunFolder, Spec, new_id
from training.store import IMPORTED, RunRow, Store
from training.tokens import Tokens

_RUN_ID = re.compile(r"\d{8}-\d{6}-[0-9a-f]{16}")

#: So many runs that were replaced, one by the next, are known to have been replaced by the newest.
MOST_REPLACED = 16

#: Commands that make a preview a run worth remembering.
PLAYING = ("play", "step", "epoch")


@dataclass(frozen=True)
class Handle:
    """What a browser needs in order to follow (and steer) a run."""

    id: str
    view: str
    control: str
    state: str


class Runs:
    """The runs of this server. Safe to call from any thread."""

    def __init__(self, limits: Environment, executor: Executor | None = None) -> None:
        self.limits = limits
        limits.home_folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.tokens = Tokens(limits.home_folder)
        self.store = Store(limits.database_url)
        self.executor: Executor = executor or LocalExecutor(limits, self._on_end)
        self._lock = threading.Lock()
        self._current: dict[tuple[str, str], str] = {}  # (learner, page) → run id
        self._stored: set[str] = set()  # alive and in the database
        #: (learner, page) → the runs whose place the current one took, or the next will take, one after the other
        self._replaced: dict[tuple[str, str], deque[str]] = {}
        #: Run id → what its beginner wants told of it, while it lives
        self._told: dict[str, Mapping[str, Any]] = {}
        #: Run id → who is called when it was sent a command, or another one has begun in its place
        self._listeners: dict[str, Callable[[], None]] = {}

    def start(self, spec: Spec, *, paused: bool, told: Mapping[str, Any] | None = None) -> Handle:
        """Begin a run; the learner's earlier run on this page ends.

        told: what the stream of the earlier run is to tell the learner of this one (JSON).
        Raises RunError when the server is full.
        """
        folder = RunFolder.create(self.limits.runs_folder, spec)
        with self._lock:
            place = spec.learner, spec.page
            earlier = self._current.get(place)
            self._current[place] = folder.id
            if told is not None:
                self._told[folder.id] = told
            if earlier is not None:
                self._replaced.setdefault(place, deque(maxlen=MOST_REPLACED)).append(earlier)
            replaced = tuple(self._replaced.get(place, ()))
        if earlier is not None:
            self._quietly(earlier, {"action": "stop", "outcome": "replaced"})
        if not paused:
            self._remember(folder.id, spec)
        try:
            self.executor.start(folder, spec.learner, play=not paused)
        except RunError as error:
            self._on_end(folder, {"outcome": "refused", "sentence": str(error), "metrics": {}})
            shutil.rmtree(folder.path, ignore_errors=True)
            raise
        for run_id in replaced:
            self._tell(run_id)
        return self.handle(folder.id)

    def listen(self, run_id: str, called: Callable[[], None] | None) -> None:
        """Have this called, from any thread, when a run was sent a command or its successor has begun; None: no longer."""
        if called is None:
            self._listeners.pop(run_id, None)
        else:
            self._listeners[run_id] = called

    def _tell(self, run_id: str) -> None:
        if called := self._listeners.get(run_id):
            called()

    def _remember(self, run_id: str, spec: Spec) -> None:
        with self._lock:
            if run_id in self._stored:
                return
            self._stored.add(run_id)
        self.store.add(run_id, spec)

    def _quietly(self, run_id: str, command: Mapping[str, Any]) -> None:
        try:
            self.executor.command(run_id, command)
        except RunError:
            pass  # it ended a moment ago

    def command(self, run_id: str, command: Mapping[str, Any]) -> None:
        """Pass a learner's command to a run. Raises RunError when it has ended."""
        if command["action"] in PLAYING and self.executor.state(run_id) is not None:
            self._remember(run_id, self.folder_of(run_id).spec)
        self.executor.command(run_id, command)
        self._tell(run_id)

    def _on_end(self, folder: RunFolder, end: Mapping[str, Any]) -> None:
        """Called by the executor when a worker is gone."""
        with self._lock:
            stored = folder.id in self._stored
            self._stored.discard(folder.id)
            self._told.pop(folder.id, None)
            for place in [place for place, run_id in self._current.items() if run_id == folder.id]:
                del self._current[place]
                self._replaced.pop(place, None)
                if stored:  # still looked at
                    self._replaced[place] = deque([folder.id], MOST_REPLACED)
        if stored:
            self.store.end(folder.id, end["outcome"], end["sentence"], end["metrics"])
        elif end["outcome"] in ("replaced", "left", "server"):
            shutil.rmtree(folder.path, ignore_errors=True)  # a preview nobody played

    def handle(self, run_id: str) -> Handle:
        """Tokens and state of a run."""
        make = self.tokens.make
        return Handle(
            run_id, make("view", run_id), make("control", run_id), self.executor.state(run_id) or "ended"
        )

    def successor(self, run_id: str, spec: Spec) -> str | None:
        """The newest run that took the place of this one, which `spec` describes, on the learner's page, while that lives.

        A run that was played has a place until another takes it, though it has ended."""
        place = spec.learner, spec.page
        with self._lock:
            return self._current.get(place) if run_id in self._replaced.get(place, ()) else None

    def replaced(self, control: str) -> bool:
        """Whether another run of the learner's has the place of the one that this control token steers."""
        run_id = self.tokens.read("control", control)
        with self._lock:
            return any(run_id in runs and place in self._current for place, runs in self._replaced.items())

    def told(self, run_id: str) -> dict[str, Any]:
        """What the learner is told of a run that took another's place: its tokens, and what its beginner wants told."""
        make = self.tokens.make
        return {
            **self._told.get(run_id, {}),
            "view": make("view", run_id),
            "control": make("control", run_id),
        }

    def folder_of(self, run_id: str) -> RunFolder:
        """Where a run of this server is recorded."""
        return RunFolder(run_id, self.limits.runs_folder / run_id)

    def folder(self, purpose: str, token: str) -> RunFolder | None:
        """The run that a "view" or "control" token opens; None for a wrong token or a run that was deleted."""
        run_id = self.tokens.read(purpose, token)
        if run_id is None or not _RUN_ID.fullmatch(run_id):
            return None
        folder = self.folder_of(run_id)
        return folder if (folder.path / "spec.json").exists() else None

    def latest(self, learner: str, page: str) -> tuple[Handle, Spec] | None:
        """The learner's current run on this page, or the newest one that was played there."""
        with self._lock:
            run_id = self._current.get((learner, page))
        if run_id is None:
            rows = self.store.of_learner(learner, page, limit=1)
            run_id = rows[0].id if rows else None
        if run_id is None:
            return None
        folder = self.folder_of(run_id)
        try:
            return self.handle(run_id), folder.spec
        except OSError:
            return None  # deleted since

    def rename(self, run_id: str, learner: str, title: str) -> None:
        """Give a run a title ("" for none). Raises RunError when it is not the learner's."""
        if not self.store.rename(run_id, learner, clean_title(title)):
            raise RunError("This run is not yours, or no longer kept.")

    def delete(self, run_id: str, learner: str) -> None:
        """Delete a run and all that was recorded. Raises RunError while it is active, or when it is not theirs."""
        self._own(run_id, learner, "delete")
        self.store.delete(run_id, learner)
        shutil.rmtree(self.limits.runs_folder / run_id, ignore_errors=True)

    def _own(self, run_id: str, learner: str, purpose: str) -> RunRow:
        """A run of the learner's that has ended. Raises RunError for any other."""
        row = self.store.get(run_id)
        if row is None or row.learner != learner or not _RUN_ID.fullmatch(run_id):
            raise RunError("This run is not yours, or no longer kept.")
        if row.outcome is None or self.executor.state(run_id) is not None:
            raise RunError(f"This run is still active: stop it before you {purpose} it.")
        return row

    def export_bundle(self, run_id: str, learner: str, extra: Mapping[str, str]) -> Path:
        """The zip file of an ended run, made anew in a worker. extra: file name → base64 of its content.

        Raises RunError with one sentence.
        """
        row = self._own(run_id, learner, "export")
        folder = self.limits.runs_folder / run_id
        if not (folder / "spec.json").exists():
            raise RunError("The recorded frames of this run were deleted.")
        arguments = {
            "folder": str(folder),
            "target": str(folder / "bundle.zip"),
            "extra": dict(extra),
            "title": row.title,
            "created": row.created.isoformat(timespec="seconds"),
        }
        self.executor.call("training.bundle:pack", arguments)
        return folder / "bundle.zip"

    def import_bundle(self, learner: str, file: Path) -> str:
        """The id of a new run of the learner's, made from a bundle. Raises RunError: one sentence."""
        folder = self.limits.runs_folder / new_id()
        arguments = {
            "file": str(file),
            "folder": str(folder),
            "learner": learner,
            "uploads": str(self.limits.uploads_folder),
        }
        try:
            about = self.executor.call("training.bundle:unpack", arguments)
        except RunError:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        spec = Spec(learner, about["page"], about["model"], about["config"])
        self.store.add(folder.name, spec, clean_title(about["title"]), IMPORTED)
        self.store.end(folder.name, about["outcome"], about["sentence"], about["metrics"])
        return folder.name

    def recover(self) -> list[RunRow]:
        """After a restart: give every run whose server is gone the outcome its log tells. Returns those runs."""
        lost = [row for row in self.store.alive() if row.id not in self._stored and not _alive(row.server)]
        for row in lost:
            folder = self.folder_of(row.id)
            try:
                end = close_log(folder, "server")
            except OSError:
                end = {
                    "outcome": "server",
                    "sentence": "The recorded frames of this run were deleted.",
                    "metrics": {},
                }
            self.store.end(row.id, end["outcome"], end["sentence"], end["metrics"])
        return lost

    def clean(self) -> None:
        """Delete what is older than the keeping time: runs, previews that a crash left behind, uploads."""
        age = self.limits.keep_days * 86400
        for run_id in self.store.delete_before(_days_ago(self.limits.keep_days)):
            shutil.rmtree(self.limits.runs_folder / run_id, ignore_errors=True)
        for folder in (self.limits.runs_folder, self.limits.uploads_folder):
            for path in folder.iterdir() if folder.exists() else ():
                if time.time() - path.stat().st_mtime > max(age, 86400):
                    shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)

    def close(self) -> None:
        self.executor.close()
        self.store.close()


def clean_title(text: str, longest: int = 80) -> str:
    """A title on one line, of characters that can be seen."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())[:longest]


def _days_ago(days: float) -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=days)


def _alive(server: str) -> bool:
    """Whether the server `host:pid` still runs; one on another host is believed to."""
    host, _, pid = server.rpartition(":")
    if host != socket.gethostname() or not pid.isdigit():
        return host != ""
    if int(pid) == os.getpid():
        return False  # asked about a run this process does not know: an earlier process had this number
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


@functools.cache
def runs() -> Runs:
    """This process's runs, made on first use."""
    return Runs(environment())
