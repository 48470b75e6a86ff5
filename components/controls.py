"""From a Config's declarations to its widgets: one call draws them and returns the validated Config.

Each widget has the field's name as its key and, when the field is linked, as its parameter in the address.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

import streamlit as st

from components.link import (
    ADVANCED,
    ARRIVED,
    from_link,
    link_query,
    link_text,
    plain,
    read_link,
    remember_link,
    show_refusals,
    start_values,
    widget_state,
    write_parameter,
)
from models.settings import (
    Choice,
    Flag,
    Preset,
    Range,
    Setting,
    SettingError,
    Several,
    Sizes,
    Text,
    legal_values,
    number_text,
    parse_value,
    settings_of,
)

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

__all__ = ["controls", "link_query", "preset_links"]

C = TypeVar("C", bound="DataclassInstance")

LIVE_MARK = "⚡"
WIDEST_SLIDER = 200  # whole numbers; beyond, a slider cannot be set exactly
MOST_SEGMENTS = 4
FIRST_LAYER = 4  # units of a layer added to none

_NOTHING: Mapping[str, Any] = MappingProxyType({})
_PAGE = "controls: page"  # (config class, start values), for the callbacks
_DRAWN = "controls: drawn"  # names of the settings whose widgets the last run drew
_MENU = "controls: preset"


def controls(
    config_type: type[C],
    *,
    presets: Mapping[str, Preset] | None = None,
    base: Mapping[str, object] = _NOTHING,
    hide: Collection[str] = (),
    known: Collection[str] = (),
) -> C:
    """The Config that the learner has set, after drawing a widget for each of its settings.

    base:  values that this page starts from in place of the defaults.
    hide:  settings that the page draws itself, below, with the setting's name as key; or keeps at their base.
    known: the page's other URL parameters, which are not to be refused as unknown.
    """
    settings = settings_of(config_type)
    start = start_values(config_type, base)
    elsewhere = {s.name for s in settings if s.name in hide or not s.declaration.widget}
    read_link(config_type, start, st.session_state.get(_DRAWN, ()), known)
    st.session_state[_PAGE] = (config_type, start)
    notices = st.container()
    bar = st.container(horizontal=True, vertical_alignment="center")
    own = [setting for setting in settings if setting.name not in elsewhere]
    drawn = _shown(bar, own, presets)
    values = {}
    for title, group in _groups(drawn):
        with st.expander(title, expanded=True) if title else st.container():
            for setting in group:
                values[setting.name] = _draw(setting, start[setting.name])
    # Streamlit keeps bound widgets in step with the address; a choice of several is kept so here.
    bound = [s.name for s in drawn if not isinstance(s.declaration, Several)]
    st.session_state[_DRAWN] = (ADVANCED.name, *bound)
    for setting in settings:
        if setting.name not in values:
            values[setting.name] = _undrawn(setting, start[setting.name])
    config = config_type(**values)
    remember_link(config_type)
    with notices:
        show_refusals(config)
    _share(bar, config, start)
    return config


def preset_links(presets: Mapping[str, Preset], page_url_path: str, done: Collection[str] = ()) -> None:
    """Draws "Try this": a card for each preset with what to look for and a button that applies it.

    done: names of the presets whose goal this learner has reached; they carry a tick.

    The page calls `controls` too, which says what the settings start from; `page_url_path` keeps the buttons of
    two pages apart.
    """
    columns = st.columns(2)
    for number, (name, preset) in enumerate(presets.items()):
        with columns[number % 2].container(border=True):
            tick = " :green[✓ done]" if name in done else ""
            st.markdown(f"**{preset.title}**{tick}  \n{preset.look_for}")
            st.button("Try this", key=f"{page_url_path}: try {name}", on_click=_assign, args=(preset.config,))


def _shown(bar: Any, own: list[Setting], presets: Mapping[str, Preset] | None) -> list[Setting]:
    """The settings to draw, after drawing the bar with the switch that decides on the advanced ones."""
    drawn = [setting for setting in own if not setting.declaration.advanced]
    with bar:
        if presets:
            st.menu_button(
                "Try this",
                list(presets),
                key=_MENU,
                format_func=lambda name: presets[name].title,
                on_click=_apply_chosen,
                args=(presets,),
            )
        if len(drawn) < len(own) and st.toggle(
            "Advanced settings", key=ADVANCED.name, help=ADVANCED.declaration.help, bind="query-params"
        ):
            drawn = sorted(own, key=lambda setting: setting.declaration.advanced)
        st.button("Reset to defaults", key=ARRIVED, on_click=_assign, args=(_NOTHING,))
    if any(setting.declaration.live for setting in drawn):
        st.caption(f"{LIVE_MARK} can be changed while it trains")
    return drawn


def _share(bar: Any, config: DataclassInstance, start: Mapping[str, Any]) -> None:
    query = link_query(config, start)
    address = str(st.context.url or "").split("?")[0]
    with bar.popover("Copy link"):
        st.code(f"{address}?{query}" if query else address or "?", language=None, wrap_lines=True)


def _groups(settings: Iterable[Setting]) -> Iterable[tuple[str, list[Setting]]]:
    groups: dict[str, list[Setting]] = {}
    for setting in settings:
        groups.setdefault(setting.declaration.group, []).append(setting)
    return groups.items()


def _draw(setting: Setting, start: Any) -> Any:
    """The legal value of the setting's widget, drawn here."""
    declaration = setting.declaration
    label, help_text = _words(setting)
    common: dict[str, Any] = {"key": setting.name, "help": help_text}
    common["bind"] = "query-params" if declaration.linked else None
    match declaration:
        case Range(log=True):
            options = _grid(setting, start, _legal(setting, st.session_state.get(setting.name), start))
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
            _keep_in_link(setting, value, start)
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
    size = value[-1] if value else min(max(FIRST_LAYER, sizes.low), sizes.high)
    with st.container(horizontal=True):
        for words, changed, possible in (
            ("Add layer", (*value, size), len(value) < sizes.max_length),
            ("Remove layer", value[:-1], bool(value)),
        ):
            st.button(
                words,
                key=f"{setting.name}: {words}",
                on_click=_set_state,
                args=(setting, changed),
                disabled=not possible,
            )


def _undrawn(setting: Setting, start: Any) -> Any:
    """The value of a setting without a widget of ours: what the session holds, else the link, else the start."""
    value = start
    if setting.declaration.linked:
        linked = st.query_params.get(setting.name)
        try:
            value = start if linked is None else from_link(setting, linked)
        except SettingError:
            value = start  # refused when the link was read
    value = _legal(setting, st.session_state.get(setting.name), value)
    if setting.declaration.linked:
        _keep_in_link(setting, value, start)
    return value


def _keep_in_link(setting: Setting, value: Any, start: Any) -> None:
    """Write a value that no bound widget holds into the address, or take a default out of it."""
    wanted = None if value == start else link_text(setting, value)
    if wanted != st.query_params.get(setting.name):
        write_parameter(setting.name, wanted)


def _assign(overrides: Mapping[str, object]) -> None:
    """Callback: every setting of the page back to its start value, save the overrides of a preset."""
    config_type, start = st.session_state[_PAGE]
    for setting in settings_of(config_type):
        if setting.declaration.linked or setting.declaration.widget or setting.name in overrides:
            _set_state(setting, parse_value(setting, overrides.get(setting.name, start[setting.name])))


def _apply_chosen(presets: Mapping[str, Preset]) -> None:
    preset = presets.get(str(st.session_state.get(_MENU)))
    if preset:
        _assign(preset.config)


def _set_state(setting: Setting, value: Any) -> None:
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
