"""What the page on explanations has computed in a worker: pictures to choose from, maps, the sanity check, ablation.

A network comes as {"config", "weights"}: a run of `models.cnn` (JSON settings, path of its parameters); as {"small",
"weights"}: the same of a run of this lesson; or as {"small", "parameters"}, where `small_network` has returned the
parameters. Neither path nor settings come from a browser. Arrays go out as {"dtype", "bdata", "shape"}, the form the browser reads.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from data.images import ImageSplit, split
from models import explain_methods as methods
from models import explain_sanity
from models.ablation import ablated, each_channel
from models.chunks import answered
from models.cnn_fit import Fit, displayed, signed_bytes
from models.cnn_trained import parameters_of, restored
from models.convnet import ConvNet, built
from models.explain_data import load, network_config
from models.explain_methods import Score
from models.explain_settings import RANDOM, Config
from models.settings import from_mapping

N_PICTURES = 60  # test pictures to choose from, or as many as fit into
PICTURE_BYTES = 75_000
MAX_TESTED = 500  # test pictures that an ablation is measured on
N_SANITY = 12  # pictures over which the sanity check's correlation is averaged

Network = Mapping[str, Any]


class _Taken:
    """A network taken up again, with its test pictures."""

    def __init__(self, network: Network) -> None:
        if "small" not in network:
            trained = restored(network["config"], network["weights"])
            self.network: ConvNet = trained.network
            self.split: ImageSplit = trained.split
            self.class_names = trained.images.class_names
        else:
            config = from_mapping(Config, dict(network["small"]))
            self._small(config, network)
        test = self.split.test
        n = min(len(test.labels), MAX_TESTED)
        self.pixels, self.labels = test.pixels[:n], torch.from_numpy(test.labels[:n])
        self.x = torch.from_numpy(self.split.as_input(self.pixels))
        self.mean, self.std = torch.from_numpy(self.split.mean), torch.from_numpy(self.split.std)

    def _small(self, config: Config, network: Network) -> None:
        settings, images = network_config(config), load(config)
        self.network = built(settings, images.shape, len(images.class_names), settings.seed)
        if "weights" in network:
            self.network.load_state_dict(parameters_of(Path(network["weights"]), self.network))
        else:
            self.network.load_state_dict(_unpacked(network["parameters"]))
        self.network.eval()
        self.split = split(images, settings.test_fraction, settings.seed, settings.validation_fraction)
        self.class_names = images.class_names


def small_network(config: dict[str, Any]) -> str:
    """The parameters of the network that a run with this config trains, as base64 of a safetensors file."""
    from safetensors.torch import save

    torch.set_num_threads(1)
    settings = from_mapping(Config, config)
    fit = Fit(network_config(settings), load(settings), settings.epochs)
    for epoch in range(settings.epochs):
        for number, (x, y) in enumerate(fit.batches(epoch), start=1):
            fit.progress = (epoch + number / fit.n_batches) / settings.epochs
            fit.update(x, y)
    parameters = {name: values.contiguous() for name, values in fit.network.state_dict().items()}
    return base64.b64encode(save(parameters)).decode()


def _unpacked(parameters: str) -> dict[str, Tensor]:
    from safetensors.torch import load as read

    found: dict[str, Tensor] = read(base64.b64decode(parameters))
    return found


def opened(network: Network) -> dict[str, Any]:
    """The first test pictures with their classes and the network's answers, and the channels of its blocks."""
    taken = _Taken(network)
    with torch.no_grad():
        answers = answered(taken.network, taken.x).argmax(1)
        blocks = [maps.shape[1] for maps in taken.network.activations(taken.x[:1])]
    n = min(N_PICTURES, len(taken.labels), max(1, PICTURE_BYTES // taken.pixels[0].size))
    return {
        "pictures": packed(displayed(taken.pixels[:n])),
        "labels": taken.labels[:n].tolist(),
        "answers": answers[:n].tolist(),
        "class_names": list(taken.class_names),
        "accuracy": (answers == taken.labels).float().mean().item(),
        "n_test": len(taken.labels),
        "blocks": blocks,
    }


def maps(
    network: Network, picture: int, target: int, against: int | None, blank: str, n_steps: int, window: int
) -> dict[str, Any]:
    """One test picture explained: maps, orders of deletion and curves of every method, and the network's answer.

    target, against: classes; the score explained is the target's logit, less that of `against` where there is one.
    Raises ValueError for a picture or class that does not exist.
    """
    taken = _Taken(network)
    _check(taken, picture, target, against)
    x = taken.x[picture : picture + 1]
    score = Score(taken.network, target, against)
    nothing = methods.blank_of(x, blank, taken.mean, taken.std)
    found = methods.explained(score, x, nothing, n_steps, window, methods.layer_of(taken.network))
    generator = torch.Generator().manual_seed(picture)
    orders = {name: methods.order_of(values, generator) for name, values in found.items()}
    orders[RANDOM] = torch.randperm(x[0, 0].numel(), generator=generator)
    with torch.no_grad():
        probabilities = taken.network(x)[0].softmax(0).nan_to_num(0.0)
        ends = [score(nothing).item(), score(x).item()]
    curves = {name: methods.deletion_curve(score, x, nothing, order) for name, order in orders.items()}
    return {
        "maps": {name: packed(signed_bytes(values)) for name, values in found.items()},
        "orders": {name: packed(order.to(torch.int32).numpy()) for name, order in orders.items()},
        "curves": {name: [round(p, 6) for p in curve.tolist()] for name, curve in curves.items()},
        "areas": {name: methods.area(curve) for name, curve in curves.items()},
        "levels": methods.levels(x[0, 0].numel()).tolist(),
        "blank": packed(_as_pixels(nothing, taken)),
        "probabilities": [round(p, 6) for p in probabilities.tolist()],
        "scores": ends,
        "sum": found["integrated"].sum().item(),
    }


def _check(taken: _Taken, picture: int, target: int, against: int | None) -> None:
    n_classes = len(taken.class_names)
    if not 0 <= picture < len(taken.labels):
        raise ValueError(f"There is no test picture {picture}: choose one of the first {len(taken.labels)}.")
    if (
        not 0 <= target < n_classes
        or (against is not None and not 0 <= against < n_classes)
        or target == against
    ):
        raise ValueError("Choose two different classes of this network.")


def _as_pixels(x: Tensor, taken: _Taken) -> NDArray[np.uint8]:
    """An input picture (1, C, H, W) as pixels to look at, (H, W) or (H, W, 3)."""
    pixels = (x * taken.std[:, None, None] + taken.mean[:, None, None]) * 255
    shown: NDArray[np.uint8] = displayed(pixels.round().clamp(0, 255).to(torch.uint8).numpy())[0]
    return shown


def sanity(
    network: Network, picture: int, target: int, blank: str, n_steps: int, window: int
) -> dict[str, Any]:
    """The maps of one picture while the network's layers are made random from the top, and how alike they stay.

    {"stages": names, "maps": method → packed (stages, H, W), "alike": method → rank correlations, one a stage, as
    means over several pictures}. "edges" is a map that no network was asked for.
    """
    taken = _Taken(network)
    _check(taken, picture, target, None)
    rows = [picture, *(row for row in range(N_SANITY) if row != picture)][:N_SANITY]
    with torch.no_grad():
        targets = taken.network(taken.x[rows]).argmax(1).tolist()
    targets[0] = target

    def explain(net: ConvNet, place: int) -> dict[str, Tensor]:
        x = taken.x[rows[place] : rows[place] + 1]
        nothing = methods.blank_of(x, blank, taken.mean, taken.std)
        found = methods.explained(
            Score(net, targets[place]), x, nothing, n_steps, window, methods.layer_of(net)
        )
        return {**found, "edges": explain_sanity.edges(x[0])}

    check = explain_sanity.cascade(taken.network, explain, len(rows), seed=0)
    return {
        "stages": check.stages,
        "maps": {
            name: packed(np.stack([signed_bytes(stage) for stage in values]))
            for name, values in check.maps.items()
        },
        "alike": {name: [round(value, 4) for value in values] for name, values in check.alike.items()},
        "n_pictures": len(rows),
    }


def channels(network: Network, picture: int, block: int) -> dict[str, Any]:
    """A block's maps of one picture, and what the accuracy of each class becomes without each single channel.

    Raises ValueError for a block that does not exist.
    """
    taken = _Taken(network)
    _check(taken, picture, 0, None)
    if not 0 <= block < len(taken.network.blocks):
        raise ValueError(
            f"The network has {len(taken.network.blocks)} convolution blocks: choose one of them."
        )
    with torch.no_grad():
        found = taken.network.activations(taken.x[picture : picture + 1])[block][0]
    single = each_channel(taken.network, taken.x, taken.labels, block)
    return {"maps": packed(signed_bytes(found)), "alone": [round(value, 4) for value in single.tolist()]}


def without(network: Network, picture: int, block: int, off: list[int], how: str) -> dict[str, Any]:
    """What breaks when these channels of a block are switched off ("off") or held at their mean ("frozen").

    {"before", "after": accuracy of each class, "overall": [before, after], "moved": for each class the class that most
    of its pictures are taken for afterwards, "answers": the picture's probabilities [before, after]}.
    Raises ValueError, one sentence, for a block, a channel or a picture that does not exist.
    """
    taken = _Taken(network)
    _check(taken, picture, 0, None)
    result = ablated(taken.network, taken.x, taken.labels, block, off, how, len(taken.class_names))
    n = torch.bincount(taken.labels, minlength=len(taken.class_names))
    return {
        "before": _shares(result.before),
        "after": _shares(result.after),
        "overall": [result.accuracy_before, result.accuracy_after],
        "moved": result.taken_for,
        "n": n.tolist(),
        "answers": [[round(p, 6) for p in result.probabilities[side][picture].tolist()] for side in (0, 1)],
    }


def _shares(values: Tensor) -> list[float | None]:
    return [None if value != value else round(value, 6) for value in values.tolist()]


def packed(array: NDArray[Any]) -> dict[str, str]:
    """An int8, uint8 or int32 array as typed text."""
    name = {"int8": "i1", "uint8": "u1", "int32": "i4"}[array.dtype.name]
    data = base64.b64encode(np.ascontiguousarray(array).tobytes()).decode()
    return {"dtype": name, "bdata": data, "shape": ", ".join(map(str, array.shape))}
