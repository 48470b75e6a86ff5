"""A setting is declared once, beside the field of a frozen `Config` dataclass that holds it:

    learning_rate: Annotated[float, Range(0.00001, 10, log=True, help="Size of one step downhill.")] = 0.03

From that line come the widget and its bounds, the URL parameter, the command-line flag, the validation with a
clear sentence, and the contract test. This module imports neither torch nor Streamlit.
"""

from __future__ import annotations

import csv
import dataclasses
import functools
import io
import math
import re
import typing
from collections.abc import Collection, Mapping
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, TypeVar

from models.declarations import (
    Choice,
    Declaration,
    Flag,
    Goal,
    Names,
    Preset,
    Range,
    Setting,
    SettingError,
    Several,
    Sizes,
    Text,
    legal_values,
    number_text,
    refusal,
    shortened,
)

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

__all__ = [
    "Choice",
    "Declaration",
    "Flag",
    "Goal",
    "Names",
    "Preset",
    "Range",
    "Setting",
    "SettingError",
    "Several",
    "Sizes",
    "Text",
    "format_value",
    "from_mapping",
    "legal_values",
    "live_names",
    "number_text",
    "parse_value",
    "settings_of",
    "shortened",
    "to_mapping",
    "validated",
]

C = TypeVar("C", bound="DataclassInstance")

LONGEST_NUMBER = 40  # characters; a longer one is refused unread
TRUE_WORDS = ("true", "yes", "on", "1")
FALSE_WORDS = ("false", "no", "off", "0")


_KINDS: dict[type[Declaration], tuple[object, ...]] = {
    Range: (int, float),
    Choice: (str,),
    Sizes: (tuple[int, ...],),
    Flag: (bool,),
    Text: (str,),
    Names: (tuple[str, ...],),
    Several: (tuple[str, ...],),
}


@functools.cache
def settings_of(config_type: type[DataclassInstance]) -> tuple[Setting, ...]:
    """The settings of a Config class in the order of its fields.

    Raises TypeError, for the author of the class, when a field is not declared exactly once, lacks a default or a
    help sentence, has a type its declaration cannot hold, or a default outside its own range.
    """
    hints = typing.get_type_hints(config_type, include_extras=True)
    return tuple(_setting(config_type, field, hints[field.name]) for field in dataclasses.fields(config_type))


def _setting(config_type: type, field: dataclasses.Field[Any], hint: object) -> Setting:
    where = f"{config_type.__name__}.{field.name}"
    declared = [item for item in getattr(hint, "__metadata__", ()) if isinstance(item, Declaration)]
    if len(declared) != 1:
        raise TypeError(
            f"{where} needs exactly one declaration, such as Annotated[float, Range(0, 1, help=…)]."
        )
    declaration, inner = declared[0], typing.get_args(hint)[0]
    if inner not in _KINDS[type(declaration)]:
        raise TypeError(f"{where}: a {type(declaration).__name__} cannot describe a {inner}.")
    if not declaration.help.strip():
        raise TypeError(f"{where} needs a help sentence.")
    if field.default is not dataclasses.MISSING:
        default = field.default
    elif field.default_factory is not dataclasses.MISSING:
        default = field.default_factory()
    else:
        raise TypeError(f"{where} needs a default.")
    _check_bounds(where, declaration)
    setting = Setting(field.name, declaration, default, typing.get_origin(inner) or inner)
    try:
        return dataclasses.replace(setting, default=parse_value(setting, default))
    except SettingError as error:
        raise TypeError(f"{where}: its own default is refused: {error}") from error


def _check_bounds(where: str, declaration: Declaration) -> None:
    if isinstance(declaration, Range):
        low, high = declaration.low, declaration.high
        if not (math.isfinite(low) and math.isfinite(high) and low < high):
            raise TypeError(f"{where}: the range needs two finite numbers, low below high.")
        if declaration.log and low <= 0:
            raise TypeError(f"{where}: a log range must begin above 0.")
    if isinstance(declaration, Sizes) and not 1 <= declaration.low <= declaration.high:
        raise TypeError(f"{where}: sizes need 1 <= low <= high.")
    if isinstance(declaration, Choice) and not declaration.values:
        raise TypeError(f"{where}: a choice needs at least one option.")


def parse_value(setting: Setting, raw: object) -> Any:
    """The setting's value read from text, JSON or Python; raises SettingError when it is not legal."""
    match setting.declaration:
        case Range(low=low, high=high):
            number = _number(setting, raw)
            if not low <= number <= high:
                raise refusal(setting, number)
            return number
        case Choice() as choice:
            if isinstance(raw, str) and raw in choice.values:
                return raw
        case Sizes() as sizes:
            return _sizes(setting, sizes, raw)
        case Several() as several:
            return _several(setting, several, raw)
        case Flag():
            if isinstance(raw, bool):
                return raw
            if isinstance(raw, str) and raw.lower() in TRUE_WORDS + FALSE_WORDS:
                return raw.lower() in TRUE_WORDS
        case Text(max_length=max_length) as text:
            if isinstance(raw, str) and len(raw) <= max_length and _one_line(raw):
                return _checked(text, raw)
        case Names() as names:
            return _names(setting, names, raw)
    raise refusal(setting, raw)


