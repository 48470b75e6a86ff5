"""From `streamlit run app.py` to a drawn home page and to a lesson's first frame in Chromium; a small run's memory."""

from __future__ import annotations

import time

from playwright.sync_api import Browser

from bench.browser import chromium, fresh_page, open_lesson
from bench.client import Client
from bench.processes import memory
from bench.report import Figure, main, median
from bench.server import Server


def measure(quick: bool) -> list[Figure]:
    n = 1 if quick else 5
    with chromium() as browser:
        _drawn_after(browser)  # files into the disk cache
        starts = [_drawn_after(browser) for _ in range(n)]
        lessons = [_drawn_after(browser, lesson=True) for _ in range(n)]
    return [
        Figure("start → home page drawn, median", median(starts), "s", at_most=4),
        Figure("start → home page drawn, slowest", max(starts), "s", at_most=4),
        Figure("start → first frame of a lesson, median", median(lessons), "s"),
        *_worker_memory(),
    ]


def _drawn_after(browser: Browser, *, lesson: bool = False) -> float:
    """Seconds from starting the command to the home page with its list of lessons, or to a lesson's first frame."""
    server = Server()
    began = time.monotonic()
    try:
        server.launch()
        while not server.answers():
            time.sleep(0.02)
        with fresh_page(browser) as page:
            if lesson:
                open_lesson(page, f"{server.url}/mlp")
            else:
                page.goto(server.url)
                page.wait_for_selector("[data-testid=stPageLink]")
            return time.monotonic() - began
    finally:
        server.stop()


def _worker_memory() -> list[Figure]:
    with Server() as server:
        client = Client(server)
        client.warm()
        client.start("ada", {"dataset": "spiral", "epochs": 100_000})
        time.sleep(5)
        (worker,) = server.workers()
        held, web = memory(worker), memory(server.pid)
    return [
        Figure("worker of a small run, private", held.private, "MB", at_most=150),
        Figure("worker of a small run, its share (PSS)", held.share, "MB"),
        Figure("web process, resident", web.resident, "MB", at_most=600),
    ]


if __name__ == "__main__":
    main(measure)
