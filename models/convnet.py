"""The convolutional network in PyTorch: blocks of convolution, normalisation, activation and pooling, then dense layers.

Shapes: N pictures, C channels, H × W pixels; a block maps (N, C, H, W) to (N, C′, H′, W′) as `models.cnn_shapes` says.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable

import torch
from torch import Tensor, nn

from models.cnn_settings import Config
from models.cnn_shapes import Shape, blocks_of, dense_sizes

ACTIVATIONS: dict[str, Callable[[], nn.Module]] = {
    "relu": nn.ReLU,
    "leaky_relu": nn.LeakyReLU,
    "tanh": nn.Tanh,
    "gelu": nn.GELU,
}


class ConvNet(nn.Module):
    """Pictures (N, C, H, W) → logits (N, n_classes).

    `blocks[i]` is a Sequential whose parts are named "convolution", "normalisation", "activation" and "pooling".
    """

    def __init__(self, config: Config, shape: Shape, n_classes: int) -> None:
        """Raises ValueError, one sentence, for settings whose windows do not fit."""
        super().__init__()
        self.blocks = nn.ModuleList()
        for block in blocks_of(config, shape):
            parts = nn.Sequential()
            convolution = nn.Conv2d(
                block.inside[0], block.convolved[0], block.kernel, block.stride, block.padding
            )
            parts.add_module("convolution", convolution)
            if config.batch_norm:
                parts.add_module("normalisation", nn.BatchNorm2d(block.convolved[0]))
            parts.add_module("activation", ACTIVATIONS[config.activation]())
            if block.pool > 1:
                parts.add_module("pooling", nn.MaxPool2d(2) if config.pooling == "max" else nn.AvgPool2d(2))
            self.blocks.append(parts)
        sizes = dense_sizes(config, shape, n_classes)
        self.head = nn.Sequential(nn.Flatten())
        for a, b in itertools.pairwise(sizes[:-1]):
            self.head.append(nn.Linear(a, b)).append(ACTIVATIONS[config.activation]())
        if config.dropout:
            self.head.append(nn.Dropout(config.dropout))
        self.head.append(nn.Linear(sizes[-2], sizes[-1]))

    def forward(self, x: Tensor) -> Tensor:
        for block in self.blocks:
            x = block(x)
        logits: Tensor = self.head(x)
        return logits

    def filters(self, block: int) -> Tensor:
        """The weights (C′, C, k, k) of a block's convolution."""
        weights: Tensor = self.get_parameter(f"blocks.{block}.convolution.weight")
        return weights

    def feature_maps(self, x: Tensor) -> list[Tensor]:
        """The output of every block for x: block i's has the shape (N, C, H, W) after its pooling."""
        found = []
        for block in self.blocks:
            x = block(x)
            found.append(x)
        return found

    def activations(self, x: Tensor) -> list[Tensor]:
        """What every block holds before its pooling, (N, C, H, W) each: the finest maps there are."""
        found = []
        for block in self.blocks:
            for name, part in block.named_children():
                x = part(x)
                if name == "activation":
                    found.append(x)
        return found


def built(config: Config, shape: Shape, n_classes: int, seed: int) -> ConvNet:
    """A network whose first weights are decided by the seed. The global generator is left as it was.

    Its numbers lie channel beside channel, not map after map: a CPU is through a fifth sooner (docs/log.md).
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return ConvNet(config, shape, n_classes).to(memory_format=torch.channels_last)
