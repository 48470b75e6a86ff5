"""What the picture that is attacked by hand needs: for a few test pictures every attack at every ε, and the answers.

The browser puts an attacked picture together by itself, x′ = clip(x + ε · direction), so that its ε slider waits for
nobody; directions come as small whole numbers, and the network's answers are computed for exactly these pictures.
"""

from __future__ import annotations

import base64
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from data.images import Images, ImageSplit, split
from models import attacks
from models.attack_fit import ADVERSARIAL, ORDINARY, Fit
from models.attack_settings import Config, network_settings
from models.chunks import answered
from models.cnn import load
from models.cnn_fit import displayed
from models.cnn_settings import Config as NetworkConfig
from models.cnn_trained import restored
from models.convnet import ConvNet, built
from models.settings import from_mapping, to_mapping

EPSILONS = (0.0, 0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4)
STEPS = 10  # of PGD
FINE = 127  # a direction of −1 … 1 as a whole number
N_THUMBS = 36  # test pictures to choose from
MOST_PICTURES = 12  # attacked at once
MOST_BYTES = 150_000  # of targeted directions, so that a page stays light
#: Small enough that its parameters travel with a question to a worker.
HOUSE = Config(channels=(8, 16), dense=(64,), epochs=16)
KINDS = ("fgsm", "pgd", "gaussian", "salt_pepper", "fgsm_targeted", "pgd_targeted")


def house(adversarial: bool) -> dict[str, Any]:
    """A network for those who have not trained any: {"config": of `models.cnn`, "parameters": base64 of safetensors}."""
    from safetensors.torch import save

    fit = Fit(HOUSE)
    for number, phase in enumerate((ORDINARY, ADVERSARIAL) if adversarial else (ORDINARY,)):
        fit.begin(phase)
        for epoch in range(HOUSE.epochs):
            for step, (x, y) in enumerate(fit.batches(number * HOUSE.epochs + epoch), start=1):
                fit.progress = (epoch + step / fit.n_batches) / HOUSE.epochs
                fit.update(x, y)
    parameters = {name: values.contiguous() for name, values in fit.network.state_dict().items()}
    return {
        "config": to_mapping(network_settings(HOUSE)),
        "parameters": base64.b64encode(save(parameters)).decode(),
    }


def attacked(config: dict[str, Any], picture: int, weights: str = "", parameters: str = "") -> dict[str, Any]:
    """The test pictures to choose from, and every attack on those around `picture`, as JSON.

    config: of `models.cnn`, as JSON values. weights: the file of its parameters; or parameters: base64 of safetensors.
    Raises ValueError, one sentence, when the network or its pictures cannot be had.
    """
    torch.set_num_threads(1)
    images, parts, network = _opened(config, weights, parameters)
    hand = _Hand(parts, network, len(images.class_names))
    labels = parts.test.labels[:N_THUMBS]
    picture = min(max(0, picture), len(labels) - 1)
    rows = hand.batch(picture, len(labels))
    return {
        "class_names": list(images.class_names),
        "shape": list(images.shape),
        "epsilons": list(EPSILONS),
        "fine": FINE,
        "thumbs": packed(displayed(parts.test.pixels[:N_THUMBS])),
        "labels": labels.tolist(),
        "answers": hand.answers(hand.pixels(np.arange(len(labels)))).argmax(1).tolist(),
        "picture": picture,
        "pictures": {str(row): made for row, made in zip(rows.tolist(), hand.all_of(rows), strict=True)},
    }


def _opened(config: dict[str, Any], weights: str, parameters: str) -> tuple[Images, ImageSplit, ConvNet]:
    if weights:
        trained = restored(config, weights)
        return trained.images, trained.split, trained.network
    from safetensors.torch import load as read

    settings = from_mapping(NetworkConfig, config)
    images = load(settings)
    network = built(settings, images.shape, len(images.class_names), settings.seed)
    network.load_state_dict(read(base64.b64decode(parameters)))
    network.eval()
    parts = split(images, settings.test_fraction, settings.seed, settings.validation_fraction)
    return images, parts, network


