"""A learner who comes back finds the run as it is: after a refresh, after closing the tab."""

from __future__ import annotations

import pytest

from bench.server import Server
from tests.browser.accessible import accessible
from tests.browser.complaints import Complaints
from tests.browser.conftest import NewLearner, new_tab
from tests.browser.lesson import Lesson

pytestmark = pytest.mark.browser


def test_refresh_and_a_closed_tab(server: Server, new_learner: NewLearner, complaints: Complaints) -> None:
    lesson = new_learner(server)
    lesson.open()
    lesson.train()
    lesson.until("return view.session.current.series.length > 12")
    before, token = lesson.history, lesson.view_token

    lesson.reload()
    lesson.until_state("running")
    assert lesson.view_token == token
    assert lesson.history[: len(before)] == before
    lesson.until_curve(len(before))
    lesson.until_step(lesson.step + 20)

    before = lesson.history
    context = lesson.page.context
    lesson.page.close()
    again = Lesson(new_tab(context, server, complaints), server.url)
    again.page.wait_for_timeout(500)  # away for a moment, while it goes on
    again.open()
    again.until_state("running")
    assert again.view_token == token
    assert again.history[: len(before)] == before
    again.until_step(before[-1][0] + 1)
    # The home page knows the run too.
    again.page.goto(server.url)
    again.page.get_by_role("heading", name="Your last runs").wait_for()
    accessible(again.page)
    again.page.emulate_media(color_scheme="dark")
    again.page.goto(f"{server.url}/my_runs")
    again.page.get_by_text("Compare", exact=True).first.wait_for()
    accessible(again.page)


def test_an_ended_run_is_still_there_after_a_refresh(lesson: Lesson) -> None:
    lesson.open("/mlp?epochs=5&hidden=2")
    lesson.press("train")
    lesson.until_state("ended")
    history, metrics = lesson.history, lesson.metrics
    lesson.reload()
    lesson.until_state("ended")
    assert (lesson.history, lesson.metrics) == (history, metrics)
    assert lesson.sentence == "Training finished."
    lesson.page.get_by_role("button", name="Run again").click()
    lesson.until_state("running", "ended")
    lesson.until("return view.session.current.series.length > 3")
    assert lesson.metrics.keys() == metrics.keys()


def test_the_button_knows_that_the_run_goes_on(lesson: Lesson) -> None:
    lesson.open()
    lesson.train()
    lesson.reload()
    lesson.page.locator(".lv-train", has_text="Pause").wait_for()
    lesson.pause()
    assert lesson.state == "paused"


@pytest.mark.parametrize("way", ["card", "back"])
def test_to_the_home_page_and_back(lesson: Lesson, way: str) -> None:
    page = lesson.page
    lesson.open("/mlp?dataset=Spiral")
    lesson.train()
    token = lesson.view_token
    page.get_by_role("link", name="Home").first.click()
    page.get_by_role("heading", name="Your last runs").wait_for()
    if way == "card":
        page.get_by_role("main").get_by_role("link", name="Neural network", exact=True).click()
    else:
        page.go_back()
    lesson.drawn()
    lesson.until_state("running")
    assert lesson.view_token == token
