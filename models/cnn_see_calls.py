"""What the section "What each layer sees" has computed in a worker: strongest pictures, dreams, probes.

A network comes as a run of `models.cnn`: its settings (JSON values) and the path of its parameters; neither comes from
a browser. Numbers go out as lists, small pictures as one PNG sheet or as {"dtype", "bdata", "shape"}.
"""

from __future__ import annotations

import base64
import io
import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from data.images import Images
from models.cnn_dreams import MOST_PENALTY, dream, jitter_of, neighbours_differ, value_of
from models.cnn_layers import SMOOTHNESS, depth_names, dream_size, fields_of, layer_names, n_dreamt, n_looked
from models.cnn_probe_words import sentences
from models.cnn_probes import Reader, Reading, readings, tasks_of
from models.cnn_strongest import Strongest, boxes, cut_out, strongest
from models.cnn_trained import Trained, restored
from models.convnet import ConvNet, built
from models.explain_calls import packed

MOST_STRONGEST = 6  # pictures of a channel
SHEET_BYTES = 700_000

Network = Mapping[str, Any]


class _Seen:
    """A network taken up again, with the training pictures that are looked at, no more than can be afforded."""

    def __init__(self, network: Network) -> None:
        """Raises ValueError, one sentence, when it is gone or has diverged."""
        torch.set_num_threads(1)
        self.trained: Trained = restored(network["config"], network["weights"])
        self.network = self.trained.network
        if not all(values.isfinite().all() for values in self.network.state_dict().values()):
            raise ValueError(
                "This network's weights are no longer numbers, for its training diverged: choose another."
            )
        self.config, split = self.trained.config, self.trained.split
        self.shape, self.class_names = self.trained.images.shape, self.trained.images.class_names
        n = n_looked(self.config, self.shape, len(self.class_names), len(split.train.labels))
        self.train, self.test = (
            part.of(np.arange(min(n, len(part.labels)))) for part in (split.train, split.test)
        )
        self.x, self.x_test = (self.as_input(part) for part in (self.train, self.test))
        self.fields = fields_of(self.config, self.shape)
        self.names = layer_names(self.config, self.shape)

    def as_input(self, images: Images) -> torch.Tensor:
        return torch.from_numpy(self.trained.split.as_input(images.pixels))

    def boxes(self, layer: int, found: Strongest) -> NDArray[np.int64]:
        field = self.fields[layer] if layer < len(self.fields) else None
        return boxes(found, field, self.shape[1:])


def strongest_pictures(network: Network) -> dict[str, Any]:
    """For every layer's channels the strongest training pictures, with the patch that excites them.

    {"layers": [{"name", "field", "values", "pictures", "boxes", "share"}], "sheet": PNG, "columns", "side", "labels",
    "class_names", "n_looked"}; pictures are numbered as on the sheet, row by row.
    """
    seen = _Seen(network)
    found = strongest(seen.network, seen.x, MOST_STRONGEST)
    for k in range(found[0].pictures.shape[1], 0, -1):
        used = np.unique(np.concatenate([layer.pictures[:, :k].ravel() for layer in found]))
        columns = max(1, math.isqrt(len(used)))
        sheet = _png(_sheet(seen.train.pixels[used], columns))
        if len(sheet) <= SHEET_BYTES:
            break
    layers = [
        {
            "name": seen.names[i],
            "field": seen.fields[i].size if i < len(seen.fields) else None,
            "values": _rounded(layer.values[:, :k]),
            "pictures": np.searchsorted(used, layer.pictures[:, :k]).tolist(),
            "boxes": seen.boxes(i, layer)[:, :k].tolist(),
            "share": _rounded(layer.share),
        }
        for i, layer in enumerate(found)
    ]
    return {
        "layers": layers,
        "sheet": base64.b64encode(sheet).decode(),
        "columns": columns,
        "side": list(seen.shape[1:]),
        "labels": seen.train.labels[used].tolist(),
        "class_names": list(seen.class_names),
        "n_looked": len(seen.x),
    }


