"""A run of the convolutional network as a plain PyTorch script that prints the same final metrics.

The pictures come along as the run split them (in `data.npz` when they are many); everything else is written out.
`tests/models/test_cnn_code.py` runs the scripts and compares.
"""

from __future__ import annotations

import base64
import io
import itertools
import textwrap
import zlib
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data.images import Images, ImageSplit, split
from models.cnn import Config, load, n_epochs
from models.cnn_fit import MAX_EVALUATED
from models.cnn_shapes import blocks_of, dense_sizes
from models.notebook import exported, source_of
from models.settings import from_mapping

MAX_EMBEDDED = 60_000  # bytes, packed, that are written into the script itself
MODULES = {"relu": "nn.ReLU()", "leaky_relu": "nn.LeakyReLU()", "tanh": "nn.Tanh()", "gelu": "nn.GELU()"}


def export(config: dict[str, Any]) -> dict[str, str]:
    """{"script", "notebook", "data"}: Python source, notebook JSON, and base64 of `data.npz` ("" when embedded).

    Raises ValueError, one sentence, when the config is not legal or its pictures cannot be had.
    """
    settings = from_mapping(Config, config)
    cells, data = written(settings, load(settings))
    return exported([cell for cell in cells.values() if cell], data)


def written(
    settings: Config, images: Images, extra: Mapping[str, NDArray[Any]] = MappingProxyType({})
) -> tuple[dict[str, str], str]:
    """The parts of the source by name ("opening", "data", "network", "changes", "training"), and base64 of its data.

    extra: further arrays that the script shall find in `data`; with any the data are a file.
    """
    parts = split(images, settings.test_fraction, settings.seed, settings.validation_fraction)
    arrays = _arrays(parts) | dict(extra)
    packed = {
        name: base64.b64encode(zlib.compress(array.tobytes(), 9)).decode() for name, array in arrays.items()
    }
    embedded = not extra and sum(map(len, packed.values())) <= MAX_EMBEDDED
    cells = {
        "opening": _opening(settings, images.name, len(parts.train.labels)),
        "data": _data(arrays, packed, embedded) + _scaling(parts),
        "network": _network(settings, images.shape, len(images.class_names)),
        "changes": _changes(settings),
        "training": _training(settings),
    }
    return cells, "" if embedded else base64.b64encode(_npz(arrays)).decode()


def _arrays(parts: ImageSplit) -> dict[str, NDArray[Any]]:
    found: dict[str, NDArray[Any]] = {}
    for name, part in (("train", parts.train), ("validation", parts.validation), ("test", parts.test)):
        if len(part.labels):
            found[f"x_{name}"] = np.ascontiguousarray(part.pixels)
            found[f"y_{name}"] = part.labels
    return found


def _npz(arrays: dict[str, NDArray[Any]]) -> bytes:
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)  # type: ignore[arg-type]
    return file.getvalue()


def _opening(config: Config, name: str, n_train: int) -> str:
    return (
        f'"""{name}: a convolutional network, trained as on the page.\n\n'
        'Needs torch and numpy. Prints the final metrics as one JSON object.\n"""\n\n'
        "import base64\nimport json\nimport math\nimport zlib\n\n"
        "import numpy as np\nimport torch\nfrom torch import nn\nfrom torch.nn import functional\n\n"
        "torch.set_num_threads(1)  # the page trains each run on one core\n"
        f"SEED = {config.seed}\nLEARNING_RATE = {config.learning_rate!r}\nEPOCHS = {n_epochs(config, n_train)}\n"
        f"N_BATCHES = {max(1, n_train // config.batch_size)}\n"
        "torch.manual_seed(SEED)"
    )


def _data(arrays: dict[str, NDArray[Any]], packed: dict[str, str], embedded: bool) -> str:
    if not embedded:
        return (
            'with np.load("data.npz", allow_pickle=False) as file:\n'
            "    data = {name: torch.from_numpy(file[name]) for name in file.files}\n"
        )
    lines = ["data = {}", "for name, dtype, shape, text in ("]
    for name, array in arrays.items():
        wrapped = "\n".join(f'     "{part}"' for part in textwrap.wrap(packed[name], 100))
        lines.append(f'    ("{name}", "{array.dtype.str}", {array.shape},\n{wrapped}),')
    lines += [
        "):",
        "    flat = np.frombuffer(zlib.decompress(base64.b64decode(text)), dtype=dtype)",
        "    data[name] = torch.from_numpy(flat.reshape(shape).copy())\n",
    ]
    return "\n".join(lines)


