"""The game as stable-baselines3 wants it: a vectorised environment around `models/lunar_lander_game.py`."""

from __future__ import annotations

from typing import Any

import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from models.lunar_lander_game import CUT_OFF, N_ACTIONS, STATE_SIZE, Flight, Game, Task, seeds
from models.side_by_side import SideBySide


class Landers(SideBySide):
    """N games side by side; a game that ends begins anew at once. `flights` collects those that have ended."""

    def __init__(self, n: int, task: Task, seed: int) -> None:
        self.games, self.flights = [Game(task) for _ in range(n)], list[Flight]()
        self._generator = np.random.default_rng([seed, 11])
        super().__init__(
            n, spaces.Box(-np.inf, np.inf, (STATE_SIZE,), np.float32), spaces.Discrete(N_ACTIONS)
        )
        self.reset()

    def reset(self) -> NDArray[np.float32]:
        """First states (N, 8)."""
        first = seeds(self._generator, self.num_envs).tolist()
        return np.stack([game.begin(seed) for game, seed in zip(self.games, first, strict=True)])

    def step_wait(
        self,
    ) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.bool_], list[dict[str, Any]]]:
        """States, rewards, ends and information of each game; what stable-baselines3 calls a step."""
        states = np.empty((self.num_envs, STATE_SIZE), np.float32)
        rewards, over = np.empty(self.num_envs, np.float32), np.zeros(self.num_envs, bool)
        told: list[dict[str, Any]] = [{} for _ in range(self.num_envs)]
        for i, (game, action) in enumerate(zip(self.games, self._actions.tolist(), strict=True)):
            states[i], rewards[i], flight = game.step(action)
            if flight is not None:
                over[i] = True
                told[i] = {
                    "terminal_observation": states[i].copy(),
                    "TimeLimit.truncated": flight.ending == CUT_OFF,
                }
                self.flights.append(flight)
                states[i] = game.begin(int(seeds(self._generator, 1)[0]))
        return states, rewards, over, told
