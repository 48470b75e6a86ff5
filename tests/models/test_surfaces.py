"""Surfaces: values and minima from the literature, gradients against central differences and torch.autograd."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import Tensor

from models.surfaces import CONDITION, SURFACES, bowl, surface_of

PLACES = [(0.3, -0.7), (-1.1, 0.9), (1.7, 1.2), (-0.4, -1.6), (2.2, 0.1)]

#: The formulas of the literature once more, in torch, for autograd.
TORCH: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "bowl": lambda x, y: (x**2 + CONDITION * y**2) / 2,
    "ravine": lambda x, y: (0.02 * (x + y) ** 2 / 2 + 2 * (x - y) ** 2 / 2) / 2,
    "rosenbrock": lambda x, y: (1 - x) ** 2 + 100 * (y - x**2) ** 2,
    "beale": lambda x, y: (1.5 - x + x * y) ** 2 + (2.25 - x + x * y**2) ** 2 + (2.625 - x + x * y**3) ** 2,
    "himmelblau": lambda x, y: (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2,
    "saddle": lambda x, y: x**2 / 2 + (y**2 - 1) ** 2 / 4,
    "rastrigin": lambda x, y: (
        20 + x**2 - 10 * torch.cos(2 * math.pi * x) + y**2 - 10 * torch.cos(2 * math.pi * y)
    ),
    "ackley": lambda x, y: (
        -20 * torch.exp(-0.2 * torch.sqrt((x**2 + y**2) / 2))
        - torch.exp((torch.cos(2 * math.pi * x) + torch.cos(2 * math.pi * y)) / 2)
        + math.e
        + 20
    ),
    "plateau": lambda x, y: 1 - torch.exp(-(x**2 + y**2) / 2),
}


def test_there_is_a_formula_for_every_surface() -> None:
    assert TORCH.keys() == SURFACES.keys()


@pytest.mark.parametrize("name", SURFACES)
@pytest.mark.parametrize("place", PLACES)
def test_value_and_gradient_against_autograd(name: str, place: tuple[float, float]) -> None:
    x, y = (torch.tensor(part, dtype=torch.float64, requires_grad=True) for part in place)
    value = TORCH[name](x, y)
    value.backward()
    assert x.grad is not None and y.grad is not None
    surface = SURFACES[name]
    assert surface.value(*place) == pytest.approx(value.item(), rel=1e-10, abs=1e-12)
    assert surface.gradient(*place) == pytest.approx((x.grad.item(), y.grad.item()), rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("name", SURFACES)
@pytest.mark.parametrize("place", PLACES)
def test_gradient_against_central_differences(name: str, place: tuple[float, float]) -> None:
    surface, (x, y), h = SURFACES[name], place, 1e-6
    numeric = (
        (surface.value(x + h, y) - surface.value(x - h, y)) / (2 * h),
        (surface.value(x, y + h) - surface.value(x, y - h)) / (2 * h),
    )
    assert surface.gradient(x, y) == pytest.approx(numeric, rel=1e-4, abs=1e-5)


@pytest.mark.parametrize("name", SURFACES)
def test_the_minima_are_lowest_and_level(name: str) -> None:
    surface = SURFACES[name]
    for x, y in surface.minima:
        assert surface.value(x, y) == pytest.approx(0, abs=1e-12)
        assert surface.gradient(x, y) == pytest.approx((0, 0), abs=1e-9)
        assert surface.nearest(x, y) == 0
        around = [(x + 0.03 * math.cos(t), y + 0.03 * math.sin(t)) for t in np.linspace(0, 6, 20)]
        assert all(surface.value(*place) > 0 for place in around)
    assert surface.grid().min() >= 0


@pytest.mark.parametrize("name", SURFACES)
def test_the_plane_holds_what_it_shows_in_three_to_four(name: str) -> None:
    surface = SURFACES[name]
    for x, y in (*surface.minima, surface.start):
        assert surface.x[0] < x < surface.x[1] and surface.y[0] < y < surface.y[1]
    assert (surface.y[1] - surface.y[0]) / (surface.x[1] - surface.x[0]) == pytest.approx(0.75, abs=0.005)
    grid = surface.grid(5)
    assert grid.shape == (5, 5) and grid.dtype == np.float32
    assert grid[0, 4] == pytest.approx(math.log10(1 + surface.value(surface.x[1], surface.y[0])), rel=1e-6)


def test_the_ravine_is_a_hundred_times_steeper_across() -> None:
    least, most = SURFACES["ravine"].curvatures(0.5, 0.2)
    assert (least, most) == pytest.approx((0.02, 2.0))
    along = SURFACES["ravine"].gradient(1.0, 1.0)  # on the floor: the pull points along it
    assert along == pytest.approx((0.02, 0.02))


@pytest.mark.parametrize("condition", [1.0, 10.0, 1000.0])
def test_the_bowl_has_the_condition_that_is_asked_for(condition: float) -> None:
    surface = surface_of("bowl", condition)
    least, most = surface.curvatures(0.3, -0.2)
    assert most / least == pytest.approx(condition, rel=1e-6)
    assert surface.rates["sgd"] * condition < 2  # does not diverge from the start
    assert bowl(condition).value(1, 0) == 0.5


def test_the_saddle_is_one() -> None:
    surface = SURFACES["saddle"]
    assert surface.gradient(0, 0) == (0, 0)
    least, most = surface.curvatures(0, 0)
    assert least == pytest.approx(-1, rel=1e-5) and most == pytest.approx(1, rel=1e-5)


def test_the_tip_of_ackleys_cone_and_places_far_away_are_no_trouble() -> None:
    assert SURFACES["ackley"].gradient(0.0, 0.0) == (0.0, 0.0)
    for surface in SURFACES.values():
        for far in (-1e6, 1e6):
            assert all(map(math.isfinite, (surface.value(far, far), *surface.gradient(far, far))))


def test_an_unknown_surface_is_refused() -> None:
    with pytest.raises(KeyError):
        surface_of("pothole")
