"""A network that a run of `models.cnn` has trained, taken up again: for explaining, attacking and reusing it.

The parameters come from the run's safetensors file: arrays and names, nothing that could run.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch

from data.images import Images, ImageSplit, split
from models.cnn import Config, load
from models.convnet import ConvNet, built
from models.settings import from_mapping


class Trained:
    """A trained network with the pictures that it was trained and tested on.

    config: of the run. images, split: its data. network: in evaluation mode on the CPU.
    """

    def __init__(self, config: Config, images: Images, parts: ImageSplit, network: ConvNet) -> None:
        self.config, self.images, self.split, self.network = config, images, parts, network

    def inputs(self, part: str = "test") -> tuple[torch.Tensor, torch.Tensor]:
        """x (N, C, H, W) as the network is fed, y (N,), of "train", "validation" or "test"."""
        chosen: Images = getattr(self.split, part)
        return torch.from_numpy(self.split.as_input(chosen.pixels)), torch.from_numpy(chosen.labels)


def restored(config: Mapping[str, Any], weights: str) -> Trained:
    """The network that a run with this config (JSON values) left in the file `weights`.

    Raises ValueError, one sentence, when the file is gone or belongs to another network, or the data cannot be had.
    """
    settings = from_mapping(Config, dict(config))
    images = load(settings)
    network = built(settings, images.shape, len(images.class_names), settings.seed)
    network.load_state_dict(parameters_of(Path(weights), network))
    network.eval()
    parts = split(images, settings.test_fraction, settings.seed, settings.validation_fraction)
    return Trained(settings, images, parts, network)


def parameters_of(path: Path, network: ConvNet) -> dict[str, torch.Tensor]:
    """The parameters in a run's file, when they fit the network. Raises ValueError, one sentence, when they do not."""
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        found: dict[str, torch.Tensor] = load_file(path)
    except (OSError, SafetensorError) as error:
        raise ValueError("The weights of this run are no longer kept: train a network first.") from error
    wanted = {name: tuple(values.shape) for name, values in network.state_dict().items()}
    if {name: tuple(values.shape) for name, values in found.items()} != wanted:
        raise ValueError("These weights belong to a network of another shape: train this one first.")
    return found