class _Hand:
    """One network, and its test pictures one by one."""

    def __init__(self, parts: ImageSplit, network: ConvNet, n_classes: int) -> None:
        self._parts, self._network, self._n_classes = parts, network, n_classes
        self._mean, self._std = (
            torch.from_numpy(values[:, None, None]) for values in (parts.mean, parts.std)
        )

    def answers(self, x: Tensor) -> Tensor:
        """Logits (N, K) for pixels (N, C, H, W) from 0 to 1."""
        logits: Tensor = self._network((x - self._mean) / self._std)
        return logits

    def pixels(self, rows: NDArray[Any]) -> Tensor:
        return torch.from_numpy(self._parts.test.pixels[rows].astype(np.float32) / 255)

    @property
    def _n_targets(self) -> int:
        """Classes that a picture is aimed at: fewer for large pictures."""
        size = len(EPSILONS) * int(self._parts.test.pixels[0].size)
        return max(1, min(self._n_classes - 1, MOST_BYTES // size))

    def batch(self, picture: int, n: int) -> NDArray[Any]:
        """The positions of the pictures that come with this one, of n."""
        size = (len(EPSILONS) * self._n_targets + 8) * self._parts.test.pixels[0].size
        together = max(1, min(MOST_PICTURES, MOST_BYTES // size))
        first = picture // together * together
        return np.arange(first, min(n, first + together))

    def all_of(self, rows: NDArray[Any]) -> list[dict[str, Any]]:
        """Every attack on these test pictures: directions, and the probabilities of each class at each ε."""
        x, y = self.pixels(rows), torch.from_numpy(self._parts.test.labels[rows])
        targets = self._targets(x, y)
        directions = self._directions(x, y, targets)
        generator = torch.Generator().manual_seed(int(rows[0]))
        directions["gaussian"] = attacks.normal(x, generator)
        places, colours = (attacks.drawn(x[:, :1], generator) for _ in range(2))
        colours = colours.round()
        answers = {
            name: self._along(x, direction if name.startswith("pgd") else direction.unsqueeze(-4))
            for name, direction in directions.items()
        }
        salted = [attacks.salt_and_pepper(x, epsilon, places, colours) for epsilon in EPSILONS]
        answers["salt_pepper"] = self._shares(torch.stack(salted, 1))
        return [
            {
                "pixels": packed(self._parts.test.pixels[row]),
                "label": int(y[i]),
                "targets": targets[i].tolist(),
                "directions": {name: packed(_whole(name, values[i])) for name, values in directions.items()},
                "places": packed(places[i, 0].numpy()),
                "colours": packed(colours[i, 0].numpy().astype(np.uint8)),
                "answers": {name: packed(values[i]) for name, values in answers.items()},
            }
            for i, row in enumerate(rows)
        ]

    def _targets(self, x: Tensor, y: Tensor) -> Tensor:
        """(n, T) the classes to aim at: the likeliest ones that are wrong."""
        logits = self.answers(x).detach()
        logits[torch.arange(len(y)), y] = -torch.inf
        return logits.argsort(1, descending=True)[:, : self._n_targets]

    def _directions(self, x: Tensor, y: Tensor, targets: Tensor) -> dict[str, Tensor]:
        """Where each attack moves the pixels, −1 … 1 of ε: (n, C, H, W), with targets (n, T, …), for each ε (…, E, …)."""
        n_targets = targets.shape[1]
        many, aimed = x.repeat_interleave(n_targets, 0), targets.flatten()
        downhill = -attacks.gradient(self.answers, many, aimed)[0].sign()
        return {
            "fgsm": attacks.gradient(self.answers, x, y)[0].sign(),
            "pgd": self._pgd(x, y, targeted=False),
            "fgsm_targeted": downhill.unflatten(0, (len(x), n_targets)),
            "pgd_targeted": self._pgd(many, aimed, targeted=True).unflatten(0, (len(x), n_targets)),
        }

    def _pgd(self, x: Tensor, y: Tensor, *, targeted: bool) -> Tensor:
        """(n, E, C, H, W): where PGD has moved each pixel at each ε, in steps of 1/FINE."""
        found = [torch.zeros_like(x)]
        for epsilon in EPSILONS[1:]:
            changed = attacks.pgd(self.answers, x, y, epsilon, STEPS, targeted=targeted)
            found.append(((changed - x) / epsilon).clamp(-1, 1).mul(FINE).round() / FINE)
        return torch.stack(found, 1)

    def _along(self, x: Tensor, direction: Tensor) -> NDArray[np.float32]:
        """Probabilities (n, …, E, K) at every ε in these directions (n, …, E or 1, C, H, W)."""
        steps = torch.tensor(EPSILONS)[:, None, None, None]
        start = x.reshape(len(x), *[1] * (direction.ndim - x.ndim), *x.shape[1:])
        return self._shares((start + steps * direction).clamp(0, 1))

    @torch.no_grad()
    def _shares(self, pictures: Tensor) -> NDArray[np.float32]:
        """Probabilities (…, K) of pictures (…, C, H, W)."""
        flat = pictures.flatten(0, -4)
        logits = answered(self.answers, flat)
        return torch.nan_to_num(logits.softmax(1)).reshape(*pictures.shape[:-3], -1).numpy()


def _whole(name: str, direction: Tensor) -> NDArray[Any]:
    """The direction as it travels: Gaussian noise as it is, all others as whole numbers of 1/FINE."""
    if name == "gaussian":
        return direction.numpy()
    return (direction * FINE).round().to(torch.int8).numpy()


def packed(array: NDArray[Any]) -> dict[str, str]:
    """An int8, uint8 or float32 array as typed text, the form that the pages' `decode` reads."""
    name = {"int8": "i1", "uint8": "u1", "float32": "f4"}[array.dtype.name]
    data = base64.b64encode(np.ascontiguousarray(array).tobytes()).decode()
    return {"dtype": name, "bdata": data, "shape": ", ".join(map(str, array.shape))}
