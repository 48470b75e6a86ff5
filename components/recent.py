"""The learner's last runs, as a short list on the home page."""

from __future__ import annotations

import streamlit as st

from components.link import plain
from components.run_words import ago, moment_of, outcome_of, score_of, title_of
from training.runs import runs


def recent_runs(learner: str, most: int = 5) -> None:
    """Draws up to `most` runs, newest first, each a link to it; nothing for somebody who has none yet."""
    rows = runs().store.of_learner(learner, limit=most)
    if not rows:
        return
    st.header("Your last runs")
    for row in rows:
        words = [score_of(row), outcome_of(row), ago(moment_of(row))]
        st.page_link(
            "pages/runs.py",
            label=f"**{plain(title_of(row))}** · " + " · ".join(plain(word) for word in words if word),
            icon=":material/history:",
            query_params={"open": row.id},
        )
    st.page_link("pages/runs.py", label="All my runs")
