"""What a move does in a world, and the exact values that follow from it.

A move goes where it was meant to with chance 1 − slip, and to either side with slip/2. A wall or the edge stops it. On a
windy cell the wind then pushes the agent one cell further. Falling off a cliff takes it back to the start; a goal or a
pit ends the episode. The reward is that of the cell where the move ends, for the cliff the cliff's.

    q(s, a) = Σ p(s', r | s, a) · (r + γ·v(s'))                  (Sutton & Barto 2018, eq. 4.6)
    v_π = (I − γ·P_π)⁻¹ r_π                                      the same equation for all states at once

n cells (walls and ends included, with value 0), 4 actions (up, right, down, left), 3 outcomes (as meant, to the right of
it, to the left of it). Row-major arrays: `next` (n, 4, 3), `reward` (n, 4, 3), `chance` (3,).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from models.gridworld_world import CLIFF, GOAL, PIT, UP, WALL, World

if TYPE_CHECKING:
    from models.gridworld_settings import Config

Array = NDArray[np.float64]

ACTIONS = ("up", "right", "down", "left")
N_ACTIONS = 4
MOVES = ((-1, 0), (0, 1), (1, 0), (0, -1))  # rows down, columns right
TIE = 1e-10  # two actions whose values differ by less are equally good


class Dynamics:
    """A world with rewards, slip and γ: who may go where, and what that is worth."""

    def __init__(self, world: World, config: Config) -> None:
        self.world, self.gamma = world, config.gamma
        self.n = len(world.cells)
        self.start = world.start
        kinds = np.array(world.cells)
        self.ends = np.isin(kinds, (GOAL, PIT))
        self.live = ~self.ends & ~np.isin(kinds, (WALL, CLIFF))  # where an agent can stand and act
        self.gains = _gains(world, config)
        self.chance = np.array([1 - config.slip, config.slip / 2, config.slip / 2])
        landing = np.array(
            [[_landing(world, at, a) for a in range(N_ACTIONS)] for at in range(self.n)], dtype=np.intp
        )
        outcomes = np.array([[a, (a + 1) % 4, (a + 3) % 4] for a in range(N_ACTIONS)])
        reached = np.ascontiguousarray(landing[:, outcomes])  # (n, 4, 3)
        self.reward: Array = self.gains[reached]
        self.next = np.where(kinds[reached] == CLIFF, self.start, reached)

    def q(self, values: Array) -> Array:
        """(n, 4): the worth of each action when the next state is worth `values` (n,); 0 where nobody acts."""
        found: Array = ((self.reward + self.gamma * values[self.next]) * self.chance).sum(2)
        found[~self.live] = 0.0
        return found

    def evaluated(self, policy: Array) -> Array:
        """(n,): the exact values of `policy` (n, 4), chances of the actions, from one system of linear equations."""
        weights = policy[:, :, None] * self.chance  # (n, 4, 3)
        weights[~self.live] = 0.0
        matrix = np.zeros((self.n, self.n))
        rows = np.broadcast_to(np.arange(self.n)[:, None, None], self.next.shape)
        np.add.at(matrix, (rows.ravel(), self.next.ravel()), weights.ravel())
        gain = (weights * self.reward).sum((1, 2))
        values: Array = np.linalg.solve(np.eye(self.n) - self.gamma * matrix, gain)
        return values

    def optimal(self) -> Array:
        """(n,): the exact best values, by policy iteration with exact evaluation."""
        best = np.zeros(self.n, dtype=np.intp)
        while True:
            values = self.evaluated(one_hot(best))
            q = self.q(values)
            better = q.max(1) > q[np.arange(self.n), best] + TIE
            if not better.any():
                return values
            best = np.where(better, q.argmax(1), best)

    def at_random(self) -> Array:
        """(n,): the exact values of moving at random."""
        return self.evaluated(np.full((self.n, N_ACTIONS), 1 / N_ACTIONS))

    def reaches_goal(self) -> bool:
        """Whether any way leads from the start to a goal."""
        goals = {at for at, kind in enumerate(self.world.cells) if kind == GOAL}
        possible = self.next[:, :, self.chance > 0]
        seen, todo = {self.start}, [self.start]
        while todo:
            at = todo.pop()
            if at in goals:
                return True
            if self.live[at]:
                new = set(possible[at].ravel().tolist()) - seen
                seen |= new
                todo += new
        return False


def one_hot(actions: NDArray[np.intp]) -> Array:
    """(n, 4): the policy that always takes these actions (n,)."""
    return np.eye(N_ACTIONS)[actions]


def soft(q: Array, epsilon: float) -> Array:
    """(n, 4): the ε-greedy policy of `q`; equally good actions share what is not left to chance."""
    best = q >= q.max(1, keepdims=True) - TIE
    policy: Array = epsilon / N_ACTIONS + (1 - epsilon) * best / best.sum(1, keepdims=True)
    return policy


def _gains(world: World, config: Config) -> Array:
    """(n,): the reward of entering each cell."""
    gains = np.full(len(world.cells), config.step_reward)
    for at, kind in enumerate(world.cells):
        if kind == GOAL:
            gains[at] = config.goal_reward
        elif kind in (PIT, CLIFF):
            gains[at] = config.pit_reward
    for at, value in world.rewards.items():
        gains[at] = value
    return gains


def _landing(world: World, at: int, action: int) -> int:
    """The cell where a move that does not slip ends; a cliff is not left yet."""
    there = _neighbour(world, at, action)
    wind = world.cells[at] - UP
    return _neighbour(world, there, wind) if wind >= 0 else there


def _neighbour(world: World, at: int, action: int) -> int:
    row, column = divmod(at, world.n_columns)
    row, column = row + MOVES[action][0], column + MOVES[action][1]
    if not (0 <= row < world.n_rows and 0 <= column < world.n_columns):
        return at
    there = row * world.n_columns + column
    return at if world.cells[there] == WALL else there
