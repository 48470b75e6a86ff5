"""A run as plain PyTorch: the same stack with `torch.nn`, autograd and `torch.optim`, and the same final metrics.

The points come along as the run split and scaled them. The order of every operation is that of
`models/activations_stack.py`, so that on one machine the printed metrics agree to the last bit
(`tests/models/test_activations_code.py` runs the scripts).
"""

from __future__ import annotations

import base64
import textwrap
import zlib
from typing import Any

import numpy as np

from models.activation_functions import LEAK
from models.activations_diagnosis import DEAD_SLOPE
from models.activations_fit import Fit
from models.activations_settings import Config
from models.activations_stack import ELU_ALPHA, spread
from models.notebook import exported
from models.settings import from_mapping

FUNCTIONS = {
    "linear": "z * 1",
    "step": "(z > 0).float()  # a jump: no gradient goes back through it",
    "sigmoid": "torch.sigmoid(z)",
    "tanh": "torch.tanh(z)",
    "relu": "functional.relu(z)",
    "leaky_relu": f"functional.leaky_relu(z, {LEAK})",
    "elu": f"functional.elu(z, {ELU_ALPHA})",
    "gelu": "functional.gelu(z)",
    "swish": "functional.silu(z)",
    "softplus": "functional.softplus(z)",
}
OPTIMIZERS = {
    "sgd": "torch.optim.SGD(stack.parameters(), LEARNING_RATE)",
    "momentum": "torch.optim.SGD(stack.parameters(), LEARNING_RATE, momentum=0.9)",
    "adam": "torch.optim.Adam(stack.parameters(), LEARNING_RATE)",
}


def export(config: dict[str, Any]) -> dict[str, str]:
    """{"script", "notebook", "data"}: Python source, notebook JSON, and "" for there is no data file.

    Raises:
        ValueError: the config is not legal (one sentence).
    """
    fit = Fit(from_mapping(Config, config))
    return exported([_opening(fit.config), _data(fit), _stack(fit.config), _training(fit.config), _ending()])


def _opening(config: Config) -> str:
    return (
        f'"""A stack of {config.depth} hidden layers of {config.width} neurons, trained as on the page.\n\n'
        'Needs torch and numpy. Prints the final metrics as one JSON object.\n"""\n\n'
        "import base64\nimport json\nimport math\nimport zlib\n\n"
        "import numpy as np\nimport torch\nfrom torch import nn\nfrom torch.nn import functional\n\n"
        "torch.set_num_threads(1)  # the page trains each run on one core\n"
        f"SEED = {config.seed}\n"
        f"LEARNING_RATE = {config.learning_rate!r}\n"
        f"BATCH_SIZE = {config.batch_size}\n"
        f"EPOCHS = {config.epochs}"
    )


def _data(fit: Fit) -> str:
    """Source that defines `data`: name → tensor."""
    arrays = {
        "x_train": fit.x.numpy(),
        "y_train": fit.y.numpy(),
        "x_test": fit.x_test.numpy(),
        "y_test": fit.y_test.numpy(),
    }
    lines = [
        "# The points as the page split and scaled them.",
        "data = {}",
        "for name, dtype, shape, text in (",
    ]
    for name, array in arrays.items():
        packed = base64.b64encode(zlib.compress(np.ascontiguousarray(array).tobytes(), 9)).decode()
        wrapped = "\n".join(f'     "{part}"' for part in textwrap.wrap(packed, 100))
        lines.append(f'    ("{name}", "{array.dtype.str}", {array.shape},\n{wrapped}),')
    lines += [
        "):",
        "    flat = np.frombuffer(zlib.decompress(base64.b64decode(text)), dtype=dtype)",
        "    data[name] = torch.from_numpy(flat.reshape(shape).copy())",
    ]
    return "\n".join(lines)


