"""The functions a hidden neuron may apply to its weighted sum z, each with its derivative.

    tanh z · ReLU max(0, z) · sigmoid 1/(1+e⁻ᶻ) · linear z · swish z·sigmoid z · leaky ReLU max(z, z/100) · GELU z·Φ(z)

`forward(z, out)` writes f(z) into `out`; `backward(delta, z, output)` multiplies δ in place by f′. The kernels are the
ones autograd calls, so that a network trained here equals one trained with `torch.nn` to the last bit.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

aten = torch.ops.aten

LEAK = 0.01


@dataclass(frozen=True)
class Activation:
    """f, f′, and whether f′ needs z itself (otherwise f's output is enough and z's memory can be reused)."""

    forward: Callable[[Tensor, Tensor], object]
    backward: Callable[[Tensor, Tensor, Tensor], object]
    needs_z: bool = False
    bounded: bool = False  # values lie in [−1, 1]


def _silu_backward(delta: Tensor, z: Tensor, _output: Tensor) -> None:
    aten.silu_backward.grad_input(delta, z, grad_input=delta)


def _gelu_backward(delta: Tensor, z: Tensor, _output: Tensor) -> None:
    delta.copy_(aten.gelu_backward(delta, z))


ACTIVATIONS = {
    "tanh": Activation(
        lambda z, out: torch.tanh(z, out=out),
        lambda delta, _z, output: aten.tanh_backward.grad_input(
            delta, output, grad_input=delta
        ),  # δ ⊙ (1 − h²)
        bounded=True,
    ),
    "relu": Activation(
        lambda z, out: torch.clamp_min(z, 0, out=out),
        lambda delta, _z, output: aten.threshold_backward.grad_input(
            delta, output, 0, grad_input=delta
        ),  # δ where h > 0
    ),
    "sigmoid": Activation(
        lambda z, out: torch.sigmoid(z, out=out),
        lambda delta, _z, output: aten.sigmoid_backward.grad_input(
            delta, output, grad_input=delta
        ),  # δ ⊙ h(1 − h)
        bounded=True,
    ),
    "linear": Activation(lambda z, out: z, lambda delta, _z, _output: delta),
    "swish": Activation(lambda z, out: aten.silu.out(z, out=out), _silu_backward, needs_z=True),
    "leaky_relu": Activation(
        lambda z, out: aten.leaky_relu.out(z, LEAK, out=out),
        lambda delta, z, _output: aten.leaky_relu_backward.grad_input(
            delta, z, LEAK, False, grad_input=delta
        ),
        needs_z=True,
    ),
    "gelu": Activation(lambda z, out: aten.gelu.out(z, out=out), _gelu_backward, needs_z=True),
}
