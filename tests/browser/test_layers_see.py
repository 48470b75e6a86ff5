"""What each layer sees, in the browser: train, find the strongest pictures, dream, probe; and a browser that talks nonsense."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import pytest
import torch
from playwright.sync_api import expect

from data.images import split
from models.cnn import Config, load
from models.cnn_strongest import strongest
from models.convnet import built
from tests.browser.lesson import Lesson
from tests.browser.sketch import SketchOnPage
from training import weights

pytestmark = pytest.mark.browser

DIGITS = Config(epochs=2)


def trained(lesson: Lesson, query: str = "epochs=2") -> None:
    lesson.open(f"/cnn?{query}")
    lesson.press("train")
    lesson.until_state("ended")
    lesson.page.get_by_role("button", name="Take the network from above").click()
    lesson.page.get_by_text("Find the strongest pictures").wait_for()


def part(lesson: Lesson, words: str, kind: str) -> SketchOnPage:
    """One of the three parts, asked for by its switch."""
    began = time.perf_counter()
    lesson.page.get_by_text(words).click()
    lesson.page.wait_for_selector(f"[data-sketch={kind}]", timeout=90_000)
    sketch = SketchOnPage(lesson.page, kind).drawn()
    print(f"{kind} after {time.perf_counter() - began:.2f} s")
    return sketch


def same_network(lesson: Lesson, config: Config) -> Any:
    """The network in torch, with the parameters that the run left, and its training pictures."""
    response = lesson.page.request.get(f"{lesson.url}/live/{lesson.view_token}/weights.safetensors")
    images = load(config)
    network = built(config, images.shape, len(images.class_names), config.seed)
    arrays = weights.load(response.body())
    network.load_state_dict({name: torch.from_numpy(values.copy()) for name, values in arrays.items()})
    parts = split(images, config.test_fraction, config.seed)
    return network.eval(), parts, torch.from_numpy(parts.as_input(parts.train.pixels))


def test_before_a_network_is_trained_the_page_says_so(lesson: Lesson) -> None:
    lesson.open("/cnn")
    expect(lesson.page.get_by_text("Train a network above, then come back.")).to_be_visible()
    assert lesson.page.get_by_text("Find the strongest pictures").count() == 0


def test_strongest_pictures_are_torchs_and_channels_change_without_the_page(lesson: Lesson) -> None:
    trained(lesson)
    sketch = part(lesson, "Find the strongest pictures", "layers_strongest")
    sketch.until("return state.ready")
    network, parts, x = same_network(lesson, DIGITS)
    expected = strongest(network, x, 6)
    tells = "host.setTriggerValue = () => { window.told = true; }"
    sketch.ask(tells)
    for layer, name in ((1, "Block 2: 32 channels"), (0, "Block 1: 16 channels"), (2, "Answer: 10 classes")):
        sketch.root.get_by_role("button", name=name).click()
        sketch.root.locator("[data-channel='3']").click()
        sketch.until("return state.layer === arg && state.channel === 3", layer)
        np.testing.assert_allclose(sketch.state["values"], expected[layer].values[3], rtol=2e-3, atol=1e-3)
    assert lesson.page.evaluate("window.told === undefined"), "the page is not asked"
    rightly = parts.train.labels[expected[2].pictures[3, 0]]
    expect(sketch.root.get_by_role("img", name="The strongest pictures of 3")).to_have_attribute(
        "aria-label",
        f"The strongest pictures of 3: {', '.join(str(parts.train.labels[who]) for who in expected[2].pictures[3])}",
    )
    painted = "const c = root.querySelectorAll('canvas')[arg]; return new Set(c.getContext('2d').getImageData(0, 0, c.width, c.height).data).size > 8"
    assert sketch.ask(painted, 10) and rightly == 3
    sketch.root.get_by_role("button", name="Block 1: 16 channels").click()
    sketch.until("return state.layer === 0")
    top, left, height, width = sketch.state["boxes"][0]
    assert (height, width) == (3, 3) and -1 <= top <= 6 and -1 <= left <= 6


def test_a_dream_grows_beside_the_strongest_real_picture(lesson: Lesson) -> None:
    trained(lesson)
    sketch = part(lesson, "Let it dream", "layers_dreams")
    first = sketch.state
    assert first["layer"] == first["shown"] == 2 and first["n"] == 10 and first["at"] == 7
    sketch.root.locator("[data-channel='4']").click()
    sketch.until("return state.channel === 4")
    reached = sketch.state["reached"]
    slider = sketch.root.get_by_role("slider", name="Steps of the ascent")
    slider.focus()
    for _ in range(7):
        lesson.page.keyboard.press("ArrowLeft")
    sketch.until("return state.at === 0")
    assert sketch.state["reached"] < reached, "it began weaker, as noise"
    network, _, x = same_network(lesson, DIGITS)
    with torch.no_grad():
        real = network(x).max(dim=0).values
    assert sketch.state["real"] == pytest.approx(real[4].item(), rel=2e-3)
    sketch.root.get_by_role("button", name="Block 2: 32 channels").click()
    sketch.until("return state.shown === 1 && !state.waiting")
    assert sketch.state["n"] == 32 and sketch.state["at"] == 7
    sketch.root.get_by_role("button", name="none").click()
    sketch.until("return state.smoothness === 'none' && !state.waiting")
    known = sketch.state["n_known"]
    sketch.root.get_by_role("button", name="Answer: the classes").click()
    sketch.root.get_by_role("button", name="some").click()
    sketch.until("return state.shown === 2 && state.smoothness === 'some' && !state.waiting")
    assert sketch.state["n_known"] <= known + 1


def test_probes_of_drawings_tell_four_lines_and_what_they_say(lesson: Lesson) -> None:
    trained(lesson, "dataset=drawings&epochs=1&channels=4-8&dense=16")
    sketch = part(lesson, "Probe every layer", "layers_probes")
    readings = sketch.state["readings"]
    assert [one["name"] for one in readings] == ["edge direction", "straight or curved", "part", "class"]
    assert readings[3]["layers"] == ["block 1", "block 2", "dense 1"]
    drawn = sketch.ask(
        "return [...root.querySelectorAll('.sk-plane')].map((p) => p.querySelectorAll('circle').length)"
    )
    assert drawn == [3 * len(one["layers"]) for one in readings], "a dot for every number"
    best = max(readings[3]["accuracy"]["trained"])
    expect(lesson.page.get_by_text("of the picture is read best at")).to_contain_text(
        f"{100 * best:.0f} % are right"
    )
    expect(lesson.page.get_by_text("As good as it gets")).to_be_visible()


def test_probes_of_digits_ask_for_the_class_only(lesson: Lesson) -> None:
    trained(lesson)
    expect(lesson.page.get_by_text("nobody has said which pixel is what")).to_be_visible()
    sketch = part(lesson, "Probe every layer", "layers_probes")
    assert [one["name"] for one in sketch.state["readings"]] == ["class"]


def test_nonsense_is_not_dreamt_of(lesson: Lesson) -> None:
    trained(lesson)
    sketch = part(lesson, "Let it dream", "layers_dreams")
    before = sketch.state
    for wish in (
        "null",
        "{layer: 99, smoothness: 'some', jitter: true, turn: 1}",
        "{layer: 0, smoothness: '__class__', jitter: true, turn: 1}",
        "{layer: 0, smoothness: ['some'], jitter: true, turn: 1}",
        "[[1]]",
    ):
        sketch.ask(f"host.tell({wish}, 0)")
        lesson.page.wait_for_timeout(200)
    assert sketch.state == before
    assert lesson.page.locator("[data-testid=stException]").count() == 0
