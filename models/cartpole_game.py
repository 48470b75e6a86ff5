"""A pole on a cart, many at once: the game of Barto, Sutton & Anderson (1983) as Gymnasium's CartPole-v1 plays it.

A state is four numbers: the cart's place x (m) and velocity ẋ (m/s), the pole's angle θ from upright (rad, positive to the
right) and its angular velocity θ̇ (rad/s). Every 0.02 s the cart is pushed to the left (action 0) or to the right (1) by the
same force F; without friction, and with l half the length of the pole, m its mass and M that of cart and pole together:

    u = (F + m l θ̇² sin θ) / M
    θ̈ = (g sin θ − u cos θ) / (l (4/3 − m cos² θ / M))
    ẍ = u − m l θ̈ cos θ / M

(appendix of the paper, whose friction is left out), and one Euler step of `TAU` seconds follows. An episode ends when the
pole leans by more than 12° or the cart leaves ±2.4 m, and is cut off after 500 steps. Every step earns 1.

Shapes: N games side by side, T steps.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
#: From states (n, 4), float32, to the probability of "right" for each, (n,).
Policy = Callable[[NDArray[np.float32]], NDArray[np.floating]]

TAU = 0.02  # seconds in a step
CART_MASS, POLE_MASS = 1.0, 0.1  # kg
X_LIMIT = 2.4  # m
ANGLE_LIMIT = 12 * 2 * math.pi / 360  # rad
START = 0.05  # every number of a first state lies within ± this
MAX_STEPS = 500
SOLVED = 475.0  # steps, on average over 100 episodes: what Gymnasium calls solved
N_TEST = 100  # episodes of an evaluation


@dataclass(frozen=True)
class Physics:
    """What may be changed of the task: gravity in m/s², the pole's whole length in m, the force in N."""

    gravity: float = 9.8
    pole_length: float = 1.0
    force: float = 10.0


def step(states: Array, actions: NDArray[np.integer], physics: Physics) -> Array:
    """The states (N, 4) one step of `TAU` seconds later; actions (N,) are 0 for left and 1 for right."""
    x, x_dot, theta, theta_dot = states.T
    half, mass = physics.pole_length / 2, CART_MASS + POLE_MASS
    force = np.where(actions == 1, physics.force, -physics.force)
    cos, sin = np.cos(theta), np.sin(theta)
    u = (force + POLE_MASS * half * theta_dot**2 * sin) / mass
    theta_acceleration = (physics.gravity * sin - cos * u) / (half * (4 / 3 - POLE_MASS * cos**2 / mass))
    x_acceleration = u - POLE_MASS * half * theta_acceleration * cos / mass
    return np.stack(
        [
            x + TAU * x_dot,
            x_dot + TAU * x_acceleration,
            theta + TAU * theta_dot,
            theta_dot + TAU * theta_acceleration,
        ],
        axis=1,
    )


def fallen(states: Array) -> NDArray[np.bool_]:
    """Which of the states (N, 4) end an episode: the pole leans too far, or the cart has left the track."""
    found: NDArray[np.bool_] = (np.abs(states[:, 0]) > X_LIMIT) | (np.abs(states[:, 2]) > ANGLE_LIMIT)
    return found


def first_states(n: int, generator: np.random.Generator) -> Array:
    """(n, 4): nearly upright, nearly at rest, near the middle."""
    return generator.uniform(-START, START, (n, 4))


@dataclass(frozen=True)
class Episodes:
    """N whole episodes, padded with zeros to the longest, T steps.

    states (T + 1, N, 4), float32 as the policy saw them, the last one of an episode is where it ended; actions (T, N);
    chances (T, N), of "right"; lengths (N,); truncated (N,): cut off at 500 steps rather than fallen.
    """

    states: NDArray[np.float32]
    actions: NDArray[np.int8]
    chances: NDArray[np.float32]
    lengths: NDArray[np.int64]
    truncated: NDArray[np.bool_]

    @property
    def played(self) -> NDArray[np.bool_]:
        """(T, N): whether the episode was still going on at that step."""
        found: NDArray[np.bool_] = np.arange(len(self.actions))[:, None] < self.lengths
        return found


def play(
    policy: Policy, n: int, physics: Physics, generator: np.random.Generator, *, greedy: bool = False
) -> Episodes:
    """n episodes to their ends; actions are drawn from the policy's chances, or the likelier one is taken (`greedy`)."""
    states = first_states(n, generator)
    seen = [states.astype(np.float32)]
    actions: list[NDArray[np.int8]] = []
    chances: list[NDArray[np.float32]] = []
    lengths, going = np.zeros(n, np.int64), np.arange(n)
    while len(going) and len(actions) < MAX_STEPS:
        chance = policy(seen[-1][going])
        chosen = (chance > 0.5) if greedy else (generator.random(len(going)) < chance)
        states[going] = step(states[going], chosen.astype(np.int8), physics)
        lengths[going] += 1
        action, told, after = np.zeros(n, np.int8), np.zeros(n, np.float32), np.zeros((n, 4), np.float32)
        action[going], told[going], after[going] = chosen, chance, states[going]
        actions.append(action)
        chances.append(told)
        seen.append(after)
        going = going[~fallen(states[going])]
    truncated = np.isin(np.arange(n), going)
    return Episodes(np.stack(seen), np.stack(actions), np.stack(chances), lengths, truncated)


def at_random(states: NDArray[np.float32]) -> NDArray[np.floating]:
    """Left or right with equal chances, whatever the state."""
    return np.full(len(states), 0.5, np.float32)


def towards_the_lean(states: NDArray[np.float32]) -> NDArray[np.floating]:
    """Push the cart towards the side to which the pole leans: what most people try first."""
    return (states[:, 2] > 0).astype(np.float32)


BASELINES: Mapping[str, Policy] = {"random": at_random, "push towards the lean": towards_the_lean}


def baselines(physics: Physics, seed: int) -> dict[str, dict[str, float]]:
    """Mean steps of two policies that learn nothing, each measured over `N_TEST` episodes of this very task."""
    found = {}
    for name, policy in BASELINES.items():
        lengths = play(policy, N_TEST, physics, np.random.default_rng([seed, 7])).lengths
        found[name] = {"return/test": float(lengths.mean())}
    return found
