"""Each rule against torch.optim for 100 steps, and its first steps on paper."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from models.optimizers import OPTIMIZERS, make

Torch = Callable[[list[Tensor]], torch.optim.Optimizer]
RATE = 0.02
TORCH: dict[str, Torch] = {
    "sgd": lambda parameters: torch.optim.SGD(parameters, lr=RATE),
    "momentum": lambda parameters: torch.optim.SGD(parameters, lr=RATE, momentum=0.9),
    "rmsprop": lambda parameters: torch.optim.RMSprop(parameters, lr=RATE),
    "adam": lambda parameters: torch.optim.Adam(parameters, lr=RATE),
    "adamw": lambda parameters: torch.optim.AdamW(parameters, lr=RATE),
}


def gradient_at(parameters: Tensor, step: int) -> Tensor:
    """Of a bent valley, shaken differently in each step; its first coordinate does not matter at all."""
    steepness = torch.linspace(0, 4, len(parameters))
    shake = torch.randn(len(parameters), generator=torch.Generator().manual_seed(step))
    return steepness * (parameters - 1 + 0.2 * shake) + 0.1 * steepness * parameters**3


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_hundred_steps_are_torch_optims(name: str) -> None:
    ours = torch.linspace(-2, 2, 50)
    theirs = ours.clone().requires_grad_()
    optimizer, reference = make(name, ours), TORCH[name]([theirs])
    start = ours.clone()
    for step in range(100):
        optimizer.step(gradient_at(ours, step), RATE)
        theirs.grad = gradient_at(theirs.detach(), step)
        reference.step()
        torch.testing.assert_close(ours, theirs.detach(), rtol=1e-4, atol=1e-5)
    assert (ours - start).abs().max() > 0.5
    assert (ours[0] == start[0]) == (name != "adamw")  # whose decay needs no gradient


@pytest.mark.parametrize(
    ("name", "after"),
    [
        ("sgd", [1 - 0.1 * 2, 1 - 0.1 * 4]),
        ("momentum", [1 - 0.1 * 2, 1 - 0.1 * (2 + 0.9 * 2 + 2)]),  # v₂ = 0.9·2 + 2
        # s₁ = 0.01·g², s₂ = 0.0199·g²: steps of 0.1/√0.01 and 0.1/√0.0199, whatever the gradient's size
        ("rmsprop", [1 - 0.1 / 0.01**0.5, 1 - 0.1 / 0.01**0.5 - 0.1 / 0.0199**0.5]),
        ("adam", [1 - 0.1, 1 - 0.2]),  # m̂ = g and v̂ = g² while the gradient stays the same
        ("adamw", [0.999 - 0.1, 0.899 * 0.999 - 0.1]),  # θ shrinks by ηλ = 0.001 of itself first
    ],
)
def test_two_steps_on_paper(name: str, after: list[float]) -> None:
    """θ = 1, g = 2 in both steps, η = 0.1."""
    theta = torch.ones(1)
    optimizer = make(name, theta)
    for expected in after:
        optimizer.step(torch.full((1,), 2.0), 0.1)
        assert theta.item() == pytest.approx(expected, rel=1e-5, abs=1e-6)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_the_rate_may_change_in_flight_and_the_gradient_is_left_as_it_was(name: str) -> None:
    theta, gradient = torch.ones(3), torch.tensor([1.0, -2.0, 0.0])
    optimizer = make(name, theta)
    optimizer.step(gradient, 0.1)
    held = theta.clone()
    optimizer.step(gradient, 0.0)
    assert torch.equal(theta, held)
    assert gradient.tolist() == [1.0, -2.0, 0.0]
    optimizer.step(gradient, 0.1)
    assert theta[0] < held[0] and theta[1] > held[1]
    assert theta[2] == (1 if name != "adamw" else pytest.approx((1 - 0.1 * 0.01) ** 2))
