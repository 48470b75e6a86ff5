"""The gridworld in the browser: arithmetic as Python's, painting while it learns, the walk, keys, bad links."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from playwright.sync_api import expect

from models.gridworld import Config, Course
from models.gridworld_world import read_world
from tests.browser.accessible import accessible
from tests.browser.lesson import Lesson

pytestmark = pytest.mark.browser

GRID = "const grid = view.panels.find((panel) => panel.spec.kind === 'gridworld');"
CELL = "const cell = view.panels.find((panel) => panel.spec.kind === 'cell_update');"


def place(lesson: Lesson, at: int) -> tuple[float, float]:
    """Where the middle of a cell is on screen."""
    in_sight(lesson)
    box = lesson.page.locator(".lv-grid-canvas").bounding_box()
    assert box is not None
    x, y, side = lesson.ask(
        GRID
        + "const { columns, side } = grid.state; return [arg % columns, Math.floor(arg / columns), side]",
        at,
    )
    return box["x"] + (x + 0.5) * side, box["y"] + (y + 0.5) * side


def in_sight(lesson: Lesson) -> None:
    """Scroll so that nothing covers the world."""
    lesson.page.evaluate("document.querySelector('.lv-grid-canvas').scrollIntoView({ block: 'end' })")


def state(lesson: Lesson) -> dict[str, Any]:
    return dict(lesson.ask(GRID + "return grid.state"))


@pytest.mark.parametrize("world", ["windy", "cliff", "rooms"])
def test_every_cell_is_computed_as_python_computes_it(lesson: Lesson, world: str) -> None:
    lesson.open(f"/gridworld?method=Value+iteration&world={world}&slip=0.25&gamma=0.9")
    course = Course(Config(method="value_iteration", world=world, slip=0.25, gamma=0.9))
    for count in range(1, 6):
        lesson.press("step")
        lesson.until("return +root.dataset.step === arg", count)
        course.agent.advance()
    np.testing.assert_allclose(lesson.array("grid/values"), course.agent.values, rtol=1e-5, atol=1e-6)
    found = lesson.ask(
        GRID
        + CELL
        + "return grid.world.cells.map((_, at) => { grid.choose(at); cell.redraw(); return cell.state.result })"
    )
    for at, result in enumerate(found):
        if course.dynamics.live[at]:
            assert result == pytest.approx(course.agent.values[at], rel=1e-4, abs=1e-5), at
        else:
            assert result is None


@pytest.mark.parametrize("method", ["Q-learning", "SARSA", "Monte+Carlo+control"])
def test_the_last_correction_is_written_out(lesson: Lesson, method: str) -> None:
    lesson.open(f"/gridworld?method={method}&world=S..G&seed=1")
    for _ in range(3):
        before = lesson.ask("return +root.dataset.epoch")
        lesson.press("epoch")
        lesson.until("return +root.dataset.epoch === arg", before + 1)
    q = np.array(lesson.array("grid/q")).reshape(4, 4)
    updates = np.array(lesson.array("grid/updates")).reshape(4, -1)
    for at in (0, 1, 2):
        if np.isnan(updates[at]).any():
            continue
        result = lesson.ask(GRID + CELL + "grid.choose(arg); cell.redraw(); return cell.state", at)
        assert result["result"] == pytest.approx(q[at, int(updates[at, 0])], rel=1e-4, abs=1e-6)
        assert result["lines"][0].startswith("q(s, ") and "surprise" in result["words"]
    assert not np.isnan(updates[2]).any(), "the goal was reached from there"


def test_a_press_on_a_cell_shows_its_arithmetic(lesson: Lesson) -> None:
    lesson.open("/gridworld?method=Value+iteration&world=S..G")
    lesson.press("step")
    lesson.until("return +root.dataset.step === 1")
    in_sight(lesson)
    lesson.page.mouse.click(*place(lesson, 2))
    panel = lesson.page.locator(".lv-cell-update")
    expect(panel).to_contain_text("Row 1, column 3: what step 1 computed.")
    expect(panel).to_contain_text("→ 1 + 0.95 · 0 = 1")
    expect(panel).to_contain_text("v = max = 1")
    lesson.page.mouse.click(*place(lesson, 3))
    expect(panel).to_contain_text("Row 1, column 4: goal.")
    lesson.page.mouse.click(*place(lesson, 3))
    assert state(lesson)["chosen"] is None, "a second press lets go"
    accessible(lesson.page)


def test_a_wall_painted_into_a_running_learner(lesson: Lesson) -> None:
    lesson.open("/gridworld?world=...../S...G&epochs=5000&advanced=true")
    lesson.press("train")
    lesson.until("return frame.metrics['value/policy'] > 0.82")  # 4 moves
    run = lesson.view_token
    in_sight(lesson)
    lesson.page.locator(".lv-grid-tools [data-tool='1']").click()
    lesson.page.mouse.click(*place(lesson, 7))
    assert state(lesson)["cells"][7] == 1, "drawn at once"
    lesson.until("return frame.array('grid/cells').data[7] === 1")
    assert lesson.view_token == run, "the same run goes on"
    lesson.page.wait_for_function("() => decodeURIComponent(location.search).includes('painted=...../S.x.G')")
    lesson.until(
        "return frame.metrics['value/policy'] > 0.7 && frame.metrics['value/policy'] < 0.8"
    )  # 6 moves
    assert not state(lesson)["pending"]
    lesson.page.get_by_role("button", name="As it was").click()
    lesson.until("return frame.array('grid/cells').data[7] === 0")
    assert lesson.view_token == run
    lesson.pause()


def test_a_stroke_undo_sizes_and_what_must_stay(lesson: Lesson) -> None:
    lesson.open("/gridworld?method=Value+iteration&world=S..../...../....G")
    in_sight(lesson)
    page = lesson.page
    page.locator(".lv-grid-tools [data-tool='1']").click()
    page.mouse.move(*place(lesson, 5))
    page.mouse.down()
    page.mouse.move(*place(lesson, 9), steps=12)
    lesson.until("return frame.array('grid/cells').data.slice(5, 10).every((kind) => kind === 1)")
    no_way = page.locator(".lv-note-title").filter(has_text="No way leads to a goal")
    lesson.until("return view.session.current.notes.length === 1")
    page.wait_for_timeout(100)  # some repaints
    expect(no_way, "the world stays under the brush").to_have_count(0)
    page.mouse.up()
    expect(no_way).to_be_visible()
    page.mouse.click(*place(lesson, 3))
    lesson.until("return frame.array('grid/cells').data[3] === 1")
    expect(no_way, "nothing is said twice").to_have_count(1)
    page.get_by_role("button", name="Undo").click()
    page.mouse.click(*place(lesson, 0))
    expect(page.locator(".lv-gridworld .lv-hint")).to_contain_text("The start cannot be painted over")
    page.mouse.click(*place(lesson, 14))
    expect(page.locator(".lv-gridworld .lv-hint")).to_contain_text("The world needs a goal")
    page.get_by_role("button", name="Undo").click()
    lesson.until("return !frame.array('grid/cells').data.includes(1)")
    expect(no_way, "there is a way again").to_have_count(0)
    page.get_by_role("button", name="column +").click()
    lesson.until("return frame.array('grid/cells').shape[1] === 6")
    page.get_by_role("button", name="row −").click()
    expect(page.locator(".lv-gridworld .lv-hint")).to_contain_text("must stay inside")
    page.get_by_label("What a press on a cell does").select_option(label="Paint: reward")
    page.get_by_label("Reward", exact=True).fill("0.25")
    page.mouse.click(*place(lesson, 1))
    lesson.until("return frame.array('grid/own').data[1] === 1")
    page.get_by_label("What a press on a cell does").select_option(label="Paint: start")
    page.mouse.click(*place(lesson, 7))
    lesson.until("return frame.array('grid/cells').data[7] === 2 && frame.array('grid/cells').data[0] === 0")
    world = read_world("....../.S..../....G.~1.2=0.25")
    assert lesson.array("grid/cells") == list(world.cells)
    assert "painted=....../.S..../....G.~1.2=0.25" in page.evaluate("decodeURIComponent(location.search)")


def test_cells_are_painted_by_keys(lesson: Lesson) -> None:
    lesson.open("/gridworld?world=S../..G")
    lesson.page.locator(".lv-grid-tools [data-tool='4']").click()
    lesson.page.locator(".lv-grid-canvas").focus()
    for key in (
        "ArrowRight",
        "ArrowRight",
        "ArrowRight",
        "Enter",
    ):  # the first one shows the cursor on the start
        lesson.page.keyboard.press(key)
    lesson.until("return frame.array('grid/cells').data[2] === 4")
    assert lesson.step == 0, "the arrow key steps no run while it moves the cursor"


def test_another_world_and_a_preset_take_the_place_of_what_was_painted(lesson: Lesson) -> None:
    lesson.open("/gridworld?painted=S./.G")
    assert lesson.array("grid/cells") == [2, 0, 0, 3]
    lesson.page.get_by_role("button", name="Try this").nth(8).click()  # the cliff
    lesson.until("return frame.array('grid/cells').shape[1] === 12 && root.dataset.step === '0'")
    assert state(lesson)["columns"] == 12 and "painted" not in lesson.page.url


def test_the_walk_and_the_layers(lesson: Lesson) -> None:
    lesson.open("/gridworld?world=S..G")
    lesson.press("epoch")
    lesson.until("return +root.dataset.epoch === 1")
    way = lesson.array("grid/last_walk")
    assert way[0] == 0 and way[-1] == 3
    lesson.until(
        GRID
        + "const { walking } = grid.state; return walking.way.join() === arg && walking.at === walking.way.length - 1",
        ",".join(str(int(at)) for at in way),
    )
    for layer in ("actions", "visits", "exact", "values"):
        lesson.page.locator(f".lv-gridworld [data-value={layer}]").click()
        assert state(lesson)["layer"] == layer
    tried = np.array(lesson.array("grid/tried")).reshape(4, 4).sum(1)
    assert tried.sum() == len(way) - 1
    lesson.page.locator(".lv-gridworld label", has_text="Walk").locator("input").uncheck()
    lesson.open("/gridworld?method=Value+iteration&world=S..G")
    expect(lesson.page.locator(".lv-gridworld [data-value=visits]")).to_be_hidden()


def test_episodes_are_called_so_and_come_ten_a_second(lesson: Lesson) -> None:
    lesson.open("/gridworld")
    speed = lesson.page.get_by_label("Speed", exact=True)
    assert speed.locator("option").all_inner_texts() == [
        "full speed",
        "60 episodes/s",
        "10 episodes/s",
        "1 episode/s",
    ]
    expect(speed).to_have_value("2")
    lesson.press("train")
    lesson.until("return frame.epoch >= 20")
    assert lesson.ask("return frame.rates.epochs") < 14
    speed.select_option(label="full speed")
    lesson.until_state("ended")
    assert lesson.metrics["value/policy"] > 0.6
    expect(lesson.page.locator(".lv-gridworld .lv-hint")).to_be_visible()


def test_the_scrubber_shows_the_world_as_it_was(lesson: Lesson) -> None:
    lesson.open("/gridworld?method=Value+iteration&world=S..G")
    for count in (1, 2, 3):
        lesson.press("step")
        lesson.until("return +root.dataset.step === arg", count)
    lesson.page.locator(".lv-grid-tools [data-tool='1']").click()
    in_sight(lesson)
    lesson.page.mouse.click(*place(lesson, 1))
    lesson.until("return frame.array('grid/cells').data[1] === 1")
    slider = lesson.page.locator(".lv-bar .lv-slider").first
    slider.focus()
    slider.press("Home")
    lesson.until("return root.dataset.scrubbed === 'true' && +root.dataset.step === 0")
    assert state(lesson)["cells"] == [2, 0, 0, 3]


def test_a_bad_link_gets_a_sentence_and_a_world(lesson: Lesson) -> None:
    """What else is bad: tests/pages/test_gridworld.py."""
    lesson.open("/gridworld?world=S.%3Cimg%20src%3Dx%3EG")
    assert lesson.page.get_by_test_id("stException").count() == 0
    assert lesson.page.locator("img[src=x]").count() == 0
    expect(lesson.page.get_by_test_id("stAlert")).to_have_count(1)
    assert state(lesson)["columns"] == 10, "the open room"


def test_a_browser_that_lies_about_the_painting_changes_nothing(lesson: Lesson) -> None:
    lesson.open("/gridworld")
    cells = lesson.array("grid/cells")
    for told in ("'S..'", "7", "{ a: [1] }", "'x'.repeat(50000)", "null"):
        lesson.ask(f"view.tell('painted', {told})")
        lesson.page.wait_for_timeout(500)
        assert lesson.array("grid/cells") == cells, told
        assert lesson.page.get_by_test_id("stException").count() == 0, told
