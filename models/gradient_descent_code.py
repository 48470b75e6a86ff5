"""A run as plain PyTorch: the same descents with autograd, `torch.optim` and `torch.optim.lr_scheduler`.

The script takes one descent after the other where the page takes them in step; nothing passes between them, so that the
final metrics agree. The order of every operation on a network is that of `models/dense.py`, and then they agree to the
last bit (`tests/models/test_gradient_descent_code.py` runs the scripts). The loss surface is not part of it.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from models import gradient_descent_bowl as bowl
from models import gradient_descent_line as line
from models import gradient_descent_range as range_test
from models import gradient_descent_training as training
from models.gradient_descent_networks import Networks
from models.gradient_descent_settings import RATES, Config
from models.notebook import embedded, exported
from models.settings import from_mapping

#: Source of `share(step)`, the part of the base rate that a run of `n_steps` takes at a step.
SCHEDULE_CODE = {
    "constant": "return 1.0",
    "step": "return 0.1 ** ((step >= 0.5 * n_steps) + (step >= 0.75 * n_steps))",
    "cosine": "return (1 + math.cos(math.pi * step / n_steps)) / 2",
    "warmup": "return min(1.0, (step + 1) / max(1.0, 0.1 * n_steps))",
    "one_cycle": (
        "step = min(step, n_steps - 1)\n"
        "    top, end = max(0.0, 0.3 * n_steps - 1), float(max(1, n_steps - 1))\n"
        "    if step <= top and top > 0:\n"
        "        return 1.0 + (1 / 25 - 1.0) * (1 + math.cos(math.pi * (step / top))) / 2\n"
        "    along = (step - top) / (end - top)\n"
        "    return 1 / 250_000 + (1.0 - 1 / 250_000) * (1 + math.cos(math.pi * along)) / 2"
    ),
}
FUNCTIONS = {"tanh": "torch.tanh", "relu": "functional.relu", "sigmoid": "torch.sigmoid"}
OPTIMIZERS = {
    "sgd": "torch.optim.SGD(parameters, lr=rate)",
    "momentum": "torch.optim.SGD(parameters, lr=rate, momentum=0.9)",
    "rmsprop": "torch.optim.RMSprop(parameters, lr=rate)",
    "adam": "torch.optim.Adam(parameters, lr=rate)",
    "adamw": "torch.optim.AdamW(parameters, lr=rate, weight_decay=0.01)",
}


def export(config: dict[str, Any]) -> dict[str, str]:
    """{"script", "notebook", "data"}: Python source, notebook JSON, and ""; the data stand in the script.

    Raises:
        ValueError: the config is not legal (one sentence).
    """
    settings = from_mapping(Config, config)
    if settings.task == "line":
        return exported([_opening(settings, line.n_epochs(settings)), _line_data(settings), _line(settings)])
    nets = Networks(settings)
    if settings.task == "network":
        cells = [
            _opening(settings, training.n_epochs(settings)),
            _points(nets),
            _network(nets),
            _training(nets),
        ]
    else:
        n_epochs = range_test.n_epochs(settings, nets.n_batches)
        cells = [_opening(settings, n_epochs), _points(nets), _network(nets), _range_test(), _reading(nets)]
    return exported(cells)


def _opening(config: Config, n_epochs: int) -> str:
    titles = {
        "line": "A line fitted with batches of different sizes",
        "network": "One network trained by several optimizers from the same first weights",
        "range_test": "A learning-rate range test",
    }
    schedule = rate = ""
    if config.task != "range_test":
        rate = f"LEARNING_RATE = {config.learning_rate!r}\n"
        schedule = (
            "\n\n\ndef share(step, n_steps):\n"
            f'    """The share of the learning rate that a step takes: {config.schedule.replace("_", "-")}."""\n'
            f"    {SCHEDULE_CODE[config.schedule]}"
        )
    packing = "" if config.task == "line" else "import base64\n"
    unpacking = "" if config.task == "line" else "import zlib\n"
    nn = "" if config.task == "line" else "from torch import nn\nfrom torch.nn import functional\n"
    return (
        f'"""{titles[config.task]}, as on the page.\n\n'
        'Needs torch and numpy. Prints the final metrics as one JSON object.\n"""\n\n'
        f"{packing}import json\nimport math\n{unpacking}\nimport numpy as np\nimport torch\n{nn}\n"
        "torch.set_num_threads(1)  # the page trains each run on one core\n"
        f"SEED = {config.seed}\n"
        f"{rate}"
        f"BATCH_SIZE = {config.batch_size}\n"
        f"EPOCHS = {n_epochs}{schedule}"
    )


