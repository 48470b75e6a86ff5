"""A page's settings in its address, where the settings that differ from the page's start values stand.

Streamlit binds each widget to its parameter, but clamps or drops what it cannot use without a word, and knows
nothing of parameters without a widget. So a link is read here first: what is legal stays, the rest is taken out and
refused with one sentence each.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import streamlit as st
from streamlit.errors import StreamlitAPIException

from models.settings import (
    Choice,
    Flag,
    Names,
    Setting,
    SettingError,
    Several,
    Sizes,
    Text,
    format_value,
    legal_values,
    parse_value,
    settings_of,
    shortened,
)

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

ADVANCED = Setting("advanced", Flag(help="Show the settings that a beginner need not see."), False, bool)

# The key of a button that `controls` always draws. Streamlit forgets it when the learner leaves the page.
ARRIVED = "controls: reset"

_LEFT = "controls: links left"  # config class → the address of its page when the learner last was there
_SEEN = "controls: link seen"  # the address as the last run left it
_TIDIED = "controls: link tidied"  # this run follows one that took something out of the link
_REFUSED = "controls: refused"  # (sentences, the config they were first shown with or None)
_MOST_SENTENCES = 6


def start_values(config_type: type[DataclassInstance], base: Mapping[str, object]) -> dict[str, Any]:
    """What each setting holds on a page that nobody has touched: the page's `base`, else the default."""
    return {
        setting.name: parse_value(setting, base[setting.name]) if setting.name in base else setting.default
        for setting in settings_of(config_type)
    }


def link_query(config: DataclassInstance, base: Mapping[str, object] | None = None) -> str:
    """The settings that differ from the start values, as the query string of a link ("" when none does)."""
    start = start_values(type(config), base or {})
    changed = {
        setting.name: link_text(setting, getattr(config, setting.name))
        for setting in settings_of(type(config))
        if setting.declaration.linked and getattr(config, setting.name) != start[setting.name]
    }
    return urlencode(changed)


def link_text(setting: Setting, value: Any) -> str:
    """The value as a bound widget writes it into the address: a choice stands there by its label."""
    if isinstance(setting.declaration, Choice):
        return setting.declaration.label_of(value)
    return format_value(setting, value)


def from_link(setting: Setting, text: str) -> Any:
    """The value that the text of a link stands for, a choice by its value or label; raises SettingError."""
    declaration = setting.declaration
    if isinstance(declaration, Choice):
        text = next((value for value in declaration.values if declaration.label_of(value) == text), text)
    return parse_value(setting, text)


def widget_state(setting: Setting, value: Any) -> Any:
    """The value as the setting's widget keeps it: lists are text boxes, so theirs is text."""
    if isinstance(setting.declaration, Several):
        return list(value)
    return format_value(setting, value) if isinstance(setting.declaration, Sizes | Names) else value


def plain(text: str) -> str:
    """Markdown that shows the text letter by letter: no link, no emphasis, no mathematics, no HTML."""
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", text)


def read_link(
    config_type: type[DataclassInstance],
    start: Mapping[str, Any],
    drawn: Collection[str],
    known: Collection[str],
) -> None:
    """Checks what is new in the address: keeps what is legal, takes out the rest and reruns the page.

    On arrival at a page the link alone says what its settings hold. drawn: settings whose widgets the last run
    drew; Streamlit keeps those in step with the address. known: parameters of the page that are no settings.
    """
    arrived = ARRIVED not in st.session_state
    if arrived and not st.query_params:
        _return_to(config_type)
    link = st.query_params.to_dict()
    if st.session_state.pop(_TIDIED, False) or (link == st.session_state.get(_SEEN) and not arrived):
        return
    settings = {setting.name: setting for setting in (*settings_of(config_type), ADVANCED)}
    if arrived:
        _forget(settings)
        drawn = ()
    seen: Mapping[str, str] = st.session_state.get(_SEEN, {})
    tidy, refused = dict(link), []
    for name, text in link.items():
        if name in known or text == seen.get(name) or (name in drawn and st.session_state.get(name) == text):
            continue  # nothing new, or in a text box, which says by itself what is wrong with it
        try:
            setting, value = _read(settings, name, text)
        except SettingError as error:
            refused.append(f"{error} The link's value was left out.")
            del tidy[name]
            continue
        tidy[name] = link_text(setting, value)
        if value == start.get(name, ADVANCED.default):
            del tidy[name]
        if name not in drawn:
            with suppress(StreamlitAPIException):  # the page drew it above and reads the link itself
                st.session_state[name] = widget_state(setting, value)
    if refused:
        st.session_state[_REFUSED] = (refused, None)
    if arrived or refused:
        _replace_link(link, tidy, {name: settings[name] for name in drawn}, start)


