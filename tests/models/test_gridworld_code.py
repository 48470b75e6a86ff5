"""The run as a plain NumPy script: in a fresh process it prints the page's final metrics."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from models.gridworld import Config, train
from models.gridworld_code import export
from models.settings import SettingError, from_mapping
from tests.models.exported_script import final, notebook_source, printed

CONFIGS: dict[str, dict[str, Any]] = {
    "value iteration, wind and slip": {"method": "value_iteration", "world": "windy", "slip": 0.2, "epochs": 30},
    "policy iteration": {"method": "policy_iteration", "world": "rooms", "evaluation_sweeps": 7, "epochs": 90},
    "Q-learning, own rewards": {"world": "swamp", "epsilon": 0.2, "epochs": 60, "seed": 3},
    "Dyna-Q, painted world": {"world": "maze", "painted": "S.../.xx./...G~2.1=0.5", "planning": 5, "decay": 0.5, "epochs": 30},
    "SARSA on the cliff": {
        "method": "sarsa", "world": "cliff", "step_reward": -1.0, "goal_reward": 0.0, "pit_reward": -100.0, "epochs": 80,
    },
    "Monte Carlo, slippery": {"method": "monte_carlo", "world": "bridge", "slip": 0.3, "epochs": 80, "max_moves": 40},
    "optimist": {"epsilon": 0.0, "initial_value": 2.0, "world": "corridor", "epochs": 25, "max_moves": 30},
}  # fmt: skip


@pytest.mark.parametrize("name", CONFIGS)
def test_the_script_prints_the_final_metrics(name: str, tmp_path: Path) -> None:
    made = export(CONFIGS[name])
    assert notebook_source(made) == made["script"]
    assert printed(made, tmp_path) == final(train(from_mapping(Config, CONFIGS[name])))


def test_an_illegal_config_is_refused() -> None:
    with pytest.raises(SettingError):
        export({"epochs": 0})
    with pytest.raises(ValueError, match="no goal"):
        export({"world": "S.."})
