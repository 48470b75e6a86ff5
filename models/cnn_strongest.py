"""For each channel of a network the real pictures, and the places in them, at which it answers most strongly.

A channel's strength at a place is z, the value *before* the activation function: what it would have to be for the
channel to answer at all, and comparable where two of them stay silent. A class's strength is its logit.
(Zeiler & Fergus 2014, "Visualizing and understanding convolutional networks", figure 2, without their projection back.)

Shapes: N pictures, layer l with C_l channels, H_l × W_l places.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from models.chunks import chunks
from models.cnn_layers import Field
from models.convnet import ConvNet


@dataclass(frozen=True, eq=False)
class Strongest:
    """Of one layer: per channel its k strongest pictures, the strongest first."""

    values: NDArray[np.float32]  # (C, k)
    pictures: NDArray[np.int64]  # (C, k): which of the N
    places: NDArray[np.int64]  # (C, k, 2): row and column in the map; (0, 0) for a class
    share: NDArray[np.float32]  # (C,): of the N pictures, those with a positive value at any place


def strengths(network: ConvNet, x: Tensor) -> Iterator[Tensor]:
    """z of every block, (N, C, H, W) each, and at last the logits (N, K)."""
    for block in network.blocks:
        for name, part in block.named_children():
            if name == "activation":
                yield x
            x = part(x)
    yield network.head(x)


@torch.no_grad()
def strongest(network: ConvNet, x: Tensor, k: int) -> list[Strongest]:
    """The k strongest of the pictures x (N, C, H, W) for each channel of each block, and for each class."""
    peaks: list[list[Tensor]] = []
    at: list[list[Tensor]] = []
    widths: list[int] = []
    for part in chunks(x):
        for layer, z in enumerate(strengths(network, part)):
            value, place = z.reshape(*z.shape[:2], -1).max(dim=2)  # (n, C)
            if layer == len(peaks):
                peaks.append([])
                at.append([])
                widths.append(z.shape[3] if z.dim() == 4 else 1)
            peaks[layer].append(value)
            at[layer].append(place)
    return [
        _of_layer(torch.cat(value), torch.cat(place), width, min(k, len(x)))
        for value, place, width in zip(peaks, at, widths, strict=True)
    ]


def _of_layer(value: Tensor, place: Tensor, width: int, k: int) -> Strongest:
    """value, place: (N, C). Pictures of equal strength stay in their order."""
    ordered, who = value.nan_to_num(-torch.inf).sort(dim=0, descending=True, stable=True)
    who = who[:k]
    flat = place.gather(0, who).T  # (C, k)
    places = torch.stack([flat // width, flat % width], dim=2)
    share = (value > 0).float().mean(dim=0)
    values = ordered[:k].T.contiguous()
    return Strongest(values.numpy(), who.T.contiguous().numpy(), places.numpy(), share.numpy())


def boxes(found: Strongest, field: Field | None, side: tuple[int, int]) -> NDArray[np.int64]:
    """(C, k, 4): top, left, height, width in pixels of what excited each channel. No field: the whole picture.

    A box may hang over the rim, where the network sees zeros.
    """
    if field is None:
        whole = np.array([0, 0, *side])
        return np.broadcast_to(whole, (*found.pictures.shape, 4)).copy()
    corners = field.start + field.jump * found.places
    sizes = np.full_like(corners, field.size)
    return np.concatenate([corners, sizes], axis=2)


def cut_out(picture: NDArray[np.uint8], box: Sequence[int], rim: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """(height, width, C) of a picture (H, W, C); box: top, left, height, width. `rim` (C,) is the colour beyond its edges."""
    top, left, height, width = box
    tall, wide = picture.shape[:2]
    out = np.broadcast_to(rim, (height, width, picture.shape[2])).copy()
    y0, y1, x0, x1 = max(0, top), min(tall, top + height), max(0, left), min(wide, left + width)
    if y0 < y1 and x0 < x1:
        out[y0 - top : y1 - top, x0 - left : x1 - left] = picture[y0:y1, x0:x1]
    return out
