"""The pictures of a dense network: its output over a plane of the input space, and every neuron's map of that plane.

For two features the plane is theirs. For more it is that of the first two principal components of the training
rows, through their mean, and the page says so.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from data.dataset import Dataset, FloatArray, Split
from models.activation_functions import ACTIVATIONS
from models.dense import DenseNetwork

RESOLUTION = 60  # of the decision map: 60 × 60 points
MAX_SHOWN = 16  # units drawn in one layer
MAX_POINTS = 500  # points drawn of each split
NEURON_BYTES = 12_000  # room for all neuron maps of a frame
N_BINS = 31
MAX_NEURON_SIDE, MIN_NEURON_SIDE = 28, 8


@dataclass(frozen=True)
class Plane:
    """A flat picture of input space: x = origin + u·e₁ + v·e₂ for (u, v) in `domain`."""

    origin: NDArray[np.float32]  # (D,)
    axes: NDArray[np.float32]  # (2, D)
    domain: tuple[float, float, float, float]  # u from, u to, v from, v to
    names: tuple[str, str]
    sentence: str

    def grid(self, side: int) -> FloatArray:
        """(side², D) points of the input space, row by row from the lowest v."""
        u0, u1, v0, v1 = self.domain
        u, v = np.meshgrid(np.linspace(u0, u1, side), np.linspace(v0, v1, side))
        points = np.stack([u.ravel(), v.ravel()], axis=1).astype(np.float32)
        return np.asarray(self.origin + points @ self.axes, dtype=np.float32)

    def coordinates(self, x: NDArray[np.float32]) -> NDArray[np.float32]:
        """(N, 2) places of inputs (N, D) on the plane."""
        places = (x - self.origin) @ self.axes.T
        return np.asarray(places, dtype=np.float32)


def plane_of(dataset: Dataset, split: Split, features: Sequence[str] = ()) -> Plane:
    """The plane that the decision map shows: that of two `features` of a table, or the one the data spread in most.

    Features that this table does not have (they may have been chosen for another) are as good as none.
    """
    n_features = split.x_train.shape[1]
    origin = np.zeros(n_features, dtype=np.float32)
    if not dataset.standardise:
        names = (dataset.feature_names[0], dataset.feature_names[1])
        return Plane(origin, np.eye(2, dtype=np.float32), (-6.0, 6.0, -6.0, 6.0), names, "")
    axes = np.zeros((2, n_features), dtype=np.float32)
    sentence = "Both axes are standardised: 0 is the training mean, 1 is one standard deviation above it."
    if n_features <= 2:
        axes[:n_features, :n_features] = np.eye(n_features)
        names = (dataset.feature_names[0], dataset.feature_names[1] if n_features == 2 else "")
    elif at := _positions(dataset, features):
        origin = split.x_train.mean(0)
        origin[at] = 0.0
        axes[[0, 1], at] = 1.0
        names = (features[0], features[1])
        sentence = (
            f"The map shows the plane of “{features[0]}” and “{features[1]}”; the other {n_features - 2} features are "
            "held at their training mean, so a point may seem to lie on the wrong side."
        )
    else:
        axes[:] = _principal_axes(split.x_train)
        names = ("first principal component", "second principal component")
        sentence = (
            f"The map shows the plane of the first two principal components of the {n_features} features, through "
            "the mean; points are projected onto it, so a point may seem to lie on the wrong side."
        )
    shadow = (split.x_train - origin) @ axes.T
    low, high = shadow.min(0), shadow.max(0)
    margin = np.maximum(0.1 * (high - low), 0.5)
    (u0, v0), (u1, v1) = low - margin, high + margin
    return Plane(origin, axes, (float(u0), float(u1), float(v0), float(v1)), names, sentence)


def _positions(dataset: Dataset, features: Sequence[str]) -> list[int]:
    """The columns of two different features; [] when they are not two of this table's."""
    names = list(dataset.feature_names)
    known = {names.index(name): None for name in features if name in names}
    return list(known) if len(known) == 2 else []


def _principal_axes(x: NDArray[np.float32], max_rows: int = 2000) -> NDArray[np.float32]:
    """(2, D) directions of largest variance; signs fixed so that the largest component is positive."""
    centred = x[:max_rows].astype(np.float64) - x[:max_rows].mean(0)
    _, vectors = np.linalg.eigh(centred.T @ centred)
    axes = vectors[:, :-3:-1].T
    signs = np.sign(axes[np.arange(2), np.abs(axes).argmax(1)])
    return np.asarray(axes * signs[:, None], dtype=np.float32)


