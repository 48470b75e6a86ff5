"""The server's settings, each an environment variable, declared here and nowhere else.

`python -m training.environment` prints them as the table that `docs/settings.md` shows.
"""

from __future__ import annotations

import functools
import os
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parent.parent


class SettingsError(ValueError):
    """One sentence: which variable, what was given, what is legal."""


def _variable(default: Any, meaning: str, low: float | None = None) -> Any:
    """A dataclass field read from `PLAYGROUND_<NAME>`; numbers below `low` are refused."""
    return field(default=default, metadata={"meaning": meaning, "low": low})


@dataclass(frozen=True)
class Environment:
    """Every limit and place of one server."""

    home: str = _variable(
        str(PROJECT / ".playground"), "folder of runs, uploads, data sets, database and secret"
    )
    database: str = _variable("", "SQLAlchemy URL of the run database; empty: SQLite in the home folder")
    mirror: str = _variable("", "address of a copy of the data sets to download; empty: their publishers")
    max_runs: int = _variable(os.cpu_count() or 1, "runs that train at once; more wait in a queue", 1)
    max_processes: int = _variable(96, "worker processes alive at once, paused and queued ones included", 1)
    max_players: int = _variable(40, "people who play a game by hand at once", 1)
    max_seconds: float = _variable(1800.0, "seconds that one run may train (pauses not counted)", 1)
    max_memory_mb: int = _variable(2048, "megabytes that one worker may allocate beyond its start", 64)
    max_log_mb: int = _variable(256, "megabytes of frames one run may record; frames thin out towards it", 1)
    frames_per_second: float = _variable(10.0, "frames recorded and streamed per second", 0.1)
    lease_pause_seconds: float = _variable(
        60.0, "a run that nobody watches pauses after this many seconds", 1
    )
    lease_end_seconds: float = _variable(600.0, "a run that nobody watches ends after this many seconds", 1)
    call_seconds: float = _variable(60.0, "seconds that reading an uploaded file may take", 1)
    keep_days: float = _variable(30.0, "days after which finished runs and uploads are deleted", 0)

    @property
    def home_folder(self) -> Path:
        return Path(self.home)

    @property
    def runs_folder(self) -> Path:
        return self.home_folder / "runs"

    @property
    def uploads_folder(self) -> Path:
        return self.home_folder / "uploads"

    @property
    def datasets_folder(self) -> Path:
        return self.home_folder / "datasets"

    @property
    def database_url(self) -> str:
        return self.database or f"sqlite:///{self.home_folder / 'playground.sqlite'}"


def variable_name(setting: str) -> str:
    """`max_runs` → `PLAYGROUND_MAX_RUNS`."""
    return f"PLAYGROUND_{setting.upper()}"


def read(variables: dict[str, str] | None = None) -> Environment:
    """The settings in `variables` (default: the process's environment).

    Raises:
        SettingsError: a number that cannot be read or lies below its least value.
    """
    given = dict(os.environ) if variables is None else variables
    values: dict[str, Any] = {}
    for setting in fields(Environment):
        text = given.get(variable_name(setting.name), "").strip()
        if not text:
            continue
        kind: Any = type(setting.default)
        try:
            value = kind(text)
        except ValueError:
            raise SettingsError(f"{variable_name(setting.name)} is {text!r}; it must be a number.") from None
        low = setting.metadata["low"]
        if low is not None and not value >= low:
            raise SettingsError(f"{variable_name(setting.name)} is {text}; it must be at least {low}.")
        values[setting.name] = value
    return Environment(**values)


@functools.cache
def environment() -> Environment:
    """This process's settings, read once."""
    return read()


def table() -> str:
    """The settings as a Markdown table."""
    rows = ["| variable | default | meaning |", "| --- | --- | --- |"]
    shown = {
        "home": "`.playground` beside `app.py`",
        "database": "*(empty)*",
        "mirror": "*(empty)*",
        "max_runs": "number of cores",
    }
    for setting in fields(Environment):
        default = shown.get(setting.name, f"{setting.default:g}" if setting.name not in shown else "")
        rows.append(f"| `{variable_name(setting.name)}` | {default} | {setting.metadata['meaning']} |")
    return "\n".join(rows)


if __name__ == "__main__":
    print(table())
