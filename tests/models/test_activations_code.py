"""The run as plain PyTorch: the scripts and a notebook, in a fresh process, print the page's final metrics."""

from __future__ import annotations

import contextlib
import io
import json
import math
from pathlib import Path
from typing import Any

import pytest

from models.activations import Config, train
from models.activations_code import FUNCTIONS, OPTIMIZERS, export
from models.activations_settings import ACTIVATIONS
from models.settings import SettingError, from_mapping, settings_of
from tests.models.exported_script import final, notebook_source, printed

CONFIGS: dict[str, dict[str, Any]] = {
    **{name: {"activation": name, "depth": 4, "width": 16, "epochs": 3} for name in ACTIVATIONS},
    "SGD, one layer of one unit": {
        "optimizer": "sgd", "learning_rate": 0.1, "depth": 1, "width": 1, "dataset": "moons", "noise": 0.2, "epochs": 3,
    },
    "momentum, N(0, σ), large data": {
        "optimizer": "momentum", "learning_rate": 0.01, "initialisation": "normal", "sigma": 0.3, "activation": "tanh",
        "depth": 6, "n_points": 2000, "batch_size": 64, "epochs": 2, "dataset": "circle", "seed": 7,
    },
    "thirty sigmoid layers": {"activation": "sigmoid", "initialisation": "xavier", "depth": 30, "epochs": 2},
    "all zero": {"initialisation": "zeros", "activation": "sigmoid", "dataset": "gauss", "epochs": 3},
}  # fmt: skip


def ran(script: str) -> dict[str, float]:
    """What the script prints."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(script, "run.py", "exec"), {"__name__": "__main__"})
    return dict(json.loads(out.getvalue()))


def test_everything_that_can_be_chosen_has_its_code() -> None:
    options = {setting.name: getattr(setting.declaration, "values", ()) for setting in settings_of(Config)}
    assert set(FUNCTIONS) == set(options["activation"])
    assert set(OPTIMIZERS) == set(options["optimizer"])


@pytest.mark.parametrize("name", CONFIGS)
def test_the_script_prints_the_final_metrics(name: str) -> None:
    made = export(CONFIGS[name])
    assert notebook_source(made) == made["script"]
    expected = final(train(from_mapping(Config, CONFIGS[name])))
    expected.pop("loss/batch", None)
    assert ran(made["script"]) == expected


def test_a_script_whose_loss_explodes_ends_in_a_fresh_process_too(tmp_path: Path) -> None:
    config = {"initialisation": "normal", "sigma": 10, "depth": 50, "width": 64}
    assert math.isnan(printed(export(config), tmp_path)["loss/train"])


def test_an_illegal_config_is_refused() -> None:
    with pytest.raises(SettingError):
        export({"depth": 51})
