"""Hand-made features: which way the edges run in each small cell of a picture, and how strong they are.

Before networks learned their own features, people made them, and the best known are histograms of oriented gradients
(Dalal & Triggs 2005, "Histograms of oriented gradients for human detection", §6):

1. the gradient of each pixel, by the differences −1, 0, 1; of a colour picture that of the strongest channel (§6.2);
2. each pixel votes for the direction across its edge, 0 to 180°, with the strength of its gradient; a direction between
   two of the nine bins votes for both (§6.3);
3. the votes of a cell of k × k pixels are added up;
4. each 2 × 2 neighbouring cells form a block v, which is normalised: v ← v / √(‖v‖² + ε²), cut off at 0.2, and once more
   (§6.4, "L2-Hys"), so that light and dark pictures look alike.

Shapes: N pictures, C channels, H × W pixels; cells R × S, blocks (R − 1) × (S − 1). NumPy only.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]

N_BINS = 9
CLIP = 0.2
EPSILON = 1e-3
CELLS = 8  # that are wanted along a side
SMALLEST_CELL = 2  # pixels
CHUNK = 500  # pictures at a time: their votes take memory


def cell_side(side: int) -> int:
    """Pixels along a cell of a picture with this side: 2 for 8, 4 for 28 and 32."""
    return max(SMALLEST_CELL, round(side / CELLS))


def edge_histograms(pixels: NDArray[np.uint8]) -> Array:
    """The features (N, D) of the pictures (N, C, H, W): the normalised blocks, one after another."""
    parts = [_features(pixels[i : i + CHUNK]) for i in range(0, len(pixels), CHUNK)]
    return np.concatenate(parts)


def _features(pixels: NDArray[np.uint8]) -> Array:
    return normalised(cells(*gradients(pixels), cell_side(min(pixels.shape[2:]))))


def gradients(pixels: NDArray[np.uint8]) -> tuple[Array, Array]:
    """Strength (N, H, W) and direction (N, H, W), in radians from 0 to π, of the gradient of each pixel.

    The rim is repeated outside; strength 1 is a step from black to white over two pixels.
    """
    x = np.pad(pixels.astype(np.float32) / 255, ((0, 0), (0, 0), (1, 1), (1, 1)), mode="edge")
    across = x[:, :, 1:-1, 2:] - x[:, :, 1:-1, :-2]
    down = x[:, :, 2:, 1:-1] - x[:, :, :-2, 1:-1]
    strength = np.hypot(across, down)
    strongest = strength.argmax(axis=1)[:, None]
    across, down, strength = (np.take_along_axis(one, strongest, 1)[:, 0] for one in (across, down, strength))
    return strength, np.mod(np.arctan2(down, across), np.float32(np.pi))


def cells(strength: Array, direction: Array, side: int) -> Array:
    """The votes (N, R, S, N_BINS) of cells of side × side pixels; pixels left over at the rim vote in the last cell.

    The middle of bin b is at (b + ½) · 180° / N_BINS.
    """
    place = direction / np.float32(np.pi) * N_BINS - np.float32(0.5)
    lower = np.floor(place).astype(np.int64)
    share = place - lower
    bins = np.arange(N_BINS)
    votes = strength[..., None] * (
        (1 - share)[..., None] * (np.mod(lower, N_BINS)[..., None] == bins)
        + share[..., None] * (np.mod(lower + 1, N_BINS)[..., None] == bins)
    )
    rows, columns = (_membership(length, side) for length in strength.shape[1:])
    summed: Array = np.einsum("nhwb,hr,ws->nrsb", votes.astype(np.float32), rows, columns, optimize=True)
    return summed


def _membership(length: int, side: int) -> Array:
    """(length, cells): 1 where the pixel lies in the cell."""
    n = max(1, length // side)
    cell = np.minimum(np.arange(length) // side, n - 1)
    inside: Array = (cell[:, None] == np.arange(n)).astype(np.float32)
    return inside


def normalised(votes: Array) -> Array:
    """The blocks (N, (R − 1)(S − 1) · 4 · N_BINS) of the cells (N, R, S, N_BINS)."""
    corners = (votes[:, :-1, :-1], votes[:, :-1, 1:], votes[:, 1:, :-1], votes[:, 1:, 1:])
    blocks = _unit(np.minimum(_unit(np.concatenate(corners, axis=-1)), CLIP))
    return blocks.reshape(len(blocks), -1).astype(np.float32)


def _unit(blocks: Array) -> Array:
    lengths = np.sqrt((blocks**2).sum(axis=-1, keepdims=True) + EPSILON**2)
    return np.asarray(blocks / lengths, dtype=np.float32)


def strokes(pixels: NDArray[np.uint8], size: int = 13) -> NDArray[np.uint8]:
    """Pictures (N, R · size, S · size) of the histograms: in each cell a stroke along the edge of each bin, as bright as
    its votes, where the strongest of the picture is white."""
    votes = cells(*gradients(pixels), cell_side(min(pixels.shape[2:])))
    stencils = _stencils(size)
    drawn = np.einsum("nrsb,byx->nrysx", votes, stencils)
    n, rows, _, columns, _ = drawn.shape
    flat: NDArray[Any] = drawn.reshape(n, rows * size, columns * size)
    most = np.maximum(flat.max(axis=(1, 2), keepdims=True), 1e-9)
    grey: NDArray[np.uint8] = np.round(255 * flat / most).astype(np.uint8)
    return grey


def _stencils(size: int) -> Array:
    """(N_BINS, size, size): a line through the middle, across the direction in which the brightness changes."""
    middle = (size - 1) / 2
    down, across = np.mgrid[:size, :size] - middle
    angles = (np.arange(N_BINS)[:, None, None] + 0.5) * np.pi / N_BINS
    away = np.abs(across * np.cos(angles) + down * np.sin(angles))  # from the line
    inside = np.hypot(across, down) <= middle
    lines: Array = (np.clip(1.2 - away, 0, 1) * inside).astype(np.float32)
    return lines
