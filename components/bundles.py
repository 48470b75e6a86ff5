"""Runs as zip files: packed and read in a worker, never in the server."""

from __future__ import annotations

import base64
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import streamlit as st

from components.link import plain
from components.run_words import full_config, title_of
from training.executor import RunError
from training.runs import runs
from training.store import RunRow

#: Session key: counts imports; a new number empties the uploader.
_NUMBER = "bundles: number"
#: Session key: upload id → why it was refused.
_REFUSED = "bundles: refused"


@dataclass(frozen=True)
class Exported:
    """A bundle on disk."""

    path: Path
    file_name: str
    sentence: str

    @property
    def megabytes(self) -> str:
        size = self.path.stat().st_size
        return f"({size / 1e6:.1f} MB)" if size >= 100_000 else f"({size / 1e3:.0f} kB)"

    @property
    def content(self) -> Callable[[], BinaryIO]:
        """Opened when the learner clicks."""
        return lambda: self.path.open("rb")


def exported(learner: str, row: RunRow) -> Exported:
    """The bundle of a run, made anew. Raises RunError when the run is active, gone or too large."""
    extra: dict[str, str] = {}
    sentence = "Settings, every metric, all frames, the weights, and the same run as plain PyTorch."
    try:
        made = runs().executor.call(f"models.{row.model}_code:export", {"config": full_config(row)})
    except RunError:  # its table was deleted, or the model has no script
        sentence = "Settings, every metric, all frames and the weights; a script of this run cannot be made."
    else:
        for name, key in (("script.py", "script"), ("notebook.ipynb", "notebook")):
            extra[name] = base64.b64encode(made[key].encode()).decode()
        if made["data"]:
            extra["data.npz"] = made["data"]
    path = runs().export_bundle(row.id, learner, extra)
    words = re.sub(r"[^a-z0-9]+", "-", title_of(row).lower()).strip("-")[:40] or "run"
    return Exported(path, f"{words}-{row.id[:15]}.zip", sentence)


def import_bundle(learner: str) -> None:
    """Draws the upload; a sound bundle becomes a run of the learner's, another gets one sentence."""
    number = st.session_state.setdefault(_NUMBER, 0)
    uploaded = st.file_uploader("Bundle (zip)", type="zip", key=f"bundle {number}")
    if uploaded is None:
        st.caption("A zip file that was exported here or on another server of this playground.")
        return
    refused: dict[str, str] = st.session_state.setdefault(_REFUSED, {})
    if uploaded.file_id not in refused:
        with st.spinner("Reading the bundle …"):
            try:
                _import(learner, uploaded)
            except RunError as error:
                refused[uploaded.file_id] = str(error)
            else:
                st.session_state[_NUMBER] = number + 1
                st.toast("The run was imported; it is the first in the list.")
                st.rerun()
    st.error(plain(refused[uploaded.file_id]))


def _import(learner: str, uploaded: Any) -> str:
    """The new run's id. Raises RunError with one sentence."""
    folder = runs().limits.uploads_folder
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"{secrets.token_hex(16)}.zip"
    try:
        path.write_bytes(uploaded.getbuffer())
        return runs().import_bundle(learner, path)
    finally:
        path.unlink(missing_ok=True)
