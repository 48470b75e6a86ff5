"""Networks of one run side by side: the same first weights, the same batches, each with an optimizer of its own."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from data import toys
from data.dataset import Split, split
from models import loss_surface, optimizers
from models.dense import DenseNetwork
from models.diagnosis import divergence
from models.gradient_descent_settings import NUMBERS, OPTIMIZERS, Config
from models.step import Note
from models.trail import Trail

TEST_FRACTION = 0.3
MAP_SIDE = 41  # of each decision map: 41 × 41 places
DOMAIN = (-6.0, 6.0, -6.0, 6.0)
PATH_PLACES = 200  # of the own network's path that are kept


class Networks:
    """Everything of one run that changes while it trains."""

    def __init__(self, config: Config) -> None:
        torch.set_num_threads(1)  # runs share the cores, and sums then do not depend on how many there are
        self.config, self.epoch, self.n_updates = config, 0.0, 0
        self.numbers = config.dataset in NUMBERS
        self.split: Split = split(
            toys.make(config.dataset, config.n_points, config.noise, config.seed), TEST_FRACTION, config.seed
        )
        self.x, self.y = self._tensors(self.split.x_train, self.split.y_train)
        self.x_test, self.y_test = self._tensors(self.split.x_test, self.split.y_test)
        self.networks = {
            name: DenseNetwork(
                (2, *config.hidden, 1),
                config.activation,
                "numbers" if self.numbers else "binary",
                config.seed,
            )
            for name in OPTIMIZERS
            if name == config.optimizer or name in config.compared
        }
        self.rules = {name: optimizers.make(name, one.parameters) for name, one in self.networks.items()}
        self.lost: set[str] = (
            set()
        )  # whose weights are no longer numbers of any use; they are left as they are
        self.path: Trail[Tensor] = Trail(PATH_PLACES)
        self.path.add(0, self.own.parameters.clone())
        self.surface: loss_surface.Surface | None = None
        self.surface_due = True
        u = np.linspace(DOMAIN[0], DOMAIN[1], MAP_SIDE, dtype=np.float32)
        self._grid = torch.from_numpy(np.stack(np.meshgrid(u, u), axis=-1).reshape(-1, 2))

    @staticmethod
    def _tensors(x: NDArray[Any], y: NDArray[Any]) -> tuple[Tensor, Tensor]:
        return torch.from_numpy(x), torch.from_numpy(y.astype(np.float32))

    @property
    def own(self) -> DenseNetwork:
        """The network that the learner's optimizer trains: it gives the run its score and its surface."""
        return self.networks[self.config.optimizer]

    @property
    def over(self) -> bool:
        return len(self.lost) == len(self.networks)

    @property
    def n_batches(self) -> int:
        return math.ceil(len(self.x) / self.config.batch_size)

    def batches(self, epoch: int) -> list[tuple[Tensor, Tensor]]:
        """The training points in the order of this epoch (decided by the seed), cut into mini-batches."""
        generator = torch.Generator().manual_seed(self.config.seed * 1_000_003 + epoch)
        order = torch.randperm(len(self.x), generator=generator)
        size = self.config.batch_size
        return list(zip(self.x[order].split(size), self.y[order].split(size), strict=True))

    def update(self, x: Tensor, y: Tensor, rate: float) -> dict[str, float]:
        """One step of every network on the batch x (n, 2), y (n,); its mean losses before the step."""
        found = {}
        for name, network in self.networks.items():
            if name in self.lost:
                continue
            loss = network.backward(x, y)
            self.rules[name].step(network.gradient, rate)
            found[name] = loss.item()
        self.n_updates += 1
        if self.path.wants(self.n_updates) and self.config.optimizer not in self.lost:
            self.path.add(self.n_updates, self.own.parameters.clone())
        return found

    def lose(self, losses: dict[str, float]) -> Note | None:
        """Networks whose loss has just ceased to be a number, to explain."""
        lost = [name for name, loss in losses.items() if not math.isfinite(loss)]
        self.lost |= set(lost)
        if not lost:
            return None
        found = divergence(self.config.learning_rate)
        names = ", ".join(OPTIMIZERS[name] for name in lost)
        return Note(found.name, f"{found.title} ({names})", found.cause, found.remedy)

    def evaluate(self) -> dict[str, float]:
        """ "loss/<optimizer>" and "accuracy/<optimizer>" on the test points, "training/<optimizer>" on the training points.

        The own network's are "loss/test", "accuracy/test" and "loss/train" besides. A lost network has no number.
        """
        metrics: dict[str, float] = {}
        for name, network in self.networks.items():
            training = network.loss(network.forward(self.x)[-1], self.y).item()
            output = network.forward(self.x_test)[-1]
            test = network.loss(output, self.y_test).item()
            right = (network.predict(output) == self.y_test).double().mean().item()
            if name in self.lost:
                training = test = right = math.nan
            metrics[f"loss/{name}"], metrics[f"training/{name}"] = test, training
            if not self.numbers:
                metrics[f"accuracy/{name}"] = right
        own = self.config.optimizer
        metrics["loss/train"], metrics["loss/test"] = metrics[f"training/{own}"], metrics[f"loss/{own}"]
        if not self.numbers:
            metrics["accuracy/test"] = metrics[f"accuracy/{own}"]
        return metrics

    def path_so_far(self) -> Tensor:
        """(K, P) the own network's weights from the first step to now."""
        return torch.stack([*self.path.places, self.own.parameters])

    @property
    def has_surface(self) -> bool:
        """Whether a surface can be drawn around the own network's weights: they are numbers."""
        return self.config.optimizer not in self.lost and bool(self.own.parameters.isfinite().all())

    def explained(self) -> float:
        """Share of the path that the two directions of its surface hold; nan without a surface."""
        if not self.has_surface:
            return math.nan
        offsets = self.path_so_far() - self.own.parameters
        return loss_surface.project(offsets, self._directions(offsets))[1]

    def _directions(self, offsets: Tensor) -> Tensor:
        if self.config.directions == "pca":
            return loss_surface.path_directions(self.own, offsets, self.config.seed)
        return loss_surface.random_directions(self.own, self.config.seed)

    def surface_arrays(self) -> dict[str, NDArray[Any]]:
        """ "surface" (S, S) log₁₀ of the training loss, its axes, and "path_x", "path_y" (K,) of the own network.

        They are computed anew when `surface_due`, else they are those of the time before.
        """
        if self.surface_due and self.has_surface:
            self.surface_due = False
            way: loss_surface.Directions = "pca" if self.config.directions == "pca" else "random"
            self.surface = loss_surface.surface(
                self.own, self.path_so_far(), self.x, self.y, way, self.config.seed
            )
        if self.surface is None:
            return {}
        found = self.surface
        return {
            "surface": found.losses.nan_to_num(1e9, 1e9).clamp(1e-9, 1e9).log10().numpy(),
            "surface_x": found.alphas.numpy(),
            "surface_y": found.betas.numpy(),
            "path_x": found.path[:, 0].numpy(),
            "path_y": found.path[:, 1].numpy(),
        }

    def maps(self) -> NDArray[np.int8]:
        """(networks, MAP_SIDE, MAP_SIDE): −127 for orange or low … 127 for blue or high, lowest row first."""
        found = []
        for network in self.networks.values():
            output = network.forward(self._grid)[-1].view(-1)
            score = output if self.numbers else torch.sigmoid(output) * 2 - 1
            found.append(score.nan_to_num(0.0).clamp(-1, 1).mul(127).round().to(torch.int8))
        return torch.stack(found).view(-1, MAP_SIDE, MAP_SIDE).numpy()

    def parameters(self) -> dict[str, NDArray[Any]]:
        """ "<optimizer>/weights/l" (n_in, n_out) and "<optimizer>/biases/l" (n_out,) of every network."""
        return {
            f"{name}/{kind}/{layer}": values.numpy().copy()
            for name, network in self.networks.items()
            for kind, arrays in (("weights", network.weights), ("biases", network.biases))
            for layer, values in enumerate(arrays)
        }

    def facts(self) -> dict[str, object]:
        """What holds for the whole run."""
        return {
            "dataset": self.config.dataset,
            "task": "numbers" if self.numbers else "classes",
            "class_names": [] if self.numbers else ["orange", "blue"],
            "target_range": [-1.0, 1.0],
            "optimizers": list(self.networks),
            "optimizer_names": [OPTIMIZERS[name] for name in self.networks],
            "layers": [2, *self.config.hidden, 1],
            "domain": list(DOMAIN),
            "axes": ["x₁", "x₂"],
            "n_train": len(self.x),
            "n_test": len(self.x_test),
            "points/train": self.split.x_train,
            "targets/train": self.split.y_train.astype(np.float32),
        }

    def naive_loss(self) -> float:
        """The training loss of the best answer that is always the same: the mean, or the classes' shares."""
        mean = self.y.mean()
        answer = mean if self.numbers else torch.log(mean / (1 - mean))
        return self.own.loss(answer.expand(len(self.y)), self.y).item()

    def baselines(self) -> dict[str, dict[str, float]]:
        """What no network is needed for: the naive answer and the linear one, by the same loss on the same test points."""
        found = {}
        for name, output in _naive_outputs(self.split, self.numbers).items():
            scores = {"loss/test": self.own.loss(torch.from_numpy(output), self.y_test).item()}
            if not self.numbers:
                scores["accuracy/test"] = float(np.mean((output > 0) == (self.split.y_test == 1)))
            found[name] = scores
        return found


def _naive_outputs(rows: Split, numbers: bool) -> dict[str, NDArray[np.float32]]:
    """Raw outputs (N_test,) of methods fitted on the training rows: a number, or the logit of blue."""
    from sklearn.linear_model import LinearRegression, LogisticRegression

    n_test = len(rows.y_test)
    if numbers:
        linear = LinearRegression().fit(rows.x_train, rows.y_train)
        answers = {
            "mean": np.full(n_test, rows.y_train.mean()),
            "linear regression": linear.predict(rows.x_test),
        }
    else:
        share = float(rows.y_train.mean())
        logistic = LogisticRegression(max_iter=200).fit(rows.x_train, rows.y_train)
        answers = {
            "majority class": np.full(n_test, math.log(share / (1 - share))),
            "logistic regression": logistic.decision_function(rows.x_test),
        }
    return {name: output.astype(np.float32) for name, output in answers.items()}
