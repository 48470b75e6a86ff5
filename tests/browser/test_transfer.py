"""The lesson on transfer in the browser: train, show the network something, and drag at the cheaper ones."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from playwright.sync_api import expect

from models.cnn_settings import Config as Cnn
from models.convnet import built
from tests.browser.accessible import accessible
from tests.browser.lesson import Lesson
from tests.browser.sketch import SketchOnPage

pytestmark = pytest.mark.browser

QUICK = "/transfer?epochs=1&seeds=1&curve=false&shots=2&advanced=true&steps=10"
PANEL = "const panel = view.panels.find((one) => one.spec.kind === 'live_answer');"


def trained(lesson: Lesson) -> None:
    lesson.open(QUICK)
    lesson.press("train")
    lesson.until_state("ended")
    lesson.until(f"{PANEL} return panel.tensors !== null && panel.names.length === 3")


def test_three_learners_train_and_one_answers(lesson: Lesson) -> None:
    trained(lesson)
    lesson.until("return Number.isFinite(frame.metrics['accuracy/scratch'])")
    assert {"accuracy/scratch", "accuracy/frozen", "accuracy/finetuned", "gain/best"} <= set(lesson.metrics)
    assert lesson.array("race_x") == [1, 10]
    lesson.page.get_by_role("button", name="Take the chosen test picture").click()
    lesson.until(f"{PANEL} return panel.answers !== null")
    answers = lesson.ask(f"{PANEL} return Array.from(panel.answers)")
    assert sum(answers) == pytest.approx(1, abs=1e-6)
    assert int(np.argmax(answers)) == lesson.array("predictions/test")[0]


def test_the_browsers_forward_pass_is_torchs(lesson: Lesson) -> None:
    """On a network of the lesson's kind with random parameters, running means included."""
    trained(lesson)
    config = Cnn(channels=(3, 4, 5), dense=())
    network = built(config, (3, 32, 32), 3, 1)
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(4, 3, 32, 32, generator=generator)
    network(x)
    network.eval()
    tensors = {
        name: {"data": values.flatten().tolist(), "shape": list(values.shape)}
        for name, values in network.state_dict().items()
    }
    with torch.no_grad():
        wanted = network(x[:1])[0].softmax(0)
    found = lesson.ask(
        f"{PANEL} const config = {{ ...panel.architecture, channels: [3, 4, 5] }};"
        " const { name } = performance.getEntriesByType('resource').find((one) => one.name.endsWith('/tensors.js'));"
        " return import(name).then(({ classify }) => Array.from(classify(arg.tensors, config,"
        " { data: Float32Array.from(arg.pixels), shape: [3, 32, 32] })));",
        {"tensors": tensors, "pixels": x[0].flatten().tolist()},
    )
    assert found == pytest.approx(wanted.tolist(), abs=1e-5)


def test_a_file_that_is_no_picture_is_one_sentence(lesson: Lesson, tmp_path: Path) -> None:
    trained(lesson)
    hostile = tmp_path / "x.png"
    hostile.write_bytes(b"<script>alert(1)</script>")
    lesson.page.locator(".lv-live-answer input[type=file]").set_input_files(hostile)
    expect(lesson.page.locator(".lv-live-answer [role=alert]")).to_contain_text(
        "not a picture that the browser can read"
    )


def test_no_camera_is_one_sentence(lesson: Lesson) -> None:
    trained(lesson)
    lesson.page.evaluate(
        "() => { navigator.mediaDevices.getUserMedia = () => Promise.reject(new Error('none')); }"
    )
    lesson.page.get_by_role("button", name="Use the camera").click()
    expect(lesson.page.locator(".lv-live-answer [role=alert]")).to_contain_text("No camera may be used here")
    expect(lesson.page.get_by_role("button", name="Use the camera")).to_be_visible()


def test_pruning_follows_the_slider(lesson: Lesson) -> None:
    lesson.open(QUICK)
    lesson.page.get_by_text("Measure it").click()
    sketch = SketchOnPage(lesson.page, "cheaper").drawn()
    before = sketch.state
    assert before["share"] == pytest.approx(0.5) and before["rows"][2][0] == "dense layers in int8"
    slider = sketch.root.locator(".lv-slider")
    slider.focus()
    for _ in range(20):
        lesson.page.keyboard.press("ArrowRight")
    sketch.until("return state.share > 0.94")
    after = sketch.state
    assert after["kilobytes"] < before["kilobytes"] and after["accuracy"] < before["accuracy"]
    assert "zeros are multiplied all the same" in after["words"]
    accessible(lesson.page)
