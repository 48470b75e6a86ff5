"""The lesson on explanations in the browser: a run from picture to picture, and everything that is tried by hand."""

from __future__ import annotations

import itertools
import time

import pytest
from playwright.sync_api import expect

from tests.browser.accessible import accessible
from tests.browser.lesson import Lesson
from tests.browser.sketch import SketchOnPage

pytestmark = pytest.mark.browser


def test_before_training_nothing_is_drawn_that_was_not_measured(lesson: Lesson) -> None:
    lesson.open("/explain")
    figure = lesson.page.locator(".lv-figure").filter(has_text="Which explanation is faithful")
    figure.locator(".main-svg").first.wait_for(state="attached")
    mean = lesson.page.locator(".lv-figure").filter(has_text="Deletion curves, mean of all so far")
    assert figure.locator(".barlayer .point path").count() == 0
    assert mean.locator(".scatterlayer path.js-line").count() == 0
    lesson.press("train")
    lesson.until_state("ended")
    figure.locator(".barlayer .point path").first.wait_for(state="attached")
    assert mean.locator(".scatterlayer path.js-line").count() == 5


def test_a_run_explains_picture_after_picture(lesson: Lesson) -> None:
    lesson.open("/explain?epochs=2&n_pictures=6")
    lesson.press("train")
    lesson.until_state("ended")
    lesson.until("return frame?.metrics['pictures/explained'] === 6")
    assert lesson.metrics["deletion/integrated"] < lesson.metrics["deletion/random"]
    cells = lesson.page.locator(".lv-saliency-cell")
    expect(cells).to_have_count(5)
    area = lesson.array("explained/areas")[1]
    expect(cells.nth(2)).to_contain_text(f"area {area:.2f}".rstrip("0"))
    painted = "return Array.from(document.querySelectorAll('.lv-saliency-cell canvas'), (c) => new Set(c.getContext('2d').getImageData(0, 0, c.width, c.height).data).size > 8)"
    assert lesson.ask(painted) == [True] * 5
    lesson.until("return document.querySelectorAll('.lv-figure, [data-panel=figure] .lv-plot').length >= 4")
    points = "return [...document.querySelectorAll('[data-panel=figure] .lv-plot')].map((p) => (p.data?.[0]?.x ?? []).length)"
    lesson.until(f"const n = (() => {{ {points} }})(); return n[3] >= 6")
    lesson.scrub(0.5)
    assert lesson.array("explained/who")[0] < 5, "the scrubber goes back to an earlier picture"
    accessible(lesson.page)


def hand(lesson: Lesson) -> SketchOnPage:
    """The part tried by hand, on a small network that is trained for the learner."""
    lesson.open("/explain")
    button = lesson.page.get_by_role("button", name="Train a small network")
    sketch = SketchOnPage(lesson.page, "explain_picture")
    lesson.page.locator(".st-key-explain--newer, [data-sketch=explain_picture]").first.wait_for()
    if button.count():
        button.click()
    lesson.page.wait_for_selector("[data-sketch=explain_picture]", timeout=90_000)
    return sketch.drawn()


def test_why_this_class_and_not_that(lesson: Lesson) -> None:
    sketch = hand(lesson)
    first = sketch.state
    assert first["picture"] == 0 and first["against"] is None
    strip = sketch.root.locator(".sk-strip")
    strip.scroll_into_view_if_needed()
    strip.focus()
    began = time.perf_counter()
    lesson.page.keyboard.press("ArrowRight")
    sketch.until("return state.picture === 1")
    print(f"another picture explained after {time.perf_counter() - began:.2f} s")
    target = sketch.state["target"]
    other = (target + 1) % 10
    sketch.root.get_by_role("combobox", name="and not").select_option(str(other))
    sketch.until("return state.against === arg", other)
    sketch.root.get_by_role("combobox", name="Why").select_option(str((target + 2) % 10))
    sketch.until("return state.target === arg", (target + 2) % 10)
    assert sketch.state["against"] == other and lesson.page.locator("[data-testid=stException]").count() == 0


