"""A run of the lesson on attacks as a plain PyTorch script that prints the same final metrics.

The pictures come along as the run split them, and the learner's own network where one was attacked; the attacks stand in
the script in full. `tests/models/test_attack_code.py` runs the scripts and compares.
"""

from __future__ import annotations

from typing import Any

from models.attack import Config
from models.attack_fit import MAX_ATTACKED, N_PGD, N_TARGETED
from models.attack_settings import EPSILONS, TOLD, network_settings
from models.cnn import load
from models.cnn_code import written
from models.cnn_trained import restored
from models.notebook import exported, source_of
from models.settings import from_mapping, to_mapping


def export(config: dict[str, Any]) -> dict[str, str]:
    """{"script", "notebook", "data"}: Python source, notebook JSON, and base64 of `data.npz` ("" when embedded).

    Raises ValueError, one sentence, when the config is not legal, or its network or pictures cannot be had.
    """
    settings = from_mapping(Config, config)
    network = network_settings(settings)
    parameters: dict[str, Any] = {}
    if settings.weights:
        trained = restored(to_mapping(network), settings.weights)
        images = trained.images
        parameters = {f"p {name}": values.numpy() for name, values in trained.network.state_dict().items()}
    else:
        images = load(network)
    cells, data = written(network, images, parameters)
    source = [
        _opening(settings, images.name),
        _pixels(cells["data"]),
        _network(cells["network"], own=bool(settings.weights)),
        source_of("augmentation", "TURN = ").replace("Sequence[str]", "tuple"),
        source_of("attacks", "Network = "),
        source_of("chunks", "PIXELS = "),
        source_of("attack_curves", "BLOCK = "),
        _training(settings),
        _measuring(settings),
    ]
    return exported([cell for cell in source if cell], data)


def _opening(config: Config, name: str) -> str:
    return (
        f'"""{name}: a convolutional network under attack, as on the page.\n\n'
        'Needs torch and numpy. Prints the final metrics as one JSON object.\n"""\n\n'
        "import base64\nimport json\nimport math\nimport zlib\nfrom collections.abc import Callable\n\n"
        "import numpy as np\nimport torch\nfrom torch import Tensor, nn\nfrom torch.nn import functional\n\n"
        "torch.set_num_threads(1)  # the page trains each run on one core\n"
        f"SEED = {config.seed}\nLEARNING_RATE = {config.learning_rate!r}\n"
        "torch.manual_seed(SEED)"
    )


def _pixels(cell: str) -> str:
    """The data as pixels from 0 to 1: the attacks need them so, the network scales them by itself."""
    head, loop, _ = cell.partition("for name in [name for name in data if name.startswith('x_')]:")
    assert loop, "the cell of models.cnn_code has changed"
    return (
        head + "for name in [name for name in data if name.startswith('x_')]:\n"
        "    data[name] = torch.from_numpy(data[name].numpy().astype(np.float32) / 255)\n"
        "mean, spread = torch.from_numpy(MEAN), torch.from_numpy(SPREAD)\n"
        f'x_train, y_train = data["x_train"], data["y_train"]\n'
        f'x_test, y_test = data["x_test"][:{MAX_ATTACKED}], data["y_test"][:{MAX_ATTACKED}]'
    )


def _network(cell: str, *, own: bool) -> str:
    built = cell.partition("\noptimizer = ")[0]
    if own:
        built += (
            "\n# The parameters that your run left.\n"
            'parameters = [data[name] for name in data if name.startswith("p ")]\n'
            "network.load_state_dict(dict(zip(network.state_dict(), parameters, strict=True)))"
        )
    return (
        f"{built}\n\n\n"
        "def answers(x):\n"
        '    """Logits for pixels from 0 to 1."""\n'
        "    return network((x - mean) / spread)"
    )


def _training(config: Config) -> str:
    epochs = str(config.epochs) if config.epochs else "16 if len(y_train) <= 5000 else 8"
    phases = ([] if config.weights else ["ordinary"]) + (["adversarial"] if config.adversarial else [])
    if not phases:
        return ""
    return (
        f"EPOCHS = {epochs}\n"
        f"N_BATCHES = max(1, len(y_train) // {config.batch_size})\n"
        f"for half, phase in enumerate({phases!r}):\n"
        "    optimizer = torch.optim.Adam(network.parameters(), LEARNING_RATE)\n"
        "    for epoch in range(EPOCHS):\n"
        "        generator = torch.Generator().manual_seed(SEED * 1_000_003 + half * EPOCHS + epoch)\n"
        "        order = torch.randperm(len(y_train), generator=generator)\n"
        "        for number, rows in enumerate(order.tensor_split(N_BATCHES), start=1):\n"
        '            x, y = augmented(x_train[rows], ("shift",), generator), y_train[rows]\n'
        '            if phase == "adversarial":\n'
        "                network.eval()  # attacked as it answers, not as it trains\n"
        f"                x = pgd(answers, x, y, {config.train_epsilon!r}, {config.inner_steps}, generator)\n"
        "            share = (epoch + number / N_BATCHES) / EPOCHS\n"
        "            for group in optimizer.param_groups:\n"
        '                group["lr"] = LEARNING_RATE * 0.5 * (1 + math.cos(math.pi * min(1.0, share)))\n'
        "            network.train()\n"
        "            loss = functional.cross_entropy(answers(x), y)\n"
        "            optimizer.zero_grad()\n"
        "            loss.backward()\n"
        "            optimizer.step()\n"
        "            if not math.isfinite(loss.item()):\n"
        '                raise SystemExit("The loss is no longer a number: try a smaller learning rate.")\n'
        'metrics = {"loss/batch": loss.item()}'
    )


def _measuring(config: Config) -> str:
    begin = "" if config.adversarial or not config.weights else "metrics = {}\n"
    return (
        f"{begin}network.eval()\n"
        f"sweep = Sweep(answers, {EPSILONS!r}, {config.steps}, {config.target}, SEED)\n"
        f"metrics |= swept(sweep, x_test, y_test, {N_PGD}, {N_TARGETED}, {TOLD!r}).metrics({TOLD!r})\n"
        "print(json.dumps(metrics))"
    )
