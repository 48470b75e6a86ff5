"""The page on gradient descent: what its sketches are given, what a browser may tell them, and its three experiments."""

from __future__ import annotations

import json
import math
import time
from typing import Any

import pytest

from models.gradient_descent_settings import TASKS, UNUSED
from models.line_descent import least_squares
from models.surfaces import SURFACES
from models.update_rules import RULES
from tests.pages.lesson_page import LessonPage

SKETCHES = ("line by hand", "race", "phase map", "schedules")


def given(page: LessonPage, key: str) -> dict[str, Any]:
    """The data of the sketch with this key."""
    node = next(node for node in page.app.main if getattr(node, "key", None) == key)
    return dict(json.loads(node.proto.json)["data"])


def test_four_sketches_and_their_data() -> None:
    page = LessonPage("gradient_descent")
    data = {key: given(page, key) for key in SKETCHES}
    assert list(data["race"]["surfaces"]) == list(SURFACES) and len(SURFACES) == 9
    assert list(data["race"]["rules"]) == list(RULES) and len(RULES) == 8
    assert data["race"]["surface"] == "ravine"
    assert data["line by hand"]["best"] == pytest.approx(least_squares())
    assert list(data["schedules"]["curves"]) == ["constant", "step", "cosine", "warmup", "one_cycle"]
    assert all(curve["words"] for curve in data["schedules"]["curves"].values())
    assert data["phase map"]["momenta"] == [0, 1]
    assert sum(len(json.dumps(item)) for item in data.values()) < 200_000, (
        "every rerun of the page sends them"
    )


def test_a_rerun_is_cheap() -> None:
    page = LessonPage("gradient_descent")
    times = []
    for _ in range(5):
        began = time.perf_counter()
        page.run()
        times.append(time.perf_counter() - began)
    assert min(times) < 1, "something is computed anew in every rerun"


@pytest.mark.parametrize("task", TASKS)
def test_each_experiment_shows_the_settings_that_it_reads(task: str) -> None:
    page = LessonPage("gradient_descent", {"task": task})
    assert page.sentences == [] and page.config["task"] == task
    page.widget("advanced").set_value(True)
    page.run()
    drawn = {setting.name for setting in page.settings if page.draws(setting)}
    assert not drawn & set(UNUSED[task])
    assert {"batch_size", "seed"} <= drawn
    assert page.view is not None and len(page.view["panels"]) >= 2


def test_a_link_with_nonsense_is_refused_with_one_sentence() -> None:
    page = LessonPage("gradient_descent", {"schedule": "<script>"})
    assert len(page.sentences) == 1 and "schedule" in page.sentences[0]
    assert page.config["schedule"] == "constant"


def test_the_paths_of_the_first_race_are_finite_numbers() -> None:
    race = given(LessonPage("gradient_descent"), "race")
    json.dumps(race, allow_nan=False)
    assert all(math.isfinite(part) for part in race["start"])
    assert [path["rule"] for path in race["paths"]] == ["sgd", "momentum", "adam"]
