"""Networks that read the game's picture: what stable-baselines3 calls a features extractor. Imported by workers only."""

from __future__ import annotations

import torch
from gymnasium import spaces
from stable_baselines3.common.torch_layers import BaseFeaturesExtractor
from torch import nn


class SmallEye(BaseFeaturesExtractor):
    """Two convolutions for a small grey picture: a few of the library's own would take most of the time."""

    def __init__(self, space: spaces.Box, features_dim: int = 128) -> None:
        super().__init__(space, features_dim)
        eye = nn.Sequential(
            nn.Conv2d(space.shape[0], 8, 8, stride=4),
            nn.ReLU(),
            nn.Conv2d(8, 16, 4, stride=2),
            nn.ReLU(),
            nn.Flatten(),
        )
        with torch.no_grad():
            width = eye(torch.zeros(1, *space.shape)).shape[1]
        self.layers = nn.Sequential(eye, nn.Linear(width, features_dim), nn.ReLU())

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        features: torch.Tensor = self.layers(pictures)
        return features


class BothEyes(BaseFeaturesExtractor):
    """The picture through `SmallEye`, and the tiles as they are."""

    def __init__(self, space: spaces.Dict) -> None:
        pixels, tiles = space["pixels"], space["tiles"]
        assert isinstance(pixels, spaces.Box) and isinstance(tiles, spaces.Box)
        super().__init__(space, 128 + tiles.shape[0])
        self.eye = SmallEye(pixels)

    def forward(self, seen: dict[str, torch.Tensor]) -> torch.Tensor:
        return torch.cat([self.eye(seen["pixels"]), seen["tiles"]], dim=1)
