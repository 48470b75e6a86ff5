"""Histograms of every layer on a canvas: what is drawn, told and saved are the run's values."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Locator

from bench.server import Server
from tests.browser.conftest import NewLearner
from tests.browser.lesson import Lesson
from tests.browser.test_saving import PNG, saved, table

pytestmark = pytest.mark.browser

_PANEL = (
    "const within = (panels) => panels.flatMap((panel) => [panel, ...within(panel.panels ?? [])]);"
    "const panel = within(view?.panels ?? []).find((panel) => panel.spec.array === arg[0]);"
)


class Histogram:
    """One such panel, by the name of its array."""

    def __init__(self, lesson: Lesson, array: str) -> None:
        self.lesson, self.array = lesson, array
        self.until("return panel.array && panel.picture.width > 0")
        title = self.ask("return panel.spec.title")
        self.element: Locator = lesson.page.locator(f"[data-panel=layer_histogram][aria-label='{title}']")
        self.element.scroll_into_view_if_needed()

    def ask(self, body: str, *more: object) -> Any:
        return self.lesson.ask(_PANEL + body, [self.array, *more])

    def until(self, body: str, *more: object) -> None:
        self.lesson.until(_PANEL + body, [self.array, *more])

    @property
    def values(self) -> np.ndarray[Any, Any]:
        """The array of the frame on screen."""
        return np.array(self.lesson.array(self.array)).reshape(
            self.lesson.ask("return frame.array(arg).shape", self.array)
        )

    def place(self, layer: int, column: int) -> tuple[float, float]:
        """The middle of a cell, from the canvas's corner; layers from 0."""
        x, y = self.ask(
            "const [, layer, column] = arg; const { box: { x, y, w, h }, array: { shape: [rows, columns] } } = panel;"
            "return [x + (column + 0.5) * w / columns, y + (layer + 0.5) * h / rows]",
            layer,
            column,
        )
        return x, y

    def hover(self, layer: int, column: int) -> str:
        """What is said when a mouse is over a cell."""
        x, y = self.place(layer, column)
        self.element.locator(".lv-over").hover(position={"x": x, "y": y})
        return self.words

    @property
    def words(self) -> str:
        return self.element.locator(".lv-readout").inner_text()

    def colour(self, layer: int, column: int) -> list[int]:
        """The pixel in the middle of a cell."""
        x, y = self.place(layer, column)
        return list(
            self.ask(
                "const [, x, y] = arg; const { picture } = panel; const ratio = picture.width / picture.clientWidth;"
                "return [...picture.getContext('2d').getImageData(x * ratio, y * ratio, 1, 1).data]",
                x,
                y,
            )
        )

    def colour_of(self, share: float) -> list[int]:
        """The colour on the scale from the page's own to the strongest, for half of all values and more."""
        return list(
            self.ask(
                "const from = 3 * Math.round(255 * Math.min(1, arg[1] / 0.5));"
                "return [...panel.colours.sequential.slice(from, from + 3), 255]",
                share,
            )
        )


def test_what_is_drawn_and_told_is_in_the_frame(lesson: Lesson) -> None:
    lesson.open("/activations?depth=12&activation=sigmoid")
    gradients = Histogram(lesson, "histogram/gradients")
    values = gradients.values
    assert values.shape == (12, 41)
    for layer in (0, 5, 11):
        column = int(values[layer].argmax())
        percent = int(values[layer, column])
        assert percent > 10
        power = str(column - 20).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
        assert gradients.hover(layer, column) == f"layer {layer + 1}, near 10{power}: {percent} %"
        assert gradients.colour(layer, column) == gradients.colour_of(percent / 100)
    assert gradients.hover(3, 0) == f"layer 4, near 10⁻²⁰ or less: {int(values[3, 0])} %"
    assert gradients.colour(3, 40) == gradients.colour_of(0) != gradients.colour_of(0.5)
    lesson.page.mouse.move(2, 2)
    assert gradients.words == ""

    sums = Histogram(lesson, "histogram/sums")
    assert sums.hover(11, 20) == f"layer 12, near 0.0: {int(sums.values[11, 20])} %"
    assert sums.hover(1, 23) == f"layer 2, near 0.6: {int(sums.values[1, 23])} %"
    assert sums.hover(1, 40).startswith("layer 2, near 3.9 or more: ")
    # The words follow the run while the pointer stays.
    before = sums.values
    sums.hover(11, 20)
    lesson.page.locator(".lv-bar [data-action=train]").first.dispatch_event("click")
    lesson.until_state("ended")
    sums.until(
        "return panel.words(panel.cell) === `layer 12, near 0.0: ${frame.array(arg[0]).data[11 * 41 + 20]} %`"
        " && panel.readout.textContent === panel.words(panel.cell)"
    )
    assert not np.array_equal(sums.values, before)


