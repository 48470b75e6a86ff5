"""A stack, its points and its pictures while it learns: the moving parts behind `models/activations.py`."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from data import toys
from data.dataset import split
from models import activations_diagnosis as diagnosis
from models import optimizers
from models.activations import TEST_FRACTION
from models.activations_diagnosis import Look
from models.activations_settings import Config
from models.activations_stack import Layer, Stack
from models.baselines import Baselines, Scores
from models.diagnosis import divergence
from models.step import Facts, Note, Step

SCALE = (
    1 / 3
)  # points lie in about [−6, 6]²; a third of that has about unit spread, as the first weights expect
DOMAIN = (-6.0, 6.0, -6.0, 6.0)
MAP_SIDES = (60, 40, 28)  # of the map: as fine as MAP_WORK allows
MAP_WORK = 80e6  # multiply-adds of one map: about 20 ms
N_BINS = 41
SUM_REACH, VALUE_REACH = 4.0, 2.0  # of the histograms of z and of h
DECADES = (-20.5, 20.5)  # of the histogram of gradients: powers of ten, one in each bin
CLASS_NAMES = ("orange", "blue")


class Fit:
    """Everything of one run that changes while it trains."""

    def __init__(self, config: Config) -> None:
        torch.set_num_threads(1)  # runs share the cores, and sums then do not depend on how many there are
        self.config, self.epoch, self.n_updates, self.over = config, 0.0, 0, False
        made = toys.make(config.dataset, config.n_points, config.noise, config.seed)
        self.split = split(made, TEST_FRACTION, config.seed)
        self.x, self.y = self._tensors(self.split.x_train, self.split.y_train)
        self.x_test, self.y_test = self._tensors(self.split.x_test, self.split.y_test)
        self.network = Stack(config)
        self.optimizer = optimizers.make(config.optimizer, self.network.parameters)
        self._told: set[str] = set()
        self._look: Look | None = None
        self._seen: tuple[int, list[Layer]] | None = (
            None  # evaluated after so many updates, and not drawn since
        )
        work = sum(weights.numel() for weights in self.network.weights)
        side = next((side for side in MAP_SIDES if side**2 * work <= MAP_WORK), MAP_SIDES[-1])
        u = np.linspace(DOMAIN[0], DOMAIN[1], side, dtype=np.float32)
        self._grid = torch.from_numpy(np.stack(np.meshgrid(u, u), axis=-1).reshape(-1, 2) * np.float32(SCALE))
        self._side = side

    @staticmethod
    def _tensors(x: NDArray[Any], y: NDArray[Any]) -> tuple[Tensor, Tensor]:
        return torch.from_numpy(x * np.float32(SCALE)), torch.from_numpy(y.astype(np.float32))

    def batches(self, epoch: int) -> list[tuple[Tensor, Tensor]]:
        """The training points in the order of this epoch (decided by the seed), cut into mini-batches."""
        generator = torch.Generator().manual_seed(self.config.seed * 1_000_003 + epoch)
        order = torch.randperm(len(self.x), generator=generator)
        size = self.config.batch_size
        return list(zip(self.x[order].split(size), self.y[order].split(size), strict=True))

    def update(self, x: Tensor, y: Tensor) -> float:
        """One step downhill on the batch x (n, 2), y (n,); returns its mean loss before the step."""
        loss = self.network.backward(x, y).item()
        self.optimizer.step(self.network.gradient, self.config.learning_rate)
        self.n_updates += 1
        self.over = not math.isfinite(loss)
        return loss

    def evaluate(self) -> dict[str, float]:
        """Losses and accuracies, sizes of gradients, and dead units, as the stack is now."""
        loss, layers = self.network.look(self.x, self.y)
        self._seen = self.n_updates, layers
        output, output_test = (self.network.forward(x)[-1] for x in (self.x, self.x_test))
        dead = [dead_share(layer) for layer in layers]
        self._look = look = Look(
            first=size(layers[0].gradient),
            last=size(layers[-1].gradient),
            dead=sum(dead) / len(dead),
            worst=max(dead),
            loss=loss,
            alike=self.network.alike,
            activation=self.config.activation,
            depth=self.config.depth,
        )
        return {
            "loss/train": loss,
            "loss/test": self.network.loss(output_test, self.y_test).item(),
            "accuracy/train": self._accuracy(output, self.y),
            "accuracy/test": self._accuracy(output_test, self.y_test),
            "gradient/first": look.first,
            "gradient/last": look.last,
            "gradient/ratio": look.ratio,
            "dead/share": look.dead,
            "dead/worst": look.worst,
        }

    def _accuracy(self, output: Tensor, y: Tensor) -> float:
        return (self.network.predict(output) == y).double().mean().item()

    def note(self) -> Note | None:
        """A trouble that was not named before; those of the first weights come with the untrained stack."""
        if self.over and self._told.isdisjoint({"overflow"}):
            return divergence(self.config.learning_rate)
        found = diagnosis.trouble(self._look) if self._look else None
        if found is None or found.name in self._told:
            return None
        if found.name == "overflow" and self.n_updates:
            return None  # the next batch says so, and ends the run
        self._told.add(found.name)
        return found

    def step(self, epoch: float, metrics: dict[str, float]) -> Step:
        self.epoch = epoch
        return Step(self.n_updates, epoch, metrics, self._observe, parameters=self._parameters)

    def _parameters(self) -> dict[str, NDArray[Any]]:
        """Every number the stack answers by: "weights/l" (n_in, n_out), "biases/l" (n_out,)."""
        named = {"weights": self.network.weights, "biases": self.network.biases}
        return {
            f"{name}/{layer}": values.numpy().copy()
            for name, layers in named.items()
            for layer, values in enumerate(layers)
        }

    def _observe(self) -> dict[str, NDArray[Any]]:
        """The map, and for every hidden layer three histograms (percent in each bin) and the sizes that the profiles draw."""
        seen, self._seen = self._seen, None  # the network uses the room of their values again
        layers = seen[1] if seen and seen[0] == self.n_updates else self.network.look(self.x, self.y)[1]
        z, h, gradient = (
            torch.stack([getattr(layer, name) for layer in layers]) for name in ("z", "h", "gradient")
        )
        arrays: dict[str, NDArray[Any]] = {
            "histogram/sums": _percent(z, -SUM_REACH, SUM_REACH),
            "histogram/values": _percent(h, -VALUE_REACH, VALUE_REACH),
            "histogram/gradients": _percent(gradient.abs().log10(), *DECADES),
            "profile/gradients": _finite([size(layer.gradient) for layer in layers]),
            "profile/sums": _finite([size(layer.z) for layer in layers]),
        }
        share = torch.sigmoid(self.network.forward(self._grid)[-1]).nan_to_num(0.5)
        arrays["map"] = share.mul(255).round().to(torch.uint8).view(self._side, self._side).numpy()
        return arrays

    def facts(self) -> Facts:
        """What holds for the whole run: sizes, points, and what naive methods reach."""
        rows = self.split
        facts: dict[str, object] = {
            "dataset": self.config.dataset,
            "n_train": len(rows.x_train),
            "n_test": len(rows.x_test),
            "layers": list(self.network.sizes),
            "activation": self.config.activation,
            "task": "classes",
            "class_names": list(CLASS_NAMES),
            "domain": list(DOMAIN),
            "axes": ["x₁", "x₂"],
            "feature_names": ["x₁", "x₂"],
        }
        for name, x, y in (("train", rows.x_train, rows.y_train), ("test", rows.x_test, rows.y_test)):
            facts[f"points/{name}"], facts[f"targets/{name}"] = x, y.astype(np.float32)
        return Facts(facts, {"baselines": self._baselines})

    def _baselines(self) -> Scores:
        """Test accuracy of always answering the commoner class, and of one straight border."""
        fits = Baselines(self.split, "classes", self.config.seed)
        fits.fit_next()
        return fits.fit_next()


def size(values: Tensor) -> float:
    """Root mean square, in double precision: squares of vanishing gradients would be 0 in single."""
    return values.double().pow(2).mean().sqrt().item()


def dead_share(layer: Layer) -> float:
    """Share of a layer's units that pass no gradient on at any example."""
    return (layer.slope.abs().amax(0) < diagnosis.DEAD_SLOPE).double().mean().item()


def _percent(values: Tensor, low: float, high: float) -> NDArray[np.uint8]:
    """(L, N_BINS) whole percents of each layer's values (L, …) in each bin; what lies beyond falls into the outermost bins."""
    n_layers = len(values)
    place = values.nan_to_num(high, high, low).clamp(low, high).sub(low).mul(N_BINS / (high - low))
    bins = place.long().clamp_(max=N_BINS - 1).view(n_layers, -1)
    bins += torch.arange(0, n_layers * N_BINS, N_BINS).view(-1, 1)
    counts = torch.bincount(bins.view(-1), minlength=n_layers * N_BINS).view(n_layers, N_BINS)
    return counts.mul(100 / bins.shape[1]).round().to(torch.uint8).numpy()


def _finite(sizes: list[float]) -> NDArray[np.float64]:
    return np.asarray(np.nan_to_num(np.array(sizes), nan=0.0, posinf=0.0))
