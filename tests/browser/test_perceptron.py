"""The perceptron: one example at a time, points moved by hand, six weights, rules."""

from __future__ import annotations

import numpy as np
import pytest
from playwright.sync_api import expect

from models.perceptron import Config, train
from models.perceptron_rules import TABLES, answers, table
from models.two_layers import CORNERS, answer
from tests.browser.accessible import accessible
from tests.browser.lesson import Lesson
from tests.browser.sketch import SketchOnPage, alone, alone_with

pytestmark = pytest.mark.browser


def test_one_example_at_a_time(lesson: Lesson) -> None:
    lesson.open("/perceptron?dataset=AND")
    page = lesson.page
    expect(page.get_by_text("there is no line yet")).to_be_visible()
    expected = train(Config(dataset="and"))
    next(expected)
    for count in range(1, 7):
        lesson.press("step")
        lesson.until("return +root.dataset.step === arg", count)
        wanted = next(expected)
        assert lesson.array("neuron/weights") == wanted.observe()["neuron/weights"].tolist()
        assert lesson.metrics["mistakes/so_far"] == wanted.metrics["mistakes/so_far"]
    # The sixth look is at (0, 1) with w = (1, 1, 0): the sum is 1, so the answer is 1, but the class is 0.
    panel = page.locator(".lv-neuron")
    expect(panel.locator(".lv-sum")).to_contain_text("= 1.00 · 0 + 1.00 · 1.00 + 0")
    expect(panel.locator(".lv-sum")).to_contain_text("s > 0, so the answer is 1")
    expect(panel).to_contain_text("✗ Wrong: the class is 0.")
    expect(panel).to_contain_text(
        "taken from the weights: the sum for this example is now −1.00, on the right side"
    )
    lesson.press("train")
    lesson.until_state("ended")
    lesson.until("return frame.metrics['accuracy/train'] === 1")
    assert lesson.metrics["mistakes/so_far"] == 10
    expect(page.locator(".lv-decision-map")).to_contain_text("at most (R/γ)² = 51 mistakes")


def test_the_switch_turns_the_step_into_a_sigmoid_while_it_learns(lesson: Lesson) -> None:
    lesson.open("/perceptron?dataset=Two+blobs+that+overlap&epochs=1000&advanced=true")
    for _ in range(3):
        lesson.press("step")
    lesson.until("return +root.dataset.step === 3")
    run = lesson.view_token
    lesson.page.locator(".st-key-smooth label").click()
    lesson.until("return frame?.array('neuron/example')?.data[5] === 1")
    assert lesson.view_token == run, "the same run goes on"
    expect(lesson.page.locator(".lv-neuron .lv-sum")).to_contain_text("σ(s) =")
    lesson.press("step")
    lesson.until("return +root.dataset.step === 4")
    expect(lesson.page.locator(".lv-neuron")).to_contain_text("right or wrong")
    expect(lesson.page.locator(".lv-title", has_text="Loss")).to_be_visible()


def test_exclusive_or_is_named_as_a_circle(lesson: Lesson) -> None:
    lesson.open("/perceptron?dataset=Exclusive+or")
    lesson.press("train")
    expect(lesson.page.locator(".lv-note-title").filter(has_text="round in circles")).to_be_visible()
    accessible(lesson.page)


def test_points_are_added_dragged_and_removed(lesson: Lesson) -> None:
    start = "-3,-3,0;-3,3,0;3,3,1;3,-3,1"
    lesson.open(f"/perceptron?dataset=Your+own+points&points={start}")
    page = lesson.page
    plane = page.locator(".lv-decision-map .lv-over")
    plane.scroll_into_view_if_needed()
    box = plane.bounding_box()
    assert box is not None

    def at(x: float, y: float) -> tuple[float, float]:
        place = lesson.ask("return view.panels.find((panel) => panel.place).place(arg[0], arg[1])", [x, y])
        return box["x"] + place[0], box["y"] + place[1]

    page.mouse.move(*at(3, 3))
    page.mouse.down()
    page.mouse.move(*at(0, 1), steps=4)
    page.mouse.move(*at(-1, 0), steps=4)
    page.mouse.up()
    lesson.until("return Math.abs(view.session.current.facts.array('points/train').data[4] + 1) < 0.1")
    moved = np.array(lesson.fact("points/train")).reshape(-1, 2)
    np.testing.assert_allclose(moved[2], [-1, 0], atol=0.1)
    assert len(moved) == 4, "a drag is no click"
    page.mouse.click(*at(0, 2))
    lesson.until("return view.session.current.facts.array('points/train').shape[0] === 5")
    page.mouse.click(*at(0, 2))
    lesson.until("return view.session.current.facts.array('points/train').shape[0] === 4")
    page.get_by_role("button", name="Undo").click()  # the removal
    page.get_by_role("button", name="Undo").click()  # the new point
    page.get_by_role("button", name="Undo").click()  # the drag
    lesson.until("return view.session.current.facts.array('points/train').data[4] === 3")
    page.wait_for_url(lambda url: "3,3,1" in url.replace("%2C", ","))  # the link follows the picture


def test_points_are_moved_by_keys(lesson: Lesson) -> None:
    lesson.open("/perceptron?dataset=Your+own+points&points=0,0,0;-3,3,0;3,3,1;3,-3,1")
    plane = lesson.page.locator(".lv-decision-map .lv-over")
    plane.focus()
    lesson.page.keyboard.press("ArrowRight")  # the cross-hair appears at 0, 0
    lesson.page.keyboard.press("ArrowLeft")
    lesson.page.keyboard.press("ArrowRight")
    for _ in range(4):
        lesson.page.keyboard.press("Shift+ArrowUp")
    lesson.until("return view.session.current.facts.array('points/train').data[1] === 1")
    assert lesson.fact("points/train")[:2] == [0, 1]


