"""A network in two parts: a body that turns pictures into features, and a head that turns features into classes.

Transfer keeps the body and gives it a new head. Shapes: N pictures (N, C, H, W), D features, K classes.
"""

from __future__ import annotations

import copy
from collections import OrderedDict

import torch
from torch import Tensor, nn

from models.transfer_settings import Config

Shape = tuple[int, int, int]


class Classifier(nn.Module):
    """Pictures (N, C, H, W) → `body` → features (N, D) → `head` → logits (N, K)."""

    def __init__(self, body: nn.Module, n_features: int, n_classes: int) -> None:
        super().__init__()
        self.body = body
        self.head = nn.Linear(n_features, n_classes)

    def forward(self, x: Tensor) -> Tensor:
        logits: Tensor = self.head(self.body(x))
        return logits


def small_body(channels: tuple[int, ...], shape: Shape) -> tuple[nn.Module, int]:
    """Blocks of convolution 3 × 3, batch normalisation, ReLU and max pooling; and the number of its features D.

    A map of a single row or column is not pooled any further. Parts are named as in `models.convnet`.
    """
    blocks: list[nn.Module] = []
    before, height, width = shape
    for after in channels:
        parts: OrderedDict[str, nn.Module] = OrderedDict(
            convolution=nn.Conv2d(before, after, 3, padding=1),
            normalisation=nn.BatchNorm2d(after),
            activation=nn.ReLU(),
        )
        if min(height, width) >= 2:
            parts["pooling"] = nn.MaxPool2d(2)
            height, width = height // 2, width // 2
        blocks.append(nn.Sequential(parts))
        before = after
    return nn.Sequential(*blocks, nn.Flatten()), before * height * width


def fresh(config: Config, shape: Shape, n_classes: int, seed: int) -> Classifier:
    """A network whose first weights are decided by the seed. The global generator is left as it was."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        if config.body == "small":
            body, n_features = small_body(config.channels, shape)
        else:
            from models.pretrained import empty_body

            body, n_features = empty_body(config.body)
        # Channel beside channel, as in `models.convnet.built`.
        return Classifier(body, n_features, n_classes).to(memory_format=torch.channels_last)


def with_body_of(source: nn.Module, blank: Classifier) -> Classifier:
    """A copy of `blank`, its head as it is, with a copy of the body `source`."""
    made = copy.deepcopy(blank)
    made.body = copy.deepcopy(source)
    return made
