"""Switch channels of a trained network off, or hold them at their mean, and measure what breaks.

Switching off sets a channel's map to 0 after its activation; freezing holds it at the mean it has over the test
pictures, so that the layers above get a usual value that says nothing of the picture (mean ablation; for single
channels see Morcos et al. 2018, "On the importance of single directions for generalization", section 3).

Shapes: N pictures, C channels, H × W pixels, K classes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from models.convnet import ConvNet

HOWS = ("off", "frozen")


@dataclass(frozen=True, eq=False)
class Ablation:
    """before, after: (K,) accuracy of each class, NaN for a class without pictures. taken_for: the class that most of a
    class's pictures are answered as afterwards. probabilities: (2, N, K), before and after."""

    before: Tensor
    after: Tensor
    accuracy_before: float
    accuracy_after: float
    taken_for: list[int]
    probabilities: Tensor


@torch.no_grad()
def ablated(
    network: ConvNet, x: Tensor, y: Tensor, block: int, channels: Sequence[int], how: str, n_classes: int
) -> Ablation:
    """What becomes of the answers to x (N, C, H, W), y (N,) without these channels of a block.

    Raises ValueError, one sentence, for a block, a channel or a way that does not exist.
    """
    maps = _maps(network, x, block)
    if how not in HOWS:
        raise ValueError("Channels can be switched off or frozen: choose one of the two.")
    if wrong := [channel for channel in channels if not 0 <= channel < maps.shape[1]]:
        raise ValueError(
            f"Block {block + 1} has {maps.shape[1]} channels, so there is no channel {wrong[0]}."
        )
    before = _above(network, maps, block)
    changed = maps.clone()
    rows = list(channels)
    changed[:, rows] = maps.mean((0, 2, 3))[rows][:, None, None] if how == "frozen" else 0.0
    after = _above(network, changed, block)
    answers = after.argmax(1)
    counts = torch.zeros(n_classes, n_classes).index_put((y, answers), torch.ones(len(y)), accumulate=True)
    return Ablation(
        _by_class(before, y, n_classes),
        _by_class(after, y, n_classes),
        _accuracy(before, y),
        _accuracy(after, y),
        counts.argmax(1).tolist(),
        torch.stack([before, after]).softmax(2).nan_to_num(0.0),
    )


@torch.no_grad()
def each_channel(network: ConvNet, x: Tensor, y: Tensor, block: int) -> Tensor:
    """(C,) the accuracy over all pictures without each single channel of the block."""
    maps = _maps(network, x, block)
    found = []
    for channel in range(maps.shape[1]):
        kept = maps[:, channel].clone()
        maps[:, channel] = 0.0
        found.append(_accuracy(_above(network, maps, block), y))
        maps[:, channel] = kept
    return torch.tensor(found)


def _maps(network: ConvNet, x: Tensor, block: int) -> Tensor:
    """(N, C, H, W) of a block after its activation."""
    if not 0 <= block < len(network.blocks):
        raise ValueError(f"The network has {len(network.blocks)} convolution blocks: choose one of them.")
    network.eval()
    return network.activations(x)[block]


def _above(network: ConvNet, maps: Tensor, block: int) -> Tensor:
    """(N, K) logits from a block's maps on: its pooling, the blocks above, the head."""
    parts = dict(network.blocks[block].named_children())
    h = parts["pooling"](maps) if "pooling" in parts else maps
    for later in list(network.blocks)[block + 1 :]:
        h = later(h)
    logits: Tensor = network.head(h)
    return logits


def _accuracy(logits: Tensor, y: Tensor) -> float:
    return (logits.argmax(1) == y).sum().item() / len(y)


def _by_class(logits: Tensor, y: Tensor, n_classes: int) -> Tensor:
    right = (logits.argmax(1) == y).double()
    n = torch.bincount(y, minlength=n_classes)
    return torch.bincount(y, weights=right, minlength=n_classes) / n
