"""Where the weights of pretrained networks come from and where they are kept; read by pages, so without torch."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from pathlib import Path

from data.download import STALE, Progress


@dataclass(frozen=True)
class Pretrained:
    """A published file of weights. size in bytes; sha256: how its checksum begins, as its name says."""

    title: str
    url: str
    sha256: str
    size: int


MODELS = {
    "resnet18": Pretrained(
        "ResNet-18", "https://download.pytorch.org/models/resnet18-f37072fd.pth", "f37072fd", 46_830_571
    ),
    "mobilenet": Pretrained(
        "MobileNetV3 small",
        "https://download.pytorch.org/models/mobilenet_v3_small-047dcff4.pth",
        "047dcff4",
        10_306_551,
    ),
}


def file_of(name: str, folder: Path) -> Path:
    """Where the network's weights are kept."""
    return folder / "networks" / f"{name}.safetensors"


def told_as(name: str) -> str:
    """The name under which `data.download.tell` keeps how far a download is."""
    return f"network-{name}"


def progress(name: str, folder: Path) -> Progress:
    """How far the download is; never waits."""
    size = MODELS[name].size
    if file_of(name, folder).is_file():
        return Progress("ready", size, size)
    status = folder / f"{told_as(name)}.json"
    try:
        told = Progress(**json.loads(status.read_text()))
        age = time.time() - status.stat().st_mtime
    except (OSError, ValueError, TypeError):
        return Progress("absent", total=size)
    if told.state == "running" and age > STALE:
        return Progress("failed", total=size, sentence="The download broke off: try again.")
    return told if told.state != "ready" else Progress("absent", total=size)
