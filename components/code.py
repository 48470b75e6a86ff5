"""The code that just ran: plain PyTorch for this very config and seed, as a script and as a notebook."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import streamlit as st

from components.experiment import terminal_command
from components.link import plain
from models.settings import to_mapping
from training.executor import RunError
from training.runs import runs

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

#: Session key: config as text → what was exported for it (the newest few).
_EXPORTED = "exported code"
_MOST_KEPT = 4
#: Widget key of the switch that shows the command, before the model's name.
COMMAND_SHOWN = "show command"


def code_of(stem: str, config: DataclassInstance, words: str, *, library: str = "PyTorch") -> None:
    """Draws the section; code appears on request. words: how it relates to the page.

    Making it may read the data, and what colours code is the longest of Streamlit's scripts to load: a page without any
    starts sooner. The source comes from `export(config)` of `models/<stem>_code.py`.
    """
    st.markdown(f"{words} Settings that you change while a run trains are not part of it.")
    if st.toggle(f"Show the {library} code", key=f"show code {stem}"):
        made = _made(stem, config)
        if made is not None:
            _show(stem, made)
    if st.toggle("Show the same run as a command for the terminal", key=f"{COMMAND_SHOWN} {stem}"):
        st.markdown("From the project's folder:")
        st.code(terminal_command(stem, config), language="bash", wrap_lines=True)


def _made(stem: str, config: DataclassInstance) -> dict[str, str] | None:
    kept: dict[str, dict[str, str]] = st.session_state.setdefault(_EXPORTED, {})
    key = repr(config)
    if key not in kept:
        try:
            made = runs().executor.call(f"models.{stem}_code:export", {"config": to_mapping(config)})
        except RunError as error:
            st.error(plain(str(error)))
            return None
        while len(kept) >= _MOST_KEPT:
            del kept[next(iter(kept))]
        kept[key] = made
    return kept[key]


def _show(stem: str, made: dict[str, str]) -> None:
    with st.container(horizontal=True):
        st.download_button(
            "Download script", made["script"], f"{stem}.py", "text/x-python", on_click="ignore"
        )
        st.download_button(
            "Download notebook",
            made["notebook"],
            f"{stem}.ipynb",
            "application/x-ipynb+json",
            on_click="ignore",
        )
        if made["data"]:
            st.download_button(
                "Download data.npz", base64.b64decode(made["data"]), "data.npz", on_click="ignore"
            )
    if made["data"]:
        st.caption("The table is too large to stand in the script: put data.npz beside it.")
    with st.container(height=420):
        st.code(_without_data(made["script"]), language="python")


def _without_data(script: str) -> str:
    """The script for reading: the packed examples are shortened, the download holds them."""
    lines = script.splitlines()
    packed = [line.startswith('     "') for line in lines]
    shown = [
        line
        for number, line in enumerate(lines)
        if not packed[number] or not packed[number - 1]  # the first line of each block stays
    ]
    return "\n".join(shown)
