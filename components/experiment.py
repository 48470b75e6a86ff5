"""From a page's Config to its live view: what may be started, what is running, what both look like."""

from __future__ import annotations

import contextlib
import hashlib
import json
import math
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

import streamlit as st

from components.hand import Picture
from components.learner import learner
from components.live import Described, KnownRun, Panel, live_view
from components.moved import hand, when_moved
from components.pictures import panels_of
from components.setting_widget import layer_steps, take_layers
from models.settings import (
    Preset,
    Setting,
    Sizes,
    format_value,
    from_mapping,
    live_names,
    settings_of,
    to_mapping,
)
from training.executor import RunError
from training.runs import runs
from training.spec import Spec

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

C = TypeVar("C", bound="DataclassInstance")

#: Seconds: changes that follow each other more closely, as of a slider that is dragged, wait in the browser for a rest.
REST_SECONDS = 0.15


def experiment(
    stem: str,
    config: C,
    panels: Callable[[C], Sequence[Panel]] | None = None,
    *,
    page: str = "",
    title: str = "",
    compact: bool = False,
    layers_setting: str | None = None,
    points_setting: str | None = None,
    plane_setting: str | None = None,
    picked: Sequence[str] = (),
    seconds: Callable[[C], float] | None = None,
    speed: float | None = None,
    unit: str = "epoch",
    follows_sliders: bool = True,
) -> None:
    """Draws the live view of the concept `stem` for this config.

    panels: what the view shows of a config; without it what the concept's pictures are.
    page: a name of its own for a second view on a page; each has one run at a time. title, compact: see `live_view`.
    points_setting: the setting that points drawn on the decision map change, if they can be drawn.
    plane_setting: the setting that holds the two features of the decision map, if they can be chosen.
    picked: settings that the learner picks in a picture (a panel asks for them by their names).
    speed, unit: epochs per second at first, and what an epoch is called; see `live_view`.
    seconds: an estimate of how long a full run of a config takes, if there is one.
    follows_sliders: whether the config is that of the page's controls, whose sliders it follows before the page does.
    layers_setting: the setting that the + and − buttons of the network diagram change, if there is one.
    """
    who, page = learner(), page or stem
    layers = next((one for one in settings_of(type(config)) if one.name == layers_setting), None)
    session: _Session = st.session_state.setdefault(f"experiment {page}", _Session())
    points = str(getattr(config, points_setting)) if points_setting else ""
    ready = points_setting is None or _both_classes(points)

    def describe(config: C, *, rested: bool = False) -> tuple[Described, KnownRun | None, Picture | None]:
        mapping, live = to_mapping(config), live_names(type(config))
        spec = Spec(who, page, stem, mapping)
        described: Described = {
            "spec": runs().tokens.pack(spec),
            "shape": shape_of(mapping, live),
            "live": {name: mapping[name] for name in sorted(live)},
            "panels": list(panels(config) if panels else panels_of(stem, mapping, {})),
            "seconds": seconds(config) if seconds else 0.0,
        }
        return described, *session.run(spec, described, type(config), may_begin=ready, rested=rested)

    def follow(name: str, before: object, now: object, by_hand: bool) -> Picture | None:
        nonlocal config
        if getattr(config, name, None) != before:
            return None  # this view does not follow that slider: it compares with another value
        config = replace(config, **{name: now})
        return describe(config, rested=by_hand)[2]

    def take(name: str, value: object) -> None:
        st.session_state[name] = value

    with hand().lock:
        if follows_sliders:
            config = hand().ahead(config)
        described, run, _ = describe(config)
        if follows_sliders:
            when_moved(follow)
    live_view(
        key=f"live {page}",
        described=described,
        run=run,
        session=session.id,
        moment=session.moment,
        hand=hand().id if follows_sliders else "",
        layers=_layers_told(layers, getattr(config, layers.name)) if layers else {},
        speed=speed,
        unit=unit,
        title=title,
        compact=compact,
        on_layers=partial(take_layers, layers) if layers else None,
        on_points=partial(take, points_setting) if points_setting else None,
        on_plane=partial(take, plane_setting) if plane_setting else None,
        on_asked={name: partial(take, name) for name in picked},
        points=points,
        points_ready=ready,
    )