class Pictures:
    """Computes the arrays of a frame and the facts behind them."""

    def __init__(
        self,
        network: DenseNetwork,
        plane: Plane,
        value_range: tuple[float, float],
        inputs_of: Callable[[FloatArray], FloatArray],
    ) -> None:
        """inputs_of: from points of the input space to what the network is fed."""
        self._network, self.value_range = network, value_range
        self.plane = plane
        self.shown = [list(range(min(size, MAX_SHOWN))) for size in network.sizes]
        n_maps = sum(len(units) for units in self.shown[1:])
        side = int((NEURON_BYTES / max(n_maps, 1)) ** 0.5)
        self._side = max(MIN_NEURON_SIDE, min(MAX_NEURON_SIDE, side))
        device = network.parameters.device
        self._grid = torch.from_numpy(inputs_of(plane.grid(RESOLUTION))).to(device)
        self._small_grid = torch.from_numpy(inputs_of(plane.grid(self._side))).to(device)

    def observe(self) -> dict[str, NDArray[Any]]:
        """The frame's arrays: "map", "neurons", "weights/l", "biases/l"."""
        arrays = self._decision_map()
        arrays["neurons"] = self._neuron_maps()
        for layer, (weights, biases) in enumerate(
            zip(self._network.weights, self._network.biases, strict=True)
        ):
            below, here = self.shown[layer], self.shown[layer + 1]
            arrays[f"weights/{layer}"] = weights[: len(below), : len(here)].cpu().numpy()
            arrays[f"biases/{layer}"] = biases[: len(here)].cpu().numpy()
        return arrays

    def _decision_map(self) -> dict[str, NDArray[Any]]:
        network = self._network
        output = network.forward(self._grid)[-1]
        if network.task == "numbers":
            low, high = self.value_range
            return {"map": _bytes((output.view(-1) - low) / ((high - low) or 1.0))}
        probabilities = network.probabilities(output)
        if network.task == "binary":
            return {"map": _bytes(probabilities.view(-1))}
        confidence, best = probabilities.max(1)
        side = (RESOLUTION, RESOLUTION)
        return {
            "map": best.to(torch.uint8).cpu().numpy().reshape(side),
            "map/confidence": _bytes(confidence),
        }

    def _neuron_maps(self) -> NDArray[np.int8]:
        """(shown units, side, side): −127 … 127 for −1 … 1 of each unit's value."""
        hidden = self._network.forward(self._small_grid)
        maps = [layer[:, : len(units)].t() for layer, units in zip(hidden, self.shown[1:], strict=True)]
        if self._network.task == "numbers":
            low, high = self.value_range
            maps[-1] = (maps[-1] - (low + high) / 2) / (((high - low) / 2) or 1.0)
        else:
            maps[-1] = self._network.probabilities(hidden[-1])[:, : len(self.shown[-1])].t() * 2 - 1
        for name, values in zip(self._network.activations, maps[:-1], strict=True):
            if not ACTIVATIONS[name].bounded:  # each unit on its own scale
                values /= values.abs().amax(1, keepdim=True).clamp_(min=1e-6)
        stacked = torch.cat(maps).clamp_(-1, 1).mul_(127).nan_to_num_(0).to(torch.int8)
        return stacked.view(-1, self._side, self._side).cpu().numpy()

    def input_maps(self) -> NDArray[np.int8]:
        """(shown inputs, side, side) of the input features themselves."""
        values = self._small_grid[:, : len(self.shown[0])].t()
        scaled = values / values.abs().amax(1, keepdim=True).clamp(min=1e-6) * 127
        return scaled.to(torch.int8).view(-1, self._side, self._side).cpu().numpy()

    def points(
        self, x: NDArray[np.float32], y: NDArray[Any]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """At most `MAX_POINTS` examples as (n, 2) places on the plane and (n,) targets."""
        return self.plane.coordinates(x[:MAX_POINTS]), y[:MAX_POINTS].astype(np.float32)


def _bytes(share: torch.Tensor) -> NDArray[np.uint8]:
    """(side², ) values of 0 … 1 as (side, side) of 0 … 255."""
    levels = share.nan_to_num(0.5).clamp(0, 1).mul(255).round().to(torch.uint8)
    return levels.view(RESOLUTION, RESOLUTION).cpu().numpy()


def histograms(network: DenseNetwork, hidden: Sequence[torch.Tensor]) -> dict[str, NDArray[np.float32]]:
    """Shares of values in `N_BINS` bins, a row for each layer.

    "histogram/weights" (layers, bins) over −3 … 3; "histogram/activations" (hidden layers, bins) over −2 … 2. Values
    beyond fall into the outermost bins.
    """
    found = {"histogram/weights": [_shares(weights, 3.0) for weights in network.weights]}
    found["histogram/activations"] = [_shares(values, 2.0) for values in hidden]
    return {
        name: np.stack(rows) if rows else np.zeros((1, N_BINS), np.float32) for name, rows in found.items()
    }


def _shares(values: torch.Tensor, reach: float) -> NDArray[np.float32]:
    clipped = values.nan_to_num(0.0).clamp(-reach, reach).cpu()
    counts = torch.histc(clipped, N_BINS, -reach, reach)
    return (counts / counts.sum().clamp(min=1)).numpy()


def names_shown(names: Sequence[str], shown: Sequence[int]) -> list[str]:
    """The names of the units drawn."""
    return [names[unit] for unit in shown]
