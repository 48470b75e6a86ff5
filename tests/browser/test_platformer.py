"""The platformer in the browser: played by keys, the agent's games, and a lost connection."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from playwright.sync_api import expect

from models.platformer_level import Level
from models.platformer_levels import LEVELS
from models.platformer_moving import TILE, rides, walks
from models.platformer_rules import TERMS, Rewards
from tests.browser.accessible import accessible
from tests.browser.complaints import Complaints
from tests.browser.lesson import Lesson
from tests.browser.platformer import GAMES, LEVEL
from tests.browser.sketch import SketchOnPage, alone

pytestmark = pytest.mark.browser


def played(lesson: Lesson) -> SketchOnPage:
    """The game to play on its page, in sight and with the keys."""
    return with_keys(SketchOnPage(lesson.page, "platformer_play").drawn())


def with_keys(game: SketchOnPage) -> SketchOnPage:
    canvas = game.page.locator(".sk-play-canvas")
    game.steady(canvas)
    canvas.click()
    return game


def games(lesson: Lesson) -> dict[str, Any]:
    return dict(lesson.ask(GAMES + "return games.state"))


def test_keys_move_the_hero_and_every_term_counts(lesson: Lesson) -> None:
    link = {"own_level": LEVEL, "reward_coin": "1.5", "reward_progress": "0.25"}
    game = with_keys(alone(lesson, "platformer", "platformer_play", **link))
    assert game.state["tick"] == 0 and not game.state["connected"], "nobody is connected before the first key"
    keyboard = lesson.page.keyboard
    keyboard.down("ArrowRight")
    game.until("return state.tick > 20 && state.x > 3.5")
    keyboard.up("ArrowRight")
    game.until("return state.vx === 0")
    keyboard.down("ArrowLeft")
    game.until("return state.vx < 0 && state.facing === -1")
    keyboard.up("ArrowLeft")
    game.until("return state.vx === 0")
    keyboard.down("Space")
    game.until("return state.y < 3")
    keyboard.up("Space")
    game.until("return state.ground && state.coins === 0")
    told = game.ask("return { ...state, taken: undefined }")
    rewards = Rewards(coin=1.5, progress=0.25)
    progress = (told["x"] - 2.125) * rewards.progress
    assert told["sums"][TERMS.index("progress")] == pytest.approx(progress, abs=0.02)
    assert told["sums"][TERMS.index("time")] == pytest.approx(told["tick"] / 60 * rewards.time, abs=0.01)
    assert sum(told["sums"]) == pytest.approx(told["total"], abs=0.01)
    keyboard.down("ArrowRight")
    game.until("return state.over !== 'running'", None)
    keyboard.up("ArrowRight")
    ended = game.state
    assert ended["over"] == "fell" and ended["sums"][TERMS.index("death")] == pytest.approx(rewards.death)
    assert sum(ended["sums"]) == pytest.approx(ended["total"], abs=0.01)
    words = lesson.page.locator("[data-sketch=platformer_play] .sk-verdict")
    expect(words).to_contain_text("You fell into a pit after")
    lesson.page.keyboard.press("Enter")
    game.until("return state.tick === 0 && state.over === 'running' && state.sums.every((sum) => sum === 0)")
    expect(words).to_have_text("Press a key to begin.")


def test_keys_are_the_games_only_while_it_has_the_focus(lesson: Lesson) -> None:
    lesson.open("/platformer")
    game = SketchOnPage(lesson.page, "platformer_play").drawn()
    lesson.page.locator("[data-sketch=platformer_play]").get_by_role("combobox", name="Level to play").focus()
    lesson.page.keyboard.press("ArrowDown")
    assert game.state["tick"] == 0 and not game.state["connected"]
    played(lesson)
    lesson.page.keyboard.press("Space")
    game.until("return state.tick > 30")
    assert lesson.state != "running" and lesson.step == 0, "space jumps, and does not train"
    lesson.page.keyboard.down("ArrowRight")
    game.until("return state.held.length === 1")
    lesson.page.locator("[data-sketch=platformer_play] .lv-title").click()
    lesson.page.evaluate("document.activeElement.blur()")
    game.until("return state.held.length === 0 && state.vx === 0")
    lesson.page.keyboard.up("ArrowRight")


def test_pads_play_on_a_phone(new_learner: Any, server: Any) -> None:
    lesson = new_learner(server, viewport={"width": 400, "height": 850}, has_touch=True, is_mobile=True)
    lesson.open("/platformer")
    game = SketchOnPage(lesson.page, "platformer_play").drawn()
    pad = lesson.page.get_by_role("button", name="Right", exact=True)
    box = game.steady(pad)
    assert box["width"] >= 44 and box["height"] >= 44
    mouse = lesson.page.mouse
    mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    mouse.down()
    game.until("return state.x > 3 && state.held.length === 1")
    mouse.up()
    game.until("return state.vx === 0 && state.held.length === 0")
    assert lesson.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_recorded_game_can_be_raced(lesson: Lesson) -> None:
    lesson.open("/platformer")
    game = played(lesson)
    lesson.page.get_by_label("Whom to race").select_option("way")
    game.until("return state.ghost > 50")
    lesson.page.locator(".sk-play-canvas").focus()
    lesson.page.keyboard.press("Space")
    game.until("return state.tick > 60")
    expect(lesson.page.locator("[data-sketch=platformer_play] .sk-verdict")).to_contain_text(
        "behind the other"
    )
    accessible(lesson.page)


def test_the_agents_own_game_can_be_raced(lesson: Lesson) -> None:
    lesson.open("/platformer?epochs=40&advanced=true")
    game = SketchOnPage(lesson.page, "platformer_play").drawn()
    agent = lesson.page.get_by_label("Whom to race").locator("option[value=agent]")
    expect(agent).to_be_disabled()
    lesson.train(least=3)
    lesson.pause()
    expect(agent).to_be_enabled()
    lesson.page.get_by_label("Whom to race").select_option("agent")
    game.until("return state.ghost > 1")
    n = game.state["ghost"]
    assert n in [int(length) for length in lesson.array("shown/length")]
    played(lesson)
    lesson.page.keyboard.press("Space")
    game.until("return state.tick > 60 && state.ghost === arg", n)
    expect(lesson.page.locator("[data-sketch=platformer_play] .sk-verdict")).to_contain_text("the other")


def test_a_lost_connection_gets_a_sentence_and_a_way_out(lesson: Lesson) -> None:
    game = with_keys(alone(lesson, "platformer", "platformer_play"))
    lesson.page.keyboard.press("Space")
    game.until("return state.tick > 10")
    game.ask("sketch.line.socket.close()")
    words = lesson.page.locator("[data-sketch=platformer_play] .sk-verdict")
    expect(words).to_have_text("The connection to the game was lost. Press “Begin again”.")
    lesson.page.get_by_role("button", name="Begin again").click()
    lesson.page.keyboard.press("Space")
    game.until("return state.connected && state.tick > 10 && state.trouble === ''")


def test_things_move_in_the_browser_as_in_python(lesson: Lesson) -> None:
    game = alone(lesson, "platformer", "platformer_play")
    times = [0, 1, 37, 240, 1001]
    for level in (Level.parse(LEVEL), *(shipped.level for shipped in LEVELS)):
        found = game.ask(
            "return import(arg[2]).then(({ Stage }) => { const stage = Stage.read(arg[0]); return {"
            " text: stage.text, items: stage.items, walkers: arg[1].map((tick) => stage.walkersAt(tick)),"
            " platforms: arg[1].map((tick) => stage.platformsAt(tick)) } })",
            [level.text, times, game.ask("return host.data.assets") + "/platformer_level.js"],
        )
        assert found["text"] == level.text
        assert [tuple(cell) for cell in found["items"]] == list(level.items)
        walked, ridden = walks(level, 1002)[times] / TILE, rides(level, 1002)[:, times] / TILE
        for k in range(len(times)):
            np.testing.assert_allclose([place[0] for place in found["walkers"][k]], walked[k])
            np.testing.assert_allclose([place[0] for place in found["platforms"][k]], ridden[0, k])
            np.testing.assert_allclose([place[1] for place in found["platforms"][k]], ridden[1, k])


def test_the_agents_games_play_and_go_with_the_scrubber(lesson: Lesson) -> None:
    lesson.open("/platformer?epochs=40&seed=2&advanced=true")
    lesson.train(least=6)
    lesson.until(GAMES + "return games.state.step > 0 && games.state.playing")
    before = games(lesson)
    lesson.until(GAMES + "return games.state.painted > arg", before["painted"] + 20)
    step = lesson.pause()
    lesson.until(GAMES + "return games.state.step === arg", step)
    lesson.page.wait_for_timeout(300)
    now = games(lesson)
    x = np.array(lesson.array("shown/x")).reshape(now["n"], -1) / 64
    lengths = [int(n) for n in lesson.array("shown/length")]
    assert now["lengths"] == lengths
    lesson.ask(GAMES + "games.choose(0); games.reel.go(3)")
    assert games(lesson)["x"] == pytest.approx(x[0, 3])
    terms = np.array(lesson.array("shown/terms")).reshape(now["n"], -1, len(TERMS)) * 0.001
    np.testing.assert_allclose(games(lesson)["sums"], terms[0, :3].sum(0), atol=1e-6)
    chances = lesson.page.locator(".lv-chance-share").all_inner_texts()
    first = np.array(lesson.array("shown/chances")).reshape(now["n"], -1, 7)[0, 3]
    assert [int(text.rstrip(" %")) for text in chances] == [int(np.floor(100 * c / 255 + 0.5)) for c in first]
    lesson.scrub(0.3)
    lesson.until(GAMES + "return games.state.step === frame.step && frame.step < arg", step)
    assert games(lesson)["lengths"] == [int(n) for n in lesson.array("shown/length")]


def test_the_page_raises_no_complaint_in_the_dark(
    new_learner: Any, server: Any, complaints: Complaints
) -> None:
    lesson = new_learner(server, viewport={"width": 400, "height": 850}, color_scheme="dark")
    lesson.open("/platformer?level=9")
    lesson.press("step")
    lesson.until("return +root.dataset.step === 1")
    for kind in ("platformer_editor", "platformer_play"):
        SketchOnPage(lesson.page, kind).drawn()
    assert lesson.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert complaints.heard == []


def test_a_trained_agent_can_be_watched_at_once_and_raced(lesson: Lesson) -> None:
    """Before anything was trained here: a game of the policy that comes with the level."""
    lesson.open("/platformer")
    game = SketchOnPage(lesson.page, "platformer_play").drawn()
    watch = lesson.page.get_by_role("button", name="Watch", exact=True)
    expect(watch).to_be_disabled()
    lesson.page.get_by_label("Whom to race").select_option("trained")
    expect(watch).to_be_enabled()
    watch.click()
    game.until("return state.watching && state.drawn > 60")
    words = lesson.page.locator("[data-sketch=platformer_play] .sk-verdict")
    expect(words).to_contain_text("You are watching")
    expect(words).to_have_text("It reached the flag.", timeout=20_000)
    lesson.page.locator(".sk-play-canvas").focus()
    lesson.page.keyboard.press("Space")
    game.until("return !state.watching && state.connected && state.tick > 30")
    lesson.page.get_by_label("Level to play").select_option("9")
    expect(lesson.page.get_by_label("Whom to race").locator("option[value=trained]")).to_be_disabled()
