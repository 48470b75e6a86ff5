"""The perceptron lesson's other parts: six weights, rules, and the exported script."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from data.dataset import DataError
from models.perceptron import Config, train
from models.perceptron_code import export
from models.perceptron_rules import TABLES, answers, features, table
from models.settings import from_mapping
from models.two_layers import CORNERS, HIGH, LOW, START, WANTED, answer, solved
from tests.models.exported_script import printed


def test_six_weights_can_be_found_and_are_not_given_away() -> None:
    assert solved((1, 1, 1, 1, 1, -1)), "first: or, second: and, answer: the first without the second"
    assert [answer((1, 1, 1, 1, 1, -1), *corner) for corner in CORNERS] == list(WANTED)
    assert not solved(START)
    grid = np.linspace(LOW, HIGH, 9)
    share = np.mean([solved(weights) for weights in itertools.product(grid[::2], repeat=6)])
    assert 0 < share < 0.2, "to be found, but not by chance"


def test_the_first_rule_that_fits_decides() -> None:
    x = np.array([[0.0, 5.0], [1.0, 5.0], [1.0, 0.0], [2.0, 0.0]])
    rules = [(0, "<=", 0.5, 1), (1, ">", 3.0, 0), (0, ">", 1.5, 1)]
    assert answers(rules, 0, x).tolist() == [1, 0, 0, 1]
    assert answers([], 1, x).tolist() == [1, 1, 1, 1]


@pytest.mark.parametrize("name", TABLES)
def test_one_simple_rule_comes_near_what_is_learned(name: str) -> None:
    found = table(name, *TABLES[name][2])
    x, y, test = np.array(found["x"]), np.array(found["y"]), np.array(found["test"])
    assert 0.25 < test.mean() < 0.35 and found["features"] == list(TABLES[name][2])
    scores = found["scores"]
    for learner in ("neuron (its pocket)", "logistic regression"):
        for part in ("train", "test"):
            assert scores[learner][part] > scores["always the larger class"][part] + 0.1
    best = max(
        float((answers([(0, "<=", threshold, label)], 1 - label, x[test]) == y[test]).mean())
        for threshold in np.quantile(x[:, 0], np.linspace(0.1, 0.9, 17))
        for label in (0, 1)
    )
    assert best > 0.85
    json.dumps(found, allow_nan=False)


def test_what_is_learned_is_what_scikit_learn_learns() -> None:
    found = table("breast_cancer", *TABLES["breast_cancer"][2])
    x, y, test = np.array(found["x"]), np.array(found["y"]), np.array(found["test"])
    line = make_pipeline(StandardScaler(), LogisticRegression()).fit(x[~test], y[~test])
    scores = found["scores"]["logistic regression"]
    assert scores["train"] == pytest.approx(line.score(x[~test], y[~test]))
    assert scores["test"] == pytest.approx(line.score(x[test], y[test]))


def test_any_two_features_can_be_chosen_and_others_are_refused() -> None:
    names = features("breast_cancer")
    assert len(names) == 30
    assert table("breast_cancer", names[3], names[7])["features"] == [names[3], names[7]]
    for wrong in (
        ("iris_hard", "height", "petal width (cm)"),
        ("../etc", "a", "b"),
        ("breast_cancer", names[0], "x" * 5000),
    ):
        with pytest.raises(DataError) as refused:
            table(*wrong)
        assert len(str(refused.value)) < 200


@pytest.mark.parametrize(
    "config",
    [
        {"dataset": "and"},
        {"dataset": "overlapping", "epochs": 7},
        {
            "dataset": "overlapping",
            "smooth": True,
            "learning_rate": 0.1,
            "shuffle": True,
            "epochs": 9,
            "seed": 3,
        },
        {"dataset": "iris_hard", "epochs": 3, "scale": True},
        {"dataset": "xor", "shuffle": True, "epochs": 5},
        {"dataset": "drawn", "points": "1,1,1;2,1,1;-1,-2,0;-2,0,0"},
    ],
)
def test_the_script_prints_the_runs_metrics(config: dict[str, Any], tmp_path: Path) -> None:
    found = printed(export(config), tmp_path)
    *_, last = train(from_mapping(Config, config))
    for name, value in found.items():
        assert value == pytest.approx(last.metrics[name], abs=1e-9), name
