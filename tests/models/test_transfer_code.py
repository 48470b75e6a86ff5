"""The exported script prints the run's own final metrics."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch

from models.settings import from_mapping
from models.transfer import Config, train
from models.transfer_code import export

CONFIGS: dict[str, dict[str, Any]] = {
    "drawings": {"epochs": 1, "seeds": 2, "steps": 12, "curve": False, "channels": [4, 8]},
    "digits, with its curve": {
        "dataset": "digits",
        "channels": [4, 8, 8, 8],
        "epochs": 2,
        "seeds": 2,
        "steps": 7,
        "shots": 20,
        "learning_rate": 0.01,
        "first_rate": 0.005,
        "body_rate": 0.5,
        "seed": 3,
    },
    "no body, no first task": {
        "dataset": "digits",
        "swapped": True,
        "channels": [],
        "epochs": 0,
        "seeds": 1,
        "steps": 5,
        "curve": False,
    },
}


@pytest.mark.parametrize("name", CONFIGS)
def test_the_script_prints_the_runs_metrics(name: str, tmp_path: Path) -> None:
    made = export(CONFIGS[name])
    (tmp_path / "transfer.py").write_text(made["script"])
    (tmp_path / "data.npz").write_bytes(base64.b64decode(made["data"]))
    done = subprocess.run(
        [sys.executable, "transfer.py"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    printed = json.loads(done.stdout.splitlines()[-1])
    torch.set_num_threads(1)
    metrics: dict[str, float] = {}
    for step in train(from_mapping(Config, CONFIGS[name])):
        metrics.update(step.metrics)
    for metric, value in printed.items():
        assert value == pytest.approx(metrics[metric], abs=1e-5), metric
    wanted = {name for name in metrics if not name.endswith(("/low", "/high")) and name != "loss/first"}
    assert wanted == set(printed)


def test_the_script_of_a_pretrained_network_names_its_weights() -> None:
    script = export({"dataset": "digits", "body": "resnet18"})["script"]
    assert "torchvision.models.resnet18(weights=weights)" in script and "IMAGENET1K_V1" in script
    compile(script, "transfer.py", "exec")


def test_an_illegal_config_is_refused() -> None:
    with pytest.raises(ValueError, match="pictures per class"):
        export({"shots": 0})
