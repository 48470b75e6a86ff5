"""Surfaces to descend: functions f(x, y) of two numbers, each with its gradient derived by hand.

Each stands for one difficulty: unequal curvature (bowl, ravine), a bent valley (Rosenbrock, Beale), several minima
(Himmelblau), a point that is level without being a minimum (saddle), many shallow pits (Rastrigin, Ackley), and ground that
is nearly level (plateau). Sources: Rosenbrock (1960); Beale (1958); Himmelblau (1972); Rastrigin (1974), two variables;
Ackley (1987); the ravine after Sutton (1986), "Two problems with backpropagation".

Plain floats go in and come out, for a race takes thousands of single steps; `Surface.grid` makes the picture.
`tests/models/test_surfaces.py` compares every gradient with central differences and with torch.autograd.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Point = tuple[float, float]

#: Of the bowl: how many times steeper one direction is than the other.
CONDITION, LOWEST_CONDITION, HIGHEST_CONDITION = 10.0, 1.0, 1000.0
RAVINE = (0.02, 2.0)  # curvature along it and across it: one to a hundred
TOLERANCE = 0.05  # a minimum counts as reached within this distance


@dataclass(frozen=True)
class Surface:
    """A function of two numbers with the plane it is shown on.

    minima: the lowest points, all with f = 0. start, n_steps: where a race begins, and how long it is.
    rates: rule → a learning rate that suits it there.
    """

    label: str
    formula: str
    difficulty: str
    value: Callable[[float, float], float]
    gradient: Callable[[float, float], Point]
    x: Point
    y: Point
    minima: tuple[Point, ...]
    start: Point
    rates: dict[str, float]
    n_steps: int = 200

    def grid(self, n: int = 81) -> NDArray[np.float32]:
        """log10(1 + f) at n × n places of the plane, (n, n), lowest y first: a height that shows pit and rim alike."""
        xs, ys = np.linspace(*self.x, n).tolist(), np.linspace(*self.y, n).tolist()
        return np.array(
            [[math.log10(1 + max(0.0, self.value(x, y))) for x in xs] for y in ys], dtype=np.float32
        )

    def nearest(self, x: float, y: float) -> float:
        """The distance to the nearest of the minima."""
        return min(math.hypot(x - a, y - b) for a, b in self.minima)

    def curvatures(self, x: float, y: float, reach: float = 1e-4) -> Point:
        """The two eigenvalues of the Hessian, smaller first, by central differences of the gradient."""
        right, left = self.gradient(x + reach, y), self.gradient(x - reach, y)
        above, below = self.gradient(x, y + reach), self.gradient(x, y - reach)
        xx, yy = (right[0] - left[0]) / (2 * reach), (above[1] - below[1]) / (2 * reach)
        xy = (right[1] - left[1] + above[0] - below[0]) / (4 * reach)
        middle, half = (xx + yy) / 2, math.hypot((xx - yy) / 2, xy)
        return middle - half, middle + half


def bowl(condition: float) -> Surface:
    """f = ½ (x² + κ y²), for a condition number κ ≥ 1."""
    return Surface(
        "Bowl",
        "½ (x² + κ y²)",
        "One direction is κ times steeper than the other, and the steep one limits the learning rate.",
        lambda x, y: (x * x + condition * y * y) / 2,
        lambda x, y: (x, condition * y),
        (-4, 4),
        (-3, 3),
        ((0.0, 0.0),),
        (-3.5, 1.5),
        _rates(sgd=1 / condition, momentum=0.2 / condition, nesterov=0.2 / condition, adagrad=1),
    )


def _ravine() -> Surface:
    along, across = RAVINE

    def value(x: float, y: float) -> float:
        u, v = (x + y) / math.sqrt(2), (x - y) / math.sqrt(2)
        return (along * u * u + across * v * v) / 2

    def gradient(x: float, y: float) -> Point:
        # ∂u/∂x = ∂u/∂y = ∂v/∂x = −∂v/∂y = 1/√2
        pull, push = along * (x + y) / 2, across * (x - y) / 2
        return pull + push, pull - push

    return Surface(
        "Ravine",
        "½ (0.02 u² + 2 v²), u and v at 45° to x and y",
        "A narrow valley a hundred times steeper across than along, and askew, so that scaling x and y does not help.",
        value,
        gradient,
        (-4, 4),
        (-3, 3),
        ((0.0, 0.0),),
        (-2.9, -1.7),
        _rates(sgd=0.9, momentum=0.2, nesterov=0.2, adam=0.2, adamw=0.2, rmsprop=0.02),
        400,
    )


def _rosenbrock_gradient(x: float, y: float) -> Point:
    off = y - x * x
    return -2 * (1 - x) - 400 * x * off, 200 * off


def _beale_terms(x: float, y: float) -> tuple[float, float, float]:
    return 1.5 - x + x * y, 2.25 - x + x * y * y, 2.625 - x + x * y * y * y


def _beale(x: float, y: float) -> float:
    return sum(term * term for term in _beale_terms(x, y))


def _beale_gradient(x: float, y: float) -> Point:
    a, b, c = _beale_terms(x, y)
    return (
        2 * (a * (y - 1) + b * (y * y - 1) + c * (y * y * y - 1)),
        2 * x * (a + 2 * b * y + 3 * c * y * y),
    )


def _himmelblau(x: float, y: float) -> float:
    a, b = x * x + y - 11, x + y * y - 7
    return a * a + b * b


def _himmelblau_gradient(x: float, y: float) -> Point:
    a, b = x * x + y - 11, x + y * y - 7
    return 4 * x * a + 2 * b, 2 * a + 4 * y * b


def _saddle(x: float, y: float) -> float:
    dip = y * y - 1
    return x * x / 2 + dip * dip / 4  # ½x² − ½y² + ¼y⁴ + ¼: a saddle at 0, its minima at y = ±1


def _saddle_gradient(x: float, y: float) -> Point:
    return x, y * (y * y - 1)


def _rastrigin(x: float, y: float) -> float:
    if not abs(x) + abs(y) < 1e150:
        return math.inf  # its square would overflow, and cos of it mean nothing
    return 20 + x * x - 10 * math.cos(2 * math.pi * x) + y * y - 10 * math.cos(2 * math.pi * y)


def _rastrigin_gradient(x: float, y: float) -> Point:
    wave = 20 * math.pi
    return 2 * x + wave * math.sin(2 * math.pi * x), 2 * y + wave * math.sin(2 * math.pi * y)


def _ackley(x: float, y: float) -> float:
    root = math.sqrt((x * x + y * y) / 2)
    waves = (math.cos(2 * math.pi * x) + math.cos(2 * math.pi * y)) / 2
    return 20 * -math.expm1(-0.2 * root) + math.e - math.exp(waves)


def _ackley_gradient(x: float, y: float) -> Point:
    """At the very minimum, the tip of a cone, there is no gradient: 0 stands for it."""
    root = math.sqrt((x * x + y * y) / 2)
    waves = (math.cos(2 * math.pi * x) + math.cos(2 * math.pi * y)) / 2
    slope = (
        2 * math.exp(-0.2 * root) / root if root > 0 else 0.0
    )  # 20 · 0.2 e^(−0.2 r) · ∂r/∂x, with ∂r/∂x = x / 2r
    ripple = math.pi * math.exp(waves)
    return slope * x + ripple * math.sin(2 * math.pi * x), slope * y + ripple * math.sin(2 * math.pi * y)


def _plateau(x: float, y: float) -> float:
    return -math.expm1(-(x * x + y * y) / 2)


def _plateau_gradient(x: float, y: float) -> Point:
    fall = math.exp(-(x * x + y * y) / 2)
    return x * fall, y * fall


def _rates(**special: float) -> dict[str, float]:
    """A learning rate for every rule: the usual one, or a special one."""
    usual = {"sgd": 0.1, "momentum": 0.02, "nesterov": 0.02, "adagrad": 0.5}
    return {**usual, "rmsprop": 0.05, "adam": 0.1, "adamw": 0.1, "lion": 0.03, **special}


SURFACES: dict[str, Surface] = {
    "bowl": bowl(CONDITION),
    "ravine": _ravine(),
    "rosenbrock": Surface(
        "Rosenbrock",
        "(1 − x)² + 100 (y − x²)²",
        "A bent, nearly level valley between steep walls: finding it is easy, following it is not.",
        lambda x, y: (1 - x) * (1 - x) + 100 * (y - x * x) * (y - x * x),
        _rosenbrock_gradient,
        (-2.3, 2.3),
        (-0.7, 2.75),
        ((1.0, 1.0),),
        (-1.2, 1.0),
        _rates(sgd=0.001, momentum=0.001, nesterov=0.001, rmsprop=0.02, adam=0.2, adamw=0.2, lion=0.01),
        800,
    ),
    "beale": Surface(
        "Beale",
        "(1.5 − x + xy)² + (2.25 − x + xy²)² + (2.625 − x + xy³)²",
        "Cliffs at the corners and a long level stretch before the minimum.",
        _beale,
        _beale_gradient,
        (-1, 4.6),
        (-2.1, 2.1),
        ((3.0, 0.5),),
        (1.0, 1.5),
        _rates(sgd=0.01, momentum=0.005, nesterov=0.005, adagrad=1, adam=0.2, adamw=0.2),
        400,
    ),
    "himmelblau": Surface(
        "Himmelblau",
        "(x² + y − 11)² + (x + y² − 7)²",
        "Four minima, all equally low: the start, and the rule, decide which one is found.",
        _himmelblau,
        _himmelblau_gradient,
        (-6, 6),
        (-4.5, 4.5),
        (
            (3.0, 2.0),
            (-2.805118086952745, 3.131312518250573),
            (-3.779310253377747, -3.283185991286170),
            (3.584428340330492, -1.848126526964404),
        ),
        (-0.3, -1.0),
        _rates(sgd=0.01, momentum=0.002, nesterov=0.002, adagrad=1, rmsprop=0.02),
    ),
    "saddle": Surface(
        "Saddle",
        "½ x² + ¼ (y² − 1)²",
        "Level at (0, 0) without being a minimum there: a start near the ridge waits long before it falls off.",
        _saddle,
        _saddle_gradient,
        (-2.6, 2.6),
        (-1.95, 1.95),
        ((0.0, 1.0), (0.0, -1.0)),
        (-2.0, 0.001),
        _rates(rmsprop=0.02),
    ),
    "rastrigin": Surface(
        "Rastrigin",
        "20 + x² − 10 cos 2πx + y² − 10 cos 2πy",
        "A pit at every whole number, one of them the lowest: whoever walks downhill stays in the first.",
        _rastrigin,
        _rastrigin_gradient,
        (-3.6, 3.6),
        (-2.7, 2.7),
        ((0.0, 0.0),),
        (-2.4, 1.7),
        _rates(sgd=0.002, momentum=0.002, nesterov=0.002),
    ),
    "ackley": Surface(
        "Ackley",
        "20 (1 − e^(−0.2 r)) + e − e^(½ cos 2πx + ½ cos 2πy), r² = ½ (x² + y²)",
        "Ripples on a nearly level rim around one sharp pit.",
        _ackley,
        _ackley_gradient,
        (-5, 5),
        (-3.75, 3.75),
        ((0.0, 0.0),),
        (-2.7, 2.2),
        _rates(sgd=0.02, adam=0.5, adamw=0.5),
    ),
    "plateau": Surface(
        "Plateau",
        "1 − e^(−½ (x² + y²))",
        "Far from the pit the gradient is almost nothing: steps in proportion to it are almost nothing too.",
        _plateau,
        _plateau_gradient,
        (-5.2, 5.2),
        (-3.9, 3.9),
        ((0.0, 0.0),),
        (-3.2, 2.0),
        _rates(sgd=0.5, momentum=0.1, nesterov=0.1, rmsprop=0.02),
    ),
}


def surface_of(name: str, condition: float = CONDITION) -> Surface:
    """The surface of this name; `condition` is the bowl's. KeyError when there is none."""
    return bowl(condition) if name == "bowl" else SURFACES[name]
