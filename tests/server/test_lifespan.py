"""Starting and stopping the server: lost runs recovered, workers ended, nobody kept waiting by an open stream."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from server import lifespan as lifespan_module
from server.lifespan import lifespan
from server.stream import Closing
from tests.running import Running, SharedLauncher, process_exists, runs_with, spec, wait_until
from tests.server.viewer import Viewer
from training.environment import PROJECT, Environment
from training.log import last_state
from training.store import Store

SERVER = """
import json, sys
import uvicorn
from starlette.applications import Starlette
from server.lifespan import lifespan
from server.routes import routes
from training.runs import runs
from training.spec import Spec

if __name__ == "__main__":
    config = uvicorn.Config(Starlette(routes=routes(), lifespan=lifespan), port=0, log_level="warning")
    socket = config.bind_socket()
    handle = runs().start(Spec("ada", "mlp", "mlp", {}), paused=False)
    print(json.dumps([socket.getsockname()[1], handle.id, handle.view]), flush=True)
    uvicorn.Server(config).run([socket])
"""


def test_a_server_recovers_warms_and_closes(
    launcher: SharedLauncher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = runs_with(Environment(home=str(tmp_path)), launcher)
    called: list[str] = []
    monkeypatch.setattr(own, "recover", lambda: called.append("recover"))
    monkeypatch.setattr(own, "clean", lambda: called.append("clean"))
    monkeypatch.setattr(type(own.executor), "warm", lambda _: called.append("warm"))
    monkeypatch.setattr(lifespan_module, "runs", lambda: own)

    async def serve() -> str | None:
        async with lifespan(None):
            run = await asyncio.to_thread(Running.begin, own, spec())
            await asyncio.to_thread(run.until_frames, 2)
            assert not Closing.now
        return await asyncio.to_thread(run.until_stored)

    outcome: list[str | None] = []
    # Not in the main thread, so that the test's signal handlers stay as they are.
    thread = threading.Thread(target=lambda: outcome.append(asyncio.run(serve())))
    try:
        thread.start()
        thread.join(20)
    finally:
        Closing.now = False
    assert called == ["recover", "clean", "warm"]
    assert outcome == ["server"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stopped_server_ends_streams_and_runs_and_is_gone(tmp_path: Path, number: signal.Signals) -> None:
    script = tmp_path / "serve.py"
    script.write_text(SERVER)
    home = tmp_path / "home"
    environment = {**os.environ, "PLAYGROUND_HOME": str(home), "PYTHONPATH": str(PROJECT)}
    with subprocess.Popen(
        [sys.executable, str(script)], cwd=PROJECT, env=environment, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        port, run_id, view = json.loads(server.stdout.readline())
        wait_until(lambda: len((home / "runs" / run_id / "frames.jsonl").read_bytes()) > 10_000, 20)
        wait_until(lambda: answers(port), 20)
        with Viewer(port, view) as viewer:
            assert len(viewer.first(3)) == 3
            began = time.monotonic()
            server.send_signal(number)
            server.wait(10)
            assert time.monotonic() - began < 4
    end = last_state(home / "runs" / run_id)
    assert end is not None
    assert end["outcome"] == "server"
    store = Store(f"sqlite:///{home / 'playground.sqlite'}")
    row = store.get(run_id)
    store.close()
    assert row is not None
    assert row.outcome == "server"
    assert not process_exists(server.pid)


def answers(port: int) -> bool:
    """Whether the server has begun to answer."""
    import http.client

    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/health")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()
