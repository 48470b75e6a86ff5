"""The exported script prints the run's own final metrics."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from models.attack import Config, train
from models.attack_code import export
from models.settings import from_mapping
from tests.models.test_attack import own

CONFIGS: dict[str, dict[str, Any]] = {
    "defaults": {"epochs": 1},
    "adversarial": {
        "epochs": 1,
        "adversarial": True,
        "inner_steps": 2,
        "channels": [4],
        "dense": [16],
        "steps": 3,
    },
    "linear drawings": {
        "dataset": "drawings",
        "channels": [],
        "dense": [],
        "epochs": 1,
        "steps": 2,
        "batch_norm": False,
    },
}


@pytest.mark.parametrize("name", [*CONFIGS, "own", "own, adversarial"])
def test_the_script_prints_the_runs_metrics(name: str, tmp_path: Path) -> None:
    if name in CONFIGS:
        config = CONFIGS[name]
    else:
        handed = own(tmp_path, {"epochs": 1, "channels": (4,), "dense": (16,), "dropout": 0.1})
        config = {**handed, "steps": 2, "epochs": 1, "adversarial": name != "own"}
    made = export(config)
    (tmp_path / "attack.py").write_text(made["script"])
    if made["data"]:
        (tmp_path / "data.npz").write_bytes(base64.b64decode(made["data"]))
    done = subprocess.run(
        [sys.executable, "attack.py"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    printed = json.loads(done.stdout.splitlines()[-1])
    metrics: dict[str, float] = {}
    for step in train(from_mapping(Config, config)):
        metrics.update(step.metrics)
    assert set(printed) == set(metrics)
    for metric, value in printed.items():
        assert value == pytest.approx(metrics[metric], abs=1e-6), metric
    assert "".join(cell for part in json.loads(made["notebook"])["cells"] for cell in part["source"]).strip()
