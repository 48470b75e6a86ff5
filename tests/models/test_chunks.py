"""Pictures a few at a time: all of them, in their order, and no more at once than fit."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from models.chunks import LEAST, MOST, PIXELS, answered, chunks


@pytest.mark.parametrize(("side", "at_once"), [(8, 256), (28, 83), (32, 64), (64, 16), (224, 16)])
def test_so_many_pictures_go_at_once(side: int, at_once: int) -> None:
    assert max(LEAST, min(MOST, PIXELS // side**2)) == at_once
    parts = chunks(torch.zeros(at_once + 1, 1, side, side))
    assert [len(part) for part in parts] == [at_once, 1]


def test_all_are_answered_in_their_order() -> None:
    x = torch.arange(600.0)[:, None, None, None].expand(600, 2, 8, 8)
    asked: list[int] = []

    def network(part: Tensor) -> Tensor:
        asked.append(len(part))
        return part.mean((2, 3))

    assert torch.equal(answered(network, x), x[:, :, 0, 0])
    assert asked == [256, 256, 88]
    assert answered(network, x[:0]).shape == (0, 2)


def test_what_is_asked_for_gradients_keeps_them() -> None:
    x = torch.ones(300, 1, 8, 8, requires_grad=True)
    answered(lambda part: 2 * part, x).sum().backward()
    assert x.grad is not None and bool((x.grad == 2).all())
