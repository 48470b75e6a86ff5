"""Every page: at its defaults, at every control's extremes, with every preset, and as a command for the terminal."""

from __future__ import annotations

import importlib
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl

import pytest
from streamlit.testing.v1 import AppTest

from components.catalog import CONCEPTS
from models.cli import main
from models.settings import from_mapping, to_mapping
from tests.pages.lesson_page import ROOT, LessonPage, extremes
from tests.short_runs import shortest

STEMS = [concept.stem for concept in CONCEPTS]


def test_the_home_page_leads_to_every_lesson() -> None:
    app = AppTest.from_file(ROOT / "navigation.py", default_timeout=30).run()
    assert not app.exception
    assert [title.value for title in app.title] == ["Deep-learning playground"]
    links: Any = app.get("page_link")
    assert sorted(link.page for link in links) == sorted(concept.path for concept in CONCEPTS)
    words = " ".join(str(text.value) for text in app.markdown)
    assert all(concept.claim in words for concept in CONCEPTS)
    assert "Your last runs" not in [header.value for header in app.header], "nothing was run yet"


@pytest.mark.parametrize("stem", STEMS)
def test_a_page_at_its_defaults(stem: str) -> None:
    page = LessonPage(stem)
    assert page.sentences == []
    assert page.config == to_mapping(page.model.Config())
    assert page.command == f"python -m models.{stem}"
    assert page.view is not None and page.view["run"] is None and page.view["autopreview"] is True
    assert len(page.app.title) == 1 and len(page.app.header) >= 2


@pytest.mark.parametrize("stem", STEMS)
def test_every_control_at_its_extremes(stem: str) -> None:
    page = LessonPage(stem)
    page.widget("advanced").set_value(True)
    page.run()
    defaults = page.model.Config()
    for setting in page.settings:
        if not setting.declaration.widget or not page.draws(setting):
            continue
        for value in extremes(setting):
            page.set(setting, value)
            if (
                page.view is None
            ):  # a data set yet to be given, or a network that cannot be, refused in a sentence
                assert len(page.sentences) <= 1, (setting.name, value)
                continue
            assert page.sentences == [], (setting.name, value)
            expected = replace(defaults, **{setting.name: value})
            assert page.config == to_mapping(expected), (setting.name, value)
            assert page.parsed_command() == expected, page.command
        page.press("controls: reset")
        assert page.config == to_mapping(defaults)


@pytest.mark.parametrize("stem", STEMS)
def test_everything_at_once_at_its_extremes(stem: str) -> None:
    page = LessonPage(stem)
    page.widget("advanced").set_value(True)
    page.run()
    for end in (0, -1):
        for setting in page.settings:
            if setting.declaration.widget and setting.name != "dataset" and page.draws(setting):
                page.set(setting, extremes(setting)[end])
        if page.view is None:
            assert len(page.sentences) == 1, "refused in one sentence"
            continue
        assert page.sentences == []
        assert to_mapping(page.parsed_command()) == page.config


@pytest.mark.parametrize("stem", STEMS)
def test_presets_and_their_links(stem: str) -> None:
    """A preset, the command and the link on the page say the same."""
    page = LessonPage(stem)
    presets = page.model.presets
    assert 3 <= len(presets) <= 12
    for name, preset in presets.items():
        page.press(f"{stem}: try {name}")
        expected = from_mapping(page.model.Config, dict(preset.config))
        assert page.config == to_mapping(expected)
        assert page.parsed_command() == expected
        words = " ".join(str(text.value) for text in page.app.markdown)
        assert preset.title in words and preset.look_for in words
        link = next(str(code.value) for code in page.app.code if "?" in str(code.value))
        query = dict(parse_qsl(link.partition("?")[2], keep_blank_values=True))
        opened = LessonPage(stem, query)
        assert opened.sentences == []
        assert opened.config == to_mapping(expected)


@pytest.mark.parametrize("stem", STEMS)
def test_the_command_on_the_page_trains(stem: str, capsys: pytest.CaptureFixture[str]) -> None:
    page = LessonPage(stem)
    page.press(f"{stem}: try {next(iter(page.model.presets))}")
    flags = page.command.split()[3:]
    assert main(page.model, [*flags, *shortest(stem)]) == 0
    assert '"loss/' in capsys.readouterr().out.splitlines()[-1]


@pytest.mark.parametrize("stem", STEMS)
def test_a_guess_gets_its_answer(stem: str) -> None:
    page = LessonPage(stem)
    guess = page.widget(f"guess {stem}")
    verdicts = set()
    for option in guess.options:
        page.widget(f"guess {stem}").set_value(option)
        page.run()
        said = [str(text.value) for text in page.app.markdown]
        verdict = [text for text in said if text.startswith(("Right.", "Not quite:"))]
        assert len(verdict) == 1 and len(verdict[0]) > 40, "the answer comes with its reason"
        verdicts.add(verdict[0].partition(" ")[0])
        assert page.config == to_mapping(page.model.Config()), "guessing changes no setting"
    assert verdicts == {"Right.", "Not"}


def test_pages_are_short_lessons() -> None:
    for stem in STEMS:
        source = (ROOT / "pages" / f"{stem}.py").read_text()
        assert source.startswith('"""') and len(source.splitlines()) <= 150
        module = importlib.import_module(f"models.{stem}")
        assert module.MODEL.name == stem
