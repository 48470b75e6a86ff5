"""A real Chromium: the one of the system when there is one, else Playwright's own."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator

from playwright.sync_api import Browser, Page, sync_playwright

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
)
TIMEOUT_MS = 60_000


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """A headless browser, closed in the end."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium") or shutil.which("chromium-headless-shell"),
            args=[*ARGUMENTS],
        )
        try:
            yield browser
        finally:
            browser.close()


@contextlib.contextmanager
def fresh_page(browser: Browser) -> Iterator[Page]:
    """A page of somebody who was never here: no cookie, nothing cached."""
    context = browser.new_context(viewport={"width": 1400, "height": 900})
    context.set_default_timeout(TIMEOUT_MS)
    try:
        yield context.new_page()
    finally:
        context.close()


def open_lesson(page: Page, address: str) -> None:
    """Open a lesson and wait until its live view has drawn the untrained network."""
    page.goto(address)
    page.wait_for_selector(".live-view[data-frames]:not([data-frames='0'])")
