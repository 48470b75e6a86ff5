"""The contract of every concept in the catalog. A new concept is covered by being listed."""

from __future__ import annotations

import contextlib
import dataclasses
import importlib
import io
import itertools
import json
import runpy
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from components.catalog import CONCEPTS, EVERY, Concept, chapters, concept
from models.cli import Model
from models.settings import Preset, from_mapping, settings_of, to_mapping, validated
from models.step import Step
from tests.short_runs import shortest
from training.arrays import jsonable

ROOT = Path(__file__).resolve().parents[1]
STEMS = [item.stem for item in CONCEPTS]
PRESETS = [(stem, name) for stem in STEMS for name in importlib.import_module(f"models.{stem}").PRESETS]
A_FEW = 5


def module_of(stem: str) -> Any:
    return importlib.import_module(f"models.{stem}")


def check_steps(steps: list[Step]) -> None:
    """What the worker and the live view rely on."""
    assert steps[0].step == 0
    assert [step.step for step in steps] == list(range(len(steps)))
    epochs = [step.epoch for step in steps]
    assert epochs == sorted(epochs)
    assert any(name.startswith("loss/") for step in steps for name in step.metrics)
    json.dumps(jsonable(dict(steps[0].facts or {})), allow_nan=False)
    for name, array in steps[-1].observe().items():
        assert isinstance(array, np.ndarray), name
    for step in steps:
        for name, value in step.metrics.items():
            assert "/" in name
            assert isinstance(value, float), name


def a_few_steps(module: Any, config: object) -> list[Step]:
    training = module.train(config)
    steps = list(itertools.islice(training, A_FEW))
    training.close()
    return steps


def test_stems_and_titles_are_used_once() -> None:
    assert STEMS
    assert len(set(STEMS)) == len(STEMS)
    assert len({item.title for item in CONCEPTS}) == len(CONCEPTS)
    assert [item for concepts in chapters().values() for item in concepts] != []
    assert sum(len(concepts) for concepts in chapters().values()) == len(CONCEPTS)


def test_every_lesson_is_in_the_catalog() -> None:
    assert {path.stem for path in (ROOT / "pages").glob("*.py")} == {
        *(item.stem for item in EVERY),
        "home",
        "runs",
    }


@pytest.mark.parametrize("item", CONCEPTS, ids=STEMS)
def test_a_concept_has_all_its_parts(item: Concept) -> None:
    assert (ROOT / "pages" / f"{item.stem}.py").exists()
    assert (ROOT / "models" / f"{item.stem}.py").exists()
    assert item.title and item.chapter
    assert item.claim.endswith(".") and len(item.claim) > 20
    assert item.icon.startswith(":material/")
    assert item.sources
    assert all(any(char.isdigit() for char in source) for source in item.sources)  # a year
    assert concept(item.stem) is item
    assert (module_of(item.stem).__doc__ or "").strip()


@pytest.mark.parametrize("item", CONCEPTS, ids=STEMS)
def test_a_page_reads_as_a_lesson(item: Concept) -> None:
    source = (ROOT / "pages" / f"{item.stem}.py").read_text()
    assert source.startswith('"""')
    assert len(source.splitlines()) <= 150
    for part in (
        f'opening("{item.stem}")',
        "predict(",
        "experiment(",
        "preset_links(",
        f'sources("{item.stem}")',
    ):
        assert part in source, part


@pytest.mark.parametrize("stem", STEMS)
def test_settings_are_legal_and_come_back_from_json(stem: str) -> None:
    module = module_of(stem)
    config = module.Config()
    assert dataclasses.fields(module.Config)
    assert module.Config.__dataclass_params__.frozen
    assert len(settings_of(module.Config)) == len(dataclasses.fields(module.Config))
    assert validated(config) == config
    assert from_mapping(module.Config, json.loads(json.dumps(to_mapping(config)))) == config
    assert any(setting.declaration.live for setting in settings_of(module.Config))
    assert any(setting.name == "seed" for setting in settings_of(module.Config))


@pytest.mark.parametrize("stem", STEMS)
def test_the_defaults_train(stem: str) -> None:
    module = module_of(stem)
    check_steps(a_few_steps(module, module.Config()))


@pytest.mark.parametrize("stem", STEMS)
def test_the_same_config_gives_the_same_numbers(stem: str) -> None:
    module = module_of(stem)
    runs = [[dict(step.metrics) for step in a_few_steps(module, module.Config())] for _ in range(2)]
    assert runs[0] == runs[1]


@pytest.mark.parametrize("stem", STEMS)
def test_live_settings_may_be_sent_before_and_between_steps(stem: str) -> None:
    module = module_of(stem)
    training = module.train(module.Config())
    assert next(training).step == 0
    assert training.send(module.Config()).step == 0
    assert next(training).step == 1
    assert training.send(module.Config()).step == 1
    assert next(training).step == 2
    training.close()


@pytest.mark.parametrize("stem", STEMS)
def test_there_are_presets_to_try(stem: str) -> None:
    presets: Mapping[str, Preset] = module_of(stem).PRESETS
    assert 3 <= len(presets) <= 12
    assert len({preset.title for preset in presets.values()}) == len(presets)
    for preset in presets.values():
        assert preset.look_for.endswith(".")


@pytest.mark.parametrize(("stem", "name"), PRESETS)
def test_a_preset_differs_from_the_defaults_and_runs(stem: str, name: str) -> None:
    module = module_of(stem)
    overrides = module.PRESETS[name].config
    config = from_mapping(module.Config, overrides)
    for setting, value in overrides.items():
        assert getattr(config, setting) == value
    assert config != module.Config()
    assert module.estimate_seconds(config) > 0
    check_steps(a_few_steps(module, config))


@pytest.mark.parametrize("stem", STEMS)
def test_the_estimate_is_a_time(stem: str) -> None:
    module = module_of(stem)
    assert 0 < module.estimate_seconds(module.Config()) < 600


def in_terminal(stem: str, *flags: str) -> str:
    """What `python -m models.<stem> <flags>` prints, run here: another process would load torch first."""
    printed = io.StringIO()
    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(printed):
        patch.setattr(sys, "argv", [f"models.{stem}", *flags])
        with pytest.raises(SystemExit) as ended:
            runpy.run_path(str(ROOT / "models" / f"{stem}.py"), run_name="__main__")
    assert ended.value.code == 0
    return printed.getvalue()


@pytest.mark.parametrize("stem", STEMS)
def test_the_command_line(stem: str) -> None:
    module = module_of(stem)
    assert isinstance(module.MODEL, Model)
    assert (module.MODEL.name, module.MODEL.Config) == (stem, module.Config)
    printed = in_terminal(stem, "--help")
    for setting in settings_of(module.Config):
        assert f"--{setting.name.replace('_', '-')} " in printed.replace("\n", " ")
    for name in module.PRESETS:
        assert f"{name}:" in printed


@pytest.mark.parametrize("stem", STEMS)
def test_the_last_line_of_a_run_in_the_terminal_is_its_result(stem: str) -> None:
    if not any(setting.name == "epochs" for setting in settings_of(module_of(stem).Config)):
        pytest.skip("its runs cannot be made short")
    printed = in_terminal(stem, *shortest(stem))
    result = json.loads(printed.splitlines()[-1])
    assert any(name.startswith("loss/") for name in result)
    assert any(name.startswith("baseline/") for name in result)