def _line_data(config: Config) -> str:
    slope, intercept = bowl.TRUTH
    low, high = bowl.X_RANGE
    return (
        f"N = {config.n_points}\n\n\n"
        "def points(n, seed):\n"
        '    """Inputs (n, 2), each an x and a 1, and targets (n,) strewn around a line."""\n'
        "    generator = np.random.default_rng(seed)\n"
        f"    x = generator.uniform({low!r}, {high!r}, n)\n"
        f"    noise = {bowl.SPREAD!r} * {config.noise!r} * generator.standard_normal(n)\n"
        f"    y = {slope!r} * x + {intercept!r} + noise\n"
        "    return torch.from_numpy(np.stack([x, np.ones(n)], axis=1)), torch.from_numpy(y)\n\n\n"
        "inputs, targets = points(N, SEED)\n"
        f"fresh_inputs, fresh_targets = points({line.N_TEST}, SEED + {line.OF_TEST})  # to test on\n"
        "best = torch.from_numpy(np.linalg.lstsq(inputs.numpy(), targets.numpy(), rcond=None)[0])\n"
        "floor = (inputs @ best - targets).square().mean().item()\n"
        "moments = inputs.T @ inputs / N\n\n\n"
        "def excess(w):\n"
        '    """How much higher the loss at (slope, intercept) is than that of the best line."""\n'
        "    return max(0.0, ((w - best) @ moments @ (w - best)).item())"
    )


def _line(config: Config) -> str:
    start = f"torch.tensor({list(bowl.START)}, dtype=torch.float64)"
    return (
        f"GIVEN_UP = {line.GIVEN_UP!r} * (excess({start}) + floor)\n"
        "metrics = {}\n"
        "seen_in_all = 0\n"
        "for size in sorted({1, 10, min(BATCH_SIZE, N), N}):\n"
        f"    w = {start}.requires_grad_()\n"
        "    n_steps = EPOCHS * math.ceil(N / size)\n"
        "    optimizer = torch.optim.SGD([w], lr=LEARNING_RATE)\n"
        "    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: share(step, n_steps))\n"
        "    updates = seen = 0\n"
        "    for epoch in range(EPOCHS):\n"
        "        order = torch.from_numpy(np.random.default_rng(SEED * 1_000_003 + epoch).permutation(N))\n"
        "        for rows in order.split(size):\n"
        "            optimizer.zero_grad()\n"
        "            loss = (inputs[rows] @ w - targets[rows]).square().mean()\n"
        "            loss.backward()\n"
        "            rate = schedule.get_last_lr()[0]\n"
        "            optimizer.step()\n"
        "            schedule.step()\n"
        "            updates, seen = updates + 1, seen + len(rows)\n"
        "            lost = not excess(w.detach()) <= GIVEN_UP\n"
        "            if lost:\n"
        "                break\n"
        "        if lost:\n"
        "            break\n"
        "    seen_in_all = max(seen_in_all, seen)\n"
        "    above = math.nan if lost else excess(w.detach())\n"
        '    metrics |= {f"loss/batch_{size}": floor + above, f"excess/batch_{size}": above}\n'
        '    metrics[f"updates/batch_{size}"] = float(updates)\n'
        "    if size == min(BATCH_SIZE, N):  # your own batch size gives the run its score\n"
        '        metrics |= {"loss/train": floor + above, "rate/learning": rate}\n'
        "        own = w.detach()\n"
        "        test = (fresh_inputs @ own - fresh_targets).square().mean().item()\n"
        '        metrics["loss/test"] = math.nan if lost else test\n\n'
        "# The gradient of all examples where your descent ended, and the noise that a batch adds to it.\n"
        "gradients = 2 * (inputs @ own - targets).unsqueeze(1) * inputs  # (N, 2)\n"
        "variance = (gradients - gradients.mean(0)).square().sum().item() / (N - 1)\n"
        'metrics["gradient/full"] = gradients.mean(0).norm().item()\n'
        "for size in sorted({1, 10, min(BATCH_SIZE, N), N}):\n"
        '    metrics[f"noise/batch_{size}"] = math.sqrt(variance * (1 - size / N) / size)\n'
        'metrics["examples/seen"] = float(seen_in_all)\n'
        "print(json.dumps(metrics))"
    )


