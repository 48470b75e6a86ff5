"""An activation for each hidden layer, one box per layer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st


def layer_functions(
    setting: str, n_layers: int, present: Sequence[str], usual: str, functions: Mapping[str, str]
) -> tuple[str, ...]:
    """Draws a switch and, when it is on, a box per layer; the chosen activations, () when switched off.

    setting: key in the session under which the links and the command line know the choice.
    """
    if not n_layers or not st.toggle(
        "Another activation in each layer", value=bool(present), key=f"{setting} on"
    ):
        st.session_state[setting] = []
        return ()
    chosen = []
    for layer in range(n_layers):
        start = present[layer] if layer < len(present) else usual
        chosen.append(
            st.selectbox(
                f"Layer {layer + 1}",
                list(functions),
                index=list(functions).index(start),
                format_func=functions.__getitem__,
                key=f"{setting} {layer}",
            )
        )
    st.session_state[setting] = chosen
    return tuple(chosen)
