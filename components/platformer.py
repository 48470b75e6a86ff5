"""The platform game of a page: its level to paint on, and the same game to play by hand."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from components.assets import base_path
from components.controls import about_to_be
from components.sketch import sketch, whole
from models.platformer_generator import Sliders, generate
from models.platformer_level import MAX_TEXT, Level
from models.platformer_levels import LEVELS
from models.platformer_replay import Replay, play
from models.platformer_rules import TERMS, TICKS_PER_SECOND
from models.platformer_settings import Config, rewards_of, sliders_of
from models.platformer_trained import TRAINED, played
from models.platformer_ways import way
from models.settings import parse_value, settings_of

#: Session keys.
_REFUSED = "platformer: refused level"  # {"text", "sentence"} of what was told last and is no level
_MADE = "platformer: made-up level"  # text of the level that the sliders of the editor made last
_LAST = "platformer: last config"  # when the page last ran
_GHOST = "platformer: level of the ghost"  # number of the shipped level whose recorded way is raced
_TRAINED = (
    "platformer: level of the trained agent"  # number of the shipped level whose policy is watched or raced
)

#: Settings that choose a level; moving one of them ends the painting.
_CHOOSING = ("level", "pits", "walkers", "platforms", "coins", "length")


_OWN_LEVEL = next(setting for setting in settings_of(Config) if setting.name == "own_level")


def end_painting() -> None:
    """Forgets what was painted when another level has been chosen since. Call it before `controls`."""
    last = st.session_state.get(_LAST)
    if last is None or not last.own_level:
        return
    held = st.session_state
    moved = any(held.get(name, getattr(last, name)) != getattr(last, name) for name in _CHOOSING)
    if moved and held.get("own_level", last.own_level) == last.own_level:
        held["own_level"] = ""


def settings_without_use() -> list[str]:
    """Settings that the chosen level and learner do not read. Call it before `controls`."""
    made_up, dqn = about_to_be(Config, "level") == "generated", about_to_be(Config, "algorithm") == "dqn"
    return [
        *([] if made_up else ["pits", "walkers", "platforms", "coins", "length", "n_levels"]),
        *(["entropy_bonus", "gae_lambda"] if dqn else ["exploration"]),
    ]


def chosen_level(config: Config) -> tuple[str, Level]:
    """Name and level that training begins in; of several that are made up, the first."""
    if config.own_level:
        return "Your level", Level.parse(config.own_level)
    return _set_level(config)


def level_editor(config: Config) -> None:
    """Draws the level to paint on. What is painted becomes the setting `own_level`, also while a run trains."""
    st.session_state[_LAST] = config
    name, level = chosen_level(config)
    levels = [{"name": shipped.name, "text": shipped.level.text} for shipped in LEVELS]
    made = st.session_state.get(_MADE)
    data = {
        "level": level.text,
        "name": name,
        "own": bool(config.own_level),
        "levels": [*levels, *([{"name": "The one made up last", "text": made}] if made else [])],
        "refused": st.session_state.get(_REFUSED),
    }
    sketch("platformer_editor", data, key="platformer editor", on_told=_painted)


def play_by_hand(config: Config) -> None:
    """Draws the game for the learner's own hands, with the rewards that the agent gets."""
    name, level = chosen_level(config)
    number, trained = st.session_state.get(_GHOST), st.session_state.get(_TRAINED)
    data = {
        "url": f"{base_path()}/play/platformer",
        "levels": [
            {"name": f"{name} (where the agent trains)", "text": level.text},
            *(
                {"name": f"{i} · {shipped.name}", "text": shipped.level.text}
                for i, shipped in enumerate(LEVELS, 1)
            ),
        ],
        "terms": list(TERMS),
        "rewards": dataclasses.asdict(rewards_of(config)),
        "way": _way(number) if number is not None else None,
        "n_trained": max(TRAINED),
        "trained": _trained(trained) if trained is not None else None,
    }
    sketch("platformer_play", data, key="platformer play", on_told=_asked)


