"""The script that a run is exported as, in a process that knows nothing of this project, and what it must print."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from models.step import Step


def printed(made: Mapping[str, str], folder: Path, seconds: float = 100) -> dict[str, float]:
    """The metrics that the exported script prints, its data beside it."""
    (found,) = _lines(folder, [_put(made, folder, "run.py")], seconds)
    return found


def printed_in_turn(all_made: Iterable[Mapping[str, str]], folder: Path) -> list[dict[str, float]]:
    """What several scripts print, one after another in one process: torch is loaded once."""
    names = [_put(made, folder, f"{number}.py") for number, made in enumerate(all_made)]
    code = "import runpy, sys\nfor path in sys.argv[1:]: runpy.run_path(path, run_name='__main__')"
    return _lines(folder, ["-c", code, *names], 200)


def notebook_source(made: Mapping[str, str]) -> str:
    """The cells of the exported notebook in a row."""
    return "\n\n".join(cells(made)) + "\n"


def cells(made: Mapping[str, str]) -> list[str]:
    return ["".join(cell["source"]) for cell in json.loads(made["notebook"])["cells"]]


def final(steps: Iterable[Step]) -> dict[str, float]:
    """The last value of every metric of a run."""
    metrics: dict[str, float] = {}
    for step in steps:
        metrics |= step.metrics
    return metrics


def _put(made: Mapping[str, str], folder: Path, name: str) -> str:
    (folder / name).write_text(made["script"])
    if made.get("data"):
        (folder / "data.npz").write_bytes(base64.b64decode(made["data"]))
    return name


def _lines(folder: Path, arguments: Sequence[str], seconds: float) -> list[dict[str, float]]:
    """Each line that Python prints, where nothing of ours can be imported and a warning is an error."""
    command = [sys.executable, "-I", "-W", "error", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=seconds)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]
