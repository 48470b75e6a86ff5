"""How a setting may vary: the declarations that annotate the fields of a Config, and the sentences about them."""

from __future__ import annotations

import math
import reprlib
from collections.abc import Callable, Mapping
from dataclasses import KW_ONLY, dataclass, field
from decimal import Decimal
from typing import Any

LONGEST_QUOTE = 40  # characters of a refused value that its sentence repeats


class SettingError(ValueError):
    """A refused setting. The message is one sentence: what was given, what is legal."""


@dataclass(frozen=True, kw_only=True)
class Declaration:
    """How one setting may vary and how it is shown.

    live: can change while the run trains. advanced: a beginner need not see it. widget: drawn by
    `components.controls` (a page may draw it by itself). linked: kept in the page's URL.
    """

    help: str
    label: str = ""
    unit: str = ""
    group: str = ""
    live: bool = False
    advanced: bool = False
    widget: bool = True
    linked: bool = True


@dataclass(frozen=True)
class Range(Declaration):
    """A number from low to high, both included; `log` spreads the control over decades."""

    low: float
    high: float
    _: KW_ONLY
    step: float | None = None
    log: bool = False


@dataclass(frozen=True)
class Choice(Declaration):
    """One of a few words; a mapping gives each word the label that a learner reads."""

    options: tuple[str, ...] | Mapping[str, str]

    @property
    def values(self) -> tuple[str, ...]:
        return tuple(self.options)

    def label_of(self, value: str) -> str:
        return self.options[value] if isinstance(self.options, Mapping) else value


@dataclass(frozen=True)
class Sizes(Declaration):
    """Whole numbers in a row, such as units in each hidden layer; as text "4-2", or "" for none."""

    low: int
    high: int
    _: KW_ONLY
    max_length: int = 8


@dataclass(frozen=True)
class Several(Declaration):
    """Any number of a few words: with `ordered` in any order and repeated ("tanh-relu-tanh"), else as a set."""

    options: Mapping[str, str]  # value → label
    _: KW_ONLY
    ordered: bool = False
    max_length: int = 8

    @property
    def values(self) -> tuple[str, ...]:
        return tuple(self.options)


@dataclass(frozen=True)
class Flag(Declaration):
    """On or off."""


@dataclass(frozen=True)
class Text(Declaration):
    """A line of text of at most `max_length` characters.

    check: raises ValueError, one whole sentence, for a line that does not mean anything.
    """

    max_length: int = 200
    check: Callable[[str], object] | None = None


@dataclass(frozen=True)
class Names(Declaration):
    """A list of names (columns of a table); as text one CSV row: `age, "height, cm"`, or "" for none."""

    max_length: int = 200  # characters in one name
    max_count: int = 200


@dataclass(frozen=True, eq=False)  # compared by identity, hence hashable: there is one for each field
class Setting:
    """A field of a Config with its declaration, default and type (int, float, str, bool or tuple)."""

    name: str
    declaration: Declaration
    default: Any
    kind: type

    @property
    def label(self) -> str:
        return self.declaration.label or self.name.replace("_", " ")


@dataclass(frozen=True)
class Goal:
    """When a preset counts as done: a run with these settings whose final `metric` lies in [low, high]."""

    metric: str
    low: float = -math.inf
    high: float = math.inf
    config: Mapping[str, object] = field(default_factory=dict)

    def reached(self, config: Mapping[str, object], metrics: Mapping[str, float]) -> bool:
        """Whether a run with this config (as JSON) that ended with these metrics is one."""
        same = all(_jsonable(value) == config.get(name) for name, value in self.config.items())
        value = metrics.get(self.metric)
        return same and value is not None and self.low <= value <= self.high


def _jsonable(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


@dataclass(frozen=True)
class Preset:
    """A configuration worth trying: `config` holds the settings that differ from the defaults.

    goal: how to tell by itself that the learner has done it, where a number can tell.
    """

    title: str
    look_for: str
    config: Mapping[str, object]
    goal: Goal | None = None


def legal_values(declaration: Declaration) -> str:
    """What is legal, to finish the sentence "it may be …"."""
    unit = f" {declaration.unit}" if declaration.unit else ""
    match declaration:
        case Range(low=low, high=high):
            return f"from {number_text(low)} to {number_text(high)}{unit}"
        case Choice(values=values):
            return ", ".join(values[:-1]) + (" or " if len(values) > 1 else "") + values[-1]
        case Sizes(low=low, high=high, max_length=count):
            return f"up to {count} whole numbers from {low} to {high} joined by dashes, like {high // 2 or 1}-{low}"
        case Several(values=values, max_length=count):
            return f"up to {count} of {', '.join(values)}, joined by dashes"
        case Flag():
            return "on or off"
        case Text(max_length=max_length):
            return f"one line of at most {max_length} characters"
        case Names(max_length=max_length, max_count=count):
            return f"at most {count} different names of up to {max_length} characters, separated by commas"
    raise TypeError(f"{type(declaration).__name__} is not a kind of declaration.")


def refusal(setting: Setting, raw: object) -> SettingError:
    """The error to raise for a value that the setting does not take."""
    declaration = setting.declaration
    whole = "a whole number " if isinstance(declaration, Range) and setting.kind is int else ""
    if isinstance(declaration, Range) and setting.kind is float and not isinstance(raw, int | float):
        whole = "a number "
    return SettingError(f"{setting.label} is {shortened(raw)}; it may be {whole}{legal_values(declaration)}.")


def shortened(raw: object) -> str:
    """A refused value as one short printable line; it may hold anything at all."""
    if raw is None:
        text = "nothing"
    elif isinstance(raw, bool):
        text = "true" if raw else "false"
    elif isinstance(raw, str):
        text = raw or "empty"
    elif isinstance(raw, int) and raw.bit_length() > 128:
        text = "a number of more than 38 digits"  # Python refuses to print one of thousands
    elif isinstance(raw, int | float):
        text = number_text(raw)
    else:
        text = reprlib.repr(raw)
    text = "".join(char if char.isprintable() else "?" for char in text[: LONGEST_QUOTE + 1])
    return text if len(text) <= LONGEST_QUOTE else text[: LONGEST_QUOTE - 1] + "…"


def number_text(number: float) -> str:
    """The number in full, without an exponent when it is of everyday size: 0.00001, 10, 0.5."""
    if not 1e-9 <= abs(number) < 1e15 or isinstance(number, int):
        return repr(number) if number else "0"
    text = format(Decimal(repr(number)), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
