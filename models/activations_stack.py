"""A stack of equal layers with its gradient written by hand, and a look inside at every layer.

    z¹ = x W¹ + b¹,   hˡ = f(zˡ),   zˡ⁺¹ = hˡ Wˡ⁺¹ + bˡ⁺¹          forwards, N examples
    δˡ = ∂loss/∂zˡ = (δˡ⁺¹ (Wˡ⁺¹)ᵀ) ⊙ f′(zˡ)                        backwards

Through L layers a gradient is multiplied L times by weights and by f′. With variance Var w a sum of n inputs keeps its spread
forwards when n·Var w·E[f²]/E[z²] is 1: Var w = 1/n where f is about linear (Glorot & Bengio 2010, equation 12, averages the
inputs n and outputs m: 2/(n + m)), and 2/n where f cuts half of the line off (He et al. 2015, equation 10).

The network is that of `models/dense.py`, which computes in autograd's own kernels.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from models.activation_functions import ACTIVATIONS, Activation
from models.activations_settings import Config
from models.dense import DenseNetwork

aten = torch.ops.aten

ELU_ALPHA = 1.0
SOFTPLUS_STRAIGHT = 20  # beyond this z torch takes z itself for log(1 + eᶻ)


def _step(z: Tensor, out: Tensor) -> None:
    out.copy_(z > 0)


def _elu_backward(delta: Tensor, z: Tensor, _output: Tensor) -> None:
    delta.copy_(aten.elu_backward(delta, ELU_ALPHA, 1, 1, False, z))


def _softplus_backward(delta: Tensor, z: Tensor, _output: Tensor) -> None:
    delta.copy_(aten.softplus_backward(delta, z, 1, SOFTPLUS_STRAIGHT))


KERNELS = ACTIVATIONS | {
    "step": Activation(_step, lambda delta, _z, _output: delta.zero_(), needs_z=True, bounded=True),
    "elu": Activation(lambda z, out: aten.elu.out(z, ELU_ALPHA, 1, 1, out=out), _elu_backward, needs_z=True),
    "softplus": Activation(
        lambda z, out: aten.softplus.out(z, 1, SOFTPLUS_STRAIGHT, out=out), _softplus_backward, needs_z=True
    ),
}


@dataclass(frozen=True)
class Layer:
    """One hidden layer at N examples: sums z, values h, and the gradient of each example's own loss at z; all (N, width)."""

    z: Tensor
    h: Tensor
    gradient: Tensor
    slope: Tensor  # f′(z)


def spread(config: Config, n_in: int, n_out: int) -> float:
    """Standard deviation of the first weights of a layer with these numbers of inputs and outputs."""
    spreads: dict[str, float] = {
        "zeros": 0.0,
        "normal": config.sigma,
        "xavier": math.sqrt(2 / (n_in + n_out)),
        "he": math.sqrt(2 / n_in),
    }
    return spreads[config.initialisation]


class Stack(DenseNetwork):
    """2 inputs, `depth` hidden layers of `width` units, one output (a logit)."""

    def __init__(self, config: Config) -> None:
        sizes = (2, *(config.width,) * config.depth, 1)
        super().__init__(sizes, "linear", "binary", config.seed, initialisation="zeros")
        self.activations = (config.activation,) * config.depth
        self._functions = [KERNELS[config.activation]] * config.depth
        generator = torch.Generator().manual_seed(config.seed)
        for weights in self.weights:
            drawn = torch.randn(weights.shape, generator=generator)
            weights.copy_(drawn * spread(config, *weights.shape))

    def look(self, x: Tensor, y: Tensor) -> tuple[float, list[Layer]]:
        """The mean loss, and every hidden layer, at the examples x (N, 2), y (N,)."""
        loss = self.backward(x, y).item()
        room, layers = self._room_for(len(x)), []
        for number, function in enumerate(self._functions):
            z = torch.addmm(self.biases[number], room.inputs[number], self.weights[number])
            h, slope = room.h[number], torch.ones_like(z)
            function.backward(slope, z, h)
            layers.append(Layer(z, h, room.delta[number] * len(x), slope))
        return loss, layers

    @property
    def alike(self) -> bool:
        """Whether in every hidden layer of two units or more all units have the same weights."""
        return self.sizes[1] > 1 and all(bool((w == w[:, :1]).all()) for w in self.weights[:-1])
