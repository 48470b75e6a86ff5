"""Starting worker processes: forked from a warm process where there is `fork`, started afresh elsewhere."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import Any

from training.channel import Channel, Message
from training.environment import PROJECT
from training.zygote import MAX_REQUEST, ON_THE_LINE

#: Seconds that the warm process may take to import what workers need.
WARM_SECONDS = 120.0


class WorkerProcess:
    """The server's handle on one worker."""

    def __init__(self, on_message: Callable[[Message | None], None], reader: Any, writer: Any) -> None:
        self.pid: int | None = None
        self._on_message = on_message
        self.channel = Channel(reader, writer, self._deliver)

    def _deliver(self, message: Message | None) -> None:
        if message is not None and "pid" in message:
            self.pid = message["pid"]
            return
        self._on_message(message)

    def kill(self) -> None:
        """End the process at once. Its closed line is then reported like any other death."""
        if self.pid is not None:
            try:
                os.kill(self.pid, getattr(signal, "SIGKILL", signal.SIGTERM))
            except ProcessLookupError:
                pass


class Launcher:
    """Starts workers. `warm()` ahead of the first one makes it as quick as the rest."""

    def __init__(self, fork: bool = hasattr(os, "fork")) -> None:
        self._fork = fork
        self._lock = threading.Lock()
        self._zygote: subprocess.Popen[bytes] | None = None
        self._line: socket.socket | None = None
        self._ready = False

    def warm(self) -> None:
        """Start the warm process and wait until it is ready."""
        if not self._fork:
            return
        with self._lock:
            self._ensure()

    @property
    def ready(self) -> bool:
        """Whether a worker would begin at once."""
        zygote = self._zygote
        return self._ready and zygote is not None and zygote.poll() is None

    def start(self, job: dict[str, Any], on_message: Callable[[Message | None], None]) -> WorkerProcess:
        """A new worker on `job`. `on_message(None)` is called when its line closes, whatever the reason."""
        return self._start_fork(job, on_message) if self._fork else self._start_fresh(job, on_message)

    def _start_fork(self, job: dict[str, Any], on_message: Callable[[Message | None], None]) -> WorkerProcess:
        ours, theirs = socket.socketpair()
        request = json.dumps(job).encode()
        follows = len(request) >= MAX_REQUEST  # too long for one message: it comes over the worker's own line
        if follows:
            request = json.dumps(ON_THE_LINE).encode()
        with self._lock:
            line = self._ensure()
            try:
                socket.send_fds(line, [request], [theirs.fileno()])
            except OSError:  # the warm process died since: make another, once
                self._stop()
                socket.send_fds(self._ensure(), [request], [theirs.fileno()])
        theirs.close()
        process = WorkerProcess(on_message, ours.makefile("rb"), ours.makefile("wb"))
        ours.close()  # the two streams keep it open
        if follows:
            process.channel.send(job)
        return process

    def _ensure(self) -> socket.socket:
        if self._line is not None and self._zygote is not None and self._zygote.poll() is None:
            if not self._ready:
                self._await_ready(self._line)
            return self._line
        self._stop()
        self._line, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        os.set_inheritable(theirs.fileno(), True)
        self._zygote = subprocess.Popen(
            [sys.executable, "-m", "training.zygote", str(theirs.fileno())],
            cwd=PROJECT,
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
        )
        theirs.close()
        self._await_ready(self._line)
        return self._line

    def _await_ready(self, line: socket.socket) -> None:
        line.settimeout(WARM_SECONDS)
        if line.recv(16) != b"ready":
            self._stop()
            raise RuntimeError("The process that starts workers could not start; see the server's terminal.")
        line.settimeout(None)
        self._ready = True

    def _start_fresh(
        self, job: dict[str, Any], on_message: Callable[[Message | None], None]
    ) -> WorkerProcess:
        process = subprocess.Popen(
            [sys.executable, "-m", "training.process"],
            cwd=PROJECT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert process.stdin is not None and process.stdout is not None
        process.stdin.write(json.dumps(job).encode() + b"\n")
        process.stdin.flush()

        def deliver(message: Message | None) -> None:
            on_message(message)
            if message is None:
                process.wait()

        return WorkerProcess(deliver, process.stdout, process.stdin)

    def _stop(self) -> None:
        if self._line is not None:
            self._line.close()
        if self._zygote is not None:
            self._zygote.terminate()
            self._zygote.wait()
        self._line, self._zygote, self._ready = None, None, False

    def close(self) -> None:
        """End the warm process. Workers still alive end themselves when their lines close."""
        with self._lock:
            self._stop()
