"""From a moved slider to the new picture, on every lesson, in a real Chromium on a warm server.

python -m bench.hands --quick --page cnn --page explain
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from playwright.sync_api import Browser, Page

from bench.browser import chromium, fresh_page
from bench.client import Client
from bench.report import Figure, Measure, main, median, p95
from bench.server import Server
from components.catalog import CONCEPTS

#: Promises the milliseconds from the next key press to the moment after the repaint with another picture.
TIMED = """
(event) => {
  let began = null;
  const live = () => document.querySelector(".live-view:not(.sketch-view)")?.parentElement.liveView?.session.current;
  const before = live()?.frame;
  document.addEventListener("keydown", () => { began = performance.now(); }, { capture: true, once: true });
  const times = new Promise((resolve) => {
    const look = () => {
      if (began === null || (event === "playground:frame" && live()?.frame === before)) return;
      document.removeEventListener(event, look);
      setTimeout(() => resolve(performance.now() - began));
    };
    document.addEventListener(event, look);
  });
  return { times };
}
"""


@dataclass(frozen=True)
class Hand:
    """A slider of a lesson: where it stands on the page, and which picture follows it ("frame" or "sketch")."""

    path: str
    slider: str
    picture: str = "sketch"


HANDS: tuple[Hand, ...] = (
    Hand("perceptron", "[data-sketch=two_layers] .lv-slider"),
    Hand("perceptron", ".st-key-gap input[type=range]", "frame"),
    Hand("activations", "[data-sketch=softmax] .lv-slider"),
    Hand("activations", ".st-key-depth input[type=range]", "frame"),
    Hand("losses", "[data-sketch=loss_lines] .lv-slider"),
    Hand("losses", ".st-key-label_noise input[type=range]", "frame"),
    Hand("gradient-descent", "[data-sketch=race] .sk-race-knobs .lv-slider"),
    Hand("gradient-descent", "[data-sketch=phase_map] .sk-knob .lv-slider"),
    Hand("gradient-descent", ".st-key-noise input[type=range]", "frame"),
    Hand("mlp", ".st-key-test_fraction input[type=range]", "frame"),
    Hand("backpropagation", "[data-sketch=graph] [aria-label='Learning rate η']"),
    Hand("backpropagation", "[data-sketch=chain] [aria-label='Weight w of each']"),
    Hand("backpropagation", ".st-key-hidden input[type=range]", "frame"),
    Hand("cnn", "[data-sketch=kernel] .lv-slider"),
    Hand("cnn", ".st-key-test_fraction input[type=range]", "frame"),
    Hand("explain", ".st-key-mark input[type=range]", "frame"),
    Hand("transfer", ".st-key-shots input[type=range]", "frame"),
    Hand("attack", "[data-sketch=attack] .lv-slider"),
    Hand("attack", ".st-key-epsilon input[type=range]", "frame"),
    Hand("gridworld", ".st-key-gamma input[type=range]", "frame"),
    Hand("gridworld", ".st-key-slip input[type=range]", "frame"),
    Hand("cartpole", ".st-key-n_episodes input[type=range]", "frame"),
    Hand("lunar-lander", ".st-key-n_games input[type=range]", "frame"),
    Hand("platformer", "[data-sketch=platformer_editor] .lv-slider"),
    Hand("platformer?level=generated", ".st-key-pits input[type=range]", "frame"),
)


def measure(quick: bool, hands: Sequence[Hand] = HANDS) -> list[Figure]:
    n = 5 if quick else 20
    figures = []
    with Server() as server, chromium() as browser:
        Client(server).warm()
        for hand in hands:
            times = _moved(browser, server, hand, n)
            name = f"/{hand.path} {hand.slider.split()[0].replace('.st-key-', '')}"
            figures += [
                Figure(f"{name}, median", median(times), "ms"),
                Figure(f"{name}, p95", p95(times), "ms", at_most=150),
            ]
    return figures


def _moved(browser: Browser, server: Server, hand: Hand, n: int) -> list[float]:
    """Milliseconds of each move; the slider goes there and back again."""
    with fresh_page(browser) as page:
        page.goto(f"{server.url}/{hand.path}")
        page.wait_for_selector(".live-view:not(.sketch-view)[data-frames]:not([data-frames='0'])")
        slider = page.locator(hand.slider).first
        slider.wait_for()
        page.wait_for_timeout(1000)
        return [
            _once(page, hand, partial(slider.press, ("ArrowRight", "ArrowLeft")[i % 2])) for i in range(n)
        ]


def _once(page: Page, hand: Hand, press: partial[None]) -> float:
    page.wait_for_timeout(500)
    waiting = page.evaluate_handle(TIMED, f"playground:{hand.picture}")
    press()
    return float(waiting.evaluate("({ times }) => times"))


def on(pages: Sequence[str]) -> Measure:
    """The measurement of these lessons' sliders alone; of all without any."""
    there = {concept.path for concept in CONCEPTS}
    named = [(hand, hand.path.partition("?")[0]) for hand in HANDS]
    hands = [hand for hand, path in named if path in there and (not pages or path in pages)]

    def measured(quick: bool) -> list[Figure]:
        return measure(quick, hands)

    return measured


if __name__ == "__main__":
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--page", action="append", default=[])
    options, sys.argv[1:] = parser.parse_known_args()
    main(on(options.page))
