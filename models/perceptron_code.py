"""A run of the perceptron as a plain PyTorch script: the same examples in the same order, the same final numbers."""

from __future__ import annotations

from typing import Any

from models.notebook import exported
from models.perceptron_data import load
from models.perceptron_settings import Config
from models.settings import from_mapping


def export(config: dict[str, Any]) -> dict[str, str]:
    """{"script", "notebook", "data"}. Raises ValueError, one sentence, when there are no points to learn from."""
    settings = from_mapping(Config, config)
    points = load(settings)
    opening = (
        '"""One neuron learns to part two classes by a line. Prints the final metrics as one JSON object."""\n\n'
        "import json\n\nimport numpy as np\nimport torch\nfrom torch.nn import functional\n\n"
        f"SEED = {settings.seed}\nLEARNING_RATE = {settings.learning_rate!r}\nEPOCHS = {settings.epochs}"
    )
    data = (
        "# The examples: two inputs each, and the class, 0 or 1.\n"
        f"x = torch.tensor({points.x.tolist()!r}, dtype=torch.float64)\n"
        f"target = torch.tensor({points.y.tolist()!r}, dtype=torch.float64)\n"
        "x = torch.cat([x, torch.ones(len(x), 1, dtype=torch.float64)], 1)  # a 1 for the bias\n"
        "sign = 2 * target - 1"
    )
    order = "generator.permutation(len(x))" if settings.shuffle else "range(len(x))"
    rule = (
        "weights = weights + LEARNING_RATE * (target[i] - torch.sigmoid(s)) * x[i]  # cross-entropy, downhill"
        if settings.smooth
        else "if wrong:\n            weights = weights + LEARNING_RATE * sign[i] * x[i]"
    )
    stop = "" if settings.smooth else "    if wrong_in_pass == 0:\n        break\n"
    loss = "functional.softplus(-margin).mean()" if settings.smooth else "(-margin).clamp(min=0).mean()"
    training = (
        "def errors(weights):\n"
        "    return int(((x @ weights > 0) != (target == 1)).sum())\n\n\n"
        "generator = np.random.default_rng(SEED)\n"
        "weights = torch.zeros(3, dtype=torch.float64)  # w1, w2, b\n"
        "mistakes, pocket = 0, errors(weights)\n"
        "for epoch in range(EPOCHS):\n"
        "    wrong_in_pass = 0\n"
        f"    for i in {order}:\n"
        "        s = weights @ x[i]\n"
        "        wrong = bool((s > 0) != (target[i] == 1))\n"
        "        wrong_in_pass += wrong\n"
        f"        {rule}\n"
        "        pocket = min(pocket, errors(weights))  # of the best line so far\n"
        "    mistakes += wrong_in_pass\n"
        f"{stop}\n"
        "margin = sign * (x @ weights)\n"
        "print(json.dumps({\n"
        f'    "loss/train": {loss}.item(),\n'
        '    "accuracy/train": 1 - errors(weights) / len(x),\n'
        '    "accuracy/pocket": 1 - pocket / len(x),\n'
        '    "errors/pocket": pocket,\n'
        '    "errors/pass": wrong_in_pass,\n'
        '    "mistakes/so_far": mistakes,\n'
        "}))"
    )
    return exported([opening, data, training])
