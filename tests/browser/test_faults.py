"""What is killed in the middle of a run: a worker, the whole server. The page says so and goes on."""

from __future__ import annotations

import os
import signal
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bench.server import Server
from tests.browser.complaints import Complaints
from tests.browser.conftest import NewLearner
from tests.browser.lesson import Lesson

pytestmark = pytest.mark.browser


def runs_again(lesson: Lesson) -> None:
    """Old frames can be looked at, and the one button starts afresh."""
    lesson.scrub(0.4)
    assert 0 < lesson.step < lesson.history[-1][0]
    token = lesson.view_token
    lesson.page.get_by_role("button", name="Run again").click()
    lesson.until("return view.session.current.view !== arg && root.dataset.state === 'running'", token)
    lesson.until_step(20)


@pytest.mark.skipif(sys.platform != "linux", reason="finds the worker through /proc")
def test_a_killed_worker(server: Server, new_learner: NewLearner) -> None:
    lesson = new_learner(server)
    lesson.open()
    lesson.train()
    lesson.until("return view.session.current.series.length > 12")
    (worker,) = server.workers()
    neighbour = new_learner(server)
    neighbour.open()
    neighbour.train()

    history = lesson.history
    os.kill(worker, signal.SIGKILL)
    lesson.until_state("ended")
    assert lesson.sentence.startswith("The run's process was killed from outside.")
    assert lesson.history[: len(history)] == history
    neighbour.until_step(neighbour.step + 50)
    assert neighbour.state == "running"
    runs_again(lesson)
    neighbour.until_step(neighbour.step + 50)
    assert neighbour.state == "running"


def test_a_server_that_hangs_for_a_moment(server: Server, lesson: Lesson) -> None:
    lesson.open()
    lesson.train()
    os.kill(server.pid, signal.SIGSTOP)
    lesson.page.wait_for_timeout(1500)
    os.kill(server.pid, signal.SIGCONT)
    lesson.until_step(lesson.step + 50)
    lesson.pause()
    history = lesson.history
    lesson.reload()
    assert lesson.history == history, "what was missed has come"


def test_a_command_that_does_not_reach_the_server(lesson: Lesson, complaints: Complaints) -> None:
    complaints.expect("ERR_INTERNET_DISCONNECTED")
    lesson.open()
    lesson.train()
    lesson.page.context.set_offline(True)
    lesson.press("train")  # pause
    lesson.page.get_by_text("The server cannot be reached.").wait_for()
    lesson.page.context.set_offline(False)
    assert lesson.state == "running"
    lesson.page.locator(".lv-train", has_text="Pause").wait_for()
    lesson.pause()
    assert lesson.sentence == "Paused."


@pytest.fixture
def mortal(tmp_path: Path) -> Iterator[Server]:
    """A server for one test alone."""
    server = Server(tmp_path / "home").start()
    yield server
    server.stop()


def test_visitors_at_the_very_start(tmp_path: Path) -> None:
    server = Server(tmp_path / "home").launch()
    page = urllib.request.Request(f"{server.url}/mlp", headers={"Accept": "text/html"})

    def visit() -> tuple[int, str]:
        while True:
            try:
                with urllib.request.urlopen(page, timeout=20) as answer:
                    return answer.status, answer.headers["Set-Cookie"]
            except urllib.error.HTTPError as refusal:
                return refusal.code, ""
            except OSError:
                time.sleep(0.005)  # it does not listen yet

    with ThreadPoolExecutor(4) as visitors:
        answers = list(visitors.map(lambda _: visit(), range(4)))
    server.stop()
    assert {status for status, _ in answers} == {200}
    assert len({cookie for _, cookie in answers}) == 4, "each is somebody else"


def test_a_killed_server(mortal: Server, new_learner: NewLearner, complaints: Complaints) -> None:
    complaints.expect(
        r"ERR_(CONNECTION_|INCOMPLETE_CHUNKED|EMPTY_RESPONSE|NETWORK_)|WebSocket|Failed to fetch"
        r"|No response received|server is not responding"  # when it takes long to come back
    )
    lesson = new_learner(mortal)
    lesson.open()
    lesson.train()
    lesson.until("return view.session.current.series.length > 12")
    history = lesson.history
    mortal.kill()
    lesson.page.get_by_text("Reconnecting…").wait_for()
    mortal.start()
    lesson.reload()
    lesson.until_state("ended")
    assert lesson.sentence.startswith("The server stopped while this run was active.")
    assert lesson.history[: len(history)] == history
    runs_again(lesson)
