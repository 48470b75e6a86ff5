"""The page on convolutional networks: the comparison with classical methods, and what is shown of the data."""

from __future__ import annotations

import json
from typing import Any

import pytest

from components.efficiency import compared
from models.cnn_efficiency import Config as Efficiency
from models.cnn_efficiency import estimate_seconds
from models.cnn_settings import Config
from models.settings import from_mapping
from tests.pages.lesson_page import LessonPage
from training.runs import runs


@pytest.mark.parametrize("name", ["own", "data_dir"])
def test_a_link_cannot_name_a_place_of_the_server(name: str) -> None:
    page = LessonPage("cnn", {name: "/etc/passwd"})
    assert page.sentences == [f"{name} cannot be set by a link. The link's value was left out."]
    assert page.config[name] == ""


def comparison(page: LessonPage) -> dict[str, Any] | None:
    """What the second live view is given."""
    found = [node for node in page.app.main if getattr(node, "key", None) == "live cnn-efficiency"]
    return json.loads(found[0].proto.json) if found else None


def opened(link: dict[str, str] | None = None) -> LessonPage:
    page = LessonPage("cnn", link)
    assert comparison(page) is None, "nothing is begun before it is asked for"
    page.widget("cnn-efficiency: on").set_value(True)
    page.run()
    return page


def test_the_comparison_takes_the_network_and_the_pictures_of_the_page() -> None:
    page = opened({"dataset": "drawings", "channels": "4-8", "learning_rate": "0.01", "picture": "7"})
    view = comparison(page)
    assert view is not None
    spec = runs().tokens.unpack(view["spec"])
    assert spec is not None and (spec.page, spec.model) == ("cnn-efficiency", "cnn_efficiency")
    config = from_mapping(Efficiency, spec.config)
    assert (config.dataset, config.channels, config.learning_rate) == ("drawings", (4, 8), 0.01)
    assert (config.repetitions, config.most, config.picture) == (2, 100, 0)
    assert view["seconds"] == estimate_seconds(config)
    page.widget("cnn-efficiency: repetitions").set_value(3)
    page.widget("cnn-efficiency: most").set_value(20)
    page.run()
    again = comparison(page)
    assert again is not None and again["shape"] != view["shape"] and again["seconds"] < view["seconds"]
    assert "mean of 3 repetitions" in again["panels"][0]["title"]


def test_what_is_looked_at_above_is_no_other_comparison() -> None:
    page = opened()
    before = comparison(page)
    page.app.session_state["picture"] = 9
    page.run()
    after = comparison(page)
    assert before is not None and after is not None and before["shape"] == after["shape"]


def test_without_a_network_that_fits_there_is_a_sentence() -> None:
    page = opened({"channels": "4-4", "kernels": "7", "padding": "none"})
    assert comparison(page) is None
    assert "Choose pictures and a network above" in page.app.info[-1].value


@pytest.mark.parametrize("nonsense", [None, "a", -1, 10**9, [2], True])
def test_values_that_a_browser_has_made_up(nonsense: object) -> None:
    config = compared(Config(), nonsense, nonsense)
    assert config.repetitions in (1, 2) and config.most == 100


def test_the_data_are_shown() -> None:
    page = LessonPage("cnn", {"validation_fraction": "0.1"})
    assert page.view is not None
    panels = {panel["title"]: panel for panel in page.view["panels"]}
    balance = panels["Pictures of each class, and how they are split"]
    assert [trace["name"] for trace in balance["figure"]["data"]] == ["training", "validation", "test"]
    assert "One picture under augmentation" in panels
    page = LessonPage("cnn", {"augmentation": ""})
    assert page.view is not None
    assert "One picture under augmentation" not in {panel["title"] for panel in page.view["panels"]}
