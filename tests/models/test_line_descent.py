"""The line that is fitted by hand: gradient against autograd, descent against torch and against the closed form."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from models.line_descent import N_STEPS, POINTS, RATE, START, descend, gradient, least_squares, loss

X, Y = (torch.tensor(column, dtype=torch.float64) for column in zip(*POINTS, strict=True))


def test_loss_and_gradient_against_autograd() -> None:
    for line in ((-0.5, 2.5), (0.6, 1.0), (3.0, -2.0)):
        theta = torch.tensor(line, dtype=torch.float64, requires_grad=True)
        value = torch.nn.functional.mse_loss(theta[0] * X + theta[1], Y)
        value.backward()
        assert theta.grad is not None
        assert loss(line) == pytest.approx(value.item(), rel=1e-12)
        assert gradient(line) == pytest.approx(tuple(theta.grad.tolist()), rel=1e-12)


def test_the_best_line_is_numpys_and_level() -> None:
    assert least_squares() == pytest.approx(
        tuple(np.polyfit([x for x, _ in POINTS], [y for _, y in POINTS], 1))
    )
    assert gradient(least_squares()) == pytest.approx((0, 0), abs=1e-12)


def test_the_descent_is_torchs_and_ends_at_the_best_line() -> None:
    theta = torch.tensor(START, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.SGD([theta], lr=RATE)
    course = descend(START, RATE)
    for line in course.lines:
        assert line == pytest.approx(tuple(theta.tolist()), rel=1e-10)
        optimizer.zero_grad()
        torch.nn.functional.mse_loss(theta[0] * X + theta[1], Y).backward()
        optimizer.step()
    assert len(course.lines) == N_STEPS + 1 and course.diverged is None
    assert course.lines[-1] == pytest.approx(least_squares(), abs=1e-4)
    assert all(a >= b for a, b in zip(course.losses, course.losses[1:], strict=False))


def test_beyond_two_over_the_curvature_it_diverges_and_stays_finite() -> None:
    """The bowl's larger curvature is 5.69: the edge lies at 0.351."""
    assert descend(START, 0.34).diverged is None
    lost = descend(START, 1.0)
    assert lost.diverged is not None and lost.diverged == len(lost.lines) - 1 < N_STEPS
    assert all(
        map(
            math.isfinite, (*lost.losses, *(part for pair in (*lost.lines, *lost.gradients) for part in pair))
        )
    )
