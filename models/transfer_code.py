"""A run of the lesson on transfer as a plain PyTorch script that prints the same final metrics.

The pictures of both tasks come along in `data.npz`; everything else is written out. `tests/models/test_transfer_code.py`
runs the scripts and compares.
"""

from __future__ import annotations

import base64
import io
from typing import Any

import numpy as np

from models.notebook import exported
from models.settings import from_mapping
from models.transfer import CURVE_SEEDS, EVALUATE_EVERY, Config
from models.transfer_fit import FIRST_BATCH
from models.transfer_learners import BATCH
from models.transfer_settings import BODIES
from models.transfer_tasks import Tasks, load

TORCHVISION = {
    "resnet18": ("resnet18", "network.fc", "network.fc.in_features"),
    "mobilenet": ("mobilenet_v3_small", "network.classifier", "network.classifier[0].in_features"),
}

NETWORK = """\
class Network(nn.Module):
    def __init__(self, body, n_features, n_classes):
        super().__init__()
        self.body, self.head = body, nn.Linear(n_features, n_classes)

    def forward(self, x):
        return self.head(self.body(x))


"""


def export(config: dict[str, Any]) -> dict[str, str]:
    """{"script", "notebook", "data"}: Python source, notebook JSON, and base64 of `data.npz`.

    Raises ValueError, one sentence, when the config is not legal or its pictures cannot be had.
    """
    settings = from_mapping(Config, config)
    tasks = load(settings)
    cells = [
        _opening(settings, tasks),
        _data(tasks),
        _networks(settings, tasks),
        _first_task(settings),
        _learners(),
        _second_task(settings, tasks),
    ]
    return exported(cells, base64.b64encode(_npz(tasks)).decode())


def _npz(tasks: Tasks) -> bytes:
    arrays: dict[str, Any] = {}
    for name in ("first", "first_test", "pool", "test"):
        task = getattr(tasks, name)
        arrays |= {f"x_{name}": np.ascontiguousarray(task.pixels), f"y_{name}": task.labels}
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)
    return file.getvalue()


def _opening(config: Config, tasks: Tasks) -> str:
    return (
        f'"""{tasks.name}: learn one task, then another from a few pictures, as on the page.\n\n'
        'Needs torch and numpy, and data.npz beside it. Prints the final metrics as one JSON object.\n"""\n\n'
        "import copy\nimport json\nimport math\n\n"
        "import numpy as np\nimport torch\nfrom torch import nn\nfrom torch.nn import functional\n\n"
        "torch.set_num_threads(1)  # the page trains each run on one core\n"
        f"SEED = {config.seed}\nSHOTS = {config.shots}  # pictures per class\nREPETITIONS = {config.seeds}\n"
        f"FIRST_RATE = {config.first_rate!r}\nSTEPS = {config.steps}\nRATE = {config.learning_rate!r}\nBODY_SHARE = {config.body_rate!r}\n"
        f"EPOCHS = {config.epochs if config.body == 'small' else 0}"
    )


def _data(tasks: Tasks) -> str:
    return (
        'with np.load("data.npz", allow_pickle=False) as file:\n'
        "    data = {name: file[name] for name in file.files}\n"
        "# Mean 0 and spread 1 over the first task's training pictures, channel by channel.\n"
        f"MEAN = np.array({[float(value) for value in tasks.mean]!r}, dtype=np.float32)[:, None, None]\n"
        f"SPREAD = np.array({[float(value) for value in tasks.std]!r}, dtype=np.float32)[:, None, None]\n\n\n"
        "def part(name):\n"
        '    x = (data[f"x_{name}"].astype(np.float32) / 255 - MEAN) / SPREAD\n'
        '    return torch.from_numpy(x.astype(np.float32)), torch.from_numpy(data[f"y_{name}"])\n\n\n'
        "(x_first, y_first), (x_held, y_held), (x_pool, y_pool), (x_test, y_test) = (\n"
        '    part(name) for name in ("first", "first_test", "pool", "test")\n'
        ")\n"
        "N_FIRST, N_CLASSES = int(y_first.max()) + 1, int(y_pool.max()) + 1\n"
        "MOST = min(np.bincount(y_pool.numpy()))  # pictures that every new class has\n\n\n"
        "def few(shots, seed):\n"
        '    """Rows of the pool: so many pictures of each class."""\n'
        "    generator = np.random.default_rng([seed, 17])\n"
        "    orders = [\n"
        "        generator.permutation(np.flatnonzero(y_pool.numpy() == label))[: min(shots, MOST)]\n"
        "        for label in range(N_CLASSES)\n"
        "    ]\n"
        "    return torch.from_numpy(np.stack(orders, axis=1).reshape(-1))"
    )


