"""Lines under three losses: against scikit-learn and brute force; and the lesson's claim about the outlier."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.linear_model import HuberRegressor, LinearRegression, QuantileRegressor

from models.loss_lines import LOSSES, OUTLIER, POINTS, fit_line, total_loss

Line = tuple[float, float]
Array = NDArray[np.float64]


def points(outlier: float | None = None, seed: int | None = None) -> tuple[Array, Array]:
    if seed is not None:
        random = np.random.default_rng(seed)
        x = random.uniform(-5, 5, 15)
        return x, 0.7 * x - 1 + random.standard_t(1.5, 15)
    x, y = np.array(POINTS).T.copy()
    if outlier is not None:
        y[OUTLIER] = outlier
    return x, y


def test_two_points_by_hand() -> None:
    for loss in LOSSES:
        assert fit_line([0, 2], [1, 5], loss) == pytest.approx((2, 1), abs=1e-4)


def test_a_level_line_through_four_points_by_hand() -> None:
    """y = 0, 0, 0, 8 at the corners of a square in x: mean 2, median 0; Huber's δ = 1 balances 3 b = 1."""
    x, y = [-1, 1, -1, 1], [0, 0, 0, 8]
    slope, intercept = fit_line(x, y, "mse")
    assert (slope, intercept) == pytest.approx((2, 2))
    level = [fit_line([0, 0, 0, 0], y, loss) for loss in LOSSES]
    assert level[0] == pytest.approx((0, 2))
    assert level[1] == pytest.approx((0, 0), abs=1e-4)
    assert level[2] == pytest.approx((0, 1 / 3), abs=1e-6)


@pytest.mark.parametrize("seed", range(6))
def test_squared_error_against_scikit_learn(seed: int) -> None:
    x, y = points(seed=seed)
    model = LinearRegression().fit(x[:, None], y)
    assert fit_line(x, y, "mse") == pytest.approx((model.coef_[0], model.intercept_))


@pytest.mark.parametrize("seed", range(6))
def test_absolute_error_against_every_line_through_two_points(seed: int) -> None:
    """A best line of absolute error runs through two of the points, so trying all pairs cannot miss it."""
    x, y = points(seed=seed)

    def through(i: int, j: int) -> Line:
        slope = (y[j] - y[i]) / (x[j] - x[i])
        return slope, y[i] - slope * x[i]

    pairs = itertools.combinations(range(len(x)), 2)
    best = min(total_loss(x, y, through(i, j), "mae") for i, j in pairs)
    ours = total_loss(x, y, fit_line(x, y, "mae"), "mae")
    assert best - 1e-9 <= ours <= best + 1e-3
    model = QuantileRegressor(quantile=0.5, alpha=0, solver="highs").fit(x[:, None], y)
    assert ours == pytest.approx(total_loss(x, y, (model.coef_[0], model.intercept_), "mae"), abs=1e-3)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("delta", [0.3, 1.0, 3.0])
def test_huber_has_no_slope_left(seed: int, delta: float) -> None:
    """At the minimum the clipped residuals, and their products with x, add up to nothing."""
    x, y = points(seed=seed)
    slope, intercept = fit_line(x, y, "huber", delta)
    pull = np.clip(y - slope * x - intercept, -delta, delta)
    assert abs(pull.sum()) < 1e-6 and abs((pull * x).sum()) < 1e-5
    for bump in (0.01, -0.01):
        best = total_loss(x, y, (slope, intercept), "huber", delta)
        assert total_loss(x, y, (slope + bump, intercept), "huber", delta) > best
        assert total_loss(x, y, (slope, intercept + bump), "huber", delta) > best


def test_huber_against_scikit_learn() -> None:
    """Its regressor estimates a scale of its own; our δ in its units, ε times that scale, gives the same line."""
    x, y = points(outlier=-8)
    model = HuberRegressor(epsilon=1.35, alpha=0, tol=1e-10, max_iter=1000).fit(x[:, None], y)
    ours = fit_line(x, y, "huber", 1.35 * model.scale_)
    assert ours == pytest.approx((model.coef_[0], model.intercept_), abs=1e-3)


def test_a_huge_delta_is_squared_error() -> None:
    x, y = points(seed=1)
    assert fit_line(x, y, "huber", 1e6) == pytest.approx(fit_line(x, y, "mse"))


def test_the_outlier_moves_the_line_of_squared_error_and_not_hubers() -> None:
    """The claim of the page: from its place to y = −8, as the button moves it."""
    before = {loss: fit_line(*points(), loss)[0] for loss in LOSSES}
    after = {loss: fit_line(*points(outlier=-8), loss)[0] for loss in LOSSES}
    moved = {loss: abs(after[loss] - before[loss]) for loss in LOSSES}
    assert moved["mse"] > 0.49  # from rising by ½ to level
    assert abs(after["mse"]) < 0.01
    assert moved["huber"] < 0.1 and moved["mae"] < 0.05
    further = {loss: fit_line(*points(outlier=-80), loss)[0] for loss in LOSSES}
    assert further["mse"] < -3
    assert further["huber"] == pytest.approx(after["huber"], abs=1e-6)
    assert further["mae"] == pytest.approx(after["mae"], abs=1e-4)
