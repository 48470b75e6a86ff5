"""The actor-critics of stable-baselines3, driven in pieces: play, learn once, let the page look, go on.

`learn()` of the library does the same without the looks in between (tests/models/test_lunar_lander.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import torch
from numpy.typing import NDArray

#: What stable-baselines3 calls it in its log → the metric.
LOGGED: Mapping[str, str] = {
    "train/policy_gradient_loss": "loss/policy",
    "train/value_loss": "loss/value",
    "train/approx_kl": "ppo/kl",
    "train/clip_fraction": "ppo/clipped",
}
FOREVER = 2**31  # steps


class Live(Protocol):
    """The settings that may change while a policy learns."""

    @property
    def learning_rate(self) -> float: ...

    @property
    def discount(self) -> float: ...

    @property
    def entropy_bonus(self) -> float: ...


def part_of_batch(n_steps: int, n_games: int) -> int:
    """Steps in each part of a batch: of up to four games at once, so that the parts are of one size."""
    return n_steps * max(n for n in (4, 3, 2, 1) if n_games % n == 0)


def play(model: Any, callback: Any, n_steps: int) -> None:
    """Play n_steps with every game; what was played is in the model's `rollout_buffer` then."""
    model.collect_rollouts(model.env, callback, model.rollout_buffer, n_steps)


def learn(model: Any, names: Mapping[str, str] = LOGGED) -> dict[str, float]:
    """Learn from what was played; what the library logs of it, and the entropy in nats."""
    model.train()
    logged = model.logger.name_to_value
    metrics = {name: float(logged[key]) for key, name in names.items() if key in logged}
    return metrics | {"entropy/policy": -float(logged["train/entropy_loss"])}


def follow(model: Any, live: Live) -> None:
    """Take over the live settings."""
    model.lr_schedule = lambda _: live.learning_rate
    model.ent_coef = live.entropy_bonus
    model.gamma = model.rollout_buffer.gamma = live.discount


def chances(policy: Any, states: NDArray[Any]) -> NDArray[Any]:
    """(n, K): the probability of each action in states (n, S)."""
    with torch.no_grad():
        found: NDArray[Any] = policy.get_distribution(torch.from_numpy(states)).distribution.probs.numpy()
    return found
