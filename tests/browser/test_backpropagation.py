"""The backpropagation page in the browser: stepping, editing, learning, hostile input, and numbers equal to Python's."""

from __future__ import annotations

import math
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from bench.server import Server
from components.computational_graph import picture
from models.backpropagation_graphs import GRAPHS, network_text
from models.backpropagation_settings import Config
from models.chain import chain
from models.expression import parse
from models.graph import evaluate
from models.troubles import SENTENCES, trouble_of
from tests.browser.accessible import accessible
from tests.browser.conftest import NewLearner
from tests.browser.lesson import Lesson
from tests.browser.sketch import SketchOnPage, alone
from tests.models.test_troubles import CASES

pytestmark = pytest.mark.browser

EVERYTHING = (
    "x = 0.7; w = -1.3; b = 0.4; y = 2; h = tanh(w*x + b - 1.5); g = sigmoid(h)*relu(x) + exp(-x)/log(x + 3) - sqrt(abs(w));"
    "softplus(g)*sin(y) + cos(w)*square(b) + x^3 + y^x - (-w)"
)


def open_graph(lesson: Lesson, text: str = "") -> SketchOnPage:
    lesson.page.goto(f"{lesson.url}/backpropagation" + (f"?expression={quote(text)}" if text else ""))
    return SketchOnPage(lesson.page, "graph").drawn()


def graph_alone(lesson: Lesson, text: str) -> SketchOnPage:
    return alone(lesson, "backpropagation", "graph", expression=text)


def number(text: str) -> float:
    """A number as JavaScript writes it."""
    return float(text.replace("Infinity", "inf"))


def field(page: Page, name: str) -> Any:
    return page.locator(f".sk-graph-field[data-name='{name}']")


def type_in(page: Page, text: str) -> None:
    box = page.get_by_role("textbox", name="Expression")
    box.fill(text)
    box.press("Control+Enter")


def test_values_gradients_and_sentences_are_those_of_python(lesson: Lesson) -> None:
    first, *others = (EVERYTHING, network_text(Config()), *CASES)
    graph = graph_alone(lesson, first)
    same_as_in_python(graph, first)
    for text in others:  # as a rerun of the page hands them over
        data = {**picture(text), "values": parse(text).starts}
        graph.ask(
            "host.show({ data: { ...host.data, data: arg }, setTriggerValue: host.setTriggerValue })", data
        )
        same_as_in_python(graph, text)


def same_as_in_python(graph: SketchOnPage, text: str) -> None:
    graph.until("return state.key === arg", text)
    made = evaluate(parse(text), {})
    made[-1].backward()
    state = graph.repainted().state
    assert [number(value) for value in state["data"]] == pytest.approx(
        [value.data for value in made], rel=1e-12, nan_ok=True
    ), text
    assert [number(value) for value in state["grads"]] == pytest.approx(
        [value.grad for value in made], rel=1e-11, abs=1e-14, nan_ok=True
    ), text
    found = trouble_of(made)
    expected = "" if found is None else SENTENCES[found[0]].partition("{node}")[2].strip("”")
    assert state["trouble"].endswith(expected) if expected else state["trouble"] == "", text


def test_one_node_at_a_time_forwards_and_backwards(lesson: Lesson) -> None:
    graph = graph_alone(lesson, GRAPHS["neuron"][1])
    page = lesson.page
    slider = page.get_by_role("slider", name="Forwards and backwards")
    n_nodes = len(parse(GRAPHS["neuron"][1]).nodes)
    n_operations = sum(bool(node.operation) for node in parse(GRAPHS["neuron"][1]).nodes)
    assert graph.state["steps"] == 2 * n_operations + 2
    slider.press("Home")
    graph.until("return state.at === 0")
    assert sum(graph.state["known"]) == n_nodes - n_operations
    for step in range(1, n_operations + 1):
        page.get_by_role("button", name="One step forward").click()
        graph.until("return state.at === arg && state.known.filter(Boolean).length === arg + 6", step)
    card = page.locator(".sk-graph-card")
    expect(card).to_contain_text("Forwards")
    expect(card).to_contain_text("No gradient has arrived here yet")
    page.get_by_role("button", name="One step forward").click()
    expect(card).to_contain_text("its gradient is 1")
    page.get_by_role("button", name="One step forward").click()
    graph.until("return state.passed.length === 1")
    expect(card).to_contain_text("2 · 1.83 = 3.67")
    expect(card).to_contain_text("1 × 3.67 = 3.67")
    page.get_by_role("button", name="One step back", exact=True).click()
    graph.until("return state.passed.length === 0")
    page.get_by_role("button", name="Play").click()
    graph.until("return state.passed.length >= 2")
    page.get_by_role("button", name="Pause").click()
    slider.press("End")
    graph.until("return state.at === state.steps - 1")


