"""Results that take torch, scikit-learn or a hostile file: computed in a worker, kept for everybody who asks the same."""

from __future__ import annotations

import json
from typing import Any

import streamlit as st

from components.link import plain
from training.executor import RunError
from training.runs import runs


def worker_data(function: str, **arguments: Any) -> Any | None:
    """What `function` ("models.<module>:<name>") returns for these JSON arguments; None, with its sentence on the page."""
    try:
        return _computed(function, json.dumps(arguments, sort_keys=True))
    except RunError as error:
        st.error(plain(str(error)))
        return None


@st.cache_data(max_entries=200, show_spinner="Computing …")
def _computed(function: str, arguments: str) -> Any:
    return runs().executor.call(function, json.loads(arguments))
