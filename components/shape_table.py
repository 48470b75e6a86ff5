"""The shapes and parameter counts of a convolutional network while it is being built, or why it cannot be."""

from __future__ import annotations

import itertools

import pandas as pd
import streamlit as st

from components.link import plain
from models.cnn_settings import Config
from models.cnn_shapes import Shape, blocks_of, dense_sizes, n_parameters


def shape_table(config: Config, shape: Shape, n_classes: int) -> bool:
    """Draws the table; False, with one sentence in its place, when a window does not fit."""
    try:
        blocks = blocks_of(config, shape)
        sizes = dense_sizes(config, shape, n_classes)
        total = n_parameters(config, shape, n_classes)
    except ValueError as error:
        st.error(plain(str(error)))
        return False
    with st.expander(f"Shapes: {total:,} parameters"):
        rows = [("picture", "", _words(shape), 0)]
        for block in blocks:
            window = f"{block.kernel}×{block.kernel}, stride {block.stride}, padding {block.padding}"
            rows.append(
                (f"block {block.number}: convolution", window, _words(block.convolved), block.n_parameters)
            )
            if block.pool > 1:
                rows.append(
                    (f"block {block.number}: {config.pooling} pooling", "2×2", _words(block.outside), 0)
                )
        for number, (before, after) in enumerate(itertools.pairwise(sizes), start=1):
            name = f"dense layer {number}" if number < len(sizes) - 1 else "answer"
            rows.append((name, f"{before:,} × {after:,}", f"{after:,}", (before + 1) * after))
        table = pd.DataFrame(rows, columns=["layer", "window or weights", "what comes out", "parameters"])
        st.dataframe(table, hide_index=True, width="stretch")
    return True


def _words(shape: Shape) -> str:
    channels, height, width = shape
    return f"{channels} × {height} × {width}"