def test_typing_and_sliding_move_everything_and_the_page_hears_of_it(lesson: Lesson) -> None:
    page = lesson.page
    text = "x = 2; w = -1; y = 3; (w*x - y)^2"
    graph = open_graph(lesson, text)
    field(page, "w").fill("1.5")
    graph.until("return state.values.w === 1.5 && Number(state.data.at(-1)) === 0")
    field(page, "w").press("ArrowDown")
    graph.until("return state.values.w === 1.4")
    field(page, "w").fill("12,5")  # a decimal comma
    graph.until("return state.values.w === 12.5")
    for nonsense in ("abc", "1e999", "", "--3", "Infinity"):
        field(page, "w").fill(nonsense)
        expect(field(page, "w")).to_have_attribute("aria-invalid", "true")
        assert graph.state["values"]["w"] == 12.5
    field(page, "w").fill("1e30")
    graph.until("return state.values.w === 1e30")
    field(page, "x").click()
    slider = graph.root.get_by_role("slider", name="x", exact=True)
    slider.press("ArrowRight")
    graph.until("return state.values.x === 2.01")
    field(page, "w").fill("-0.5")
    # ∂/∂w = 2 (w x − y) x = 2 (−1.005 − 3) 2.01
    expect(page.get_by_role("cell", name="−16.1001").first).to_be_visible()
    graph.until("return state.values.w === -0.5 && state.values.x === 2.01")


def test_a_step_of_learning(lesson: Lesson) -> None:
    graph = graph_alone(lesson, "x = 3; w = 2; y = -1; (w*x - y)^2")
    page = lesson.page
    step = graph.state["step"]
    after = 2 - 0.1 * 2 * 7 * 3  # w − η · 2 (w x − y) x
    assert number(step["before"]) == 49 and number(step["then"]) == pytest.approx((after * 3 + 1) ** 2)
    assert "it falls" in step["verdict"]
    rate = graph.root.get_by_role("slider", name="Learning rate η")
    rate.press("End")
    graph.until("return state.step.rate === 10 && state.step.verdict.includes('too large')")
    graph.drag("rate", -600, 0)
    graph.until("return state.step.rate < 0.1")
    rate.press("Home")
    graph.until(
        "return Math.abs(state.step.rate - 0.001) < 1e-9 && state.step.verdict.includes('as the gradient promised')"
    )
    page.get_by_role("button", name="Take the step").click()
    graph.until("return state.step.n_steps === 1 && Number(state.step.before) < 49")
    assert graph.state["values"]["w"] == pytest.approx(2 - 0.001 * 42)
    page.get_by_role("button", name="Take 10 steps").click()
    graph.until("return state.step.n_steps === 11")
    page.get_by_role("button", name="Starting values").click()
    graph.until("return state.step.n_steps === 0 && state.values.w === 2")


def test_steps_that_are_too_large_end_in_a_sentence(lesson: Lesson) -> None:
    graph = graph_alone(lesson, "x = 3; w = 2; y = -1; (w*x - y)^2")
    graph.root.get_by_role("slider", name="Learning rate η").press("End")
    ten = lesson.page.get_by_role("button", name="Take 10 steps")
    for _ in range(40):
        graph.repainted()  # says whether another step can be taken
        if ten.is_disabled():
            break
        ten.click()
    expect(ten).to_be_disabled()
    expect(lesson.page.locator(".sk-verdict")).to_contain_text("no number to follow")
    assert "computer holds" in graph.state["trouble"] or graph.state["trouble"] != ""


