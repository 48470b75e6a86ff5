"""What a page says when something is wrong with it: uncaught errors and the console."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from playwright.sync_api import ConsoleMessage, Error, Page

# Streamlit's front end looks for its server below the page's own path first, and takes the 404 for an answer.
PROBE = re.compile(r"/[^/]+/_stcore/(health|host-config)$")

# A command that crosses with the end of its run is refused; the page hides it, the console cannot.
CROSSED = re.compile(r"409 \(Conflict\) .*/runs/")


@dataclass
class Complaints:
    """Gathers them from every page it listens to."""

    heard: list[str] = field(default_factory=list)
    expected: list[re.Pattern[str]] = field(default_factory=list)
    _stops: list[Callable[[], None]] = field(default_factory=list)

    def expect(self, pattern: str) -> None:
        """Complaints that match are part of this test: it kills a server, say."""
        self.expected.append(re.compile(pattern))

    def listen(self, page: Page, url: str) -> None:
        def uncaught(error: Error) -> None:
            self.heard.append(f"uncaught: {error}")

        def said(message: ConsoleMessage) -> None:
            self._hear(message, url)

        page.on("pageerror", uncaught)
        page.on("console", said)
        self._stops += [
            lambda: page.remove_listener("pageerror", uncaught),
            lambda: page.remove_listener("console", said),
        ]

    def stop(self) -> None:
        """Listen no more: the tab is the next test's."""
        for stop in self._stops:
            stop()
        self._stops.clear()

    def _hear(self, message: ConsoleMessage, url: str) -> None:
        if message.type != "error":
            return
        where = message.location["url"]
        text = f"console: {message.text} ({where})"
        outside = where.startswith("http") and not where.startswith(url)
        if not outside and not ("404" in message.text and PROBE.search(where)) and not CROSSED.search(text):
            self.heard.append(text)

    def check(self) -> None:
        left = [text for text in self.heard if not any(pattern.search(text) for pattern in self.expected)]
        assert not left, "\n".join(left)
