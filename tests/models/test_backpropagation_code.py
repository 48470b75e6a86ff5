"""A run as plain PyTorch: the script, in a fresh process, prints the page's final metrics."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from models.backpropagation import Config, train
from models.backpropagation_code import ACTIVATION_CODE, LOSS_CODE, export
from models.backpropagation_settings import ACTIVATIONS, LOSSES
from models.settings import SettingError, from_mapping
from tests.models.exported_script import final, notebook_source, printed

CONFIGS: list[dict[str, Any]] = [
    {"epochs": 60},
    {
        "dataset": "circle",
        "n_points": 18,
        "batch_size": 4,
        "loss": "cross_entropy",
        "activation": "relu",
        "layers": 2,
        "epochs": 15,
        "seed": 3,
    },
    {"dataset": "gauss", "activation": "sigmoid", "hidden": 2, "noise": 0.3, "epochs": 20},
]


@pytest.mark.parametrize("config", CONFIGS)
def test_the_script_ends_with_the_same_numbers(config: dict[str, Any], tmp_path: Path) -> None:
    made = export(config)
    assert made["data"] == ""
    found, expected = printed(made, tmp_path), final(train(from_mapping(Config, config)))
    assert found == pytest.approx({name: expected[name] for name in found}, rel=1e-8)
    assert set(found) == {"loss/train", "loss/test", "accuracy/train", "accuracy/test"}


def test_the_notebook_is_the_script() -> None:
    made = export({})
    assert notebook_source(made) == made["script"]


def test_every_choice_has_its_code() -> None:
    assert set(ACTIVATION_CODE) == set(ACTIVATIONS) and set(LOSS_CODE) == set(LOSSES)


def test_a_config_that_is_not_legal() -> None:
    with pytest.raises(SettingError):
        export({"hidden": 99})
