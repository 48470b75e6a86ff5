"""The page on explanations: whose network is explained, and what a browser may tell it."""

from __future__ import annotations

from typing import Any

import pytest

from components.explain import Cut, Wish, fitting, legal_cut, legal_wish
from models.explain_settings import Config
from models.settings import to_mapping
from tests.pages.lesson_page import LessonPage

OPENED: dict[str, Any] = {
    "class_names": list("0123456789"),
    "labels": [3, 7, 1],
    "answers": [3, 1, 1],
    "blocks": [16, 32],
}


def test_without_a_network_of_ones_own_there_is_a_way_to_one() -> None:
    page = LessonPage("explain")
    page.widget("explain: own").set_value(True)
    page.run()
    assert page.view is None and page.sentences == []
    assert any("not trained a network" in str(info.value) for info in page.app.info)
    page.widget("explain: own").set_value(False)
    page.run()
    assert page.config == to_mapping(Config())


def test_a_link_cannot_name_a_file_of_the_server() -> None:
    page = LessonPage("explain", {"weights": "/etc/passwd", "network": "{}"})
    assert page.config["weights"] == "" and page.config["network"] == ""
    assert len(page.sentences) == 2 and all("cannot be set by a link" in one for one in page.sentences)


def test_by_hand_begins_with_a_button() -> None:
    page = LessonPage("explain")
    assert [button.label for button in page.app.button if button.key == "explain: small"] == [
        "Train a small network"
    ]


@pytest.mark.parametrize(
    ("told", "wish"),
    [
        ({"picture": 2, "target": 4, "against": 1, "turn": 7}, Wish(2, 4, 1, 7)),
        ({"picture": 1, "target": None, "against": None, "turn": 1}, Wish(1, None, None, 1)),
        ({"picture": 1, "target": None, "against": 7, "turn": 1}, Wish(1, 1, 7, 1)),
        ({"picture": 1, "target": None, "against": 1, "turn": 1}, Wish(1, 1, None, 1)),
    ],
)
def test_a_legal_wish(told: object, wish: Wish) -> None:
    assert legal_wish(told, OPENED) == wish


@pytest.mark.parametrize(
    "told",
    [
        None, "x", 3, [], {}, {"picture": 0}, {"picture": -1, "target": 0, "turn": 1}, {"picture": 3, "target": 0, "turn": 1},
        {"picture": 0, "target": 10, "turn": 1}, {"picture": 0, "target": "0", "turn": 1}, {"picture": True, "target": 0, "turn": 1},
        {"picture": 0, "target": 1, "against": 1, "turn": 1}, {"picture": 0, "target": 1, "against": 0.0, "turn": 1},
        {"picture": float("nan"), "target": 0, "turn": 1}, {"picture": 0, "target": 0, "turn": -1},
        {"picture": 0, "target": 0, "against": {"a": 1}, "turn": 1},
    ],
)  # fmt: skip
def test_an_illegal_wish_is_none(told: object) -> None:
    assert legal_wish(told, OPENED) is None


def test_a_wish_for_another_network_is_cut_to_fit() -> None:
    few = {"class_names": ["a", "b"], "labels": [0]}
    assert fitting(Wish(5, 1, 0, 9), few) == Wish(turn=9)
    assert fitting(Wish(0, 7, 1, 9), few) == Wish(0, None, None, 9)
    assert fitting(Wish(0, 1, 7, 9), few) == Wish(0, 1, None, 9)


def test_a_legal_cut() -> None:
    told = {"block": 1, "off": [5, 0, 5], "how": "frozen", "turn": 2}
    assert legal_cut(told, [16, 32]) == Cut(1, (0, 5), "frozen", 2)
    assert legal_cut({"block": 0, "off": [], "how": "off", "turn": 0}, [16, 32]) == Cut(0, (), "off", 0)


@pytest.mark.parametrize(
    "told",
    [
        None, 5, {"block": 2, "off": [], "how": "off", "turn": 0}, {"block": 0, "off": [16], "how": "off", "turn": 0},
        {"block": 0, "off": "all", "how": "off", "turn": 0}, {"block": 0, "off": [0], "how": "os.remove", "turn": 0},
        {"block": 0, "off": [0] * 17, "how": "off", "turn": 0}, {"block": 0, "off": [None], "how": "off", "turn": 0},
        {"block": 0, "off": [[0]], "how": "off", "turn": 0}, {"block": 0, "off": [0], "how": ["off"], "turn": 0},
    ],
)  # fmt: skip
def test_an_illegal_cut_is_none(told: object) -> None:
    assert legal_cut(told, [16, 32]) is None
