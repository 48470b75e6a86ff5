"""A scalar network, its few points and its pictures while it learns: the moving parts behind `models/backpropagation.py`."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data import toys
from models import diagnosis
from models.backpropagation_network import Array, ScalarNetwork, layers_of, losses_of, sizes_of
from models.backpropagation_settings import Config
from models.diagnosis import Doctor
from models.step import Note, Step

REACH = 2.0  # the plane is [−2, 2]²
N_TEST = 40
CORNER_SPREAD = 1.0  # of test points around the corners, per unit of noise
MAP_SIDE, NEURON_SIDE = 60, 24
LOOK_EVERY = 25  # updates between two looks at every neuron's values
CLASS_NAMES = ("orange", "blue")
Labels = NDArray[np.int64]


def points_of(config: Config) -> tuple[Array, Labels, Array, Labels]:
    """Training points (N, 2) with labels (N,) 0 or 1, and 40 test points with theirs, in [−2, 2]²."""
    if config.dataset == "corners":
        corners = np.array([[-1.0, -1.0], [-1.0, 1.0], [1.0, -1.0], [1.0, 1.0]])
        labels = np.array([0, 1, 1, 0])
        generator = np.random.default_rng(config.seed)
        around = np.tile(corners, (N_TEST // 4, 1))
        strewn = around + config.noise * CORNER_SPREAD * generator.uniform(-1, 1, around.shape)
        return corners, labels, strewn, np.tile(labels, N_TEST // 4)
    drawn = [
        toys.make(config.dataset, n, config.noise, config.seed + k * 10_000)
        for k, n in enumerate((config.n_points, N_TEST))
    ]
    (x, y), (x_test, y_test) = [(np.round(one.x.astype(np.float64) / 3, 2), one.y) for one in drawn]
    return x, y, x_test, y_test


def grid(side: int) -> Array:
    """(side², 2) points of the plane, row by row from the lowest x₂."""
    line = np.linspace(-REACH, REACH, side)
    first, second = np.meshgrid(line, line)
    return np.stack([first.ravel(), second.ravel()], axis=1)


class Fit:
    """Everything of one run that changes while it trains."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.network = ScalarNetwork(config)
        self.x, self.y, self.x_test, self.y_test = points_of(config)
        self.epoch, self.n_updates, self.over = 0.0, 0, False
        shares = np.clip(np.bincount(self.y, minlength=2) / len(self.y), 1e-6, 1 - 1e-6)
        constant = 2 * shares[1] - 1 if config.loss == "squared" else math.log(shares[1] / shares[0])
        naive = float(losses_of(np.full(len(self.y), constant), self.y, config.loss).mean())
        self._doctor = Doctor(naive, self.x.std(0).tolist(), config.epochs)
        self._grid, self._small_grid = grid(MAP_SIDE), grid(NEURON_SIDE)

    def batches(self, epoch: int) -> list[Labels]:
        """Row numbers of each mini-batch of this epoch; the seed decides the order. A single full batch keeps its order."""
        n, size = len(self.x), self.config.batch_size
        order = np.arange(n)
        if size < n:
            order = np.random.default_rng(self.config.seed * 1_000_003 + epoch).permutation(n)
        return [order[begin : begin + size] for begin in range(0, n, size)]

    def update(self, rows: Labels) -> dict[str, float]:
        """One step downhill on these rows; the batch's loss before it, and all scores after it."""
        loss = self.network.batch_loss(self.x[rows], self.y[rows])
        loss.backward()
        sizes = self._gradient_sizes()
        self.network.descend(self.config.learning_rate)
        self.n_updates += 1
        return {"loss/batch": loss.data, **self.scores(), **sizes}

    def evaluate(self) -> dict[str, float]:
        """The scores as they are, and the gradient that all training points would give."""
        self.network.batch_loss(self.x, self.y).backward()
        return {**self.scores(), **self._gradient_sizes()}

    def scores(self) -> dict[str, float]:
        """Mean loss and accuracy on the training and the test points."""
        found: dict[str, float] = {}
        with np.errstate(all="ignore"):
            weights, biases = self.network.arrays()
            for name, x, y in (("train", self.x, self.y), ("test", self.x_test, self.y_test)):
                z = layers_of(weights, biases, self.config.activation, x)[-1][:, 0]
                found[f"loss/{name}"] = float(losses_of(z, y, self.config.loss).mean())
                found[f"accuracy/{name}"] = float(((z > 0) == (y == 1)).mean())
        return found

    def _gradient_sizes(self) -> dict[str, float]:
        """The norm of each layer's gradient, and that of the first one relative to that of the output."""
        with np.errstate(all="ignore"):
            weights, biases = self.network.arrays(gradients=True)
            sizes = [
                float(np.sqrt((w**2).sum() + (b**2).sum())) for w, b in zip(weights, biases, strict=True)
            ]
        found = {f"gradient/{layer}": size for layer, size in enumerate(sizes, start=1)}
        found["gradient/ratio"] = sizes[0] / sizes[-1] if sizes[-1] else 0.0
        return found

    def note(self, metrics: dict[str, float]) -> Note | None:
        """A trouble to explain, if one shows; sets `over` when it ends the run."""
        if not (math.isfinite(metrics["loss/batch"]) and math.isfinite(metrics["loss/train"])):
            self.over = True
            return diagnosis.divergence(self.config.learning_rate)
        look = self.n_updates % LOOK_EVERY == 0
        dead, saturated = self._neurons() if look else ([], [])
        return self._doctor.look(self.epoch, metrics, dead, saturated)

    def _neurons(self) -> tuple[list[float], list[float]]:
        """Per hidden layer: the share of ReLUs that are 0 for every training point, and of values on the flat ends."""
        weights, biases = self.network.arrays()
        hidden = layers_of(weights, biases, self.config.activation, self.x)[:-1]
        if self.config.activation == "relu":
            return [float((values.max(0) <= 0).mean()) for values in hidden], []
        centred = hidden if self.config.activation == "tanh" else [2 * values - 1 for values in hidden]
        return [], [float((np.abs(values) > diagnosis.FLAT).mean()) for values in centred]

    def step(self, epoch: float, metrics: dict[str, float]) -> Step:
        self.epoch = epoch
        return Step(
            self.n_updates, epoch, metrics, self.observe, edit=self.edit, parameters=self.named_parameters
        )

    # Pictures.

    def observe(self) -> dict[str, NDArray[Any]]:
        """The arrays of a frame: "map", "neurons", "weights/l", "biases/l"."""
        with np.errstate(all="ignore"):
            weights, biases = self.network.arrays()
            shares = self._shares(layers_of(weights, biases, self.config.activation, self._grid)[-1])
            levels = np.nan_to_num(shares, nan=0.5) * 255
            arrays: dict[str, NDArray[Any]] = {
                "map": levels.round().astype(np.uint8).reshape(MAP_SIDE, MAP_SIDE),
                "neurons": self._neuron_maps(weights, biases),
            }
        for layer, (w, b) in enumerate(zip(weights, biases, strict=True)):
            arrays[f"weights/{layer}"], arrays[f"biases/{layer}"] = w, b
        return arrays

    def _shares(self, z: Array) -> Array:
        """How much the answers z speak for class 1, from 0 to 1."""
        share = (z + 1) / 2 if self.config.loss == "squared" else 0.5 * (1 + np.tanh(z / 2))
        return np.asarray(np.clip(share, 0, 1))

    def _neuron_maps(self, weights: list[Array], biases: list[Array]) -> NDArray[np.int8]:
        """(units, side, side): −127 … 127 for −1 … 1 of each unit's value; a ReLU on its own scale."""
        maps = [values.T for values in layers_of(weights, biases, self.config.activation, self._small_grid)]
        maps[-1] = self._shares(maps[-1]) * 2 - 1
        if self.config.activation == "relu":
            maps[:-1] = [one / np.maximum(np.abs(one).max(1, keepdims=True), 1e-6) for one in maps[:-1]]
        stacked = np.nan_to_num(np.clip(np.concatenate(maps), -1, 1) * 127)
        return stacked.astype(np.int8).reshape(-1, NEURON_SIDE, NEURON_SIDE)

    def named_parameters(self) -> dict[str, NDArray[Any]]:
        """Every number the network answers by: "weights/l" (n_in, n_out), "biases/l" (n_out,)."""
        weights, biases = self.network.arrays()
        found: dict[str, NDArray[Any]] = {}
        for layer, (w, b) in enumerate(zip(weights, biases, strict=True)):
            found[f"weights/{layer}"], found[f"biases/{layer}"] = w, b
        return found

    def edit(self, name: str, index: tuple[int, ...], value: float) -> None:
        """Write one weight or bias. Raises ValueError with one sentence."""
        array = self.named_parameters().get(name)
        if (
            array is None
            or len(index) != array.ndim
            or not all(0 <= i < n for i, n in zip(index, array.shape, strict=True))
        ):
            raise ValueError("This network has no such weight.")
        if not (math.isfinite(value) and abs(value) <= 1e4):
            raise ValueError("A weight may be any number from −10000 to 10000.")
        kind, layer = name.split("/")
        if kind == "weights":
            self.network.weights[int(layer)][index[0]][index[1]].data = value
        else:
            self.network.biases[int(layer)][index[0]].data = value

    # Facts.

    def facts(self) -> dict[str, object]:
        """What holds for the whole run: names, sizes, points, and what naive methods reach."""
        sizes = sizes_of(self.config)
        inputs = self._small_grid.T.reshape(2, NEURON_SIDE, NEURON_SIDE) / REACH * 127
        facts: dict[str, object] = {
            "dataset": self.config.dataset,
            "n_train": len(self.x),
            "n_test": len(self.x_test),
            "layers": list(sizes),
            "shown": [list(range(n)) for n in sizes],
            "input_names": ["x₁", "x₂"],
            "output_names": ["answer"],
            "activation": self.config.activation,
            "task": "classes",
            "class_names": list(CLASS_NAMES),
            "target_name": "class",
            "value_range": [0.0, 1.0],
            "notices": [],
            "device": "cpu",
            "domain": [-REACH, REACH, -REACH, REACH],
            "axes": ["x₁", "x₂"],
            "plane": "",
            "feature_names": ["x₁", "x₂"],
            "map_features": [],
            "inputs": inputs.astype(np.int8),
            "baselines": self._baselines(),
        }
        for name, x, y in (("train", self.x, self.y), ("test", self.x_test, self.y_test)):
            facts[f"points/{name}"] = x.astype(np.float32)
            facts[f"targets/{name}"] = y.astype(np.float32)
        return facts

    def _baselines(self) -> dict[str, dict[str, float]]:
        """Scores of always answering the commoner class, and of one straight border."""
        from sklearn.linear_model import LogisticRegression

        common = int(np.bincount(self.y, minlength=2).argmax())
        line = LogisticRegression(max_iter=200).fit(self.x, self.y)
        return {
            "majority class": {"accuracy/test": float((self.y_test == common).mean())},
            "logistic regression": {
                "accuracy/test": float((line.predict(self.x_test) == self.y_test).mean())
            },
        }
