"""The run as a script of its own: in a fresh process, far from the playground, it prints the page's final metrics."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from models.platformer import Config, train
from models.platformer_code import export, modules
from models.settings import SettingError, from_mapping
from tests.models.exported_script import final, notebook_source, printed

SMALL: dict[str, Any] = {"n_envs": 16, "n_steps": 16, "batch_size": 64, "hidden": [16], "epochs": 6}
CONFIGS: dict[str, dict[str, Any]] = {
    "ppo": SMALL | {"level": "1", "seed": 3, "reward_coin": 0.7},
    "ppo, generated": SMALL
    | {"level": "generated", "n_levels": 3, "length": 40, "discount": 0.9, "n_passes": 2},
    "ppo, pixels": SMALL | {"observation": "pixels", "epochs": 2},
    "a2c, painted": SMALL | {"algorithm": "a2c", "own_level": "20._3.s12.f3._20g", "epochs": 20},
    "a2c, both": SMALL | {"algorithm": "a2c", "observation": "both", "epochs": 2},
    "dqn": SMALL | {"algorithm": "dqn", "level": "2", "skip": 6, "exploration": 0.2},
}


@pytest.mark.parametrize("name", CONFIGS)
def test_the_script_prints_the_final_metrics(name: str, tmp_path: Path) -> None:
    made = export(CONFIGS[name])
    assert notebook_source(made) == made["script"]
    expected = final(train(from_mapping(Config, CONFIGS[name])))
    expected.pop("value/explained", None)  # the library's own measure of the value, told on the page only
    assert printed(made, tmp_path) == expected


def test_the_game_in_it_is_whole_and_in_order() -> None:
    names = modules(("platformer_gym",))
    assert names[-1] == "platformer_gym"
    assert {"platformer_game", "platformer_physics", "platformer_level"} < set(names)
    assert names.index("platformer_level") < names.index("platformer_stage") < names.index("platformer_game")


def test_an_illegal_config_is_refused() -> None:
    with pytest.raises(SettingError):
        export({"epochs": 0})
    with pytest.raises(SettingError):
        export({"own_level": "nonsense"})