def _points(nets: Networks) -> str:
    arrays = {
        "x_train": nets.x.numpy(),
        "y_train": nets.y.numpy(),
        "x_test": nets.x_test.numpy(),
        "y_test": nets.y_test.numpy(),
    }
    return embedded({name: np.ascontiguousarray(array) for name, array in arrays.items()})


def _network(nets: Networks) -> str:
    network = nets.own
    limits = ", ".join(repr(limit) for limit in network.initial_limits)
    loss = "mse_loss" if nets.numbers else "binary_cross_entropy_with_logits"
    rules = "\n".join(f'    "{name}": lambda parameters, rate: {OPTIMIZERS[name]},' for name in nets.networks)
    return (
        f"SIZES = {list(network.sizes)}\n"
        "# The first weights are uniform between −limit and limit, layer by layer.\n"
        f"LIMITS = [{limits}]\n"
        f"OPTIMIZERS = {{\n{rules}\n}}\n"
        f"loss_of = functional.{loss}\n\n\n"
        "class Network(nn.Module):\n"
        "    def __init__(self):\n"
        "        super().__init__()\n"
        "        generator = torch.Generator().manual_seed(SEED)  # every network begins alike\n"
        "        self.weights = nn.ParameterList(\n"
        "            (torch.rand(n_in, n_out, generator=generator) * 2 - 1) * limit\n"
        "            for n_in, n_out, limit in zip(SIZES[:-1], SIZES[1:], LIMITS)\n"
        "        )\n"
        "        self.biases = nn.ParameterList(torch.zeros(n) for n in SIZES[1:])\n\n"
        "    def forward(self, x):\n"
        "        for weights, biases in zip(self.weights[:-1], self.biases[:-1]):\n"
        f"            x = {FUNCTIONS[nets.config.activation]}(torch.addmm(biases, x, weights))\n"
        "        return torch.addmm(self.biases[-1], x, self.weights[-1]).view(-1)\n\n\n"
        "def batches(epoch):\n"
        '    """The training points in the order of this epoch, cut into mini-batches."""\n'
        "    generator = torch.Generator().manual_seed(SEED * 1_000_003 + epoch)\n"
        '    order = torch.randperm(len(data["x_train"]), generator=generator)\n'
        '    return zip(data["x_train"][order].split(BATCH_SIZE), data["y_train"][order].split(BATCH_SIZE))'
    )


def _training(nets: Networks) -> str:
    accuracy = (
        ""
        if nets.numbers
        else '        right = ((output > 0).float() == data["y_test"]).double().mean().item()\n'
        '        metrics[f"accuracy/{name}"] = math.nan if lost else right\n'
    )
    own = nets.config.optimizer
    own_accuracy = "" if nets.numbers else f'metrics["accuracy/test"] = metrics["accuracy/{own}"]\n'
    return (
        'n_steps = EPOCHS * math.ceil(len(data["x_train"]) / BATCH_SIZE)\n'
        "metrics, longest = {}, 0\n"
        "for name, make in OPTIMIZERS.items():\n"
        "    network, lost, updates = Network(), False, 0\n"
        "    optimizer = make(network.parameters(), LEARNING_RATE)\n"
        "    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: share(step, n_steps))\n"
        "    for epoch in range(EPOCHS):\n"
        "        for x, y in batches(epoch):\n"
        "            optimizer.zero_grad()\n"
        "            loss = loss_of(network(x), y)\n"
        "            loss.backward()\n"
        "            rate = schedule.get_last_lr()[0]\n"
        "            optimizer.step()\n"
        "            schedule.step()\n"
        "            updates += 1\n"
        "            lost = not math.isfinite(loss.item())\n"
        "            if lost:\n"
        "                break\n"
        "        if lost:\n"
        "            break\n"
        "    if updates > longest:\n"
        '        longest, metrics["rate/learning"] = updates, rate\n'
        "    with torch.no_grad():\n"
        '        output = network(data["x_test"])\n'
        '        test = loss_of(output, data["y_test"]).item()\n'
        '        training = loss_of(network(data["x_train"]), data["y_train"]).item()\n'
        '        metrics[f"loss/{name}"] = math.nan if lost else test\n'
        '        metrics[f"training/{name}"] = math.nan if lost else training\n'
        f"{accuracy}\n"
        "# The network of your own optimizer gives the run its score.\n"
        f'metrics["loss/test"], metrics["loss/train"] = metrics["loss/{own}"], metrics["training/{own}"]\n'
        f"{own_accuracy}"
        "print(json.dumps(metrics))"
    )


