"""A sketch: a picture that follows the hand in the browser, without asking the server.

A page hands it data (curves, a graph, a recorded course of steps); the module `frontend/sketches/<kind>.js` draws them
and reacts to dragging, stepping and sliding at once. What the page must know of it is told when the hand rests.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from components.assets import assets, base_path, mounted
from components.theme import palettes

_mount = mounted("playground.sketch", "sketch.js")


def sketch(
    kind: str, data: Mapping[str, object], *, key: str, on_told: Callable[[Any], None] | None = None
) -> None:
    """Draw the sketch `frontend/sketches/<kind>.js` from `data`, which must be JSON.

    key: names this sketch on its page. on_told: called, before the page reruns, with what the sketch tells; it comes
    from a browser and may be any JSON at all, so check it as you would a link.
    """

    def told() -> None:
        value = st.session_state[key].get("told")
        if on_told is not None and value is not None:
            on_told(value)

    _mount(
        key=key,
        data={
            "assets": assets(),
            "base": base_path(),
            "kind": kind,
            "data": dict(data),
            "theme": palettes(),
        },
        on_told_change=told,
    )


def whole(value: object, below: int) -> int | None:
    """What a sketch told, if it is a whole number from 0 up to `below`; None for anything else."""
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < below else None
