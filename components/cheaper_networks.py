"""A trained network of the learner's made cheaper; a small one trained on the spot where there is none yet."""

from __future__ import annotations

from typing import Any

import streamlit as st

from components.sketch import sketch
from components.trained import choose_trained, trained_runs
from components.worker_data import worker_data


def cheaper_networks(page: str) -> None:
    """Draws the choice of the network and, once asked for, what quantisation and pruning make of it."""
    has_own = bool(trained_runs("cnn"))
    which = "built-in"
    if has_own:
        which = st.segmented_control(
            "Network",
            ("own", "built-in"),
            default="own",
            required=True,
            format_func={"own": "one that you trained", "built-in": "a small one for digits"}.__getitem__,
            key=f"cheaper {page}",
        )
    else:
        st.caption(
            "A small network for digits is trained for this, in seconds. Networks that you train on the page "
            "“Convolutional network” can be chosen here too."
        )
    arguments: dict[str, Any] = {}
    if has_own and which == "own":
        run = choose_trained("cnn", page)
        if run is not None:
            arguments = {"config": run.config, "weights": run.weights}
    if st.toggle("Measure it", key=f"cheaper {page}: on"):
        found = worker_data("models.cheaper:cheaper", **arguments)
        if found is not None:
            sketch("cheaper", found, key="cheaper")
