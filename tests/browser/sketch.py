"""A sketch in the browser, as the tests drive and read it: on its page, or alone in an empty one."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from typing import Any
from unittest import mock

from playwright.sync_api import FloatRect, Locator, Page

from components.assets import assets, base_path
from components.theme import palettes
from tests.browser.lesson import Lesson
from tests.pages.lesson_page import LessonPage
from training.executor import RunError
from training.runs import runs

_SKETCH = (
    "const root = document.querySelector(`.sketch-view[data-sketch='${kind}']`);"
    "const host = root?.parentElement.sketchHost; const sketch = host?.sketch; const state = sketch?.state;"
)

#: Mounts a component as its loader does (components/assets.py); what it tells is kept in `told`.
_MOUNT = """async (data) => {
  document.body.innerHTML = "<main style='width: 900px; margin: 20px; font-family: sans-serif'></main>";
  const { show } = await import(`${data.assets}/sketch.js`);
  window.told = [];
  const tell = (name, value) => window.told.push(value);
  show({ data, parentElement: document.querySelector("main"), setTriggerValue: tell });
}"""


@functools.cache
def _handed(stem: str, **link: str) -> dict[str, str]:
    """What the page of a lesson hands to each of its sketches, as JSON; not to those whose data a worker computes."""
    with mock.patch.object(runs().executor, "call", side_effect=RunError("Nobody computes here.")):
        nodes = LessonPage(stem, link).app.main
    told = [node.proto.json for node in nodes if hasattr(getattr(node, "proto", None), "json")]
    return {data["kind"]: text for text in told if "kind" in (data := json.loads(text))}


def alone(lesson: Lesson, stem: str, kind: str, **link: str) -> SketchOnPage:
    """A sketch as its page first shows it, without the page: that would take most of the time of a test that only asks
    what the sketch itself does. link: what the address of the page says."""
    return _mounted(lesson, json.loads(_handed(stem, **link)[kind]))


def alone_with(lesson: Lesson, kind: str, data: Mapping[str, object]) -> SketchOnPage:
    """A sketch without its page, drawn from these data."""
    around = {"assets": assets(), "base": base_path(), "theme": palettes()}
    return _mounted(lesson, {**around, "kind": kind, "data": data})


def _mounted(lesson: Lesson, handed: dict[str, Any]) -> SketchOnPage:
    lesson.page.goto(f"{lesson.url}/_stcore/health")  # an empty page of the same server
    lesson.page.evaluate(_MOUNT, handed)
    return SketchOnPage(lesson.page, handed["kind"], alone=True).drawn()


class SketchOnPage:
    """The first sketch of its kind on an open page."""

    def __init__(self, page: Page, kind: str, *, alone: bool = False) -> None:
        self.page, self.kind, self.alone = page, kind, alone

    @property
    def told(self) -> list[Any]:
        """What a sketch that is alone has told its page so far, oldest first."""
        return list(self.page.evaluate("window.told"))

    @property
    def root(self) -> Locator:
        return self.page.locator(f".sketch-view[data-sketch='{self.kind}']").first

    def ask(self, body: str, arg: object = None) -> Any:
        """The result of JavaScript that may use root, host, sketch, state (`sketch.state`) and arg."""
        return self.page.evaluate(f"([kind, arg]) => {{ {_SKETCH} {body} }}", [self.kind, arg])

    def until(self, body: str, arg: object = None) -> None:
        """Wait until such JavaScript returns something true."""
        self.page.wait_for_function(
            f"([kind, arg]) => {{ {_SKETCH} {body} }}", arg=[self.kind, arg], polling=50
        )

    def drawn(self) -> SketchOnPage:
        self.until("return sketch && +root.dataset.drawn > 0 && root.style.visibility !== 'hidden'")
        return self

    def repainted(self) -> SketchOnPage:
        """Wait for a repaint: words are set there, numbers at once."""
        self.page.evaluate(
            "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
        )
        return self

    @property
    def state(self) -> Any:
        """What the sketch says it shows."""
        return self.ask("return JSON.parse(JSON.stringify(state))")

    def handle(self, key: str) -> Locator:
        """Something to take hold of on one of its planes."""
        return self.root.locator(f"[data-handle='{key}']")

    def steady(self, found: Locator) -> FloatRect:
        """Where something is once it stays there: what stands above it on a page may still be growing."""
        found.scroll_into_view_if_needed()
        before = None
        for _ in range(60):
            box = found.bounding_box()
            if box is not None and (self.alone or box == before):
                return box
            before = box
            self.page.wait_for_timeout(200)
        raise AssertionError("the page does not come to rest")

    def drag(self, key: str, dx: float, dy: float) -> None:
        """Drag a handle by so many pixels."""
        box = self.steady(self.handle(key))
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        self.page.mouse.move(x + dx / 2, y + dy / 2, steps=3)
        self.page.mouse.move(x + dx, y + dy, steps=3)
        self.page.mouse.up()
