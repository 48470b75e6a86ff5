"""A real loss surface: the loss of a trained network on a plane through its weights, and the path it took over it.

A network has as many dimensions as weights; a picture has two. Two directions δ, η and the weights θ* span a plane,

    f(α, β) = L(θ* + α δ + β η)                                                      Li et al. (2018), section 3

Random directions mean little by themselves: with ReLU a layer's weights can be doubled and the next one's halved without
changing any answer, and then the same step is a small one or a large one. Each neuron's part of a random direction is
therefore scaled to the length of that neuron's own weights,

    δᵢⱼ ← δᵢⱼ / ‖δᵢⱼ‖ · ‖θᵢⱼ‖       the "filter" of neuron j in layer i: its incoming weights          section 4

so that α = 1 is a step as long as the weights; biases stay where they are. In random directions a path looks short and
straight, whatever it did. The directions that show it best are the first two principal components of its places,
M = [θ₀ − θ*; …; θₙ₋₁ − θ*], weights and biases together, each of length 1                            section 7.2

All points of the plane are networks of one shape, so that they are evaluated together, as one batched product.
Source: Li, Xu, Taylor, Studer & Goldstein (2018), "Visualizing the loss landscape of neural nets", arXiv 1712.09913.

Shapes: P parameters (the flat vector of `DenseNetwork`, gaps included), K places of the path, S × S points of the plane.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

from models.activation_functions import ACTIVATIONS
from models.dense import DenseNetwork, split_aligned
from models.loss_functions import loss_named

Directions = Literal["random", "pca"]

SIDE = 41  # points along each direction, an odd number, so that one of them is the network itself
SMALLEST_SIDE = 11
CHUNK = 4_000_000  # numbers in a layer's values for all networks evaluated at once: 16 MB
WORK = 2.5e9  # multiplications for a picture; larger networks get fewer points
REACH = 1.0  # of random directions: as far as the weights are long
MARGIN = 0.25  # beyond the path, as a share of its extent
THIN = 0.4  # across a path that hardly bends: a share of its length, so that there is a surface to see


@dataclass(frozen=True, eq=False)
class Surface:
    """A slice of the loss. The network it is drawn around lies at (0, 0)."""

    alphas: Tensor  # (S,) along the first direction
    betas: Tensor  # (S,) along the second
    losses: Tensor  # (S, S), a row for each β
    path: Tensor  # (K, 2) the path's places, projected onto the plane; the last one is (0, 0)
    directions: Tensor  # (2, P)
    explained: float  # share of the path's squared distance from its end that lies in the plane, 0 … 1


def surface(
    network: DenseNetwork,
    path: Tensor,
    x: Tensor,
    y: Tensor,
    directions: Directions,
    seed: int,
    side: int | None = None,
) -> Surface:
    """The slice around the network's present parameters, for its loss on x (N, D), y (N,).

    path: (K, P) its parameters from the first step to the present one. side: S, by default as many as time allows.
    """
    centre = network.parameters.clone()
    offsets = path - centre
    if directions == "pca":
        pair = path_directions(network, offsets, seed)
    else:
        pair = random_directions(network, seed)
    projected, explained = project(offsets, pair)
    side = side or side_for(network, len(x))
    least = 2 * REACH if directions == "random" else THIN * float(projected.abs().max())
    alphas, betas = (_reach(projected[:, axis], side, least) for axis in range(2))
    grid = torch.stack(torch.meshgrid(betas, alphas, indexing="ij"), -1).view(-1, 2)  # (S², 2) as (β, α)
    places = centre + grid.flip(1) @ pair
    losses = losses_at(network, places, x, y).view(side, side)
    return Surface(alphas, betas, losses, projected, pair, explained)


def random_directions(network: DenseNetwork, seed: int) -> Tensor:
    """(2, P) drawn from a normal distribution, and scaled neuron by neuron to the length of that neuron's weights."""
    generator = torch.Generator().manual_seed(seed)
    pair = torch.zeros(2, len(network.parameters))
    for direction in pair:
        windows, _, _ = network._views(direction)
        for window, weights in zip(
            windows, network.weights, strict=True
        ):  # (n_in, n_out): a column is a filter
            drawn = torch.randn(weights.shape, generator=generator)
            window.copy_(drawn / drawn.norm(dim=0) * weights.norm(dim=0))
    return pair


