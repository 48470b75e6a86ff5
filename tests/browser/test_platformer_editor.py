"""The platformer's editor in the browser: painted while an agent trains there, bad levels, and a browser that lies."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from models.platformer_level import Level
from models.platformer_levels import LEVELS
from tests.browser.lesson import Lesson
from tests.browser.platformer import GAMES, LEVEL
from tests.browser.sketch import SketchOnPage

pytestmark = pytest.mark.browser


def edited(lesson: Lesson) -> SketchOnPage:
    level = SketchOnPage(lesson.page, "platformer_editor").drawn()
    level.steady(lesson.page.locator(".sk-level"))
    return level


def press_cell(lesson: Lesson, level: SketchOnPage, column: int, row: int) -> None:
    """Press a cell of the level, counted from 0, that is in sight."""
    box = level.steady(lesson.page.locator(".sk-level"))
    now = level.state
    x = box["x"] + now["left"] + (column + 0.5) * now["side"]
    lesson.page.mouse.click(x, box["y"] + now["top"] + (row + 0.5) * now["side"])


def test_a_painted_pit_is_the_training_level_while_it_trains(lesson: Lesson) -> None:
    lesson.open("/platformer?epochs=2000&advanced=true")
    lesson.train(least=2)
    run = lesson.view_token
    level = edited(lesson)
    row = LEVELS[0].level.height - 2
    lesson.page.locator("[data-tile='.']").click()
    press_cell(lesson, level, 16, row)
    wanted = LEVELS[0].level.painted(16, row, ".").text
    assert level.state["text"] == wanted, "drawn at once"
    lesson.page.wait_for_function(
        "(text) => new URL(location.href).searchParams.get('own_level') === text", arg=wanted
    )
    lesson.until("return view.session.current.facts.get('levels').some(({ text }) => text === arg)", wanted)
    lesson.until(GAMES + "return games.state.levels.includes(arg)", wanted, timeout=5000)  # a game takes 7 s
    assert lesson.view_token == run, "the same run goes on"
    lesson.pause()
    lesson.page.get_by_role("button", name="Undo").click()
    assert level.state["text"] == LEVELS[0].level.text
    lesson.page.wait_for_function(
        "(text) => new URL(location.href).searchParams.get('own_level') !== text", arg=wanted
    )


def test_a_level_without_a_start_is_refused_and_nothing_is_lost(lesson: Lesson) -> None:
    lesson.open(f"/platformer?own_level={LEVEL}")
    level = edited(lesson)
    lesson.page.locator("[data-tile='g']").click()
    press_cell(lesson, level, 2, 3)
    bad = Level.parse(LEVEL).text.replace("2.s8.", "2.g8.")
    words = lesson.page.locator("[data-sketch=platformer_editor] .sk-refused")
    expect(words).to_contain_text("The level has no start; it needs exactly one (s).")
    assert level.state["text"] == bad and lesson.state != "error"
    assert lesson.ask("return view.session.current.facts.get('levels')[0].text") == Level.parse(LEVEL).text
    lesson.page.locator("[data-tile='s']").click()
    press_cell(lesson, level, 3, 3)
    expect(words).to_have_count(0)
    good = bad.replace("2.g8.", "2.gs7.")
    lesson.page.wait_for_function(
        "(text) => new URL(location.href).searchParams.get('own_level') === text", arg=good
    )


def test_sizes_levels_and_making_one_up(lesson: Lesson) -> None:
    lesson.open(f"/platformer?own_level={LEVEL}")
    level = edited(lesson)
    editor = lesson.page.locator("[data-sketch=platformer_editor]")
    editor.get_by_role("button", name="Wider").click()
    assert level.state["width"] == 34 and Level.parse(level.state["text"]).flag[0] == 31
    editor.get_by_role("button", name="Narrower").click()
    assert level.state["text"] == Level.parse(LEVEL).text
    editor.get_by_role("button", name="Clear").click()
    assert Level.parse(level.state["text"]).width == 30
    editor.get_by_label("Load a level").select_option(label=LEVELS[4].name)
    assert level.state["text"] == LEVELS[4].level.text
    lesson.until("return view.session.current.facts.get('levels')[0].text === arg", LEVELS[4].level.text)
    editor.get_by_text("Make one up").click()
    editor.get_by_role("button", name="Another one").click()
    level.until("return state.width === 80 && state.known === state.text")
    Level.parse(level.state["text"])
    canvas = lesson.page.locator(".sk-level")
    canvas.focus()
    for key in ("ArrowRight", "c", "Enter"):
        lesson.page.keyboard.press(key)
    column, row = level.state["cursor"]
    assert Level.parse(level.state["text"]).rows[row][column] == "c"


def test_a_bad_level_in_a_link_gets_one_sentence(lesson: Lesson) -> None:
    """What else is bad: tests/pages/test_platformer.py."""
    lesson.open(f"/platformer?own_level={quote('<script>window.hurt = 1</script>')}")
    expect(lesson.page.get_by_test_id("stAlert").filter(has_text="stands for no tile")).to_have_count(1)
    assert lesson.ask("return view.session.current.facts.get('levels')[0].text") == LEVELS[0].level.text
    assert lesson.page.evaluate("window.hurt") is None


FORGED: tuple[object, ...] = (
    5,
    "x",
    [],
    {"level": "9999g"},
    {"level": 1},
    {"generate": {"pits": 9}},
    {"generate": []},
)


def test_what_a_forged_editor_tells_gets_one_sentence(lesson: Lesson) -> None:
    lesson.open("/platformer")
    level = edited(lesson)
    refused = lesson.page.locator("[data-sketch=platformer_editor] .sk-refused")
    for told in FORGED:
        level.ask("host.setTriggerValue('told', arg)", told)
        expect(refused, str(told)).to_contain_text("The agent goes on")
        assert level.state["text"] == LEVELS[0].level.text, told
        expect(lesson.page.get_by_test_id("stException")).to_have_count(0)
        level.ask("host.setTriggerValue('told', arg)", {"level": LEVELS[0].level.text})
        expect(refused, "what is right clears it").to_have_count(0)
