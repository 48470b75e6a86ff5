"""The page on losses: what its sketches are given, and a learner who deselects every loss."""

from __future__ import annotations

import json
from typing import Any

from models.losses_settings import SHORT
from tests.pages.lesson_page import LessonPage


def sketches(page: LessonPage) -> dict[str, Any]:
    """kind → data of every sketch on the page."""
    found = {}
    for node in page.app.main:
        if str(getattr(node, "key", "")).startswith("loss ") and hasattr(node, "proto"):
            data = json.loads(node.proto.json)
            found[data["kind"]] = data["data"]
    return found


def test_four_sketches_and_their_data() -> None:
    given = sketches(LessonPage("losses"))
    assert set(given) == {"loss_curves", "loss_logits", "loss_lines", "loss_confidence"}
    assert len(given["loss_curves"]["curves"]) == 9
    assert len(given["loss_lines"]["points"]) == 12
    assert given["loss_confidence"]["steps"][:3] == [0, 1, 2]
    assert sum(len(json.dumps(data)) for data in given.values()) < 8000, "every rerun sends them"


def test_one_map_and_one_curve_for_each_loss_that_is_chosen() -> None:
    page = LessonPage("losses", {"losses": "hinge-huber"})
    assert page.view is not None
    kinds = [panel["kind"] for panel in page.view["panels"]]
    assert kinds == ["maps", "chart", "chart", "chart", "chart"]
    names = [line["name"] for line in page.view["panels"][1]["lines"]]
    assert names == [SHORT["hinge"], SHORT["huber"]]


def test_without_a_loss_there_is_nothing_to_train() -> None:
    page = LessonPage("losses")
    page.widget("losses").set_value([])
    page.run()
    assert page.view is None
    assert [str(info.value) for info in page.app.info] == ["Choose at least one loss to train under."]


def test_a_link_with_an_unknown_loss_is_refused_with_one_sentence() -> None:
    page = LessonPage("losses", {"losses": "mse-<script>"})
    assert len(page.sentences) == 1 and "losses is mse-" in page.sentences[0]
    assert page.config["losses"] == ["cross_entropy", "mse", "mae", "hinge"]
