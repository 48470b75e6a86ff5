"""Networks that have learned ImageNet's thousand classes, as bodies: everything but their last layer.

Their weights are torchvision's. They are fetched when a learner asks for them, compared with the checksum that is part
of their file name, read by torch's loader for plain weights (tensors, nothing that could run), and kept as safetensors.

Shapes: N pictures (N, C, H, W) as the small network is fed, D features.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from data.dataset import DataError
from data.download import Progress, tell
from models.pretrained_files import MODELS, file_of, told_as

SIDE = 64  # pixels that pictures are enlarged to
PATIENCE = 20.0  # seconds without an answer
CHUNK = 1 << 18

#: Fetches an address into a file, calling back with the bytes so far.
Fetch = Callable[[str, Path, Callable[[int], None]], None]


class Enlarged(nn.Module):
    """A torchvision network without its last layer, on pictures enlarged to SIDE × SIDE and in three colours."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, x: Tensor) -> Tensor:
        x = x.expand(-1, 3, -1, -1) if x.shape[1] == 1 else x
        x = functional.interpolate(x, size=(SIDE, SIDE), mode="bilinear", align_corners=False)
        features: Tensor = self.network(x)
        return features


def empty_body(name: str) -> tuple[nn.Module, int]:
    """The network's body with random weights, and the number of its features D."""
    from torchvision import models  # type: ignore[import-untyped]

    if name == "resnet18":
        network: Any = models.resnet18(weights=None)
        n_features, network.fc = network.fc.in_features, nn.Identity()
    else:
        network = models.mobilenet_v3_small(weights=None)
        n_features, network.classifier = network.classifier[0].in_features, nn.Identity()
    return Enlarged(network), n_features


def fill(body: nn.Module, name: str, folder: str) -> None:
    """Give the body the weights that were fetched. Raises DataError, one sentence, when they are not on this machine."""
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    assert isinstance(body, Enlarged)
    try:
        body.network.load_state_dict(load_file(file_of(name, Path(folder or "."))))
    except (OSError, SafetensorError, RuntimeError) as error:
        raise DataError(
            f"The weights of {MODELS[name].title} are not on this machine: fetch them on the page, or take the small "
            "network, which needs none."
        ) from error


def over_the_network(url: str, path: Path, told: Callable[[int], None]) -> None:
    """Write what the address holds into the file. Raises OSError."""
    with urllib.request.urlopen(url, timeout=PATIENCE) as answer, path.open("wb") as file:
        while chunk := answer.read(CHUNK):
            file.write(chunk)
            told(file.tell())


def fetch(name: str, folder: str, get: Fetch = over_the_network) -> int:
    """Fetch the network's weights and keep them; returns their size in bytes. `data.download.progress` tells how far.

    Raises DataError, one sentence, when they cannot be had.
    """
    model, place = MODELS[name], Path(folder)
    path = file_of(name, place)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(f".{os.getpid()}")

    def told(got: int) -> None:
        tell(told_as(name), place, Progress("running", got, model.size))

    try:
        told(0)
        get(model.url, draft, told)
        if not _sha256(draft).startswith(model.sha256):
            raise DataError(_sentence(name, "what was sent is not the published file (its checksum differs)"))
        _kept(draft, path)
    except DataError as error:
        _failed(name, place, str(error))
        raise
    except (ValueError, RuntimeError, EOFError, KeyError, AttributeError, pickle.UnpicklingError) as error:
        sentence = _sentence(name, "what was sent holds something other than weights")
        _failed(name, place, sentence)
        raise DataError(sentence) from error
    except OSError as error:
        sentence = _sentence(name, "this server cannot reach download.pytorch.org, or its disk is full")
        _failed(name, place, sentence)
        raise DataError(sentence) from error
    finally:
        draft.unlink(missing_ok=True)
    tell(told_as(name), place, Progress("ready", model.size, model.size))
    return path.stat().st_size


def _kept(draft: Path, path: Path) -> None:
    """Write the body's tensors of a file of torchvision as safetensors, replacing at once."""
    from safetensors.torch import save_file

    state: dict[str, Tensor] = torch.load(draft, map_location="cpu", weights_only=True)
    body = {
        name: values.contiguous()
        for name, values in state.items()
        if not name.startswith(("fc.", "classifier."))
    }
    packed = path.with_suffix(f".{os.getpid()}.draft")
    save_file(body, packed)
    packed.replace(path)


def _sentence(name: str, reason: str) -> str:
    return (
        f"The weights of {MODELS[name].title} could not be fetched: {reason}; try again later, or take the small network, "
        "which needs none."
    )


def _failed(name: str, place: Path, sentence: str) -> None:
    try:
        tell(told_as(name), place, Progress("failed", total=MODELS[name].size, sentence=sentence))
    except OSError:
        pass  # the same disk: the page is told by the silence


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
