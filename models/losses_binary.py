"""The losses that the lesson trains a two-class network under, each with its gradient written by hand.

Shapes: raw outputs o (N, 1); targets y (N,), 0 or 1; s = 2y − 1 is −1 or 1; p = σ(o). Each is a mean over the N examples.

    cross_entropy  −log p(y), in nats                       ∂/∂o = p − y
    balanced       wᵧ times that, wᵧ = n / (2 nᵧ)           ∂/∂o = wᵧ (p − y)
    smoothed       KL(t ‖ p), t = y (1 − ε) + ε/2           ∂/∂o = p − t
    mse            (p − y)²                                 ∂/∂o = 2 (p − y) p (1 − p)
    mae            |p − y|                                  ∂/∂o = sign(p − y) p (1 − p)
    huber          ½ r², or |r| − ½ beyond 1, r = o − s     ∂/∂o = r, clipped to −1 … 1
    hinge          max(0, 1 − s o)                          ∂/∂o = −s where s o < 1, else 0

Sources: Szegedy et al. (2016), "Rethinking the Inception architecture", section 7 (smoothing); Huber (1964), equation 2;
King & Zeng (2001), "Logistic regression in rare events data", equation 7 (weights). The kernels are those that autograd
calls, in its order, so that `torch.nn` gives the same numbers to the last bit.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional

from models.loss_functions import LOSSES, MEAN, Loss

aten = torch.ops.aten

SMOOTHING = 0.1  # ε
#: Losses of a probability p = σ(o); the others judge the raw output, and their maps show it clipped to −1 … 1.
OF_PROBABILITY = ("cross_entropy", "balanced", "smoothed", "mse", "mae")


def class_weights(y: Tensor) -> Tensor:
    """(2,) wᵧ = n / (2 nᵧ): both classes then weigh the same in a mean over y (n,). A class without examples gets 1."""
    counts = torch.stack([(y == 0).sum(), (y == 1).sum()]).to(torch.float32)
    return torch.where(counts > 0, len(y) / (2 * counts.clamp(min=1)), 1.0)


def losses(weights: Tensor) -> dict[str, Loss]:
    """Every loss by name; `weights` (2,) are those of "balanced", and may be overwritten later."""

    def balanced(o: Tensor, y: Tensor) -> Tensor:
        return functional.binary_cross_entropy_with_logits(o.view(-1), y, weights[y.long()])

    def balanced_delta(o: Tensor, y: Tensor, delta: Tensor) -> None:
        torch.sub(torch.sigmoid(o.view(-1)), y, out=delta.view(-1))
        delta.view(-1).mul_(weights[y.long()]).div_(len(y))

    return {
        "cross_entropy": LOSSES["binary", "cross_entropy"],
        "balanced": Loss(balanced, balanced_delta),
        "smoothed": Loss(_smoothed, _smoothed_delta),
        "mse": LOSSES["binary", "mse"],
        "mae": Loss(lambda o, y: (torch.sigmoid(o.view(-1)) - y).abs().mean(), _mae_delta),
        "huber": Loss(lambda o, y: aten.huber_loss(o.view(-1), 2 * y - 1, MEAN, 1.0), _huber_delta),
        "hinge": LOSSES["binary", "hinge"],
    }


def _soft(y: Tensor) -> Tensor:
    return y * (1 - SMOOTHING) + SMOOTHING / 2


def _smoothed(o: Tensor, y: Tensor) -> Tensor:
    entropy = -sum(t * math.log(t) for t in (SMOOTHING / 2, 1 - SMOOTHING / 2))
    return (
        functional.binary_cross_entropy_with_logits(o.view(-1), _soft(y)) - entropy
    )  # cross-entropy − entropy = KL


def _smoothed_delta(o: Tensor, y: Tensor, delta: Tensor) -> None:
    torch.sub(torch.sigmoid(o.view(-1)), _soft(y), out=delta.view(-1))
    delta.div_(len(y))


def _mae_delta(o: Tensor, y: Tensor, delta: Tensor) -> None:
    p = torch.sigmoid(o.view(-1))
    delta.view(-1).copy_(aten.sigmoid_backward((p - y).sign() / len(y), p))


def _huber_delta(o: Tensor, y: Tensor, delta: Tensor) -> None:
    one = torch.ones((), device=o.device)
    delta.view(-1).copy_(aten.huber_loss_backward(one, o.view(-1), 2 * y - 1, MEAN, 1.0))
