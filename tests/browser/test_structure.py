"""Changes that need another network, the link that carries them, and one weight typed by hand."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Route, expect

from bench.server import Server
from tests.browser.conftest import NewLearner
from tests.browser.lesson import Lesson

pytestmark = pytest.mark.browser


def test_changes_start_anew_and_the_link_carries_them(server: Server, new_learner: NewLearner) -> None:
    lesson = new_learner(server)
    page = lesson.page
    lesson.open()
    lesson.train()
    token = lesson.view_token
    lesson.until(
        "return performance.now() - view.session.playedAt > 1600"
    )  # a change right after Train trains too

    lesson.choose("Dataset", "Spiral")
    lesson.until(
        "return view.session.current.view !== arg && root.dataset.step === '0' && root.dataset.state === 'paused'",
        token,
    )
    page.wait_for_url("**dataset=Spiral*")

    box = page.get_by_role("textbox", name="Hidden layers")
    box.fill("6-3")
    box.press("Enter")
    lesson.until_layers(2, 6, 3, 1)
    page.wait_for_url("**hidden=6-3*")

    page.get_by_role("button", name="Add a unit to hidden layer 1").click()
    lesson.until_layers(2, 7, 3, 1)
    page.get_by_role("button", name="Remove a unit from hidden layer 2").click()
    lesson.until_layers(2, 7, 2, 1)
    page.get_by_role("button", name="Add a hidden layer").click()
    lesson.until_layers(2, 7, 2, 2, 1)
    page.get_by_role("button", name="Remove the last hidden layer").click()
    lesson.until_layers(2, 7, 2, 1)
    page.wait_for_url("**hidden=7-2*")
    expect(box).to_have_value("7-2")

    lesson.slide("Learning rate", "ArrowLeft", 2)
    page.wait_for_url("**learning_rate=0.01*")
    page.get_by_role("button", name="Copy link").click()
    code = page.get_by_test_id("stPopoverBody").locator("code")
    code.filter(has_text="learning_rate=0.01").wait_for()
    link = code.inner_text()

    other = new_learner(server)
    other.open(link.removeprefix(server.url))
    assert other.fact("layers") == [2, 7, 2, 1]
    assert other.page.get_by_role("textbox", name="Hidden layers").input_value() == "7-2"
    config = "return view.session.current.head.config"
    theirs = other.ask(config)
    assert (theirs["dataset"], theirs["hidden"], theirs["learning_rate"]) == ("spiral", [7, 2], 0.01)
    lesson.page.keyboard.press("Escape")
    lesson.press("step")
    lesson.until("return root.dataset.step === '1'")
    lesson.press("rewind")  # a beginning says what it begins with
    lesson.until("return root.dataset.step === '0'")
    assert theirs == lesson.ask(config)


def test_no_hidden_layer_and_back(lesson: Lesson) -> None:
    page = lesson.page
    lesson.open("/mlp?hidden=2")
    page.get_by_role("button", name="Remove the last hidden layer").click()
    lesson.until_layers(2, 1)
    lesson.train()
    lesson.pause()
    page.get_by_role("button", name="Add a hidden layer").click()
    lesson.until_layers(2, 4, 1)


def test_a_preset_sets_everything_at_once(lesson: Lesson) -> None:
    lesson.open()
    lesson.page.get_by_role("button", name="Try this").last.click()
    lesson.until_layers(30, 8, 1)
    lesson.page.wait_for_url(re.compile(r"dataset=Breast(\+|%20)cancer"))
    lesson.train()
    # One method after the other is fitted, between epochs.
    lesson.until("return view.panels.find((panel) => panel.baselines?.length)?.baselines.length >= 2")


def test_one_weight_by_hand_with_the_keyboard_alone(lesson: Lesson) -> None:
    page = lesson.page
    lesson.open()
    before = lesson.array("map")
    page.locator(".lv-train").focus()
    tab_to(lesson, ".lv-network canvas")
    for key in ("ArrowRight", "ArrowRight", *["ArrowUp"] * 8, "ArrowDown", "Enter"):
        page.keyboard.press(key)
    assert page.locator(".lv-inspector-title").inner_text() == "Hidden layer 1, unit 2"
    tab_to(lesson, ".lv-inspector input")
    page.keyboard.press("Control+A")
    page.keyboard.type("2.5")
    page.keyboard.press("Enter")
    lesson.until("return frame.array('weights/0').data[1] === 2.5")  # from the first input to that unit
    lesson.until("return document.querySelector('.lv-inspector input').value === '2.5'")
    assert lesson.array("map") != before
    assert lesson.step == 0
    # The typed weight is where training goes on from.
    page.keyboard.press("Escape")
    lesson.press("step")
    lesson.until("return root.dataset.step === '1'")
    assert lesson.array("weights/0")[1] == pytest.approx(2.5, abs=0.2)


def test_a_number_that_cannot_be_is_refused_in_words(lesson: Lesson) -> None:
    page = lesson.page
    lesson.open()
    page.get_by_role("application").focus()
    for key in ("ArrowRight", "ArrowRight", "Enter"):
        page.keyboard.press(key)
    field = page.locator(".lv-inspector input").first
    before = lesson.array("weights/0")
    field.fill("1e99")
    field.press("Enter")
    lesson.until("return root.querySelector('.lv-trouble')?.innerText.length > 20")
    assert lesson.array("weights/0") == before
    field.blur()
    assert abs(float(field.input_value())) < 10, "the field shows what the network has"


def test_train_pressed_right_after_a_change(lesson: Lesson) -> None:
    lesson.open()
    # As quick as fingers can be: the page learns of the new layer after Train was pressed.
    lesson.ask(
        "document.querySelector('[aria-label=\"Add a unit to hidden layer 1\"]').click();"
        "document.querySelector('.lv-train').click()"
    )
    lesson.until("return String(view.session.current.facts.get('layers')) === '2,9,4,1'")
    lesson.until("return root.dataset.state === 'running' && +root.dataset.step > 20")


def test_a_change_right_after_a_run_has_ended_does_not_train(lesson: Lesson) -> None:
    lesson.open("/mlp?epochs=1")
    lesson.press("train")
    lesson.until_state("ended")
    lesson.slide("Share held back for testing", "ArrowRight")
    lesson.until(
        "return view.session.current.head.config.test_fraction > 0.34 && root.dataset.state === 'paused' && view.session.fits"
    )
    assert lesson.step == 0


def test_a_change_is_begun_while_the_page_is_drawn_anew(lesson: Lesson) -> None:
    """The page's script begins the run: the browser need not ask, and says nothing of the one that is replaced."""
    lesson.open()
    asked: list[str] = []
    lesson.page.on("request", lambda sent: asked.append(sent.url) if sent.url.endswith("/runs") else None)
    lesson.ask(
        "window.said = new Set(); const words = document.querySelector('.lv-state');"
        "new MutationObserver(() => window.said.add(words.innerText)).observe(words, {childList: true, characterData: true, subtree: true})"
    )
    token = lesson.view_token
    lesson.slide("Share held back for testing", "ArrowRight")
    lesson.until(
        "return view.session.current.view !== arg && root.dataset.step === '0' && root.dataset.state === 'paused'",
        token,
    )
    assert lesson.ask("return view.session.current.head.config.test_fraction") == pytest.approx(0.35)
    assert asked == []
    lesson.page.wait_for_timeout(800)  # longer than a word on the replaced run is held back
    assert not [words for words in lesson.ask("return [...window.said]") if "newer run" in words]
    lesson.train()