def _return_to(config_type: type[DataclassInstance]) -> None:
    """Back from another page without a link: the settings, and so the run, are the ones that were left.

    In a run that the browser's Back button caused, only the address counts for bound widgets, hence another run.
    """
    left = st.session_state.get(_LEFT, {}).get(config_type, {})
    written = [write_parameter(name, text) for name, text in left.items()]
    if any(written):
        st.rerun()


def remember_link(config_type: type[DataclassInstance]) -> None:
    """Notes the address at the end of a run, so that the next one sees what is new in it."""
    st.session_state[_SEEN] = st.query_params.to_dict()
    st.session_state.setdefault(_LEFT, {})[config_type] = st.session_state[_SEEN]


def _forget(names: Iterable[str]) -> None:
    """Drops what another page, or an earlier visit, left under the names of this page's settings."""
    for name in (*names, _SEEN, _REFUSED):
        if name in st.session_state:
            del st.session_state[name]


def _read(settings: Mapping[str, Setting], name: str, text: str) -> tuple[Setting, Any]:
    setting = settings.get(name)
    if setting is None:
        raise SettingError(f"{shortened(name)} is not a setting of this page.")
    if not setting.declaration.linked:
        raise SettingError(f"{name} cannot be set by a link.")
    if len(st.query_params.get_all(name)) > 1:
        raise SettingError(f"{name} stands in the link more than once.")
    try:
        return setting, from_link(setting, text)
    except SettingError:
        if isinstance(setting.declaration, Text) and setting.declaration.check is not None:
            raise  # its own sentence says more
        legal = legal_values(setting.declaration)
        raise SettingError(f"{name} is {shortened(text)}; it may be {legal}.") from None


def _replace_link(
    link: Mapping[str, str], tidy: Mapping[str, str], bound: Mapping[str, Setting], start: Mapping[str, Any]
) -> None:
    """Writes the tidied link into the address and reruns, so that widgets begin with legal values only."""
    if link == tidy:
        return
    written = [write_parameter(name, tidy.get(name)) for name in link if link[name] != tidy.get(name)]
    for name, setting in bound.items():
        if name in start and name in link and name not in tidy:
            st.session_state[name] = widget_state(setting, start[name])
    if any(written):
        st.session_state[_TIDIED] = True
        st.rerun()


def write_parameter(name: str, text: str | None) -> bool:
    """Whether the parameter could be set, or removed for None: Streamlit guards those bound to a widget."""
    try:
        if text is not None:
            st.query_params[name] = text
        elif name in st.query_params:
            del st.query_params[name]
    except StreamlitAPIException:
        return False
    return True


def show_refusals(config: DataclassInstance) -> None:
    """One warning for each refused part of the link, until the learner changes a setting."""
    if _REFUSED not in st.session_state:
        return
    sentences, first_config = st.session_state[_REFUSED]
    if first_config not in (None, config):
        del st.session_state[_REFUSED]
        return
    st.session_state[_REFUSED] = (sentences, config)
    for sentence in sentences[:_MOST_SENTENCES]:
        st.warning(plain(sentence))
    if len(sentences) > _MOST_SENTENCES:
        st.warning(f"{len(sentences) - _MOST_SENTENCES} more parts of the link were left out.")