def test_it_is_saved_as_a_picture_and_as_a_table(lesson: Lesson) -> None:
    lesson.open("/activations?depth=5")
    title = "Gradients ∂loss/∂z of each layer"
    gradients = Histogram(lesson, "histogram/gradients")
    name, content = saved(lesson, f"Save the data of “{title}” as CSV")
    rows = table(content)
    assert name == "gradients-loss-z-of-each-layer-step-0.csv"
    assert rows[0] == ["hidden layer", "size of the gradient, near", "share of values"]
    assert [int(row[0]) for row in rows[1:]] == np.repeat(range(1, 6), 41).tolist()
    assert [float(row[1]) for row in rows[1:]] == pytest.approx(
        [10.0**power for power in range(-20, 21)] * 5, rel=1e-5
    )
    assert [float(row[2]) for row in rows[1:]] == pytest.approx((gradients.values / 100).ravel().tolist())
    name, content = saved(lesson, f"Save “{title}” as a PNG picture")
    assert name.endswith("step-0.png") and content.startswith(PNG) and len(content) > 3000


def test_another_depth_has_other_rows_in_the_same_picture(lesson: Lesson) -> None:
    lesson.open("/activations?depth=6")
    gradients = Histogram(lesson, "histogram/gradients")
    gradients.ask(
        "panel.picture.dataset.before = 'yes'; window.painted = 0; const { paintRows } = panel;"
        "panel.paintRows = (context) => { window.painted += 1; paintRows.call(panel, context); }; return panel.redraw()"
    )
    assert lesson.page.evaluate("window.painted") == 0, "neither values nor width nor colours have changed"
    lesson.slide("Depth", "ArrowRight")
    lesson.until(
        "return view.session.current.facts.get('layers').length === 9 && root.dataset.step === '0' && !view.fresh"
    )
    gradients.until("return panel.array.shape[0] === 7 && panel.picture.dataset.before === 'yes'")
    assert lesson.page.evaluate("window.painted") > 0
    lesson.page.emulate_media(color_scheme="dark")
    lesson.until("return root.dataset.theme === 'dark'")
    column = int(gradients.values[6].argmax())
    dark = gradients.colour_of(gradients.values[6, column] / 100)
    gradients.until("return panel.shown[2] === panel.colours.key")
    assert gradients.colour(6, column) == dark
    # Without such an array there is nothing to see, and no old picture either.
    empty = "return panel.picture.getContext('2d').getImageData(0, 0, panel.picture.width, panel.picture.height).data.some(Boolean)"
    assert gradients.ask(empty)
    gradients.ask(
        "const bare = Object.assign(Object.create(frame), { values: new Map(), array: () => null });"
        "panel.draw(panel.run, bare); return null"
    )
    assert not gradients.ask(empty) and gradients.ask("return panel.table().length") == 1


def test_a_finger_on_a_phone(server: Server, new_learner: NewLearner) -> None:
    phone = {"width": 400, "height": 820}
    lesson = new_learner(server, viewport=phone, has_touch=True, is_mobile=True, device_scale_factor=2)
    lesson.open("/activations?depth=50")
    values = Histogram(lesson, "histogram/values")
    box = values.element.bounding_box()
    assert box is not None and box["x"] >= 0 and box["x"] + box["width"] <= 400
    assert values.ask("return panel.picture.width === 2 * panel.picture.clientWidth"), (
        "sharp on a fine screen"
    )
    x, y = values.place(24, 20)
    values.element.locator(".lv-over").tap(position={"x": x, "y": y})
    percent = int(values.values[24, 20])
    assert values.words == f"layer 25, near 0.00: {percent} %", "and it stays when the finger is lifted"
    assert values.colour(24, 20) == values.colour_of(percent / 100)


def test_weights_and_units_of_a_network(lesson: Lesson) -> None:
    lesson.open("/mlp?hidden=6-3")
    lesson.page.locator("summary").filter(has_text="Inside the layers").click()
    for array, rows in (("histogram/weights", 3), ("histogram/activations", 2)):
        histogram = Histogram(lesson, array)
        assert histogram.values.shape == (rows, 31)
        column = int(histogram.values[rows - 1].argmax())
        share = float(histogram.values[rows - 1, column])
        assert histogram.hover(rows - 1, column).endswith(f": {100 * share:.1f} %")
        assert histogram.colour(rows - 1, column) == histogram.colour_of(share)
