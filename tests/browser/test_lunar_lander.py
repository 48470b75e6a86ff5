"""The lunar lander in Chromium: flights play over the moon, a step tells Python's numbers, the terms add up."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from models import box2d
from tests.browser.accessible import accessible
from tests.browser.lesson import Lesson

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not box2d.there(), reason="Box2D or pygame is not there"),
]
PANEL = "const panel = view.panels.find((panel) => panel.spec.kind === 'lunar_lander');"


def panel(lesson: Lesson) -> Any:
    """What the picture of the flights says it shows."""
    return lesson.ask(f"{PANEL} return JSON.parse(JSON.stringify(panel.state))")


def test_a_flight_is_replayed_and_told_with_pythons_numbers(lesson: Lesson) -> None:
    lesson.open("/lunar-lander?n_games=4")
    lesson.until(f"{PANEL} return panel.state.playing && panel.state.at > 3")
    assert panel(lesson)["n"] == 6, "flights of the untrained policy"
    lesson.press("step")
    lesson.until("return +root.dataset.step === 1")
    lesson.until(f"{PANEL} return panel.state.update === 1")
    lesson.page.locator(".lv-moon-chips button").nth(2).click()
    length = panel(lesson)["lengths"][2]
    wide = len(lesson.array("flights/actions")) // 4
    rewards = lesson.array("flights/rewards")[2 * wide : 2 * wide + length]
    for at in (5, length):
        lesson.ask(f"{PANEL} panel.player.go(arg); panel.wrote = 0; panel.paint();", at)
        told = panel(lesson)
        assert (told["chosen"], told["at"]) == (2, at)
        assert told["soFar"] == pytest.approx(sum(rewards[:at]), abs=1e-3)
        assert sum(told["terms"]) == pytest.approx(told["soFar"], abs=1e-6)
        step = told["step"]
        assert (
            sum(step["before"]) == pytest.approx(1, abs=0.01) == pytest.approx(sum(step["after"]), abs=0.01)
        )
        words = lesson.page.locator(".lv-moon-grid .lv-pole-step")
        expect(words).to_contain_text(f"of {length}")
        turned = "better" if step["advantage"] > step["mean"] else "worse"
        expect(words).to_contain_text(f"It turned out {turned} than the batch did on average")
    assert told["terms"][-1] == {0: 0, 1: 100}.get(told["endings"][2], -100)
    lesson.page.locator("canvas.lv-moon").focus()
    lesson.page.keyboard.press("ArrowUp")
    assert panel(lesson)["chosen"] == 1 and lesson.step == 1, "the key was for the picture, not for the run"


def test_on_a_phone_the_page_is_not_wider_than_the_screen(lesson: Lesson) -> None:
    lesson.page.set_viewport_size({"width": 400, "height": 850})
    lesson.open("/lunar-lander?n_games=2")
    lesson.until(f"{PANEL} return panel.scene.getBoundingClientRect().width > 200")
    assert lesson.page.evaluate("document.documentElement.scrollWidth") <= 400
    accessible(lesson.page)
