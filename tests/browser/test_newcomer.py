"""The newcomer's way has no dead end, on a projector and on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from bench.newcomer import SCREENS, walk
from bench.server import Server
from tests.browser.conftest import NewLearner

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("screen", SCREENS)
def test_from_a_failure_to_the_code_of_the_solution(
    server: Server, new_learner: NewLearner, screen: str
) -> None:
    lesson = new_learner(server, viewport=SCREENS[screen])
    found = walk(lesson.page, server.url)
    assert found["loss at the solution"] < 0.05 < 0.1 < found["loss at the failure"]
    lesson.reload()
    done = lesson.page.locator(".stVerticalBlock").filter(has_text="Solve the spiral").last
    expect(done, "the page notices").to_contain_text("✓ done")
