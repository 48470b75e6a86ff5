"""The routes on the session's warm process: in this process for a test client, and behind a real socket for streams."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from server.learner import LearnerCookie, learner_of
from server.routes import EXCEPTION_HANDLERS, routes
from server.stream import Closing
from tests.running import SharedLauncher, runs_with, spec, wait_until
from tests.server.recording import Recording
from tests.server.viewer import Viewer
from training.environment import Environment
from training.log import LogWriter
from training.runs import Runs
from training.spec import RunFolder


@pytest.fixture(scope="module")
def own_runs(launcher: SharedLauncher, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runs]:
    limits = Environment(home=str(tmp_path_factory.mktemp("served")), max_runs=2)
    own = runs_with(limits, launcher)
    yield own
    own.close()


def _page(request: Request) -> HTMLResponse:
    """A page that says whom it takes the visitor for."""
    return HTMLResponse(str(learner_of(request)))


@pytest.fixture(scope="module")
def app(own_runs: Runs) -> Iterator[Starlette]:
    with pytest.MonkeyPatch.context() as patch:
        for module in ("server.routes", "server.learner"):
            patch.setattr(f"{module}.runs", lambda: own_runs)
        yield Starlette(
            routes=[*routes(), Route("/page", _page, methods=["GET", "POST"])],
            middleware=[Middleware(LearnerCookie)],
            exception_handlers=EXCEPTION_HANDLERS,
        )


@pytest.fixture
def client(app: Starlette) -> Iterator[TestClient]:
    """A browser without cookies."""
    yield TestClient(app, raise_server_exceptions=True)


@pytest.fixture(scope="module")
def port(app: Starlette) -> Iterator[int]:
    """The app behind a socket of 127.0.0.1."""
    config = uvicorn.Config(app, port=0, log_level="warning", lifespan="off", timeout_graceful_shutdown=2)
    server = uvicorn.Server(config)
    with config.bind_socket() as socket:
        thread = threading.Thread(target=server.run, args=([socket],))
        thread.start()
        wait_until(lambda: server.started)
        yield int(socket.getsockname()[1])
        Closing.now = True
        server.should_exit = True
        thread.join()
        Closing.now = False


@pytest.fixture
def recording(own_runs: Runs) -> Iterator[Recording]:
    """A run of which only the log exists, written by the test."""
    folder = RunFolder.create(own_runs.limits.runs_folder, spec())
    log = LogWriter(folder.path)
    log.record({"kind": "head", "model": "mlp", "config": {"seed": 1}, "segment": 0})
    yield folder, log
    log.close()


@pytest.fixture
def watch(port: int, own_runs: Runs) -> Callable[..., Viewer]:
    """Opens a viewer on a recording."""

    def open_viewer(recording: Recording, **how: Any) -> Viewer:
        return Viewer(port, own_runs.tokens.make("view", recording[0].id), **how)

    return open_viewer
