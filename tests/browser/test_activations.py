"""The lesson on activations in the browser: sketches that say Python's numbers, a stack that changes at once, two networks."""

from __future__ import annotations

import numpy as np
import pytest

from models import activation_curves
from tests.browser.accessible import accessible
from tests.browser.lesson import Lesson
from tests.browser.sketch import SketchOnPage, alone

pytestmark = pytest.mark.browser


def choose(lesson: Lesson, name: str, option: str) -> None:
    """Pick from a list that is in sight: one that opens while its page scrolls closes again."""
    lesson.page.get_by_role("combobox", name=name).scroll_into_view_if_needed()
    lesson.page.wait_for_timeout(500)
    lesson.choose(name, option)


def test_every_activation_has_pythons_values_and_slopes(lesson: Lesson) -> None:
    sketch = alone(lesson, "activations", "activation_curves")
    z = np.linspace(activation_curves.LOW, activation_curves.HIGH, 61) + 1e-4
    for name, curve in activation_curves.CURVES.items():
        sketch.root.locator(f"[data-value='{name}']").click()
        sketch.until("return state.name === arg", name)
        for alpha in curve.alpha or (0.0,):
            found = np.array(
                sketch.ask(
                    "sketch.set({ alpha: arg[0] }); return arg[1].map((z) => sketch.of(sketch.name, z))",
                    [alpha, z.tolist()],
                )
            )
            np.testing.assert_allclose(
                found[:, 0], activation_curves.value(name, z, alpha), rtol=1e-9, atol=1e-13
            )
            np.testing.assert_allclose(
                found[:, 1], activation_curves.slope(name, z, alpha), rtol=1e-9, atol=1e-13
            )


def test_a_point_is_dragged_along_the_curve(lesson: Lesson) -> None:
    sketch = alone(lesson, "activations", "activation_curves")
    before = sketch.state
    assert before["name"] == "sigmoid"
    sketch.drag("point", -200, 30)
    sketch.until("return state.z < arg - 0.5", before["z"])
    after = sketch.state
    assert after["value"] == pytest.approx(float(activation_curves.value("sigmoid", after["z"])))
    assert after["slope"] == pytest.approx(float(activation_curves.slope("sigmoid", after["z"])))
    sketch.root.get_by_role("button", name="leaky ReLU").click()
    alpha = sketch.root.get_by_role("slider", name="α").first
    alpha.focus()
    for _ in range(10):
        lesson.page.keyboard.press("ArrowRight")
    sketch.until("return Math.abs(state.alpha - 0.11) < 1e-9")
    handle = sketch.handle("point")
    handle.focus()
    for _ in range(70):  # never beyond the axis
        lesson.page.keyboard.press("Shift+ArrowLeft")
    sketch.until("return state.z === -6 && Math.abs(state.value + 0.66) < 1e-9")
    assert "slope 0.11" in (handle.get_attribute("aria-valuetext") or "")
    sketch.root.get_by_role("button", name="step").click()
    sketch.until("return state.words.includes('nothing of a gradient passes')")
    drawn = sketch.root.locator("path").count()
    sketch.root.get_by_label("Show the others too").check()
    sketch.until("return state.others && root.querySelectorAll('path').length >= arg + 9", drawn)


def test_softmax_follows_the_hand_as_in_python(lesson: Lesson) -> None:
    sketch = alone(lesson, "activations", "softmax")
    sketch.drag("logit 1", 0, -40)
    sketch.until("return state.logits[1] > 1.5 && state.chosen === 1")
    sketch.root.get_by_role("button", name="6", exact=True).first.click()
    slider = sketch.root.get_by_role("slider", name="Temperature T").first
    slider.focus()
    for key, colder in (("Home", True), ("End", False)):
        lesson.page.keyboard.press(key)
        sketch.until("return arg ? state.temperature < 0.11 : state.temperature > 9.9", colder)
        now = sketch.state
        assert (now["n"], len(now["p"])) == (6, 6)
        p = activation_curves.softmax(now["logits"], now["temperature"])
        assert now["p"] == pytest.approx(p.tolist(), abs=1e-12)
        assert now["entropy"] == pytest.approx(activation_curves.entropy(p), abs=1e-12)
        slopes = activation_curves.softmax_slopes(now["logits"], now["temperature"])[:, now["chosen"]]
        assert now["slopes"] == pytest.approx(slopes.tolist(), abs=1e-12)
    handle = sketch.handle("logit 3")
    handle.focus()
    for _ in range(30):
        lesson.page.keyboard.press("Shift+ArrowUp")
    sketch.until("return state.logits[3] === 6 && state.chosen === 3")
    sketch.root.get_by_role("button", name="3", exact=True).first.click()
    sketch.until("return state.n === 3 && state.chosen === 2 && state.p.length === 3")


