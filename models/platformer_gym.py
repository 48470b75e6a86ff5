"""The game for those who already know it as an environment: a Stable-Baselines3 `VecEnv`, which is the batch itself,
and a Gymnasium `Env`, which is a batch of one. Imported by workers only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import gymnasium
import numpy as np
from gymnasium import spaces as gym_spaces
from numpy.typing import NDArray

from models.platformer_eyes import Observation, row_of
from models.platformer_game import Game
from models.platformer_level import Level
from models.platformer_pixels import SHAPE
from models.platformer_rules import N_ACTIONS, Rewards, Rules
from models.platformer_view import N_NUMBERS, REACH
from models.side_by_side import SideBySide


def spaces(observation: str) -> tuple[gymnasium.Space[Any], gym_spaces.Discrete]:
    """(observation space, action space) for "tiles", "pixels" or "both"."""
    tiles = gym_spaces.Box(-REACH, REACH, (N_NUMBERS,), np.float32)
    pixels = gym_spaces.Box(0, 255, SHAPE, np.uint8)
    seen: dict[str, gymnasium.Space[Any]] = {
        "tiles": tiles,
        "pixels": pixels,
        "both": gym_spaces.Dict({"tiles": tiles, "pixels": pixels}),
    }
    return seen[observation], gym_spaces.Discrete(N_ACTIONS)


class PlatformerVecEnv(SideBySide):
    """A game as SB3 trains on it. The info of a copy that ended holds its `Ending` and what it saw last."""

    def __init__(self, game: Game) -> None:
        self.game = game
        super().__init__(game.n, *spaces(game.observation))

    def reset(self) -> Observation:
        seed = next((seed for seed in self._seeds if seed is not None), None)
        self._reset_seeds()
        self._reset_options()
        return self.game.reset(seed)

    def step_wait(self) -> tuple[Observation, NDArray[np.float32], NDArray[np.bool_], list[dict[str, Any]]]:
        game = self.game
        observation, reward, terminated, truncated = game.step(self._actions)
        infos: list[dict[str, Any]] = [{} for _ in range(game.n)]
        if len(game.finished):
            assert game.final is not None
            for i, (copy, ending) in enumerate(zip(game.finished.tolist(), game.ended, strict=True)):
                infos[copy] = {
                    "terminal_observation": row_of(game.final, i),
                    "TimeLimit.truncated": bool(truncated[copy]),
                    "episode": {"r": ending.reward, "l": ending.steps, "t": ending.seconds},
                    "ending": ending,
                }
        return observation, reward, terminated | truncated, infos


class PlatformerEnv(gymnasium.Env[Any, np.int64]):
    """One game as Gymnasium plays it. After the end of an episode it waits for `reset`, as every Gymnasium env."""

    metadata: dict[str, Any] = {"render_modes": []}  # noqa: RUF012 — Gymnasium declares it so

    def __init__(
        self,
        levels: Iterable[Level],
        *,
        observation: str = "tiles",
        rewards: Rewards | None = None,
        rules: Rules | None = None,
        seed: int = 0,
        draw: str = "turn",
    ) -> None:
        self.game = Game(
            tuple(levels), 1, observation=observation, rewards=rewards, rules=rules, seed=seed, draw=draw
        )
        self.observation_space, self.action_space = spaces(observation)

    def reset(
        self, *, seed: int | None = None, options: Mapping[str, Any] | None = None
    ) -> tuple[Observation, dict[str, Any]]:
        """The first observation, and nothing else to know."""
        super().reset(seed=seed)
        if seed is None:
            self.game.restart()
        else:
            self.game.reset(seed)
        return row_of(self.game.observe(), 0), {}

    def step(self, action: np.int64) -> tuple[Observation, float, bool, bool, dict[str, Any]]:
        """(observation, reward, terminated, truncated, info); the info of a last step holds its `Ending`."""
        game = self.game
        observation, reward, terminated, truncated = game.step(np.array([action], dtype=np.int64))
        info: dict[str, Any] = {}
        if len(game.finished):
            assert game.final is not None
            observation, info = game.final, {"ending": game.ended[0]}
        return row_of(observation, 0), float(reward[0]), bool(terminated[0]), bool(truncated[0]), info
