"""The networks of one run side by side: the same first weights, the same batches, each under a loss of its own."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from models import diagnosis, losses_binary, losses_data, optimizers
from models.dense import DenseNetwork
from models.logistic_line import fit_border, side_of
from models.loss_functions import Loss
from models.losses_settings import LOSSES, Config
from models.step import Note, Step

SIDE = 41  # of each map: 41 × 41 places
DOMAIN = (-6.0, 6.0, -6.0, 6.0)
MAX_POINTS = 400  # drawn on each map
OF_DATA = ("dataset", "n_points", "noise", "minority_share", "label_noise", "seed")
PATIENCE = 20  # epochs before a trouble is named
FLAT = 0.001  # mean of p (1 − p), which is 0.25 for a network that is undecided
GIVEN_UP = 0.55  # balanced accuracy up to which a network answers one class only, near enough


class SideBySide:
    """Everything of one run that changes while it trains."""

    def __init__(self, config: Config) -> None:
        """Raises ValueError (one sentence) when no loss is chosen."""
        if not config.losses:
            raise ValueError("Choose at least one loss to train under, such as cross-entropy.")
        torch.set_num_threads(1)  # runs share the cores, and sums then do not depend on how many there are
        self.config, self.epoch, self.n_updates, self.over = config, 0.0, 0, False
        self._told: set[str] = set()
        self._weights = torch.ones(2)
        self._load()
        known = losses_binary.losses(self._weights)
        self.networks = {name: self._network(known[name]) for name in config.losses}
        self.optimizers = {
            name: optimizers.make(config.optimizer, network.parameters)
            for name, network in self.networks.items()
        }
        u = np.linspace(DOMAIN[0], DOMAIN[1], SIDE, dtype=np.float32)
        self._grid = torch.from_numpy(np.stack(np.meshgrid(u, u), axis=-1).reshape(-1, 2))

    def _network(self, loss: Loss) -> DenseNetwork:
        config = self.config
        sizes = (2, *config.hidden, 1)
        network = DenseNetwork(sizes, config.activation, "binary", config.seed, loss=loss)
        network.biases[-1].fill_(config.first_logit)
        return network

    def _load(self) -> None:
        config = self.config
        self.points = losses_data.make(*(getattr(config, name) for name in OF_DATA))
        self.x, self.y = self._tensors(self.points.x_train, self.points.y_train)
        self._x_test, self._y_test = self._tensors(self.points.x_test, self.points.y_test)
        self._weights.copy_(losses_binary.class_weights(self.y))

    @staticmethod
    def _tensors(x: NDArray[Any], y: NDArray[Any]) -> tuple[Tensor, Tensor]:
        return torch.from_numpy(x), torch.from_numpy(y.astype(np.float32))

    @property
    def first(self) -> str:
        """The loss whose network gives the run its score: the first of those chosen."""
        return self.config.losses[0]

    def batches(self, epoch: int) -> list[tuple[Tensor, Tensor]]:
        """The training points in the order of this epoch (decided by the seed), cut into mini-batches."""
        generator = torch.Generator().manual_seed(self.config.seed * 1_000_003 + epoch)
        order = torch.randperm(len(self.x), generator=generator)
        size = self.config.batch_size
        return list(zip(self.x[order].split(size), self.y[order].split(size), strict=True))

    def update(self, x: Tensor, y: Tensor) -> dict[str, float]:
        """One step downhill of every network on the batch x (n, 2), y (n,); its mean losses before the step."""
        found = {}
        for name, network in self.networks.items():
            loss = network.backward(x, y)
            self.optimizers[name].step(network.gradient, self.config.learning_rate)
            found[name] = loss.item()
        self.n_updates += 1
        return found

    def evaluate(self) -> dict[str, float]:
        """Each network's loss on the training points; accuracy, balanced accuracy and the share of blue found in the test."""
        metrics: dict[str, float] = {}
        for name, network in self.networks.items():
            metrics[f"loss/{name}"] = network.loss(network.forward(self.x)[-1], self.y).item()
            output = network.forward(self._x_test)[-1]
            if name == self.first:
                metrics["loss/train"] = metrics[f"loss/{name}"]
                metrics["loss/test"] = network.loss(output, self._y_test).item()
            right = network.predict(output) == self._y_test
            recalls = [right[self._y_test == label].double().mean().item() for label in (0, 1)]
            metrics[f"accuracy/{name}"] = right.double().mean().item()
            metrics[f"balanced/{name}"] = sum(recalls) / 2
            metrics[f"recall/{name}"] = recalls[1]
        metrics["accuracy/test"] = metrics[f"accuracy/{self.first}"]
        return metrics

    def note(self, batch_losses: dict[str, float], metrics: dict[str, float]) -> Note | None:
        """A trouble to explain, if one shows; sets `over` when it ends the run."""
        for name, loss in batch_losses.items():
            if not math.isfinite(loss):
                self.over = True
                found = diagnosis.divergence(self.config.learning_rate)
                return Note(found.name, f"{found.title} ({LOSSES[name]})", found.cause, found.remedy)
        if self.epoch < PATIENCE:
            return None
        majority = 1 - float(self._y_test.mean())
        for name in self.networks:
            if metrics.get(f"balanced/{name}", 1.0) > GIVEN_UP:
                continue
            if "stuck" not in self._told and self._is_flat(name):
                self._told.add("stuck")
                return _stuck(LOSSES[name])
            if "fooled" not in self._told and majority >= 0.8:
                self._told.add("fooled")
                return _fooled(LOSSES[name], metrics[f"accuracy/{name}"])
        return None

    def _is_flat(self, name: str) -> bool:
        """Whether a loss of the sigmoid itself has hardly any slope: p (1 − p), a factor of it, is nearly 0 everywhere."""
        if name not in ("mse", "mae"):
            return False
        p = torch.sigmoid(self.networks[name].forward(self.x)[-1])
        return (p * (1 - p)).mean().item() < FLAT

    def step(self, epoch: float, metrics: dict[str, float]) -> Step:
        self.epoch = epoch
        return Step(self.n_updates, epoch, metrics, self._observe, parameters=self._parameters)

    def _observe(self) -> dict[str, NDArray[Any]]:
        """ "maps" (networks, SIDE, SIDE): −127 for sure of orange … 127 for sure of blue, lowest row first."""
        maps = []
        for name, network in self.networks.items():
            output = network.forward(self._grid)[-1].view(-1)
            score = torch.sigmoid(output) * 2 - 1 if name in losses_binary.OF_PROBABILITY else output
            maps.append(score.nan_to_num(0.0).clamp(-1, 1).mul(127).round().to(torch.int8).view(SIDE, SIDE))
        return {"maps": torch.stack(maps).numpy()}

    def _parameters(self) -> dict[str, NDArray[Any]]:
        """ "<loss>/weights/l" (n_in, n_out) and "<loss>/biases/l" (n_out,) of every network."""
        return {
            f"{name}/{kind}/{layer}": values.numpy().copy()
            for name, network in self.networks.items()
            for kind, arrays in (("weights", network.weights), ("biases", network.biases))
            for layer, values in enumerate(arrays)
        }

    def change(self, config: Config) -> dict[str, object] | None:
        """Take over the live settings; returns the facts about the points when they changed."""
        moved = any(getattr(config, name) != getattr(self.config, name) for name in OF_DATA)
        self.config = config
        if not moved:
            return None
        self._load()
        return self.point_facts() | {"baselines": self.baselines()}

    def facts(self) -> dict[str, object]:
        """What holds for the whole run."""
        return {
            "dataset": self.config.dataset,
            "losses": list(self.networks),
            "loss_names": [LOSSES[name] for name in self.networks],
            "layers": [2, *self.config.hidden, 1],
            "task": "classes",
            "class_names": ["orange", "blue"],
            "domain": list(DOMAIN),
            "axes": ["x₁", "x₂"],
            "baselines": self.baselines(),
            **self.point_facts(),
        }

    def point_facts(self) -> dict[str, object]:
        """The training points drawn, with the labels that the networks are told and which of them are wrong."""
        points = self.points
        chosen = np.random.default_rng(0).permutation(len(points.x_train))[:MAX_POINTS]
        return {
            "n_train": len(points.x_train),
            "n_test": len(points.x_test),
            "points/train": points.x_train[chosen],
            "targets/train": points.y_train[chosen].astype(np.float32),
            "flipped": np.flatnonzero(points.flipped[chosen]).astype(np.int32),
        }

    def baselines(self) -> dict[str, dict[str, float]]:
        """What no network is needed for: always the larger class, and a straight border by logistic regression."""
        points = self.points
        majority = int(points.y_train.mean() > 0.5)
        answers = {"majority class": np.full(len(points.y_test), majority)}
        if len(np.unique(points.y_train)) == 2:
            answers["logistic regression"] = side_of(
                fit_border(points.x_train, points.y_train), points.x_test
            )
        return {name: self._scores(answer) for name, answer in answers.items()}

    def _scores(self, answer: NDArray[Any]) -> dict[str, float]:
        right = answer == self.points.y_test
        recalls = [float(right[self.points.y_test == label].mean()) for label in (0, 1)]
        return {
            "accuracy/test": float(right.mean()),
            "balanced/test": sum(recalls) / 2,
            "recall/test": recalls[1],
        }


def _stuck(loss: str) -> Note:
    return Note(
        "stuck",
        "Sure, wrong, and without a slope",
        f"Under {loss} the slope of each answer contains p (1 − p), the slope of the sigmoid, and this network is so sure that "
        "it is nearly 0 for every point, also for those it gets wrong.",
        "Use cross-entropy, whose slope p − y cancels that factor, or begin undecided: first answer 0.",
    )


def _fooled(loss: str, accuracy: float) -> Note:
    return Note(
        "fooled",
        "High accuracy, nothing learned",
        f"Under {loss} the network answers the larger class nearly everywhere. That is right for {accuracy:.0%} of the test "
        "points, and finds almost none of the rare class: its balanced accuracy is that of a coin.".replace(
            "%", " %"
        ),
        "Judge by balanced accuracy, weigh the rare class higher (weighted cross-entropy), or train longer.",
    )
