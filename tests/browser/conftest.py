"""A server and a Chromium for all browser tests; every test is a new learner in an empty tab.

The tab itself is used again: in a new one, every test would wait for the scripts of the page to be compiled anew (3.5 of
the 7 seconds that a slow core works to open a lesson).
"""

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
from playwright.sync_api import Error as PlaywrightError

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
    """Chromium; without windows if it is there, which costs less."""
    found = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    found = found or playwright.chromium.executable_path
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
        """options: of the browser window, such as its size. More than that and the colours takes a browser of its own."""
        if options.keys() <= {"viewport", "color_scheme"}:
            shared.append(context := new_profile(len(shared)))
            page = as_new(context, **options)
            complaints.listen(page, server.url)
        else:
            chromium: Browser = request.getfixturevalue("chromium")
            own.append(context := chromium.new_context(**options))
            page = new_tab(context, server, complaints)
        context.set_default_timeout(PATIENCE_MS)
        return Lesson(page, server.url)

    yield make
    complaints.stop()
    for context in own:
        context.close()
    for context in shared:
        leave(context)


def as_new(context: BrowserContext, viewport: ViewportSize = DESKTOP, color_scheme: Any = "light") -> Page:
    """The tab of a shared browser, as a new learner finds it."""
    context.clear_cookies()
    page = context.pages[0] if context.pages else context.new_page()
    if page.viewport_size != viewport:
        page.set_viewport_size(viewport)
    page.emulate_media(color_scheme=color_scheme)
    return page


def leave(context: BrowserContext) -> None:
    """Close what a test has opened and empty its tab, which may hang or have crashed when the test failed."""
    for page in context.pages[1:]:
        page.close()
    for page in context.pages:
        try:
            if page.url.startswith("http"):
                page.evaluate("sessionStorage.clear()")
            page.goto("about:blank")
            page.mouse.up()
            page.mouse.move(0, 0)
        except PlaywrightError:
            context.new_page()  # the last one must not be closed before
            page.close()


def new_tab(context: BrowserContext, server: Server, complaints: Complaints) -> Page:
    page = context.new_page()
    complaints.listen(page, server.url)
    return page


@pytest.fixture
def lesson(server: Server, new_learner: NewLearner) -> Lesson:
    """One learner on the shared server; no page is open yet."""
    return new_learner(server)
