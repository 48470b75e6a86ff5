"""The gridworld page: controls of each method, the choice of a world, painting, and worlds in links."""

from __future__ import annotations

import json
from typing import Any

import pytest

from models.gridworld import Config
from models.gridworld_world import TITLES, WORLDS
from models.settings import settings_of, to_mapping
from tests.pages.lesson_page import LessonPage
from training.runs import runs

SETTINGS = {setting.name: setting for setting in settings_of(Config)}
CHOICE = "gridworld: chosen world"


@pytest.mark.parametrize(
    ("method", "shown", "unit"),
    [
        ("q_learning", {"epsilon", "alpha", "decay", "initial_value", "planning"}, "episode"),
        ("sarsa", {"epsilon", "alpha", "decay", "initial_value"}, "episode"),
        ("monte_carlo", {"epsilon", "alpha", "decay", "initial_value"}, "episode"),
        ("value_iteration", set(), "sweep"),
        ("policy_iteration", {"evaluation_sweeps"}, "sweep"),
    ],
)
def test_a_method_has_its_own_controls(method: str, shown: set[str], unit: str) -> None:
    page = LessonPage("gridworld", {"method": method, "advanced": "true"})
    some = ("epsilon", "alpha", "decay", "initial_value", "planning", "evaluation_sweeps")
    assert {name for name in some if page.draws(SETTINGS[name])} == shown
    assert page.view is not None and (page.view["unit"], page.view["speed"]) == (unit, 10)
    titles = [panel["title"] for panel in page.view["panels"]]
    assert ("Moves until the end" in titles) is (unit == "episode")


def test_a_ready_made_world_begins_a_new_run_with_nothing_painted() -> None:
    page = LessonPage("gridworld", {"painted": "S./.G"})
    assert page.config["painted"] == "S./.G" and page.config["world"] == "open"
    shape = page.view["shape"] if page.view else ""
    page.widget(CHOICE).set_value("maze")
    page.run()
    assert page.config["world"] == "maze" and page.config["painted"] == ""
    assert page.view is not None and page.view["shape"] != shape
    page.press("gridworld: try cliff_q")
    assert page.widget(CHOICE).value == "cliff", "the choice follows a preset"
    page.press("controls: reset")
    assert page.widget(CHOICE).value == "open"


def test_painting_goes_on_with_the_same_run() -> None:
    page = LessonPage("gridworld")
    assert page.view is not None
    shape = page.view["shape"]
    page.app.session_state["painted"] = "S.x/..G"
    page.run()
    assert page.config["painted"] == "S.x/..G"
    assert page.view is not None and page.view["shape"] == shape
    assert page.view["live"]["painted"] == "S.x/..G"
    assert page.sentences == []


@pytest.mark.parametrize("told", ["S..", 7, None, [["S"]], {"a": 1}, "x" * 30_000, "S.G\n", True])
def test_what_a_browser_claims_to_have_painted_is_checked(told: object) -> None:
    page = LessonPage("gridworld")
    page.app.session_state["painted"] = told
    page.run()
    assert page.config["painted"] == ""


def test_every_ready_made_world_can_be_chosen() -> None:
    page = LessonPage("gridworld")
    assert len(WORLDS) >= 8
    assert page.widget(CHOICE).options == list(TITLES.values())
    for name in WORLDS:
        page.widget(CHOICE).set_value(name)
        page.run()
        assert page.config["world"] == name and page.sentences == []


def test_a_world_from_a_link_is_named_so() -> None:
    page = LessonPage("gridworld", {"world": "S.u/.xG~1.2=-0.5"})
    assert page.config["world"] == "S.u/.xG~1.2=-0.5"
    assert page.widget(CHOICE).options[-1] == "From the link"
    assert page.sentences == []
    assert page.parsed_command() == Config(world="S.u/.xG~1.2=-0.5")


@pytest.mark.parametrize(
    ("world", "words"),
    [
        ("...G", "has no start"),
        ("S...", "has no goal"),
        ("S..", "has no goal"),
        ("", "is empty"),
        ("\0", "one line"),
        ("S.<img src=x>G", "a cell may be"),
        ("S" * 3000, "3,000 cells wide"),
        ("S.G/", "0 cells wide"),
        ("S" + "." * 9998 + "G", "10,000 cells wide"),
        ("S.<script>G", "a cell may be"),
        ("S.G~1.2=nan", "cannot be read"),
    ],
)
def test_a_link_with_no_world_gets_one_sentence(world: str, words: str) -> None:
    for name in ("world", "painted") if world else ("world",):  # nothing painted is legal
        page = LessonPage("gridworld", {name: world})
        assert len(page.sentences) == 1 and words in page.sentences[0]
        assert page.config == to_mapping(Config())


def test_a_link_with_a_discount_that_is_no_number_gets_one_sentence() -> None:
    page = LessonPage("gridworld", {"gamma": "nan"})
    assert len(page.sentences) == 1 and page.sentences[0].startswith("gamma is nan")
    assert page.config == to_mapping(Config())


def second_view(page: LessonPage) -> dict[str, Any]:
    (found,) = [node for node in page.app.main if getattr(node, "key", None) == "live gridworld-second"]
    return dict(json.loads(found.proto.json))


def test_on_policy_beside_off_policy() -> None:
    page = LessonPage("gridworld", {"world": "cliff"})
    page.widget("gridworld compare").set_value(True)
    page.run()
    spec = runs().tokens.unpack(second_view(page)["spec"])
    assert spec is not None and spec.page == "gridworld-second"
    assert spec.config == {**page.config, "method": "sarsa"} and page.config["method"] == "q_learning"
    page.widget("gridworld method").set_value("value_iteration")
    page.run()
    assert (second_view(page)["unit"], page.view["unit"]) == ("sweep", "episode")  # type: ignore[index]
    page.app.session_state["painted"] = "S.x/..G"
    page.run()
    assert second_view(page)["live"]["painted"] == "S.x/..G", "what is painted is painted in both"


def test_planners_are_not_compared_by_what_they_do_not_read() -> None:
    page = LessonPage("gridworld", {"method": "value_iteration"})
    page.widget("gridworld compare").set_value(True)
    page.run()
    offered = [str(name) for name in page.widget("gridworld changed").options]
    assert len(offered) == 3 and not any("ε" in name or "explor" in name.lower() for name in offered)
