"""The exported script prints the run's own final metrics."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch

from models import cnn, cnn_settings
from models.explain import Config, train
from models.explain_code import export
from models.settings import from_mapping, to_mapping
from tests.models.exported_script import final, notebook_source, printed

CONFIGS: dict[str, dict[str, Any]] = {
    "defaults": {"epochs": 2, "n_pictures": 8},
    "mistakes, marked, blurred": {
        "epochs": 1, "n_pictures": 40, "mark": 1.0, "only": "right", "target": "second", "blank": "blurred",
        "n_steps": 5, "window": 3, "seed": 3,
    },
    "no convolution, black": {"channels": [], "epochs": 1, "n_pictures": 5, "blank": "black", "target": "label"},
}  # fmt: skip


def expected(config: dict[str, Any]) -> dict[str, float]:
    torch.set_num_threads(1)
    metrics = final(train(from_mapping(Config, config)))
    return {name: value for name, value in metrics.items() if name != "loss/batch"}


@pytest.mark.parametrize("name", CONFIGS)
def test_the_script_prints_the_runs_metrics(name: str, tmp_path: Path) -> None:
    made = export(CONFIGS[name])
    assert printed(made, tmp_path) == pytest.approx(expected(CONFIGS[name]), abs=1e-6)
    assert notebook_source(made) == made["script"]


def test_a_network_of_ones_own_comes_along(tmp_path: Path) -> None:
    from safetensors.numpy import save_file

    network = {"epochs": 1, "channels": [6], "batch_norm": False, "dense": [20], "dropout": 0.2}
    for step in cnn.train(from_mapping(cnn_settings.Config, network)):
        last = step
    assert last.parameters is not None
    save_file(dict(last.parameters()), tmp_path / "weights.safetensors")
    config = to_mapping(
        Config(n_pictures=6, weights=str(tmp_path / "weights.safetensors"), network=json.dumps(network))
    )
    made = export(config)
    assert made["data"], "the parameters come in a file beside the script"
    assert printed(made, tmp_path) == pytest.approx(expected(config), abs=1e-6)


def test_what_cannot_be_had_is_refused_with_one_sentence() -> None:
    with pytest.raises(ValueError, match="no longer kept"):
        export({"weights": "/nowhere/weights.safetensors", "network": "{}"})
    with pytest.raises(ValueError, match="not JSON"):
        export({"weights": "/nowhere/weights.safetensors", "network": "[1"})
