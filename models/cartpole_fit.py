"""The two learners behind the lesson, with the same face: the policy gradient by hand, and stable-baselines3's PPO.

`torch.manual_seed` is set by each, so a run repeats itself; there is one run in a process.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from models.cartpole_game import Episodes, play
from models.cartpole_gradient import Scaled, advantages, horizon, policy_network
from models.cartpole_settings import Config, physics_of
from models.policy_gradient import Batch, acting, descend, fit_value, numbers_of, policy_gradient

PPO_STEPS = 64  # of every game between two updates of PPO
N_SHOWN = 4  # episodes of a frame


@dataclass(frozen=True)
class Lesson:
    """Episodes that an update learned from, and how it judged them.

    returns, expected, advantages (T, N): the return from each step on, what the baseline expected, and the difference as
    the loss uses it before scaling. scale: what that is divided by. after (T, N): chances of "right" once updated.
    """

    episodes: Episodes
    returns: NDArray[np.floating]
    expected: NDArray[np.floating]
    advantages: NDArray[np.floating]
    scale: float
    after: NDArray[np.floating]


class Learner(Protocol):
    """What the course of a run asks of either learner."""

    def chances(self, states: NDArray[np.float32]) -> NDArray[np.floating]:
        """Probability of "right" for states (n, 4)."""

    def update(self) -> dict[str, float]:
        """Play, learn once, and say how it went."""

    def lesson(self) -> Lesson:
        """A few episodes from before the newest update, with the chances before and after it."""

    def change(self, config: Config) -> None:
        """Take over the live settings."""

    def parameters(self) -> dict[str, NDArray[Any]]:
        """Every number that the policy answers by."""


def made(config: Config) -> Learner:
    """The configured learner, untrained."""
    if config.learner == "ppo":
        from models.cartpole_ppo import Ppo

        return Ppo(config)
    return ByHand(config)


class ByHand:
    """REINFORCE and its refinements on whole episodes: one step of the policy for each batch."""

    def __init__(self, config: Config) -> None:
        torch.manual_seed(config.seed)
        self.config = config
        self.policy = policy_network(config.hidden)
        self.value = Scaled(config.hidden, 1)
        self._policy_steps = torch.optim.Adam(self.policy.parameters(), config.learning_rate)
        self._value_steps = torch.optim.Adam(self.value.parameters(), config.learning_rate)
        self._generator = np.random.default_rng([config.seed, 1])
        self._seen: Lesson | None = None

    def chances(self, states: NDArray[np.float32]) -> NDArray[np.floating]:
        return acting(self.policy)(states)[:, 1]

    def update(self) -> dict[str, float]:
        config = self.config
        for optimizer in (self._policy_steps, self._value_steps):
            optimizer.param_groups[0]["lr"] = config.learning_rate
        episodes = play(self.chances, config.n_episodes, physics_of(config), self._generator)
        judged, batch = self._judge(episodes)
        gradient = policy_gradient(self.policy, batch, config.entropy_bonus)
        descend(self.policy, self._policy_steps, gradient)
        self._seen = judged
        lengths = episodes.lengths
        metrics = {
            "loss/policy": gradient.loss,
            "loss/entropy": -config.entropy_bonus * gradient.entropy,
            "entropy/policy": gradient.entropy,
            "gradient/size": gradient.size,
            "return/train": float(lengths.mean()),
            "return/train/low": float(lengths.min()),
            "return/train/high": float(lengths.max()),
            "steps/update": float(lengths.sum()),
        }
        if np.isfinite(gradient.agreement):
            metrics["gradient/agreement"] = gradient.agreement
        if config.baseline == "value":
            unit = horizon(config.discount)
            metrics["loss/value"] = fit_value(self.value, self._value_steps, batch, unit)
        return metrics

    def _judge(self, episodes: Episodes) -> tuple[Lesson, Batch]:
        """The episodes with their advantages, and the batch to learn from."""
        config, n_steps = self.config, len(episodes.actions)
        states = torch.from_numpy(episodes.states)
        values, trace = np.zeros(episodes.states.shape[:2]), 1.0
        if config.baseline == "value":
            with torch.no_grad():
                values = self.value(states)[..., 0].numpy() * horizon(config.discount)
            trace = config.gae_lambda
        found = advantages(episodes, values, config.discount, trace)
        played = episodes.played
        expected = np.where(played, values[:n_steps], 0.0)
        returns = found + expected
        if config.baseline == "mean":
            expected = np.full(found.shape, returns[played].mean())
            found = returns - expected
        scale = max(float(found[played].std()), 1e-6) if config.scale_advantages else 1.0
        rows = torch.from_numpy(played)
        batch = Batch(
            states[:n_steps][rows],
            torch.from_numpy(episodes.actions[played].astype(np.int64)),
            torch.from_numpy((found[played] / scale).astype(np.float32)),
            torch.from_numpy(returns[played].astype(np.float32)),
            (torch.arange(len(episodes.lengths)) % 2 == 0).expand(rows.shape)[rows],
        )
        return Lesson(episodes, returns, expected, found, scale, episodes.chances), batch

    def lesson(self) -> Lesson:
        if self._seen is None:
            generator = np.random.default_rng([self.config.seed, 3])
            return self._judge(play(self.chances, N_SHOWN, physics_of(self.config), generator))[0]
        episodes = self._seen.episodes
        shown = episodes.states[:-1, :N_SHOWN]
        after = episodes.chances.copy()
        after[:, :N_SHOWN] = self.chances(shown.reshape(-1, 4)).reshape(shown.shape[:2])
        return replace(self._seen, after=after)

    def change(self, config: Config) -> None:
        self.config = config

    def parameters(self) -> dict[str, NDArray[Any]]:
        return numbers_of(nn.ModuleDict({"policy": self.policy, "value": self.value}))
