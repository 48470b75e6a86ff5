"""What stable-baselines3 asks of games that are stepped together, beside playing them."""

from __future__ import annotations

from typing import Any

import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray
from stable_baselines3.common.vec_env import VecEnv


class SideBySide(VecEnv):
    """N games that are one object: there are no environments of Gymnasium inside to be asked or changed one by one."""

    def __init__(self, n: int, seen: spaces.Space[Any], actions: spaces.Space[Any]) -> None:
        self.render_mode = None  # the library's constructor asks for it
        super().__init__(n, seen, actions)
        self._actions: NDArray[Any] = np.zeros(n, np.int64)

    def step_async(self, actions: NDArray[Any]) -> None:
        """Remember what `step_wait` is to do."""
        self._actions = np.asarray(actions)

    def close(self) -> None:
        """Nothing is open."""

    def get_attr(self, attr_name: str, indices: Any = None) -> list[Any]:
        return [getattr(self, attr_name) for _ in self._get_indices(indices)]

    def set_attr(self, attr_name: str, value: Any, indices: Any = None) -> None:
        raise AttributeError("These games share their attributes: set them on the object itself.")

    def env_method(self, method_name: str, *args: Any, indices: Any = None, **kwargs: Any) -> list[Any]:
        raise AttributeError("These games are no environments of their own.")

    def env_is_wrapped(self, wrapper_class: type, indices: Any = None) -> list[bool]:
        return [False for _ in self._get_indices(indices)]
