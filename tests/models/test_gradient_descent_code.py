"""The lesson's runs as plain PyTorch: each script, in a process that knows nothing of this project, prints the same metrics."""

from __future__ import annotations

import ast
import functools
import math
from typing import Any

import pytest

from models import schedules
from models.gradient_descent import Config, train
from models.gradient_descent_code import FUNCTIONS, OPTIMIZERS, SCHEDULE_CODE, export
from models.gradient_descent_settings import OPTIMIZERS as RULES
from models.settings import SettingError, from_mapping
from tests.models.exported_script import final, notebook_source, printed_in_turn

CONFIGS: dict[str, dict[str, Any]] = {
    "line": {"epochs": 3},
    "line, one example, cosine": {"batch_size": 1, "schedule": "cosine", "epochs": 2, "seed": 4},
    "line, full batch, one-cycle": {"batch_size": 1000, "n_points": 50, "schedule": "one_cycle", "epochs": 5},
    "line, some run away": {"learning_rate": 0.3},
    "line, all run away": {"learning_rate": 10.0, "noise": 0.0},
    "network": {"task": "network", "epochs": 8},
    "network, warm-up, ReLU": {
        "task": "network",
        "dataset": "spiral",
        "schedule": "warmup",
        "hidden": [6],
        "activation": "relu",
        "batch_size": 64,
        "optimizer": "adamw",
        "compared": ["sgd"],
        "epochs": 6,
    },
    "network, numbers, step, sigmoid": {
        "task": "network",
        "dataset": "multi_gauss",
        "schedule": "step",
        "activation": "sigmoid",
        "compared": [],
        "epochs": 6,
    },
    "network, some are lost": {
        "task": "network",
        "dataset": "plane",
        "activation": "relu",
        "learning_rate": 3.0,
        "epochs": 6,
    },
    "network, all are lost": {
        "task": "network",
        "dataset": "plane",
        "activation": "relu",
        "learning_rate": 3.0,
        "optimizer": "sgd",
        "compared": [],
        "epochs": 6,
    },
    "range test": {"task": "range_test"},
    "range test, short": {"task": "range_test", "dataset": "multi_gauss", "epochs": 1, "optimizer": "adam"},
    "range test, no hidden layer": {
        "task": "range_test",
        "dataset": "gauss",
        "hidden": [],
        "compared": ["sgd"],
    },
}
NOT_SHOWN = ("surface/",)  # pictures are not part of the script


def final_metrics(config: dict[str, Any]) -> dict[str, float]:
    metrics = final(train(from_mapping(Config, config)))
    return {name: value for name, value in metrics.items() if not name.startswith(NOT_SHOWN)}


@functools.cache
def source(name: str) -> str:
    return export(CONFIGS[name])["script"]


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, float]]:
    """What every script prints, and the cells of a notebook in a row."""
    scripts = {name: source(name) for name in CONFIGS}
    scripts["notebook"] = notebook_source(export(CONFIGS["network"]))
    made = [{"script": script} for script in scripts.values()]
    return dict(zip(scripts, printed_in_turn(made, tmp_path_factory.mktemp("scripts")), strict=True))


def check(found: dict[str, float], config: dict[str, Any]) -> None:
    expected = final_metrics(config)
    assert set(found) == set(expected)
    assert found == pytest.approx(expected, rel=1e-6, abs=1e-12, nan_ok=True)


@pytest.mark.parametrize("name", CONFIGS)
def test_the_script_prints_the_runs_final_metrics(name: str, printed: dict[str, dict[str, float]]) -> None:
    check(printed[name], CONFIGS[name])
    assert "models." not in source(name) and "from data" not in source(name)


def test_these_configs_do_run_away(printed: dict[str, dict[str, float]]) -> None:
    assert math.isnan(printed["line, some run away"]["loss/batch_1"])
    assert math.isfinite(printed["line, some run away"]["loss/batch_10"])
    assert math.isnan(printed["line, all run away"]["loss/train"])
    assert math.isnan(printed["network, some are lost"]["loss/sgd"])
    assert math.isfinite(printed["network, some are lost"]["loss/adam"])
    assert math.isnan(printed["network, all are lost"]["loss/test"])


def test_the_notebook_holds_the_same_run(printed: dict[str, dict[str, float]]) -> None:
    check(printed["notebook"], CONFIGS["network"])


def test_every_choice_has_its_line() -> None:
    assert set(SCHEDULE_CODE) == set(schedules.SCHEDULES)
    assert set(OPTIMIZERS) == set(RULES)
    assert set(FUNCTIONS) == {"tanh", "relu", "sigmoid"}


@pytest.mark.parametrize("schedule", SCHEDULE_CODE)
@pytest.mark.parametrize("n_steps", [1, 3, 40])
def test_schedules_in_the_script_are_the_pages(schedule: str, n_steps: int) -> None:
    scope: dict[str, Any] = {"math": math}
    exec(f"def share(step, n_steps):\n    {SCHEDULE_CODE[schedule]}", scope)
    for step in range(n_steps + 1):
        assert 0.3 * scope["share"](step, n_steps) == schedules.rate(schedule, step, n_steps, 0.3)


@pytest.mark.parametrize("name", ["line", "network", "range test"])
def test_the_source_is_tidy(name: str) -> None:
    ast.parse(source(name))
    packed = [text for text in source(name).splitlines() if text.startswith('     "')]
    others = [text for text in source(name).splitlines() if text not in packed]
    assert max(map(len, others)) <= 120
    assert "\n\n\n\n" not in source(name)


def test_an_illegal_config_is_refused_with_a_sentence() -> None:
    with pytest.raises(SettingError) as caught:
        export({"task": "nowhere"})
    assert str(caught.value).endswith(".")
