"""A lesson in the browser, as the tests drive and read it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Locator, Page
from playwright.sync_api import TimeoutError as PlaywrightTimeout

# The view that drives the canvas; the component keeps it on the element that Streamlit gave it.
_VIEW = "const root = document.querySelector('.live-view:not(.sketch-view)'); const view = root?.parentElement.liveView;"
_FRAME = _VIEW + "const frame = view?.pinnedFrame ?? view?.session.current?.frame;"

_STANDS = (
    "() => { const root = document.querySelector('.live-view:not(.sketch-view)');"
    " return `${root?.dataset.state} at step ${root?.dataset.step}: ${root?.querySelector('.lv-state')?.textContent}` }"
)


class Lesson:
    """One learner's tab. Everything that waits has a generous deadline and ends as soon as it can."""

    def __init__(self, page: Page, url: str) -> None:
        self.page, self.url = page, url

    # Pages.

    def open(self, path: str = "/mlp") -> None:
        """Go to a page with a live view and wait until it has drawn its first frame."""
        self.page.goto(self.url + path, wait_until="commit")
        self.drawn()

    def reload(self) -> None:
        self.page.reload(wait_until="commit")
        self.drawn()

    def drawn(self) -> None:
        self.until("return root && +root.dataset.frames > 0 && root.style.visibility !== 'hidden'")

    # The live view.

    @property
    def root(self) -> Locator:
        return self.page.locator(".live-view:not(.sketch-view)").first

    @property
    def step(self) -> int:
        """The step on screen."""
        return int(self.root.get_attribute("data-step") or "-1")

    @property
    def state(self) -> str:
        return self.root.get_attribute("data-state") or ""

    @property
    def sentence(self) -> str:
        """What the page says about the run."""
        return self.page.locator(".lv-state").first.inner_text()

    def ask(self, body: str, arg: object = None) -> Any:
        """The result of JavaScript that may use root, view, frame (the one on screen) and arg."""
        return self.page.evaluate(f"(arg) => {{ {_FRAME} {body} }}", arg)

    def until(self, body: str, arg: object = None, *, timeout: float | None = None) -> None:
        """Wait until such JavaScript returns something true. What is not there yet is not true yet."""
        tried = f"try {{ {_FRAME} {body} }} catch (error) {{ if (error instanceof TypeError) return false; throw error; }}"
        try:
            self.page.wait_for_function(f"(arg) => {{ {tried} }}", arg=arg, polling=50, timeout=timeout)
        except PlaywrightTimeout as late:
            stands = self.page.evaluate(_STANDS)
            raise AssertionError(
                f"Not in time: {body} (arg: {arg}). The view is {stands}; {self.page.url}"
            ) from late

    def until_state(self, *states: str) -> None:
        self.until("return arg.includes(root?.dataset.state)", states)

    def until_step(self, least: int) -> None:
        """Wait until the newest frame, on screen or not, is at this step or later."""
        self.until("return view?.session.current?.frame?.step >= arg", least)

    def press(self, action: str) -> None:
        """A button of the transport bar: train, step, epoch, stop or rewind."""
        self.page.locator(f".lv-bar [data-action={action}]").first.click()

    def train(self, least: int = 20) -> None:
        """Start or go on, and wait until at least `least` further steps are on screen."""
        before = max(0, self.step)
        self.press("train")
        self.until_state("running", "ended")
        self.until_step(before + least)

    def pause(self) -> int:
        """Pause; returns the step at which it stands still."""
        self.press("train")
        self.until_state("paused", "ended")
        self.until("return view.n_drawn > 0 && !view.fresh && +root.dataset.step === frame.step")
        return self.step

    @property
    def view_token(self) -> str:
        return str(self.ask("return view.session.current.view"))

    @property
    def metrics(self) -> dict[str, float]:
        """The metrics of the frame on screen."""
        return dict(self.ask("return frame.metrics"))

    def array(self, name: str) -> list[float]:
        """An array of the frame on screen."""
        return list(self.ask("return Array.from(frame.array(arg).data)", name))

    def fact(self, name: str) -> Any:
        """A fact of the run on screen, in words or decoded."""
        return self.ask(
            "const { facts } = view.session.current; const found = facts.array(arg);"
            "return found ? Array.from(found.data) : facts.get(arg)",
            name,
        )

    def until_layers(self, *units: int) -> None:
        """Wait until the network on screen has these layers and is untrained."""
        self.until(
            "return String(view?.session.current?.facts.get('layers')) === arg && root.dataset.step === '0'",
            ",".join(map(str, units)),
        )

    @property
    def history(self) -> list[tuple[int, float]]:
        """(step, test loss) of every recorded frame that the curves know."""
        rows = self.ask(
            "const { series } = view.session.current;"
            "return series.step.map((step, i) => [step, series.column('loss/test')[i]])"
        )
        return [(int(step), float(loss)) for step, loss in rows]

    def curve(self, chart: int = 0) -> int:
        """Number of points that Plotly has drawn in the first curve of a chart."""
        self.page.wait_for_function(
            "n => document.querySelectorAll('.lv-plot')[n]?.data?.[0]?.x?.length", arg=chart, polling=50
        )
        plots = "document.querySelectorAll('.lv-plot')"
        return int(self.page.evaluate(f"n => {plots}[n].data[0].x.length", chart))

    def until_curve(self, least: int, chart: int = 0) -> None:
        """Wait until that many points are drawn: the charts follow the other pictures, one in each repaint."""
        self.page.wait_for_function(
            "([n, least]) => document.querySelectorAll('.lv-plot')[n]?.data?.[0]?.x?.length >= least",
            arg=[chart, least],
            polling=50,
        )

    # The settings beside it.

    def slide(self, name: str, key: str, times: int = 1) -> None:
        """Move a slider by keys, as somebody without a mouse does."""
        handle = self.page.get_by_role("slider", name=name).first
        handle.focus()
        for _ in range(times):
            self.page.keyboard.press(key)

    @contextmanager
    def grasped(self, name: str) -> Iterator[Callable[[int], None]]:
        """A slider of the page under the mouse, whose button is down; what it gives drags it so many pixels to the right."""
        handle = self.page.get_by_role("slider", name=name).first
        handle.scroll_into_view_if_needed()
        box = handle.locator("xpath=../..").bounding_box()
        assert box is not None
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        self.page.mouse.move(x, y)
        self.page.mouse.down()

        def drag(pixels: int) -> None:
            nonlocal x
            for _ in range(abs(pixels)):
                x += 1 if pixels > 0 else -1
                self.page.mouse.move(x, y)

        yield drag
        self.page.mouse.up()

    def choose(self, name: str, option: str) -> None:
        """Pick from a drop-down list."""
        self.page.get_by_role("combobox", name=name).click()
        self.page.get_by_role("option", name=option, exact=True).click()

    def scrub(self, share: float) -> None:
        """Drag the time slider from near its end to a share of its length, and wait for the frame there."""
        box = self.page.locator(".lv-scrubber .lv-slider").bounding_box()
        assert box is not None
        y = box["y"] + box["height"] / 2
        self.page.mouse.move(box["x"] + box["width"] * 0.9, y)
        self.page.mouse.down()
        self.page.mouse.move(box["x"] + box["width"] * share, y, steps=4)
        self.page.mouse.up()
        self.looked_back()

    def looked_back(self) -> None:
        """Wait until the moment that the slider stands at is on screen."""
        self.until(
            "const { scrubber } = view.transport;"
            "return scrubber.pinned && !scrubber.fetching && frame.step === scrubber.step"
            " && +root.dataset.step === frame.step"
        )
