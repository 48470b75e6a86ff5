"""The exported script prints the run's own final metrics."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from models.settings import from_mapping
from models.transfer import Config, train
from models.transfer_code import export
from tests.models.exported_script import final, printed

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
    torch.set_num_threads(1)
    metrics = final(train(from_mapping(Config, CONFIGS[name])))
    told = [name for name in metrics if not name.endswith(("/low", "/high")) and name != "loss/first"]
    assert printed(made, tmp_path) == pytest.approx({name: metrics[name] for name in told}, abs=1e-5)


def test_the_script_of_a_pretrained_network_names_its_weights() -> None:
    script = export({"dataset": "digits", "body": "resnet18"})["script"]
    assert "torchvision.models.resnet18(weights=weights)" in script and "IMAGENET1K_V1" in script
    compile(script, "transfer.py", "exec")


def test_an_illegal_config_is_refused() -> None:
    with pytest.raises(ValueError, match="pictures per class"):
        export({"shots": 0})
