"""The time slider: looking back while training goes on, and after the end."""

from __future__ import annotations

import pytest

from tests.browser.lesson import Lesson

pytestmark = pytest.mark.browser


def recorded(lesson: Lesson) -> dict[str, object]:
    """The record behind the frame on screen, fetched from the server by its place in the log."""
    offset = lesson.ask(
        "const { series } = view.session.current; return series.offset[series.step.indexOf(frame.step)]"
    )
    answer = lesson.page.request.get(f"{lesson.url}/live/{lesson.view_token}/frame/{offset}")
    assert answer.ok
    found = answer.json()
    assert isinstance(found, dict)
    return found


def test_looking_back_while_it_trains(lesson: Lesson) -> None:
    lesson.open()
    lesson.train()
    lesson.until("return view.session.current.series.length > 20")
    lesson.scrub(0.5)
    looked_at = lesson.step
    live = "return view.session.current.frame.step"
    assert 0 < looked_at < lesson.ask(live)
    lesson.until_step(lesson.ask(live) + 30)
    assert lesson.step == looked_at, "the picture stays while the run goes on"
    assert lesson.root.get_attribute("data-scrubbed") == "true"

    record = recorded(lesson)
    assert record["step"] == looked_at
    assert record["metrics"] == lesson.metrics
    tile = lesson.page.locator(".lv-text .lv-tile-value").first
    assert float(tile.inner_text()) == pytest.approx(lesson.metrics["loss/test"], rel=0.01)

    lesson.page.get_by_role("button", name="Live", exact=True).click()
    lesson.until("return !view.pinnedFrame && +root.dataset.step > arg", looked_at)
    assert lesson.state == "running"


def test_looking_back_after_the_end(lesson: Lesson) -> None:
    lesson.open("/mlp?epochs=12")
    lesson.press("train")
    lesson.until_state("ended")
    assert lesson.sentence == "Training finished."
    end = lesson.step
    assert end == 12 * 35
    for share in (0.5, 0.0):
        lesson.scrub(share)
        assert lesson.step < end
        assert recorded(lesson)["metrics"] == lesson.metrics
        end = lesson.step
    assert end == 0
    # By keys, one recorded frame at a time.
    slider = lesson.page.get_by_role("slider", name="Moment of training")
    slider.press("ArrowRight")
    lesson.looked_back()
    assert lesson.step == lesson.history[1][0]
    assert (slider.get_attribute("aria-valuetext") or "").startswith("epoch")
