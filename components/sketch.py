"""A sketch: a picture that follows the hand in the browser, without asking the server.

A page hands it data (curves, a graph, a recorded course of steps); the module `frontend/sketches/<kind>.js` draws them
and reacts to dragging, stepping and sliding at once. What the page must know of it is told when the hand rests.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import streamlit as st
from streamlit.components.v2 import component

from components.live import assets_version, base_path
from components.theme import palettes

_LOADER: Final = """
export default async function (component) {
  const { show } = await import(new URL(component.data.assets + "/sketch.js", window.location.href).href);
  return show(component);
}
"""

_mount = component("playground.sketch", js=_LOADER, isolate_styles=False)


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
            "assets": f"{base_path()}/assets/{assets_version()}",
            "kind": kind,
            "data": dict(data),
            "theme": palettes(),
        },
        on_told_change=told,
    )


def whole(value: object, below: int) -> int | None:
    """What a sketch told, if it is a whole number from 0 up to `below`; None for anything else."""
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < below else None
