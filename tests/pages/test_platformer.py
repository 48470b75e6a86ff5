"""The platformer page: controls of each learner and level, painting while it trains, and what a browser may tell."""

from __future__ import annotations

from typing import Any

import pytest

import components.platformer as parts
from components.pictures import panels_of
from models.platformer_generator import Sliders, generate
from models.platformer_level import Level
from models.platformer_levels import LEVELS
from models.platformer_settings import Config
from models.settings import settings_of, to_mapping
from tests.pages.lesson_page import LessonPage

SETTINGS = {setting.name: setting for setting in settings_of(Config)}
MADE_UP = ("pits", "walkers", "platforms", "coins", "length", "n_levels")
OWN = "20._18.f._2.s17._10g2.8g"


@pytest.mark.parametrize(
    ("algorithm", "hidden"),
    [("ppo", {"exploration"}), ("a2c", {"exploration"}), ("dqn", {"entropy_bonus", "gae_lambda"})],
)
def test_a_learner_has_its_own_controls(algorithm: str, hidden: set[str]) -> None:
    page = LessonPage("platformer", {"algorithm": algorithm, "advanced": "true"})
    some = ("exploration", "entropy_bonus", "gae_lambda")
    assert {name for name in some if not page.draws(SETTINGS[name])} == hidden
    assert page.view is not None and page.view["unit"] == "update"


@pytest.mark.parametrize("level", ["1", "9", "generated"])
def test_sliders_of_levels_are_there_only_where_they_count(level: str) -> None:
    page = LessonPage("platformer", {"level": level})
    assert page.config["level"] == level
    assert {page.draws(SETTINGS[name]) for name in MADE_UP} == {level == "generated"}


def test_painting_goes_on_with_the_same_run() -> None:
    page = LessonPage("platformer")
    assert page.view is not None
    shape = page.view["shape"]
    page.app.session_state["own_level"] = OWN
    page.run()
    assert page.config["own_level"] == OWN
    assert page.view is not None and page.view["shape"] == shape
    assert page.view["live"]["own_level"] == OWN
    assert page.app.query_params["own_level"] in (OWN, [OWN])
    assert page.sentences == []


def test_choosing_another_level_ends_the_painting() -> None:
    page = LessonPage("platformer", {"own_level": OWN})
    assert page.config["own_level"] == OWN
    page.set(SETTINGS["level"], "3")
    assert (page.config["level"], page.config["own_level"]) == ("3", "")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("10000g_10000g_10000g", "at most 400 are played"),
        ("20._3.s12.f3._20", "ends in a number"),
        ("20._19.f_20g", "no start"),
        ("<script>alert(1)</script>", "stands for no tile"),
        ("20._3.s12.f3._20g" * 2000, "characters"),
    ],
)
def test_a_bad_level_in_a_link_gets_one_sentence(text: str, words: str) -> None:
    page = LessonPage("platformer", {"own_level": text})
    assert page.config["own_level"] == ""
    assert len(page.sentences) == 1 and words in page.sentences[0], page.sentences


# What the sketches tell.


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    held: dict[str, Any] = {}
    monkeypatch.setattr("streamlit.session_state", held)
    return held


def test_a_painted_level_becomes_the_setting(session: dict[str, Any]) -> None:
    parts._painted({"level": OWN})
    assert session["own_level"] == OWN and session[parts._REFUSED] is None
    parts._painted({"level": None})
    assert session["own_level"] == ""


def test_a_level_that_cannot_be_played_leaves_the_last_one(session: dict[str, Any]) -> None:
    parts._painted({"level": OWN})
    bad = OWN.replace("s", ".")
    parts._painted({"level": bad})
    assert session["own_level"] == OWN
    with pytest.raises(ValueError, match="no start") as caught:
        Level.parse(bad)
    assert session[parts._REFUSED] == {"text": bad, "sentence": str(caught.value)}
    parts._painted({"level": OWN})
    assert session[parts._REFUSED] is None


def test_a_made_up_level_is_the_generators(session: dict[str, Any]) -> None:
    wish = {"pits": 0.5, "walkers": 0, "platforms": 0.25, "coins": 1, "length": 60, "seed": 3}
    parts._painted({"generate": wish})
    assert session["own_level"] == generate(Sliders(0.5, 0, 0.25, 1, 60), 3).text == session[parts._MADE]


