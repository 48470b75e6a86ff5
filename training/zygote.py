"""The warm process: it has imported torch once, and every worker is a fork of it.

    python -m training.zygote <file descriptor of a Unix socket>

A fork is made ahead of time and waits: the *spare*. It reads the next request itself, from the socket that it shares
with this process, so that a worker begins in a millisecond and shares the imported libraries' memory; then the next
spare is made, and rehearses the lesson that was asked for last (`rehearsal.py`). A request is one JSON object with one
end of a socket pair attached; the worker talks over that, and reads from it what is too long for a request.
`multiprocessing`'s forkserver forks when it is asked and makes each child import the parent's `__main__`, which under
`streamlit run` costs half a second.

What few lessons need is imported while the first spare waits already, so that whoever has just started the server sees
a lesson some seconds earlier. A spare that lacks it is then replaced.

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

from training.rehearsal import rehearse

#: Imported before the first fork: what lessons need, whose `later` goes on, and what a worker runs whatever its job.
PRELOAD = ("models.preload", "training.process")

MAX_REQUEST = 1 << 16
MAX_NAME = 256

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
    gc.disable()  # what is imported stays: looking for garbage in it would take a quarter of the time
    lessons, _ = (importlib.import_module(module) for module in PRELOAD)
    gc.freeze()  # keep the workers' collectors from touching, and so copying, the shared pages
    server.send(b"ready")
    rest, warm, lesson = lessons.later(), False, ""
    while not _gone(server):
        _call_oneself(WARM if warm else WARMING)
        try:
            spare = _spare(server, lesson)
        except OSError:  # no more processes
            traceback.print_exc()
            _refuse(server)
            continue
        with spare:  # closing ends a spare that lacks what was imported, unless it has a request
            if not warm and (warm := _import_more(rest, spare)):
                continue
            lesson = spare.recv(MAX_NAME).decode()  # when it has a request, or died: nothing then
            select.select([server], [], [], SETTLE_SECONDS)


def _import_more(rest: Iterator[None], spare: socket.socket) -> bool:
    """Go on importing once nobody has asked for anything for a moment, until the spare has a request or died; returns
    whether everything is there."""
    calm = SETTLE_SECONDS
    while not select.select([spare], [], [], calm)[0]:
        calm = 0
        try:
            next(rest)
        except StopIteration:
            gc.freeze()
            return True
        except Exception:  # a lesson that needs what is missing says so itself
            traceback.print_exc()
    return False


def _gone(server: socket.socket) -> bool:
    """Whether the other end is closed."""
    readable, _, _ = select.select([server], [], [], 0)
    return bool(readable) and not server.recv(1, socket.MSG_PEEK)


def _spare(server: socket.socket, lesson: str) -> socket.socket:
    """Fork a spare that rehearses a lesson, if there is one. Returns a line to it, on which it tells the lesson of its request.
    Its end says that it has one or died, so that another spare is wanted; to close it ends the spare while it has none."""
    ours, theirs = socket.socketpair()
    try:
        child = os.fork() == 0
    except OSError:
        ours.close()
        theirs.close()
        raise
    if child:
        ours.close()
        _wait(server, theirs, lesson)
    theirs.close()
    return ours


def _refuse(server: socket.socket) -> None:
    """Take the next request and drop it: the server sees the closed line."""
    _, descriptors, _, _ = socket.recv_fds(server, MAX_REQUEST, 1)
    for descriptor in descriptors:
        os.close(descriptor)


def _wait(server: socket.socket, parent: socket.socket, lesson: str) -> None:
    """The child: take the next request, tell the parent, do the job, then leave without the parent's clean-up. Leaves
    without a job when the server is gone or this spare is no longer wanted."""
    code = 1
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        gc.enable()
        _call_oneself(SPARE)
        if lesson and not select.select([server], [], [], 0)[0]:
            rehearse(lesson)
        if (found := _next_request(server, parent)) is not None:
            _call_oneself(WORKER)
            server.close()
            _work(*found, parent, lesson)
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


def _next_request(server: socket.socket, parent: socket.socket) -> tuple[bytes, int] | None:
    """A request and its descriptor; None when either line ends first."""
    while True:
        readable, _, _ = select.select([server, parent], [], [])
        if server not in readable:
            return None
        with contextlib.suppress(BlockingIOError):  # another spare was faster
            request, descriptors, _, _ = socket.recv_fds(server, MAX_REQUEST, 1, socket.MSG_DONTWAIT)
            return (request, descriptors[0]) if request else None


def _work(request: bytes, descriptor: int, parent: socket.socket, lesson: str) -> None:
    from training.process import begin

    with socket.socket(fileno=descriptor) as line:
        reader, job = line.makefile("rb"), json.loads(request)
        with parent, contextlib.suppress(OSError):  # it may have gone
            parent.send(job.get("model", lesson).encode())
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