def _scaling(parts: ImageSplit) -> str:
    return (
        "# Mean 0 and spread 1 over the training pictures, channel by channel.\n"
        f"MEAN = np.array({[float(value) for value in parts.mean]!r}, dtype=np.float32)[:, None, None]\n"
        f"SPREAD = np.array({[float(value) for value in parts.std]!r}, dtype=np.float32)[:, None, None]\n"
        "for name in [name for name in data if name.startswith('x_')]:\n"
        "    scaled = data[name].numpy().astype(np.float32) / 255\n"
        "    data[name] = torch.from_numpy(((scaled - MEAN) / SPREAD).astype(np.float32))"
    )


def _network(config: Config, shape: tuple[int, int, int], n_classes: int) -> str:
    lines = []
    for block in blocks_of(config, shape):
        lines.append(
            f"nn.Conv2d({block.inside[0]}, {block.convolved[0]}, {block.kernel}, {block.stride}, {block.padding}),"
        )
        if config.batch_norm:
            lines.append(f"nn.BatchNorm2d({block.convolved[0]}),")
        lines.append(f"{MODULES[config.activation]},")
        if block.pool > 1:
            lines.append("nn.MaxPool2d(2)," if config.pooling == "max" else "nn.AvgPool2d(2),")
    lines.append("nn.Flatten(),")
    sizes = dense_sizes(config, shape, n_classes)
    for a, b in itertools.pairwise(sizes[:-1]):
        lines += [f"nn.Linear({a}, {b}),", f"{MODULES[config.activation]},"]
    if config.dropout:
        lines.append(f"nn.Dropout({config.dropout}),")
    lines.append(f"nn.Linear({sizes[-2]}, {sizes[-1]}),")
    body = "\n".join(f"    {line}" for line in lines)
    optimizer = {
        "adam": "torch.optim.Adam(network.parameters(), LEARNING_RATE)",
        "momentum": "torch.optim.SGD(network.parameters(), LEARNING_RATE, momentum=0.9)",
        "sgd": "torch.optim.SGD(network.parameters(), LEARNING_RATE)",
    }[config.optimizer]
    return (
        "state = torch.get_rng_state()\n"
        f"network = nn.Sequential(\n{body}\n).to(memory_format=torch.channels_last)  # the channels of a pixel side by side: faster\n"
        "torch.set_rng_state(state)  # dropout draws as if the first weights had not been drawn\n"
        f"optimizer = {optimizer}"
    )


def _changes(config: Config) -> str:
    """The source of the augmentation itself: what changes the pictures is part of the run."""
    if not config.augmentation:
        return ""
    source = source_of("augmentation", "TURN = ")
    return source.replace("Sequence[str]", "tuple").replace("Tensor", "torch.Tensor")


def _training(config: Config) -> str:
    rate = "LEARNING_RATE"
    if config.decay:
        rate += " * 0.5 * (1 + math.cos(math.pi * min(1.0, (epoch + number / N_BATCHES) / EPOCHS)))"
    changed = (
        f"augmented(x_train[rows], {config.augmentation!r}, generator)"
        if config.augmentation
        else "x_train[rows]"
    )
    return (
        'x_train, y_train = data["x_train"], data["y_train"]\n'
        "for epoch in range(EPOCHS):\n"
        "    generator = torch.Generator().manual_seed(SEED * 1_000_003 + epoch)\n"
        "    order = torch.randperm(len(x_train), generator=generator)\n"
        "    network.train()\n"
        "    for number, rows in enumerate(order.tensor_split(N_BATCHES), start=1):\n"
        "        for group in optimizer.param_groups:\n"
        f'            group["lr"] = {rate}\n'
        f"        loss = functional.cross_entropy(network({changed}), y_train[rows])\n"
        "        optimizer.zero_grad()\n"
        "        loss.backward()\n"
        "        optimizer.step()\n"
        "        if not math.isfinite(loss.item()):\n"
        "            break\n"
        "    if not math.isfinite(loss.item()):\n"
        "        break\n\n"
        "network.eval()\n"
        "metrics = {}\n"
        "with torch.no_grad():\n"
        '    for part in ("train", "validation", "test"):\n'
        '        if f"x_{part}" in data:\n'
        f'            x, y = data[f"x_{{part}}"][:{MAX_EVALUATED}], data[f"y_{{part}}"][:{MAX_EVALUATED}]\n'
        "            logits = torch.cat([network(some) for some in x.split(500)])\n"
        '            metrics[f"loss/{part}"] = functional.cross_entropy(logits, y).item()\n'
        '            metrics[f"accuracy/{part}"] = (logits.argmax(1) == y).sum().item() / len(y)\n'
        "print(json.dumps(metrics))"
    )
