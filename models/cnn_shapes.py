"""The shapes inside a convolutional network, from its settings alone: what fits, what does not, how many parameters.

With a window of k pixels, stride s and p zeros on each side a row of n values becomes ⌊(n + 2p − k)/s⌋ + 1.
This module imports neither torch nor Streamlit, so that a page can follow while a network is being built.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from models.cnn_settings import Config

Shape = tuple[int, int, int]  # channels, height, width


@dataclass(frozen=True)
class Block:
    """One convolution block: what comes in, what goes out, and what it has learned to do in between."""

    number: int  # from 1
    inside: Shape  # before the convolution
    convolved: Shape
    outside: Shape  # after pooling
    kernel: int
    stride: int
    padding: int
    pool: int  # 2, or 1 for none
    n_parameters: int


def convolved_length(n: int, kernel: int, stride: int, padding: int, dilation: int = 1) -> int:
    """⌊(n + 2p − d(k − 1) − 1)/s⌋ + 1; 0 or less when the window does not fit."""
    return (n + 2 * padding - dilation * (kernel - 1) - 1) // stride + 1


def each(values: tuple[int, ...], n: int, what: str) -> tuple[int, ...]:
    """One value for each of n blocks. Raises ValueError when there are neither one nor n."""
    if len(values) == n:
        return values
    if len(values) == 1:
        return values * n
    raise ValueError(
        f"There are {len(values)} {what} for {n} convolution blocks: name one for all, or one for each."
    )


def blocks_of(config: Config, shape: Shape) -> list[Block]:
    """The convolution blocks for pictures of this shape. Raises ValueError, one sentence, where a window does not fit."""
    n = len(config.channels)
    kernels, strides = each(config.kernels, n, "kernel sizes"), each(config.strides, n, "strides")
    found: list[Block] = []
    for number, (channels, kernel, stride) in enumerate(
        zip(config.channels, kernels, strides, strict=True), start=1
    ):
        padding = kernel // 2 if config.padding == "same" else 0
        inside = found[-1].outside if found else shape
        height, width = (convolved_length(side, kernel, stride, padding) for side in inside[1:])
        if height < 1 or width < 1:
            raise ValueError(
                f"Block {number} looks through a window of {kernel}×{kernel} pixels, but only {inside[1]}×{inside[2]} are "
                "left there: take fewer blocks, a smaller kernel, a smaller stride, or padding."
            )
        # A map of a single row or column is not pooled any further.
        pool = 2 if config.pooling != "none" and min(height, width) >= 2 else 1
        n_parameters = (
            inside[0] * channels * kernel * kernel + channels + (2 * channels if config.batch_norm else 0)
        )
        outside = (channels, height // pool, width // pool)
        found.append(
            Block(
                number,
                inside,
                (channels, height, width),
                outside,
                kernel,
                stride,
                padding,
                pool,
                n_parameters,
            )
        )
    return found


def dense_sizes(config: Config, shape: Shape, n_classes: int) -> list[int]:
    """Units of the dense layers, from the flattened maps to the classes."""
    blocks = blocks_of(config, shape)
    channels, height, width = blocks[-1].outside if blocks else shape
    return [channels * height * width, *config.dense, n_classes]


def n_parameters(config: Config, shape: Shape, n_classes: int) -> int:
    """Numbers that the network learns, all together."""
    sizes = dense_sizes(config, shape, n_classes)
    dense = sum((a + 1) * b for a, b in itertools.pairwise(sizes))
    return dense + sum(block.n_parameters for block in blocks_of(config, shape))
