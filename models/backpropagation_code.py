"""A run as plain PyTorch: torch's autograd and SGD in place of the engine written by hand, and the same final metrics.

Everything is float64, as in Python, and every sum has the order of `models/backpropagation_network.py`; what is left
between the two are roundings of the last digits (`tests/models/test_backpropagation_code.py` runs the scripts).
"""

from __future__ import annotations

from typing import Any

from models.backpropagation_fit import Fit
from models.backpropagation_settings import Config
from models.notebook import exported
from models.settings import from_mapping

ACTIVATION_CODE = {"tanh": "torch.tanh", "sigmoid": "torch.sigmoid", "relu": "torch.relu"}
LOSS_CODE = {
    "squared": "((z - (2 * y - 1)) ** 2).mean()",
    "cross_entropy": "functional.binary_cross_entropy_with_logits(z, y)",
}


def export(config: dict[str, Any]) -> dict[str, str]:
    """{"script", "notebook", "data"}: Python source, notebook JSON, and "" for there is no data file.

    Raises:
        ValueError: the config is not legal (one sentence).
    """
    settings = from_mapping(Config, config)
    fit = Fit(settings)
    return exported([_opening(settings), _data(fit), _network(fit), _training(settings)])


def _opening(config: Config) -> str:
    return (
        f'"""A network of {config.layers} hidden layers of {config.hidden} neurons, trained as on the page.\n\n'
        'Needs torch and numpy. Prints the final metrics as one JSON object.\n"""\n\n'
        "import json\n\nimport numpy as np\nimport torch\nfrom torch.nn import functional\n\n"
        "torch.set_default_dtype(torch.float64)\n"
        "torch.set_num_threads(1)\n"
        f"SEED = {config.seed}\n"
        f"LEARNING_RATE = {config.learning_rate!r}\n"
        f"BATCH_SIZE = {config.batch_size}\n"
        f"EPOCHS = {config.epochs}"
    )


def _data(fit: Fit) -> str:
    rows = [
        f"x_train = torch.tensor({fit.x.tolist()})",
        f"y_train = torch.tensor({[float(label) for label in fit.y]})",
        f"x_test = torch.tensor({fit.x_test.tolist()})",
        f"y_test = torch.tensor({[float(label) for label in fit.y_test]})",
    ]
    return "\n".join(rows)


def _network(fit: Fit) -> str:
    weights, biases = fit.network.arrays()
    activation = ACTIVATION_CODE[fit.config.activation]
    return (
        f"weights = [torch.tensor(w, requires_grad=True) for w in {[w.tolist() for w in weights]}]\n"
        f"biases = [torch.tensor(b, requires_grad=True) for b in {[b.tolist() for b in biases]}]\n\n\n"
        "def network(x):\n"
        "    for w, b in zip(weights[:-1], biases[:-1]):\n"
        f"        x = {activation}(x @ w + b)\n"
        "    return (x @ weights[-1] + biases[-1]).view(-1)\n\n\n"
        "def loss_of(z, y):\n"
        f"    return {LOSS_CODE[fit.config.loss]}"
    )


def _training(config: Config) -> str:
    return (
        "optimizer = torch.optim.SGD([*weights, *biases], lr=LEARNING_RATE)\n"
        "for epoch in range(EPOCHS):\n"
        "    order = np.arange(len(x_train))\n"
        "    if BATCH_SIZE < len(order):\n"
        "        order = np.random.default_rng(SEED * 1_000_003 + epoch).permutation(len(order))\n"
        "    for begin in range(0, len(order), BATCH_SIZE):\n"
        "        rows = torch.from_numpy(order[begin : begin + BATCH_SIZE])\n"
        "        optimizer.zero_grad()\n"
        "        loss_of(network(x_train[rows]), y_train[rows]).backward()  # the chain rule, back through the graph\n"
        "        optimizer.step()\n\n"
        "metrics = {}\n"
        "with torch.no_grad():\n"
        '    for part, x, y in (("train", x_train, y_train), ("test", x_test, y_test)):\n'
        "        z = network(x)\n"
        '        metrics[f"loss/{part}"] = loss_of(z, y).item()\n'
        '        metrics[f"accuracy/{part}"] = ((z > 0) == (y == 1)).double().mean().item()\n'
        "print(json.dumps(metrics))"
    )
