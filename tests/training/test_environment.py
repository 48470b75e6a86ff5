"""The server's settings: defaults, refusals in one sentence, and the table in the documentation."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest

from training.environment import PROJECT, Environment, SettingsError, read, table, variable_name


def test_an_empty_environment_gives_the_defaults() -> None:
    assert read({}) == Environment()
    assert read({"PLAYGROUND_MAX_RUNS": " "}) == Environment()
    assert Environment().max_runs == os.cpu_count()
    assert Path(Environment().home) == PROJECT / ".playground"


def test_every_default_keeps_to_its_own_limit() -> None:
    for setting in fields(Environment):
        low = setting.metadata["low"]
        assert low is None or setting.default >= low, setting.name
        assert setting.metadata["meaning"], setting.name


def test_values_are_read_with_their_type() -> None:
    given = {"MAX_RUNS": "3", "MAX_SECONDS": "2.5", "HOME": "/srv/lab", "DATABASE": "postgresql://db/lab"}
    limits = read({f"PLAYGROUND_{name}": value for name, value in given.items()})
    assert (limits.max_runs, limits.max_seconds) == (3, 2.5)
    assert limits.runs_folder == Path("/srv/lab/runs")
    assert limits.datasets_folder == Path("/srv/lab/datasets")
    assert limits.database_url == "postgresql://db/lab"
    assert read({}).database_url.startswith("sqlite:///")


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("PLAYGROUND_MAX_RUNS", "many", "PLAYGROUND_MAX_RUNS is 'many'; it must be"),
        ("PLAYGROUND_MAX_RUNS", "2.5", "PLAYGROUND_MAX_RUNS is '2.5'; it must be"),
        ("PLAYGROUND_MAX_RUNS", "0", "PLAYGROUND_MAX_RUNS is 0; it must be at least 1."),
        ("PLAYGROUND_MAX_MEMORY_MB", "63", "PLAYGROUND_MAX_MEMORY_MB is 63; it must be at least 64."),
        ("PLAYGROUND_MAX_SECONDS", "nan", "PLAYGROUND_MAX_SECONDS is nan; it must be at least 1."),
        ("PLAYGROUND_KEEP_DAYS", "-1", "PLAYGROUND_KEEP_DAYS is -1; it must be at least 0."),
    ],
)
def test_a_bad_value_gets_one_sentence(name: str, value: str, sentence: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read({name: value})
    message = str(caught.value)
    assert message.startswith(sentence)
    assert message.endswith(".")
    assert "\n" not in message


def test_the_table_has_a_row_for_each_setting() -> None:
    rows = table().splitlines()[2:]
    assert len(rows) == len(fields(Environment))
    for row, setting in zip(rows, fields(Environment), strict=True):
        assert row.startswith(f"| `{variable_name(setting.name)}` | ")
        assert row.endswith(f" | {setting.metadata['meaning']} |")
        assert str(PROJECT) not in row


def test_the_documentation_shows_that_table() -> None:
    page = PROJECT / "docs" / "settings.md"
    if not page.exists():
        pytest.skip("there is no docs/settings.md")
    assert table() in page.read_text()


def test_the_module_prints_the_table() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "training.environment"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == table() + "\n"
