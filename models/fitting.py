"""A dense network, its data and its optimizer while they are being fitted: the moving parts behind `models/mlp.py`."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from data.dataset import Dataset, FloatArray, Split, split
from data.inputs import INPUTS, expand
from models import diagnosis, mlp, optimizers
from models.baselines import Baselines
from models.dense import DenseNetwork, Task
from models.diagnosis import Doctor
from models.mlp_facts import plane_facts, point_facts, run_facts
from models.mlp_settings import Config
from models.pictures import MAX_POINTS, Pictures, histograms, plane_of
from models.step import Note, Step

#: Rows of each split on which loss and accuracy are followed; a score on 5,000 is good to about one percent.
MAX_EVALUATED = 5000
#: Multiply-adds per step from which a GPU is faster than one core.
GPU_WORTH = 20_000_000
#: Evaluations between two looks at every neuron's values, for the diagnoses.
LOOK_EVERY = 10


class Fit:
    """Everything of one run that changes while it trains."""

    def __init__(self, config: Config, dataset: Dataset) -> None:
        # One thread: runs share the cores, small products are slower on several, and the sums of a run then do not
        # depend on the machine's number of cores.
        torch.set_num_threads(1)
        self.config, self.dataset = config, dataset
        self.epoch, self.n_updates, self._n_looks = 0.0, 0, 0
        self.over = False
        self._best = (math.inf, 0.0)  # validation loss, and its epoch
        self._check()
        self.split = self._split()
        self.n_train = len(self.split.x_train)
        n_classes = len(dataset.class_names)
        self.task: Task = (
            "numbers" if dataset.task == "numbers" else "binary" if n_classes == 2 else "classes"
        )
        n_inputs = self.inputs_of(self.split.x_train[:1]).shape[1]
        sizes = (n_inputs, *config.hidden, n_classes if self.task == "classes" else 1)
        self.device = pick_device(config, sizes)
        self.network = DenseNetwork(
            sizes,
            config.activations or config.activation,
            self.task,
            config.seed,
            self.device,
            loss=config.loss,
            initialisation=config.initialisation,
            batch_norm=config.batch_norm,
            dropout=config.dropout,
        )
        self.optimizer = optimizers.make(config.optimizer, self.network.parameters)
        self._load_rows()
        span = self.split.y_train if self.task == "numbers" else np.array([0.0, 1.0])
        value_range = (float(span.min()), float(span.max()))
        self._value_range = value_range
        self.pictures = self._pictures()
        self._baselines = Baselines(self.split, dataset.task, config.seed)
        spreads = self.x_train.std(0, correction=0).tolist()
        self._doctor = Doctor(self._naive_loss(), spreads, mlp.n_epochs(config, self.n_train))

    def _pictures(self) -> Pictures:
        plane = plane_of(self.dataset, self.split, self.config.map_features)
        return Pictures(self.network, plane, self._value_range, self.inputs_of)

    def _check(self) -> None:
        """Settings that exclude each other. Raises ValueError with one sentence."""
        config = self.config
        if config.activations and len(config.activations) != len(config.hidden):
            raise ValueError(
                f"There are {len(config.activations)} activations for {len(config.hidden)} hidden layers: name one for "
                "each, or none."
            )
        if config.early_stopping and not config.validation_fraction:
            raise ValueError(
                "Early stopping needs validation rows: hold some back for validation, such as 0.2."
            )
        if config.batch_norm and config.batch_size < 2:
            raise ValueError("Batch normalisation needs at least 2 examples in a batch.")

    def _split(self) -> Split:
        config = self.config
        return split(
            self.dataset, config.test_fraction, config.seed, config.validation_fraction, scale=config.scale
        )

    def inputs_of(self, x: FloatArray) -> FloatArray:
        """What the network is fed: the chosen functions of a point in the plane, or a table's row as it is."""
        return x if self.dataset.standardise else expand(x, self.config.inputs)

    @property
    def input_names(self) -> tuple[str, ...]:
        if self.dataset.standardise:
            return self.dataset.feature_names
        return tuple(INPUTS[name][0] for name in self.config.inputs)

    def _load_rows(self) -> None:
        """The split as tensors; and the rows that are evaluated, part after part, in one block."""
        rows = self.split
        kind = torch.int64 if self.task == "classes" else torch.float32
        parts = {
            "train": (rows.x_train, rows.y_train),
            "validation": (rows.x_validation, rows.y_validation),
            "test": (rows.x_test, rows.y_test),
        }
        self.x_train = torch.from_numpy(self.inputs_of(rows.x_train)).to(self.device)
        self.y_train = torch.from_numpy(rows.y_train).to(self.device, kind)
        blocks, targets, self._parts, begin = [], [], {}, 0
        for name, (x, y) in parts.items():
            if len(x):
                blocks.append(torch.from_numpy(self.inputs_of(x[:MAX_EVALUATED])).to(self.device))
                targets.append(torch.from_numpy(y[:MAX_EVALUATED]).to(self.device, kind))
                self._parts[name] = slice(begin, begin + len(blocks[-1]))
                begin += len(blocks[-1])
        self._x_evaluated, self._y_evaluated = torch.cat(blocks), torch.cat(targets)

    def _naive_loss(self) -> float:
        """The training loss of answering the class shares, or the mean, whatever the input."""
        y = self.y_train[:MAX_EVALUATED]
        if self.task == "numbers":
            constant = y.mean().expand(len(y), 1).contiguous()
        elif self.task == "binary":
            constant = torch.logit(y.mean().clamp(1e-6, 1 - 1e-6)).expand(len(y), 1).contiguous()
        else:
            shares = torch.bincount(y, minlength=self.network.sizes[-1]).float() / len(y)
            constant = shares.clamp(min=1e-6).log().expand(len(y), -1).contiguous()
        return self.network.loss(constant, y).item()

    def batches(self, epoch: int) -> list[tuple[Tensor, Tensor]]:
        """The training rows in the order of this epoch (decided by the seed), cut into mini-batches."""
        generator = torch.Generator().manual_seed(self.config.seed * 1_000_003 + epoch)
        order = torch.randperm(self.n_train, generator=generator).to(self.device)
        sizes = batch_sizes(self.n_train, self.config.batch_size, at_least=2 if self.config.batch_norm else 1)
        return list(zip(self.x_train[order].split(sizes), self.y_train[order].split(sizes), strict=True))

    def update(self, x: Tensor, y: Tensor) -> float:
        """One step downhill on the batch x (n, D), y (n,); returns its mean loss before the step."""
        network, config = self.network, self.config
        loss = network.backward(x, y)
        decays = config.optimizer == "adamw"  # L2 is then its own decay instead of a part of the gradient
        if isinstance(self.optimizer, optimizers.Adam) and decays:
            l2 = config.regularisation == "l2"
            self.optimizer.decay = config.regularisation_rate if l2 else optimizers.ADAMW_DECAY
        if config.regularisation == "l1" or (config.regularisation == "l2" and not decays):
            # ∂penalty/∂w: rate·w for L2, rate·sign w for L1; biases go free
            weights = network.parameters[: network.n_weights]
            direction = weights if config.regularisation == "l2" else weights.sign()
            network.gradient[: network.n_weights].add_(direction, alpha=config.regularisation_rate)
        self.optimizer.step(network.gradient, config.learning_rate)
        self.n_updates += 1
        return loss.item()

    def evaluate(self) -> dict[str, float]:
        """Loss and accuracy (classes) or R² (numbers) on the training, validation and test rows."""
        self._hidden = self.network.forward(self._x_evaluated)
        output = self._hidden[-1]
        metrics: dict[str, float] = {}
        for name, rows in self._parts.items():
            raw, y = output[rows], self._y_evaluated[rows]
            metrics[f"loss/{name}"] = self.network.loss(raw, y).item()
            if self.task == "numbers":
                error = ((raw.view(-1) - y) ** 2).mean().item()
                variance = y.var(correction=0).item()
                metrics[f"r2/{name}"] = 1 - error / variance if variance else 0.0
            else:
                metrics[f"accuracy/{name}"] = (self.network.predict(raw) == y).sum().item() / len(y)
        for layer, norm in enumerate(self.network.gradient_norms(), start=1):
            metrics[f"gradient/{layer}"] = norm
        return metrics

    def note(self, metrics: dict[str, float]) -> Note | None:
        """A trouble to explain, if one shows; sets `over` when it ends the run."""
        if not math.isfinite(metrics["loss/batch"]):
            self.over = True
            return diagnosis.divergence(self.config.learning_rate)
        if "loss/train" not in metrics:
            return None
        if stopped := self._stops_early(metrics):
            return stopped
        self._n_looks += 1
        dead, saturated = self._neurons() if self._n_looks % LOOK_EVERY == 0 else ([], [])
        return self._doctor.look(self.epoch, metrics, dead, saturated)

    def _stops_early(self, metrics: dict[str, float]) -> Note | None:
        if not self.config.early_stopping:
            return None
        if metrics["loss/validation"] < self._best[0]:
            self._best = (metrics["loss/validation"], self.epoch)
        self.over = self.epoch - self._best[1] >= self.config.early_stopping
        return diagnosis.stopped_early(*self._best) if self.over else None

    def _neurons(self) -> tuple[list[float], list[float]]:
        """Per hidden layer: the share of ReLUs that are 0 for every evaluated row, and of values on the flat ends."""
        dead, saturated = [], []
        for name, values in zip(self.network.activations, self._hidden[:-1], strict=True):
            if name == "relu":
                dead.append((values.amax(0) <= 0).float().mean().item())
            if name in ("tanh", "sigmoid"):
                centred = values if name == "tanh" else values * 2 - 1
                saturated.append((centred.abs() > diagnosis.FLAT).float().mean().item())
        return dead, saturated

    def step(self, epoch: float, metrics: dict[str, float]) -> Step:
        self.epoch = epoch
        return Step(
            self.n_updates, epoch, metrics, self._observe, edit=self.edit, parameters=self._parameters
        )

    def _parameters(self) -> dict[str, NDArray[Any]]:
        """Every number the network answers by: "weights/l" (n_in, n_out), "biases/l" (n_out,) and batch norm's."""
        network = self.network
        named = {"weights": network.weights, "biases": network.biases}
        if network.batch_norm:
            named["gammas"], named["betas"] = map(list, zip(*network.scales, strict=True))
            named["means"], named["variances"] = map(list, zip(*network.running, strict=True))
        return {
            f"{name}/{layer}": values.cpu().numpy().copy()
            for name, layers in named.items()
            for layer, values in enumerate(layers)
        }

    def _observe(self) -> dict[str, NDArray[Any]]:
        """The arrays of a frame: the pictures, each layer's histograms, and the answers for the test points drawn."""
        arrays = self.pictures.observe()
        n_points = len(self.split.x_test[:MAX_POINTS])
        output = self.network.forward(self._x_evaluated[self._parts["test"]][:n_points])
        if self.task != "numbers":
            arrays["predictions/test"] = self.network.predict(output[-1]).to(torch.uint8).cpu().numpy()
        arrays |= histograms(self.network, output[:-1])
        return arrays

    def edit(self, name: str, index: tuple[int, ...], value: float) -> None:
        """Write one weight or bias. Raises ValueError with one sentence."""
        kind, _, layer = name.partition("/")
        arrays = {"weights": self.network.weights, "biases": self.network.biases}.get(kind, [])
        if not layer.isdecimal() or int(layer) >= len(arrays):
            raise ValueError("This network has no such weight.")
        array = arrays[int(layer)]
        in_range = len(index) == array.ndim and all(
            0 <= i < n for i, n in zip(index, array.shape, strict=True)
        )
        if not in_range:
            raise ValueError("This network has no such weight.")
        if not (math.isfinite(value) and abs(value) <= 1e4):
            raise ValueError("A weight may be any number from −10000 to 10000.")
        array[index] = value

    def change(self, config: Config) -> dict[str, object] | None:
        """Take over the live settings; returns facts that changed with them: points that moved, another plane."""
        moved = config.noise != self.config.noise
        turned = config.map_features != self.config.map_features
        self.config = config
        if turned:
            self.pictures = self._pictures()
            return plane_facts(self)
        if not moved or self.dataset.standardise:
            return None
        self.dataset = mlp.load(config)
        self.split = self._split()
        self._load_rows()
        return point_facts(self)

    def facts(self) -> dict[str, object]:
        """What holds for the whole run."""
        return run_facts(self)

    def next_baseline(self) -> dict[str, object] | None:
        """The facts with one more baseline fitted; None when all are."""
        return None if self._baselines.done else {"baselines": self._baselines.fit_next()}


def batch_sizes(n: int, size: int, at_least: int) -> list[int]:
    """Examples in each mini-batch of an epoch; a last one of fewer than `at_least` joins the one before it."""
    sizes = [size] * (n // size) + [n % size] * (n % size > 0)
    if len(sizes) > 1 and sizes[-1] < at_least:
        sizes[-2:] = [sizes[-2] + sizes[-1]]
    return sizes


def pick_device(config: Config, sizes: tuple[int, ...]) -> str:
    """The configured device. Raises ValueError when this machine does not have it."""
    has_cuda, has_mps = torch.cuda.is_available(), torch.backends.mps.is_available()
    if config.device == "auto":
        work = config.batch_size * sum(a * b for a, b in itertools.pairwise(sizes))
        if work < GPU_WORTH:
            return "cpu"
        return "cuda" if has_cuda else "mps" if has_mps else "cpu"
    if (config.device == "cuda" and not has_cuda) or (config.device == "mps" and not has_mps):
        raise ValueError(f"This machine has no {config.device} device: choose auto or cpu.")
    return config.device
