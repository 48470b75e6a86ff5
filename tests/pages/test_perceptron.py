"""The perceptron page: which controls a data set has, what each sketch is given, and the choice of features for rules."""

from __future__ import annotations

import json
from typing import Any

import pytest

from models.perceptron import Config
from models.settings import settings_of
from tests.pages.lesson_page import LessonPage

SETTINGS = {setting.name: setting for setting in settings_of(Config)}


def sketch_data(page: LessonPage, key: str) -> dict[str, Any]:
    """What the sketch with this key is given."""
    (found,) = [
        node for node in page.app.main if getattr(node, "key", None) == key and hasattr(node, "proto")
    ]
    return dict(json.loads(found.proto.json)["data"])


@pytest.mark.parametrize(
    ("dataset", "shown"),
    [("and", set()), ("separable", {"gap"}), ("overlapping", set()), ("iris", {"scale"}), ("drawn", set())],
)
def test_a_data_set_has_its_own_controls(dataset: str, shown: set[str]) -> None:
    page = LessonPage("perceptron", {"dataset": dataset} if dataset != "separable" else None)
    drawn = {name for name in ("gap", "scale") if page.draws(SETTINGS[name])}
    assert drawn == shown


def test_the_bound_is_drawn_for_the_step_and_the_loss_for_the_sigmoid() -> None:
    page = LessonPage("perceptron")
    titles = [panel["title"] for panel in page.view["panels"]] if page.view else []
    assert "Mistakes so far, and the most there can be" in titles and "Loss" not in titles
    shape = page.view["shape"] if page.view else ""
    page.set(SETTINGS["smooth"], True)
    assert page.view is not None and page.view["shape"] == shape, "the same run goes on"
    titles = [panel["title"] for panel in page.view["panels"]]
    assert "Loss" in titles and "Mistakes so far, and the most there can be" not in titles


def test_rules_are_written_on_two_different_features() -> None:
    page = LessonPage("perceptron")
    assert sketch_data(page, "rules iris_hard")["features"] == ["petal length (cm)", "petal width (cm)"]
    page.widget("rules first iris_hard").set_value("petal width (cm)")
    page.run()
    second = page.widget("rules second iris_hard")
    assert "petal width (cm)" not in second.options and len(second.options) == 3
    page.widget("rules table").set_value("breast_cancer")
    page.run()
    data = sketch_data(page, "rules breast_cancer")
    assert data["features"] == ["worst radius", "worst texture"] and len(data["x"]) == 569
    assert len(json.dumps(data)) < 20_000, "every rerun sends it"
    assert page.sentences == []


@pytest.mark.parametrize(
    ("points", "words"),
    [
        ("a,b,c", "is not a point"),
        ("1,1,7", "is not a point"),
        ("9,9,0;1,1,1;2,2,0;0,0,1", "lies off the plane"),
        ("1e30,1e30,0;0,0,1", "lies off the plane"),
        (";;;;", "at least two points"),
        ("1,1,0;2,2,0", "at least two points"),
    ],
)
def test_points_in_a_link_that_are_none_are_refused_by_the_run(points: str, words: str) -> None:
    page = LessonPage("perceptron", {"dataset": "drawn", "points": points})
    assert page.view is not None and page.config["points"] == points
    with pytest.raises(ValueError, match=words):
        next(page.model.train(Config(dataset="drawn", points=points)))


def test_points_upon_each_other_are_legal() -> None:
    points = "0,0,0;0,0,0;0,0,1;0,0,1"
    page = LessonPage("perceptron", {"dataset": "drawn", "points": points})
    assert page.sentences == [] and page.config["points"] == points
    assert next(page.model.train(Config(dataset="drawn", points=points))).metrics
