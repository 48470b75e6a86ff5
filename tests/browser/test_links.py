"""Links that hold nonsense: each gets one sentence, the default is used, the server lives."""

from __future__ import annotations

import re

import pytest

from tests.browser.lesson import Lesson

pytestmark = pytest.mark.browser

BAD = {
    "learning_rate=NaN": "learning_rate is NaN",
    "noise=1e999": "noise is 1e999",
    "colour=red": "colour is not a setting",
    "seed=-1": "seed is -1",
    "hidden=0-0": "hidden is 0-0",
    f"activation={'x' * 3000}": "activation is",
    "dataset=%3Cscript%3Ewindow.hacked%3D1%3C%2Fscript%3E": "dataset is",
    "csv=%2Fetc%2Fpasswd": "csv cannot be set by a link",
    "noise=0.1&noise=0.2": "noise stands in the link more than once",
    "test_fraction=%00%FF": "test_fraction is",
}


def test_nonsense_in_a_link(lesson: Lesson) -> None:
    page = lesson.page
    warning = page.get_by_test_id("stAlertContentWarning")
    for query, sentence in BAD.items():
        page.goto(f"{lesson.url}/mlp?{query}", wait_until="commit")
        warning.first.wait_for()
        said = warning.all_inner_texts()
        assert len(said) == 1 and sentence in said[0] and len(said[0]) < 300, said
        name = query.partition("=")[0]
        page.wait_for_url(re.compile(rf"^(?!.*[?&]{name}=)"))
    assert page.evaluate("window.hacked") is None
    lesson.drawn()
    assert lesson.fact("layers") == [2, 8, 4, 1]
    config = lesson.ask("return view.session.current.head.config")
    assert (config["dataset"], config["noise"], config["learning_rate"]) == ("circle", 0.1, 0.03)


def test_many_at_once_beside_a_good_one(lesson: Lesson) -> None:
    query = "&".join([*(q for q in BAD if not q.startswith(("hidden", "noise=0.1"))), "hidden=5"])
    lesson.open(f"/mlp?{query}")
    assert lesson.fact("layers") == [2, 5, 1]
    assert (
        "more parts of the link were left out"
        in lesson.page.get_by_test_id("stAlertContentWarning").last.inner_text()
    )
    lesson.train()
