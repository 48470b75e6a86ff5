"""CartPole in Chromium: episodes play and are stepped through, the push is Python's, the pole is balanced by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from playwright.sync_api import expect

from models.cartpole_game import Physics, fallen, step
from tests.browser.accessible import accessible
from tests.browser.lesson import Lesson
from tests.browser.sketch import SketchOnPage, alone

pytestmark = pytest.mark.browser
PANEL = "const panel = view.panels.find((panel) => panel.spec.kind === 'cartpole');"


def panel(lesson: Lesson) -> Any:
    """What the picture of the episodes says it shows."""
    return lesson.ask(f"{PANEL} return JSON.parse(JSON.stringify(panel.state))")


def stand_still(lesson: Lesson, at: int) -> None:
    """Stop the player at a step."""
    lesson.ask(f"{PANEL} panel.player.go(arg); panel.wrote = 0; panel.paint();", at)


def test_episodes_play_over_and_over(lesson: Lesson) -> None:
    lesson.open("/cartpole")
    lesson.until(f"{PANEL} return panel.state.playing && panel.state.at > 3")
    shown = panel(lesson)
    assert shown["update"] == 0 and shown["n"] == 4
    lesson.until(f"{PANEL} return panel.player.at >= Math.max(...panel.state.lengths)")
    lesson.until(f"{PANEL} return panel.player.at < 5 && panel.state.playing")  # from the beginning again
    expect(lesson.page.get_by_text("Episodes of the untrained policy")).to_be_visible()


def test_a_step_is_written_out_with_pythons_numbers(lesson: Lesson) -> None:
    lesson.open("/cartpole?n_episodes=4")
    lesson.press("step")
    lesson.until("return +root.dataset.step === 1")
    lesson.until(f"{PANEL} return panel.state.update === 1")
    for at in (0, 4):
        stand_still(lesson, at)
        told = panel(lesson)
        wide = len(lesson.array("episodes/actions")) // 4

        def value(name: str, row: int = told["chosen"] * wide + told["step"]["t"]) -> float:
            return lesson.array(f"episodes/{name}")[row]

        weight = value("advantages") / lesson.array("episodes/scale")[0]
        assert told["push"] == pytest.approx(
            weight * (value("actions") - value("before")), rel=1e-6, abs=1e-9
        )
        written = lesson.page.locator(".lv-pole-step")
        expect(written).to_contain_text(f"step {at + 1} of {told['step']['length']}")
        expect(written).to_contain_text("on the log-odds of right")
        side = ("left", "right")[int(value("actions"))]
        expect(written).to_contain_text(f"{side} is made {'likelier' if weight > 0 else 'less likely'}")
        assert told["step"]["after"] != told["step"]["before"]


def test_the_pictures_have_keys(lesson: Lesson) -> None:
    lesson.open("/cartpole")
    stand_still(lesson, 3)
    carts = lesson.page.locator(".lv-poles")
    carts.focus()
    lesson.page.keyboard.press("ArrowDown")
    lesson.page.keyboard.press("ArrowRight")
    lesson.page.keyboard.press("ArrowRight")
    lesson.page.keyboard.press("ArrowLeft")
    shown = panel(lesson)
    assert (shown["chosen"], shown["at"], shown["playing"]) == (1, 4, False)
    assert lesson.step == 0, "the keys were for the picture, not for the run"
    box = carts.bounding_box()
    assert box is not None
    lesson.page.mouse.click(box["x"] + box["width"] - 20, box["y"] + box["height"] - 20)
    assert panel(lesson)["chosen"] == 3
    accessible(lesson.page)


def test_it_trains_and_the_task_is_changed_meanwhile(lesson: Lesson) -> None:
    lesson.open("/cartpole?n_episodes=8")
    lesson.train(12)
    lesson.slide("Gravity", "End")
    lesson.until("return view.session.current.facts.get('physics')[0] === 50")
    lesson.until("return view.session.current.frame.step > arg", lesson.step)
    lesson.pause()
    lesson.until(
        f"{PANEL} return panel.state.update === frame.step"
    )  # a run that stands shows its newest episodes
    assert lesson.metrics["return/train"] > 0


def test_ppo_shows_its_own_curves(lesson: Lesson) -> None:
    lesson.open("/cartpole?learner=PPO+(stable-baselines3)&n_episodes=8")
    lesson.press("step")
    lesson.until("return +root.dataset.step === 1")
    assert lesson.metrics["ppo/kl"] >= 0
    expect(lesson.page.get_by_text("How often PPO is held back")).to_be_visible()
    expect(lesson.page.get_by_text("Compare returns with")).to_have_count(0)


@pytest.fixture
def game(lesson: Lesson) -> SketchOnPage:
    return alone(lesson, "cartpole", "balance")


def test_the_game_in_the_browser_is_the_game_in_python(game: SketchOnPage) -> None:
    generator = np.random.default_rng(0)
    for physics in (Physics(), Physics(30.0, 2.5, 17.5)):
        actions = generator.integers(0, 2, 200).tolist()
        start = generator.uniform(-0.05, 0.05, 4).tolist()
        course = game.ask(
            "return import(arg.url).then(({ step, fallen }) => { let state = arg.start;"
            "return arg.actions.map((action) => { state = step(state, action, arg.physics); return [state, fallen(state)]; }); })",
            {
                "url": module_url(game),
                "start": start,
                "actions": actions,
                "physics": {
                    "gravity": physics.gravity,
                    "poleLength": physics.pole_length,
                    "force": physics.force,
                },
            },
        )
        state = np.array([start])
        for action, (seen, over) in zip(actions, course, strict=True):
            state = step(state, np.array([action]), physics)
            np.testing.assert_allclose(seen, state[0], rtol=1e-9, atol=1e-9)
            assert bool(over) == bool(fallen(state)[0])


def module_url(game: SketchOnPage) -> str:
    """Where the sketch's own copy of the game lies."""
    found = game.ask(
        "return performance.getEntriesByType('resource').map(({ name }) => name).find((name) => name.includes('cartpole_physics.js'))"
    )
    return str(found)


