"""A slider under the hand: what follows it does so while it is dragged; the page hears of it when it is let go."""

from __future__ import annotations

import pytest

from tests.browser.lesson import Lesson

pytestmark = pytest.mark.browser

SHARE = "Share held back for testing"


def test_a_dragged_slider_is_followed_before_it_is_let_go(lesson: Lesson) -> None:
    page = lesson.page
    lesson.open("/mlp")
    first, address = lesson.view_token, page.url
    with lesson.grasped(SHARE) as drag:
        drag(40)
        lesson.until("return view.session.current.view !== arg", first)
        second = lesson.view_token
        shares = [lesson.ask("return view.session.current.head.config.test_fraction")]
        drag(40)
        lesson.until("return view.session.current.view !== arg", second)
        shares.append(lesson.ask("return view.session.current.head.config.test_fraction"))
        assert 0.3 < shares[0] < shares[1]
        assert page.url == address, "the page has not heard of it"
    page.wait_for_url("**test_fraction=*")
    handle = page.get_by_role("slider", name=SHARE).first
    lesson.until("return view.session.current.head.config.test_fraction === arg", float(handle.input_value()))
    # When the page has heard of it, it has the same run: another one would take this one's place.
    last = lesson.view_token
    lesson.until("return view.data.run?.view === arg", last)
    page.wait_for_timeout(1500)
    assert lesson.view_token == last
    lesson.train()


def test_a_finished_run_gives_way_to_what_the_hand_asks_for(lesson: Lesson) -> None:
    lesson.open("/mlp?epochs=1")
    lesson.press("train")
    lesson.until_state("ended")
    token, address = lesson.view_token, lesson.page.url
    with lesson.grasped(SHARE) as drag:
        drag(40)
        lesson.until("return view.session.current.view !== arg && root.dataset.state === 'paused'", token)
        assert lesson.page.url == address, "the page has not heard of it"
    lesson.page.wait_for_url("**test_fraction=*")


def test_a_live_setting_is_followed_while_it_trains(lesson: Lesson) -> None:
    lesson.open("/mlp")
    lesson.train()
    token = lesson.view_token
    before = lesson.fact("points/train")
    with lesson.grasped("Noise") as drag:
        drag(40)
        lesson.until("return view.session.current.facts.array('points/train').data[0] !== arg", before[0])
        assert lesson.state == "running"
    lesson.page.wait_for_url("**noise=*")
    assert lesson.view_token == token, "the same network goes on"
    lesson.until_step(lesson.step + 20)


@pytest.mark.parametrize(
    ("button", "hidden"),
    [("Add layer", "8-4-4"), ("Add a hidden layer", "8-4-4"), ("Remove a unit from hidden layer 2", "8-3")],
)
def test_a_press_is_followed_past_the_page(lesson: Lesson, button: str, hidden: str) -> None:
    page = lesson.page
    lesson.open("/mlp")
    first = lesson.view_token
    with page.expect_response("**/moved/*") as answered:
        page.get_by_role("button", name=button, exact=True).click()
    assert answered.value.ok
    lesson.until("return view.session.current.view !== arg", first)
    second = lesson.view_token
    lesson.until_layers(2, *map(int, hidden.split("-")), 1)
    # The page hears of it and keeps that run: another one would take its place.
    page.wait_for_url(f"**hidden={hidden}*")
    lesson.until("return view.data.run?.view === arg", second)
    assert page.get_by_role("textbox", name="Hidden layers").input_value() == hidden
    page.wait_for_timeout(1500)
    assert lesson.view_token == second
    lesson.train()


@pytest.mark.parametrize("button", ["Add layer", "Add a hidden layer"])
def test_after_quick_presses_page_and_network_agree(lesson: Lesson, button: str) -> None:
    """However many of them count. In the diagram each does."""
    page = lesson.page
    lesson.open("/mlp")
    for turn in (1, 2):
        page.get_by_role("button", name=button, exact=True).dblclick()
        page.wait_for_timeout(2500)
        text = page.get_by_role("textbox", name="Hidden layers").input_value()
        if button == "Add a hidden layer":
            assert text == "-".join(["8", "4"] + ["4"] * 2 * turn)
        assert lesson.ask("return view.session.current.head.config.hidden.join('-')") == text
        lesson.until_layers(2, *map(int, text.split("-")), 1)
