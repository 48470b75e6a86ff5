"""One stored run, opened: its pictures with the scrubber, and the way back to its lesson."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

import streamlit as st

from components.catalog import CONCEPTS
from components.controls import link_query
from components.experiment import shape_of
from components.link import plain
from components.live import KnownRun, live_view
from components.pictures import panels_of
from components.run_actions import action_menu, asked_action
from components.run_list import heading, summary
from components.run_words import full_config
from models.settings import from_mapping, live_names
from models.stored import config_type
from training.log import records
from training.runs import runs
from training.spec import Spec
from training.store import RunRow

GONE = "This run is not yours, or no longer kept."


def back_to_list() -> None:
    """Draws the button that leads back to the list."""
    st.button("All runs", key="runs: back", icon=":material/arrow_back:", on_click=st.query_params.clear)


def open_run(learner: str, run_id: str) -> None:
    """Draws a run of the learner's; one sentence for any other."""
    back_to_list()
    row = runs().store.get(run_id)
    if row is None or row.learner != learner:
        st.info(GONE)
        return
    words, buttons = st.columns([3, 2], vertical_alignment="center")
    with words:
        st.markdown(heading(row))
        st.caption(summary(row))
    with buttons.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center"):
        _continue_link(row)
        action_menu(row)
    asked_action(learner, row)
    facts = _facts(row)
    if facts is None:
        st.info(f"{plain(row.sentence)} No pictures of this run were recorded.")
        return
    _draw_view(learner, row, facts)


def _continue_link(row: RunRow) -> None:
    """The lesson with this run's settings; nothing for a run that no lesson of today can take."""
    if row.page not in {item.stem for item in CONCEPTS}:
        return
    try:
        config = from_mapping(config_type(row.model), row.config)
    except ValueError:
        return
    st.page_link(
        f"pages/{row.page}.py",
        label="Continue from these settings",
        icon=":material/play_arrow:",
        query_params=dict(parse_qsl(link_query(config), keep_blank_values=True)),
    )


def _facts(row: RunRow) -> Mapping[str, Any] | None:
    """What the run said about itself at its start; None when it said or left nothing."""
    try:
        for record in records(runs().limits.runs_folder / row.id, frames=False):
            if record.get("kind") == "facts":
                return dict(record["facts"])
    except OSError:
        pass  # deleted since
    return None


def _draw_view(learner: str, row: RunRow, facts: Mapping[str, Any]) -> None:
    config = full_config(row)
    live = live_names(config_type(row.model))
    shape = shape_of(config, live)
    held = {name: config[name] for name in sorted(live) if name in config}
    handle = runs().handle(row.id)
    run: KnownRun = {
        "view": handle.view,
        "control": handle.control,
        "state": handle.state,
        "shape": shape,
        "live": held,
        "begun": False,
    }
    live_view(
        key=f"run {row.id}",
        described={
            "spec": runs().tokens.pack(Spec(learner, row.page, row.model, config)),
            "shape": shape,
            "live": held,
            "panels": panels_of(row.model, config, facts),
            "seconds": 0.0,
        },
        run=run,
        autopreview=False,
    )
