"""A run of the comparison of learned with hand-made features as a script for PyTorch and scikit-learn.

The pictures come along in `data.npz`, the edge histograms as the source that the run used; everything else is written
out. `tests/models/test_cnn_efficiency_code.py` runs the scripts and compares.
"""

from __future__ import annotations

import base64
import io
import textwrap
from typing import Any

import numpy as np

from models import cnn_code
from models.cnn import load, n_epochs
from models.cnn_efficiency import FEATURES, LEAST_UPDATES, Config
from models.cnn_efficiency_race import Race
from models.notebook import exported, source_of
from models.settings import from_mapping


def export(config: dict[str, Any]) -> dict[str, str]:
    """{"script", "notebook", "data"}: Python source, notebook JSON, and base64 of `data.npz`.

    Raises ValueError, one sentence, when the config is not legal or its pictures cannot be had.
    """
    settings = from_mapping(Config, config)
    race = Race(settings, load(settings))
    cells = [
        _opening(race),
        _pictures(),
        _features(),
        _classical(),
        cnn_code._changes(settings),
        _network(race),
        _comparison(),
    ]
    return exported([cell for cell in cells if cell], base64.b64encode(_npz(race)).decode())


def _npz(race: Race) -> bytes:
    train, test = race.split.train, race.test
    file = io.BytesIO()
    np.savez_compressed(
        file, x_train=train.pixels, y_train=train.labels, x_test=test.pixels, y_test=test.labels
    )
    return file.getvalue()


def _opening(race: Race) -> str:
    config = race.config
    return (
        f'"""{race.images.name}: learned against hand-made features, as on the page.\n\n'
        "Needs torch, scikit-learn and numpy, and data.npz beside it. Prints the final metrics as one JSON object.\n"
        '"""\n\n'
        "import json\nimport math\nimport warnings\n\n"
        "import numpy as np\nimport torch\n"
        "from sklearn.ensemble import RandomForestClassifier\n"
        "from sklearn.exceptions import ConvergenceWarning\n"
        "from sklearn.linear_model import LogisticRegression\nfrom sklearn.svm import SVC\n"
        "from torch import nn\nfrom torch.nn import functional\n\n"
        "torch.set_num_threads(1)  # the page trains each run on one core\n"
        f"SEED = {config.seed}\nCOUNTS = {race.counts!r}  # pictures per class\nREPETITIONS = {config.repetitions}\n"
        f"LEARNING_RATE = {config.learning_rate!r}\nBATCH_SIZE = {config.batch_size}"
    )


def _pictures() -> str:
    return (
        'with np.load("data.npz", allow_pickle=False) as file:\n'
        '    x_pool, y_pool, x_test, y_test = (file[name] for name in ("x_train", "y_train", "x_test", "y_test"))\n\n\n'
        "def few(count, repetition):\n"
        '    """Rows of the pool: so many pictures of each class; more contain the fewer."""\n'
        "    generator = np.random.default_rng([SEED, repetition, 29])\n"
        "    orders = [\n"
        "        generator.permutation(np.flatnonzero(y_pool == label))[:count] for label in np.unique(y_pool)\n"
        "    ]\n"
        "    return np.stack(orders, axis=1).reshape(-1)"
    )


def _features() -> str:
    """The source of the histograms itself."""
    body = source_of("edge_histograms", "N_BINS = ", "def strokes(")
    return (
        "from typing import Any\n\nfrom numpy.typing import NDArray\n\nArray = NDArray[np.float32]\n\n"
        f"{body}\n\n\n"
        "def raw(pixels):\n"
        "    return pixels.reshape(len(pixels), -1).astype(np.float32) / 255\n\n\n"
        "def scaled(x, x_test):\n"
        "    mean, spread = x.mean(axis=0), float(x.std()) or 1.0\n"
        "    return (x - mean) / spread, (x_test - mean) / spread\n\n\n"
        f"FEATURES = dict(zip({tuple(FEATURES)!r}, (raw, edge_histograms)))\n"
        "tested = {name: features(x_test) for name, features in FEATURES.items()}"
    )


