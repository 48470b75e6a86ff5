"""The page on activations: what its sketches are given, σ where it counts, and the two stacks side by side."""

from __future__ import annotations

import json
from typing import Any

import pytest

from models import activations
from models.activations_settings import ACTIVATIONS
from tests.pages.lesson_page import LessonPage
from training.runs import runs


def sketches(page: LessonPage) -> dict[str, Any]:
    """kind → data of every sketch on the page."""
    found = {}
    for node in page.app.main:
        if getattr(node, "key", None) in ("activation curves", "softmax") and hasattr(node, "proto"):
            data = json.loads(node.proto.json)
            found[data["kind"]] = data["data"]
    return found


def stack(page: LessonPage, which: str) -> dict[str, Any]:
    """What the "linear" or the "bent" view of the page would start."""
    view = json.loads(page.widget(f"live activations-{which}").proto.json)
    spec = runs().tokens.unpack(view["spec"])
    assert spec is not None and (spec.page, spec.model) == (f"activations-{which}", "activations")
    return spec.config


def test_two_sketches_and_their_data() -> None:
    given = sketches(LessonPage("activations"))
    assert set(given) == {"activation_curves", "softmax"}
    assert list(given["activation_curves"]["curves"]) == list(ACTIVATIONS)
    assert given["softmax"]["least"] == 3 and given["softmax"]["most"] == 6
    assert sum(len(json.dumps(data)) for data in given.values()) < 8000, "every rerun sends them"


def test_every_formula_stands_on_the_page() -> None:
    page = LessonPage("activations")
    tables = [str(text.value) for text in page.app.markdown if str(text.value).startswith("| function |")]
    assert [table.count("\n") for table in tables] == [len(ACTIVATIONS) + 1] * 2


@pytest.mark.parametrize("link", [{}, {"initialisation": "N(0, σ)"}])
def test_sigma_is_asked_for_where_it_is_used(link: dict[str, str]) -> None:
    page = LessonPage("activations", link)
    (sigma,) = [setting for setting in page.settings if setting.name == "sigma"]
    assert page.draws(sigma) == bool(link)
    page.widget("initialisation").set_value("normal")
    page.run()
    assert page.draws(sigma)
    page.set(sigma, 1.0)
    assert page.config["sigma"] == 1.0


def test_the_pictures_have_a_row_for_each_layer() -> None:
    page = LessonPage("activations", {"depth": "50"})
    assert page.view is not None
    arrays = next(activations.train(activations.Config(**page.config))).observe()
    histograms = [panel for panel in page.view["panels"] if panel["kind"] == "layer_histogram"]
    assert [len(arrays[panel["array"]]) for panel in histograms] == [50] * 3
    shallow = LessonPage("activations", {"depth": "2"}).view
    assert shallow is not None
    assert shallow["panels"] == page.view["panels"], (
        "another depth must not make new panels: they would be empty for a moment"
    )


def test_the_two_stacks_differ_in_their_activation_alone() -> None:
    page = LessonPage("activations")
    for name in ("relu", "softplus", "step"):
        page.widget("bent").set_value(name)
        page.run()
        linear, bent = stack(page, "linear"), stack(page, "bent")
        assert (linear["activation"], bent["activation"]) == ("linear", name)
        assert {**linear, "activation": name} == bent


def test_nonsense_in_the_link_is_refused_with_a_sentence() -> None:
    page = LessonPage("activations", {"depth": "51", "activation": "<script>", "sigma": "NaN"})
    assert page.sentences and all(len(sentence) < 400 for sentence in page.sentences)
    assert page.config["depth"] == 10 and page.config["activation"] == "relu"
