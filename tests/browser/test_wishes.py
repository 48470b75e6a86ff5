"""What users of neural-network playgrounds wish for most, in the order in which they ask for it, on this page.

Those that other files prove: own data (1, test_table), own network (2, test_structure), shared links (3,
test_structure, test_links), saved pictures (4, test_saving), stopping at any time (5, test_training), the dark scheme
(14, test_screens), changes without a reset (15, test_training), an exploding loss explained (16, test_training) and
the same first weights again (20, test_training). The others are here; a game (9) is not this page's business.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.accessible import accessible
from tests.browser.lesson import Lesson

pytestmark = pytest.mark.browser


def test_points_of_ones_own_by_clicking(lesson: Lesson) -> None:
    """1. Own data, drawn by hand."""
    page = lesson.page
    page.goto(f"{lesson.url}/mlp?dataset=drawn&epochs=100000", wait_until="commit")
    plane = page.locator(".lv-decision-map .lv-over")
    plane.wait_for()
    page.get_by_text("Draw at least two points of each class").wait_for()
    box = plane.bounding_box()
    assert box is not None
    for colour, places in (
        ("orange", ((0.3, 0.3), (0.35, 0.5), (0.3, 0.7))),
        ("blue", ((0.7, 0.3), (0.75, 0.6), (0.7, 0.8))),
    ):
        page.get_by_role("button", name=colour, exact=True).click()
        for across, down in places:
            plane.click(position={"x": box["width"] * across, "y": box["height"] * down})
    lesson.until(
        "return view.session.current?.facts.array('points/train')?.shape[0] + view.session.current?.facts.array('points/test')?.shape[0] === 6"
    )
    lesson.train()
    lesson.until("return frame.metrics['accuracy/train'] === 1")
    page.wait_for_url("**points=**")


def test_the_mathematics_and_the_code(lesson: Lesson, tmp_path: Path) -> None:
    """6. The mathematics; 7. the code, which prints the page's own numbers."""
    page = lesson.page
    lesson.open("/mlp?epochs=12&dataset=moons")
    expect(page.locator(".katex").first).to_be_visible()
    lesson.press("train")
    lesson.until_state("ended")
    page.get_by_text("Show the PyTorch code").click()
    with page.expect_download() as started:
        page.get_by_role("button", name="Download script").click()
    script = tmp_path / started.value.suggested_filename
    started.value.save_as(script)
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=True)
    printed = json.loads(done.stdout.splitlines()[-1])
    shown = lesson.metrics
    for name in ("loss/train", "loss/test", "accuracy/train", "accuracy/test"):
        assert printed[name] == pytest.approx(shown[name], abs=1e-6), name
    accessible(lesson.page)


def test_the_confusion_matrix_leads_to_the_wrong_examples(lesson: Lesson) -> None:
    """8. Accuracy, confusion matrix, the errors; 12. real data, described; 17. more than two classes."""
    page = lesson.page
    lesson.open("/mlp?dataset=iris&epochs=100")
    expect(page.get_by_text("Fisher 1936")).to_be_visible()
    lesson.press("train")
    lesson.until_state("ended")
    cells = page.locator(".lv-cell")
    assert cells.count() == 9
    counts = [int(text) for text in page.locator(".lv-cell-count").all_inner_texts()]
    predicted, actual = lesson.array("predictions/test"), lesson.fact("targets/test")
    expected = [0] * 9
    for is_class, answered in zip(actual, predicted, strict=True):
        expected[3 * int(is_class) + int(answered)] += 1
    assert counts == expected and sum(counts) == 45
    biggest = counts.index(max(counts))
    cells.nth(biggest).click()
    rows = page.locator(".lv-examples tbody tr")
    expect(rows).to_have_count(counts[biggest])
    accessible(lesson.page)