@dataclass
class _Session:
    """What the script of this session last described on a page."""

    id: str = field(default_factory=lambda: secrets.token_hex(8))
    moment: int = 0  # counts the descriptions: the browser hears of them on two ways
    shape: str = ""
    live: Mapping[str, object] = field(default_factory=dict)
    changed: float = -math.inf  # when, in monotonic seconds
    begun: str = ""  # the run that was begun for it

    def moved(self, live: Mapping[str, object]) -> dict[str, object]:
        """The live settings that differ from what was last described; none the first time."""
        before, self.live = self.live, live
        return {name: value for name, value in live.items() if name in before and before[name] != value}

    def changes(self, shape: str, *, rested: bool) -> bool:
        """Whether this is another experiment than before, after a rest. The first one is for the browser to begin."""
        if shape == self.shape:
            return False
        now = time.monotonic()
        rested = (rested or now - self.changed > REST_SECONDS) and self.shape != ""
        self.shape, self.changed = shape, now
        return rested

    def run(
        self,
        wanted: Spec,
        described: Described,
        config_type: type[DataclassInstance],
        *,
        may_begin: bool,
        rested: bool,
    ) -> tuple[KnownRun | None, Picture | None]:
        """The learner's run on this page, if there is one; a new one, untrained, when a setting that needs it has changed.
        And what tells whether the frame is there that shows what has changed, if somebody can be watching for it.

        The browser would ask for it too, and send a live setting that has moved, but only when it has drawn the page anew:
        by then the frame that shows the change is there. The stream of the run before tells of the new one.
        """
        self.moment += 1
        picture: Picture | None = None
        live, shape = live_names(config_type), described["shape"]
        changed = self.changes(shape, rested=rested)
        moved = self.moved(described["live"])
        latest = runs().latest(wanted.learner, wanted.page)
        there = shape_of(_as_understood(config_type, latest[1].config), live) if latest else ""
        if changed and may_begin and there != shape and runs().executor.ready:
            watched = latest is not None
            told = {"session": self.id, "moment": self.moment, **described}
            try:
                latest, there = (runs().start(wanted, paused=True, told=told), wanted), shape
                self.begun = latest[0].id
                picture = _frame_of(self.begun, after=0) if watched else None
            except RunError:
                pass  # the browser asks again, and tells the learner why not
        elif moved and latest and there == shape:
            frame = _frame_of(latest[0].id)
            with contextlib.suppress(RunError):  # it has ended; the browser knows what to do
                runs().command(latest[0].id, {"action": "set", "values": moved})
                picture = frame
        if latest is None:
            return None, picture
        handle, spec = latest
        known: KnownRun = {
            "view": handle.view,
            "control": handle.control,
            "state": handle.state,
            "shape": there,
            "live": {name: spec.config.get(name) for name in live},
            "begun": handle.id == self.begun,
        }
        return known, picture


def _frame_of(run_id: str, after: int | None = None) -> Picture:
    """Whether the run has recorded a frame since now, or since it had recorded so much."""
    folder = runs().folder_of(run_id)
    recorded = folder.recorded if after is None else after
    return lambda: folder.recorded > recorded


def _layers_told(setting: Setting, value: tuple[int, ...]) -> dict[str, str]:
    """The setting's name, and what it becomes by each of the page's buttons for layers."""
    assert isinstance(setting.declaration, Sizes)
    steps = layer_steps(setting.declaration, value)
    return {"name": setting.name, **{words: format_value(setting, wanted) for words, wanted in steps.items()}}


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


#: Setting → what stands in a command for a place of this server.
_PLACES = {"csv": "FILE", "own": "FILE", "data_dir": "FOLDER", "weights": "FILE", "network": "JSON"}


def terminal_command(stem: str, config: DataclassInstance) -> str:
    """The command that trains the same run in a terminal."""
    import dataclasses
    import shlex

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
                _PLACES.get(setting.name) or shlex.quote(format_value(setting, value)),
            ]
    assert dataclasses.is_dataclass(config)
    return " ".join(words)
