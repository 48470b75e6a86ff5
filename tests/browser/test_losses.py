"""The lesson on losses in the browser: everything that follows the hand says the same numbers as Python."""

from __future__ import annotations

import numpy as np
import pytest
from playwright.sync_api import expect

from models import loss_curves, loss_descent, loss_lines
from tests.browser.accessible import accessible
from tests.browser.lesson import Lesson
from tests.browser.sketch import SketchOnPage, alone

pytestmark = pytest.mark.browser


def opened(lesson: Lesson, kind: str, link: str = "") -> SketchOnPage:
    lesson.open(f"/losses{link}")
    found = SketchOnPage(lesson.page, kind).drawn()
    found.root.locator(".sk-plane").first.scroll_into_view_if_needed()
    return found


def test_every_loss_has_pythons_values_and_slopes(lesson: Lesson) -> None:
    sketch = alone(lesson, "losses", "loss_curves")
    for name, curve in loss_curves.CURVES.items():
        sketch.root.locator(f"[data-value='{name}']").click()
        sketch.until("return state.loss === arg", name)
        xs = np.linspace(curve.low, curve.high, 23) + 1e-4
        xs = xs[xs < curve.high]
        for target in (curve.targets[0], curve.targets[1], curve.start[1]):
            for delta in (0.5, 2.0):
                found = sketch.ask(
                    "sketch.set({ target: arg[0], delta: arg[1] }); return arg[2].map((x) => { const at = sketch.of(sketch.loss, x);"
                    " return [at.value, at.slope]; })",
                    [target, delta, xs.tolist()],
                )
                np.testing.assert_allclose(
                    np.array(found)[:, 0], loss_curves.value(name, xs, target, delta), rtol=1e-9, atol=1e-12
                )
                np.testing.assert_allclose(
                    np.array(found)[:, 1], loss_curves.slope(name, xs, target, delta), rtol=1e-9, atol=1e-12
                )


def test_a_point_is_dragged_along_the_curve(lesson: Lesson) -> None:
    sketch = alone(lesson, "losses", "loss_curves")
    before = sketch.state
    sketch.drag("prediction", -200, 40)
    sketch.until("return state.x < arg - 0.5", before["x"])
    after = sketch.state
    assert after["value"] == pytest.approx(float(loss_curves.value("mse", after["x"], after["target"])))
    assert after["slope"] == pytest.approx(2 * (after["x"] - after["target"]))
    sketch.drag("target", 90, 0)
    sketch.until("return state.target > 0.3")
    handle = sketch.handle("prediction").first
    handle.focus()
    x = sketch.state["x"]
    lesson.page.keyboard.press("ArrowRight")
    sketch.until("return state.x > arg", x)
    assert "loss" in (handle.get_attribute("aria-valuetext") or "")
    for _ in range(70):  # never beyond the axis
        lesson.page.keyboard.press("Shift+ArrowRight")
    assert sketch.state["x"] == 4


def test_logits_and_their_losses(lesson: Lesson) -> None:
    sketch = alone(lesson, "losses", "loss_logits")
    sketch.drag("logit 1", 0, 60)
    sketch.until("return state.logits[1] < 2")
    sketch.root.get_by_role("button", name="5", exact=True).click()
    sketch.root.get_by_role("group", name="Right class").get_by_role("button", name="4", exact=True).click()
    sketch.until("return state.right === 3 && state.p.length === 5")
    now = sketch.state
    logits, right = now["logits"], now["right"]
    assert now["p"] == pytest.approx(loss_curves.softmax(logits).tolist())
    for name, (value, gradient) in {
        "cross_entropy": loss_curves.cross_entropy(logits, right),
        "categorical_hinge": loss_curves.categorical_hinge(logits, right),
        "kl": loss_curves.kl_divergence(logits, right, now["smoothing"]),
    }.items():
        assert now[name]["value"] == pytest.approx(value), name
        assert now[name]["gradient"] == pytest.approx(gradient.tolist()), name
    sketch.root.get_by_role("button", name="3", exact=True).first.click()
    sketch.until("return state.right === 2 && state.p.length === 3")  # class 4 is no more
    expect(sketch.root.locator("tbody tr")).to_have_count(3)


