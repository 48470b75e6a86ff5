"""The learner's runs, newest first: filter, pages, what can be done with each."""

from __future__ import annotations

from typing import Final

import streamlit as st

from components.link import plain
from components.run_actions import action_menu, asked_action
from components.run_words import (
    ago,
    changes_in_words,
    concept_title,
    dataset_of,
    duration_of,
    moment_of,
    outcome_of,
    score_of,
    title_of,
)
from training.runs import runs
from training.store import RunRow

PER_PAGE: Final = 20
MOST_COMPARED: Final = 4
#: Session key: ids of the runs to compare, in the order in which they were ticked.
_CHOSEN = "runs: chosen"
_EVERYTHING = ""


def run_list(learner: str) -> None:
    """Draws the filter, the runs and, below them, the pages."""
    counts = runs().store.count(learner)
    if not counts:
        st.info("You have no runs yet: open a lesson and press Train, or import a bundle.")
        return
    bar = st.container(horizontal=True, vertical_alignment="bottom")
    page = bar.selectbox(
        "Concept",
        [_EVERYTHING, *sorted(counts)],
        format_func=lambda page: concept_title(page) or "All concepts",
        key="runs: concept",
        width=260,
    )
    chosen = _chosen(learner)
    bar.button(
        f"Compare {len(chosen)} runs" if len(chosen) > 1 else "Compare",
        key="runs: compare",
        disabled=len(chosen) < 2,
        type="primary",
        on_click=lambda: st.query_params.from_dict({"compare": ",".join(chosen)}),
        help=f"Tick two to {MOST_COMPARED} runs below.",
    )
    n_pages = -(-(counts.get(page, 0) if page else sum(counts.values())) // PER_PAGE)
    shown = st.container()
    number = st.pagination(n_pages, key=f"runs: page of {page}") if n_pages > 1 else 1
    rows = runs().store.of_learner(learner, page or None, PER_PAGE, (number - 1) * PER_PAGE)
    with shown:
        for row in rows:
            _draw(learner, row, chosen)


def _chosen(learner: str) -> list[str]:
    """The ticked runs that are still there; the list is the session's own."""
    chosen: list[str] = st.session_state.setdefault(_CHOSEN, [])
    for run_id in list(chosen):
        row = runs().store.get(run_id)
        if row is None or row.learner != learner:
            chosen.remove(run_id)
    return chosen


def _tick(run_id: str) -> None:
    chosen: list[str] = st.session_state[_CHOSEN]
    if run_id in chosen:
        chosen.remove(run_id)
    elif len(chosen) < MOST_COMPARED:
        chosen.append(run_id)


def _draw(learner: str, row: RunRow, chosen: list[str]) -> None:
    with st.container(border=True):
        words, buttons = st.columns([3, 2], vertical_alignment="center")
        with words:
            st.markdown(heading(row))
            st.caption(summary(row))
        with buttons.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center"):
            st.checkbox(
                "Compare",
                row.id in chosen,
                key=f"compare {row.id}",
                on_change=_tick,
                args=(row.id,),
                disabled=len(chosen) >= MOST_COMPARED and row.id not in chosen,
            )
            st.button(
                "Open",
                key=f"open {row.id}",
                on_click=st.query_params.from_dict,
                args=({"open": row.id},),
            )
            action_menu(row)
        asked_action(learner, row)


def heading(row: RunRow) -> str:
    """Title and score as Markdown."""
    parts = [f"**{plain(title_of(row))}**"]
    if score := score_of(row):
        parts.append(plain(score))
    if row.imported:
        parts.append(":gray-badge[imported]")
    return " · ".join(parts)


def summary(row: RunRow) -> str:
    """What was trained, with which settings, how it ended, when and for how long; as Markdown."""
    named = [concept_title(row.page), dataset_of(row)] if row.title else []  # else in the title
    what = [*named, *(changes_in_words(row) or ["default settings"])]
    how = [outcome_of(row), ago(moment_of(row)), duration_of(row.metrics)]
    lines = (" · ".join(plain(part) for part in parts if part) for parts in (what, how))
    return "  \n".join(lines)
