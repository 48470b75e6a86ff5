"""The game as stable-baselines3 wants it: a vectorised environment around `models/cartpole_game.py`."""

from __future__ import annotations

from typing import Any

import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from models.cartpole_game import MAX_STEPS, Physics, fallen, first_states, step
from models.side_by_side import SideBySide


class CartPoles(SideBySide):
    """N games side by side, stepped in one NumPy call; a game that ends begins anew at once.

    `physics` may be changed while it is played. `lengths` collects the steps of the episodes that have ended.
    """

    def __init__(self, n: int, physics: Physics, seed: int) -> None:
        self.physics, self.lengths = physics, list[int]()
        self._generator = np.random.default_rng([seed, 11])
        super().__init__(n, spaces.Box(-np.inf, np.inf, (4,), np.float32), spaces.Discrete(2))
        self.reset()

    def reset(self) -> NDArray[np.float32]:
        """First states (N, 4)."""
        self._states = first_states(self.num_envs, self._generator)
        self._steps = np.zeros(self.num_envs, np.int64)
        return self._states.astype(np.float32)

    def step_wait(
        self,
    ) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.bool_], list[dict[str, Any]]]:
        """States, rewards, ends and information of each game; what stable-baselines3 calls a step."""
        self._states = step(self._states, self._actions, self.physics)
        self._steps += 1
        fell = fallen(self._states)
        over = fell | (self._steps >= MAX_STEPS)
        told: list[dict[str, Any]] = [{} for _ in range(self.num_envs)]
        if over.any():
            for i in np.flatnonzero(over):
                told[i] = {
                    "terminal_observation": self._states[i].astype(np.float32),
                    "TimeLimit.truncated": not fell[i],
                }
                self.lengths.append(int(self._steps[i]))
            self._states[over] = first_states(int(over.sum()), self._generator)
            self._steps[over] = 0
        return self._states.astype(np.float32), np.ones(self.num_envs, np.float32), over, told
