"""Policies that learn nothing, which stand beside the learner: chance, engines off, and a controller made by hand."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from models.lunar_lander_game import Game, Policy, Task, play

N_BASELINE = 20  # flights of each


def at_random(states: NDArray[np.float32]) -> NDArray[np.floating]:
    """Equal chances, whatever the state."""
    return np.full((len(states), 4), 0.25, np.float32)


def engines_off(states: NDArray[np.float32]) -> NDArray[np.floating]:
    """It falls."""
    return np.tile(np.array([1, 0, 0, 0], np.float32), (len(states), 1))


def by_rule(states: NDArray[np.float32]) -> NDArray[np.floating]:
    """A controller as an engineer would begin: lean against the drift, fall slower the lower, each with a damper.

    Tilted to the left, the main engine pushes left. So the tilt wanted grows with place and velocity to the right, up to 0.4
    rad. The speed wanted downwards grows with the height, and to be beside the pad is to be too low. Whichever is
    further from what is wanted gets its engine.
    """
    x, y, x_dot, y_dot, tilt, turning, leg_0, leg_1 = states.T
    down = (leg_0 + leg_1) > 0
    wanted_tilt = np.clip(0.5 * x + x_dot, -0.4, 0.4)
    turn = np.where(down, 0.0, 0.5 * (wanted_tilt - tilt) - turning)
    too_low = np.where(down, 0.0, 0.5 * (0.55 * np.abs(x) - y))
    lift = too_low - 0.5 * y_dot
    main = (lift > np.abs(turn)) & (lift > 0.05)
    side = np.where(turn > 0.05, 1, np.where(turn < -0.05, 3, 0))
    return np.eye(4, dtype=np.float32)[np.where(main, 2, side)]


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
