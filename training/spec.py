"""What a run is: its folder, its spec, and the states and outcomes it can have."""

from __future__ import annotations

import json
import secrets
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

#: Outcome → the sentence a learner reads when a run has ended that way. `{…}` are filled in by whoever ends it.
SENTENCES = {
    "finished": "Training finished.",
    "stopped": "Stopped by you.",
    "replaced": "A newer run took this one's place.",
    "left": "Nobody watched this run for a while, so it was ended. Everything up to its last frame is kept.",
    "time": "The run reached the time limit of {seconds:g} seconds of training and was ended.",
    "memory": "The run needed more memory than the {megabytes} MB it may have. Try a smaller network, batch or table.",
    "killed": "The run's process was killed from outside. Everything up to its last frame is kept: run it again.",
    "server": "The server stopped while this run was active. Everything up to its last frame is kept: run it again.",
    "failed": "Training stopped on an internal error ({error}). Everything up to its last frame is kept.",
    "refused": "{error}",
}


@dataclass(frozen=True)
class Spec:
    """Who trains what. `config` is the model's configuration as JSON; only the worker makes sense of it."""

    learner: str
    page: str
    model: str
    config: dict[str, Any]


def new_id() -> str:
    """An unguessable name for a run, which begins with the time."""
    return f"{time.strftime('%Y%m%d-%H%M%S')}-{secrets.token_hex(8)}"


@dataclass(frozen=True)
class RunFolder:
    """A run on disk."""

    id: str
    path: Path

    @classmethod
    def create(cls, runs: Path, spec: Spec) -> RunFolder:
        """A new folder with an unguessable name, holding the spec."""
        identifier = new_id()
        path = runs / identifier
        path.mkdir(parents=True, mode=0o700)
        (path / "spec.json").write_text(json.dumps(asdict(spec)))
        (path / "frames.jsonl").touch(mode=0o600)
        return cls(identifier, path)

    @property
    def spec(self) -> Spec:
        return Spec(**json.loads((self.path / "spec.json").read_text()))

    @property
    def recorded(self) -> int:
        """A number that grows with each frame of the log; 0 before the first."""
        try:
            return (self.path / "index.jsonl").stat().st_size
        except OSError:
            return 0

    def watch(self) -> None:
        """Say that somebody is looking: renews the lease."""
        (self.path / "watched").touch(mode=0o600)

    def seconds_unwatched(self) -> float:
        """Seconds since somebody last looked (since the start when nobody has)."""
        for name in ("watched", "spec.json"):
            try:
                return time.time() - (self.path / name).stat().st_mtime
            except OSError:
                continue
        return 0.0
