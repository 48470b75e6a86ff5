"""A network attacked by hand on a page: which network, which of its test pictures, and the sketch that follows the hand."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import streamlit as st

from components.downloads import downloads
from components.sketch import sketch, whole
from components.trained import TrainedRun, choose_trained
from components.worker_data import worker_data
from models.attack_settings import Config, network_settings
from models.settings import from_mapping, to_mapping

WHOM = {
    "ordinary": "A network of this page",
    "adversarial": "The same after adversarial training",
    "own": "One of yours",
}
_PICTURE = "attack by hand: picture"
LARGEST = 9999  # number of a test picture that a browser may ask for


def attack_by_hand() -> None:
    """Draws the choice of a network and the sketch; nothing but a sentence when its network cannot be had."""
    whom = st.segmented_control(
        "Which network",
        list(WHOM),
        default="ordinary",
        required=True,
        format_func=WHOM.__getitem__,
        key="whom",
    )
    arguments = (
        _own()
        if whom == "own"
        else worker_data("models.attack_hand:house", adversarial=whom == "adversarial")
    )
    if arguments is None:
        return
    data = worker_data(
        "models.attack_hand:attacked", picture=int(st.session_state.get(_PICTURE, 0)), **arguments
    )
    if data is not None:
        sketch("attack", data, key="attack by hand", on_told=_take)


def _take(told: object) -> None:
    """The picture that the learner has pressed; it comes from a browser, so it may be anything."""
    picture = whole(told.get("picture"), LARGEST + 1) if isinstance(told, dict) else None
    if picture is not None:
        st.session_state[_PICTURE] = picture


def _own() -> dict[str, Any] | None:
    run = choose_trained("cnn", "attack by hand", also=("attack",))
    return None if run is None else {"config": network_of(run), "weights": run.weights}


def network_of(run: TrainedRun) -> dict[str, Any]:
    """The settings of a run's network as `models.cnn` has them: those of a run of `models.attack` are translated."""
    if run.model == "attack":
        return to_mapping(network_settings(from_mapping(Config, run.config)))
    return run.config


def whose_network(config: Config, whom: str) -> Config | None:
    """The config with the pictures of a new network, or with one of the learner's own; None while there is none."""
    if whom != "own":
        return downloads(config)
    run = choose_trained("cnn", "attack", also=("attack",))
    return None if run is None else replace(config, weights=run.weights, network=json.dumps(network_of(run)))
