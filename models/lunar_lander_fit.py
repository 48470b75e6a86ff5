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

from models.lunar_lander_game import (
    CRASHED,
    CUT_OFF,
    LANDED,
    LEFT,
    N_ACTIONS,
    STATE_SIZE,
    Episodes,
    Game,
    Policy,
    Task,
    play,
    reward_terms,
)
from models.lunar_lander_settings import Config
from models.policy_gradient import (
    Batch,
    ScaledNetwork,
    acting,
    descend,
    fit_value,
    generalised_advantages,
    numbers_of,
    policy_gradient,
    undecided,
)

N_SHOWN = 6  # flights of a frame
SCALE = (1.0,) * STATE_SIZE  # Gymnasium has brought the state to about −1 … 1 already
UNIT = 100.0  # of return: values are counted in it
CRITIC_STEPS = 20  # of the value network for one of the policy


def task_of(config: Config) -> Task:
    """The task that the config describes."""
    return Task(config.gravity, config.wind, config.wind_power, config.turbulence)


@dataclass(frozen=True)
class Lesson:
    """Flights that an update learned from (N at most `N_SHOWN`), and how it judged them.

    returns, expected, advantages (T, N): the discounted return from each step on, what the value expected, the difference.
    mean: of all advantages that the update learned from; it pushes up what was better than that, and down what was worse.
    before, after (T, N, 4): chances of the actions before the update and once it was made.
    """

    episodes: Episodes
    returns: NDArray[np.floating]
    expected: NDArray[np.floating]
    advantages: NDArray[np.floating]
    mean: float
    before: NDArray[np.floating]
    after: NDArray[np.floating]


class Learner(Protocol):
    """What the course of a run asks of either learner."""

    def acting(self) -> Policy:
        """The policy as it is now."""

    def update(self) -> dict[str, float]:
        """Play, learn once, and say how it went."""

    def lesson(self) -> Lesson:
        """A few flights of the newest update, with the chances before and after it."""

    def change(self, config: Config) -> None:
        """Take over the live settings."""

    def parameters(self) -> dict[str, NDArray[Any]]:
        """Every number that the policy answers by."""


def made(config: Config) -> Learner:
    """The configured learner, untrained."""
    if config.learner == "ppo":
        from models.lunar_lander_ppo import Ppo

        return Ppo(config)
    return ByHand(config)


def told(episodes: Episodes) -> dict[str, float]:
    """How flights went: returns, how they ended, what the return consisted of on average."""
    returns, endings = episodes.returns, episodes.endings
    metrics = {
        "return/train": float(returns.mean()),
        "return/train/low": float(returns.min()),
        "return/train/high": float(returns.max()),
        "steps/flight": float(episodes.lengths.mean()),
        "landed/train": float((endings == LANDED).mean()),
        "crashed/train": float(((endings == CRASHED) | (endings == LEFT)).mean()),
        "cut_off/train": float((endings == CUT_OFF).mean()),
    }
    terms = reward_terms(episodes)
    return metrics | {f"reward/{name}": float(values.sum(0).mean()) for name, values in terms.items()}


def first(episodes: Episodes, n: int = N_SHOWN) -> Episodes:
    """The first n episodes, as long as the longest of them."""
    lengths = episodes.lengths[:n]
    longest = int(lengths.max())
    return Episodes(
        episodes.states[: longest + 1, :n],
        episodes.actions[:longest, :n],
        episodes.rewards[:longest, :n],
        lengths,
        episodes.endings[:n],
        episodes.ground[:n],
    )


def chances_along(policy: Policy, episodes: Episodes) -> NDArray[np.floating]:
    """(T, N, 4): what the policy would do at every step."""
    states = episodes.states[:-1]
    return policy(states.reshape(-1, STATE_SIZE)).reshape(*states.shape[:2], N_ACTIONS)


class ByHand:
    """REINFORCE with a learned value and generalised advantages on whole flights: one step of the policy for each batch."""

    def __init__(self, config: Config) -> None:
        torch.manual_seed(config.seed)
        self.config = config
        self.policy = ScaledNetwork(SCALE, config.hidden, N_ACTIONS)
        self.value = ScaledNetwork(SCALE, config.hidden, 1)
        undecided(self.policy)
        self._policy_steps = torch.optim.Adam(self.policy.parameters(), config.learning_rate)
        self._value_steps = torch.optim.Adam(self.value.parameters(), config.learning_rate)
        self._generator = np.random.default_rng([config.seed, 1])
        self._games = [Game(task_of(config)) for _ in range(config.n_games)]
        self._seen: Lesson | None = None

    def acting(self) -> Policy:
        return acting(self.policy)

    def update(self) -> dict[str, float]:
        config = self.config
        for optimizer in (self._policy_steps, self._value_steps):
            optimizer.param_groups[0]["lr"] = config.learning_rate
        episodes = play(self.acting(), self._games, self._generator)
        self._seen, batch = self._judge(episodes)
        gradient = policy_gradient(self.policy, batch, config.entropy_bonus)
        descend(self.policy, self._policy_steps, gradient)
        value_loss = fit_value(self.value, self._value_steps, batch, UNIT, CRITIC_STEPS)
        return told(episodes) | {
            "loss/policy": gradient.loss,
            "loss/entropy": -config.entropy_bonus * gradient.entropy,
            "loss/value": value_loss,
            "entropy/policy": gradient.entropy,
            "gradient/size": gradient.size,
            "steps/update": float(episodes.lengths.sum()),
        }

    def _judge(self, episodes: Episodes) -> tuple[Lesson, Batch]:
        """A few flights with their advantages, and the batch of all to learn from."""
        config, n_steps, played = self.config, len(episodes.actions), episodes.played
        states = torch.from_numpy(episodes.states)
        with torch.no_grad():
            values = self.value(states)[..., 0].numpy() * UNIT
        better = generalised_advantages(
            episodes.rewards,
            values,
            episodes.lengths,
            episodes.truncated,
            config.discount,
            config.gae_lambda,
        )
        expected = np.where(played, values[:n_steps], 0.0)
        returns, taken = better + expected, better[played]
        mean = float(taken.mean())
        rows = torch.from_numpy(played)
        batch = Batch(
            states[:n_steps][rows],
            torch.from_numpy(episodes.actions[played].astype(np.int64)),
            torch.from_numpy(((taken - mean) / max(float(taken.std()), 1e-6)).astype(np.float32)),
            torch.from_numpy(returns[played].astype(np.float32)),
            (torch.arange(len(episodes.lengths)) % 2 == 0).expand(rows.shape)[rows],
        )
        shown = first(episodes)
        at = np.s_[: len(shown.actions), :N_SHOWN]
        before = chances_along(self.acting(), shown)
        return Lesson(shown, returns[at], expected[at], better[at], mean, before, before), batch

    def lesson(self) -> Lesson:
        if self._seen is None:
            generator = np.random.default_rng([self.config.seed, 3])
            games = [Game(task_of(self.config)) for _ in range(N_SHOWN)]
            return self._judge(play(self.acting(), games, generator))[0]
        return replace(self._seen, after=chances_along(self.acting(), self._seen.episodes))

    def change(self, config: Config) -> None:
        self.config = config
        for game in self._games:
            game.change(task_of(config))

    def parameters(self) -> dict[str, NDArray[Any]]:
        return numbers_of(nn.ModuleDict({"policy": self.policy, "value": self.value}))