def _networks(config: Config, tasks: Tasks) -> str:
    if config.body != "small":
        return _pretrained(config)
    lines, (before, height, width) = [], tasks.shape
    for after in config.channels:
        pool = min(height, width) >= 2
        lines.append(
            f"        nn.Conv2d({before}, {after}, 3, padding=1), nn.BatchNorm2d({after}), nn.ReLU(),"
            + (" nn.MaxPool2d(2)," if pool else "")
        )
        before = after
        if pool:
            height, width = height // 2, width // 2
    body = "\n".join([*lines, "        nn.Flatten(),"])
    return NETWORK + (
        "def fresh(n_classes, seed):\n"
        "    torch.manual_seed(seed)\n"
        f"    body = nn.Sequential(\n{body}\n    )\n"
        f"    return Network(body, {before * height * width}, n_classes).to(memory_format=torch.channels_last)\n\n\n"
        "source = fresh(N_FIRST, SEED)"
    )


def _pretrained(config: Config) -> str:
    from models.pretrained import SIDE

    name, last, n_features = TORCHVISION[config.body]
    return (
        f"import torchvision  # {BODIES[config.body]}, with weights from download.pytorch.org\n\n\n"
        "class Body(nn.Module):\n"
        "    def __init__(self, network):\n"
        "        super().__init__()\n"
        "        self.network = network\n\n"
        "    def forward(self, x):\n"
        "        x = x.expand(-1, 3, -1, -1) if x.shape[1] == 1 else x\n"
        f'        x = functional.interpolate(x, size=({SIDE}, {SIDE}), mode="bilinear", align_corners=False)\n'
        "        return self.network(x)\n\n\n"
        f"{NETWORK}def fresh(n_classes, seed, weights=None):\n"
        "    torch.manual_seed(seed)\n"
        f"    network = torchvision.models.{name}(weights=weights)\n"
        f"    n_features = {n_features}\n"
        f"    {last} = nn.Identity()\n"
        "    return Network(Body(network), n_features, n_classes).to(memory_format=torch.channels_last)\n\n\n"
        'source = fresh(N_FIRST, SEED, "IMAGENET1K_V1")'
    )


def _first_task(config: Config) -> str:
    asked = (
        "source.eval()\n"
        "with torch.no_grad():\n"
        "    logits = source(x_held)\n"
        '    metrics["accuracy/first"] = (logits.argmax(1) == y_held).sum().item() / len(y_held)\n'
        if config.body == "small"
        else "source.eval()\n"
    )
    return (
        "optimizer = torch.optim.Adam(source.parameters(), FIRST_RATE)\n"
        "metrics = {}\n"
        "for epoch in range(EPOCHS):\n"
        "    generator = torch.Generator().manual_seed(SEED * 1_000_003 + epoch)\n"
        "    order = torch.randperm(len(y_first), generator=generator)\n"
        "    source.train()\n"
        f"    for rows in order.tensor_split(max(1, len(y_first) // {FIRST_BATCH})):\n"
        "        loss = functional.cross_entropy(source(x_first[rows]), y_first[rows])\n"
        "        optimizer.zero_grad()\n"
        "        loss.backward()\n"
        "        optimizer.step()\n" + asked
    ).rstrip()


