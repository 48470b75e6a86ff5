"""The run as plain PyTorch: the scripts and a notebook, in a fresh process, print the page's final metrics."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from models.losses import Config, train
from models.losses_code import FUNCTIONS, LOSS_CODE, OPTIMIZERS, export
from models.losses_settings import LOSSES
from models.settings import SettingError, from_mapping, settings_of

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


def final(config: Config) -> dict[str, float]:
    metrics: dict[str, float] = {}
    for step in train(config):
        metrics |= step.metrics
    metrics.pop("loss/batch", None)
    return metrics


def test_everything_that_can_be_chosen_has_its_code() -> None:
    options = {setting.name: getattr(setting.declaration, "values", ()) for setting in settings_of(Config)}
    assert set(LOSS_CODE) == set(LOSSES)
    assert set(FUNCTIONS) == set(options["activation"])
    assert set(OPTIMIZERS) == set(options["optimizer"])


@pytest.mark.parametrize("name", list(CONFIGS)[:3])
def test_the_script_prints_the_final_metrics(name: str, tmp_path: Path) -> None:
    made = export(CONFIGS[name])
    cells = ["".join(cell["source"]) for cell in json.loads(made["notebook"])["cells"]]
    assert "\n\n".join(cells) + "\n" == made["script"], "the notebook is the same source"
    (tmp_path / "run.py").write_text(made["script"])
    done = subprocess.run(
        [sys.executable, "-I", "-W", "error", "run.py"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == final(from_mapping(Config, CONFIGS[name]))


def test_a_script_whose_loss_explodes_ends_too(tmp_path: Path) -> None:
    (tmp_path / "run.py").write_text(export(CONFIGS["it diverges"])["script"])
    done = subprocess.run(
        [sys.executable, "-I", "run.py"], cwd=tmp_path, capture_output=True, text=True, timeout=100
    )
    assert done.returncode == 0 and "NaN" in done.stdout


def test_an_illegal_config_is_refused() -> None:
    with pytest.raises(SettingError):
        export({"epochs": 0})
    with pytest.raises(ValueError, match="at least one loss"):
        export({"losses": []})
