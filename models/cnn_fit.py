"""The moving parts behind the convolutional network: data on the device, one update, one look, the pictures of a frame.

Shapes: N pictures, C channels, H × W pixels, K classes.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from data.dataset import Split
from data.images import Images, ImageSplit, split
from models import diagnosis
from models.augmentation import augmented
from models.baselines import Baselines
from models.chunks import answered
from models.cnn_settings import Config
from models.convnet import built
from models.step import Note, Step
from models.unit import written_out

MAX_EVALUATED = 2000  # pictures of each part that are looked at
MAX_BASELINE = 2000  # pictures that the classical methods are fitted on
PICTURE_BYTES = 300_000  # of test pictures told for looking at mistakes
N_VIEWS = 8  # of one training picture under augmentation


class Fit:
    """One network, its data, and its pictures."""

    def __init__(
        self, config: Config, images: Images, n_epochs: int = 20, parts: ImageSplit | None = None
    ) -> None:
        """n_epochs: passes that the run will make. parts: the split, where it is not the config's. Raises DataError or ValueError, one sentence, for data or settings that cannot be used."""
        self.config, self.images = config, images
        torch.manual_seed(config.seed)  # dropout draws from the process's own generator
        self.split = parts or split(images, config.test_fraction, config.seed, config.validation_fraction)
        self.device = pick_device(config.device)
        self.network = built(config, images.shape, len(images.class_names), config.seed).to(self.device)
        self.n_train = len(self.split.train.labels)
        self.n_batches = max(1, self.n_train // config.batch_size)
        self.n_updates, self.epoch, self.progress, self.over = 0, 0.0, 0.0, False
        self._optimizer = _optimizer(config, self.network)
        self._x, self._y = self._tensors(self.split.train)
        self._parts = {
            name: self._tensors(part.of(np.arange(min(len(part.labels), MAX_EVALUATED))))
            for name, part in self._named_parts()
            if len(part.labels)
        }
        self._baselines = self._make_baselines()
        shares = np.bincount(self.split.train.labels) / self.n_train
        naive_loss = -float((shares[shares > 0] * np.log(shares[shares > 0])).sum())
        self._doctor = diagnosis.Doctor(naive_loss, (), n_epochs)
        side_bytes = int(np.prod(images.shape))
        self.n_told = max(1, min(len(self.split.test.labels), MAX_EVALUATED, PICTURE_BYTES // side_bytes))

    def _named_parts(self) -> list[tuple[str, Images]]:
        return [("train", self.split.train), ("validation", self.split.validation), ("test", self.split.test)]

    def _tensors(self, part: Images) -> tuple[Tensor, Tensor]:
        x = torch.from_numpy(self.split.as_input(part.pixels))
        return x.to(self.device), torch.from_numpy(part.labels).to(self.device)

    def _make_baselines(self) -> Baselines:
        """Classical methods on raw pixels, on at most MAX_BASELINE training pictures."""
        n_values = int(np.prod(self.images.shape))
        flat = [
            self.split.as_input(part.pixels[:MAX_BASELINE]).reshape(-1, n_values)
            for _, part in self._named_parts()
        ]
        labels = [part.labels[:MAX_BASELINE] for _, part in self._named_parts()]
        one = np.ones(flat[0].shape[1], np.float32)
        rows = Split(flat[0], labels[0], flat[2], labels[2], flat[1], labels[1], 0 * one, one, 0.0, 1.0)
        # One tree looks at every value of every picture: on drawings 3.7 s, twice the forest's time, for the worst score.
        return Baselines(rows, "classes", self.config.seed, without=("decision tree",))

    def batches(self, epoch: int) -> Iterator[tuple[Tensor, Tensor]]:
        """The training pictures in the order of this epoch (decided by the seed), changed at random, in batches."""
        generator = torch.Generator().manual_seed(self.config.seed * 1_000_003 + epoch)
        order = torch.randperm(self.n_train, generator=generator).to(self.device)
        for rows in order.tensor_split(self.n_batches):
            yield augmented(self._x[rows], self.config.augmentation, generator), self._y[rows]

    def update(self, x: Tensor, y: Tensor) -> float:
        """One step downhill on x (n, C, H, W), y (n,); returns the mean cross-entropy before it, in nats."""
        config = self.config
        rate = config.learning_rate
        if config.decay:
            rate *= 0.5 * (1 + math.cos(math.pi * min(1.0, self.progress)))
        for group in self._optimizer.param_groups:
            group["lr"] = rate
        self.network.train()
        loss = functional.cross_entropy(self.network(x), y)
        self._optimizer.zero_grad()
        loss.backward()
        self._optimizer.step()
        self.n_updates += 1
        return loss.item()

    @torch.no_grad()
    def evaluate(self) -> dict[str, float]:
        """Loss and accuracy on the training, validation and test pictures (at most MAX_EVALUATED of each)."""
        self.network.eval()
        metrics: dict[str, float] = {}
        for name, (x, y) in self._parts.items():
            logits = answered(self.network, x)
            metrics[f"loss/{name}"] = functional.cross_entropy(logits, y).item()
            metrics[f"accuracy/{name}"] = (logits.argmax(1) == y).sum().item() / len(y)
        return metrics

    def note(self, metrics: dict[str, float]) -> Note | None:
        """A trouble to explain, if one shows; a loss that is not finite ends the run."""
        if not math.isfinite(metrics["loss/batch"]):
            self.over = True
            return diagnosis.divergence(self.config.learning_rate)
        return self._doctor.look(self.epoch, metrics, (), ()) if "loss/train" in metrics else None

    def step(self, epoch: float, metrics: dict[str, float]) -> Step:
        self.epoch = epoch
        return Step(self.n_updates, epoch, metrics, self.observe, parameters=self.parameters)

    def parameters(self) -> dict[str, NDArray[Any]]:
        """Every number that the network answers by, named as torch names them."""
        return {name: values.cpu().numpy().copy() for name, values in self.network.state_dict().items()}

    @torch.no_grad()
    def observe(self) -> dict[str, NDArray[Any]]:
        """The arrays of a frame: filters, the chosen picture's maps and answer, the answers for the told pictures."""
        self.network.eval()
        x, _ = self._parts["test"]
        arrays: dict[str, NDArray[Any]] = {}
        chosen = self._chosen
        for i, maps in enumerate(self.network.activations(x[chosen : chosen + 1])):
            arrays[f"maps/{i}"] = signed_bytes(maps[0])
        if self.network.blocks:
            arrays["filters"] = filter_pictures(self.network.filters(0))
        arrays["picture"] = displayed(self.split.test.pixels[chosen : chosen + 1])
        arrays |= written_out(self.network, x[chosen : chosen + 1], self.config.unit)
        logits = answered(self.network, x[: self.n_told])
        arrays["predictions/test"] = logits.argmax(1).to(torch.uint8).cpu().numpy()
        answer = self.network(x[chosen : chosen + 1])[0]
        arrays["answer"] = torch.nan_to_num(answer.softmax(0)).cpu().numpy()
        return arrays

    @property
    def _chosen(self) -> int:
        """The position of the shown picture among the test pictures that were told."""
        return self.config.picture % self.n_told

    def change(self, config: Config) -> dict[str, object] | None:
        """Take over the live settings."""
        self.config = config
        return {"chosen": self._chosen, "chosen_class": self._class_of_chosen()}

    def _class_of_chosen(self) -> str:
        return self.images.class_names[int(self.split.test.labels[self._chosen])]

    def facts(self) -> dict[str, object]:
        """What holds for the whole run; arrays as NumPy."""
        test = self.split.test
        return {
            "dataset": self.images.name,
            "n_train": self.n_train,
            "n_validation": len(self.split.validation.labels),
            "n_test": len(test.labels),
            "task": "classes",
            "class_names": list(self.images.class_names),
            "shape": list(self.images.shape),
            "pixel_mean": [float(value) for value in self.split.mean],
            "pixel_spread": [float(value) for value in self.split.std],
            "layers": len(self.network.blocks),
            "pictures/test": displayed(test.pixels[: self.n_told]),
            "targets/test": test.labels[: self.n_told].astype(np.uint8),
            **{f"counts/{name}": self._counts(part) for name, part in self._named_parts()},
            "views": self.views(),
            "chosen": self._chosen,
            "chosen_class": self._class_of_chosen(),
            "notices": [
                f"Classical methods are fitted on the raw pixels of at most {MAX_BASELINE:,} training pictures."
            ],
            "device": self.device,
        }

    def _counts(self, part: Images) -> NDArray[np.int64]:
        """Pictures of each class."""
        return np.bincount(part.labels, minlength=len(self.images.class_names))

    def views(self) -> NDArray[np.uint8]:
        """The first training picture as it is and as training may see it, N_VIEWS in all, to look at."""
        generator = torch.Generator().manual_seed(self.config.seed)
        x = self._x[:1].repeat(N_VIEWS, 1, 1, 1)
        x[1:] = augmented(x[1:], self.config.augmentation, generator)
        mean, std = self.split.mean[:, None, None], self.split.std[:, None, None]
        pixels = (x.cpu().numpy() * std + mean) * 255
        return displayed(pixels.round().clip(0, 255).astype(np.uint8))

    def next_baseline(self) -> dict[str, object] | None:
        """The facts with one more baseline fitted; None when all are."""
        return None if self._baselines.done else {"baselines": self._baselines.fit_next()}


def _optimizer(config: Config, network: torch.nn.Module) -> torch.optim.Optimizer:
    parameters = network.parameters()
    if config.optimizer == "adam":
        return torch.optim.Adam(parameters, config.learning_rate)
    return torch.optim.SGD(
        parameters, config.learning_rate, momentum=0.9 if config.optimizer == "momentum" else 0.0
    )


def pick_device(wanted: str) -> str:
    """The configured device; "auto" takes a GPU where there is one. Raises ValueError when this machine lacks it."""
    here = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    if wanted == "auto":
        return next(name for name, there in here.items() if there)
    if not here[wanted]:
        raise ValueError(f"This machine has no {wanted} device: choose auto or cpu.")
    return wanted


def signed_bytes(maps: Tensor) -> NDArray[np.int8]:
    """Maps (C, H, W) as −127 … 127 of their largest size, so that they can be compared within a layer."""
    scale = maps.abs().amax().clamp_min(1e-9)
    return torch.nan_to_num(maps / scale * 127).round().to(torch.int8).cpu().numpy()


def filter_pictures(weight: Tensor) -> NDArray[np.int8] | NDArray[np.uint8]:
    """First-layer weights (O, C, k, k) to look at: grey ones signed (O, k, k), colour ones as RGB (O, k, k, 3)."""
    if weight.shape[1] != 3:
        return signed_bytes(weight.mean(1))
    scale = weight.abs().amax().clamp_min(1e-9)
    colours = torch.nan_to_num(127.5 + 127.5 * weight / scale).round().to(torch.uint8)
    return colours.permute(0, 2, 3, 1).cpu().numpy()


def displayed(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Pixels (N, C, H, W) as the view shows them: (N, H, W) grey or (N, H, W, 3) in colour."""
    return np.ascontiguousarray(pixels[:, 0] if pixels.shape[1] == 1 else pixels.transpose(0, 2, 3, 1))
