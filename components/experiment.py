"""From a page's Config to its live view: what may be started, what is running, what both look like."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import streamlit as st

from components.learner import learner
from components.live import KnownRun, live_view
from models.settings import Preset, from_mapping, live_names, to_mapping
from training.runs import runs
from training.spec import Spec

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


def experiment(
    stem: str,
    config: DataclassInstance,
    panels: Sequence[dict[str, Any]],
    *,
    page: str = "",
    title: str = "",
    compact: bool = False,
    layers_setting: str | None = None,
    points_setting: str | None = None,
    plane_setting: str | None = None,
    seconds: float = 0.0,
) -> None:
    """Draws the live view of the concept `stem` for this config.

    page: a name of its own for a second view on a page; each has one run at a time. title, compact: see `live_view`.
    points_setting: the setting that points drawn on the decision map change, if they can be drawn.
    plane_setting: the setting that holds the two features of the decision map, if they can be chosen.
    seconds: what `estimate_seconds` of the model says about this config.
    layers_setting: the setting that the + and − buttons of the network diagram change, if there is one.
    """
    who, page = learner(), page or stem
    mapping = to_mapping(config)
    live = live_names(type(config))
    latest = runs().latest(who, page)
    run: KnownRun | None = None
    if latest is not None:
        handle, spec = latest
        run = {
            "view": handle.view,
            "control": handle.control,
            "state": handle.state,
            "shape": shape_of(_as_understood(type(config), spec.config), live),
            "live": {name: spec.config.get(name) for name in live},
        }

    def take_layers(wanted: str) -> None:
        if layers_setting is not None:
            st.session_state[layers_setting] = wanted

    def take_points(drawn: str) -> None:
        if points_setting is not None:
            st.session_state[points_setting] = drawn

    def take_plane(features: list[str]) -> None:
        if plane_setting is not None:
            st.session_state[plane_setting] = features

    live_view(
        key=f"live {page}",
        spec=runs().tokens.pack(Spec(who, page, stem, mapping)),
        shape=shape_of(mapping, live),
        live={name: mapping[name] for name in sorted(live)},
        run=run,
        panels=panels,
        seconds=seconds,
        title=title,
        compact=compact,
        on_layers=take_layers if layers_setting else None,
        on_points=take_points if points_setting else None,
        on_plane=take_plane if plane_setting else None,
        points=str(mapping.get(points_setting or "", "")),
        points_ready=points_setting is None or _both_classes(str(mapping[points_setting])),
    )


def _both_classes(points: str) -> bool:
    """Whether there are at least two points of each class in `x,y,class;…`."""
    labels = [point.rpartition(",")[2] for point in points.split(";")]
    return min(labels.count("0"), labels.count("1")) >= 2


def goals_reached(stem: str, presets: Mapping[str, Preset]) -> set[str]:
    """Names of the presets whose goal one of the learner's runs has reached."""
    rows = [row for row in runs().store.of_learner(learner()) if row.model == stem]
    return {
        name
        for name, preset in presets.items()
        if preset.goal is not None and any(preset.goal.reached(row.config, row.metrics) for row in rows)
    }


def _as_understood(config_type: type[DataclassInstance], raw: dict[str, Any]) -> dict[str, object]:
    """A stored config with today's defaults filled in; as it is when its settings are no longer known."""
    try:
        return to_mapping(from_mapping(config_type, raw))
    except ValueError:
        return raw


def shape_of(mapping: dict[str, Any], live: frozenset[str]) -> str:
    """A fingerprint of the settings that cannot change in flight: a different one needs a new run."""
    fixed = {name: value for name, value in mapping.items() if name not in live}
    return hashlib.sha256(json.dumps(fixed, sort_keys=True).encode()).hexdigest()[:16]


def terminal_command(stem: str, config: DataclassInstance) -> str:
    """The command that trains the same run in a terminal."""
    import dataclasses
    import shlex

    from models.settings import format_value, settings_of

    words = ["python", "-m", f"models.{stem}"]
    for setting in settings_of(type(config)):
        value = getattr(config, setting.name)
        if value == setting.default:
            continue
        flag = setting.name.replace("_", "-")
        if isinstance(value, bool):
            words.append(f"--{flag}" if value else f"--no-{flag}")
        else:
            words += [
                f"--{flag}",
                "FILE" if setting.name == "csv" else shlex.quote(format_value(setting, value)),
            ]
    assert dataclasses.is_dataclass(config)
    return " ".join(words)