def _range_test() -> str:
    low, high = RATES
    return (
        'n_steps = EPOCHS * math.ceil(len(data["x_train"]) / BATCH_SIZE)\n'
        f"LOW, HIGH = {low!r}, {high!r}\n\n\n"
        "def training_loss(network):\n"
        "    with torch.no_grad():\n"
        '        return loss_of(network(data["x_train"]), data["y_train"]).item()\n\n\n'
        "def course(make):\n"
        '    """Rates, the training loss after a step with each, the rate that blew it up, and the last rate."""\n'
        "    network = Network()\n"
        "    optimizer = make(network.parameters(), LOW)\n"
        "    start = lowest = training_loss(network)\n"
        "    rates, losses, step = [], [], 0\n"
        "    for epoch in range(EPOCHS):\n"
        "        for x, y in batches(epoch):\n"
        "            rate = LOW * (HIGH / LOW) ** (step / max(n_steps - 1, 1))\n"
        "            for group in optimizer.param_groups:\n"
        '                group["lr"] = rate\n'
        "            optimizer.zero_grad()\n"
        "            loss_of(network(x), y).backward()\n"
        "            optimizer.step()\n"
        "            step, loss = step + 1, training_loss(network)\n"
        "            if math.isfinite(loss):\n"
        "                rates.append(rate)\n"
        "                losses.append(loss)\n"
        "                lowest = min(lowest, loss)\n"
        f"            if not loss <= max({range_test.BLOW_UP!r} * lowest, start):\n"
        "                return rates, losses, rate, rate\n"
        "    return rates, losses, math.nan, rate"
    )


def _reading(nets: Networks) -> str:
    s = range_test.SMOOTHING
    return (
        "def running(values):\n"
        "    found, mean, weight = np.empty_like(values), 0.0, 0.0\n"
        "    for i, value in enumerate(values):\n"
        f"        mean = {s!r} * mean + (1 - {s!r}) * value\n"
        f"        weight = {s!r} * weight + (1 - {s!r})\n"
        "        found[i] = mean / weight\n"
        "    return found\n\n\n"
        "metrics, last = {}, 0.0\n"
        "for name, make in OPTIMIZERS.items():\n"
        "    rates, losses, blow_up, rate = course(make)\n"
        "    last = max(last, rate)\n"
        '    metrics[f"loss/{name}"] = losses[-1] if losses else math.nan\n'
        "    if len(losses) < 3:\n"
        "        continue\n"
        "    values = np.array(losses)\n"
        "    smooth = (running(values) + running(values[::-1])[::-1]) / 2\n"
        "    lowest = int(np.argmin(smooth))\n"
        "    if lowest >= 2:  # where the loss falls fastest against the logarithm of the rate\n"
        "        logs = np.log(np.array(rates))\n"
        "        steepest = int(np.argmin(np.gradient(smooth[: lowest + 1], logs[: lowest + 1])))\n"
        '        metrics[f"suggested/{name}"] = rates[steepest]\n'
        '    metrics[f"lowest/{name}"] = rates[lowest]\n'
        '    metrics[f"blow_up/{name}"] = blow_up\n'
        f'metrics |= {{"rate/learning": last, "loss/train": metrics["loss/{nets.config.optimizer}"]}}\n'
        "print(json.dumps(metrics))"
    )
