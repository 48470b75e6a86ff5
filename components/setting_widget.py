"""One setting's widget: drawn from the declaration, it gives a legal value whatever a browser sends."""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping
from functools import partial
from typing import Any

import streamlit as st

from components.link import from_link, link_text, plain, widget_state, write_parameter
from components.moved import drawn_alone, hand
from models.settings import (
    Choice,
    Flag,
    Range,
    Setting,
    SettingError,
    Several,
    Sizes,
    Text,
    legal_values,
    number_text,
    parse_value,
)

LIVE_MARK = "⚡"
WIDEST_SLIDER = 200  # whole numbers; beyond, a slider cannot be set exactly
MOST_SEGMENTS = 4
FIRST_LAYER = 4  # units of a layer added to none
LAYER_STEPS = ("Add layer", "Remove layer")


def draw(setting: Setting, start: Any) -> Any:
    """The legal value of the setting's widget, drawn here."""
    if isinstance(setting.declaration, Range):
        return drawn_alone(
            setting.name,
            partial(present, setting, start),
            partial(_drawn, setting, start),
            partial(_at, setting, _stops(setting, start)),
        )
    return _drawn(setting, start)


def _drawn(setting: Setting, start: Any) -> Any:
    declaration = setting.declaration
    label, help_text = _words(setting)
    common: dict[str, Any] = {"key": setting.name, "help": help_text}
    common["bind"] = "query-params" if declaration.linked else None
    match declaration:
        case Range(log=True):
            options = _stops(setting, start)
            value: Any = st.select_slider(label, options, start, format_func=number_text, **common)
        case Range(low=low, high=high) if setting.kind is int:
            step = int(declaration.step or 1)
            widget = st.slider if high - low <= WIDEST_SLIDER else st.number_input
            value = widget(label, int(low), int(high), start, step, **common)
        case Range(low=low, high=high):
            step_size = declaration.step or _step_size(high - low)
            value = st.slider(label, float(low), float(high), start, float(step_size), format="%g", **common)
        case Choice(values=options) if len(options) <= MOST_SEGMENTS:
            value = st.segmented_control(
                label, options, default=start, required=True, format_func=declaration.label_of, **common
            )
        case Choice(values=options):
            value = st.selectbox(
                label, options, options.index(start), format_func=declaration.label_of, **common
            )
        case Flag():
            value = st.toggle(label, start, **common)
        case Several() as several:
            chosen = st.pills(
                label,
                several.values,
                selection_mode="multi",
                default=list(start),
                format_func=several.options.__getitem__,
                key=setting.name,
                help=help_text,
            )
            value = _legal(setting, list(chosen), start)
            keep_in_link(setting, value, start)
            return value
        case _:
            return _draw_text(setting, start, label, common)
    return _legal(setting, value, start)  # a forged message may hold anything


def _draw_text(setting: Setting, start: Any, label: str, common: Mapping[str, Any]) -> Any:
    """The value of a text box; while its text is not legal, the last legal one."""
    longest = setting.declaration.max_length if isinstance(setting.declaration, Text) else None
    text = st.text_input(label, widget_state(setting, start), max_chars=longest, **common)
    last_good = _last_good(setting)
    try:
        value = parse_value(setting, text)
    except SettingError as error:
        value = _legal(setting, st.session_state.get(last_good), start)
        kept = link_text(setting, value) or "none"
        st.error(plain(f"{error} It stays {kept} until then."))
    else:
        st.session_state[last_good] = value
    if isinstance(setting.declaration, Sizes):
        _draw_layer_buttons(setting, setting.declaration, value)
    return value


def _draw_layer_buttons(setting: Setting, sizes: Sizes, value: tuple[int, ...]) -> None:
    steps = layer_steps(sizes, value)
    with st.container(horizontal=True):
        for words in LAYER_STEPS:
            st.button(
                words,
                key=f"{setting.name}: {words}",
                on_click=take_layers,
                args=(setting, steps.get(words, value)),
                disabled=words not in steps,
            )
    hand().drawn(setting.name, value, lambda text: _legal(setting, text, None))


