"""The exported script prints the run's own final metrics."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from models.attack import Config, train
from models.attack_code import export
from models.settings import from_mapping
from tests.models.exported_script import final, notebook_source, printed
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
    assert printed(made, tmp_path) == pytest.approx(final(train(from_mapping(Config, config))), abs=1e-6)
    assert notebook_source(made) == made["script"]
