"""Policies that learn nothing, which stand beside the learner: chance, engines off, and a controller made by hand."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from models.lunar_lander_game import Game, Policy, Task, play

N_BASELINE = 20  # flights of each
BESIDE, SLOWEST, FASTEST_ON_LEGS = 0.5, 0.05, -0.1  # speeds of falling, in the state's units
TO_THE_PAD, AGAINST_DRIFT, LARGEST_LEAN = 0.5, 0.9, 0.4  # rad
TURN_DAMPER, DEAD_BAND = 2.5, 0.05


def at_random(states: NDArray[np.float32]) -> NDArray[np.floating]:
    """Equal chances, whatever the state."""
    return np.full((len(states), 4), 0.25, np.float32)


def engines_off(states: NDArray[np.float32]) -> NDArray[np.floating]:
    """It falls."""
    return np.tile(np.array([1, 0, 0, 0], np.float32), (len(states), 1))


def by_rule(states: NDArray[np.float32]) -> NDArray[np.floating]:
    """A controller as an engineer would begin: how fast it should fall here, and how it should lean, each with a damper.

    It may fall the faster the higher it is, and slower beside the pad; when it falls faster than that, the main engine
    fires. Tilted to the left that engine pushes left, so the lean wanted is against the drift and towards the pad.
    """
    x, y, x_dot, y_dot, tilt, turning, *legs = states.T
    stands = (legs[0] + legs[1]) > 0
    falls_too_fast = y_dot < np.where(
        stands, FASTEST_ON_LEGS, -np.maximum(y - BESIDE * np.abs(x), 0.0) - SLOWEST
    )
    lean = np.clip(TO_THE_PAD * x + AGAINST_DRIFT * x_dot, -LARGEST_LEAN, LARGEST_LEAN)
    turn = np.where(stands, 0.0, lean - tilt - TURN_DAMPER * turning)
    side = np.where(turn > DEAD_BAND, 1, np.where(turn < -DEAD_BAND, 3, 0))
    upright_enough = np.abs(turn) < 2 * (falls_too_fast + 0.05)
    return np.eye(4, dtype=np.float32)[np.where(falls_too_fast & upright_enough, 2, side)]


BASELINES: Mapping[str, Policy] = {
    "random": at_random,
    "engines off": engines_off,
    "a controller by hand": by_rule,
}


def baselines(task: Task, seed: int) -> dict[str, dict[str, float]]:
    """Mean return of the policies that learn nothing, over `N_BASELINE` flights each in this very task."""
    games = [Game(task) for _ in range(N_BASELINE)]
    return {
        name: {"return/test": float(play(policy, games, np.random.default_rng([seed, 7])).returns.mean())}
        for name, policy in BASELINES.items()
    }