def test_deleting_by_slider_follows_the_measured_curve(lesson: Lesson) -> None:
    sketch = hand(lesson)
    slider = sketch.root.get_by_role("slider", name="pixels deleted").first
    slider.scroll_into_view_if_needed()
    for method in ("occlusion", "gradient"):
        sketch.root.locator(f"[data-method={method}]").click()
        sketch.until("return state.method === arg", method)
        slider.focus()
        for _ in range(25):
            lesson.page.keyboard.press("ArrowRight")
        now = sketch.state
        curve = sketch.ask("return sketch.data.curves[arg]", method)
        assert now["probability"] == curve[now["level"]] and now["level"] > 0
        order = sketch.ask("return Array.from(sketch.ranks[arg])", method)
        assert sum(rank < now["deleted"] for rank in order) == now["deleted"]
        assert now["areas"][method] == pytest.approx(
            sum((a + b) / 2 for a, b in itertools.pairwise(curve)) / (len(curve) - 1), abs=1e-5
        )
        assert f"{now['deleted']} of 64 pixels deleted" in sketch.repainted().root.inner_text()


def test_the_sanity_check_goes_through_the_layers(lesson: Lesson) -> None:
    hand(lesson)
    lesson.page.get_by_text("Make the layers random, one after another").click()
    lesson.page.wait_for_selector("[data-sketch=explain_sanity]", timeout=90_000)
    sketch = SketchOnPage(lesson.page, "explain_sanity").drawn()
    assert sketch.state["stages"] == ["nothing", "the answer", "block 2", "block 1"]
    sketch.root.get_by_role("button", name="One step forward").click()
    sketch.until("return state.at === 1")
    expect(sketch.root).to_contain_text("random: the answer")
    assert sketch.state["alike"]["edges"] == [1, 1, 1, 1]


def test_channels_are_switched_off_and_something_breaks(lesson: Lesson) -> None:
    hand(lesson)
    sketch = SketchOnPage(lesson.page, "ablation").drawn()
    sketch.root.scroll_into_view_if_needed()
    assert sketch.state["before"] == sketch.state["after"]
    sketch.root.locator("[data-channel='3']").click()
    sketch.until("return state.off.join() === '3'")
    sketch.root.get_by_role("button", name="Block 2: 32 channels").click()
    sketch.until("return state.block === 1 && state.off.length === 0")
    sketch.root.get_by_role("button", name="The least important half").click()
    sketch.until("return state.off.length === 16")
    half = sketch.state["overall"]
    sketch.root.get_by_role("button", name="frozen at its mean").click()
    sketch.until("return state.how === 'frozen' && state.off.length === 16")
    frozen = sketch.state["overall"]
    assert half[0] == frozen[0] and half[1] != frozen[1], "what a silent channel says matters, too"
    sketch.root.get_by_role("button", name="All on").click()
    sketch.until("return state.off.length === 0")
    assert sketch.state["overall"][1] == half[0]


def test_nonsense_is_refused_and_the_lesson_goes_on(lesson: Lesson) -> None:
    lesson.open("/explain?weights=/etc/passwd&mark=7&target=%3Cscript%3E")
    refused = lesson.page.locator("[data-testid=stAlert]").all_inner_texts()
    assert any("cannot be set by a link" in text for text in refused) and any(
        "mark is 7" in text for text in refused
    )
    sketch = hand(lesson)
    before = sketch.state
    for wish in ("null", "{picture: -1}", "{picture: 0, target: 99, turn: 1}", "'x'", "[[1]]"):
        sketch.ask(f"host.tell({wish}, 0)")
        lesson.page.wait_for_timeout(200)
    assert sketch.state["picture"] == before["picture"]
    assert lesson.page.locator("[data-testid=stException]").count() == 0