def test_which_plane_of_a_table_the_map_shows(lesson: Lesson) -> None:
    page = lesson.page
    lesson.open("/mlp?dataset=iris")
    expect(page.get_by_text("first two principal components of the 4 features")).to_be_visible()
    before = lesson.array("map")
    page.get_by_label("Feature on the map's x-axis").select_option("petal length (cm)")
    lesson.until(
        "return view.session.current.facts.get('axes').join() === 'petal length (cm),sepal width (cm)'"
    )
    expect(page.get_by_text("“petal length (cm)” and “sepal width (cm)”")).to_be_visible()
    page.wait_for_url("**map_features=**")
    lesson.until("return String(Array.from(frame.array('map').data)) !== arg", ",".join(map(str, before)))
    lesson.reload()
    lesson.until("return view.session.current.facts.get('axes')[0] === 'petal length (cm)'")


def test_optimizers_dropout_activations_and_losses(lesson: Lesson) -> None:
    """10. They are there, each reaches the run, and together they learn."""
    query = "optimizer=Adam&dropout=0.1&activations=relu-tanh&loss=hinge&learning_rate=0.01&advanced=true"
    lesson.open(f"/mlp?{query}")
    config = lesson.ask("return view.session.current.head.config")
    assert (config["optimizer"], config["dropout"], config["activations"]) == ("adam", 0.1, ["relu", "tanh"])
    lesson.train()
    lesson.until("return frame.metrics['accuracy/test'] > 0.9")


def test_embedded_in_another_page(lesson: Lesson) -> None:
    """11. `?embed=true` shows the lesson without the playground's frame."""
    lesson.open("/mlp?embed=true")
    lesson.train()
    expect(lesson.page.get_by_text("My runs")).to_have_count(0)
    expect(lesson.page.get_by_test_id("stAlertContentWarning")).to_have_count(0)


def test_readouts(lesson: Lesson) -> None:
    """13. Values under the pointer: on a curve, on a neuron; and a table of scores."""
    page = lesson.page
    lesson.open("/mlp?epochs=30")
    lesson.press("train")
    lesson.until_state("ended")
    lesson.curve()
    plot = page.locator(".lv-plot").first
    plot.scroll_into_view_if_needed()
    box = plot.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.5)
    expect(plot.locator(".hoverlayer")).to_contain_text("test")
    network = page.locator(".lv-network canvas").first
    network.scroll_into_view_if_needed()
    box = network.bounding_box()
    assert box is not None
    for share in (0.5, 0.45, 0.4, 0.55):
        page.mouse.move(box["x"] + box["width"] * share, box["y"] + box["height"] * 0.4)
        if page.locator(".lv-card").is_visible():
            break
    expect(page.locator(".lv-card")).to_be_visible()
    scores = page.locator(".lv-score")
    expect(scores).to_have_count(6)  # the network and five classical methods


def test_it_stops_by_itself(lesson: Lesson) -> None:
    """18. After so many epochs, or when the validation loss has stopped falling."""
    lesson.open(
        "/mlp?dataset=breast_cancer&validation_fraction=0.2&early_stopping=3&learning_rate=0.3&epochs=100000&advanced=true"
    )
    lesson.press("train")
    lesson.until_state("ended")
    expect(lesson.page.locator(".lv-note-title").filter(has_text="Stopped")).to_be_visible()


def test_few_controls_at_first_and_help_for_each(lesson: Lesson) -> None:
    """19. The advanced settings are hidden from a beginner; each control explains itself."""
    page = lesson.page
    lesson.open()
    expect(page.locator(".st-key-dropout")).to_have_count(0)
    simple = page.locator("[data-testid=stTooltipIcon]").count()
    assert simple >= 8
    page.get_by_text("Advanced settings").click()
    expect(page.locator(".st-key-dropout")).to_be_visible()
    assert page.locator("[data-testid=stTooltipIcon]").count() > simple


def test_the_range_over_eight_seeds(lesson: Lesson) -> None:
    """How much of a score is luck: the curves carry a band."""
    lesson.open("/mlp?seeds=8&epochs=20&advanced=true")
    lesson.press("train")
    lesson.until_state("ended")
    lesson.curve()
    names = lesson.ask("return document.querySelector('.lv-plot').data.map((trace) => trace.name ?? '')")
    assert names[1] == "test, all seeds" and names[-2:] == ["training", "test"]
    metrics = lesson.metrics
    assert metrics["loss/test/low"] < metrics["loss/test"] < metrics["loss/test/high"]
