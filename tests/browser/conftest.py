"""A server and a Chromium for all browser tests; every test is a new learner in an empty tab."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, ViewportSize, sync_playwright

from bench.server import Server
from tests.browser.complaints import Complaints
from tests.browser.lesson import Lesson

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    # A hidden tab draws nothing, by design; several tabs of one window must all count as seen.
    "--disable-renderer-backgrounding",
    "--disable-backgrounding-occluded-windows",
    # Nothing outside is asked for: these tests need no network and wait for none.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)
DESKTOP: ViewportSize = {"width": 1280, "height": 900}
PATIENCE_MS = 60_000  # a cold server on a busy machine takes half of it

NewLearner = Callable[..., Lesson]


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def executable(playwright: Playwright) -> str:
    found = shutil.which("chromium") or playwright.chromium.executable_path
    if not Path(found).exists():
        pytest.skip("no Chromium: neither on the path nor installed by `playwright install chromium`")
    return found


@pytest.fixture(scope="session")
def chromium(playwright: Playwright, executable: str) -> Iterator[Browser]:
    browser = playwright.chromium.launch(executable_path=executable, args=FLAGS)
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def new_profile(
    playwright: Playwright, executable: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[int], BrowserContext]]:
    """Browser number n, made once. Its profile is on disk, so that it keeps compiled scripts as a real one does."""
    profiles: list[BrowserContext] = []

    def number(n: int) -> BrowserContext:
        while len(profiles) <= n:
            folder = tmp_path_factory.mktemp("profile")
            profiles.append(
                playwright.chromium.launch_persistent_context(
                    folder, executable_path=executable, args=FLAGS, viewport=DESKTOP
                )
            )
        return profiles[n]

    yield number
    for context in profiles:
        context.close()


@pytest.fixture(scope="session")
def shared_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("playground"), max_runs=8).start()
    yield server
    server.stop()


@pytest.fixture
def server(shared_server: Server) -> Iterator[Server]:
    """The shared server; what a test leaves running there ends with the test."""
    yield shared_server
    for worker in shared_server.workers():
        with contextlib.suppress(ProcessLookupError):
            os.kill(worker, signal.SIGKILL)


@pytest.fixture
def complaints() -> Iterator[Complaints]:
    """What the pages of this test wrote to the console or threw; anything unexpected fails the test."""
    heard = Complaints()
    yield heard
    heard.check()


@pytest.fixture
def new_learner(
    new_profile: Callable[[int], BrowserContext], request: pytest.FixtureRequest, complaints: Complaints
) -> Iterator[NewLearner]:
    """Makes learners: each has cookies of their own, and one tab on the given server."""
    shared: list[BrowserContext] = []
    own: list[BrowserContext] = []

    def make(server: Server, **options: Any) -> Lesson:
        """options: of the browser window, such as its size."""
        if options:
            chromium: Browser = request.getfixturevalue("chromium")
            own.append(context := chromium.new_context(**options))
        else:
            shared.append(context := new_profile(len(shared)))
            context.clear_cookies()
        context.set_default_timeout(PATIENCE_MS)
        return Lesson(new_tab(context, server, complaints), server.url)

    yield make
    for context in own:
        context.close()
    for context in shared:
        for page in context.pages[1:]:  # its first one is the window itself
            page.close()


def new_tab(context: BrowserContext, server: Server, complaints: Complaints) -> Page:
    page = context.new_page()
    complaints.listen(page, server.url)
    return page


@pytest.fixture
def lesson(server: Server, new_learner: NewLearner) -> Lesson:
    """One learner on the shared server; no page is open yet."""
    return new_learner(server)
