"""A run as plain PyTorch: a script (and notebook) that trains the same network with `torch.nn`, autograd and
`torch.optim`, and prints the same final metrics.

The order of every operation is that of `models/dense.py`, so that on one machine the numbers agree to the last bit
(`tests/models/test_mlp_code.py` runs the scripts). The data come along as the run prepared them: split by the seed,
filled and standardised by the training rows.
"""

from __future__ import annotations

import base64
import io
import textwrap
import zlib
from typing import Any

import numpy as np

from models import mlp
from models.fitting import MAX_EVALUATED, Fit, batch_sizes
from models.mlp_settings import Config
from models.notebook import exported
from models.settings import from_mapping

#: Bytes of prepared data up to which they are written into the script itself; more go into `data.npz` beside it.
MAX_EMBEDDED = 60_000

ACTIVATION_CODE = {
    "tanh": "torch.tanh",
    "relu": "functional.relu",
    "sigmoid": "torch.sigmoid",
    "linear": "lambda z: z",
    "swish": "functional.silu",
    "leaky_relu": "functional.leaky_relu",
    "gelu": "functional.gelu",
}

LOSS_CODE = {
    ("binary", "cross_entropy"): "functional.binary_cross_entropy_with_logits(output.view(-1), y)",
    ("binary", "mse"): "functional.mse_loss(torch.sigmoid(output.view(-1)), y)",
    ("binary", "hinge"): "torch.clamp_min(1 - (2 * y - 1) * output.view(-1), 0).mean()",
    ("classes", "cross_entropy"): "functional.cross_entropy(output, y)",
    ("classes", "mse"): (
        "functional.mse_loss(torch.softmax(output, 1), functional.one_hot(y, output.shape[1]).float())"
    ),
    ("classes", "hinge"): (
        "torch.clamp_min(1 + output.scatter(1, y.unsqueeze(1), -torch.inf).max(1)[0]\n"
        "                           - output.gather(1, y.unsqueeze(1)).squeeze(1), 0).mean()"
    ),
    ("numbers", "mse"): "functional.mse_loss(output.view(-1), y)",
    ("numbers", "huber"): "functional.huber_loss(output.view(-1), y)",
}


def export(config: dict[str, Any]) -> dict[str, str]:
    """{"script", "notebook", "data"}: Python source, notebook JSON, and base64 of `data.npz` ("" when embedded).

    Raises:
        ValueError: the config is not legal, or its data cannot be had (one sentence).
    """
    settings = from_mapping(Config, config)
    fit = Fit(settings, mlp.load(settings))
    arrays = _arrays(fit)
    embedded = sum(array.nbytes for array in arrays.values()) <= MAX_EMBEDDED
    cells = [_opening(fit), _data(arrays, embedded), _network(fit), _training(fit), _ending(fit)]
    data = "" if embedded else base64.b64encode(_npz(arrays)).decode()
    return exported(cells, data)


def _arrays(fit: Fit) -> dict[str, np.ndarray[Any, Any]]:
    """What the network is fed, part by part, as the run has it."""
    rows = fit.split
    kind = np.int64 if fit.task == "classes" else np.float32
    parts = {
        "train": (rows.x_train, rows.y_train),
        "validation": (rows.x_validation, rows.y_validation),
        "test": (rows.x_test, rows.y_test),
    }
    found: dict[str, np.ndarray[Any, Any]] = {}
    for name, (x, y) in parts.items():
        if len(x):
            found[f"x_{name}"] = np.ascontiguousarray(fit.inputs_of(x), dtype=np.float32)
            found[f"y_{name}"] = y.astype(kind)
    return found


def _npz(arrays: dict[str, np.ndarray[Any, Any]]) -> bytes:
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)  # type: ignore[arg-type]
    return file.getvalue()


