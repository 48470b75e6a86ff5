"""The warm process: it has imported torch once, and every worker is a fork of it.

    python -m training.zygote <file descriptor of a Unix socket>

A fork is made ahead of time and waits: the *spare*. It reads the next request itself, from the socket that it shares
with this process, so that a worker begins in a millisecond and shares the imported libraries' memory; then the next
spare is made. A request is one JSON object with one end of a socket pair attached; the worker talks over that, and
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
from pathlib import Path

#: Imported before the first fork: see `models/preload.py`; and what a worker runs whatever its job.
PRELOAD = ("models.preload", "training.process")

MAX_REQUEST = 1 << 16

#: What is requested in place of a job that is longer than that: it is the first line that the worker reads.
ON_THE_LINE = {"kind": "follows"}

#: Seconds that a new worker is left the processors before the next spare is made, unless somebody waits for one.
SETTLE_SECONDS = 0.3

#: What `ps` and `top` call a fork that waits, and one that works.
SPARE, WORKER = "spare", "worker"


def serve(server: socket.socket) -> None:
    """Keep a spare until the server is gone."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the system reaps the children
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in the terminal is the server's to handle
    for module in PRELOAD:
        importlib.import_module(module)
    gc.freeze()  # keep the collector from touching, and so copying, the shared pages
    server.send(b"ready")
    while not _gone(server):
        try:
            line = _spare(server)
        except OSError:  # no more processes
            traceback.print_exc()
            _refuse(server)
            continue
        os.read(line, 1)  # until the spare has a request, or died
        os.close(line)
        select.select([server], [], [], SETTLE_SECONDS)


def _gone(server: socket.socket) -> bool:
    """Whether the other end is closed."""
    readable, _, _ = select.select([server], [], [], 0)
    return bool(readable) and not server.recv(1, socket.MSG_PEEK)


def _spare(server: socket.socket) -> int:
    """Fork a spare; returns a descriptor whose end of file says that another one is wanted."""
    line, theirs = os.pipe()
    try:
        child = os.fork() == 0
    except OSError:
        os.close(line)
        os.close(theirs)
        raise
    if child:
        os.close(line)
        _wait(server, theirs)
    os.close(theirs)
    return line


def _refuse(server: socket.socket) -> None:
    """Take the next request and drop it: the server sees the closed line."""
    _, descriptors, _, _ = socket.recv_fds(server, MAX_REQUEST, 1)
    for descriptor in descriptors:
        os.close(descriptor)


def _wait(server: socket.socket, line: int) -> None:
    """The child: take the next request, do the job, then leave without the parent's clean-up."""
    code = 1
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        _call_oneself(SPARE)
        request, descriptors, _, _ = socket.recv_fds(server, MAX_REQUEST, 1)
        server.close()
        _call_oneself(WORKER)
        os.close(line)
        if request:
            _work(request, descriptors[0])
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


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
