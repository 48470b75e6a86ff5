"""From a Config's declarations to its widgets: one call draws them and returns the validated Config.

Each widget has the field's name as its key and, when the field is linked, as its parameter in the address.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

import streamlit as st

from components.link import (
    ADVANCED,
    ARRIVED,
    link_query,
    read_link,
    remember_link,
    show_refusals,
    start_values,
)
from components.moved import nobody_follows
from components.setting_widget import LIVE_MARK, draw, keep_in_link, present, set_state
from models.settings import (
    Preset,
    Setting,
    Several,
    parse_value,
    settings_of,
)

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

__all__ = ["about_to_be", "controls", "link_query", "preset_links"]

C = TypeVar("C", bound="DataclassInstance")

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
    nobody_follows(config_type)
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
                values[setting.name] = draw(setting, start[setting.name])
    # Streamlit keeps bound widgets in step with the address; a choice of several is kept so here.
    bound = [s.name for s in drawn if not isinstance(s.declaration, Several)]
    st.session_state[_DRAWN] = (ADVANCED.name, *bound)
    for setting in settings:
        if setting.name not in values:
            value = values[setting.name] = present(setting, start[setting.name])
            if setting.declaration.linked:
                keep_in_link(setting, value, start[setting.name])
    config = config_type(**values)
    remember_link(config_type)
    with notices:
        show_refusals(config)
    _share(bar, config, start)
    return config


def about_to_be(config_type: type[DataclassInstance], name: str) -> Any:
    """What `controls` will give for a linked setting of a page without a `base`: other settings are hidden by it."""
    (setting,) = (setting for setting in settings_of(config_type) if setting.name == name)
    return present(setting, setting.default)


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


def _assign(overrides: Mapping[str, object]) -> None:
    """Callback: every setting of the page back to its start value, save the overrides of a preset."""
    config_type, start = st.session_state[_PAGE]
    for setting in settings_of(config_type):
        if setting.declaration.linked or setting.declaration.widget or setting.name in overrides:
            set_state(setting, parse_value(setting, overrides.get(setting.name, start[setting.name])))


def _apply_chosen(presets: Mapping[str, Preset]) -> None:
    preset = presets.get(str(st.session_state.get(_MENU)))
    if preset:
        _assign(preset.config)