def _checked(text: Text, line: str) -> str:
    try:
        if text.check is not None:
            text.check(line)
    except ValueError as error:
        raise SettingError(str(error)) from error
    return line


def _number(setting: Setting, raw: object) -> int | float:
    if isinstance(raw, str):
        if len(raw) > LONGEST_NUMBER or not re.fullmatch(r"\s*[-+.\deE]+\s*", raw, re.ASCII):
            raise refusal(setting, raw)
        try:
            raw = int(raw) if setting.kind is int else float(raw)
        except ValueError:
            raw = _float(setting, raw)  # "1e3" is a whole number too
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        raise refusal(setting, raw)
    if setting.kind is float:
        return _float(setting, raw)
    if isinstance(raw, float) and not raw.is_integer():  # False for inf and nan
        raise refusal(setting, raw)
    return int(raw)


def _float(setting: Setting, raw: str | float) -> float:
    try:
        number = float(raw)
    except (ValueError, OverflowError):
        raise refusal(setting, raw) from None
    if not math.isfinite(number):
        raise refusal(setting, raw)
    return number


def _sizes(setting: Setting, sizes: Sizes, raw: object) -> tuple[int, ...]:
    if isinstance(raw, str):
        text = raw.strip()
        if len(text) > 12 * sizes.max_length or not re.fullmatch(r"(\d+(\s*[-,]\s*\d+)*)?", text, re.ASCII):
            raise refusal(setting, raw)
        parts: list[object] = [] if text in ("", "0") else [int(part) for part in re.split(r"[-,]", text)]
    elif isinstance(raw, list | tuple):
        parts = list(raw)
    else:
        raise refusal(setting, raw)
    whole = [
        p for p in parts if isinstance(p, int) and not isinstance(p, bool) and sizes.low <= p <= sizes.high
    ]
    if len(whole) != len(parts) or len(parts) > sizes.max_length:
        raise refusal(setting, raw)
    return tuple(whole)


def _names(setting: Setting, names: Names, raw: object) -> tuple[str, ...]:
    if isinstance(raw, str):
        if not _one_line(raw) or len(raw) > names.max_count * (names.max_length + 4):
            raise refusal(setting, raw)
        raw = [part.strip() for row in csv.reader([raw], skipinitialspace=True) for part in row]
        raw = [part for part in raw if part]
    if not isinstance(raw, list | tuple) or len(raw) > names.max_count:
        raise refusal(setting, raw)
    legal = [
        part
        for part in raw
        if isinstance(part, str) and 0 < len(part) <= names.max_length and _one_line(part)
    ]
    if len(legal) != len(raw) or len(set(legal)) != len(legal):
        raise refusal(setting, raw)
    return tuple(legal)


def _several(setting: Setting, several: Several, raw: object) -> tuple[str, ...]:
    words = [part for part in raw.split("-") if part] if isinstance(raw, str) else raw
    if not isinstance(words, list | tuple) or any(word not in several.options for word in words):
        raise refusal(setting, raw)
    if several.ordered:
        if len(words) > several.max_length:
            raise refusal(setting, raw)
        return tuple(words)
    return tuple(word for word in several.options if word in words)  # a set has one way to be written


def _one_line(text: str) -> bool:
    """Whether the text holds no control character and no broken half of a character (a lone surrogate)."""
    return not re.search(r"[\x00-\x1f\x7f\ud800-\udfff]", text)


def format_value(setting: Setting, value: Any) -> str:
    """The value as text that `parse_value` reads back to the same value; used in links and flags."""
    match setting.declaration:
        case Range():
            return number_text(value)
        case Sizes() | Several():
            return "-".join(str(part) for part in value)
        case Flag():
            return "true" if value else "false"
        case Names():
            line = io.StringIO()
            csv.writer(line, lineterminator="").writerow(value)
            return line.getvalue()
    return str(value)


def validated(config: C) -> C:
    """The config with every value legal and of its declared type; raises SettingError otherwise."""
    values = {s.name: parse_value(s, getattr(config, s.name)) for s in settings_of(type(config))}
    return dataclasses.replace(config, **values)


def from_mapping(config_type: type[C], raw: Mapping[str, object]) -> C:
    """A config from text or JSON values by name; a missing name keeps its default.

    Raises SettingError for an unknown name or an illegal value.
    """
    settings = {setting.name: setting for setting in settings_of(config_type)}
    for name in raw:
        if name not in settings:
            raise unknown_name(name, settings)
    return config_type(**{name: parse_value(settings[name], value) for name, value in raw.items()})


def unknown_name(name: object, known: Collection[str]) -> SettingError:
    """The error for a setting that does not exist, with the nearest name that does."""
    near = get_close_matches(shortened(name), known, n=1)
    hint = f"did you mean {near[0]}?" if near else f"the settings are {', '.join(known)}."
    return SettingError(f"{shortened(name)} is not a setting; {hint}")


def to_mapping(config: DataclassInstance) -> dict[str, object]:
    """The config as JSON-able values by name; `from_mapping` reads it back."""
    values = {setting.name: getattr(config, setting.name) for setting in settings_of(type(config))}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}


@functools.cache
def live_names(config_type: type[DataclassInstance]) -> frozenset[str]:
    """The names of the settings that may change while a run trains."""
    return frozenset(setting.name for setting in settings_of(config_type) if setting.declaration.live)
