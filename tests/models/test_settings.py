"""A setting is declared once: reflection, validation, and the two round trips (text and JSON)."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass, field, make_dataclass, replace
from typing import Annotated, Any

import pytest

from models.settings import (
    Choice,
    Flag,
    Names,
    Range,
    Setting,
    SettingError,
    Sizes,
    Text,
    format_value,
    from_mapping,
    legal_values,
    live_names,
    parse_value,
    settings_of,
    to_mapping,
    validated,
)


@dataclass(frozen=True)
class Config:
    learning_rate: Annotated[float, Range(0.00001, 10, log=True, live=True, help="Size of a step.")] = 0.03
    noise: Annotated[float, Range(0, 0.5, step=0.05, unit="of the spread", help="Jitter.")] = 0.1
    epochs: Annotated[int, Range(1, 1000, help="Passes.")] = 10
    activation: Annotated[str, Choice({"relu": "ReLU", "tanh": "Tanh"}, help="Bend.")] = "tanh"
    hidden: Annotated[tuple[int, ...], Sizes(1, 64, max_length=3, help="Units.")] = (4, 2)
    shuffle: Annotated[bool, Flag(help="Mix the rows.")] = True
    target: Annotated[str, Text(max_length=20, help="Column to predict.")] = ""
    features: Annotated[tuple[str, ...], Names(max_count=3, help="Columns.")] = field(default_factory=tuple)


SETTINGS = {setting.name: setting for setting in settings_of(Config)}


def parse(name: str, raw: object) -> Any:
    return parse_value(SETTINGS[name], raw)


def test_settings_follow_the_fields_and_know_their_types() -> None:
    assert [s.name for s in settings_of(Config)] == list(Config.__dataclass_fields__)
    assert [s.kind for s in settings_of(Config)] == [float, float, int, str, tuple, bool, str, tuple]
    assert SETTINGS["learning_rate"].label == "learning rate"
    assert settings_of(Config) is settings_of(Config)
    assert live_names(Config) == {"learning_rate"}


@pytest.mark.parametrize(
    ("name", "raw", "value"),
    [
        ("epochs", 3, 3),
        ("epochs", 3.0, 3),
        ("epochs", "3", 3),
        ("epochs", "3.0", 3),
        ("epochs", "1e2", 100),
        ("epochs", " 7 ", 7),
        ("learning_rate", 1, 1.0),
        ("learning_rate", "0.00001", 1e-5),
        ("learning_rate", "1e-5", 1e-5),
        ("learning_rate", 10, 10.0),
        ("noise", 0, 0.0),
        ("activation", "relu", "relu"),
        ("hidden", "4-2", (4, 2)),
        ("hidden", "4, 2", (4, 2)),
        ("hidden", "", ()),
        ("hidden", "0", ()),
        ("hidden", [64], (64,)),
        ("shuffle", "No", False),
        ("shuffle", "on", True),
        ("shuffle", False, False),
        ("target", "größe, cm", "größe, cm"),
        ("features", 'age, "height, cm"', ("age", "height, cm")),
        ("features", ["a", "b"], ("a", "b")),
        ("features", "", ()),
    ],
)
def test_legal_values_are_read(name: str, raw: object, value: object) -> None:
    parsed = parse(name, raw)
    assert parsed == value
    assert type(parsed) is type(value)


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("epochs", 3.5),
        ("epochs", "3.5"),
        ("epochs", True),
        ("epochs", None),
        ("epochs", float("nan")),
        ("epochs", float("inf")),
        ("epochs", 0),
        pytest.param("epochs", 10**5000, id="huge"),
        ("epochs", "9" * 5000),
        ("epochs", "1_000"),
        ("epochs", "٣"),
        ("epochs", [3]),
        ("learning_rate", 20),
        ("learning_rate", 10.000001),
        ("learning_rate", "nan"),
        ("learning_rate", "-inf"),
        ("learning_rate", "1e400"),
        pytest.param("learning_rate", 10**400, id="huge float"),
        ("learning_rate", True),
        ("learning_rate", ""),
        ("learning_rate", "0x1"),
        ("learning_rate", {"a": 1}),
        ("activation", "selu"),
        ("activation", 0),
        ("activation", ["relu"]),
        ("hidden", "4--2"),
        ("hidden", "-4"),
        ("hidden", "4-2-"),
        ("hidden", "65"),
        ("hidden", "0-4"),
        ("hidden", "1-1-1-1"),
        ("hidden", "9" * 5000),
        ("hidden", [4.0]),
        ("hidden", [True]),
        ("hidden", 4),
        ("shuffle", "maybe"),
        ("shuffle", 1),
        ("target", "x" * 21),
        ("target", "two\nlines"),
        ("target", "\ud800"),
        ("target", 5),
        ("features", ["a", "a"]),
        ("features", ["a", 1]),
        ("features", ["", "b"]),
        ("features", "a,b,c,d"),
        ("features", ["x" * 201]),
        ("features", "a\x00"),
    ],
)
def test_illegal_values_are_refused_in_one_short_printable_sentence(name: str, raw: object) -> None:
    with pytest.raises(SettingError) as caught:
        parse(name, raw)
    sentence = str(caught.value)
    assert sentence.startswith(SETTINGS[name].label + " is ")
    assert sentence.endswith(legal_values(SETTINGS[name].declaration) + ".")
    assert sentence.isprintable()
    assert len(sentence) < 220


@pytest.mark.parametrize(
    ("name", "raw", "sentence"),
    [
        ("learning_rate", 20, "learning rate is 20; it may be from 0.00001 to 10."),
        ("learning_rate", "fast", "learning rate is fast; it may be a number from 0.00001 to 10."),
        ("noise", "0.8", "noise is 0.8; it may be from 0 to 0.5 of the spread."),
        ("epochs", 2.5, "epochs is 2.5; it may be a whole number from 1 to 1000."),
        ("activation", "selu", "activation is selu; it may be relu or tanh."),
        ("shuffle", "", "shuffle is empty; it may be on or off."),
    ],
)
def test_sentences(name: str, raw: object, sentence: str) -> None:
    with pytest.raises(SettingError) as caught:
        parse(name, raw)
    assert str(caught.value) == sentence


EXTREMES = [
    Config(),
    Config(learning_rate=0.00001, noise=0, epochs=1, hidden=(), shuffle=False, activation="relu"),
    Config(
        learning_rate=10,
        noise=0.5,
        epochs=1000,
        hidden=(64, 1, 64),
        target='a "b", c',
        features=("x, y", '"'),
    ),
    Config(learning_rate=0.1 + 0.2, noise=1 / 3),
]


@pytest.mark.parametrize("config", EXTREMES)
def test_text_and_json_lead_back_to_the_same_config(config: Config) -> None:
    assert from_mapping(Config, json.loads(json.dumps(to_mapping(config)))) == config
    as_text = {s.name: format_value(s, getattr(config, s.name)) for s in settings_of(Config)}
    assert from_mapping(Config, as_text) == config
    assert validated(config) == config


def test_validated_refuses_and_gives_each_value_its_type() -> None:
    assert isinstance(validated(replace(Config(), learning_rate=1)).learning_rate, float)
    with pytest.raises(SettingError, match="epochs is 0"):
        validated(Config(epochs=0))


def test_unknown_names_are_refused_with_the_nearest_known_one() -> None:
    with pytest.raises(SettingError, match=r"^learning_rat is not a setting; did you mean learning_rate\?$"):
        from_mapping(Config, {"learning_rat": 1})
    with pytest.raises(SettingError, match=r"^zzz is not a setting; the settings are learning_rate, noise"):
        from_mapping(Config, {"zzz": 1})


@pytest.mark.parametrize(
    ("hint", "default", "complaint"),
    [
        (Annotated[float, Range(0, 1, help="h")], 2.0, "its own default is refused"),
        (Annotated[float, Range(0, 1, help="h")], True, "its own default is refused"),
        (Annotated[float, Range(0, 1, help=" ")], 0.5, "needs a help sentence"),
        (Annotated[str, Range(0, 1, help="h")], "", "cannot describe"),
        (Annotated[int, Flag(help="h")], 0, "cannot describe"),
        (float, 0.5, "exactly one declaration"),
        (Annotated[float, Range(0, 1, help="h"), Range(0, 1, help="h")], 0.5, "exactly one declaration"),
        (Annotated[float, Range(1, 0, help="h")], 0.5, "low below high"),
        (Annotated[float, Range(0, float("inf"), help="h")], 0.5, "two finite numbers"),
        (Annotated[float, Range(0, 1, log=True, help="h")], 0.5, "above 0"),
        (Annotated[str, Choice((), help="h")], "", "at least one option"),
        (Annotated[tuple[int, ...], Sizes(0, 4, help="h")], (1,), "1 <= low <= high"),
    ],
)
def test_a_wrong_declaration_is_the_authors_error(hint: Any, default: object, complaint: str) -> None:
    config_type = make_dataclass("Config", [("x", hint, default)], frozen=True)
    with pytest.raises(TypeError, match=complaint):
        settings_of(config_type)


def test_a_setting_needs_a_default() -> None:
    config_type = make_dataclass("Config", [("x", Annotated[bool, Flag(help="h")])], frozen=True)
    with pytest.raises(TypeError, match="needs a default"):
        settings_of(config_type)


def test_a_setting_is_hashable_even_when_its_options_are_a_mapping() -> None:
    assert isinstance(hash(SETTINGS["activation"]), int)
    assert isinstance(SETTINGS["activation"], Setting)
    assert SETTINGS["activation"].declaration.label_of("relu") == "ReLU"  # type: ignore[attr-defined]


def test_settings_import_neither_torch_nor_streamlit() -> None:
    heavy = "{'torch', 'streamlit', 'numpy', 'pandas'}"
    code = f"import sys, models.settings; raise SystemExit(bool({heavy} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