@pytest.mark.parametrize(
    "told",
    [
        None,
        7,
        "nonsense",
        [],
        {},
        {"level": 5},
        {"level": {"a": 1}},
        {"level": "x" * 100_000},
        {"level": "10000g_10000g"},
        {"level": "<script>alert(1)</script>"},
        {"level": "400._3.s300.f96._400g_" + "_".join(["b" * 1 + "." * 1] * 3)},
        {"generate": None},
        {"generate": {}},
        {"generate": {"pits": 2, "walkers": 0, "platforms": 0, "coins": 0, "length": 60, "seed": 0}},
        {"generate": {"pits": "a", "walkers": 0, "platforms": 0, "coins": 0, "length": 60, "seed": 0}},
        {"generate": {"pits": 0, "walkers": 0, "platforms": 0, "coins": 0, "length": 60, "seed": -1}},
        {"generate": {"pits": 0, "walkers": 0, "platforms": 0, "coins": 0, "length": 60, "seed": 1.5}},
        {"generate": {"pits": 0, "walkers": 0, "platforms": 0, "coins": 0, "length": 10**9, "seed": 1}},
        {
            "generate": {
                "pits": float("nan"),
                "walkers": 0,
                "platforms": 0,
                "coins": 0,
                "length": 60,
                "seed": 1,
            }
        },
    ],
)
def test_nonsense_from_a_browser_gets_one_sentence_and_changes_nothing(
    told: object, session: dict[str, Any]
) -> None:
    session["own_level"] = OWN
    parts._painted(told)
    assert session["own_level"] == OWN
    sentence = session[parts._REFUSED]["sentence"]
    assert sentence.endswith(".") and "\n" not in sentence and len(sentence) < 250


@pytest.mark.parametrize("told", [None, 5, {"way": -1}, {"way": 9}, {"way": True}, {"way": "1"}, {}, []])
def test_nobody_races_a_level_that_is_not_there(told: object, session: dict[str, Any]) -> None:
    parts._asked(told)
    assert session[parts._GHOST] is None


def test_the_recorded_way_ends_at_the_flag(session: dict[str, Any]) -> None:
    parts._asked({"way": 0})
    assert session[parts._GHOST] == 0
    way = parts._way(0)
    assert way["level"] == LEVELS[0].level.text and len(way["x"]) == len(way["y"]) > 50
    assert way["x"][-1] / 64 > LEVELS[0].level.flag[0] - 2


def test_the_level_on_the_page_is_the_one_that_is_trained(session: dict[str, Any]) -> None:
    from models.platformer_settings import named_levels

    for config in (
        Config(),
        Config(level="5"),
        Config(own_level=OWN),
        Config(level="generated", pits=0.8, seed=4),
    ):
        assert parts.chosen_level(config)[1].text == named_levels(config)[0][1].text


@pytest.mark.parametrize("algorithm", ["ppo", "a2c", "dqn"])
def test_the_pictures_of_a_run(algorithm: str) -> None:
    titles = [
        panel["title"] for panel in panels_of("platformer", to_mapping(Config(algorithm=algorithm)), {})
    ]
    assert titles[0] == "The agent plays" and "Where agents die" in titles and len(set(titles)) == len(titles)


@pytest.mark.parametrize("told", [None, {"trained": -1}, {"trained": 3}, {"trained": True}, {"trained": "0"}])
def test_only_levels_with_a_trained_agent_have_one(told: object, session: dict[str, Any]) -> None:
    parts._asked(told)
    assert session[parts._TRAINED] is None


@pytest.mark.parametrize("number", [0, 1, 2])
def test_the_trained_agents_game_reaches_the_flag(number: int) -> None:
    game = parts._trained(number)
    assert game["level"] == LEVELS[number].level.text and game["how"] == "flag"
    names = ("x", "y", "facing", "coins", "stomps", "walkers", "platforms", "taken")
    assert len({len(game[name]) for name in names}) == 1
    assert game["x"][-1] / 64 > LEVELS[number].level.flag[0] - 2
