"""The convolutional network in the browser: maps, arithmetic, drawing; the browser's own forward pass against torch's."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from playwright.sync_api import expect

from models.cnn import Config, load
from models.cnn_efficiency import LEARNERS, train
from models.cnn_efficiency import Config as Efficiency
from models.cnn_fit import Fit
from models.convolution import KERNELS, convolve, output_size, photographs
from tests.browser.accessible import accessible
from tests.browser.lesson import Lesson
from tests.browser.sketch import SketchOnPage, alone
from training import weights

pytestmark = pytest.mark.browser

SHORT = "epochs=2"


def trained(lesson: Lesson, query: str = SHORT) -> None:
    lesson.open(f"/cnn?{query}")
    lesson.press("train")
    lesson.until_state("ended")


def network_of(lesson: Lesson, **settings: object) -> Fit:
    """The same network in torch, with the parameters that the browser reads."""
    config = Config(**settings)  # type: ignore[arg-type]
    fit = Fit(config, load(config))
    response = lesson.page.request.get(f"{lesson.url}/live/{lesson.view_token}/weights.safetensors")
    arrays = weights.load(response.body())
    fit.network.load_state_dict({name: torch.from_numpy(values.copy()) for name, values in arrays.items()})
    return fit


def test_another_picture_after_the_end_is_sent_through_by_the_browser(lesson: Lesson) -> None:
    trained(lesson)
    fit = network_of(lesson, epochs=2)
    lesson.page.locator(".lv-picture-strip canvas").click(position={"x": 26 + 2 * 52, "y": 26})
    lesson.until("return view.session.current.facts.get('chosen') === 2")
    fit.config = Config(epochs=2, picture=2, unit="1-3-2-1")
    expected = fit.observe()
    for name in ("maps/0", "maps/1"):
        np.testing.assert_allclose(
            np.array(lesson.array(name)).reshape(expected[name].shape), expected[name], atol=1
        )
    answer = lesson.ask("return frame.values.get('answer')")
    np.testing.assert_allclose(answer, expected["answer"], atol=1e-5)

    layer = lesson.page.locator(".lv-maps-layer canvas").nth(1)
    layer.focus()
    layer.press("ArrowRight")
    expect(lesson.page.locator(".lv-feature-maps .lv-inspector")).to_be_visible()
    place = [int(value) for value in lesson.array("unit/place")]
    fit.config = Config(epochs=2, picture=2, unit="-".join(map(str, place)))
    expected = fit.observe()
    for name in ("unit/patch", "unit/kernel", "unit/steps"):
        np.testing.assert_allclose(np.array(lesson.array(name)).ravel(), expected[name].ravel(), atol=1e-4)


def test_a_pixel_is_written_out_while_it_waits(lesson: Lesson) -> None:
    lesson.open("/cnn?epochs=100")
    SketchOnPage(lesson.page, "kernel").drawn()
    lesson.press("step")
    lesson.until("return +root.dataset.step === 1")
    lesson.page.locator(".lv-maps-layer canvas").first.click(position={"x": 18, "y": 18})
    lesson.until("return frame.array('unit/place')")
    patch, kernel = (np.array(lesson.array(f"unit/{name}")) for name in ("patch", "kernel"))
    bias, z, _, out = lesson.array("unit/steps")
    assert z == pytest.approx(bias + float((patch * kernel).sum()), abs=1e-4)
    expect(lesson.page.locator(".lv-arithmetic-sum")).to_contain_text("bias")
    assert out >= 0


def test_the_bars_follow_the_stroke(lesson: Lesson) -> None:
    trained(lesson, "epochs=6")
    page = lesson.page
    sheet = page.locator(".lv-drawing-sheet")
    sheet.scroll_into_view_if_needed()
    expect(page.get_by_text("The network of step")).to_be_visible()
    page.evaluate(
        "() => { window.took = []; document.addEventListener('playground:drawn', (event) => window.took.push(event.detail.milliseconds)); }"
    )
    box = sheet.bounding_box()
    assert box is not None
    x = box["x"] + box["width"] / 2
    page.mouse.move(x, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(x, box["y"] + box["height"] - 20, steps=12)
    page.mouse.up()
    page.wait_for_function("() => window.took.length > 3")
    assert sorted(page.evaluate("() => window.took"))[len(page.evaluate("() => window.took")) // 2] < 100
    panel = "const panel = view.panels.find((panel) => panel.sheet instanceof HTMLCanvasElement);"
    answers, pixels = lesson.ask(f"{panel} return [panel.answers, Array.from(panel.pixels())]")
    fit = network_of(lesson, epochs=6)
    drawn = np.array(pixels, dtype=np.uint8).reshape(1, 1, 8, 8)
    fit.network.eval()
    with torch.no_grad():
        expected = fit.network(torch.from_numpy(fit.split.as_input(drawn)))[0].softmax(0).numpy()
    np.testing.assert_allclose(answers, expected, atol=1e-5)
    page.get_by_role("button", name="Clear").last.click()
    expect(page.locator(".lv-drawing-row .lv-score-value").first).to_have_text("–")
    accessible(lesson.page)


def test_a_kernel_by_hand_computes_what_python_does(lesson: Lesson) -> None:
    sketch = alone(lesson, "cnn", "kernel")
    generator = np.random.default_rng(0)
    image = np.array(sketch.ask("return sketch.image"))[None]
    for _ in range(12):
        k, stride = int(generator.choice([3, 5])), int(generator.integers(1, 4))
        padding, dilation = int(generator.integers(0, 3)), int(generator.integers(1, 4))
        kernel = np.round(generator.normal(size=(k, k)), 2)
        asked = {
            "k": k,
            "stride": stride,
            "padding": padding,
            "dilation": dilation,
            "kernel": kernel.ravel().tolist(),
        }
        state = sketch.ask(
            "const { kernel, ...rest } = arg; Object.assign(sketch.settings, rest); sketch.kernel = kernel; return sketch.state",
            asked,
        )
        try:
            output_size(32, 32, k, stride, padding, dilation)
        except ValueError as refusal:
            assert state["refusal"] == str(refusal)
            continue
        expected = convolve(
            image, kernel[None, None], np.zeros(1), stride=stride, padding=padding, dilation=dilation
        )
        np.testing.assert_allclose(np.array(state["out"]), expected[0], atol=1e-9)


def test_an_impossible_network_is_refused_where_it_is_built(lesson: Lesson) -> None:
    page = lesson.page
    page.goto(f"{lesson.url}/cnn?channels=4-4&kernels=7&padding=none&advanced=true", wait_until="commit")
    expect(
        page.get_by_text("Block 2 looks through a window of 7×7 pixels, but only 1×1 are left there")
    ).to_be_visible()
    assert page.get_by_test_id("stException").count() == 0


def test_a_kernel_slides_over_a_photograph(lesson: Lesson) -> None:
    """Wider than high, and handed over as bytes: the same sums as in Python, place by place and pixel by pixel."""
    sketch = alone(lesson, "cnn", "kernel")
    sketch.root.get_by_label("Picture", exact=True).select_option("photograph: flower")
    sketch.root.get_by_label("Kernel", exact=True).select_option("emboss")
    image = photographs()["photograph: flower"] / 255
    sketch.until("return state.out.length === 62 && state.out[0].length === 94")
    np.testing.assert_allclose(np.array(sketch.ask("return sketch.image")), image, atol=1e-9)
    kernel = np.array(KERNELS["emboss"]).reshape(1, 1, 3, 3)
    expected = convolve(image[None], kernel, np.zeros(1))[0]
    np.testing.assert_allclose(np.array(sketch.state["out"]), expected, atol=1e-9)
    canvas = sketch.root.get_by_label("The picture with the window")
    box = canvas.bounding_box()
    assert box is not None and box["width"] == pytest.approx(1.5 * box["height"], rel=0.02)
    cell = box["width"] / 96
    canvas.click(position={"x": 90.5 * cell, "y": 40.5 * cell})
    sketch.until("return state.place.row === 39 && state.place.column === 89")
    sketch.ask("sketch.jump(94 * 3 + 7)")
    assert sketch.state["place"] == {"row": 3, "column": 7}
    sketch.ask("sketch.move(1000, 1000)")
    assert sketch.state["place"] == {"row": 61, "column": 93}


def test_pictures_of_the_data_are_not_drawn_again_with_every_frame(lesson: Lesson) -> None:
    lesson.open("/cnn?epochs=200")
    found = "const panel = view.panels.find((one) => one.spec.title.startsWith('Pictures of each class'));"
    lesson.until(f"{found} return panel.library")
    lesson.ask(
        f"{found}"
        "window.drawn = 0; const { library } = panel; panel.library = { ...library, react: (...all) => { window.drawn += 1; return library.react(...all); } };"
    )
    lesson.train(20)
    frames = "() => +document.querySelector('.live-view:not(.sketch-view)').dataset.frames"
    before = lesson.page.evaluate(frames)
    lesson.page.wait_for_function(f"(least) => ({frames})() >= least", arg=before + 15)
    assert lesson.page.evaluate("() => window.drawn") <= 3, (
        "once, and when something more is known about the run"
    )
    counts = lesson.fact("counts/train")
    assert sum(counts) == lesson.fact("n_train") and len(counts) == 10


def test_learned_against_hand_made_features(lesson: Lesson) -> None:
    lesson.open("/cnn?channels=4&dense=&epochs=1")
    page = lesson.page
    page.get_by_text("Compare with classical methods").click()
    page.locator("[class*='st-key-cnn-efficiency'][class*='most']").get_by_text("10", exact=True).click()
    page.wait_for_function(
        "() => document.querySelectorAll('.live-view:not(.sketch-view)')[1]?.parentElement.liveView"
        "?.data.panels[0].figure.layout.xaxis.tickvals.at(-1) === 10"
    )
    second = page.locator(".live-view:not(.sketch-view)").nth(1)
    expect(second.locator(".lv-title").first).to_contain_text("Accuracy against pictures per class")
    expect(second.locator(".lv-state")).to_contain_text("A full run takes", timeout=60_000)
    second.locator("[data-action=train]").click()
    expect(second).to_have_attribute("data-state", "ended", timeout=120_000)
    found = page.evaluate(
        "() => { const view = document.querySelectorAll('.live-view:not(.sketch-view)')[1].parentElement.liveView;"
        "const frame = view.session.current.frame; const list = (name) => Array.from(frame.array(name).data);"
        "return { metrics: frame.metrics, x: list('x/cnn'), mean: list('mean/svm_edges') }; }"
    )
    assert found["x"] == [1, 2, 5, 10]
    torch.set_num_threads(1)
    config = Efficiency(channels=(4,), dense=(), epochs=1, most=10)
    expected: dict[str, float] = {}
    for step in train(config):
        expected.update(step.metrics)
    names = [f"accuracy/{learner}/{count}" for learner in LEARNERS for count in (1, 2, 5, 10)]
    assert [found["metrics"][name] for name in names] == pytest.approx([expected[name] for name in names])
    assert found["mean"] == pytest.approx(
        [expected[f"accuracy/svm_edges/{n}"] for n in (1, 2, 5, 10)], abs=1e-6
    )
