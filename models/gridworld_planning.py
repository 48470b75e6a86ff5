"""Planning with the rules of the world known: value iteration and policy iteration, one sweep over all cells at a time.

    value iteration     v(s) ← max_a Σ p(s', r | s, a) · (r + γ·v(s'))          (Sutton & Barto 2018, eq. 4.10)
    policy evaluation   v(s) ← Σ_a π(a|s) Σ p(s', r | s, a) · (r + γ·v(s'))      (eq. 4.5)
    policy improvement  π(s) ← the action with the largest q(s, a)               (eq. 4.9)

Every sweep reads the old values and writes new ones, so after sweep k the values look k moves ahead.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.gridworld_dynamics import N_ACTIONS, TIE, Array, Dynamics, one_hot, soft
from models.gridworld_settings import Config

#: A sweep that changes no value by more than this has evaluated the policy.
SETTLED = 1e-9


class Planner:
    """What both methods share: the values of all cells, now and before the last sweep."""

    def __init__(self, dynamics: Dynamics, config: Config) -> None:
        self.dynamics, self.config = dynamics, config
        self.values: Array = np.zeros(dynamics.n)
        self.before = self.values
        self.n_sweeps = 0

    @property
    def epoch(self) -> int:
        """Sweeps made."""
        return self.n_sweeps

    @property
    def q(self) -> Array:
        """(n, 4): what each action is worth by the present values."""
        return self.dynamics.q(self.values)

    def change(self, dynamics: Dynamics, config: Config) -> None:
        """Other rules; the values stay, for they are a good start, unless the world has another size."""
        same = (dynamics.world.n_rows, dynamics.world.n_columns) == (
            self.dynamics.world.n_rows,
            self.dynamics.world.n_columns,
        )
        self.dynamics, self.config = dynamics, config
        self.values = np.where(dynamics.live, self.values, 0.0) if same else np.zeros(dynamics.n)
        self.before = self.values
        if not same:
            self.forget()

    def forget(self) -> None:
        """The world has another size: begin again."""

    def metrics(self) -> dict[str, float]:
        """Metrics of the method's own."""
        return {}


class ValueIteration(Planner):
    """Each sweep gives every cell the value of its best action."""

    def advance(self) -> bool:
        """One sweep; True, for a sweep is always complete."""
        self.before = self.values
        self.values = self.q.max(1)
        self.n_sweeps += 1
        return True

    @property
    def policy(self) -> Array:
        """(n, 4): the greedy policy; equally good actions share."""
        return soft(self.q, 0.0)


class PolicyIteration(Planner):
    """Sweeps give every cell the value of what the policy does; now and then the policy takes the best actions."""

    def __init__(self, dynamics: Dynamics, config: Config) -> None:
        super().__init__(dynamics, config)
        self.forget()

    def forget(self) -> None:
        self.policy: Array = np.full((self.dynamics.n, N_ACTIONS), 1 / N_ACTIONS)
        self.n_evaluations = 0  # sweeps since the last improvement
        self.n_improvements = 0
        self.n_changed = 0
        self.improved = False  # whether the last step was an improvement

    def advance(self) -> bool:
        """One sweep of evaluation, or the improvement when that is over; True."""
        settled = self.n_evaluations > 0 and np.abs(self.values - self.before).max() < SETTLED
        self.improved = settled or self.n_evaluations >= self.config.evaluation_sweeps
        if self.improved:
            self._improve()
        else:
            self.before = self.values
            self.values = (self.policy * self.q).sum(1)
            self.n_evaluations += 1
        self.n_sweeps += 1
        return True

    def change(self, dynamics: Dynamics, config: Config) -> None:
        super().change(dynamics, config)
        self.n_evaluations = 0

    def metrics(self) -> dict[str, float]:
        return {
            "policy/changed": float(self.n_changed),
            "policy/improvements": float(self.n_improvements),
        }

    def _improve(self) -> None:
        q = self.q
        better = q.max(1) > (self.policy * q).sum(1) + TIE
        chosen: NDArray[np.intp] = q.argmax(1)
        self.policy = np.where(better[:, None], one_hot(chosen), self.policy)
        self.n_changed = int(better.sum())
        self.n_improvements += 1
        self.n_evaluations = 0
        self.before = self.values


def planner(method: str, dynamics: Dynamics, config: Config) -> ValueIteration | PolicyIteration:
    """The planner called `method`, before its first sweep."""
    kind = ValueIteration if method == "value_iteration" else PolicyIteration
    return kind(dynamics, config)
