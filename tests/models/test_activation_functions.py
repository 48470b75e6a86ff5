"""Each activation on paper, and networks with each of them against torch to the last bit."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from models.activation_functions import ACTIVATIONS
from models.dense import DenseNetwork

FUNCTIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "tanh": torch.tanh,
    "relu": torch.relu,
    "sigmoid": torch.sigmoid,
    "linear": lambda values: values,
    "swish": functional.silu,
    "leaky_relu": functional.leaky_relu,
    "gelu": functional.gelu,
}
LN3 = math.log(3)
PHI = (1 + math.erf(1 / math.sqrt(2))) / 2  # Φ(1)
BELL = math.exp(-1 / 2) / math.sqrt(2 * math.pi)  # Φ′(1)


def apply(name: str, z: Tensor) -> tuple[Tensor, Tensor]:
    """f(z) and f′(z)."""
    function = ACTIVATIONS[name]
    kept = z.clone()
    out = torch.empty_like(kept) if function.needs_z else kept
    function.forward(kept, out)
    slope = torch.ones_like(kept)
    function.backward(slope, kept, out)
    return out, slope


def test_the_list_is_complete() -> None:
    assert set(FUNCTIONS) == set(ACTIVATIONS)


@pytest.mark.parametrize(
    ("name", "z", "value", "slope"),
    [
        ("tanh", math.log(2), 3 / 5, 16 / 25),
        ("relu", 2.0, 2.0, 1.0),
        ("relu", -2.0, 0.0, 0.0),
        ("sigmoid", LN3, 3 / 4, 3 / 16),
        ("linear", -2.5, -2.5, 1.0),
        ("swish", LN3, LN3 * 3 / 4, 3 / 4 + LN3 * 3 / 16),
        ("leaky_relu", 2.0, 2.0, 1.0),
        ("leaky_relu", -2.0, -0.02, 0.01),
        ("gelu", 1.0, PHI, PHI + BELL),
        ("gelu", -1.0, PHI - 1, 1 - PHI - BELL),
    ],
)
def test_values_and_slopes_by_hand(name: str, z: float, value: float, slope: float) -> None:
    found = apply(name, torch.tensor([z]))
    assert [part.item() for part in found] == pytest.approx([value, slope], rel=1e-5)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_values_and_slopes_are_autograds_to_the_last_bit(name: str) -> None:
    z = torch.cat(
        [torch.linspace(-30, 30, 301), torch.randn(200, generator=torch.Generator().manual_seed(0))]
    )
    reference = z.clone().requires_grad_()
    expected = FUNCTIONS[name](reference)
    (slope,) = torch.autograd.grad(expected.sum(), reference)
    found = apply(name, z)
    assert torch.equal(found[0], expected.detach())
    assert torch.equal(found[1], slope)
    if ACTIVATIONS[name].bounded:
        assert found[0].abs().max() <= 1


def by_torch(network: DenseNetwork, x: Tensor, y: Tensor) -> tuple[Tensor, list[Tensor]]:
    """Loss and gradients (weights, biases, γ and β in turn) by autograd, with the masks the network has just drawn."""
    masks = network._room_for(len(x)).masks
    scales = [part for pair in network.scales for part in pair]
    parameters = [part.clone().requires_grad_() for part in (*network.weights, *network.biases, *scales)]
    n = len(network.weights)
    for layer in range(n):
        x = torch.addmm(parameters[n + layer], x, parameters[layer])
        if layer == n - 1:
            break
        if network.batch_norm:
            gamma, beta = parameters[2 * n + 2 * layer : 2 * n + 2 * layer + 2]
            x = functional.batch_norm(x, None, None, gamma, beta, training=True)
        x = FUNCTIONS[network.activations[layer]](x)
        if network.dropout:
            x = x * masks[layer]
    loss = functional.cross_entropy(x, y)
    return loss.detach(), list(torch.autograd.grad(loss, parameters))


@pytest.mark.parametrize(("batch_norm", "dropout"), [(False, 0.0), (True, 0.0), (False, 0.3), (True, 0.3)])
@pytest.mark.parametrize("name", [*ACTIVATIONS, "mixed"])
def test_a_networks_gradient_is_autograds_to_the_last_bit(
    name: str, batch_norm: bool, dropout: float
) -> None:
    hidden = (6, 5, 7)
    activation = ("gelu", "relu", "swish") if name == "mixed" else name
    network = DenseNetwork((4, *hidden, 3), activation, "classes", 1, batch_norm=batch_norm, dropout=dropout)
    generator = torch.Generator().manual_seed(5)
    for part in network.parts(network.parameters)[len(network.weights) :]:
        part.add_(torch.randn(part.shape, generator=generator) * 0.2)
    x, y = torch.randn(9, 4, generator=generator), torch.randint(0, 3, (9,), generator=generator)
    for _ in range(2):  # buffers of the first pass must not show in the second
        loss = network.backward(x, y)
        expected, gradients = by_torch(network, x, y)
        assert torch.equal(loss, expected)
        assert all(map(torch.equal, network.parts(network.gradient), gradients))
    assert network.gradient.abs().max() > 0


def test_batch_norm_answers_by_its_running_statistics() -> None:
    network = DenseNetwork((2, 3, 1), "swish", "binary", 0, batch_norm=True)
    x = torch.randn(20, 2, generator=torch.Generator().manual_seed(0)) * 3 + 1
    y = (x[:, 0] > 1).float()
    mean, variance = torch.zeros(3), torch.ones(3)
    for _ in range(3):
        network.backward(x, y)
        z = torch.addmm(network.biases[0], x, network.weights[0])
        mean, variance = 0.9 * mean + 0.1 * z.mean(0), 0.9 * variance + 0.1 * z.var(0)
    torch.testing.assert_close(network.running[0], (mean, variance))
    normed = (z - mean) / (variance + 1e-5).sqrt()
    hidden = network.forward(x)[0]
    torch.testing.assert_close(hidden, functional.silu(normed))
    torch.testing.assert_close(network.forward(x[:1])[0], hidden[:1])  # one example alone answers the same
