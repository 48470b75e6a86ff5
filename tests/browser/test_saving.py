"""What a learner takes home: pictures, tables, every metric of every step."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from tests.browser.lesson import Lesson

pytestmark = pytest.mark.browser

PNG = b"\x89PNG\r\n\x1a\n"


def saved(lesson: Lesson, name: str) -> tuple[str, bytes]:
    """File name and content of what a button or link saves."""
    page = lesson.page
    with page.expect_download() as started:
        page.locator(".live-view").get_by_role("button", name=name).or_(
            page.locator(".live-view").get_by_role("link", name=name)
        ).click()
    download = started.value
    return download.suggested_filename, Path(download.path()).read_bytes()


def table(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def test_pictures_and_tables(lesson: Lesson) -> None:
    lesson.open("/mlp?epochs=6")
    lesson.press("train")
    lesson.until_state("ended")
    history = lesson.history

    for title in ("Network", "What the network answers", "Loss"):
        name, content = saved(lesson, f"Save “{title}” as a PNG picture")
        assert name.endswith("step-210.png")
        assert content.startswith(PNG) and len(content) > 3000

    name, content = saved(lesson, "Save the data of “Loss” as CSV")
    rows = table(content)
    assert name == "loss-step-210.csv"
    assert rows[0] == ["epoch", "training", "test"]
    assert [float(row[2]) for row in rows[1:]] == [loss for _, loss in history]

    _, content = saved(lesson, "Save the data of “What the network answers” as CSV")
    rows = table(content)
    assert rows[0] == ["x₁", "x₂", "probability of 1"] or rows[0][:2] == ["x₁", "x₂"]
    assert len(rows) - 1 == len(lesson.array("map"))
    assert all(0 <= float(row[2]) <= 1 for row in rows[1:])

    _, content = saved(lesson, "Save the data of “Network” as CSV")
    assert len(table(content)) - 1 == 2 * 8 + 8 + 8 * 4 + 4 + 4 + 1, "a row for each weight and bias"

    name, content = saved(lesson, "metrics.csv")
    rows = table(content)
    assert name.startswith("metrics-") and name.endswith(".csv")
    assert {"segment", "step", "epoch", "loss/batch", "loss/test", "accuracy/test"} <= set(rows[0])
    step, loss = rows[0].index("step"), rows[0].index("loss/batch")
    assert [int(row[step]) for row in rows[1:]] == list(range(1, 210 + 1)), "a row for every step"
    assert all(float(row[loss]) > 0 for row in rows[1:])
    last = rows[-1][rows[0].index("loss/test")]
    assert float(last) == pytest.approx(lesson.metrics["loss/test"], rel=1e-5)
