"""Training in a terminal: `python -m models.<stem> --learning-rate 0.1`.

Flags come from the model's Config. Progress and notes go to stderr; the last line of stdout is one JSON object
with the final metrics, so that another program can read the result.
"""

from __future__ import annotations

import argparse
import gc
import json
import math
import sys
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING, Generic, NoReturn, TextIO, TypeVar

from data.dataset import DataError
from models.settings import (
    Declaration,
    Flag,
    Preset,
    Setting,
    SettingError,
    format_value,
    from_mapping,
    legal_values,
    settings_of,
    validated,
)
from models.step import Step

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

C = TypeVar("C", bound="DataclassInstance")

REDRAW_SECONDS = 0.1  # on a terminal one line is rewritten
LINE_SECONDS = 5.0  # in a file or a pipe lines add up, so they come seldom


@dataclass(frozen=True)
class Model(Generic[C]):
    """What the command line needs to know of a model.

    `resolve` may adjust the parsed config: one flag that implies another (`--csv FILE` means dataset=csv).
    """

    name: str
    Config: type[C]
    train: Callable[[C], Generator[Step, C | None, None]]
    presets: Mapping[str, Preset]
    resolve: Callable[[C], C] | None = None


def main(model: Model[C], argv: Sequence[str] | None = None) -> int:
    """The exit status: 0 when trained, 2 after a refusal (one sentence on stderr), 130 after Ctrl-C."""
    try:
        config = read_config(model, sys.argv[1:] if argv is None else argv)
        print(json.dumps(run(model, config, sys.stderr), allow_nan=False))
    except (SettingError, DataError) as error:
        print(" ".join(str(error).split()), file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    return 0


def run(model: Model[C], config: C, progress_to: TextIO) -> dict[str, float | None]:
    """The last value of every metric, "seconds" of training and "baseline/…", after training to the end."""
    summary = Summary()
    progress = Progress(progress_to, float(getattr(config, "epochs", 0)))
    started: float | None = None
    steps = model.train(config)
    gc.disable()  # the first step imports torch: looking for garbage in that would take a fifth of its time
    try:
        for step in steps:
            if started is None:  # the first step is the untrained network: imports and data are behind us
                gc.enable()
                started = progress.started = time.perf_counter()
            for notice in (step.facts or {}).get("notices", ()):  # type: ignore[attr-defined]
                progress.say(str(notice))
            summary.add(step)
            progress.show(step, summary.metrics)
            if step.note:
                progress.say(f"{step.note.title}: {step.note.cause} {step.note.remedy}")
    finally:
        gc.enable()
        steps.close()
        progress.finish()
    return summary.result(time.perf_counter() - started if started else 0.0)


@dataclass
class Summary:
    """The last value of each metric, and the baselines that the run reported."""

    metrics: dict[str, float] = field(default_factory=dict)
    baselines: dict[str, float] = field(default_factory=dict)

    def add(self, step: Step) -> None:
        self.metrics.update(step.metrics)
        found = (step.facts or {}).get("baselines")
        for name, scores in found.items() if isinstance(found, Mapping) else ():
            for metric, value in scores.items():
                if metric != "seconds":
                    self.baselines[f"baseline/{name.replace(' ', '_')}"] = value
                    break

    def result(self, seconds: float) -> dict[str, float | None]:
        """Everything by name; JSON knows neither nan nor infinity, so those become None."""
        numbers = {**self.metrics, "seconds": round(seconds, 3), **self.baselines}
        return {name: float(x) if math.isfinite(x) else None for name, x in numbers.items()}


class Progress:
    """One line that says how far the training is: rewritten on a terminal, repeated seldom elsewhere."""

    def __init__(self, stream: TextIO, epochs: float) -> None:
        """epochs: how many the run will take; 0 when unknown, and then no time left is shown."""
        self.stream = stream
        self.epochs = epochs
        self.tty = stream.isatty()
        self.started = self.drawn = time.perf_counter()
        self.line = ""
        self.told_last = False  # a run may have something to do after its epochs

    def show(self, step: Step, metrics: Mapping[str, float]) -> None:
        now = time.perf_counter()
        seconds = max(now - self.started, 1e-9)
        if now - self.drawn < (REDRAW_SECONDS if self.tty else LINE_SECONDS) and (
            self.told_last or not self._last(step)
        ):
            return
        self.drawn, self.told_last = now, self._last(step)
        self.line = self._line(step, metrics, seconds)
        self.stream.write(f"\r{self.line}\x1b[K" if self.tty else f"{self.line}\n")
        self.stream.flush()

    def say(self, sentence: str) -> None:
        """Prints the sentence on a line of its own, above the progress line."""
        self.stream.write(f"\r{sentence}\x1b[K\n{self.line}" if self.tty else f"{sentence}\n")
        self.stream.flush()

    def finish(self) -> None:
        if self.tty and self.line:
            self.stream.write("\n")
            self.stream.flush()

    def _last(self, step: Step) -> bool:
        return 0 < self.epochs <= step.epoch

    def _line(self, step: Step, metrics: Mapping[str, float], seconds: float) -> str:
        of = f"/{self.epochs:g}" if 0 < self.epochs and step.epoch <= self.epochs else ""
        parts = [f"epoch {step.epoch:.1f}{of}"]
        loss = next((name for name in metrics if name.startswith("loss/")), None)
        if loss:
            parts.append(f"{loss} {metrics[loss]:.4g}")
        parts.append(f"{step.step / seconds:.0f} steps/s")
        if of and step.epoch > 0:
            left = max(seconds * (self.epochs / step.epoch - 1), 0)
            parts.append(f"{left:.0f} s left")
        return "  ".join(parts)


class _Parser(argparse.ArgumentParser):
    """Says in one sentence what is wrong, where argparse would print its usage and exit."""

    def error(self, message: str) -> NoReturn:
        raise SettingError(message.removeprefix("argument ").rstrip(".") + ".")


def read_config(model: Model[C], argv: Sequence[str]) -> C:
    """The config that the flags describe: defaults, then the preset, then the flags; raises SettingError."""
    parser = _parser(model)
    flags, unknown = parser.parse_known_args(argv)
    if unknown:
        known = [option for action in parser._actions for option in action.option_strings]
        near = get_close_matches(unknown[0].split("=")[0], known, n=1)
        hint = f"did you mean {near[0]}?" if near else "--help lists the flags."
        raise SettingError(f"{unknown[0][:60]} is not a flag of {model.name}; {hint}")
    given = {name: value for name, value in vars(flags).items() if name != "preset"}
    config = from_mapping(model.Config, {**_preset(model, flags), **given})
    return validated(model.resolve(config)) if model.resolve else config


def _preset(model: Model[C], flags: argparse.Namespace) -> Mapping[str, object]:
    name: str | None = getattr(flags, "preset", None)
    if name is None:
        return {}
    if name not in model.presets:
        raise SettingError(
            f"{name[:60]} is not a preset of {model.name}; it may be {_listed(model.presets)}."
        )
    return model.presets[name].config


def _listed(names: Mapping[str, object]) -> str:
    return ", ".join(names) or "none, since there are no presets"


def _parser(model: Model[C]) -> argparse.ArgumentParser:
    parser = _Parser(
        prog=f"python -m models.{model.name}",
        description=f"Train {model.name}; the last line of the output is a JSON object with its metrics.",
        allow_abbrev=False,
        argument_default=argparse.SUPPRESS,  # absent flags stay absent, so that a preset can fill them
    )
    if model.presets:
        titles = "; ".join(f"{name}: {preset.title}" for name, preset in model.presets.items())
        parser.add_argument(
            "--preset", metavar="NAME", help=f"settings to start from. {titles}".replace("%", "%%")
        )
    groups: dict[str, argparse._ArgumentGroup] = {}
    for setting in settings_of(model.Config):
        title = setting.declaration.group or "settings"
        if title not in groups:
            groups[title] = parser.add_argument_group(title)
        _add_flag(groups[title], setting)
    return parser


def _add_flag(group: argparse._ArgumentGroup, setting: Setting) -> None:
    declaration: Declaration = setting.declaration
    default = format_value(setting, setting.default) or "empty"
    legal = legal_values(declaration)
    text = f"{setting.label}: {declaration.help} ({legal[0].upper()}{legal[1:]}; default {default}.)".replace(
        "%", "%%"
    )
    option = f"--{setting.name.replace('_', '-')}"
    if isinstance(declaration, Flag):
        group.add_argument(option, dest=setting.name, action=argparse.BooleanOptionalAction, help=text)
    else:
        group.add_argument(option, dest=setting.name, metavar=setting.kind.__name__.upper(), help=text)
