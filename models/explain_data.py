"""The pictures of the lesson on explanations, some of them with a tell-tale mark, and the network that learns them."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from models import cnn_settings
from models.explain_settings import Config

if TYPE_CHECKING:
    from data.images import Images


def network_config(config: Config) -> cnn_settings.Config:
    """The settings of the small network that is trained here, as `models.cnn` takes them."""
    return cnn_settings.Config(
        dataset=config.dataset,
        channels=config.channels,
        dense=(),
        augmentation=(),
        epochs=config.epochs,
        learning_rate=config.learning_rate,
        seed=config.seed,
        device="cpu",
    )


def chosen_network(config: Config) -> dict[str, Any]:
    """The settings of the network that `weights` belong to. Raises ValueError, one sentence, when they are not JSON."""
    try:
        found = json.loads(config.network or "{}")
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise ValueError("The settings of the network are not JSON: choose the network again.")
    return found


def load(config: Config) -> Images:
    """The pictures for the small network, marked as configured."""
    from models import cnn

    images = cnn.load(network_config(config))
    return marked(images, config.mark, config.seed) if config.mark else images


def marked(images: Images, share: float, seed: int) -> Images:
    """The same pictures, but this share of those of the first class has a white square in its upper left corner."""
    rows = np.flatnonzero(images.labels == 0)
    rows = np.random.default_rng(seed).permutation(rows)[: round(share * len(rows))]
    pixels = images.pixels.copy()
    height, width = pixels.shape[-2:]
    pixels[rows] = np.where(mark_area(height, width), np.uint8(255), pixels[rows])
    return replace(images, pixels=pixels)


def mark_area(height: int, width: int) -> NDArray[np.bool_]:
    """(H, W) true where the mark is: an eighth of the side, at least 2 pixels."""
    side = max(2, min(height, width) // 8)
    area = np.zeros((height, width), dtype=bool)
    area[:side, :side] = True
    return area
