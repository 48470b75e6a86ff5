"""A run of the lesson on explanations as a PyTorch script that prints the same final metrics.

Training comes from the export of the convolutional network; the explanations are those of `models.explain_methods`,
word for word, and use Captum as the page does. A network that was trained before comes along with its parameters.
`tests/models/test_explain_code.py` runs the scripts and compares.
"""

from __future__ import annotations

from typing import Any

from data.images import Images
from models import cnn_settings
from models.cnn_code import written
from models.cnn_fit import MAX_EVALUATED
from models.explain_data import chosen_network, load, mark_area, network_config
from models.explain_settings import RANDOM, Config
from models.notebook import exported, source_of
from models.settings import from_mapping

PRINTED = "print(json.dumps(metrics))"


def export(config: dict[str, Any]) -> dict[str, str]:
    """{"script", "notebook", "data"}: Python source, notebook JSON, and base64 of `data.npz` ("" when embedded).

    Raises ValueError, one sentence, when the config is not legal, or its network or pictures cannot be had.
    """
    settings = from_mapping(Config, config)
    if settings.weights:
        from models.cnn_trained import restored

        trained = restored(chosen_network(settings), settings.weights)
        network, images = trained.config, trained.images
        parameters = {f"p {name}": values.numpy() for name, values in trained.network.state_dict().items()}
        cells, data = written(network, images, parameters)
        cells["changes"], cells["training"] = "", TAKEN
    else:
        network, images = network_config(settings), load(settings)
        cells, data = written(network, images)
        cells["training"] = cells["training"].removesuffix(PRINTED).rstrip()
    source = [
        cells["opening"],
        cells["data"],
        cells["network"],
        cells["changes"],
        cells["training"],
        _methods(),
        _layer(network),
        _explaining(settings, images),
    ]
    return exported([cell for cell in source if cell], data)


TAKEN = f"""# The parameters that your run left.
network.load_state_dict(
    dict(zip(network.state_dict(), [data[name] for name in data if name.startswith("p ")], strict=True))
)
network.eval()
metrics = {{}}
with torch.no_grad():
    x, y = data["x_test"][:{MAX_EVALUATED}], data["y_test"][:{MAX_EVALUATED}]
    logits = torch.cat([network(some) for some in x.split(500)])
    metrics["loss/test"] = functional.cross_entropy(logits, y).item()
    metrics["accuracy/test"] = (logits.argmax(1) == y).sum().item() / len(y)"""


def _methods() -> str:
    """The source of the methods themselves."""
    body = source_of("explain_methods", "N_LEVELS = ", "# Of our own networks.")
    return (
        "# The explanations. Needs captum, too.\n"
        "from collections.abc import Callable, Mapping\n\n"
        "from captum.attr import IntegratedGradients, LayerAttribution, LayerGradCam, Occlusion, Saliency\n"
        "from torch import Tensor\n\n"
        f"RANDOM = {RANDOM!r}\n{body}"
    )


def _layer(config: cnn_settings.Config) -> str:
    """Which part of the Sequential Grad-CAM looks at: the activation of the last convolution block."""
    if not config.channels:
        return "LAYER = None  # no convolution, no Grad-CAM"
    return (
        "last = max(i for i, part in enumerate(network) if isinstance(part, nn.Conv2d))\n"
        f"LAYER = network[last + {2 if config.batch_norm else 1}]  # the activation after the last convolution"
    )


def _explaining(config: Config, images: Images) -> str:
    height, width = images.shape[1:]
    wanted = {"all": "torch.ones_like(right)", "right": "right", "wrong": "~right"}[config.only]
    target = {"answer": "int(ranking[0])", "label": "int(y_test[picture])", "second": "int(ranking[1])"}
    lines = [
        f'x_test, y_test = data["x_test"][:{MAX_EVALUATED}], data["y_test"][:{MAX_EVALUATED}]',
        "mean, spread = torch.from_numpy(MEAN.ravel()), torch.from_numpy(SPREAD.ravel())",
        "with torch.no_grad():",
        "    right = torch.cat([network(some) for some in x_test.split(500)]).argmax(1) == y_test",
        "stamp = torch.from_numpy(((1 - MEAN) / SPREAD).astype(np.float32))  # a white pixel",
        "areas, gaps, found = {}, [], {}",
        f"for picture in torch.nonzero({wanted}).flatten().tolist()[:{config.n_pictures}]:",
        "    x = x_test[picture : picture + 1]",
        "    with torch.no_grad():",
        "        ranking = network(x)[0].argsort(descending=True, stable=True)",
        f"    score = Score(network, {target[config.target]})",
        f"    blank = blank_of(x, {config.blank!r}, mean, spread)",
        f"    maps = explained(score, x, blank, {config.n_steps}, {config.window}, LAYER)",
        f"    generator = torch.Generator().manual_seed({config.seed} * 100_003 + picture)",
        "    for name, curve in deletion_curves(score, x, blank, maps, generator).items():",
        "        areas.setdefault(name, []).append(area(curve))",
        "    with torch.no_grad():",
        "        change = (score(x) - score(blank)).item()",
        '    gaps.append(abs(maps["integrated"].sum().item() - change) / max(abs(change), 1e-6))',
    ]
    if config.mark and not config.weights:
        side = int(mark_area(height, width).sum(0).max())
        lines += [
            f"    corner = x[0, :, :{side}, :{side}]",
            "    if y_test[picture] == 0 and (corner == stamp).all():  # it carries the mark",
            f"        place = torch.zeros({height}, {width}, dtype=torch.bool)",
            f"        place[:{side}, :{side}] = True",
            "        for name, values in maps.items():",
            "            strongest = values.flatten().topk(int(place.sum())).indices",
            "            found.setdefault(name, []).append(place.flatten()[strongest].float().mean().item())",
        ]
        lines += [
            "stamped = x_test[y_test != 0].clone()",
            f"stamped[:, :, :{side}, :{side}] = stamp",
            "with torch.no_grad():",
            '    metrics["mark/fooled"] = (network(stamped).argmax(1) == 0).float().mean().item()',
        ]
    lines += [
        'metrics |= {f"deletion/{name}": float(np.mean(values)) for name, values in areas.items()}',
        'metrics |= {f"mark/{name}": float(np.mean(values)) for name, values in found.items()}',
        "if gaps:",
        '    metrics["completeness/gap"] = float(np.mean(gaps))',
        '    metrics["pictures/explained"] = float(len(gaps))',
        PRINTED,
    ]
    return "\n".join(lines)
