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

from models.cnn_efficiency import LEARNERS, Config, counts_of, train
from models.cnn_efficiency_code import export
from models.settings import from_mapping

CONFIGS: dict[str, dict[str, Any]] = {
    "digits": {"channels": [4, 8], "dense": [16], "dropout": 0.2, "most": 20, "seed": 3},
    "drawings, other settings": {
        "dataset": "drawings",
        "channels": [3],
        "strides": [2],
        "dense": [],
        "augmentation": ["flip", "noise"],
        "batch_norm": False,
        "activation": "tanh",
        "optimizer": "momentum",
        "decay": False,
        "most": 5,
        "repetitions": 1,
    },
}


@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", CONFIGS)
def test_the_script_prints_the_runs_metrics(name: str, tmp_path: Path) -> None:
    config = from_mapping(Config, CONFIGS[name])
    made = export(CONFIGS[name])
    (tmp_path / "compare.py").write_text(made["script"])
    (tmp_path / "data.npz").write_bytes(base64.b64decode(made["data"]))
    done = subprocess.run(
        [sys.executable, "compare.py"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    printed = json.loads(done.stdout.splitlines()[-1])
    torch.set_num_threads(1)
    metrics: dict[str, float] = {}
    for step in train(config):
        metrics.update(step.metrics)
    wanted = {f"accuracy/{learner}/{count}" for learner in LEARNERS for count in counts_of(139, config.most)}
    assert set(printed) == wanted | {"accuracy/test", "loss/test"}
    for metric, value in printed.items():
        assert value == pytest.approx(metrics[metric], abs=1e-5), metric
    assert json.loads(made["notebook"])["nbformat"] == 4
