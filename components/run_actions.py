"""What a learner may do with a stored run: rename, export, delete. Each asks below the run, one at a time."""

from __future__ import annotations

from typing import Final

import streamlit as st

from components.bundles import Exported, exported
from components.link import plain
from components.run_words import title_of
from training.executor import RunError
from training.runs import runs
from training.store import RunRow

ACTIONS: Final = {"rename": "Rename", "export": "Export bundle", "delete": "Delete"}
#: Session key: (action, run id) that is asked about now.
_ASKED = "runs: asked"
#: Session key: run id → its bundle, while that is on offer.
_EXPORTED = "runs: exported"
#: Session key: what could not be done, until the next action.
_REFUSED = "runs: refused"


def action_menu(row: RunRow) -> None:
    """Draws the menu of a run; what it leads to is drawn by `asked_action`."""
    st.menu_button(
        "More",
        list(ACTIONS),
        key=f"more {row.id}",
        format_func=ACTIONS.__getitem__,
        on_click=_ask,
        args=(row.id,),
        icon=":material/more_horiz:",
    )


def _ask(run_id: str) -> None:
    _answered()
    st.session_state[_ASKED] = (str(st.session_state.get(f"more {run_id}")), run_id)


def _answered() -> None:
    for key in (_ASKED, _REFUSED, _EXPORTED):
        st.session_state.pop(key, None)


def asked_action(learner: str, row: RunRow) -> None:
    """Draws what was asked of this run, if anything."""
    action, run_id = st.session_state.get(_ASKED, ("", ""))
    if run_id != row.id:
        return
    if _REFUSED in st.session_state:
        st.error(plain(st.session_state[_REFUSED]))
    if action == "rename":
        _draw_rename(learner, row)
    elif action == "delete":
        _draw_delete(learner, row)
    elif action == "export":
        _draw_export(learner, row)


def _draw_rename(learner: str, row: RunRow) -> None:
    with st.form(f"rename {row.id}", border=False):
        st.text_input(
            "Title",
            row.title,
            max_chars=80,
            key=f"title {row.id}",
            placeholder=title_of(row),
            help="Empty: none.",
        )
        with st.container(horizontal=True):
            st.form_submit_button("Save", type="primary", on_click=_rename, args=(learner, row.id))
            st.form_submit_button("Cancel", on_click=_answered)


def _rename(learner: str, run_id: str) -> None:
    try:
        runs().rename(run_id, learner, str(st.session_state.get(f"title {run_id}", "")))
    except RunError as error:
        st.session_state[_REFUSED] = str(error)
        return
    _answered()


def _draw_delete(learner: str, row: RunRow) -> None:
    st.warning("Delete this run with everything that was recorded? It cannot be brought back.")
    with st.container(horizontal=True):
        st.button(
            "Delete for good",
            type="primary",
            key=f"delete {row.id}",
            on_click=_delete,
            args=(learner, row.id),
        )
        st.button("Keep", key=f"keep {row.id}", on_click=_answered)


def _delete(learner: str, run_id: str) -> None:
    try:
        runs().delete(run_id, learner)
    except RunError as error:
        st.session_state[_REFUSED] = str(error)
        return
    _answered()


def _draw_export(learner: str, row: RunRow) -> None:
    kept: dict[str, Exported] = st.session_state.setdefault(_EXPORTED, {})
    try:
        if row.id not in kept:
            with st.spinner("Packing the run …"):
                kept[row.id] = exported(learner, row)
        bundle = kept[row.id]
    except RunError as error:
        st.error(plain(str(error)))
        st.button("Close", key=f"close {row.id}", on_click=_answered)
        return
    st.caption(bundle.sentence)
    with st.container(horizontal=True):
        st.download_button(
            f"Download {bundle.megabytes}",
            bundle.content,
            bundle.file_name,
            "application/zip",
            key=f"download {row.id}",
            type="primary",
            on_click="ignore",
        )
        st.button("Close", key=f"close {row.id}", on_click=_answered)
