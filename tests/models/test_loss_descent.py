"""A sure and wrong sigmoid: slopes against autograd, a step by hand, and the claim that squared error is slow."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from models.loss_descent import LOSSES, N_STEPS, START, descend, slope, steps_shown, value


def turned(loss: str, start: float) -> int:
    """The first step after which the neuron answers rightly."""
    return int(np.argmax(descend(loss, start, 1.0) > 0))


@pytest.mark.parametrize("loss", LOSSES)
def test_values_and_slopes_against_autograd_and_differences(loss: str) -> None:
    o = torch.linspace(-12, 8, 81, dtype=torch.float64, requires_grad=True)
    found = (torch.sigmoid(o) - 1) ** 2 if loss == "mse" else -torch.nn.functional.logsigmoid(o)
    (gradient,) = torch.autograd.grad(found.sum(), o)
    x = o.detach().numpy()
    np.testing.assert_allclose(value(loss, x), found.detach().numpy(), atol=1e-12)
    np.testing.assert_allclose(slope(loss, x), gradient.numpy(), atol=1e-12)
    np.testing.assert_allclose(
        slope(loss, x), (value(loss, x + 1e-5) - value(loss, x - 1e-5)) / 2e-5, atol=1e-8
    )


def test_a_step_by_hand() -> None:
    """At o = 0: p = ½, so the slopes are 2 · (−½) · ½ · ½ = −¼ and −½."""
    assert descend("mse", 0.0, 2.0, 1) == pytest.approx([0, 0.5])
    assert descend("cross_entropy", 0.0, 2.0, 1) == pytest.approx([0, 1])


def test_squared_error_is_flat_where_it_is_most_wrong() -> None:
    steepness = np.abs(slope("mse", np.array([-1.0, -4.0, -8.0, -12.0])))
    assert (np.diff(steepness) < 0).all() and steepness[-1] < 2e-5
    assert abs(slope("cross_entropy", -12.0)) > 0.9999


def test_how_many_steps_each_loss_needs() -> None:
    assert turned("cross_entropy", START) == 7 and turned("mse", START) == 214
    assert turned("cross_entropy", -8) == 9 and turned("mse", -8) == 1507


def test_the_animation_begins_slowly_and_ends_at_the_end() -> None:
    steps = steps_shown()
    assert steps[:5] == [0, 1, 2, 3, 4] and steps[-1] == N_STEPS
    assert steps == sorted(set(steps)) and len(steps) < 150
