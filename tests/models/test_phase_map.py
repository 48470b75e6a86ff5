"""The convergence map against eigenvalues and against descents that were run; its fastest point against a search."""

from __future__ import annotations

import math

import numpy as np
import pytest

from models.descent import descend
from models.phase_map import (
    LIMIT,
    best,
    best_without_momentum,
    convergence,
    path,
    shrink,
    steps_for_a_digit,
)
from models.surfaces import Surface

SETTINGS = [
    (rate, momentum, curvature)
    for rate in (0.0, 0.1, 1.0, 2.5, 4.0)
    for momentum in (0.0, 0.2, 0.7, 0.95, 1.0)
    for curvature in (0.01, 0.3, 1.0)
]


@pytest.mark.parametrize(("rate", "momentum", "curvature"), SETTINGS)
def test_the_factor_is_the_larger_eigenvalue(rate: float, momentum: float, curvature: float) -> None:
    step = np.array([[1 - rate * curvature, -rate * momentum], [curvature, momentum]])
    expected = max(abs(np.linalg.eigvals(step)))
    assert shrink(rate, momentum, curvature) == pytest.approx(expected, rel=1e-6, abs=1e-7)


@pytest.mark.parametrize("condition", [2.0, 30.0, 400.0])
@pytest.mark.parametrize(("rate", "momentum"), [(0.5, 0.0), (1.0, 0.3), (1.5, 0.9), (3.5, 0.8)])
def test_a_descent_shrinks_by_that_factor(rate: float, momentum: float, condition: float) -> None:
    """Over many steps the error goes like σᵗ; swings average out over a long stretch."""
    places = path(rate, momentum, condition, 900)
    sizes = [max(math.hypot(*place) for place in places[at - 40 : at]) for at in (400, 800)]
    if sizes[1] > 1e-280:
        assert (sizes[1] / sizes[0]) ** (1 / 400) == pytest.approx(
            convergence(rate, momentum, condition), abs=0.004
        )


def test_two_steps_by_hand() -> None:
    """α = 0.5, β = 0.5, curvatures ¼ and 1: v = λ, z = 1 − αλ; then v = ½ λ + λ z."""
    places = path(0.5, 0.5, 4.0, 2)
    assert places[0] == (1, 1)
    assert places[1] == pytest.approx((0.875, 0.5))
    assert places[2] == pytest.approx((0.875 - 0.5 * (0.125 + 0.25 * 0.875), 0.5 - 0.5 * (0.5 + 0.5)))


def test_the_descent_is_that_of_the_race() -> None:
    """The same quadratic as a surface, and the update rule called momentum."""
    condition = 20.0
    quadratic = Surface(
        "", "", "",
        lambda x, y: (x * x / condition + y * y) / 2,
        lambda x, y: (x / condition, y),
        (-2, 2), (-2, 2), ((0, 0),), (1, 1), {},
    )  # fmt: skip
    raced = descend(quadratic, "momentum", {"rate": 1.2, "momentum": 0.6}, (1.0, 1.0), 60)
    for ours, theirs in zip(path(1.2, 0.6, condition, 60), raced.points, strict=False):
        assert ours == pytest.approx(theirs, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("condition", [2.0, 10.0, 100.0])
def test_the_fastest_point_is_the_fastest(condition: float) -> None:
    rate, momentum = best(condition)
    fastest = convergence(rate, momentum, condition)
    assert fastest == pytest.approx((math.sqrt(condition) - 1) / (math.sqrt(condition) + 1))
    grid = [convergence(4 * i / 200, j / 200, condition) for i in range(201) for j in range(201)]
    assert fastest <= min(grid) + 1e-9
    plain = best_without_momentum(condition)
    assert convergence(plain, 0, condition) == pytest.approx((condition - 1) / (condition + 1))
    assert convergence(plain, 0, condition) <= min(convergence(i / 200, 0, condition) for i in range(1, 400))


def test_momentum_takes_the_root_of_the_condition_number() -> None:
    """The claim of the page at κ = 100: 115 steps for a digit without, 11.5 with."""
    without = steps_for_a_digit(convergence(best_without_momentum(100), 0, 100))
    with_momentum = steps_for_a_digit(convergence(*best(100), 100))
    assert without == pytest.approx(115.1, abs=0.1)
    assert with_momentum == pytest.approx(11.5, abs=0.1)


@pytest.mark.parametrize("momentum", [0.0, 0.5, 0.9])
def test_divergence_begins_at_two_plus_two_beta(momentum: float) -> None:
    edge = 2 + 2 * momentum
    assert convergence(edge - 0.01, momentum, 1) < 1 < convergence(edge + 0.01, momentum, 1)
    assert convergence(edge, momentum, 1) == pytest.approx(1)
    places = path(edge + 0.5, momentum, 1.0, 2000)
    assert len(places) < 2000 and LIMIT < max(map(abs, places[-1])) < 1e8


def test_steps_for_a_digit() -> None:
    assert steps_for_a_digit(0.1) == pytest.approx(1)
    assert steps_for_a_digit(0.1**0.25) == pytest.approx(4)
    assert steps_for_a_digit(1.0) == steps_for_a_digit(1.5) == math.inf
    assert steps_for_a_digit(0.0) == 1
