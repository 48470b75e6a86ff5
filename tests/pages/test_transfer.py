"""The page on transfer: whose answers are shown, networks that are not here, pictures of one's own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from models.pretrained_files import file_of
from tests.pages.lesson_page import LessonPage
from training.runs import runs


@pytest.fixture
def weights() -> Iterator[Path]:
    """Weights of MobileNetV3, as far as a page can see."""
    path = file_of("mobilenet", runs().limits.datasets_folder)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"weights")
    yield path
    path.unlink()


def kinds(page: LessonPage) -> list[str]:
    assert page.view is not None
    return [panel["kind"] for panel in page.view["panels"]]


def titles(page: LessonPage) -> list[str]:
    assert page.view is not None
    return [panel["title"] for panel in page.view["panels"]]


def test_what_is_shown() -> None:
    page = LessonPage("transfer")
    assert {"figure", "images", "scores", "picture_strip", "confusion", "live_answer"} <= set(kinds(page))
    assert "5 pictures per class: mean of 5 repetitions" in titles(page)
    page.widget("shown").set_value("frozen")
    page.run()
    assert "Test pictures (frozen features)" in titles(page)
    page = LessonPage("transfer", {"curve": "false", "shots": "1", "seeds": "1"})
    assert "Accuracy against pictures per class" not in titles(page)
    assert "1 picture per class: one repetition" in titles(page)


def test_large_networks_are_offered_only_when_their_weights_are_here(weights: Path) -> None:
    page = LessonPage("transfer")
    assert page.widget("body: choice").options == ["a small one, trained here", "MobileNetV3 small"]
    page.widget("body: choice").set_value("mobilenet")
    page.run()
    assert page.config["body"] == "mobilenet"
    assert page.config["data_dir"] == str(runs().limits.datasets_folder)
    assert "live_answer" not in kinds(page), "the browser knows only the small network"
    page.press("controls: reset")
    assert page.config["body"] == "small" and page.config["data_dir"] == ""


def test_a_link_to_a_network_that_is_not_here_is_one_sentence_and_a_way_out() -> None:
    page = LessonPage("transfer", {"body": "resnet18"})
    assert page.view is None
    assert page.sentences == [
        "The weights of ResNet-18 are not on this server: fetch them above, or take the small network."
    ]
    page.press("body: small")
    assert page.sentences == [] and page.config["body"] == "small"


def test_no_choice_of_networks_without_weights() -> None:
    page = LessonPage("transfer")
    assert not [node for node in page.app.main if getattr(node, "key", None) == "body: choice"]
    assert page.widget("body: fetch resnet18").label == "Fetch ResNet-18 (47 MB)"


def test_pictures_of_ones_own_come_first() -> None:
    page = LessonPage("transfer")
    page.press("transfer: own")
    assert page.view is None and page.sentences == []
    assert any("Your own pictures" in str(text.value) for text in page.app.markdown)


@pytest.mark.parametrize("link", [{"body": "<script>"}, {"data_dir": "/etc"}, {"own": "/etc/passwd"}])
def test_hostile_links_are_refused(link: dict[str, str]) -> None:
    page = LessonPage("transfer", link)
    assert len(page.sentences) == 1
    assert page.config["data_dir"] == page.config["own"] == "" and page.config["body"] == "small"
