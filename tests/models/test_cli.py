"""The command line: flags from the Config, one sentence for a refusal, one JSON line for a result."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Generator
from dataclasses import dataclass, replace
from typing import Annotated

import pytest

from data.dataset import DataError
from models.cli import Model, Progress, main
from models.settings import Choice, Flag, Preset, Range, Sizes, Text, settings_of
from models.step import Note, Step


@dataclass(frozen=True)
class Config:
    dataset: Annotated[str, Choice(("toy", "csv"), help="Where the rows come from.", group="data")] = "toy"
    csv: Annotated[str, Text(help="A file.", group="data")] = ""
    header: Annotated[bool, Flag(help="The first row holds names.", group="data")] = True
    learning_rate: Annotated[float, Range(0.00001, 10, log=True, unit="per step", help="100 % speed.")] = 0.5
    hidden: Annotated[tuple[int, ...], Sizes(1, 9, max_length=3, help="Units.")] = (4, 2)
    epochs: Annotated[int, Range(1, 100, help="Passes.")] = 2


def train(config: Config) -> Generator[Step, Config | None, None]:
    if config.dataset == "csv":
        raise DataError(f"{config.csv} has no rows;\nchoose another file.")
    scores = {"seconds": 0.5, "accuracy/test": 0.97, "loss/test": 0.1}
    yield Step(
        0, 0, {"loss/train": 1.0, "accuracy/test": 0.5}, facts={"baselines": {"logistic regression": scores}}
    )
    for epoch in range(1, config.epochs + 1):
        yield Step(epoch, epoch, {"loss/train": config.learning_rate / epoch})
    if config.learning_rate == 10:
        note = Note("diverged", "The loss left the numbers", "The steps are too long.", "Take shorter ones.")
        yield Step(99, config.epochs, {"loss/train": float("nan"), "loss/test": float("inf")}, note=note)
    if config.epochs == 99:
        raise KeyboardInterrupt
    if config.epochs == 98:
        raise ValueError("a bug, not a refusal")


def resolve(config: Config) -> Config:
    return replace(config, dataset="csv") if config.csv else config


PRESETS = {"slow": Preset("A slow start", "The loss hardly falls.", {"learning_rate": 0.001, "epochs": 4})}
TOY = Model("toy", Config, train, PRESETS, resolve)


def test_the_last_line_is_the_result(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(TOY, ["--learning-rate", "0.4"]) == 0
    captured = capsys.readouterr()
    assert captured.out.count("\n") == 1
    result = json.loads(captured.out)
    assert result.pop("seconds") >= 0
    assert result == {"loss/train": 0.2, "accuracy/test": 0.5, "baseline/logistic_regression": 0.97}
    assert "epoch 2.0/2  loss/train 0.2" in captured.err


def test_numbers_that_json_does_not_know_become_null(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(TOY, ["--learning-rate=10"]) == 0
    captured = capsys.readouterr()
    result = json.loads(captured.out)
    assert result["loss/train"] is None
    assert result["loss/test"] is None
    assert "The loss left the numbers: The steps are too long. Take shorter ones.\n" in captured.err


def test_a_preset_yields_to_flags(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(TOY, ["--preset", "slow", "--epochs", "1"]) == 0
    assert json.loads(capsys.readouterr().out)["loss/train"] == 0.001


@pytest.mark.parametrize(
    ("flags", "sentence"),
    [
        (["--learning-rate", "20"], "learning rate is 20; it may be from 0.00001 to 10 per step."),
        (["--learning-rate", "-5"], "learning rate is -5; it may be from 0.00001 to 10 per step."),
        (["--learning-rate", "nan"], "learning rate is nan; it may be a number from 0.00001 to 10 per step."),
        (["--epochs", "2.5"], "epochs is 2.5; it may be a whole number from 1 to 100."),
        (["--dataset", "x"], "dataset is x; it may be toy or csv."),
        (["--learning-rte", "1"], "--learning-rte is not a flag of toy; did you mean --learning-rate?"),
        (["--learning", "1"], "--learning is not a flag of toy; did you mean --learning-rate?"),
        (["--zzzz"], "--zzzz is not a flag of toy; --help lists the flags."),
        (["stray"], "stray is not a flag of toy; --help lists the flags."),
        (["--preset", "fast"], "fast is not a preset of toy; it may be slow."),
        (["--epochs"], "--epochs: expected one argument."),
        (["--header=yes"], "--header/--no-header: ignored explicit argument 'yes'."),
        (["--csv", "a.csv"], "a.csv has no rows; choose another file."),
    ],
)
def test_a_refusal_is_one_sentence(
    flags: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(TOY, flags) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err == sentence + "\n"


def test_ctrl_c_is_quiet(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(TOY, ["--epochs", "99"]) == 130
    assert "Traceback" not in capsys.readouterr().err


def test_a_bug_is_not_taken_for_a_refusal() -> None:
    with pytest.raises(ValueError, match="a bug"):
        main(TOY, ["--epochs", "98"])


def test_help_lists_every_setting(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(TOY, ["--help"])
    assert caught.value.code == 0
    text = " ".join(capsys.readouterr().out.split())
    for setting in settings_of(Config):
        assert f"--{setting.name.replace('_', '-')}" in text
        assert setting.declaration.help in text
    assert "--no-header" in text
    assert "learning rate: 100 % speed. (From 0.00001 to 10 per step; default 0.5.)" in text
    assert "slow: A slow start" in text


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_gets_one_line_rewritten() -> None:
    stream = Terminal()
    progress = Progress(stream, epochs=2)
    progress.show(Step(4, 2, {}), {"loss/train": 0.25})
    progress.say("A note.")
    progress.finish()
    assert stream.getvalue().startswith("\repoch 2.0/2  loss/train 0.25")
    assert "\rA note.\x1b[K\n" in stream.getvalue()
    assert stream.getvalue().endswith("0 s left\n")


def test_a_log_gets_few_lines() -> None:
    stream = io.StringIO()
    progress = Progress(stream, epochs=10)
    for step in range(1000):
        progress.show(Step(step, step / 100, {}), {"loss/train": 0.25})
    assert stream.getvalue().count("\n") == 0


def test_the_command_line_needs_no_torch() -> None:
    code = "import sys, models.cli; raise SystemExit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
