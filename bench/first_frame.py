"""What a learner waits for: from a click or a moved control to the picture, in a real Chromium on a warm server.

Times are taken inside the page: from the event that the learner causes to the moment after the repaint with the
first frame of the run that follows it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from playwright.sync_api import Browser, Page

from bench.browser import chromium, fresh_page, open_lesson
from bench.client import Client
from bench.report import Figure, main, median, p95
from bench.server import Server

#: Gives {times}: a promise of the milliseconds from the next event `listen` of the learner's to the moment after the
#: repaint with a frame that is `wanted`: "trained" (a step was made), "anew" (another run's first), "moved" (any other).
TIMED = """
([listen, wanted]) => {
  const shown = () => document.querySelector(".live-view").parentElement.liveView.session.current;
  const before = { run: shown().view, frame: shown().frame };
  let began = null;
  document.addEventListener(listen, () => { began = performance.now(); }, { capture: true, once: true });
  const times = new Promise((resolve) => {
    const look = ({ detail }) => {
      const fits = { trained: detail.step > 0, anew: detail.step === 0 && shown().view !== before.run,
                     moved: shown().frame !== before.frame }[wanted];
      if (!fits || began === null) return;
      document.removeEventListener("playground:frame", look);
      setTimeout(() => resolve(performance.now() - began));  // this handler runs before the repaint, that one after it
    };
    document.addEventListener("playground:frame", look);
  });
  return { times };
}
"""
TRAIN = ".live-view [data-action=train]"
STOP = ".live-view [data-action=stop]"
FRAMES = "() => Number(document.querySelector('.live-view').dataset.frames)"


def measure(quick: bool) -> list[Figure]:
    n = 5 if quick else 20
    with Server() as server, chromium() as browser:
        Client(server).warm()
        lesson = f"{server.url}/mlp"
        first, again, rates = _train(browser, lesson, n)
        figures = [
            Figure("Train → first trained frame, median", median(first) / 1000, "s"),
            Figure("Train → first trained frame, p95", p95(first) / 1000, "s", at_most=0.5),
            Figure("Train after the run ended, median", median(again) / 1000, "s"),
            Figure("Train after the run ended, p95", p95(again) / 1000, "s", at_most=0.5),
            Figure("frames drawn while training", median(rates), "per s", at_least=9.5),
        ]
        for name, times in _settings(browser, lesson, n).items():
            figures += [
                Figure(f"{name} → new picture, median", median(times), "ms"),
                Figure(f"{name} → new picture, p95", p95(times), "ms", at_most=150),
            ]
    return figures


def _train(browser: Browser, lesson: str, n: int) -> tuple[list[float], list[float], list[float]]:
    """Milliseconds from the prepared run and from nothing; frames per second in between. A fresh visitor each time."""
    first, again, rates = [], [], []
    for _ in range(n):
        with fresh_page(browser) as page:
            open_lesson(page, f"{lesson}?dataset=spiral")
            page.wait_for_timeout(300)
            first.append(_timed(page, "pointerdown", "trained", lambda: page.click(TRAIN)))
            page.wait_for_timeout(1000)
            before = page.evaluate(FRAMES)
            page.wait_for_timeout(2000)
            rates.append((page.evaluate(FRAMES) - before) / 2)
            page.click(STOP)
            page.wait_for_selector(".live-view[data-state=ended]")
            page.wait_for_timeout(300)
            again.append(_timed(page, "pointerdown", "trained", lambda: page.click(TRAIN)))
            page.click(STOP)
    return first, again, rates


def _timed(page: Page, listen: str, wanted: str, act: Callable[[], object]) -> float:
    """Milliseconds from the page's event `listen`, which `act` causes, to the wanted frame."""
    waiting = page.evaluate_handle(TIMED, [listen, wanted])
    act()
    return float(waiting.evaluate("({ times }) => times"))


def _settings(browser: Browser, lesson: str, n: int) -> dict[str, list[float]]:
    """Milliseconds from a setting's change to the picture that shows it. Every change goes there or back again."""
    times: dict[str, list[float]] = {}
    with fresh_page(browser) as page:
        open_lesson(page, lesson)
        for name, there, back in (
            ("layers (button)", "Add layer", "Remove layer"),
            ("units (diagram)", "Add a unit to hidden layer 1", "Remove a unit from hidden layer 1"),
        ):
            times[name] = []
            for i in range(n):
                page.wait_for_timeout(500)
                button = page.get_by_role("button", name=(there, back)[i % 2], exact=True)
                times[name].append(_timed(page, "pointerdown", "anew", button.first.click))
        for name, setting, wanted in (
            ("share for testing (slider)", "test_fraction", "anew"),
            ("noise (slider, same run)", "noise", "moved"),
        ):
            slider = page.locator(f".st-key-{setting} input[type=range]")
            times[name] = []
            for i in range(n):
                slider.focus()
                page.wait_for_timeout(500)
                press = partial(slider.press, ("ArrowRight", "ArrowLeft")[i % 2])
                times[name].append(_timed(page, "keydown", wanted, press))
    return times


if __name__ == "__main__":
    main(measure)
