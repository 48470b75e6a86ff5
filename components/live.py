"""The live view: one Streamlit component that starts a run, draws its stream in the browser and drives it.

A page describes its experiment and lists the panels it wants; nothing here waits for the run. Frames travel straight
from the server to the browser (`components/frontend`), so the page is not rerun while a network trains.
Panels are plain JSON, built by the functions of `components/panels.py`, which are offered here too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import Any, TypedDict

import streamlit as st

from components.assets import assets, base_path, mounted
from components.layer_histogram import layer_histogram
from components.panels import (
    STYLES,
    Axis,
    Bind,
    Limits,
    Line,
    Panel,
    append,
    chart,
    confusion,
    decision_map,
    figure,
    group,
    images,
    line,
    maps,
    network,
    replace,
    scores,
    text,
)
from components.theme import palettes

__all__ = [
    "STYLES",
    "Axis",
    "Bind",
    "Described",
    "KnownRun",
    "Limits",
    "Line",
    "Panel",
    "append",
    "chart",
    "confusion",
    "decision_map",
    "figure",
    "group",
    "images",
    "layer_histogram",
    "line",
    "live_view",
    "maps",
    "network",
    "replace",
    "scores",
    "text",
]

_mount = mounted("playground.live_view", "live.js")


class KnownRun(TypedDict):
    """A run that the page already has for this learner: tokens to watch and to control it, and what it was made of."""

    view: str
    control: str
    shape: str
    live: Mapping[str, object]
    state: str
    begun: bool  # by this page's script, for a setting that changed: the browser need not ask for it


class Described(TypedDict):
    """An experiment as the page describes it."""

    spec: str  # the signed text that the server accepts to start a run
    shape: str  # a name for everything in the experiment that needs a new run when it changes
    live: Mapping[str, object]  # the settings that a run takes while it trains
    panels: Sequence[Panel]
    seconds: float  # an estimate of how long a full run takes, told before it begins; 0 for none


def live_view(
    *,
    key: str,
    described: Described,
    run: KnownRun | None = None,
    session: str = "",
    moment: int = 0,
    hand: str = "",
    layers: Mapping[str, str] = MappingProxyType({}),
    on_layers: Callable[[str], None] | None = None,
    on_points: Callable[[str], None] | None = None,
    on_plane: Callable[[list[str]], None] | None = None,
    on_asked: Mapping[str, Callable[[object], None]] = MappingProxyType({}),
    points: str = "",
    points_ready: bool = True,
    autopreview: bool = True,
    speed: float | None = None,
    unit: str = "epoch",
    title: str = "",
    compact: bool = False,
) -> None:
    """Show the experiment that is described, live.

    run: a run that the page already knows for this learner; it is shown when it has the shape that is described.
    session, moment: who describes this on the page, and how many descriptions there were before. The stream of a run tells
    of one that the same session has begun, with what describes it: whichever comes first is shown, the newest holds.
    hand: whom the browser tells of the page's sliders, if the experiment follows them (`components/hand.py`).
    layers: the "name" of the setting that − and + in the diagram change, if there is one, and what it becomes by each of the
    page's buttons for it.
    on_layers: called with the hidden layers that the learner asks for in the diagram ("4-2", "" for none); without it
    the diagram has no such buttons.
    on_points: called with all points, "x,y,class;…", whenever the learner has drawn some on the decision map; with it
    the map can be drawn on and shows `points`. No run is started before `points_ready`.
    on_plane: called with the two features of a table that the decision map shall show, or none; without it there is no
    such choice.
    on_asked: name → what is called with whatever a panel asks for under that name ("picture", "unit"); it may be any JSON.
    speed: epochs per second until the learner chooses another speed; None for as fast as it goes.
    unit: what an epoch is called, such as "episode".
    autopreview: draw the untrained network as soon as the page opens, and again whenever `shape` changes.
    title: a heading over the transport bar, for a page with two views. compact: one column however wide the page.
    """

    def layers_changed() -> None:
        asked = st.session_state[key].get("layers")
        if on_layers is not None and isinstance(asked, str):
            on_layers(asked)

    def points_changed() -> None:
        drawn = st.session_state[key].get("points")
        if on_points is not None and isinstance(drawn, str):
            on_points(drawn)

    def plane_changed() -> None:
        asked = st.session_state[key].get("plane")
        if on_plane is not None and isinstance(asked, list):
            on_plane([str(name) for name in asked[:2]])

    def asked(name: str) -> None:
        value = st.session_state[key].get(name)
        if value is not None:
            on_asked[name](value)

    heard: dict[str, Any] = {f"on_{name}_change": partial(asked, name) for name in on_asked}
    _mount(
        key=key,
        data={
            "base": base_path(),
            "assets": assets(),
            **described,
            "run": dict(run) if run is not None else None,
            "session": session,
            "moment": moment,
            "hand": hand,
            "layers": dict(layers),
            "editable": on_layers is not None,
            "drawable": {"points": points, "ready": points_ready} if on_points is not None else None,
            "turnable": on_plane is not None,
            "autopreview": autopreview,
            "speed": speed,
            "unit": unit,
            "title": title,
            "compact": compact,
            "theme": palettes(),
        },
        on_layers_change=layers_changed,
        on_points_change=points_changed,
        on_plane_change=plane_changed,
        **heard,
    )
