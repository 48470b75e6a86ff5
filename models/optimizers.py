"""Rules that turn a gradient into a step, on one flat vector of parameters.

Each is the textbook's formula, written in place; `tests/models/test_optimizers.py` compares 100 steps of each with
`torch.optim`. The learning rate is an argument of every step, so that it can change in flight.

    SGD:      θ ← θ − η g
    momentum: v ← μ v + g;                       θ ← θ − η v              (Polyak 1964)
    RMSProp:  s ← ρ s + (1 − ρ) g²;              θ ← θ − η g / (√s + ε)   (Tieleman & Hinton 2012)
    Adam:     m, v as running means of g, g²;    θ ← θ − η m̂ / (√v̂ + ε)   (Kingma & Ba 2015, algorithm 1)
    AdamW:    Adam, and besides θ ← θ − η λ θ                             (Loshchilov & Hutter 2019)

The operations and their order are those of `torch.optim` on one tensor, so that results agree to the last bit.
"""

from __future__ import annotations

import torch
from torch import Tensor


class SGD:
    """Plain gradient descent, or with `momentum` the heavy ball."""

    def __init__(self, parameters: Tensor, momentum: float = 0.0) -> None:
        self._parameters, self._momentum = parameters, momentum
        self._velocity = torch.zeros_like(parameters)

    def step(self, gradient: Tensor, rate: float) -> None:
        if self._momentum:
            gradient = self._velocity.mul_(self._momentum).add_(gradient)
        self._parameters.add_(gradient, alpha=-rate)


class RMSProp:
    """Divides each coordinate by the root of a running mean of its squared gradient."""

    def __init__(self, parameters: Tensor, decay: float = 0.99, epsilon: float = 1e-8) -> None:
        self._parameters, self._decay, self._epsilon = parameters, decay, epsilon
        self._square = torch.zeros_like(parameters)
        self._root = torch.empty_like(parameters)

    def step(self, gradient: Tensor, rate: float) -> None:
        self._square.mul_(self._decay).addcmul_(gradient, gradient, value=1 - self._decay)
        root = torch.sqrt(self._square, out=self._root).add_(self._epsilon)
        self._parameters.addcdiv_(gradient, root, value=-rate)


class Adam:
    """Momentum and RMSProp together, both corrected for starting at zero; with `decay` as AdamW."""

    def __init__(
        self,
        parameters: Tensor,
        decay: float = 0.0,
        betas: tuple[float, float] = (0.9, 0.999),
        epsilon: float = 1e-8,
    ) -> None:
        self._parameters, self._betas, self._epsilon = parameters, betas, epsilon
        self.decay = decay
        self._mean, self._square = torch.zeros_like(parameters), torch.zeros_like(parameters)
        self._root = torch.empty_like(parameters)
        self._t = 0

    def step(self, gradient: Tensor, rate: float) -> None:
        self._t += 1
        beta_mean, beta_square = self._betas
        if self.decay:
            self._parameters.mul_(1 - rate * self.decay)
        self._mean.lerp_(gradient, 1 - beta_mean)
        self._square.mul_(beta_square).addcmul_(gradient, gradient, value=1 - beta_square)
        root = torch.sqrt(self._square, out=self._root)
        root.div_((1 - beta_square**self._t) ** 0.5).add_(self._epsilon)  # √v̂ + ε
        self._parameters.addcdiv_(self._mean, root, value=-(rate / (1 - beta_mean**self._t)))


Optimizer = SGD | RMSProp | Adam

OPTIMIZERS = ("sgd", "momentum", "rmsprop", "adam", "adamw")
ADAMW_DECAY = 0.01  # λ, when no other penalty is asked for


def make(name: str, parameters: Tensor) -> Optimizer:
    """A fresh optimizer over the flat vector `parameters`."""
    if name in ("adam", "adamw"):
        return Adam(parameters, decay=ADAMW_DECAY if name == "adamw" else 0.0)
    if name == "rmsprop":
        return RMSProp(parameters)
    return SGD(parameters, momentum=0.9 if name == "momentum" else 0.0)
