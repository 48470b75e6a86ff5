"""The comparison of the page's network with classical methods, as an experiment of its own on the page."""

from __future__ import annotations

import streamlit as st

from components.code import code_of
from components.experiment import experiment
from models.cnn_efficiency import Config, estimate_seconds
from models.cnn_settings import Config as Network
from models.settings import from_mapping, to_mapping

_REPETITIONS, _MOST = (1, 2, 3, 5), (10, 20, 50, 100, 200, 500)
_PAGE = "cnn-efficiency"


def efficiency(network: Network | None) -> None:
    """Draws the comparison for a network with these settings, once it is asked for. None: there is nothing to learn from."""
    if not st.toggle("Compare with classical methods", key=f"{_PAGE}: on"):
        return
    if network is None:
        st.info("Choose pictures and a network above that fit together; they are compared then.")
        return
    left, right = st.columns(2)
    repetitions = left.segmented_control(
        "Repetitions",
        _REPETITIONS,
        default=Config.repetitions,
        required=True,
        key=f"{_PAGE}: repetitions",
        help="Each draws other pictures and other first weights.",
    )
    most = right.segmented_control(
        "Most pictures per class", _MOST, default=Config.most, required=True, key=f"{_PAGE}: most"
    )
    config = compared(network, repetitions, most)
    experiment(
        "cnn_efficiency", config, page=_PAGE, seconds=estimate_seconds, unit="point", follows_sliders=False
    )
    with st.expander("The code of this comparison"):
        code_of(
            "cnn_efficiency",
            config,
            "The same comparison in PyTorch and scikit-learn, with the same final numbers.",
        )


def compared(network: Network, repetitions: object, most: object) -> Config:
    """The comparison's settings; a value that a browser has made up becomes the usual one."""
    return from_mapping(
        Config,
        {
            **to_mapping(network),
            "picture": 0,  # what is looked at above
            "unit": "",
            "repetitions": _one_of(repetitions, _REPETITIONS, Config.repetitions),
            "most": _one_of(most, _MOST, Config.most),
        },
    )


def _one_of(value: object, options: tuple[int, ...], otherwise: int) -> int:
    return value if isinstance(value, int) and value is not True and value in options else otherwise