def test_the_outlier_takes_one_line_along(lesson: Lesson) -> None:
    sketch = alone(lesson, "losses", "loss_lines")
    before = sketch.state["lines"]
    sketch.drag(f"point {loss_lines.OUTLIER}", 0, 150)
    sketch.until("return state.points[11][1] < 0")
    sketch.root.get_by_role("button", name="Move the outlier down").click()
    sketch.until("return state.points[11][1] === -8")
    after = sketch.state
    x, y = np.array(after["points"]).T
    for loss in loss_lines.LOSSES:
        assert after["lines"][loss] == pytest.approx(
            loss_lines.fit_line(x, y, loss, after["delta"]), abs=1e-9
        )
    assert abs(after["lines"]["mse"][0] - before["mse"][0]) > 0.49
    assert abs(after["lines"]["huber"][0] - before["huber"][0]) < 0.1
    for _ in range(30):
        sketch.root.get_by_role("button", name="Add a point").click()
    assert len(sketch.state["points"]) == 30
    sketch.root.get_by_role("button", name="Start again").click()
    sketch.until("return state.points.length === 12")
    assert sketch.state["lines"] == before


def test_both_neurons_descend_as_in_python(lesson: Lesson) -> None:
    sketch = alone(lesson, "losses", "loss_confidence")
    state = sketch.state
    assert (state["cross_entropy"]["turned"], state["mse"]["turned"]) == (7, 214)
    slider = sketch.root.get_by_role("slider", name="starting logit").first
    slider.focus()
    for _ in range(20):
        lesson.page.keyboard.press("ArrowLeft")
    sketch.until("return Math.abs(state.start + 8) < 1e-9")
    for loss in loss_descent.LOSSES:
        course = sketch.ask("return Array.from(sketch.course[arg])", loss)
        expected = loss_descent.descend(loss, -8.0, 1.0)
        np.testing.assert_allclose(course, expected, rtol=1e-6, atol=1e-6)
    sketch.root.get_by_role("button", name="Play").click()
    sketch.until("return state.step >= 12 && state.cross_entropy.logit > 0")
    sketch.root.get_by_role("button", name="Pause").click()
    now = sketch.state
    assert now["mse"]["logit"] < -7.9, "squared error has hardly moved"
    assert not now["playing"]


def test_training_under_three_losses(lesson: Lesson) -> None:
    lesson.open("/losses?losses=cross_entropy-mse-hinge&epochs=60")
    lesson.press("train")
    lesson.until_state("ended")
    lesson.until("return frame?.step === 1200")
    metrics = lesson.metrics
    cells = lesson.page.locator(".lv-maps-cell")
    expect(cells).to_have_count(3)
    shown = cells.nth(2).inner_text()
    assert "hinge" in shown and f"{100 * metrics['accuracy/hinge']:.1f} %" in shown
    painted = "return Array.from(document.querySelectorAll('.lv-maps-cell canvas'), (c) => c.getContext('2d').getImageData(0, 0, c.width, c.height).data.some((v) => v))"
    assert lesson.ask(painted) == [True] * 3
    assert set(lesson.fact("baselines")) == {"majority class", "logistic regression"}
    named = lesson.page.locator(".lv-plot").first.locator(".annotation-text")
    expect(named).to_have_text(["logistic regression", "majority class"])
    accessible(lesson.page)


def test_labels_turn_wrong_while_it_trains(lesson: Lesson) -> None:
    lesson.open("/losses?epochs=5000")
    lesson.train()
    lesson.slide("Share of wrong labels", "ArrowRight", 4)
    lesson.page.get_by_text("points drawn with a wrong label").wait_for()
    # These words come with the first of the four steps.
    lesson.until("return view.session.current.facts.array('flipped').data.length > 40")
    lesson.press("stop")


def test_nonsense_in_the_link_is_refused_and_the_lesson_goes_on(lesson: Lesson) -> None:
    link = "?losses=mse-%3Cscript%3E&minority_share=-3&label_noise=NaN&first_logit=1e999&dataset=../etc"
    sketch = opened(lesson, "loss_curves", link)
    assert sketch.state["loss"] == "mse"
    for kind in ("loss_logits", "loss_lines", "loss_confidence"):
        SketchOnPage(lesson.page, kind).drawn()
    refused = lesson.page.locator("[data-testid=stAlert]").first.inner_text()
    assert "script" in refused or "share" in refused
    assert lesson.page.locator("[data-testid=stException]").count() == 0