def test_text_that_is_no_expression_gets_a_sentence(lesson: Lesson) -> None:
    page = lesson.page
    open_graph(lesson)
    SketchOnPage(page, "chain").drawn()
    for text, sentence in (
        ("__import__('os')", "At character 1:"),
        ("tahn(w*x)", "did you mean tanh?"),
        ("<img src=x onerror=alert(1)>", "At character 1:"),
    ):
        type_in(page, text)
        expect(page.get_by_test_id("stAlert")).to_contain_text(sentence)
        assert "Traceback" not in page.inner_text("body")
        type_in(page, "tanh(w*x)")
        SketchOnPage(page, "graph").until("return state?.key === 'tanh(w*x)'")
        expect(page.get_by_test_id("stAlert")).to_have_count(0)


def test_another_graph_is_a_press_away_and_stays_in_the_address(lesson: Lesson) -> None:
    page = lesson.page
    graph = open_graph(lesson)
    page.get_by_text("A value used twice", exact=True).click()
    graph.until("return state.key === arg", GRAPHS["twice"][1])
    page.wait_for_url("**expression=*")
    page.reload()
    SketchOnPage(page, "graph").drawn().until("return state.key === arg", GRAPHS["twice"][1])
    accessible(lesson.page)


def test_the_chain_is_that_of_python(lesson: Lesson) -> None:
    sketch = alone(lesson, "backpropagation", "chain")
    root = sketch.root
    root.get_by_role("slider", name="Neurons").press("End")
    sketch.until("return state.depth === 30 && state.words.includes('vanishes')")
    for activation, key in (("tanh", "tanh"), ("sigmoid", "sigmoid"), ("ReLU", "relu")):
        root.get_by_role("button", name=activation, exact=True).click()
        for end in ("End", "Home"):
            for name in ("Neurons", "Weight w of each"):
                root.get_by_role("slider", name=name).press(end)
            sketch.until("return state.activation === arg", key)
            state = sketch.state
            values, grads = chain(key, state["depth"], state["weight"], state["x"])
            assert state["values"] == pytest.approx(values, rel=1e-12)
            assert state["grads"] == pytest.approx(grads, rel=1e-11)


@pytest.mark.parametrize("width", [400, 1280])
def test_no_two_numbers_cover_each_other(server: Server, new_learner: NewLearner, width: int) -> None:
    lesson = new_learner(server, viewport={"width": width, "height": 900})
    first, other = GRAPHS["neuron"][1], network_text(Config())
    graph = open_graph(lesson, first)
    for text in (first, other):
        if text == other:
            type_in(lesson.page, text)
            graph.until("return state.key === arg", text)
            graph.repainted()
        covered = graph.ask(
            "const boxes = [...root.querySelectorAll('.sk-graph > text, .sk-node rect')]"
            ".filter((one) => one.tagName === 'rect' || one.textContent)"
            ".map((one) => [one.textContent || 'node', one.getBoundingClientRect()]);"
            "const found = [];"
            "for (let i = 0; i < boxes.length; i += 1) for (let j = 0; j < i; j += 1) {"
            "  const [a, b] = [boxes[i][1], boxes[j][1]];"
            "  const w = Math.min(a.right, b.right) - Math.max(a.left, b.left), h = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);"
            "  if (w > 2 && h > 7) found.push([boxes[i][0], boxes[j][0], w, h]); } return found;"
        )
        assert covered == []
        assert lesson.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_the_network_below_learns_and_its_gradients_are_drawn(lesson: Lesson) -> None:
    lesson.open("/backpropagation")
    assert lesson.fact("layers") == [2, 3, 1]
    lesson.train(100)
    lesson.until_state("ended")
    assert lesson.metrics["accuracy/test"] == 1.0
    assert not math.isnan(lesson.metrics["gradient/ratio"])
