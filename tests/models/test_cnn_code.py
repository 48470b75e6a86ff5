"""The exported script prints the run's own final metrics."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from models.cnn import Config, train
from models.cnn_code import export
from models.settings import from_mapping
from tests.models.exported_script import final, notebook_source, printed

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
    torch.set_num_threads(1)
    found, expected = printed(made, tmp_path), final(train(from_mapping(Config, CONFIGS[name])))
    assert found == pytest.approx({metric: expected[metric] for metric in found}, abs=1e-6)
    assert {"loss/test", "accuracy/test"} <= set(found)
    assert notebook_source(made) == made["script"]
