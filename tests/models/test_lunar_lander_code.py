"""The exported script, run by itself, prints the numbers of the run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from models import box2d
from models.lunar_lander import Config, train
from models.lunar_lander_code import export
from models.settings import SettingError, to_mapping
from tests.models.exported_script import cells, final, printed

CASES: list[dict[str, Any]] = [
    {"epochs": 2, "n_games": 4, "wind": True, "gravity": 9.0},
    {"epochs": 2, "n_games": 1, "hidden": (), "discount": 0.9, "gae_lambda": 1.0, "seed": 3},
    {"epochs": 2, "learner": "ppo", "n_games": 3, "learning_rate": 0.001},
]


@pytest.mark.skipif(not box2d.there(), reason="Box2D or pygame is not there")
@pytest.mark.parametrize("config", CASES, ids=lambda case: "-".join(map(str, case)))
def test_the_script_prints_the_runs_final_numbers(config: dict[str, Any], tmp_path: Path) -> None:
    settings = Config(**config)
    made = export(to_mapping(settings))
    told, metrics = printed(made, tmp_path), final(train(settings))
    assert set(told) <= set(metrics) and {"loss/policy", "return/test"} <= set(told)
    assert {name: metrics[name] for name in told} == pytest.approx(told, rel=1e-9)
    assert made["data"] == "" and len(cells(made)) >= 4


def test_a_config_that_is_none_is_refused_in_a_sentence() -> None:
    with pytest.raises(SettingError, match="gravity"):
        export({"gravity": 1e9})
