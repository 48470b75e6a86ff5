"""The platform game in a real Chromium: from a key to the moved picture, and how smoothly the agent's games play."""

from __future__ import annotations

from playwright.sync_api import Browser, Page

from bench.browser import chromium, fresh_page, open_lesson
from bench.client import Client
from bench.report import Figure, main, median, p95
from bench.server import Server

GAME = "const game = document.querySelector('[data-sketch=platformer_play]').parentElement.sketchHost;"
GAMES = (
    "const view = document.querySelector('.live-view:not(.sketch-view)').parentElement.liveView;"
    "const games = view.panels.find((panel) => panel.spec.kind === 'platformer');"
)
#: Promises the milliseconds from the next key press to the repaint that shows the hero elsewhere.
TIMED = f"""
() => {{
  {GAME}
  let began = null;
  let from = null;
  document.addEventListener("keydown", () => {{
    began = performance.now();
    from = game.sketch.state.x;
  }}, {{ capture: true, once: true }});
  const times = new Promise((resolve) => {{
    const look = () => {{
      if (began === null || Math.abs(game.sketch.state.x - from) < 0.001) return;
      document.removeEventListener("playground:sketch", look);
      resolve(performance.now() - began);
    }};
    document.addEventListener("playground:sketch", look);
  }});
  return {{ times }};
}}
"""
#: Repaints of the games in so many milliseconds, and the longest time between two.
SMOOTH = f"""
(during) => new Promise((resolve) => {{
  {GAMES}
  const gaps = [];
  const began = performance.now();
  let [before, painted] = [began, games.n_painted];
  const look = (now) => {{
    if (games.n_painted !== painted) {{
      gaps.push(now - before);
      [before, painted] = [now, games.n_painted];
    }}
    if (now - began < during) requestAnimationFrame(look);
    else resolve(gaps);
  }};
  requestAnimationFrame(look);
}})
"""


def measure(quick: bool) -> list[Figure]:
    with Server() as server, chromium() as browser:
        Client(server).warm()
        return [
            *_keys(browser, server, 8 if quick else 40),
            *_games(browser, server, 2000 if quick else 6000),
        ]


def _keys(browser: Browser, server: Server, n: int) -> list[Figure]:
    """A key pressed while the hero stands still; before each, a new game and its first key, so that it runs."""
    with fresh_page(browser) as page:
        open_lesson(page, f"{server.url}/platformer")
        page.locator(".sk-play-canvas").scroll_into_view_if_needed()
        page.locator(".sk-play-canvas").click()
        times = [_press(page, i) for i in range(n)]
    return [
        Figure("key → moved picture, median", median(times), "ms"),
        Figure("key → moved picture, p95", p95(times), "ms", at_most=60),
    ]


def _press(page: Page, number: int) -> float:
    if number % 8 == 0:
        page.keyboard.press("Enter")
        page.keyboard.press("Shift")  # the first key begins the game
        page.wait_for_function(f"() => {{ {GAME} return game.sketch.state.tick > 10 }}")
    key = ("ArrowRight", "ArrowLeft")[number % 2]
    waiting = page.evaluate_handle(TIMED)
    page.keyboard.down(key)
    taken = float(waiting.evaluate("({ times }) => times"))
    page.wait_for_timeout(120)
    page.keyboard.up(key)
    page.wait_for_function(f"() => {{ {GAME} return game.sketch.state.vx === 0 }}")
    return taken


def _games(browser: Browser, server: Server, during: int) -> list[Figure]:
    with fresh_page(browser) as page:
        open_lesson(page, f"{server.url}/platformer?level=3")
        page.locator(".lv-bar [data-action=step]").first.click()  # before it, nothing has been played
        page.wait_for_function(f"() => {{ {GAMES} return games.state?.playing }}")
        still = page.evaluate(SMOOTH, during)
        page.locator(".lv-bar [data-action=train]").first.click()
        page.wait_for_timeout(1000)
        training = page.evaluate(SMOOTH, during)
        page.locator(".lv-bar [data-action=stop]").first.click()
    figures = []
    for name, gaps in (("paused", still), ("while it trains", training)):
        figures += [
            Figure(f"games, {name}", 1000 * len(gaps) / during, "frames/s", at_least=30),
            Figure(f"games, {name}, 95 % of gaps within", p95(gaps), "ms"),
        ]
    return figures


if __name__ == "__main__":
    main(measure)