def _classical() -> str:
    return (
        "METHODS = {\n"
        '    "logistic": lambda seed: LogisticRegression(max_iter=100),\n'
        '    "svm": lambda seed: SVC(),\n'
        '    "forest": lambda seed: RandomForestClassifier(n_estimators=50, random_state=seed),\n'
        "}\n\n\n"
        "def classical(method, name, rows, seed):\n"
        "    x, x_tested = scaled(FEATURES[name](x_pool[rows]), tested[name])\n"
        "    model = METHODS[method](seed)\n"
        "    with warnings.catch_warnings():\n"
        '        warnings.simplefilter("ignore", ConvergenceWarning)\n'
        "        model.fit(x, y_pool[rows])\n"
        "    return float(np.mean(model.predict(x_tested) == y_test))"
    )


def _network(race: Race) -> str:
    config = race.config
    built = textwrap.indent(
        cnn_code._network(config, race.images.shape, len(race.images.class_names)), " " * 4
    )
    rate = "LEARNING_RATE"
    if config.decay:
        rate += " * 0.5 * (1 + math.cos(math.pi * min(1.0, (epoch + number / n_batches) / epochs)))"
    changed = f"augmented(x[some], {config.augmentation!r}, generator)" if config.augmentation else "x[some]"
    passes = f"{n_epochs(config, 0)} if len(rows) <= 5000 else {n_epochs(config, 5001)}"
    return (
        "def deep(rows, seed):\n"
        '    """Accuracy and loss on the test pictures of the page\'s network."""\n'
        "    torch.manual_seed(seed)\n"
        f"{built}\n"
        "    pixels = x_pool[rows].astype(np.float32) / 255\n"
        "    mean, std = pixels.mean(axis=(0, 2, 3)), pixels.std(axis=(0, 2, 3))\n"
        "    std = np.where(std > 0, std, 1.0).astype(np.float32)\n\n"
        "    def fed(pixels):\n"
        "        x = (pixels.astype(np.float32) / 255 - mean[:, None, None]) / std[:, None, None]\n"
        "        return torch.from_numpy(x.astype(np.float32))\n\n"
        "    x, y = fed(x_pool[rows]), torch.from_numpy(y_pool[rows])\n"
        "    n_batches = max(1, len(rows) // BATCH_SIZE)\n"
        f"    epochs = max({passes}, math.ceil({LEAST_UPDATES} / n_batches))\n"
        "    finite = True\n"
        "    for epoch in range(epochs):\n"
        "        generator = torch.Generator().manual_seed(seed * 1_000_003 + epoch)\n"
        "        order = torch.randperm(len(x), generator=generator)\n"
        "        network.train()\n"
        "        for number, some in enumerate(order.tensor_split(n_batches), start=1):\n"
        "            for group in optimizer.param_groups:\n"
        f'                group["lr"] = {rate}\n'
        f"            loss = functional.cross_entropy(network({changed}), y[some])\n"
        "            optimizer.zero_grad()\n"
        "            loss.backward()\n"
        "            optimizer.step()\n"
        "            finite = math.isfinite(loss.item())\n"
        "            if not finite:\n"
        "                break\n"
        "        if not finite:\n"
        "            break\n"
        "    network.eval()\n"
        "    with torch.no_grad():\n"
        "        logits = torch.cat([network(part) for part in fed(x_test).split(500)])\n"
        "    truth = torch.from_numpy(y_test)\n"
        "    accuracy = (logits.argmax(1) == truth).sum().item() / len(truth)\n"
        "    return accuracy, functional.cross_entropy(logits, truth).item()"
    )


def _comparison() -> str:
    return (
        "scores = {}\n"
        "for repetition in range(REPETITIONS):\n"
        "    for count in COUNTS:\n"
        "        rows, seed = few(count, repetition), SEED * 101 + repetition\n"
        "        for name in FEATURES:\n"
        "            for method in METHODS:\n"
        "                accuracy = classical(method, name, rows, seed)\n"
        '                scores.setdefault(f"{method}_{name}/{count}", []).append(accuracy)\n'
        "        accuracy, loss = deep(rows, seed)\n"
        '        scores.setdefault(f"cnn/{count}", []).append(accuracy)\n'
        'metrics = {f"accuracy/{name}": sum(values) / len(values) for name, values in scores.items()}\n'
        'metrics |= {"accuracy/test": metrics[f"accuracy/cnn/{COUNTS[-1]}"], "loss/test": loss}\n'
        "print(json.dumps(metrics))"
    )