def test_a_stack_shows_what_its_first_weights_do_and_changes_at_once(lesson: Lesson) -> None:
    lesson.open("/activations?depth=30&activation=sigmoid&initialisation=Xavier")
    lesson.until("return root.dataset.step === '0' && frame.metrics['gradient/ratio'] < 1e-15")
    note = lesson.page.get_by_role("alert").filter(has_text="The gradient vanishes")
    note.first.wait_for()
    assert "What helps:" in note.first.inner_text()
    assert lesson.ask("return frame.array('histogram/gradients').shape") == [30, 41]
    choose(lesson, "Activation", "ReLU")
    lesson.until(
        "return view?.session.current?.facts.get('activation') === 'relu' && root.dataset.step === '0'"
    )
    lesson.slide("Depth", "ArrowRight")
    lesson.until(
        "return view?.session.current?.facts.get('layers')?.length === 33 && frame.array('histogram/sums').shape[0] === 31"
    )
    assert lesson.step == 0
    drawn = (
        "return view.panels.filter((panel) => panel.spec.kind === 'layer_histogram'"
        " && panel.array.shape[0] === 31 && panel.picture.clientWidth > 0).length"
    )
    lesson.until(f"{drawn} === 3")


def test_dead_units_are_counted_over_training_and_named(lesson: Lesson) -> None:
    lesson.open("/activations?depth=5&optimizer=Momentum&learning_rate=0.15&epochs=60")
    begin = lesson.metrics["dead/share"]
    lesson.press("train")
    lesson.until_state("ended")
    lesson.until("return frame?.step === 840")
    assert lesson.metrics["dead/share"] > begin + 0.2 and lesson.metrics["dead/worst"] == 1
    lesson.page.get_by_role("alert").filter(has_text="Units are dying").first.wait_for()
    assert set(lesson.fact("baselines")) == {"majority class", "logistic regression"}


def test_without_a_bend_it_stays_a_line(lesson: Lesson) -> None:
    page = lesson.page
    lesson.open("/activations")
    views = page.locator(".live-view:not(.sketch-view)")
    views.nth(2).scroll_into_view_if_needed()
    for number in (1, 2):
        views.nth(number).locator("[data-action=train]").click()
    scores = (
        "() => [...document.querySelectorAll('.live-view:not(.sketch-view)')].slice(1)"
        ".map((root) => root.dataset.state === 'ended' && root.parentElement.liveView.session.current.frame.epoch === 150"
        " && root.parentElement.liveView.session.current.frame.metrics['accuracy/test'])"
    )
    page.wait_for_function(f"() => ({scores})().every((score) => score !== false)")
    line, curve = page.evaluate(scores)
    assert line < 0.75 and curve > 0.97
    choose(lesson, "Bend of the second network", "tanh")
    page.wait_for_function(
        "() => { const view = document.querySelectorAll('.live-view:not(.sketch-view)')[2]?.parentElement.liveView;"
        " return view?.session.current?.facts.get('activation') === 'tanh' && view.root.dataset.step === '0'; }"
    )
    assert "bent=tanh" in page.url
    accessible(lesson.page)


def test_nonsense_in_the_link_is_refused_and_the_lesson_goes_on(lesson: Lesson) -> None:
    link = "?depth=-3&activation=%3Cscript%3E&sigma=1e999&bent=..%2Fetc&initialisation=NaN&width=1e9"
    lesson.open(f"/activations{link}")
    assert SketchOnPage(lesson.page, "activation_curves").drawn().state["name"] == "sigmoid"
    SketchOnPage(lesson.page, "softmax").drawn()
    refused = lesson.page.locator("[data-testid=stAlert]").first.inner_text()
    lesson.page.get_by_text("The link asks for the bend").wait_for()
    assert "depth" in refused.lower() or "script" in refused
    assert lesson.page.locator("[data-testid=stException]").count() == 0