def path_directions(network: DenseNetwork, offsets: Tensor, seed: int) -> Tensor:
    """(2, P) of length 1, at right angles: those along which the offsets (K, P) of the path extend furthest.

    A path that has not moved, or only along a line, leaves directions open: random ones fill in.
    """
    generator = torch.Generator().manual_seed(seed)
    found: list[Tensor] = []
    if len(offsets):
        _, sizes, rows = torch.linalg.svd(offsets.double(), full_matrices=False)
        steady = max(1e-6 * float(sizes[0]), 1e-12)
        found = [row for size, row in zip(sizes[:2], rows[:2], strict=True) if float(size) > steady]
    while len(found) < 2:
        drawn = _without_gaps(network, torch.randn(offsets.shape[1], generator=generator)).double()
        for one in found:
            drawn -= (drawn @ one) * one
        found.append(drawn / drawn.norm())
    # A principal component may point either way: the largest entry is made positive, so that pictures agree.
    return torch.stack([one * one[one.abs().argmax()].sign() for one in found]).float()


def project(offsets: Tensor, pair: Tensor) -> tuple[Tensor, float]:
    """(K, 2) coordinates of the nearest points of the plane, and the share of the squared lengths that they keep."""
    pair, offsets = pair.double(), offsets.double()
    gram = pair @ pair.t()  # random directions are not quite at right angles
    coordinates = torch.linalg.solve(gram, pair @ offsets.t()).t()
    total = float(offsets.square().sum())
    kept = float((coordinates @ pair).square().sum())
    return coordinates.float(), min(1.0, kept / total) if total > 0 else 1.0


def losses_at(network: DenseNetwork, places: Tensor, x: Tensor, y: Tensor) -> Tensor:
    """(n,) the network's loss on x (N, D), y (N,) if its parameters were each of the places (n, P).

    Raises ValueError for a network with batch normalisation, whose statistics belong to one set of weights.
    """
    if network.batch_norm:
        raise ValueError("A loss surface needs a network without batch normalisation.")
    at_once = max(1, CHUNK // (len(x) * max(network.sizes)))
    return torch.cat([_losses(network, chunk, x, y) for chunk in places.split(at_once)])


def side_for(network: DenseNetwork, n_examples: int) -> int:
    """Points along each direction: `SIDE`, or fewer (odd) when the network and its data are large."""
    products = sum(a * b for a, b in itertools.pairwise(network.sizes))
    most = math.isqrt(int(WORK / (n_examples * products)))
    return max(SMALLEST_SIDE, min(SIDE, most - (most + 1) % 2))


def _losses(network: DenseNetwork, places: Tensor, x: Tensor, y: Tensor) -> Tensor:
    weights, biases = _batched(network, places)
    h = x.expand(len(places), *x.shape)
    for layer, (w, b) in enumerate(zip(weights, biases, strict=True)):
        h = torch.baddbmm(b, h, w)
        if layer < len(network.activations):
            function = ACTIVATIONS[network.activations[layer]]
            out = torch.empty_like(h) if function.needs_z else h
            function.forward(h, out)
            h = out
    loss = loss_named(network.task, network.loss_name)
    return torch.stack([loss.value(output, y) for output in h])


def _batched(network: DenseNetwork, flat: Tensor) -> tuple[list[Tensor], list[Tensor]]:
    """Each layer's weights (n, n_in, n_out) and biases (n, 1, n_out) as windows onto flat vectors (n, P)."""
    shapes = list(itertools.pairwise(network.sizes))
    parts = split_aligned(flat, [a * b for a, b in shapes] + list(network.sizes[1:]))
    weights = [part.view(len(flat), *shape) for part, shape in zip(parts, shapes, strict=False)]
    return weights, [part.unsqueeze(1) for part in parts[len(shapes) :]]


def _without_gaps(network: DenseNetwork, flat: Tensor) -> Tensor:
    """A copy of the flat vector with zeros where no parameter lies."""
    clean = torch.zeros_like(flat)
    for kept, part in zip(network.parts(clean), network.parts(flat), strict=True):
        kept.copy_(part)
    return clean


def _reach(along: Tensor, side: int, least: float) -> Tensor:
    """(side,) evenly spaced coordinates that hold the path and, on a grid point, 0; `least`: how far across."""
    low, high = min(0.0, float(along.min())), max(0.0, float(along.max()))
    margin = max(MARGIN * (high - low), (least - (high - low)) / 2) or REACH
    low, high = low - margin, high + margin
    spacing = (high - low) / (side - 2)  # one point to spare for moving the grid onto 0
    first = math.floor(low / spacing)
    return torch.arange(first, first + side, dtype=torch.float32) * spacing
