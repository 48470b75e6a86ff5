"""The network page: its estimate, its scores, the diagram's buttons, and the learner's own table."""

from __future__ import annotations

import re

import pytest

from models.mlp import PRESETS, Config
from models.settings import settings_of, to_mapping
from tests.pages.lesson_page import LessonPage

SETTINGS = {setting.name: setting for setting in settings_of(Config)}
GOOD = "height,weight,species\n" + "".join(
    f"{i * 7 % 13},{'' if i == 5 else i % 9},{'cat' if i % 2 else 'dog'}\n" for i in range(40)
)


def panels(page: LessonPage) -> list[str]:
    assert page.view is not None
    return [panel["title"] or panel["kind"] for panel in page.view["panels"]]


def seconds(page: LessonPage) -> float:
    """The page's estimate of a full run."""
    assert page.view is not None
    return float(page.view["seconds"])


def test_the_estimate_follows_the_settings() -> None:
    page = LessonPage("mlp")
    before = seconds(page)
    assert 1 <= before < 120
    page.set(SETTINGS["hidden"], (64,) * 8)
    larger = seconds(page)
    assert larger > before
    page.set(SETTINGS["batch_size"], 1000)
    assert seconds(page) < larger


def test_numbers_are_scored_by_r2_and_classes_by_accuracy() -> None:
    page = LessonPage("mlp")
    first, rest = panels(page)[:5], panels(page)[5:]
    assert first == ["Network", "What the network answers", "text", "Loss", "Accuracy"]
    assert rest == ["Which classes are confused", "Against classical methods", "Inside the layers"]
    for dataset in ("plane", "multi_gauss", "diabetes"):
        page.set(SETTINGS["dataset"], dataset)
        assert panels(page)[4] == "R²" and "Which classes are confused" not in panels(page)


def test_noise_is_offered_for_generated_points_only() -> None:
    page = LessonPage("mlp", {"dataset": "Spiral"})
    assert page.widget("noise").label.startswith("Noise")
    page.set(SETTINGS["dataset"], "wine")
    with pytest.raises(StopIteration):
        page.widget("noise")


def test_live_settings_keep_the_shape_and_others_do_not() -> None:
    page = LessonPage("mlp")
    assert page.view is not None
    shape = page.view["shape"]
    page.set(SETTINGS["learning_rate"], 1.0)
    page.set(SETTINGS["noise"], 0.5)
    assert page.view["shape"] == shape
    assert page.view["live"] == {
        "learning_rate": 1.0,
        "noise": 0.5,
        "regularisation": "none",
        "regularisation_rate": 0.001,
        "map_features": [],
    }
    page.set(SETTINGS["activation"], "relu")
    assert page.view["shape"] != shape


def test_layers_by_buttons_and_by_text() -> None:
    page = LessonPage("mlp")
    page.press("hidden: Add layer")
    assert page.config["hidden"] == [8, 4, 4]
    for _ in range(3):
        page.press("hidden: Remove layer")
    assert page.config["hidden"] == []
    assert page.widget("hidden: Remove layer").disabled
    page.press("hidden: Add layer")
    assert page.config["hidden"] == [4]
    page.widget("hidden").set_value("999")
    page.run()
    assert len(page.sentences) == 1 and "999" in page.sentences[0]
    assert page.config["hidden"] == [4], "it stays as it was"


def test_a_table_is_asked_for_before_anything_is_trained() -> None:
    page = LessonPage("mlp", {"dataset": "Your own CSV"})
    assert page.view is None and page.sentences == []
    (uploader,) = page.app.file_uploader
    assert set(uploader.allowed_type) == {".csv", ".tsv", ".txt"}
    assert page.command == "python -m models.mlp --dataset csv"


def test_a_table_of_ones_own() -> None:
    page = LessonPage("mlp", {"dataset": "csv"})
    page.app.file_uploader[0].upload("pets.csv", GOOD.encode(), "text/csv")
    page.run()
    assert page.view is not None and page.sentences == []
    assert (page.config["target"], page.config["missing"], page.config["features"]) == ("species", "fill", [])
    assert page.config["csv"].endswith(".csv") and "pets" not in page.config["csv"]
    assert page.command == "python -m models.mlp --dataset csv --csv FILE --target species"
    assert any("40 rows; 2 of 3 columns" in caption for caption in page.captions)
    assert panels(page)[4] == "Accuracy"

    (question,) = [
        radio
        for radio in page.app.radio
        if "cells are empty" in radio.label or "cell is empty" in radio.label
    ]
    question.set_value("drop")
    (features,) = page.app.multiselect
    features.set_value(["weight"])
    target = next(box for box in page.app.selectbox if box.label == "Predict this column")
    target.set_value("height")
    page.run()
    assert (page.config["target"], page.config["missing"], page.config["features"]) == (
        "height",
        "drop",
        ["weight"],
    )
    page.widget("dataset").set_value("circle")
    page.run()
    assert page.config == to_mapping(Config())


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"MZ\x90" + bytes(range(256)), "program|binary"),
        ("größe,y\n1,2\n".encode("latin-1") * 9, "Latin-1"),
        (b"only one column\n1\n2\n", "one cell"),
        (b"a,b\n1,2\n1,2,3\n", "Row 3 has 3 cells"),
    ],
    ids=["empty", "program", "latin-1", "one column", "ragged"],
)
def test_a_bad_table_gets_one_sentence(content: bytes, words: str) -> None:
    page = LessonPage("mlp", {"dataset": "csv"})
    page.app.file_uploader[0].upload("table.csv", content, "text/csv")
    page.run()
    assert page.view is None
    assert len(page.sentences) == 1 and re.search(words, page.sentences[0]), page.sentences
    page.app.file_uploader[0].set_value(("good.csv", GOOD.encode(), "text/csv"))
    page.run()
    assert page.view is not None and page.sentences == []


BAD_LINKS = {
    "learning_rate": ("NaN", "1e999", "-1", "11", "fast", "", "٣"),
    "noise": ("0.6", "-0.1", "inf"),
    "batch_size": ("0", "100001", "1.5"),
    "hidden": ("0-0", "65", "1-2-3-4-5-6-7-8-9", "4--2", "4;2"),
    "dataset": ("unicorns", "CIRCLE ", "<script>alert(1)</script>", "x" * 5000),
    "seed": ("-1", "10000", "0x10"),
    "epochs": ("100001",),
    "device": ("tpu",),
    "csv": ("/etc/passwd",),
    "target": ("y",),
    "nonsense": ("1",),
}


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name in BAD_LINKS for value in BAD_LINKS[name]]
)
def test_a_bad_link_gets_one_sentence_and_the_default(name: str, value: str) -> None:
    page = LessonPage("mlp", {name: value})
    assert page.config == to_mapping(Config())
    assert len(page.sentences) == 1, page.sentences
    assert page.sentences[0].startswith(name) and len(page.sentences[0]) < 300


def test_every_preset_can_be_opened_from_the_menu() -> None:
    page = LessonPage("mlp")
    assert len(page.widget("controls: preset").options) == len(PRESETS)