def _learners() -> str:
    return (
        "def batch(n, seed, update):\n"
        f"    if n <= {BATCH}:\n"
        "        return torch.arange(n)\n"
        "    generator = torch.Generator().manual_seed(seed * 1_000_003 + update)\n"
        f"    return torch.randperm(n, generator=generator)[:{BATCH}]\n\n\n"
        "def learn(shots, repetition):\n"
        '    """Learner → (loss of the last update, test accuracy, test loss), from the same few pictures."""\n'
        "    seed = SEED * 101 + repetition\n"
        "    rows = few(shots, seed)\n"
        "    x, y = x_pool[rows], y_pool[rows]\n"
        "    blank = fresh(N_CLASSES, 7919 + seed)\n"
        "    found = {}\n"
        '    for name in ("scratch", "frozen", "finetuned"):\n'
        "        network = copy.deepcopy(blank)\n"
        '        if name != "scratch":\n'
        "            network.body = copy.deepcopy(source.body)\n"
        '        network.body.requires_grad_(name != "frozen")\n'
        '        groups = [{"params": list(network.head.parameters()), "lr": RATE}]\n'
        "        body = list(network.body.parameters())\n"
        '        if name != "frozen" and body:\n'
        '            share = BODY_SHARE if name == "finetuned" else 1.0\n'
        '            groups.append({"params": body, "lr": RATE * share})\n'
        "        optimizer = torch.optim.Adam(groups)\n"
        "        for update in range(STEPS):\n"
        '            network.train(name != "frozen")  # frozen features: running means stay as they are\n'
        "            chosen = batch(len(y), seed, update)\n"
        "            loss = functional.cross_entropy(network(x[chosen]), y[chosen])\n"
        "            optimizer.zero_grad()\n"
        "            loss.backward()\n"
        "            optimizer.step()\n"
        "        network.eval()\n"
        "        with torch.no_grad():\n"
        "            logits = network(x_test)\n"
        "        accuracy = (logits.argmax(1) == y_test).sum().item() / len(y_test)\n"
        "        found[name] = loss.item(), accuracy, functional.cross_entropy(logits, y_test).item()\n"
        "    return found"
    )


def _second_task(config: Config, tasks: Tasks) -> str:
    others = [count for count in tasks.counts(config.shots) if count != min(config.shots, tasks.most)]
    curve = (
        f"for shots in {others!r}:\n"
        f"    found = [learn(shots, number) for number in range(min(REPETITIONS, {CURVE_SEEDS}))]\n"
        '    for name in ("scratch", "frozen", "finetuned"):\n'
        '        metrics[f"curve/{name}/{shots}"] = math.fsum(one[name][1] for one in found) / len(found)\n'
        if config.curve and others
        else ""
    )
    return (
        f"# The page looks at the test pictures every {EVALUATE_EVERY} updates; looking changes nothing.\n"
        "found = [learn(SHOTS, number) for number in range(REPETITIONS)]\n"
        'for name in ("scratch", "frozen", "finetuned"):\n'
        '    for place, metric in enumerate(("loss", "accuracy", "test_loss")):\n'
        '        metrics[f"{metric}/{name}"] = math.fsum(one[name][place] for one in found) / len(found)\n'
        'metrics["loss/test"], metrics["accuracy/test"] = metrics["test_loss/finetuned"], metrics["accuracy/finetuned"]\n'
        'for name in ("frozen", "finetuned"):\n'
        '    metrics[f"gain/{name}"] = metrics[f"accuracy/{name}"] - metrics["accuracy/scratch"]\n'
        'metrics["gain/best"] = max(metrics["gain/frozen"], metrics["gain/finetuned"])\n'
        + curve
        + "print(json.dumps(metrics))"
    )