def test_a_game_by_hand_ends_in_one_clear_state(game: SketchOnPage) -> None:
    game.ask("sketch.begin([0, 0, 0.02, 0])")
    assert game.state["words"] == "Press ← or → to begin." and not game.state["going"]
    canvas = game.root.locator(".sk-balance")
    canvas.focus()
    page = game.page
    page.keyboard.down("ArrowRight")
    game.until("return state.going && state.n > 2 && state.held === 1")
    game.until("return state.over !== ''")
    page.keyboard.up("ArrowRight")
    fell = game.state
    # The same pushes in Python end at the same step.
    state, n = np.array([[0, 0, 0.02, 0]], float), 0
    while not fallen(state)[0]:
        state, n = step(state, np.array([1]), Physics()), n + 1
    assert fell["n"] == n and fell["last"] == n
    np.testing.assert_allclose(fell["now"], state[0], rtol=1e-9)
    game.until("return state.words.startsWith('Fallen after')")
    assert "leans by more than 12°" in game.state["words"] and not fell["going"]
    assert ["You, best at 0.5×", n] in game.state["scores"]
    page.wait_for_timeout(800)
    assert game.state["n"] == n, "nothing goes on"
    page.keyboard.press("Enter")
    assert game.state["over"] == "" and game.state["n"] == 0


def test_the_game_by_touch_and_with_nobody_pushing(game: SketchOnPage) -> None:
    game.ask("sketch.begin([0, 0, 0, 0])")
    box = game.root.locator(".sk-balance").bounding_box()
    assert box is not None
    game.page.mouse.move(box["x"] + 20, box["y"] + box["height"] / 2)
    game.page.mouse.down()
    game.until("return state.held === 0 && state.n > 0")
    game.page.mouse.up()
    assert game.state["held"] is None
    # Held by nobody, left and right take turns, so the forces cancel out.
    taken = game.ask(
        "sketch.begin([0, 0, 0, 0]); const pushes = [];"
        "for (let i = 0; i < 6; i += 1) { sketch.advance(); pushes.push(sketch.pushed); } return pushes"
    )
    assert taken == [0, 1, 0, 1, 0, 1]


def test_the_agent_stands_beside_the_learner(lesson: Lesson) -> None:
    lesson.open("/cartpole")
    game = SketchOnPage(lesson.page, "balance").drawn()
    game.until("return state.agent !== null")
    assert game.state["agent"] == pytest.approx(lesson.metrics["return/test"])
    names = [name for name, _ in game.state["scores"]]
    assert "Random, mean of 100" in names and "Push towards the lean, mean of 100" in names


def test_a_link_that_says_nonsense(lesson: Lesson) -> None:
    """What else it may say: tests/pages/test_cartpole.py."""
    lesson.open("/cartpole?gravity=abc")
    expect(lesson.page.get_by_text("gravity is abc; it may be from 1 to 50 m/s².")).to_be_visible()
    assert lesson.page.get_by_test_id("stException").count() == 0


def test_on_a_phone(lesson: Lesson) -> None:
    lesson.page.set_viewport_size({"width": 400, "height": 850})
    lesson.open("/cartpole")
    lesson.until(f"{PANEL} return panel.carts.getBoundingClientRect().width > 200")
    wide = lesson.page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 400
