"""The warm process: it has imported torch once, and every worker is a fork of it.

    python -m training.zygote <file descriptor of a Unix socket>

A fork is made ahead of time and waits: the *spare*. It reads the next request itself, from the socket that it shares
with this process, so that a worker begins in a millisecond and shares the imported libraries' memory; then the next
spare is made. What few lessons need is imported after the first spare was made, which waits meanwhile, so that whoever has just
started the server sees a lesson some seconds earlier. A request is one JSON object with one end of a socket pair attached; the worker talks over that, and
reads from it what is too long for a request.
`multiprocessing`'s forkserver forks when it is asked and makes each child import the parent's `__main__`, which under
`streamlit run` costs half a second.

When the server goes, its end of the socket closes and this process and its spare end. Workers notice by themselves.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import select
import signal
import socket
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path

#: Imported before the first fork: see `models/preload.py`; and what a worker runs whatever its job.
PRELOAD = ("models.preload", "training.process")
#: Imported one by one while the first spare waits, which is then replaced by one that has them.
PRELOAD_LATER = ("torch._dynamo", "models.preload_later")

MAX_REQUEST = 1 << 16

#: What is requested in place of a job that is longer than that: it is the first line that the worker reads.
ON_THE_LINE = {"kind": "follows"}

#: Seconds that a new worker is left the processors before the next spare is made, unless somebody waits for one.
SETTLE_SECONDS = 0.3

#: What `ps` and `top` call a fork that waits, and one that works; and this process before and after it has everything.
SPARE, WORKER, WARMING, WARM = "spare", "worker", "warming", "warm"


def serve(server: socket.socket) -> None:
    """Keep a spare until the server is gone."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the system reaps the children
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in the terminal is the server's to handle
    for module in PRELOAD:
        _load(module)
    server.send(b"ready")
    later = list(PRELOAD_LATER)
    while not _gone(server):
        _call_oneself(WARMING if later else WARM)
        try:
            line, keep = _spare(server)
        except OSError:  # no more processes
            traceback.print_exc()
            _refuse(server)
            continue
        imported = False
        while later and not _at_end(line, SETTLE_SECONDS):
            with _told():  # a lesson that needs what is missing says so itself
                _load(later.pop(0))
            imported = True
        if not imported:
            os.read(line, 1)  # until the spare has a request, or died
            select.select([server], [], [], SETTLE_SECONDS)
        os.close(line)
        os.close(keep)  # ends a spare that lacks what was imported, unless it has a request


def _at_end(line: int, seconds: float) -> bool:
    """Whether the spare gets a request in the next seconds, or dies."""
    return bool(select.select([line], [], [], seconds)[0])


def _load(module: str) -> None:
    importlib.import_module(module)
    gc.freeze()  # keep the collector from touching, and so copying, the shared pages


@contextlib.contextmanager
def _told() -> Iterator[None]:
    """An error is printed on the server's terminal, and no more."""
    try:
        yield
    except Exception:
        traceback.print_exc()


def _gone(server: socket.socket) -> bool:
    """Whether the other end is closed."""
    readable, _, _ = select.select([server], [], [], 0)
    return bool(readable) and not server.recv(1, socket.MSG_PEEK)


def _spare(server: socket.socket) -> tuple[int, int]:
    """Fork a spare. Returns two descriptors: an end of file on the first says that another spare is wanted, and closing
    the second ends the spare while it has no request."""
    (line, theirs), (kept, keep) = os.pipe(), os.pipe()
    try:
        child = os.fork() == 0
    except OSError:
        for descriptor in (line, theirs, kept, keep):
            os.close(descriptor)
        raise
    if child:
        os.close(line)
        os.close(keep)
        _wait(server, theirs, kept)
    os.close(theirs)
    os.close(kept)
    return line, keep


def _refuse(server: socket.socket) -> None:
    """Take the next request and drop it: the server sees the closed line."""
    _, descriptors, _, _ = socket.recv_fds(server, MAX_REQUEST, 1)
    for descriptor in descriptors:
        os.close(descriptor)


def _wait(server: socket.socket, line: int, kept: int) -> None:
    """The child: take the next request, do the job, then leave without the parent's clean-up. Closes `line` when it has
    one; leaves without one when the other end of `kept` is closed."""
    code = 1
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        _call_oneself(SPARE)
        if (found := _next_request(server, kept)) is not None:
            _call_oneself(WORKER)
            server.close()
            os.close(line)
            os.close(kept)
            _work(*found)
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


def _next_request(server: socket.socket, kept: int) -> tuple[bytes, int] | None:
    """A request and its descriptor; None when the server is gone or this spare is no longer kept."""
    while True:
        readable, _, _ = select.select([server.fileno(), kept], [], [])
        if server.fileno() not in readable:
            return None
        with contextlib.suppress(BlockingIOError):  # another spare was faster
            request, descriptors, _, _ = socket.recv_fds(server, MAX_REQUEST, 1, socket.MSG_DONTWAIT)
            return (request, descriptors[0]) if request else None


def _work(request: bytes, descriptor: int) -> None:
    from training.process import begin

    with socket.socket(fileno=descriptor) as line:
        reader, job = line.makefile("rb"), json.loads(request)
        if job == ON_THE_LINE:
            job = json.loads(reader.readline())
        begin(job, reader, line.makefile("wb"))


def _call_oneself(name: str) -> None:
    with contextlib.suppress(OSError):  # not everywhere
        Path("/proc/self/comm").write_text(name)


if __name__ == "__main__":
    # SOCK_SEQPACKET keeps one request in one message.
    serve(socket.socket(fileno=int(sys.argv[1])))
    sys.stderr.flush()
    os._exit(0)  # as its children do: a library that is cleaned up complains on the server's terminal
