"""A fully connected network with its gradient written by hand, for speed.

    h⁰ = x,   zˡ = hˡ⁻¹ Wˡ + bˡ,   hˡ = f(norm zˡ) ⊙ dropout,   output = hᴸ⁻¹ Wᴸ + bᴸ

With δ = ∂loss/∂output the gradients run backwards through the same products:

    ∂loss/∂Wˡ = (hˡ⁻¹)ᵀ δˡ,   ∂loss/∂bˡ = Σₙ δˡ,   δˡ⁻¹ = (δˡ Wˡᵀ) ⊙ f′

All parameters lie in one flat vector, weights first, so that an optimizer's update is a handful of operations
whatever the depth. Each layer's part begins where a tensor of its own would, at a multiple of 64 bytes: some processors'
matrix kernels round differently elsewhere. The gaps hold zeros, and no gradient reaches them. `tests/models/test_dense.py` proves the gradient equal to autograd's; a step costs about a quarter
of one through `torch.nn`.

Shapes: N examples, D inputs, K outputs; Wˡ is (inputs of layer l, units of layer l).
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor

from models.activation_functions import ACTIVATIONS
from models.loss_functions import DEFAULT, Loss, Task, loss_named

aten = torch.ops.aten

__all__ = ["ACTIVATIONS", "DenseNetwork", "Task"]

BN_MOMENTUM, BN_EPSILON = 0.1, 1e-5
ALIGNED = 16  # numbers of 4 bytes in the 64 that torch begins every tensor at
INITIALISATIONS = ("auto", "glorot", "he", "small", "zeros")


@dataclass
class _Room:
    """Buffers for n examples, kept because allocating costs as much as a small product."""

    z: list[Tensor]  # zˡ; the last one is the output
    h: list[Tensor]  # f(zˡ); the same tensor where f can work in place
    delta: list[Tensor]
    inputs: list[Tensor] = field(default_factory=list)  # what each layer was fed, after dropout
    norms: list[tuple[Tensor, Tensor, Tensor]] = field(default_factory=list)  # batch norm: input, mean, 1/std
    masks: list[Tensor] = field(default_factory=list)


def split_aligned(flat: Tensor, sizes: Sequence[int]) -> list[Tensor]:
    """Windows of these sizes onto the last dimension of `flat`, each from an aligned place on; see `n_aligned`."""
    parts = flat.split([n_aligned(size) for size in sizes], dim=-1)
    return [part[..., :size] for part, size in zip(parts, sizes, strict=True)]


def n_aligned(*sizes: int) -> int:
    """How many numbers parts of these sizes take up, gaps included."""
    return sum(-(-size // ALIGNED) * ALIGNED for size in sizes)


class DenseNetwork:
    """Parameters, forward pass, loss and gradient of one network.

    Args:
        sizes: units per layer, inputs first and outputs last, such as (2, 4, 2, 1).
        activation: f of the hidden layers, one of `ACTIVATIONS`, or one name for each hidden layer. The output layer
            is linear: sigmoid and softmax belong to the loss.
        task: "binary" (one output, its sigmoid is the probability of class 1), "classes" (K outputs, softmax) or
            "numbers" (one output, the prediction).
        seed: of the initial weights and of dropout.
        dropout: share of hidden values that each update leaves out.
        loss: by name, as `loss_named` knows it, or one of your own.
    """

    def __init__(
        self,
        sizes: Sequence[int],
        activation: str | Sequence[str],
        task: Task,
        seed: int,
        device: str = "cpu",
        *,
        loss: str | Loss = "auto",
        initialisation: str = "auto",
        batch_norm: bool = False,
        dropout: float = 0.0,
    ) -> None:
        self.sizes, self.task = tuple(sizes), task
        n_hidden = len(self.sizes) - 2
        names = [activation] * n_hidden if isinstance(activation, str) else list(activation)
        self.activations = tuple(names)
        self._functions = [ACTIVATIONS[name] for name in names]
        if isinstance(loss, Loss):
            self.loss_name, self._loss = "", loss
        else:
            self.loss_name = DEFAULT[task] if loss == "auto" else loss
            self._loss = loss_named(task, loss)
        self.batch_norm, self.dropout = batch_norm, dropout
        shapes = list(itertools.pairwise(self.sizes))
        self.n_weights = n_aligned(*(n_in * n_out for n_in, n_out in shapes))  # where the biases begin
        scales = [size for size in self.sizes[1:-1] for _ in range(2)] if batch_norm else []
        n_parameters = self.n_weights + n_aligned(*self.sizes[1:], *scales)
        self.parameters = torch.zeros(n_parameters, device=device)
        self.gradient = torch.zeros(n_parameters, device=device)
        self.weights, self.biases, self.scales = self._views(self.parameters)
        self._weight_gradients, self._bias_gradients, self._scale_gradients = self._views(self.gradient)
        self._transposed = [weights.t() for weights in self.weights]
        self.running = [
            (torch.zeros(size, device=device), torch.ones(size, device=device)) for size in self.sizes[1:-1]
        ]
        self._rooms: dict[int, _Room] = {}
        self._generator = torch.Generator().manual_seed(seed)
        self._initialise(initialisation)

    def _views(self, flat: Tensor) -> tuple[list[Tensor], list[Tensor], list[tuple[Tensor, Tensor]]]:
        """Weights (n_in, n_out), biases (n_out,) and batch norm's (γ, β) as windows onto the flat vector."""
        shapes = list(itertools.pairwise(self.sizes))
        n_layers, hidden = len(shapes), self.sizes[1:-1] if self.batch_norm else ()
        parts = split_aligned(
            flat,
            [n_in * n_out for n_in, n_out in shapes]
            + list(self.sizes[1:])
            + [size for size in hidden for _ in range(2)],
        )
        weights = [part.view(shape) for part, shape in zip(parts, shapes, strict=False)]
        rest = parts[2 * n_layers :]
        return weights, parts[n_layers : 2 * n_layers], list(zip(rest[::2], rest[1::2], strict=True))

    def parts(self, flat: Tensor) -> list[Tensor]:
        """Weights, biases, then γ and β in turn: the parts of `self.parameters` or `self.gradient` without gaps."""
        weights, biases, scales = self._views(flat)
        return [*weights, *biases, *(part for pair in scales for part in pair)]

    def _initialise(self, how: str) -> None:
        """Uniform weights with variance 2/(n_in + n_out) (Glorot & Bengio 2010) or 2/n_in (He et al. 2015).

        "auto" takes He's for layers whose activation cuts off half of the line, Glorot's for the others; "small" is
        uniform in ±0.01; "zeros" shows why weights must differ.
        """
        self.initial_limits = []
        for layer, weights in enumerate(self.weights):
            n_in, n_out = weights.shape
            name = self.activations[min(layer, len(self.activations) - 1)] if self.activations else "linear"
            cuts = name in ("relu", "leaky_relu", "gelu", "swish")
            he = how == "he" or (how == "auto" and cuts)
            limit = (3 * (2 / n_in if he else 2 / (n_in + n_out))) ** 0.5
            if how in ("small", "zeros"):
                limit = 0.01 if how == "small" else 0.0
            self.initial_limits.append(limit)
            weights.copy_((torch.rand(n_in, n_out, generator=self._generator) * 2 - 1) * limit)
        for scale, _ in self.scales:
            scale.fill_(1.0)

    def _room_for(self, n: int) -> _Room:
        if n not in self._rooms:
            if len(self._rooms) > 8:  # batch, last batch, evaluations, grids
                self._rooms.clear()
            z = [torch.empty(n, size, device=self.parameters.device) for size in self.sizes[1:]]
            h = [
                torch.empty_like(values) if function.needs_z else values
                for values, function in zip(z, self._functions, strict=False)
            ]
            self._rooms[n] = _Room(z, [*h, z[-1]], [torch.empty_like(values) for values in z])
        return self._rooms[n]

    def forward(self, x: Tensor, *, training: bool = False) -> list[Tensor]:
        """h¹ … hᴸ of x (N, D); the last one holds the raw outputs (N, K). Overwritten by the next call of this size.

        `training` normalises by the batch's own statistics and drops values out.
        """
        room = self._room_for(len(x))
        if training:
            room.inputs, room.norms, room.masks = [x], [], []
        last = len(self.weights) - 1
        for layer, (weights, biases) in enumerate(zip(self.weights, self.biases, strict=True)):
            z = torch.addmm(biases, x, weights, out=room.z[layer])
            if layer == last:
                break
            if self.batch_norm:
                z.copy_(self._normalised(z, layer, room, training))
            self._functions[layer].forward(z, room.h[layer])
            x = room.h[layer]
            if training:
                if self.dropout:
                    x = self._dropped(x, room)
                room.inputs.append(x)
        return room.h

    def _normalised(self, z: Tensor, layer: int, room: _Room, training: bool) -> Tensor:
        (gamma, beta), (mean, variance) = self.scales[layer], self.running[layer]
        kept = z.clone() if training else z
        out, batch_mean, batch_scale = aten.native_batch_norm(
            kept, gamma, beta, mean, variance, training, BN_MOMENTUM, BN_EPSILON
        )
        if training:
            room.norms.append((kept, batch_mean, batch_scale))
        return out  # type: ignore[no-any-return]

    def _dropped(self, h: Tensor, room: _Room) -> Tensor:
        """h with a random share set to 0 and the rest enlarged, so that sums keep their size (inverted dropout)."""
        kept = torch.rand(h.shape, generator=self._generator).to(h.device) >= self.dropout
        mask = kept / (1 - self.dropout)
        room.masks.append(mask)
        return h * mask

    def loss(self, output: Tensor, y: Tensor) -> Tensor:
        """Mean loss of raw outputs (N, K), a 0-d tensor."""
        return self._loss.value(output, y)

    def backward(self, x: Tensor, y: Tensor) -> Tensor:
        """Forward, then ∂loss/∂parameters into `self.gradient`. Returns the mean loss of the batch, a 0-d tensor."""
        output = self.forward(x, training=True)[-1]
        room = self._room_for(len(x))
        self._loss.write_delta(output, y, room.delta[-1])
        for layer in range(len(self.weights) - 1, -1, -1):
            delta = room.delta[layer]
            torch.mm(room.inputs[layer].t(), delta, out=self._weight_gradients[layer])
            torch.sum(delta, 0, out=self._bias_gradients[layer])
            if layer:
                below = torch.mm(delta, self._transposed[layer], out=room.delta[layer - 1])
                self._through_neurons(below, layer - 1, room)
        return self._loss.value(output, y)

    def _through_neurons(self, delta: Tensor, layer: int, room: _Room) -> None:
        """δ ⊙ dropout ⊙ f′, then back through batch norm; in place."""
        if self.dropout:
            delta.mul_(room.masks[layer])
        self._functions[layer].backward(delta, room.z[layer], room.h[layer])
        if self.batch_norm:
            (gamma, _), (mean, variance) = self.scales[layer], self.running[layer]
            kept, batch_mean, batch_scale = room.norms[layer]
            below, for_gamma, for_beta = aten.native_batch_norm_backward(
                delta,
                kept,
                gamma,
                mean,
                variance,
                batch_mean,
                batch_scale,
                True,
                BN_EPSILON,
                [True, True, True],
            )
            delta.copy_(below)
            self._scale_gradients[layer][0].copy_(for_gamma)
            self._scale_gradients[layer][1].copy_(for_beta)

    def gradient_norms(self) -> list[float]:
        """‖∂loss/∂Wˡ‖ of each layer at the last update."""
        return [gradient.norm().item() for gradient in self._weight_gradients]

    def predict(self, output: Tensor) -> Tensor:
        """Class index (N,) or number (N,) for raw outputs (N, K)."""
        if self.task == "binary":
            return (output.view(-1) > 0).long()
        return output.argmax(1) if self.task == "classes" else output.view(-1)

    def probabilities(self, output: Tensor) -> Tensor:
        """(N, K) probabilities of K classes; for "binary" (N, 1), that of class 1."""
        return torch.sigmoid(output) if self.task == "binary" else torch.softmax(output, 1)