def test_a_slider_is_answered_before_the_page(lesson: Lesson) -> None:
    """The stream of the run before tells of the new one, whose state it does not know; the part of the page follows."""
    lesson.open()
    lesson.page.wait_for_timeout(400)  # a change so soon after another is left to the browser
    lesson.ask(
        "window.ways = []; const show = view.show.bind(view);"
        "view.show = (data) => { window.ways.push(data.run.state === undefined); show(data); }"
    )
    token = lesson.view_token
    lesson.slide("Share held back for testing", "ArrowRight")
    lesson.until("return view.session.current.view !== arg && root.dataset.step === '0'", token)
    told = lesson.view_token
    lesson.until("return window.ways.length > 1")
    assert lesson.ask("return window.ways")[:2] == [True, False]
    lesson.page.get_by_role("button", name="Copy link").click()
    expect(lesson.page.get_by_text("?test_fraction=0.35")).to_be_visible()
    lesson.page.keyboard.press("Escape")
    assert lesson.view_token == told
    lesson.train()
    assert lesson.view_token == told
    lesson.pause()
    offsets = lesson.ask("return view.session.current.series.offset")
    assert offsets == sorted(set(offsets)), "every frame is known by its place in the log, once"
    lesson.scrub(0.0)
    lesson.until("return +root.dataset.step === 0")


