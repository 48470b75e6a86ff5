"""A sketch in the browser, as the tests drive and read it."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import FloatRect, Locator, Page

_SKETCH = (
    "const root = document.querySelector(`.sketch-view[data-sketch='${kind}']`);"
    "const host = root?.parentElement.sketchHost; const sketch = host?.sketch; const state = sketch?.state;"
)


class SketchOnPage:
    """The first sketch of its kind on an open page."""

    def __init__(self, page: Page, kind: str) -> None:
        self.page, self.kind = page, kind

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
            if box is not None and box == before:
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
