"""Max pooling gives what PyTorch's own gives, with a gradient and without one."""

from __future__ import annotations

import math

import pytest
import torch
from torch import nn

from models.pooling import MaxPool2


@pytest.mark.parametrize(
    "shape", [(2, 3, 8, 8), (1, 1, 2, 2), (3, 2, 7, 9), (4, 3, 6), (40, 8, 28, 29), (40, 16, 15, 14)]
)
def test_it_is_pytorchs(shape: tuple[int, ...]) -> None:
    x = torch.relu(torch.randn(shape, generator=torch.Generator().manual_seed(0)))  # half of it zeros: ties
    own, theirs = MaxPool2(), nn.MaxPool2d(2)
    assert torch.equal(own(x), theirs(x))
    seen = []
    for pooling in (own, theirs):
        asked = x.clone().requires_grad_()
        answer = pooling(asked)
        (answer * torch.arange(answer.numel()).view(answer.shape)).sum().backward()
        assert asked.grad is not None
        seen.append((answer.detach(), asked.grad))
    assert torch.equal(seen[0][0], seen[1][0]) and torch.equal(seen[0][1], seen[1][1])


def test_by_hand() -> None:
    x = torch.tensor([[[[1.0, 5.0, -3.0], [2.0, 0.0, -1.0], [9.0, 9.0, 9.0]]]])
    with torch.no_grad():
        assert MaxPool2()(x).tolist() == [[[[5.0]]]], "what is left over at an edge is not pooled"


def test_what_is_no_number_stays_so() -> None:
    x = torch.zeros(1, 1, 4, 4)
    x[0, 0, 1, 1], x[0, 0, 3, 3] = math.nan, math.inf
    own, theirs = MaxPool2()(x), nn.MaxPool2d(2)(x)
    assert torch.equal(own.isnan(), theirs.isnan()) and own.isnan().sum() == 1
    assert own[0, 0, 1, 1] == math.inf


def test_within_a_network_weights_get_the_same_gradients() -> None:
    x, found = torch.randn(200, 1, 16, 16, generator=torch.Generator().manual_seed(1)), []
    for pooling in (MaxPool2(), nn.MaxPool2d(2)):
        torch.manual_seed(2)
        network = nn.Sequential(nn.Conv2d(1, 3, 3), nn.ReLU(), pooling, nn.Flatten(), nn.Linear(147, 2))
        network(x).square().mean().backward()
        found.append([parameter.grad for parameter in network.parameters()])
    assert all(torch.equal(a, b) for a, b in zip(*found, strict=True))