def test_a_live_slider_reaches_the_page_later(lesson: Lesson) -> None:
    lesson.open()
    token = lesson.view_token
    lesson.slide("Noise", "ArrowRight")
    lesson.until("return root.dataset.step === '0' && view.session.current.series.step.length >= 1")
    lesson.page.wait_for_url("**noise=*")
    lesson.page.get_by_role("button", name="Copy link").click()
    expect(lesson.page.get_by_text("?noise=")).to_be_visible()
    assert lesson.view_token == token


def test_the_rest_of_the_page_waits_for_the_hand_to_rest(lesson: Lesson) -> None:
    """A script that the next one interrupts has not told the browser what it has set: + in the diagram was lost."""
    lesson.open()
    due = "window.due = []; document.addEventListener('playground:due', (event) => window.due.push(event.detail))"
    lesson.ask(due)
    lesson.slide("Share held back for testing", "ArrowRight")
    lesson.until("return window.due.includes('part')")
    for _ in range(6):
        lesson.page.keyboard.press("Shift")
        lesson.page.wait_for_timeout(400)
    assert "page" not in lesson.page.evaluate("window.due")
    lesson.until("return window.due.includes('page')")


def test_train_right_after_a_slider_trains_what_it_says(lesson: Lesson) -> None:
    lesson.open()
    for key in ("ArrowRight", "ArrowRight", "ArrowLeft"):  # the last one comes too soon for the page's script
        lesson.slide("Share held back for testing", key)
    lesson.press("train")
    lesson.until(
        "return Math.abs(view.session.current.head.config.test_fraction - 0.35) < 1e-9 && +root.dataset.step > 20"
    )


def test_train_counts_even_if_the_server_hears_of_the_slider_late(lesson: Lesson) -> None:
    """However long that takes, the run that the hand began is played, and nothing is asked of one that is gone."""
    lesson.open()

    def later(route: Route) -> None:
        lesson.page.wait_for_timeout(2000)
        route.continue_()

    lesson.page.route("**/moved/*", later, times=1)
    with lesson.page.expect_request("**/moved/*"):
        lesson.slide("Share held back for testing", "ArrowRight")
    lesson.press("train")
    lesson.until(
        "return Math.abs(view.session.current.head.config.test_fraction - 0.35) < 1e-9 && +root.dataset.step > 20"
    )


def test_train_is_not_lost_on_a_run_that_another_tab_has_just_replaced(lesson: Lesson) -> None:
    lesson.open()
    token = lesson.view_token
    asked: list[str] = []
    lesson.page.on("request", lambda sent: asked.append(sent.url) if "/runs" in sent.url else None)
    lesson.ask("view.session.run.successor = 'told by the stream'")
    lesson.press("train")
    lesson.until("return view.session.current.view !== arg && +root.dataset.step > 20", token)
    assert asked[0].endswith("/runs"), "a new run, and no word to the old one"


def test_there_and_back_as_fast_as_keys_repeat(lesson: Lesson) -> None:
    """Some of these changes are overtaken before the browser hears of them; the last one counts."""
    lesson.open()
    for round_trip in (1, 2):
        for key in ("ArrowRight", "ArrowLeft", "ArrowRight", "ArrowLeft", "ArrowRight"):
            lesson.slide("Share held back for testing", key)
        lesson.page.wait_for_url(f"**test_fraction={0.3 + 0.05 * round_trip:g}*")
        lesson.until(
            "return Math.abs(view.session.current.head.config.test_fraction - arg) < 1e-9"
            " && view.session.fits && !view.session.starting && root.dataset.state === 'paused'",
            0.3 + 0.05 * round_trip,
        )
    lesson.train()
    lesson.pause()


def tab_to(lesson: Lesson, selector: str, most: int = 40) -> None:
    """Press Tab until the focus is there."""
    for _ in range(most):
        lesson.page.keyboard.press("Tab")
        if lesson.page.evaluate("s => document.activeElement.matches(s)", selector):
            return
    raise AssertionError(f"{most} times Tab did not reach {selector}.")
