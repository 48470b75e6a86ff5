"""How fast momentum descends a quadratic, for every learning rate α and momentum β.

On a quadratic every direction of curvature λ descends by itself, with distance z and velocity v:

    v ← β v + λ z          (z, v)ₜ₊₁ = R (z, v)ₜ,    R = [[1 − αλ, −αβ], [λ, β]]
    z ← z − α v

so that each step shrinks the error by the size of R's larger eigenvalue, σ (Goh 2017, "Why momentum really works",
section "The dynamics of momentum"). With trace τ = 1 + β − αλ and determinant β:

    τ² < 4β:   σ = √β                       the eigenvalues are complex: it swings, as fast in all such directions
    else:      σ = (|τ| + √(τ² − 4β)) / 2   one real eigenvalue lags behind; σ ≥ 1, divergence, from αλ = 2 + 2β on

The slowest direction decides: the rate of a quadratic with curvatures from λ₁ to λ₂ is the larger of their two. It is
best at α = (2 / (√λ₁ + √λ₂))², β = ((√λ₂ − √λ₁) / (√λ₂ + √λ₁))² (Polyak 1964; Goh 2017).

Here λ₂ = 1 and λ₁ = 1 / κ. `components/frontend/sketches/phase_map.js` repeats `shrink`, and a browser test compares the two.
"""

from __future__ import annotations

import math

LEARNING_RATES, MOMENTA = (0.0, 4.0), (0.0, 1.0)
CONDITION, LOWEST_CONDITION, HIGHEST_CONDITION = 30.0, 1.0, 1000.0
N_STEPS = 150
LIMIT = 1e6  # a distance beyond it is divergence; descents start at distance 1 along both directions


def shrink(rate: float, momentum: float, curvature: float) -> float:
    """σ: the factor by which a step shrinks the error along a direction of this curvature, in the long run."""
    trace = 1 + momentum - rate * curvature
    inside = trace * trace - 4 * momentum
    return math.sqrt(momentum) if inside < 0 else (abs(trace) + math.sqrt(inside)) / 2


def convergence(rate: float, momentum: float, condition: float) -> float:
    """The factor for the whole quadratic, with curvatures 1 and 1 / condition: the slower direction's. 1 or more diverges."""
    return max(shrink(rate, momentum, 1.0), shrink(rate, momentum, 1 / condition))


def best(condition: float) -> tuple[float, float]:
    """(α, β) of the fastest descent."""
    root = math.sqrt(1 / condition)
    return (2 / (1 + root)) ** 2, ((1 - root) / (1 + root)) ** 2


def best_without_momentum(condition: float) -> float:
    """α of the fastest descent with β = 0: 2 / (λ₁ + λ₂)."""
    return 2 / (1 + 1 / condition)


def steps_for_a_digit(factor: float) -> float:
    """Steps until the error is a tenth; infinite when it does not shrink."""
    if factor <= 0:
        return 1.0
    return 1 / -math.log10(factor) if factor < 1 else math.inf


def path(
    rate: float, momentum: float, condition: float, n_steps: int = N_STEPS
) -> tuple[tuple[float, float], ...]:
    """Distances along both directions, the flat one first, at steps 0 … n_steps; it ends where one passes a million."""
    flat, steep = (_along(rate, momentum, curvature, n_steps) for curvature in (1 / condition, 1.0))
    places = []
    for place in zip(flat, steep, strict=True):
        places.append(place)
        if max(map(abs, place)) > LIMIT:
            break
    return tuple(places)


def _along(rate: float, momentum: float, curvature: float, n_steps: int) -> list[float]:
    """The distance along one direction at every step."""
    z, v = 1.0, 0.0
    distances = [z]
    for _ in range(n_steps):
        v = momentum * v + curvature * z
        z -= rate * v
        distances.append(z)
    return distances
