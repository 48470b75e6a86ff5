"""The run as plain PyTorch: the scripts and a notebook, in a fresh process, print the page's final metrics."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

from models.losses import Config, train
from models.losses_code import FUNCTIONS, LOSS_CODE, OPTIMIZERS, export
from models.losses_settings import LOSSES
from models.settings import SettingError, from_mapping, settings_of
from tests.models.exported_script import final, notebook_source, printed

CONFIGS: dict[str, dict[str, Any]] = {
    "every loss": {"losses": list(LOSSES), "epochs": 4, "minority_share": 0.1, "label_noise": 0.2},
    "Adam, ReLU, two layers": {
        "dataset": "xor", "losses": ["hinge", "mae"], "hidden": [6, 5], "activation": "relu", "optimizer": "adam",
        "learning_rate": 0.01, "first_logit": -4, "epochs": 3, "seed": 7,
    },
    "momentum, sigmoid, no hidden layer, large data": {
        "dataset": "gauss", "losses": ["balanced", "smoothed"], "hidden": [], "activation": "sigmoid",
        "optimizer": "momentum", "n_points": 2000, "batch_size": 64, "epochs": 2,
    },
    "it diverges": {
        "losses": ["huber"], "learning_rate": 10, "first_logit": 12, "activation": "relu", "hidden": [64, 64, 64, 64],
    },
}  # fmt: skip


def test_everything_that_can_be_chosen_has_its_code() -> None:
    options = {setting.name: getattr(setting.declaration, "values", ()) for setting in settings_of(Config)}
    assert set(LOSS_CODE) == set(LOSSES)
    assert set(FUNCTIONS) == set(options["activation"])
    assert set(OPTIMIZERS) == set(options["optimizer"])


@pytest.mark.parametrize("name", list(CONFIGS)[:3])
def test_the_script_prints_the_final_metrics(name: str, tmp_path: Path) -> None:
    made = export(CONFIGS[name])
    assert notebook_source(made) == made["script"]
    expected = final(train(from_mapping(Config, CONFIGS[name])))
    expected.pop("loss/batch", None)
    assert printed(made, tmp_path) == expected


def test_a_script_whose_loss_explodes_ends_too(tmp_path: Path) -> None:
    assert any(map(math.isnan, printed(export(CONFIGS["it diverges"]), tmp_path).values()))


def test_an_illegal_config_is_refused() -> None:
    with pytest.raises(SettingError):
        export({"epochs": 0})
    with pytest.raises(ValueError, match="at least one loss"):
        export({"losses": []})
