"""The script that a run is exported as, in a process that knows nothing of this project, and what it must print."""

from __future__ import annotations

import atexit
import base64
import functools
import json
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from models.step import Step

#: A Python in which nothing of ours can be imported and a warning is an error. It loads torch once, which takes seconds;
#: every script gets a fork of it, and so a process of its own.
CLEAN = """
import json, os, runpy, signal, sys, traceback, warnings
with warnings.catch_warnings(action="ignore"):  # what these libraries say of each other
    import numpy, sklearn.datasets, sklearn.linear_model, torch
    import torch._dynamo  # a first optimizer would, for two seconds of every script
torch.manual_seed(0)  # loads what torch loads late
asked, answers = sys.stdin, os.fdopen(os.dup(1), "w")
for line in asked:
    wish = json.loads(line)
    if not (child := os.fork()):
        os.chdir(wish["folder"])
        for number, name in ((1, "printed"), (2, "complaints")):
            os.dup2(os.open(name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
        signal.alarm(wish["seconds"])
        sys.argv, code = ["script"], 0
        try:
            for name in wish["scripts"]:
                runpy.run_path(name, run_name="__main__")
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 1
        except BaseException:
            traceback.print_exc()
            code = 1
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    answers.write(str(os.waitpid(child, 0)[1]) + chr(10))
    answers.flush()
"""


def printed(made: Mapping[str, str], folder: Path, seconds: int = 100) -> dict[str, float]:
    """The metrics that the exported script prints, its data beside it."""
    (found,) = _lines(folder, [_put(made, folder, "run.py")], seconds)
    return found


def printed_in_turn(all_made: Iterable[Mapping[str, str]], folder: Path) -> list[dict[str, float]]:
    """What several scripts print, one after another in one process."""
    return _lines(folder, [_put(made, folder, f"{number}.py") for number, made in enumerate(all_made)], 200)


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


def _lines(folder: Path, scripts: Sequence[str], seconds: int) -> list[dict[str, float]]:
    """Each line that the scripts print."""
    clean = _clean()
    assert clean.stdin is not None and clean.stdout is not None
    clean.stdin.write(json.dumps({"folder": str(folder), "scripts": scripts, "seconds": seconds}) + "\n")
    clean.stdin.flush()
    assert clean.stdout.readline() == "0\n", (folder / "complaints").read_text()
    return [json.loads(line) for line in (folder / "printed").read_text().splitlines()]


@functools.cache
def _clean() -> subprocess.Popen[str]:
    command = [sys.executable, "-I", "-W", "error", "-c", CLEAN]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    atexit.register(process.kill)
    return process
