"""How well a line can part two classes at most: the margin, and the bound on the perceptron's mistakes that follows.

With every example written as z = y·(x, 1), y = ±1, a weight vector w (bias last) is right about it when w·z > 0.
The margin is γ = max over ‖w‖ = 1 of min w·z. It equals the distance of the origin from the convex hull of all z,
found exactly by Wolfe's algorithm (1976, "Finding the nearest point in a polytope", Math. Programming 11).
Novikoff (1962, "On convergence proofs for perceptrons", theorem 1): with R = max ‖z‖ the perceptron, started at zero,
makes at most (R/γ)² mistakes.

Shapes: N examples, D inputs, z is (N, D + 1).
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
TOLERANCE = 1e-10


def signed(x: Array, y: Array) -> Array:
    """z (N, D + 1) from inputs x (N, D) and classes y (N,), 0 or 1."""
    ones = np.ones((len(x), 1))
    return np.asarray((2.0 * y[:, None] - 1.0) * np.hstack([x, ones]))


def nearest_to_origin(z: Array) -> Array:
    """The point of the convex hull of the rows of z that lies nearest to the origin."""
    scale = float(np.abs(z).max()) or 1.0
    z = z / scale
    chosen = [int((z**2).sum(1).argmin())]
    share = np.array([1.0])
    point = z[chosen[0]].copy()
    for _ in range(50 * (len(z) + 10)):
        along = z @ point
        best = int(along.argmin())
        if along[best] >= point @ point - TOLERANCE or best in chosen:
            break
        chosen.append(best)
        share = np.append(share, 0.0)
        while True:
            ideal = _affine_minimum(z[chosen])
            if (ideal > TOLERANCE).all():
                share = ideal
                break
            falling = ideal <= TOLERANCE
            step = float(np.min(share[falling] / (share[falling] - ideal[falling] + 1e-300)))
            share = (1 - step) * share + step * ideal
            keep = share > TOLERANCE
            chosen = [index for index, stays in zip(chosen, keep, strict=True) if stays]
            share = share[keep] / share[keep].sum()
        point = share @ z[chosen]
    return np.asarray(point * scale)


def _affine_minimum(corners: Array) -> Array:
    """Shares (summing to 1, of any sign) of the point nearest to the origin in the plane through the corners."""
    n = len(corners)
    system = np.ones((n + 1, n + 1))
    system[0, 0] = 0.0
    system[1:, 1:] = corners @ corners.T
    right = np.zeros(n + 1)
    right[0] = 1.0
    return np.asarray(np.linalg.lstsq(system, right, rcond=None)[0][1:])


def margin(z: Array) -> float:
    """γ of the rows of z; 0 when no line parts the two classes."""
    point = nearest_to_origin(z)
    gamma = float(np.linalg.norm(point))
    scale = float(np.abs(z).max()) or 1.0
    if gamma < 1e-6 * scale or (z @ point).min() <= 0:
        return 0.0
    return gamma


def mistake_bound(z: Array) -> float:
    """(R/γ)², the most mistakes that the perceptron can make; infinity when no line parts the classes."""
    gamma = margin(z)
    return math.inf if gamma == 0 else float((z**2).sum(1).max()) / gamma**2
