"""The lesson on attacks in Chromium: a picture attacked by hand, JavaScript's numbers are Python's, a run, one's own network."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import torch
from playwright.sync_api import expect

from models import attack_hand, attacks
from models.attack_hand import EPSILONS
from tests.browser.accessible import accessible
from tests.browser.lesson import Lesson
from tests.browser.sketch import SketchOnPage, alone_with

pytestmark = pytest.mark.browser
PATH = "/attack"


@pytest.fixture
def on_page(lesson: Lesson) -> Iterator[SketchOnPage]:
    lesson.open(PATH)
    found = SketchOnPage(lesson.page, "attack").drawn()
    found.root.scroll_into_view_if_needed()
    yield found


@pytest.fixture(scope="module")
def network() -> dict[str, Any]:
    """The one that the page begins with."""
    return attack_hand.house(adversarial=False)


@pytest.fixture(scope="module")
def handed(network: dict[str, Any]) -> dict[str, Any]:
    """What the page hands to the sketch at first."""
    return attack_hand.attacked(picture=0, **network)


@pytest.fixture
def sketch(lesson: Lesson, handed: dict[str, Any]) -> SketchOnPage:
    return alone_with(lesson, "attack", handed)


@pytest.fixture(scope="module")
def hand(network: dict[str, Any]) -> Any:
    _, parts, opened = attack_hand._opened(network["config"], "", network["parameters"])
    return attack_hand._Hand(parts, opened, 10)


def choose(sketch: SketchOnPage, kind: str) -> None:
    sketch.root.locator(f"[data-value='{kind}']").first.click()
    sketch.until("return state.kind === arg", kind)


def slide_to(sketch: SketchOnPage, epsilon: float) -> None:
    sketch.root.get_by_role("slider", name="Size ε", exact=True).evaluate(
        "(input, value) => { input.value = value; input.dispatchEvent(new Event('input', {bubbles: true})); }",
        EPSILONS.index(epsilon),
    )
    sketch.until("return state.epsilon === arg", epsilon)


def by_python(
    kind: str, hand: Any, x: torch.Tensor, y: torch.Tensor, target: torch.Tensor, epsilon: float
) -> torch.Tensor | None:
    """The picture under an attack that knows the network; None for noise."""
    if epsilon == 0:
        return x
    match kind:
        case "fgsm":
            return attacks.fgsm(hand.answers, x, y, epsilon)
        case "fgsm_targeted":
            return attacks.fgsm_targeted(hand.answers, x, target, epsilon)
        case "pgd":
            return attacks.pgd(hand.answers, x, y, epsilon, attack_hand.STEPS)
        case "pgd_targeted":
            return attacks.pgd(hand.answers, x, target, epsilon, attack_hand.STEPS, targeted=True)
    return None


def test_an_attacked_picture_is_pythons(sketch: SketchOnPage, hand: Any) -> None:
    x = hand.pixels(np.array([0]))
    for kind in ("fgsm", "pgd", "fgsm_targeted", "pgd_targeted", "gaussian", "salt_pepper"):
        choose(sketch, kind)
        for epsilon in (0.0, 0.1, 0.3):
            slide_to(sketch, epsilon)
            now = sketch.state
            made = torch.tensor(now["attacked"], dtype=torch.float32).view(1, 1, 8, 8)
            y, target = torch.tensor([now["label"]]), torch.tensor([now["target"]])
            shares = hand.answers(made).detach().softmax(1)[0].numpy()
            np.testing.assert_allclose(now["probabilities"], shares, atol=1e-5)
            assert now["answer"] == shares.argmax()
            expected = by_python(kind, hand, x, y, target, epsilon)
            if expected is None:  # noise: its random numbers came with the page
                continue
            assert (made - expected).abs().max() <= epsilon / attack_hand.FINE + 1e-6


def test_the_hand_moves_epsilon_on_the_slider_and_on_the_curve(sketch: SketchOnPage) -> None:
    slide_to(sketch, 0.0)
    assert sketch.state["attacked"] == pytest.approx(sketch.ask("return Array.from(sketch.now.pixels)")), (
        "nothing changes at 0"
    )
    sketch.drag("epsilon", 160, 0)
    sketch.until("return state.epsilon >= 0.1")
    before = sketch.state
    sketch.handle("epsilon").focus()
    sketch.page.keyboard.press("ArrowRight")
    sketch.until("return state.at === arg + 1", before["at"])
    slide_to(sketch, 0.4)
    now = sketch.state
    assert now["answer"] != now["label"] and "takes this" in now["words"]
    assert now["fooledAt"] is not None and str(EPSILONS[now["fooledAt"]]) in now["words"]


def test_a_target_of_ones_choice(sketch: SketchOnPage) -> None:
    choose(sketch, "pgd_targeted")
    slide_to(sketch, 0.4)
    aims = sketch.root.get_by_role("group", name="To be taken for")
    expect(aims).to_be_visible()
    for target in sketch.ask("return sketch.now.targets.slice(0, 3)"):
        aims.locator(f"[data-value='{target}']").click()
        sketch.until("return state.target === arg", target)
        assert sketch.state["answer"] == target
    choose(sketch, "fgsm")
    expect(aims).to_be_hidden()


def test_other_pictures_at_once_and_from_the_server(on_page: SketchOnPage) -> None:
    strip = on_page.root.locator("canvas[role=listbox]")
    strip.focus()
    on_page.page.keyboard.press("ArrowRight")
    on_page.until("return state.picture === 1 && state.waiting === null")
    choose(on_page, "pgd")
    slide_to(on_page, 0.2)
    on_page.ask("sketch.pick(30)")
    on_page.until("return state.picture === 30 && state.waiting === null && state.ready.includes(30)")
    now = on_page.state
    assert (now["kind"], now["epsilon"]) == ("pgd", 0.2), "what the hand has set stays"


def test_the_hardened_network_says_something_else(on_page: SketchOnPage, lesson: Lesson) -> None:
    choose(on_page, "pgd")
    slide_to(on_page, 0.1)
    before = on_page.state["probabilities"]
    lesson.page.get_by_role("radio", name="The same after adversarial training").click()
    on_page.until("return JSON.stringify(state.probabilities) !== JSON.stringify(arg)", before)
    label = on_page.state["label"]
    assert on_page.state["probabilities"][label] > before[label]


def test_hostile_tellings_change_nothing(on_page: SketchOnPage) -> None:
    for told in ("'x'", "{picture: -1}", "{picture: 1e9}", "{picture: '__import__'}", "[[[]]]"):
        on_page.ask(f"host.tell({told}, 0)")
        on_page.page.wait_for_timeout(300)
    assert on_page.state["picture"] == 0
    assert on_page.page.locator("[data-testid=stException]").count() == 0


def test_train_attack_and_train_again(lesson: Lesson) -> None:
    lesson.open(f"{PATH}?adversarial=true&epochs=4&epsilon=0.3")
    lesson.press("train")
    lesson.until_state("ended")
    lesson.until("return frame?.epoch === 8", timeout=240_000)
    metrics = lesson.metrics
    assert metrics["accuracy/fgsm_0.2"] > lesson.fact("before/fgsm")[6] + 0.1
    curve = lesson.array("curve/fgsm")
    assert curve[0] == pytest.approx(metrics["accuracy/clean"], abs=1e-6)
    assert curve[-1] == pytest.approx(metrics["accuracy/fgsm_0.3"], abs=1e-6)
    lesson.page.locator("[data-panel=figure] .main-svg").first.wait_for()
    drawn = lesson.page.evaluate(
        "() => [...document.querySelectorAll('[data-panel=figure] .lv-plot')].map((plot) => plot.data.length)"
    )
    assert 6 in drawn, "four attacks, and two curves from before"
    accessible(lesson.page)


def test_the_network_that_was_trained_here_is_attacked_by_hand(lesson: Lesson) -> None:
    lesson.open(f"{PATH}?epochs=2")
    lesson.press("train")
    lesson.until_state("ended")
    lesson.page.get_by_role("radio", name="One of yours").first.click()
    lesson.page.get_by_role("combobox", name="Which of your networks").first.wait_for()
    sketch = SketchOnPage(lesson.page, "attack").drawn()
    answer = sketch.state["probabilities"]
    assert sum(answer) == pytest.approx(1, abs=1e-5)
    sketch.until("return state.ready.length > 1")
    lesson.page.get_by_role("radio", name="One of yours").nth(1).click()
    lesson.until("return root?.dataset.step === '0'")
    lesson.press("train")
    lesson.until("return frame?.step === 8")  # 359 test pictures in blocks of 50
    assert lesson.metrics["accuracy/clean"] > 0.7 > lesson.metrics["accuracy/fgsm_0.2"]
    lesson.page.get_by_text("Show the same run as a command for the terminal").click()
    command = lesson.page.get_by_text("python -m models.attack").inner_text()
    assert "--weights FILE" in command and "--network JSON" in command, "no place of the server is shown"
    assert lesson.page.locator("[data-testid=stException]").count() == 0


def test_nonsense_in_the_link_is_refused_and_the_lesson_goes_on(lesson: Lesson) -> None:
    lesson.open(f"{PATH}?attack=%3Cscript%3E&epsilon=NaN&weights=/etc/passwd&picture=1e99")
    assert lesson.page.locator("[data-testid=stAlert]").first.inner_text()
    assert lesson.page.locator("[data-testid=stException]").count() == 0
