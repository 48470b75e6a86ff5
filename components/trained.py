"""The learner's own trained networks, to go on with on another page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from components.learner import learner
from components.run_words import ago, full_config, moment_of, score_of, title_of
from training import weights
from training.runs import runs
from training.store import RunRow

MOST = 20


@dataclass(frozen=True)
class TrainedRun:
    """A finished run: `config` as JSON values, `weights` the path of its parameters, for a worker to read."""

    id: str
    config: dict[str, Any]
    weights: str
    model: str = "cnn"


def trained_runs(model: str) -> list[RunRow]:
    """The learner's runs of this model that left their parameters, newest first."""
    folder = runs().limits.runs_folder
    rows = runs().store.of_learner(learner(), None, 200, 0)
    return [row for row in rows if row.model == model and (folder / row.id / weights.FILE).is_file()][:MOST]


def stamped(network: dict[str, Any]) -> dict[str, Any]:
    """The network with the moment at which its file "weights" was written, so that nothing is kept of an older one under that name."""
    try:
        written = Path(network["weights"]).stat().st_mtime_ns
    except OSError:
        written = 0
    return {**network, "stamp": written}


def choose_trained(model: str, page: str, also: Sequence[str] = ()) -> TrainedRun | None:
    """Draws the choice among the learner's trained networks; None, with a way there, when there are none yet.

    also: further models whose runs leave such networks too.
    """
    rows = [row for name in (model, *also) for row in trained_runs(name)]
    if not rows:
        st.info("You have not trained a network of this kind yet: train one first, then come back.")
        st.page_link(f"pages/{model}.py", label="Train one now", icon=":material/play_arrow:")
        return None
    names = {
        row.id: f"{title_of(row)} · {score_of(row) or 'no score'} · {ago(moment_of(row))}" for row in rows
    }
    chosen = st.selectbox(
        "Which of your networks", list(names), format_func=names.__getitem__, key=f"trained {page}"
    )
    row = next(row for row in rows if row.id == chosen)
    path: Path = runs().limits.runs_folder / row.id / weights.FILE
    return TrainedRun(row.id, full_config(row), str(path), row.model)
