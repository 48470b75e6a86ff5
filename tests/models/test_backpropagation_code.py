"""A run as plain PyTorch: the script, in a fresh process, prints the page's final metrics."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from models.backpropagation import Config, train
from models.backpropagation_code import ACTIVATION_CODE, LOSS_CODE, export
from models.backpropagation_settings import ACTIVATIONS, LOSSES
from models.settings import SettingError, from_mapping

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
    (tmp_path / "run.py").write_text(made["script"])
    done = subprocess.run(
        [sys.executable, "run.py"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    printed = json.loads(done.stdout.splitlines()[-1])
    metrics: dict[str, float] = {}
    for step in train(from_mapping(Config, config)):
        metrics.update(step.metrics)
    assert printed == pytest.approx({name: metrics[name] for name in printed}, rel=1e-8)
    assert set(printed) == {"loss/train", "loss/test", "accuracy/train", "accuracy/test"}


def test_the_notebook_is_the_script() -> None:
    made = export({})
    cells = json.loads(made["notebook"])["cells"]
    assert "\n\n".join("".join(cell["source"]) for cell in cells) + "\n" == made["script"]


def test_every_choice_has_its_code() -> None:
    assert set(ACTIVATION_CODE) == set(ACTIVATIONS) and set(LOSS_CODE) == set(LOSSES)


def test_a_config_that_is_not_legal() -> None:
    with pytest.raises(SettingError):
        export({"hidden": 99})
