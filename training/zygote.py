"""The warm process: it has imported torch once, and every worker is a fork of it.

    python -m training.zygote <file descriptor of a Unix socket>

A request is one JSON object with one end of a socket pair attached; the child talks over that. A worker begins in
about ten milliseconds and shares the imported libraries' memory. `multiprocessing`'s forkserver does the same but
makes each child import the parent's `__main__`, which under `streamlit run` costs half a second.

When the server goes, its end of the socket closes and this process ends. The workers notice by themselves.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import signal
import socket
import sys
import traceback

#: Imported before the first fork; see `models/preload.py`.
PRELOAD = "models.preload"

MAX_REQUEST = 1 << 16


def serve(server: socket.socket) -> None:
    """Fork a worker per request until the server is gone."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the system reaps the children
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in the terminal is the server's to handle
    importlib.import_module(PRELOAD)
    gc.freeze()  # keep the collector from touching, and so copying, the shared pages
    server.send(b"ready")
    while True:
        data, descriptors, _, _ = socket.recv_fds(server, MAX_REQUEST, 1)
        if not data:
            return
        try:
            child = os.fork() == 0
        except OSError:
            traceback.print_exc()  # no more processes: the server sees the closed line
            child = False
        if child:
            server.close()
            _work(data, descriptors[0])
        os.close(descriptors[0])


def _work(request: bytes, descriptor: int) -> None:
    """The child: do the job, then leave without the parent's clean-up."""
    code = 1
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        from training.process import begin

        with socket.socket(fileno=descriptor) as line:
            begin(json.loads(request), line.makefile("rb"), line.makefile("wb"))
            code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    # SOCK_SEQPACKET keeps one request in one message.
    serve(socket.socket(fileno=int(sys.argv[1])))