def _opening(fit: Fit) -> str:
    config = fit.config
    needs = "import base64\nimport json\nimport math\nimport zlib\n"
    return (
        f'"""{_harmless(fit.dataset.name)}: a network of {"-".join(map(str, fit.network.sizes))} units, trained as on the page.\n\n'
        'Needs torch and numpy. Prints the final metrics as one JSON object.\n"""\n\n'
        f"{needs}\nimport numpy as np\nimport torch\nfrom torch import nn\nfrom torch.nn import functional\n\n"
        "torch.set_num_threads(1)  # the page trains each run on one core\n"
        f"SEED = {config.seed}\n"
        f"LEARNING_RATE = {config.learning_rate!r}\n"
        f"BATCH_SIZE = {config.batch_size}\n"
        f"EPOCHS = {mlp.n_epochs(config, fit.n_train)}"
    )


def _harmless(name: str) -> str:
    """A data set's name, which may be that of an uploaded file, as words that cannot end the docstring."""
    return "".join(char if char.isalnum() or char in " -_.,()" else "_" for char in name[:60])


def _data(arrays: dict[str, np.ndarray[Any, Any]], embedded: bool) -> str:
    """Source that defines `data`: name → tensor."""
    note = "# The examples as the page split and scaled them, ready for the network.\n"
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


def _network(fit: Fit) -> str:
    config, network = fit.config, fit.network
    functions = ", ".join(ACTIVATION_CODE[name] for name in network.activations)
    limits = ", ".join(repr(limit) for limit in network.initial_limits)
    norm = dropout = scales = statistics = ""
    if config.batch_norm:
        scales = (
            "        self.gammas = nn.ParameterList(torch.ones(n) for n in SIZES[1:-1])\n"
            "        self.betas = nn.ParameterList(torch.zeros(n) for n in SIZES[1:-1])\n"
            "        self.running = [(torch.zeros(n), torch.ones(n)) for n in SIZES[1:-1]]\n"
        )
        norm = (
            "            z = functional.batch_norm(\n"
            "                z, *self.running[layer], self.gammas[layer], self.betas[layer], self.training\n"
            "            )\n"
        )
    if config.dropout:
        dropout = (
            "            if self.training:\n"
            f"                kept = torch.rand(x.shape, generator=self.generator) >= {config.dropout!r}\n"
            f"                x = x * (kept / (1 - {config.dropout!r}))\n"
        )
    return (
        f"SIZES = {list(network.sizes)}\n"
        f"LIMITS = [{limits}]  # the first weights are uniform between −limit and limit\n"
        f"ACTIVATIONS = [{functions}]\n\n\n"
        "class Network(nn.Module):\n"
        "    def __init__(self):\n"
        "        super().__init__()\n"
        "        self.generator = torch.Generator().manual_seed(SEED)\n"
        "        self.weights = nn.ParameterList(\n"
        "            (torch.rand(n_in, n_out, generator=self.generator) * 2 - 1) * limit\n"
        "            for n_in, n_out, limit in zip(SIZES[:-1], SIZES[1:], LIMITS)\n"
        "        )\n"
        "        self.biases = nn.ParameterList(torch.zeros(n) for n in SIZES[1:])\n"
        f"{scales}{statistics}\n"
        "    def forward(self, x):\n"
        "        for layer, activation in enumerate(ACTIVATIONS):\n"
        "            z = torch.addmm(self.biases[layer], x, self.weights[layer])\n"
        f"{norm}"
        "            x = activation(z)\n"
        f"{dropout}"
        "        return torch.addmm(self.biases[-1], x, self.weights[-1])  # raw outputs: the loss does the rest"
    )


def _optimizer(config: Config) -> str:
    rate = "lr=LEARNING_RATE"
    if config.optimizer == "adamw":
        decay = config.regularisation_rate if config.regularisation == "l2" else 0.01
        return f"torch.optim.AdamW(network.parameters(), {rate}, weight_decay={decay!r})"
    return {
        "sgd": f"torch.optim.SGD(network.parameters(), {rate})",
        "momentum": f"torch.optim.SGD(network.parameters(), {rate}, momentum=0.9)",
        "rmsprop": f"torch.optim.RMSprop(network.parameters(), {rate})",
        "adam": f"torch.optim.Adam(network.parameters(), {rate})",
    }[config.optimizer]


