"""Same start, two settings: a second view beside the first, from the same first weights, with one setting changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

import streamlit as st

from components.link import plain
from models.settings import Choice, Flag, Range, Setting, SettingError, parse_value, settings_of

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

C = TypeVar("C", bound="DataclassInstance")

_START = "Both start from the same first weights on the same data."


def second_config(config: C, names: Sequence[str], key: str, start: str = _START) -> C | None:
    """Draws the choice of the setting to change and its other value; the changed config, or None when switched off.

    start: a sentence on what both have in common.
    """
    if not st.toggle("Compare with a second setting", key=f"{key} compare"):
        return None
    settings = {setting.name: setting for setting in settings_of(type(config)) if setting.name in names}
    left, right = st.columns(2)
    name = left.selectbox(
        "Change",
        [n for n in names if n in settings],
        format_func=lambda n: settings[n].label,
        key=f"{key} changed",
    )
    value = _other_value(right, settings[name], getattr(config, name), f"{key} {name}")
    st.caption(
        f"{start} Only this setting differs. Press Train on each, or the space bar on the one you touched last."
    )
    return replace(config, **{name: value})


def _other_value(place: Any, setting: Setting, present: Any, key: str) -> Any:
    """A legal value other than, at first, the present one."""
    declaration = setting.declaration
    if isinstance(declaration, Choice):
        others = [value for value in declaration.values if value != present]
        return place.selectbox("to", others, format_func=declaration.label_of, key=key)
    if isinstance(declaration, Flag):
        return not present
    if isinstance(declaration, Range) and setting.kind is int and not declaration.log:
        return place.number_input("to", int(declaration.low), int(declaration.high), int(present), key=key)
    text = place.text_input("to", value=_changed(declaration, present), key=key)
    try:
        return parse_value(setting, text)
    except SettingError as error:
        place.error(plain(str(error)))
        return present


def _changed(declaration: Any, present: Any) -> str:
    """A first suggestion: ten times as much where that is legal, else a tenth; layers as they are."""
    if isinstance(declaration, Range):
        more = present * 10
        return f"{more if more <= declaration.high else max(present / 10, declaration.low):g}"
    return "-".join(str(part) for part in present)
