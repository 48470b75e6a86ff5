"""Seven generated data sets in the plane, small enough to see every point and hard enough to need a network.

Each toy first draws clean points and, beside them, a jitter that is independent of the noise setting; the
noise only scales that jitter. So the same seed gives the same points at every noise level, and a slider can
move them live.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from data.dataset import DataError, Dataset, check_seed

MIN_POINTS, MAX_POINTS = 10, 10_000
MAX_NOISE = 0.5

Points = NDArray[np.float64]  # (N, 2)
Labels = NDArray[np.int64]  # (N,) 0 or 1
Generator = np.random.Generator


class _Toy(NamedTuple):
    title: str
    reach: float  # how far full jitter moves a point (or a target) per unit of noise
    clean: Callable[[Generator, Labels], Points]
    height: Callable[[Points], NDArray[np.float64]] | None = None  # the target of a regression toy


def make(name: str, n_points: int, noise: float, seed: int) -> Dataset:
    """Generate `n_points` points, x (N, 2) in about [-6, 6]² and y (N,).

    Classification toys move the points by the noise and hold as many points of one class as of the other;
    regression toys leave the points in place and move their targets, which lie in about [-1, 1].

    Raises:
        DataError: an unknown name, or a number outside its legal range.
    """
    _check(name, n_points, noise)
    check_seed(seed)
    toy = _TOYS[name]
    generator = np.random.default_rng(seed)
    labels = np.arange(n_points, dtype=np.int64) % 2
    points = toy.clean(generator, labels)
    if toy.height is None:
        points = points + noise * toy.reach * generator.uniform(-1.0, 1.0, points.shape)
        targets: NDArray[np.int64] | NDArray[np.float32] = labels
    else:
        jitter = generator.standard_normal(n_points)
        targets = (toy.height(points) + noise * toy.reach * jitter).astype(np.float32)
    return Dataset(
        name=toy.title,
        task="classes" if toy.height is None else "numbers",
        x=points.astype(np.float32),
        y=targets,
        feature_names=("x₁", "x₂"),
        target_name="class" if toy.height is None else "y",
        class_names=("orange", "blue") if toy.height is None else (),
        standardise=False,
    )


def _check(name: str, n_points: int, noise: float) -> None:
    if name not in _TOYS:
        raise DataError(f"There is no data set called '{name[:40]}': choose one of {', '.join(TOYS)}.")
    if not MIN_POINTS <= n_points <= MAX_POINTS:
        raise DataError(
            f"{n_points:,} points were asked for, but a generated set has {MIN_POINTS} to {MAX_POINTS:,}: "
            "try 500."
        )
    if not 0.0 <= noise <= MAX_NOISE:
        raise DataError(f"The noise is {noise:g}, but it must lie between 0 and {MAX_NOISE:g}: try 0.1.")


def _circle(generator: Generator, labels: Labels) -> Points:
    """A disc (class 1) inside a ring (class 0)."""
    spread = generator.uniform(0.0, 1.0, len(labels))
    # The root spreads the points of the disc evenly over its area instead of crowding them at the centre.
    radius: NDArray[np.float64] = np.where(labels == 1, 2.5 * np.sqrt(spread), 3.5 + 1.5 * spread)
    angle = generator.uniform(0.0, 2.0 * np.pi, len(labels))
    return _polar(radius, angle)


def _xor(generator: Generator, labels: Labels) -> Points:
    """Four squares: class 1 where both coordinates have the same sign."""
    size = generator.uniform(0.3, 5.0, (len(labels), 2))
    left_or_right = generator.integers(0, 2, len(labels)) * 2.0 - 1.0
    same_sign = np.where(labels == 1, 1.0, -1.0)
    return size * np.stack([left_or_right, left_or_right * same_sign], axis=1)


def _gauss(generator: Generator, labels: Labels) -> Points:
    """Two round blobs, one in each of two opposite corners."""
    centre = np.where(labels == 1, 1.8, -1.8)[:, None]
    offset: Points = 0.6 * np.clip(generator.standard_normal((len(labels), 2)), -2.5, 2.5)
    return centre + offset


def _spiral(generator: Generator, labels: Labels) -> Points:
    """Two arms of one and three quarter turns, half a turn apart."""
    n_per_arm = (len(labels) + 1) // 2
    along = (np.arange(len(labels)) // 2 + generator.uniform(0.0, 1.0, len(labels))) / n_per_arm
    angle = 2.0 * np.pi * (1.75 * along + 0.5 * labels)
    return _polar(0.2 + 4.8 * along, angle)


def _moons(generator: Generator, labels: Labels) -> Points:
    """Two half circles that reach into each other."""
    angle = np.pi * generator.uniform(0.0, 1.0, len(labels))
    upper = np.stack([3.0 * np.cos(angle) - 1.5, 3.0 * np.sin(angle) - 0.9], axis=1)
    return np.where(labels[:, None] == 1, upper, -upper)


def _square(generator: Generator, labels: Labels) -> Points:
    return generator.uniform(-5.0, 5.0, (len(labels), 2))


def _polar(radius: NDArray[np.float64], angle: NDArray[np.float64]) -> Points:
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)


def _plane(points: Points) -> NDArray[np.float64]:
    """A tilted plane: one linear unit can fit it exactly."""
    height: NDArray[np.float64] = points.sum(axis=1) / 10.0
    return height


def _multi_gauss(points: Points) -> NDArray[np.float64]:
    """Three hills and three hollows, taking turns on a ring of radius 3."""
    centres = _polar(np.array([3.0]), np.linspace(0.0, 2.0 * np.pi, 6, endpoint=False))  # (6, 2)
    signs = np.array([1.0, -1.0, 1.0, -1.0, 1.0, -1.0])
    squared_distance = ((points[:, None, :] - centres) ** 2).sum(axis=2)  # (N, 6)
    height: NDArray[np.float64] = np.exp(-squared_distance / (2.0 * 1.1**2)) @ signs
    return height


_TOYS: dict[str, _Toy] = {
    "circle": _Toy("Circle", 2.0, _circle),
    "xor": _Toy("Exclusive or", 2.0, _xor),
    "gauss": _Toy("Two blobs", 5.4, _gauss),
    "spiral": _Toy("Spiral", 1.2, _spiral),
    "moons": _Toy("Two moons", 2.0, _moons),
    "plane": _Toy("Plane", 0.5, _square, _plane),
    "multi_gauss": _Toy("Hills and hollows", 0.5, _square, _multi_gauss),
}
TOYS: tuple[str, ...] = tuple(_TOYS)
