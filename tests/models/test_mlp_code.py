"""A run as plain PyTorch: the script and the notebook, each in a fresh process, print the page's final metrics."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from models.loss_functions import LOSSES
from models.mlp import Config, train
from models.mlp_code import ACTIVATION_CODE, LOSS_CODE, export
from models.mlp_settings import FUNCTIONS
from models.settings import SettingError, from_mapping
from tests.models.exported_script import cells, final, notebook_source, printed, printed_in_turn

NOTEBOOK = "batch norm, dropout, AdamW"
CONFIGS: dict[str, dict[str, Any]] = {
    "defaults": {"epochs": 3},
    NOTEBOOK: {
        "dataset": "moons",
        "noise": 0.3,
        "hidden": [6, 5],
        "activations": ["gelu", "swish"],
        "batch_norm": True,
        "dropout": 0.2,
        "optimizer": "adamw",
        "epochs": 3,
    },
    "classes, L1, hinge": {
        "dataset": "iris",
        "activations": ["leaky_relu", "relu", "sigmoid"],
        "hidden": [5, 4, 3],
        "loss": "hinge",
        "regularisation": "l1",
        "optimizer": "rmsprop",
        "learning_rate": 0.005,
        "initialisation": "he",
        "validation_fraction": 0.2,
        "epochs": 4,
    },
    "numbers, L2, Huber": {
        "dataset": "diabetes",
        "hidden": [4],
        "loss": "huber",
        "regularisation": "l2",
        "regularisation_rate": 0.01,
        "optimizer": "momentum",
        "seed": 7,
        "epochs": 3,
    },
    "inputs, no hidden layer, squared error": {
        "hidden": [],
        "inputs": ["x1_squared", "x2_squared", "sin_x1"],
        "loss": "mse",
        "batch_size": 1000,
        "optimizer": "adam",
        "epochs": 4,
    },
    "early stopping": {
        "noise": 0.5,
        "n_points": 100,
        "optimizer": "adamw",
        "regularisation": "l2",
        "regularisation_rate": 0.1,
        "learning_rate": 0.01,
        "validation_fraction": 0.2,
        "early_stopping": 3,
        "epochs": 60,
    },
    "drawn points": {
        "dataset": "drawn",
        "points": "1,1,0;1.5,2,0;2,1,0;2,2,0;-1,-1,1;-2,-1,1;-1,-2,1;-2,-2,1",
        "hidden": [3],
        "epochs": 3,
    },
}


def final_metrics(config: Config) -> dict[str, float]:
    """What the page shows at the end, without what belongs to single updates."""
    metrics = final(train(config))
    return {name: value for name, value in metrics.items() if name.startswith(("loss/", "accuracy/", "r2/"))}


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, float]]:
    """What the script of each config prints; "notebook": the first one's notebook, run cell by cell."""
    made = {name: export(config) for name, config in CONFIGS.items()}
    one_by_one = f"for source in {cells(made[NOTEBOOK])!r}:\n    exec(source)\n"
    made["notebook"] = {"script": one_by_one}
    found = printed_in_turn(made.values(), tmp_path_factory.mktemp("scripts"))
    return dict(zip(made, found, strict=True))


def check(found: dict[str, float], config: dict[str, Any]) -> None:
    expected = final_metrics(from_mapping(Config, config))
    del expected["loss/batch"]
    assert set(found) == set(expected)
    for name, value in expected.items():
        assert abs(found[name] - value) < 1e-6, name


@pytest.mark.parametrize("name", CONFIGS)
def test_the_script_prints_the_pages_final_metrics(name: str, results: dict[str, dict[str, float]]) -> None:
    check(results[name], CONFIGS[name])
    exported = export(CONFIGS[name])
    assert exported["data"] == ""
    assert "models." not in exported["script"] and "from data" not in exported["script"]
    # The notebook holds the same source, cell by cell, so that its run need not be repeated for each config.
    assert notebook_source(exported) == exported["script"]


def test_the_early_stopping_of_these_configs_does_stop() -> None:
    *_, last = train(from_mapping(Config, CONFIGS["early stopping"]))
    assert last.note is not None and last.note.name == "stopped_early"


def test_the_notebook_runs_cell_by_cell(results: dict[str, dict[str, float]]) -> None:
    check(results["notebook"], CONFIGS[NOTEBOOK])
    notebook = json.loads(export(CONFIGS[NOTEBOOK])["notebook"])
    assert (notebook["nbformat"], notebook["nbformat_minor"]) == (4, 5)
    assert len({cell["id"] for cell in notebook["cells"]}) == len(notebook["cells"]) > 3
    assert {cell["cell_type"] for cell in notebook["cells"]} == {"code"}


def test_a_large_table_goes_into_a_file_beside_the_script(tmp_path: Path) -> None:
    generator = np.random.default_rng(0)
    x = generator.standard_normal((3000, 6))
    kind = np.where(x[:, 0] + x[:, 1] ** 2 > 1, "high", "low")
    rows = [",".join([*(f"{value:.4f}" for value in row), name]) for row, name in zip(x, kind, strict=True)]
    rows[5] = "," + rows[5].split(",", 1)[1]  # a gap, filled by the training median
    path = tmp_path / "own.csv"
    path.write_text("a,b,c,d,e,f,kind\n" + "\n".join(rows) + "\n")
    config = {"dataset": "csv", "csv": str(path), "target": "kind", "epochs": 2, "batch_size": 50}
    exported = export(config)
    assert len(exported["script"]) < 10_000
    assert 'np.load("data.npz", allow_pickle=False)' in exported["script"]
    fresh = tmp_path / "elsewhere"
    fresh.mkdir()
    check(printed(exported, fresh), config)
    with np.load(fresh / "data.npz", allow_pickle=False) as file:
        assert len(file["x_train"]) + len(file["x_test"]) == 3000
        assert not np.isnan(file["x_train"]).any()


def test_every_activation_and_loss_has_its_line() -> None:
    assert set(ACTIVATION_CODE) == set(FUNCTIONS)
    assert set(LOSS_CODE) == set(LOSSES)


@pytest.mark.parametrize(
    "config",
    [{"dataset": "spiral", "loss": "huber"}, {"dataset": "nowhere"}, {"dataset": "drawn", "points": "1,2"}],
)
def test_what_cannot_be_trained_cannot_be_exported(config: dict[str, Any]) -> None:
    with pytest.raises((ValueError, SettingError)) as caught:
        export(config)
    assert str(caught.value).endswith(".") and "\n" not in str(caught.value)


def test_text_of_the_learner_cannot_become_code(tmp_path: Path) -> None:
    """The name of a file reaches the script only inside its first string."""
    path = tmp_path / 'x"""; print(1); """.csv'
    path.write_text("a,kind\n" + "".join(f"{n},{'xy'[n > 30]}\n" for n in range(60)))
    config = {"dataset": "csv", "csv": str(path), "target": "kind", "epochs": 1}
    script = export(config)["script"]
    opening, *rest = ast.parse(script).body
    assert isinstance(opening, ast.Expr) and isinstance(opening.value, ast.Constant)
    assert all("print(1)" not in ast.unparse(statement) for statement in rest)
