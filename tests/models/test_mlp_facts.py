"""What the network page's model puts into facts and frames, for every data set, the learner's own included."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from data import tables
from data.dataset import DataError
from models.mlp import train
from models.mlp_facts import MAX_COLUMNS_TOLD
from models.mlp_settings import DATASETS, NUMBERS, PLANAR, Config
from models.pictures import MAX_POINTS, N_BINS, RESOLUTION
from models.step import Step
from training.arrays import jsonable

DRAWN = "1,1,0;1.5,2,0;2,1,0;-1,-1,1;-2,-1,1;-1,-2,1"

Table = Callable[[str], str]


def facts_of(step: Step) -> Mapping[str, Any]:
    assert step.facts is not None
    return step.facts


@pytest.fixture
def table(tmp_path: Path) -> Table:
    """Writes a CSV file and returns its path."""

    def write(text: str) -> str:
        path = tmp_path / "own.csv"
        path.write_text(text)
        return str(path)

    return write


def test_a_table_with_one_feature_trains(table: Table) -> None:
    path = table("size,grown\n" + "".join(f"{n},{'yes' if n > 30 else 'no'}\n" for n in range(60)))
    config = Config(dataset="csv", csv=path, target="grown", epochs=60, hidden=(3,))
    start, *_, last = train(config)
    facts = facts_of(start)
    assert (facts["layers"], facts["input_names"]) == ([1, 3, 1], ["size"])
    check_pictures(last, facts)
    assert last.metrics["accuracy/test"] >= 0.9


def test_a_table_without_a_chosen_target_takes_the_suggested_one(table: Table) -> None:
    path = table("a,species\n" + "".join(f"{n},{'xyz'[n % 3]}\n" for n in range(60)))
    facts = facts_of(next(train(Config(dataset="csv", csv=path))))
    assert facts["target_name"] == "species"
    assert facts["class_names"] == ["x", "y", "z"]


def test_a_table_that_cannot_be_used_is_refused_in_one_sentence(table: Table) -> None:
    path = table("a,b\n1,2\n")
    with pytest.raises(DataError) as caught:
        next(train(Config(dataset="csv", csv=path, target="b")))
    assert "\n" not in str(caught.value)
    with pytest.raises(DataError):
        next(train(Config(dataset="csv", csv="/nowhere/own.csv")))


def check_pictures(step: Step, facts: Mapping[str, Any]) -> None:
    """The arrays of a frame as the live view expects them."""
    arrays = step.observe()
    sizes, shown = facts["layers"], facts["shown"]
    assert [len(units) for units in shown] == [min(size, 16) for size in sizes]
    assert arrays["map"].shape == (RESOLUTION, RESOLUTION)
    assert arrays["map"].dtype == np.uint8
    several = facts["task"] == "classes" and len(facts["class_names"]) > 2
    assert ("map/confidence" in arrays) == several
    if several:
        assert arrays["map"].max() < len(facts["class_names"])
        assert arrays["map/confidence"].dtype == np.uint8
    side = facts["inputs"].shape[1]
    assert facts["inputs"].shape == (len(shown[0]), side, side)
    assert arrays["neurons"].shape == (sum(len(units) for units in shown[1:]), side, side)
    assert facts["inputs"].dtype == arrays["neurons"].dtype == np.int8
    for layer, (below, here) in enumerate(itertools.pairwise(shown)):
        assert arrays[f"weights/{layer}"].shape == (len(below), len(here))
        assert arrays[f"biases/{layer}"].shape == (len(here),)
        assert arrays[f"weights/{layer}"].dtype == arrays[f"biases/{layer}"].dtype == np.float32
    assert f"weights/{len(shown) - 1}" not in arrays
    n_hidden = len(sizes) - 2
    for name, rows in (("weights", n_hidden + 1), ("activations", max(n_hidden, 1))):
        shares = arrays[f"histogram/{name}"]
        assert shares.shape == (rows, N_BINS)
        assert shares.sum(1) == pytest.approx(np.full(rows, 1 if n_hidden or name == "weights" else 0))
    assert ("predictions/test" in arrays) == (facts["task"] == "classes")
    if facts["task"] == "classes":
        assert arrays["predictions/test"].shape == (len(facts["points/test"]),)
        assert arrays["predictions/test"].max() < len(facts["class_names"])


@pytest.mark.parametrize(
    ("dataset", "hidden"), list(zip(DATASETS, itertools.cycle([(), (3,), (20, 5)]), strict=False))
)
def test_every_data_set_trains_and_fills_facts_and_frames(
    dataset: str, hidden: tuple[int, ...], table: Table
) -> None:
    rows = "".join(f"{n % 7},{n * n % 11},{'abc'[n % 3]},{'xyz'[n % 3]}\n" for n in range(60))
    csv = table("one,two,kind,species\n" + rows) if dataset == "csv" else ""
    points = DRAWN if dataset == "drawn" else ""
    config = Config(dataset=dataset, hidden=hidden, csv=csv, points=points, epochs=1)
    start, *_, last = train(config)
    facts = facts_of(start)
    for part in ("train", "test"):
        places, targets = facts[f"points/{part}"], facts[f"targets/{part}"]
        assert places.shape == (min(facts[f"n_{part}"], MAX_POINTS), 2)
        assert targets.shape == (len(places),)
        assert places.dtype == targets.dtype == np.float32
    assert facts["layers"][1:-1] == list(hidden)
    assert facts["task"] == ("numbers" if dataset in NUMBERS else "classes")
    if facts["task"] == "classes":
        assert set(facts["targets/train"].tolist()) == set(range(len(facts["class_names"])))
    assert (facts["plane"] == "") == (dataset in PLANAR)
    check_pictures(start, facts)
    check_pictures(last, facts)
    text = json.loads(json.dumps(jsonable(dict(facts)), allow_nan=False))
    named = {"domain", "axes", "value_range", "notices", "activation", "input_names", "output_names"}
    assert named <= set(text)
    assert len(facts["columns"]) == facts["rows/test"].shape[1] <= MAX_COLUMNS_TOLD
    assert len(facts["rows/test"]) == len(facts["points/test"])
    score = "r2/test" if facts["task"] == "numbers" else "accuracy/test"
    assert [score in scores for scores in facts_of(last)["baselines"].values()] == [True] * 5


def test_targets_in_the_facts_are_in_the_learners_own_units() -> None:
    facts = facts_of(next(train(Config(dataset="diabetes"))))
    targets = facts["targets/train"]
    assert 20 < targets.min() < 40 and 300 < targets.max() < 360
    assert facts["value_range"] == pytest.approx([targets.min(), targets.max()], rel=1e-5)


def test_the_rows_told_are_the_learners_own_numbers() -> None:
    table = tables.load("wine")
    facts = facts_of(next(train(Config(dataset="wine"))))
    assert facts["columns"] == list(table.feature_names[:MAX_COLUMNS_TOLD])
    known = table.x[:, :MAX_COLUMNS_TOLD]
    for row in facts["rows/test"]:
        assert np.isclose(known, row, rtol=1e-4).all(1).any()


def test_the_inputs_are_those_chosen() -> None:
    config = Config(inputs=("x1", "x1_x2", "sin_x2"), hidden=(2,))
    facts = facts_of(next(train(config)))
    assert (facts["layers"], facts["input_names"]) == ([3, 2, 1], ["x₁", "x₁x₂", "sin x₂"])
    assert facts["points/train"].shape[1] == 2
