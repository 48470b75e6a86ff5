"""The exported script prints the run's own final metrics."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from models.cnn import Config, train
from models.cnn_code import export
from models.settings import from_mapping

CONFIGS: dict[str, dict[str, Any]] = {
    "defaults": {"epochs": 2},
    "everything": {
        "channels": [6, 8],
        "kernels": [5, 3],
        "strides": [2, 1],
        "pooling": "average",
        "activation": "gelu",
        "batch_norm": False,
        "dropout": 0.3,
        "dense": [20, 10],
        "optimizer": "momentum",
        "learning_rate": 0.01,
        "decay": False,
        "augmentation": ["flip", "noise"],
        "validation_fraction": 0.1,
        "epochs": 2,
    },
    "drawings": {"dataset": "drawings", "channels": [4], "dense": [], "augmentation": ["shift"], "epochs": 1},
    "no convolution": {"channels": [], "dense": [], "augmentation": [], "epochs": 2},
}


@pytest.mark.parametrize("name", CONFIGS)
def test_the_script_prints_the_runs_metrics(name: str, tmp_path: Path) -> None:
    made = export(CONFIGS[name])
    (tmp_path / "cnn.py").write_text(made["script"])
    if made["data"]:
        (tmp_path / "data.npz").write_bytes(base64.b64decode(made["data"]))
    done = subprocess.run(
        [sys.executable, "cnn.py"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    printed = json.loads(done.stdout.splitlines()[-1])
    metrics: dict[str, float] = {}
    import torch

    torch.set_num_threads(1)
    for step in train(from_mapping(Config, CONFIGS[name])):
        metrics.update(step.metrics)
    for metric, value in printed.items():
        assert value == pytest.approx(metrics[metric], abs=1e-6), metric
    assert {"loss/test", "accuracy/test"} <= set(printed)
    assert "".join(cell for part in json.loads(made["notebook"])["cells"] for cell in part["source"]).strip()
