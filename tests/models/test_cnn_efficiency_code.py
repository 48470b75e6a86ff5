"""The exported script prints the run's own final metrics."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from models.cnn_efficiency import LEARNERS, Config, counts_of, train
from models.cnn_efficiency_code import export
from models.settings import from_mapping
from tests.models.exported_script import final, notebook_source, printed

CONFIGS: dict[str, dict[str, Any]] = {
    "digits": {"channels": [4, 8], "dense": [16], "dropout": 0.2, "most": 5, "seed": 3},
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
    torch.set_num_threads(1)
    found, expected = printed(made, tmp_path, seconds=300), final(train(config))
    wanted = {f"accuracy/{learner}/{count}" for learner in LEARNERS for count in counts_of(139, config.most)}
    assert set(found) == wanted | {"accuracy/test", "loss/test"}
    assert found == pytest.approx({metric: expected[metric] for metric in found}, abs=1e-5)
    assert notebook_source(made) == made["script"]
