"""The policy gradient of `models/policy_gradient.py` as CartPole uses it: its inputs, two actions, a reward of 1 a step."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from models.cartpole_game import MAX_STEPS, Episodes
from models.policy_gradient import ScaledNetwork, generalised_advantages, undecided

SCALE = (1 / 2.4, 1 / 2, 1 / 0.21, 1 / 2)  # brings x, ẋ, θ, θ̇ to about −1 … 1


class Scaled(ScaledNetwork):
    """A dense network on states (n, 4)."""

    def __init__(self, hidden: Sequence[int], n_outputs: int) -> None:
        super().__init__(SCALE, hidden, n_outputs)


def policy_network(hidden: Sequence[int]) -> Scaled:
    """Two logits, for left and right; small at first, so that it begins as a fair coin."""
    network = Scaled(hidden, 2)
    undecided(network)
    return network


def horizon(discount: float) -> float:
    """The largest return there can be, 1 + γ + γ² + … over 500 steps: values are counted in it."""
    return float(np.power(discount, np.arange(MAX_STEPS)).sum())


def advantages(
    episodes: Episodes, values: NDArray[np.floating], discount: float, trace: float
) -> NDArray[np.float64]:
    """(T, N): how much better than `values` (T + 1, N) each step turned out, a step earning 1; see `generalised_advantages`."""
    rewards = np.ones(episodes.actions.shape)
    return generalised_advantages(rewards, values, episodes.lengths, episodes.truncated, discount, trace)
