"""The lesson on attacks: which network is attacked, and what a browser may tell."""

from __future__ import annotations

import json
from typing import Any

import pytest
import streamlit as st

from components import attacked
from components.trained import TrainedRun
from models import cnn
from models.attack import Config
from models.settings import to_mapping
from tests.pages.lesson_page import LessonPage


def test_without_a_network_of_ones_own_there_is_a_way_to_one() -> None:
    page = LessonPage("attack")
    page.widget("attack whom").set_value("own")
    page.run()
    assert page.view is None
    assert any("not trained a network" in str(info.value) for info in page.app.info)
    page.widget("attack whom").set_value("new")
    page.run()
    assert page.config == to_mapping(Config())


def test_a_set_to_download_is_offered_not_trained() -> None:
    page = LessonPage("attack", {"dataset": "mnist"})
    assert page.view is None and page.sentences == []


@pytest.mark.parametrize("name", ["weights", "network", "data_dir"])
def test_no_link_names_a_file_of_the_server(name: str) -> None:
    page = LessonPage("attack", {name: "/etc/passwd"})
    assert page.config[name] == ""


@pytest.mark.parametrize(
    "told",
    [
        None,
        3,
        "x",
        [],
        {},
        {"picture": "1"},
        {"picture": True},
        {"picture": -1},
        {"picture": 10**9},
        {"picture": 1.5},
    ],
)
def test_nonsense_from_a_browser_changes_nothing(told: object, monkeypatch: pytest.MonkeyPatch) -> None:
    state: dict[str, Any] = {}
    monkeypatch.setattr(st, "session_state", state)
    attacked._take(told)
    assert state == {}


def test_a_picture_that_was_pressed_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    state: dict[str, Any] = {}
    monkeypatch.setattr(st, "session_state", state)
    attacked._take({"picture": 17})
    assert list(state.values()) == [17]


def test_the_network_of_a_run_of_either_lesson() -> None:
    own = cnn.Config(channels=(4,), epochs=3)
    assert attacked.network_of(TrainedRun("a", to_mapping(own), "w")) == to_mapping(own)
    run = TrainedRun("b", to_mapping(Config(channels=(4,), seed=3, test_fraction=0.3)), "w", "attack")
    network = attacked.network_of(run)
    assert (network["channels"], network["seed"], network["test_fraction"]) == ([4], 3, 0.3)
    fine_tuned = Config(weights="w", network=json.dumps(to_mapping(own)))
    assert attacked.network_of(TrainedRun("c", to_mapping(fine_tuned), "w2", "attack")) == to_mapping(own)