def _penalty(config: Config) -> str:
    if config.regularisation == "none" or (config.regularisation == "l2" and config.optimizer == "adamw"):
        return ""
    direction = "w.data" if config.regularisation == "l2" else "w.data.sign()"
    return (
        f"        for w in network.weights:  # {config.regularisation.upper()} penalty\n"
        f"            w.grad.add_({direction}, alpha={config.regularisation_rate!r})\n"
    )


def _training(fit: Fit) -> str:
    config = fit.config
    numbers = fit.task == "numbers"
    score = (
        "            error = ((raw.view(-1) - y) ** 2).mean().item()\n"
        "            variance = y.var(correction=0).item()\n"
        '            metrics[f"r2/{part}"] = 1 - error / variance if variance else 0.0\n'
        if numbers
        else f"            answer = {'(raw.view(-1) > 0).long()' if fit.task == 'binary' else 'raw.argmax(1)'}\n"
        '            metrics[f"accuracy/{part}"] = (answer == y).sum().item() / len(y)\n'
    )
    stop = ""
    if config.early_stopping:
        stop = (
            f"        if last or number % {mlp.EVALUATE_EVERY} == 0:\n"
            "            moment = epoch + 1.0 if last else epoch + number / n_batches\n"
            '            loss_now = evaluate()["loss/validation"]\n'
            "            if loss_now < best[0]:\n"
            "                best = (loss_now, moment)\n"
            f"            if moment - best[1] >= {config.early_stopping}:\n"
            "                stopped = True\n"
            "                break\n"
        )
    return (
        "def loss_of(output, y):\n"
        f"    return {LOSS_CODE[fit.task, fit.network.loss_name]}\n\n\n"
        "def evaluate():\n"
        '    """Loss and score of each part of the data, all in one pass."""\n'
        "    network.eval()\n"
        '    parts = [part for part in ("train", "validation", "test") if f"x_{part}" in data]\n'
        f'    rows = [data[f"x_{{part}}"][:{MAX_EVALUATED}] for part in parts]\n'
        "    metrics, begin = {}, 0\n"
        "    with torch.no_grad():\n"
        "        output = network(torch.cat(rows))\n"
        "        for part, x in zip(parts, rows):\n"
        '            raw, y = output[begin : begin + len(x)], data[f"y_{part}"][: len(x)]\n'
        "            begin += len(x)\n"
        '            metrics[f"loss/{part}"] = loss_of(raw, y).item()\n'
        f"{score}"
        "    network.train()\n"
        "    return metrics\n\n\n"
        "network = Network()\n"
        f"optimizer = {_optimizer(config)}\n"
        f"BATCHES = {_sizes_code(fit)}\n"
        "n_batches = len(BATCHES)\n"
        "best, stopped = (math.inf, 0.0), False\n"
        "for epoch in range(EPOCHS):\n"
        "    generator = torch.Generator().manual_seed(SEED * 1_000_003 + epoch)\n"
        '    order = torch.randperm(len(data["x_train"]), generator=generator)\n'
        '    batches = zip(data["x_train"][order].split(BATCHES), data["y_train"][order].split(BATCHES))\n'
        "    for number, (x, y) in enumerate(batches, start=1):\n"
        "        last = number == n_batches\n"
        "        optimizer.zero_grad()\n"
        "        loss = loss_of(network(x), y)\n"
        "        loss.backward()\n"
        f"{_penalty(config)}"
        "        optimizer.step()\n"
        "        if not math.isfinite(loss.item()):\n"
        "            stopped = True\n"
        "            break\n"
        f"{stop}"
        "    if stopped:\n"
        "        break"
    )


def _sizes_code(fit: Fit) -> str:
    """Source for the sizes of an epoch's batches."""
    sizes = batch_sizes(fit.n_train, fit.config.batch_size, at_least=2 if fit.config.batch_norm else 1)
    full = fit.config.batch_size
    n_full = sum(size == full for size in sizes)
    return f"[{full}] * {n_full}" + (f" + [{sizes[-1]}]" if n_full < len(sizes) else "")


def _ending(fit: Fit) -> str:
    return "print(json.dumps(evaluate()))"
