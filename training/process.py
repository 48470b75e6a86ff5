"""What a worker process is made of, whichever way it was started.

* where there is `fork`: the warm process (`zygote.py`) forks a child and calls `begin`;
* elsewhere: `python -m training.process` with the job on the first line of standard input.

A job is `{"kind": "run", "folder": …, "model": …}` or `{"kind": "call", "function": "package.module:name", "arguments": {…}}`.
Only functions of `CALLABLE` may be called: the server names them, learners never do, and the check keeps it so.
"""

from __future__ import annotations

import importlib
import json
import os
import traceback
from pathlib import Path
from typing import Any, BinaryIO

from training.channel import Channel
from training.environment import Environment, environment
from training.priority import be_expendable
from training.spec import SENTENCES, RunFolder
from training.worker import Worker

#: Packages and modules whose functions a server may have computed in a worker.
CALLABLE = ("data.", "models.", "training.bundle:")


def begin(job: dict[str, Any], reader: BinaryIO, writer: BinaryIO) -> None:
    """Do the job in this process, talking over the two streams."""
    limits = environment()
    limit_memory(limits.max_memory_mb)
    be_expendable()
    channel = Channel(reader, writer)
    channel.send({"pid": os.getpid()})
    if job["kind"] == "run":
        path = Path(job["folder"])
        _redirect_errors(path / "worker.log")
        Worker(RunFolder(path.name, path), channel, limits).run()
    else:
        channel.send(_call(job, limits))


def _call(job: dict[str, Any], limits: Environment) -> dict[str, Any]:
    """The function's result, or its error as one sentence."""
    module, _, name = job["function"].partition(":")
    if not job["function"].startswith(CALLABLE):
        return {"error": f"{job['function']} may not be called in a worker."}
    try:
        return {"result": getattr(importlib.import_module(module), name)(**job["arguments"])}
    except MemoryError:
        return {"error": SENTENCES["memory"].format(megabytes=limits.max_memory_mb)}
    except ValueError as error:
        return {"error": str(error)}
    except Exception as error:
        traceback.print_exc()
        return {"error": f"The file could not be read ({type(error).__name__})."}


def _redirect_errors(path: Path) -> None:
    """Tracebacks and libraries' warnings go beside the run, not onto the server's terminal."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(descriptor, 2)
    os.close(descriptor)


def limit_memory(megabytes: int) -> None:
    """Cap what this process may allocate beyond what it has (Linux; elsewhere there is no such limit)."""
    try:
        import resource

        with open("/proc/self/status") as status:
            now_kb = next(int(line.split()[1]) for line in status if line.startswith("VmData"))
    except (ImportError, OSError, StopIteration):
        return
    ceiling = now_kb * 1024 + megabytes * 1_000_000
    resource.setrlimit(resource.RLIMIT_DATA, (ceiling, ceiling))


def main() -> None:
    """A worker that was started, not forked."""
    reader, writer = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever prints must not mix with the messages
    begin(json.loads(reader.readline()), reader, writer)


if __name__ == "__main__":
    main()