def test_points_of_the_network_lesson_can_be_dragged_too(lesson: Lesson) -> None:
    points = "-3,-3,0;-3,3,0;-2,0,0;3,3,1;3,-3,1;2,0,1"
    lesson.open(f"/mlp?dataset=Your+own+points&points={points}")
    plane = lesson.page.locator(".lv-decision-map .lv-over")
    plane.scroll_into_view_if_needed()
    box = plane.bounding_box()
    assert box is not None
    place = "return view.panels.find((panel) => panel.place).place(arg[0], arg[1])"
    (x0, y0), (x1, y1) = lesson.ask(place, [2, 0]), lesson.ask(place, [4, 1])
    lesson.page.mouse.move(box["x"] + x0 + 2, box["y"] + y0)
    lesson.page.mouse.down()
    lesson.page.mouse.move(box["x"] + x1 + 2, box["y"] + y1, steps=5)
    lesson.page.mouse.up()
    lesson.page.wait_for_function("() => decodeURIComponent(location.search).includes('3,-3,1;4,1,1')")


def test_a_press_that_slips_by_a_pixel_removes_the_point(lesson: Lesson) -> None:
    lesson.open("/perceptron?dataset=Your+own+points&points=-3,-3,0;-3,3,0;3,3,1;3,-3,1;0,0,1")
    plane = lesson.page.locator(".lv-decision-map .lv-over")
    plane.scroll_into_view_if_needed()
    box = plane.bounding_box()
    assert box is not None
    x, y = lesson.ask("return view.panels.find((panel) => panel.place).place(0, 0)")
    lesson.page.mouse.move(box["x"] + x, box["y"] + y)
    lesson.page.mouse.down()
    lesson.page.mouse.move(box["x"] + x + 1.5, box["y"] + y + 1)
    lesson.page.mouse.up()
    lesson.until("return view.session.current.facts.array('points/train').shape[0] === 4")


def test_six_weights_follow_the_sliders_as_python_says(lesson: Lesson) -> None:
    sketch = alone(lesson, "perceptron", "two_layers")
    generator = np.random.default_rng(0)
    for _ in range(40):
        weights = [round(float(value), 1) for value in generator.uniform(-2, 2, 6)]
        found = sketch.ask("sketch.weights = arg; return sketch.state", weights)
        assert found["answers"] == [answer(weights, *corner) for corner in CORNERS]
    for name, target in (("w₁₂", 1.0), ("w₂₁", 1.0), ("v₂", -1.0), ("w₁₁", 1.0), ("w₂₂", 1.0), ("v₁", 1.0)):
        slider = sketch.root.get_by_role("slider", name=name)
        slider.fill(str(target))
    sketch.until("return state.solved")
    expect(sketch.root.get_by_text("Solved: two layers compute exclusive or.")).to_be_visible()


def test_rules_score_as_python_scores_them(lesson: Lesson) -> None:
    first, second = TABLES["iris_hard"][2]
    sketch = alone_with(lesson, "rules", table("iris_hard", first, second))
    sketch.root.get_by_role("button", name="Add a rule").click()
    sketch.root.get_by_label("comparison of rule 2").select_option(">")
    sketch.root.get_by_label("class of rule 2").select_option("1")
    sketch.drag("rule 0", 40, 0)
    data, state = sketch.ask("return [sketch.data, state]")
    rules = [
        (int(f), str(sign), float(threshold), int(label)) for f, sign, threshold, label in state["rules"]
    ]
    assert len(rules) == 2
    x, y, test = np.array(data["x"]), np.array(data["y"]), np.array(data["test"])
    right = answers(rules, state["otherwise"], x) == y
    assert state["test"] == pytest.approx(right[test].mean())
    assert state["train"] == pytest.approx(right[~test].mean())
    expect(sketch.root.locator("tr", has_text="your rules")).to_contain_text(f"{100 * state['test']:.1f} %")
    sketch.root.get_by_role("button", name="Remove rule 2").click()
    sketch.until("return state.rules.length === 1")


def test_other_features_make_a_new_table(lesson: Lesson) -> None:
    lesson.open("/perceptron")
    SketchOnPage(lesson.page, "two_layers").drawn()
    sketch = SketchOnPage(lesson.page, "rules").drawn()
    sketch.root.scroll_into_view_if_needed()
    lesson.page.get_by_role("combobox", name="First feature").click()
    lesson.page.keyboard.type("sepal width")  # key by key: text that is there at once opens no list
    lesson.page.keyboard.press("Enter")
    sketch.until("return sketch.data.features[0] === 'sepal width (cm)' && state.rules.length === 1")


def test_nonsense_for_points_is_no_end(lesson: Lesson) -> None:
    """What else is nonsense: tests/pages/test_perceptron.py."""
    page = lesson.page
    page.goto(
        f"{lesson.url}/perceptron?dataset=Your+own+points&points=1e30,1e30,0;0,0,1", wait_until="commit"
    )
    page.locator(".lv-decision-map").wait_for()
    assert page.get_by_test_id("stException").count() == 0
    expect(page.get_by_role("heading", name="Perceptron", exact=True)).to_be_visible()
