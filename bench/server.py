"""A real playground server for measurements and browser tests: its own process, port and home folder."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from types import TracebackType

from bench.processes import children, name
from training.zygote import SPARE

PROJECT = Path(__file__).resolve().parent.parent
START_SECONDS = 90.0
STOP_SECONDS = 20.0


def free_port() -> int:
    """A port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """`streamlit run <script>` on 127.0.0.1; `settings` become `PLAYGROUND_…` variables.

    Without a `home` it makes a temporary one. As a context manager it is started on entry; on exit it is stopped and
    its home folder deleted.
    """

    def __init__(
        self,
        home: Path | None = None,
        *,
        script: str = "app.py",
        options: tuple[str, ...] = (),
        **settings: object,
    ) -> None:
        self.home = home or Path(tempfile.mkdtemp(prefix="playground-"))
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._command = [script, f"--server.port={self.port}", "--server.address=127.0.0.1", *options]
        self._variables = {f"PLAYGROUND_{name.upper()}": str(value) for name, value in settings.items()}
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Server:
        return self.start()

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.stop()

    def launch(self) -> Server:
        """Start the process and return at once."""
        self.home.mkdir(parents=True, exist_ok=True)
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("PLAYGROUND_")}
        with (self.home / "server.log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "streamlit", "run", *self._command],
                cwd=PROJECT,
                env={**inherited, "PLAYGROUND_HOME": str(self.home), **self._variables},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        return self

    def start(self) -> Server:
        """Start it and wait until it answers. Raises RuntimeError, with what it printed, when it does not."""
        self.launch()
        deadline = time.monotonic() + START_SECONDS
        while not self.answers():
            if not self.running or time.monotonic() > deadline:
                printed = self.log()[-2000:]
                self.stop()
                raise RuntimeError(f"The server did not start:\n{printed}")
            time.sleep(0.05)
        return self

    def answers(self) -> bool:
        """Whether it serves requests by now."""
        try:
            with urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def log(self) -> str:
        """What the server printed, errors included."""
        return (self.home / "server.log").read_text(errors="replace")

    def workers(self) -> list[int]:
        """Process ids of the live workers: the grandchildren, forked from the warm process, save the spare one."""
        return [fork for warm in children(self.pid) for fork in children(warm) if name(fork) != SPARE]

    def kill(self) -> None:
        """As a power cut would: no farewell to anybody. Its workers notice by themselves."""
        assert self._process is not None
        os.kill(self.pid, signal.SIGKILL)
        self._process.wait(timeout=STOP_SECONDS)

    def stop(self) -> None:
        """An orderly end, then the folder goes."""
        if self._process is not None and self.running:
            self._process.terminate()
            try:
                self._process.wait(timeout=STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.kill()
        shutil.rmtree(self.home, ignore_errors=True)
