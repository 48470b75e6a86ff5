"""A run as plain PyTorch: the same networks side by side with `torch.nn`, autograd and `torch.optim`.

The points come along as the run made them. The order of every operation is that of `models/losses_fit.py`, so that on one
machine the printed metrics agree to the last bit (`tests/models/test_losses_code.py` runs the scripts).
"""

from __future__ import annotations

import base64
import io
import textwrap
import zlib
from typing import Any

import numpy as np

from models.losses_binary import SMOOTHING
from models.losses_fit import SideBySide
from models.losses_settings import Config
from models.notebook import exported
from models.settings import from_mapping

#: Bytes of points up to which they are written into the script itself; more go into `data.npz` beside it.
MAX_EMBEDDED = 60_000

LOSS_CODE = {
    "cross_entropy": "functional.binary_cross_entropy_with_logits(o, y)",
    "balanced": "functional.binary_cross_entropy_with_logits(o, y, CLASS_WEIGHTS[y.long()])",
    "smoothed": "functional.binary_cross_entropy_with_logits(o, y * (1 - SMOOTHING) + SMOOTHING / 2) - ENTROPY",
    "mse": "functional.mse_loss(torch.sigmoid(o), y)",
    "mae": "(torch.sigmoid(o) - y).abs().mean()",
    "huber": "functional.huber_loss(o, 2 * y - 1)",
    "hinge": "torch.clamp_min(1 - (2 * y - 1) * o, 0).mean()",
}
FUNCTIONS = {"tanh": "torch.tanh", "relu": "functional.relu", "sigmoid": "torch.sigmoid"}
OPTIMIZERS = {
    "sgd": "torch.optim.SGD(network.parameters(), LEARNING_RATE)",
    "momentum": "torch.optim.SGD(network.parameters(), LEARNING_RATE, momentum=0.9)",
    "adam": "torch.optim.Adam(network.parameters(), LEARNING_RATE)",
}


def export(config: dict[str, Any]) -> dict[str, str]:
    """{"script", "notebook", "data"}: Python source, notebook JSON, and base64 of `data.npz` ("" when embedded).

    Raises:
        ValueError: the config is not legal (one sentence).
    """
    fit = SideBySide(from_mapping(Config, config))
    arrays = {
        "x_train": fit.points.x_train,
        "y_train": fit.points.y_train.astype(np.float32),
        "x_test": fit.points.x_test,
        "y_test": fit.points.y_test.astype(np.float32),
    }
    embedded = sum(array.nbytes for array in arrays.values()) <= MAX_EMBEDDED
    cells = [
        _opening(fit.config),
        _data(arrays, embedded),
        _losses(fit),
        _network(fit),
        _training(fit.config),
    ]
    return exported(cells, "" if embedded else base64.b64encode(_npz(arrays)).decode())


def _npz(arrays: dict[str, np.ndarray[Any, Any]]) -> bytes:
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)  # type: ignore[arg-type]
    return file.getvalue()


def _opening(config: Config) -> str:
    return (
        f'"""One network under {len(config.losses)} losses, trained side by side as on the page.\n\n'
        'Needs torch and numpy. Prints the final metrics as one JSON object.\n"""\n\n'
        "import base64\nimport json\nimport math\nimport zlib\n\n"
        "import numpy as np\nimport torch\nfrom torch import nn\nfrom torch.nn import functional\n\n"
        "torch.set_num_threads(1)  # the page trains each run on one core\n"
        f"SEED = {config.seed}\n"
        f"LEARNING_RATE = {config.learning_rate!r}\n"
        f"BATCH_SIZE = {config.batch_size}\n"
        f"EPOCHS = {config.epochs}"
    )


def _data(arrays: dict[str, np.ndarray[Any, Any]], embedded: bool) -> str:
    """Source that defines `data`: name → tensor."""
    note = "# The points as the page made them: training labels as they are told, test labels right.\n"
    if not embedded:
        return (
            f'{note}with np.load("data.npz", allow_pickle=False) as file:\n'
            "    data = {name: torch.from_numpy(file[name]) for name in file.files}"
        )
    lines = [note + "data = {}", "for name, dtype, shape, text in ("]
    for name, array in arrays.items():
        packed = base64.b64encode(zlib.compress(array.tobytes(), 9)).decode()
        wrapped = "\n".join(f'     "{part}"' for part in textwrap.wrap(packed, 100))
        lines.append(f'    ("{name}", "{array.dtype.str}", {array.shape},\n{wrapped}),')
    lines += [
        "):",
        "    flat = np.frombuffer(zlib.decompress(base64.b64decode(text)), dtype=dtype)",
        "    data[name] = torch.from_numpy(flat.reshape(shape).copy())",
    ]
    return "\n".join(lines)


