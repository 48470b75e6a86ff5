"""Our front-end modules as Streamlit components: where the browser finds them, under a name that it may cache for ever."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

import streamlit as st
from streamlit.components.v2 import component

if TYPE_CHECKING:
    from streamlit.components.v2.types import ComponentRenderer

FRONTEND: Final = Path(__file__).parent / "frontend"

# What stands in the page is sent again with every rerun of every session: so only this. The rest is an ordinary module
# on our own server, which the browser caches and whose stack traces have lines.
_LOADER: Final = """
export default async function (component) {
  const { show } = await import(new URL(component.data.assets + "/%s", window.location.href).href);
  return show(component);
}
"""


def mounted(name: str, module: str) -> ComponentRenderer:
    """A component called `name`, drawn by `show` of `frontend/<module>`. Its data must hold `assets`: see `assets()`."""
    return component(name, js=_LOADER % module, isolate_styles=False)


def assets() -> str:
    """The path of the front-end files, as the browser asks for them."""
    return f"{base_path()}/assets/{assets_version()}"


@cache
def assets_version() -> str:
    """A name for the present state of the front-end files and of Plotly: URLs that carry it can be cached for ever."""
    digest = hashlib.sha256()
    for path in sorted(FRONTEND.rglob("*")):
        if path.suffix in {".js", ".css"}:
            digest.update(path.relative_to(FRONTEND).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


def base_path() -> str:
    """The path the app is served under, "" or "/something" without a slash at the end."""
    path = str(st.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{path}" if path else ""