def _set_level(config: Config) -> tuple[str, Level]:
    if config.level == "generated":
        return "The first made-up level", _generated(sliders_of(config), 1000 * config.seed)
    shipped = LEVELS[int(config.level) - 1]
    return shipped.name, shipped.level


@st.cache_data(max_entries=200, show_spinner=False)
def _generated(sliders: Sliders, seed: int) -> Level:
    return generate(sliders, seed)


@st.cache_data(max_entries=len(LEVELS), show_spinner=False)
def _way(number: int) -> dict[str, Any]:
    """The recorded way to the flag of LEVELS[number]."""
    return _pictured(way(number))


@st.cache_data(max_entries=len(LEVELS), show_spinner=False)
def _trained(number: int) -> dict[str, Any]:
    """A game of the policy that comes with LEVELS[number]: the first of ten that reaches the flag, or the last."""
    found: dict[str, Any] = {}
    for seed in range(10):
        found = _pictured(played(number + 1, seed))
        if found["how"] == "flag":
            break
    return found


def _pictured(replay: Replay) -> dict[str, Any]:
    """A recorded game to race or to watch: places in 1/64 tile, null for what is gone, and how it ended."""
    states, how = [], "running"
    for game in play(replay, "none"):
        states.append(game.snapshot())
        how = game.ended[0].how if len(game.finished) else how
    if how != "running":
        states.pop()  # the next episode has begun
    return {
        "level": replay.level.text,
        "how": how,
        "tau": replay.rules.skip / TICKS_PER_SECOND,
        **{
            name: [_places(state[name][0]) for state in states] for name in ("x", "y", "walkers", "platforms")
        },
        **{name: [int(state[name][0]) for state in states] for name in ("facing", "coins", "stomps")},
        "taken": [np.flatnonzero(state["taken"][0]).tolist() for state in states],
    }


def _places(found: NDArray[np.float32]) -> Any:
    """Tiles as nested lists of 1/64 tile, null where there is nothing."""
    if np.ndim(found) == 0:
        return round(float(found) * 64)
    return [None if np.isnan(row).any() else [round(float(value) * 64) for value in row] for row in found]


def _painted(told: object) -> None:
    """What the editor tells: {"level": text or None}, or {"generate": sliders with a seed}."""
    st.session_state[_REFUSED] = None
    wish = told if isinstance(told, Mapping) else {}
    try:
        if "generate" in wish:
            _take(_made_up(wish["generate"]))
            st.session_state[_MADE] = st.session_state["own_level"]
        elif "level" in wish and wish["level"] is None:
            st.session_state["own_level"] = ""
        else:
            _take(Level.parse(wish.get("level")))
    except ValueError as error:
        text = wish.get("level")
        kept = text if isinstance(text, str) and len(text) <= MAX_TEXT else None
        st.session_state[_REFUSED] = {"text": kept, "sentence": str(error)}


def _take(level: Level) -> None:
    """The level becomes the setting. Raises ValueError, one sentence, when it is too long for a link."""
    st.session_state["own_level"] = parse_value(_OWN_LEVEL, level.text)


def _made_up(wanted: object) -> Level:
    """The level that told sliders and seed stand for. Raises ValueError, one sentence, for any others."""
    names = {field.name for field in dataclasses.fields(Sliders)}
    if not isinstance(wanted, Mapping) or set(wanted) != names | {"seed"}:
        raise ValueError(f"A made-up level needs exactly {', '.join(sorted(names))} and a seed.")
    seed = wanted["seed"]
    if whole(seed, 1 << 31) is None:
        raise ValueError("The seed of a made-up level must be a whole number from 0 to 2147483647.")
    return generate(Sliders(**{name: wanted[name] for name in names}), seed)


def _asked(told: object) -> None:
    """What the game tells: {"way": number of a shipped level} to race its recorded way, {"trained": number} for a game
    of the policy that comes with it, or null for either."""
    wish = told if isinstance(told, Mapping) else {}
    st.session_state[_GHOST] = whole(wish.get("way"), len(LEVELS))
    st.session_state[_TRAINED] = whole(wish.get("trained"), max(TRAINED))
