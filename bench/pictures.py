"""The picture lessons: feature maps live in a real Chromium, a drawing answered in it, accuracies and seconds."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from playwright.sync_api import Browser, Page

from bench import attack, transfer
from bench.browser import chromium, fresh_page, open_lesson
from bench.client import Client
from bench.first_frame import FRAMES, STOP, TRAIN
from bench.report import Figure, main, median, p95
from bench.server import Server
from models.cnn import Config, train
from training.environment import Environment
from training.log import read_index

LONG = 200  # passes: more than any measurement waits for
SECONDS = 4.0  # of training that are counted at a time
PATIENCE = 30.0  # seconds until a run that records no frame counts as stuck
WARM_UP = 1.0  # seconds before: the first steps of a process are slow
#: Blocks whose maps are on screen, and those that the frame has.
MAPS = """() => {
  const { frame } = document.querySelector('.live-view').parentElement.liveView.session.current;
  let arrived = 0;
  while (frame.array(`maps/${arrived}`)) arrived += 1;
  return [document.querySelectorAll('.lv-maps-layer canvas').length, arrived];
}"""
#: Gives {times}: a promise of the milliseconds from the next move of the pen to the moment after the repaint with its bars.
DRAWN = """() => {
  let began = null;
  document.addEventListener("pointermove", () => { began = performance.now(); }, { capture: true, once: true });
  const times = new Promise((resolve) => {
    const look = () => {
      if (began === null) return;
      document.removeEventListener("playground:drawn", look);
      setTimeout(() => resolve(performance.now() - began));
    };
    document.addEventListener("playground:drawn", look);
  });
  return { times };
}"""


def measure(quick: bool) -> list[Figure]:
    """What a learner sees in the browser while the network of the first page trains, and after."""
    with Server() as server, chromium() as browser:
        Client(server).warm()
        return [*_maps(server, browser, 1 if quick else 5), *_drawing(server, browser, 10 if quick else 60)]


def measure_digits(quick: bool) -> list[Figure]:
    """The default network on the digits that come along."""
    found = [_trained(Config(seed=seed)) for seed in range(1 if quick else 3)]
    return [
        Figure(
            "digits, test accuracy, median", 100 * median([score for score, _ in found]), "%", at_least=98
        ),
        Figure("digits, whole run, median", median([seconds for _, seconds in found]), "s", at_most=15),
    ]


def measure_mnist(quick: bool, folder: Path) -> list[Figure]:
    """The default network on MNIST, from the published files in a folder."""
    score, seconds = _trained(Config(dataset="mnist", data_dir=str(folder)))
    return [
        Figure("MNIST, test accuracy", 100 * score, "%", at_least=98.5),
        Figure("MNIST, whole run", seconds, "s", at_most=40),
    ]


def _trained(config: Config) -> tuple[float, float]:
    """Final test accuracy, and seconds from the loaded pictures to the end, classical methods included."""
    import torch

    torch.set_num_threads(1)  # as every run of the playground
    steps = train(config)
    next(steps)
    began = time.perf_counter()
    accuracy = 0.0
    for step in steps:
        accuracy = step.metrics.get("accuracy/test", accuracy)
    return accuracy, time.perf_counter() - began


def _maps(server: Server, browser: Browser, n: int) -> list[Figure]:
    """Frames drawn with the maps of all blocks, and training watched against the same run unwatched, by turns."""
    client = Client(server)
    watched, unwatched, frames = [], [], []
    for _ in range(n):
        run = client.start("nobody", {"epochs": LONG}, model="cnn")
        unwatched.append(_steps_per_second(_runs(server) / run.id))
        client.command(run, "stop")
        with fresh_page(browser) as page:
            open_lesson(page, f"{server.url}/cnn?epochs={LONG}")
            page.click(TRAIN)
            page.wait_for_selector(".live-view[data-state=running]")
            folder = max(_runs(server).iterdir(), key=lambda folder: folder.name)  # names begin with the time
            speed, rate = _while_counting(page, partial(_steps_per_second, folder))
            watched.append(speed)
            frames.append(rate)
            shown, arrived = page.evaluate(MAPS)
            page.click(STOP)
    slowdown = [100 * (1 - a / b) for a, b in zip(watched, unwatched, strict=True)]
    return [
        Figure("blocks whose maps are drawn", shown, f"of {arrived}", at_least=arrived, at_most=arrived),
        Figure("frames drawn with all maps, median", median(frames), "per s", at_least=5),
        Figure("steps unwatched, median", median(unwatched), "per s"),
        Figure("steps watched, median", median(watched), "per s"),
        Figure("slowdown by watching, median", median(slowdown), "%", at_most=20),
    ]


def _while_counting(page: Page, act: Callable[[], float]) -> tuple[float, float]:
    """What `act` returns, and the frames drawn per second meanwhile."""
    before, began = page.evaluate(FRAMES), time.monotonic()
    found = act()
    return found, (page.evaluate(FRAMES) - before) / (time.monotonic() - began)


def _runs(server: Server) -> Path:
    return Environment(home=str(server.home)).runs_folder


def _steps_per_second(folder: Path) -> float:
    """Of wall time, from one recorded frame of a run to another."""
    _next_frame(folder)
    time.sleep(WARM_UP)
    first, began = _next_frame(folder)
    time.sleep(SECONDS)
    last, ended = _next_frame(folder)
    return (last - first) / (ended - began)


def _next_frame(folder: Path) -> tuple[int, float]:
    """Step and moment of the next frame that is recorded. Raises RuntimeError when none comes."""
    before, deadline = _step(folder), time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if (step := _step(folder)) != before:
            return step, time.monotonic()
        time.sleep(0.005)
    raise RuntimeError(f"The run {folder.name} stands still.")


def _step(folder: Path) -> int:
    """Of the newest recorded frame; −1 before the first."""
    entries = read_index(folder) if (folder / "index.jsonl").exists() else []
    return int(entries[-1]["step"]) if entries else -1


def _drawing(server: Server, browser: Browser, n: int) -> list[Figure]:
    """From a move of the pen to the bars of the answer, with a network that has been trained."""
    with fresh_page(browser) as page:
        open_lesson(page, f"{server.url}/cnn?epochs=2")
        page.click(TRAIN)
        page.wait_for_selector(".live-view[data-state=ended]")
        page.get_by_text("The network of step").first.wait_for()
        sheet = page.locator(".lv-drawing-sheet")
        sheet.scroll_into_view_if_needed()
        box = sheet.bounding_box()
        assert box is not None
        x, y, side = box["x"], box["y"], min(box["width"], box["height"])
        page.mouse.move(x + side / 4, y + side / 4)
        page.mouse.down()
        times = []
        for i in range(n):
            page.wait_for_timeout(50)
            waiting = page.evaluate_handle(DRAWN)
            page.mouse.move(x + side * (0.25 + 0.5 * (i % 7) / 7), y + side * (0.25 + 0.5 * i / n))
            times.append(float(waiting.evaluate("({ times }) => times")))
        page.mouse.up()
    return [
        Figure("draw → bars, median", median(times), "ms"),
        Figure("draw → bars, p95", p95(times), "ms", at_most=100),
    ]


if __name__ == "__main__":
    main(
        measure,
        measure_digits,
        attack.measure,
        transfer.measure,
        of_folder=(measure_mnist, attack.measure_mnist),
    )