def _stack(config: Config) -> str:
    first, inner, last = (
        spread(config, *shape)
        for shape in ((2, config.width), (config.width, config.width), (config.width, 1))
    )
    return (
        f"SIZES = [2] + [{config.width}] * {config.depth} + [1]\n"
        f"SPREADS = [{first!r}] + [{inner!r}] * {config.depth - 1} + [{last!r}]  # σ of each layer's first weights\n\n\n"
        "def activation(z):\n"
        f"    return {FUNCTIONS[config.activation]}\n\n\n"
        "class Stack(nn.Module):\n"
        "    def __init__(self):\n"
        "        super().__init__()\n"
        "        generator = torch.Generator().manual_seed(SEED)\n"
        "        self.weights = nn.ParameterList(\n"
        "            torch.randn(n_in, n_out, generator=generator) * spread\n"
        "            for n_in, n_out, spread in zip(SIZES[:-1], SIZES[1:], SPREADS)\n"
        "        )\n"
        "        self.biases = nn.ParameterList(torch.zeros(n) for n in SIZES[1:])\n\n"
        "    def forward(self, x):\n"
        '        """The answers (n,), and the sums z of every hidden layer."""\n'
        "        sums = []\n"
        "        for weights, biases in zip(self.weights[:-1], self.biases[:-1]):\n"
        "            sums.append(torch.addmm(biases, x, weights))\n"
        "            x = activation(sums[-1])\n"
        "        return torch.addmm(self.biases[-1], x, self.weights[-1]).view(-1), sums"
    )


def _training(config: Config) -> str:
    return (
        "def loss_of(output, y):\n"
        "    return functional.binary_cross_entropy_with_logits(output, y)\n\n\n"
        "stack = Stack()\n"
        f"optimizer = {OPTIMIZERS[config.optimizer]}\n"
        "over = False\n"
        "for epoch in range(EPOCHS):\n"
        "    generator = torch.Generator().manual_seed(SEED * 1_000_003 + epoch)\n"
        '    order = torch.randperm(len(data["x_train"]), generator=generator)\n'
        '    xs, ys = data["x_train"][order].split(BATCH_SIZE), data["y_train"][order].split(BATCH_SIZE)\n'
        "    for x, y in zip(xs, ys):\n"
        "        optimizer.zero_grad()\n"
        "        loss = loss_of(stack(x)[0], y)\n"
        "        loss.backward()\n"
        "        optimizer.step()\n"
        "        over = not math.isfinite(loss.item())\n"
        "        if over:\n"
        "            break\n"
        "    if over:\n"
        "        break"
    )


def _ending() -> str:
    return (
        "def size(values):\n"
        "    return values.double().pow(2).mean().sqrt().item()  # root mean square\n\n\n"
        "def gradient_at(z):\n"
        '    """The gradient of each point\'s own loss at the sums z of a layer; 0 where none comes back."""\n'
        "    return torch.zeros_like(z) if z.grad is None else z.grad * len(z)\n\n\n"
        "def dead_share(z):\n"
        '    """Share of the units whose slope is 0, near enough, at every point."""\n'
        "    z = z.detach().requires_grad_()\n"
        "    values = activation(z)\n"
        "    slope = torch.autograd.grad(values.sum(), z)[0] if values.requires_grad else torch.zeros_like(z)\n"
        f"    return (slope.abs().amax(0) < {DEAD_SLOPE!r}).double().mean().item()\n\n\n"
        "metrics = {}\n"
        'output, sums = stack(data["x_train"])\n'
        "for z in sums:\n"
        "    z.retain_grad()\n"
        'loss = loss_of(output, data["y_train"])\n'
        "loss.backward()\n"
        'metrics["loss/train"] = loss.item()\n'
        'metrics["loss/test"] = loss_of(stack(data["x_test"])[0], data["y_test"]).item()\n'
        'for part in ("train", "test"):\n'
        '    right = (stack(data[f"x_{part}"])[0] > 0).long() == data[f"y_{part}"]\n'
        '    metrics[f"accuracy/{part}"] = right.double().mean().item()\n'
        "first, last = size(gradient_at(sums[0])), size(gradient_at(sums[-1]))\n"
        'metrics["gradient/first"], metrics["gradient/last"] = first, last\n'
        'metrics["gradient/ratio"] = first / last if last > 0 else first\n'
        "dead = [dead_share(z) for z in sums]\n"
        'metrics["dead/share"], metrics["dead/worst"] = sum(dead) / len(dead), max(dead)\n'
        "print(json.dumps(metrics))"
    )