def layer_steps(sizes: Sizes, value: tuple[int, ...]) -> dict[str, tuple[int, ...]]:
    """What the layers become by a press on each of their buttons that can be pressed."""
    steps: dict[str, tuple[int, ...]] = {}
    add, remove = LAYER_STEPS
    if len(value) < sizes.max_length:
        steps[add] = (*value, value[-1] if value else min(max(FIRST_LAYER, sizes.low), sizes.high))
    if value:
        steps[remove] = value[:-1]
    return steps


def take_layers(setting: Setting, wanted: object) -> None:
    """Called when the page hears that the learner wants these layers, a tuple or a text from the browser."""
    value = _legal(setting, wanted, None)
    if value is not None:
        set_state(setting, value)
        hand().heard(setting.name, value)


def present(setting: Setting, start: Any) -> Any:
    """The value of a setting whose widget is not drawn, or not yet: what the session holds, else the link, else the start."""
    value = start
    if setting.declaration.linked:
        linked = st.query_params.get(setting.name)
        try:
            value = start if linked is None else from_link(setting, linked)
        except SettingError:
            value = start  # refused when the link was read
    return _legal(setting, st.session_state.get(setting.name), value)


def keep_in_link(setting: Setting, value: Any, start: Any) -> None:
    """Write a value that no bound widget holds into the address, or take a default out of it."""
    wanted = None if value == start else link_text(setting, value)
    if wanted != st.query_params.get(setting.name):
        write_parameter(setting.name, wanted)


def set_state(setting: Setting, value: Any) -> None:
    st.session_state[setting.name] = widget_state(setting, value)


def _last_good(setting: Setting) -> str:
    return f"controls: last good {setting.name}"


def _legal(setting: Setting, value: object, otherwise: Any) -> Any:
    if value is None:
        return otherwise
    try:
        return parse_value(setting, value)
    except SettingError:
        return otherwise


@functools.cache
def _words(setting: Setting) -> tuple[str, str]:
    """The widget's label and its help: the sentence, then what is legal with its unit."""
    declaration = setting.declaration
    label = setting.label[:1].upper() + setting.label[1:]
    label += f" ({declaration.unit})" if declaration.unit else ""
    legal = "" if isinstance(declaration, Flag | Choice) else legal_values(declaration)
    help_text = f"{declaration.help} {legal[:1].upper()}{legal[1:]}." if legal else declaration.help
    return f"{label} {LIVE_MARK}" if declaration.live else label, help_text


def _stops(setting: Setting, start: Any) -> tuple[float, ...]:
    """The stops of a log slider; none of another, whose positions are its values."""
    log = isinstance(setting.declaration, Range) and setting.declaration.log
    return _grid(setting, start, _legal(setting, st.session_state.get(setting.name), start)) if log else ()


def _at(setting: Setting, stops: tuple[float, ...], position: float | str) -> Any:
    """The setting's value when its slider stands there, or None."""
    if isinstance(position, str):
        return None
    if not stops:
        return _legal(setting, setting.kind(position), None)
    return stops[int(position)] if 0 <= position < len(stops) else None


@functools.lru_cache(maxsize=1024)
def _grid(setting: Setting, *extra: float) -> tuple[float, ...]:
    """The stops of a log slider: 1, 2, 3 and 5 of every decade in the range, its ends, and the extra values."""
    declaration = setting.declaration
    assert isinstance(declaration, Range)
    low, high = declaration.low, declaration.high
    decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    stops = {float(f"{digit}e{decade}") for decade in decades for digit in (1, 2, 3, 5)}
    legal = {setting.kind(stop) for stop in (*stops, low, high, *extra) if low <= stop <= high}
    return tuple(sorted(legal))


@functools.cache
def _step_size(width: float) -> float:
    """A hundredth of the range, rounded down to 1, 2 or 5 of its decade."""
    decade: float = 10.0 ** math.floor(math.log10(width / 100))
    return max(digit * decade for digit in (1, 2, 5) if digit * decade <= width / 100 * (1 + 1e-9))