def _losses(fit: SideBySide) -> str:
    needed = ""
    if "smoothed" in fit.config.losses:
        needed += (
            f"SMOOTHING = {SMOOTHING}\n"
            "ENTROPY = -sum(t * math.log(t) for t in (SMOOTHING / 2, 1 - SMOOTHING / 2))\n"
        )
    if "balanced" in fit.config.losses:
        needed += (
            'counts = torch.stack([(data["y_train"] == label).sum() for label in (0, 1)]).float()\n'
            'weights = len(data["y_train"]) / (2 * counts.clamp(min=1))\n'
            "CLASS_WEIGHTS = torch.where(counts > 0, weights, 1.0)\n"
        )
    lines = "\n".join(f'    "{name}": lambda o, y: {LOSS_CODE[name]},' for name in fit.config.losses)
    return (
        f"{needed}# Mean losses of raw outputs o (n,) and targets y (n,), 0 or 1.\nLOSSES = {{\n{lines}\n}}"
    )


def _network(fit: SideBySide) -> str:
    network = next(iter(fit.networks.values()))
    limits = ", ".join(repr(limit) for limit in network.initial_limits)
    return (
        f"SIZES = {list(network.sizes)}\n"
        f"LIMITS = [{limits}]  # the first weights are uniform between −limit and limit\n\n\n"
        "class Network(nn.Module):\n"
        "    def __init__(self):\n"
        "        super().__init__()\n"
        "        generator = torch.Generator().manual_seed(SEED)  # every network begins alike\n"
        "        self.weights = nn.ParameterList(\n"
        "            (torch.rand(n_in, n_out, generator=generator) * 2 - 1) * limit\n"
        "            for n_in, n_out, limit in zip(SIZES[:-1], SIZES[1:], LIMITS)\n"
        "        )\n"
        "        self.biases = nn.ParameterList(torch.zeros(n) for n in SIZES[1:])\n"
        f"        self.biases[-1].data.fill_({fit.config.first_logit!r})  # the first answer\n\n"
        "    def forward(self, x):\n"
        "        for weights, biases in zip(self.weights[:-1], self.biases[:-1]):\n"
        f"            x = {FUNCTIONS[fit.config.activation]}(torch.addmm(biases, x, weights))\n"
        "        return torch.addmm(self.biases[-1], x, self.weights[-1]).view(-1)"
    )


def _training(config: Config) -> str:
    return (
        "networks = {name: Network() for name in LOSSES}\n"
        "optimizers = {}\n"
        "for name, network in networks.items():\n"
        f"    optimizers[name] = {OPTIMIZERS[config.optimizer]}\n"
        "over = False\n"
        "for epoch in range(EPOCHS):\n"
        "    generator = torch.Generator().manual_seed(SEED * 1_000_003 + epoch)\n"
        '    order = torch.randperm(len(data["x_train"]), generator=generator)\n'
        '    xs, ys = data["x_train"][order].split(BATCH_SIZE), data["y_train"][order].split(BATCH_SIZE)\n'
        "    for x, y in zip(xs, ys):\n"
        "        for name, network in networks.items():\n"
        "            optimizers[name].zero_grad()\n"
        "            loss = LOSSES[name](network(x), y)\n"
        "            loss.backward()\n"
        "            optimizers[name].step()\n"
        "            over = over or not math.isfinite(loss.item())\n"
        "        if over:\n"
        "            break\n"
        "    if over:\n"
        "        break\n\n"
        "metrics = {}\n"
        "with torch.no_grad():\n"
        "    for name, network in networks.items():\n"
        '        metrics[f"loss/{name}"] = LOSSES[name](network(data["x_train"]), data["y_train"]).item()\n'
        '        output, y = network(data["x_test"]), data["y_test"]\n'
        "        right = (output > 0).long() == y\n"
        "        recalls = [right[y == label].double().mean().item() for label in (0, 1)]\n"
        '        metrics[f"accuracy/{name}"] = right.double().mean().item()\n'
        '        metrics[f"balanced/{name}"] = sum(recalls) / 2\n'
        '        metrics[f"recall/{name}"] = recalls[1]\n'
        f'        if name == "{config.losses[0]}":  # the first loss gives the run its score\n'
        '            metrics["loss/train"] = metrics[f"loss/{name}"]\n'
        '            metrics["loss/test"] = LOSSES[name](output, y).item()\n'
        '            metrics["accuracy/test"] = metrics[f"accuracy/{name}"]\n'
        "print(json.dumps(metrics))"
    )
