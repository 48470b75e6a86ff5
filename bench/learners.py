"""Eight learners train at once: is the machine shared fairly? A ninth waits, and the page says at which place."""

from __future__ import annotations

import asyncio

from bench.browser import chromium, fresh_page, open_lesson
from bench.client import Client, Viewer
from bench.epochs import SPIRAL
from bench.report import Figure, main
from bench.server import Server

N_LEARNERS = 8


def measure(quick: bool) -> list[Figure]:
    seconds = 6.0 if quick else 20.0
    config = {**SPIRAL, "hidden": [4, 2], "batch_size": 10}
    with Server(max_runs=N_LEARNERS) as server:
        client = Client(server)
        client.warm()
        viewers = [Viewer(server, client.start(f"learner {n}", config)) for n in range(N_LEARNERS)]
        asyncio.run(_all(viewers, seconds + 1))
        rates = [viewer.rates(after=1.0) for viewer in viewers]
        sentence = _ninth(server)
    epochs = [rate["epochs"] for rate in rates]
    mean = sum(epochs) / len(epochs)
    return [
        Figure("epochs per second, all eight together", sum(epochs), "epochs/s"),
        Figure("epochs per second of one, mean", mean, "epochs/s"),
        Figure("slowest ÷ mean", min(epochs) / mean, "", at_least=0.5),
        Figure("frames that arrive at one, fewest", min(rate["frames"] for rate in rates), "per s"),
        Figure("place of the ninth in the queue", 1 if "1" in sentence else 0, "", at_least=1, note=sentence),
    ]


async def _all(viewers: list[Viewer], seconds: float) -> None:
    await asyncio.gather(*(viewer.watch_for(seconds) for viewer in viewers))


def _ninth(server: Server) -> str:
    """What a learner reads who presses Train while all places are taken."""
    with chromium() as browser, fresh_page(browser) as page:
        open_lesson(page, f"{server.url}/mlp")
        page.click(".live-view [data-action=train]")
        page.wait_for_selector(".live-view[data-state=queued]")
        return page.inner_text(".live-view .lv-status")


if __name__ == "__main__":
    main(measure)