def _sheet(pixels: NDArray[np.uint8], columns: int) -> NDArray[np.uint8]:
    """Pictures (N, C, H, W) side by side, `columns` in a row: (rows·H, columns·W), or with 3 colours behind."""
    n, channels, height, width = pixels.shape
    rows = math.ceil(n / columns)
    filled = np.zeros((rows * columns, channels, height, width), np.uint8)
    filled[:n] = pixels
    grid = filled.reshape(rows, columns, channels, height, width).transpose(0, 3, 1, 4, 2)
    flat = grid.reshape(rows * height, columns * width, channels)
    return np.ascontiguousarray(flat[..., 0] if channels == 1 else flat)


def _png(pixels: NDArray[np.uint8]) -> bytes:
    from PIL import Image

    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


def dreams(network: Network, layer: int, smoothness: str, jitter: bool) -> dict[str, Any]:
    """What the channels of a layer (or the classes, behind the last) want to see, as it grows from noise.

    {"layer", "name", "n_all", "steps", "values" (n, steps), "pixels" (n, steps, h, w, C), "real": strength of the
    strongest real picture, "patches" (n, h, w, C): what excited it, "class_names"}.
    Raises ValueError for a layer or a smoothness that does not exist.
    """
    if smoothness not in SMOOTHNESS:
        raise ValueError(f"There is no such smoothness: choose one of {', '.join(SMOOTHNESS)}.")
    seen = _Seen(network)
    if not 0 <= layer < len(seen.names):
        raise ValueError(f"The network has {len(seen.names)} layers to dream of: choose one of them.")
    n = n_dreamt(seen.config, seen.shape, len(seen.class_names), layer)
    size = dream_size(seen.config, seen.shape, layer)
    mean, std = torch.from_numpy(seen.trained.split.mean), torch.from_numpy(seen.trained.split.std)
    whole = layer == len(seen.fields) or seen.fields[layer].size > min(seen.shape[1:])
    by = jitter_of(size) if jitter else 0
    penalty = min(MOST_PENALTY, SMOOTHNESS[smoothness] / neighbours_differ(seen.train.pixels))
    made = dream(value_of(seen.network, layer, whole), n, size, mean, std, penalty, by)
    real = strongest(seen.network, seen.x, 1)[layer]
    corners = seen.boxes(layer, real)[:, 0]
    if whole:
        corners[:] = [0, 0, *size]
    rim = np.round(255 * seen.trained.split.mean).astype(np.uint8)
    patches = [
        cut_out(seen.train.pixels[picture].transpose(1, 2, 0), box.tolist(), rim)
        for picture, box in zip(real.pictures[:n, 0], corners[:n], strict=True)
    ]
    return {
        "layer": layer,
        "name": seen.names[layer],
        "n_all": len(real.values),
        "steps": list(made.steps),
        "values": _rounded(made.values),
        "pixels": packed(made.pixels),
        "real": _rounded(real.values[:n, 0]),
        "patches": packed(np.stack(patches)),
        "class_names": list(seen.class_names),
        "jittered": by,
    }


def probes(network: Network) -> dict[str, Any]:
    """What can be read off each layer: {"readings": [{"name", "names", "layers", "accuracy", …}], "sentences"}."""
    seen = _Seen(network)
    before = built(seen.config, seen.shape, len(seen.class_names), seen.config.seed).eval()
    names = depth_names(seen.config, seen.shape)
    tasks = tasks_of(seen.train, seen.test)
    networks: dict[Reader, ConvNet] = {"trained": seen.network, "untrained": before}
    found = [_as_json(one) for one in readings(networks, seen.x, seen.x_test, tasks, names, seen.fields)]
    return {"readings": found, "sentences": sentences(found)}


def _as_json(reading: Reading) -> dict[str, Any]:
    return {
        "name": reading.name,
        "names": list(reading.names),
        "layers": reading.layers,
        "accuracy": {who: [round(value, 4) for value in values] for who, values in reading.accuracy.items()},
        "chance": reading.chance,
        "n_train": reading.n_train,
        "n_test": reading.n_test,
    }


def _rounded(values: NDArray[np.float32]) -> Any:
    """Four significant digits are enough to be looked at."""
    return (
        [_rounded(row) for row in values] if values.ndim > 1 else [float(f"{value:.4g}") for value in values]
    )
