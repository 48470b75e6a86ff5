"""A phone, the dark scheme, and somebody who has only a keyboard."""

from __future__ import annotations

import pytest

from bench.server import Server
from tests.browser.accessible import accessible
from tests.browser.conftest import NewLearner
from tests.browser.lesson import Lesson

pytestmark = pytest.mark.browser

PHONE = {"width": 400, "height": 820}


def test_a_phone(server: Server, new_learner: NewLearner) -> None:
    lesson = new_learner(server, viewport=PHONE, has_touch=True, is_mobile=True)
    page = lesson.page
    lesson.open()
    fits = "() => document.scrollingElement.scrollWidth <= window.innerWidth + 1 && window.innerWidth <= 401"
    assert page.evaluate(fits)
    box = page.locator(".lv-train").bounding_box()
    assert box is not None and box["y"] + box["height"] <= PHONE["height"], "Train is in sight at once"
    assert box["height"] >= 40, "large enough for a thumb"
    page.locator(".lv-train").tap()
    lesson.until_state("running")
    lesson.until_step(100)
    lesson.until_curve(4)
    assert page.evaluate(fits)
    page.locator(".lv-train").tap()
    lesson.until_state("paused")
    page.locator(".lv-bar [data-action=step]").tap()
    before = lesson.step
    lesson.until("return +root.dataset.step > arg", before - 1)
    # The home page as well.
    page.goto(server.url)
    page.get_by_role("main").get_by_role("link", name="Neural network", exact=True).wait_for()
    assert page.evaluate(fits)
    accessible(lesson.page)


def luminance(lesson: Lesson, selector: str) -> float:
    """0 for black, 255 for white: the background that somebody sees behind the first such element."""
    colour = lesson.page.evaluate(
        "s => { let at = document.querySelector(s); let found;"
        " while (at && /rgba\\(0, 0, 0, 0\\)|transparent/.test(found = getComputedStyle(at).backgroundColor)) at = at.parentElement;"
        " return found.match(/[\\d.]+/g).slice(0, 3).map(Number) }",
        selector,
    )
    return float(sum(colour) / 3)


def test_the_dark_scheme(lesson: Lesson) -> None:
    lesson.page.emulate_media(color_scheme="dark")
    lesson.open()
    assert lesson.root.get_attribute("data-theme") == "dark"
    assert luminance(lesson, ".live-view") < 60
    assert luminance(lesson, ".lv-bar") < 70
    lesson.train(100)
    lesson.until_curve(4)
    paper = lesson.page.evaluate(
        "document.querySelector('.lv-plot').layout.paper_bgcolor.match(/\\d+/g).map(Number)"
    )
    assert sum(paper) / 3 < 60
    # Words on the page stay readable on it.
    colour = lesson.page.evaluate(
        "getComputedStyle(document.querySelector('.lv-state')).color.match(/\\d+/g).map(Number)"
    )
    assert sum(colour[:3]) / 3 > 120
    lesson.pause()
    accessible(lesson.page)
    lesson.page.emulate_media(color_scheme="light")
    lesson.until("return root.dataset.theme === 'light'")
    assert luminance(lesson, ".live-view") > 200


def test_the_keyboard_alone(lesson: Lesson) -> None:
    page = lesson.page
    lesson.open()
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('.lv-train')"):
            break
    train = page.locator(".lv-train")
    assert train.evaluate("button => button === document.activeElement"), "Tab reaches Train"
    ring = train.evaluate(
        "button => { const style = getComputedStyle(button);"
        " return button.matches(':focus-visible') && style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) }"
    )
    assert ring >= 2
    page.keyboard.press("Enter")
    lesson.until_state("running")
    lesson.until_step(30)
    page.keyboard.press("Space")
    lesson.until_state("paused")
    assert page.evaluate("document.activeElement.matches('.lv-train')"), "the focus stays where it was"
