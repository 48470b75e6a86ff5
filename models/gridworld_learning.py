"""Learning from moves, the rules of the world unknown: Monte Carlo control, SARSA and Q-learning, by hand.

An action is chosen ε-greedily: with chance ε at random, else one that looks best. Then, after each move,

    SARSA        q(s, a) ← q(s, a) + α·(r + γ·q(s', a') − q(s, a))           (Sutton & Barto 2018, eq. 6.7)
    Q-learning   q(s, a) ← q(s, a) + α·(r + γ·max_b q(s', b) − q(s, a))      (eq. 6.8)

where a' is the action taken next; after a whole episode, for the first visit of each pair (s, a) in it,

    Monte Carlo  q(s, a) ← q(s, a) + α·(g − q(s, a)),  g = r + γ·g'          (section 5.4; eq. 3.9)

where g' is what really came after the move. `decay` ω makes it α/N^ω at the N-th update (Even-Dar & Mansour 2003).
`planning` repeats Q-learning's update for moves remembered (Dyna-Q, Sutton 1990; section 8.2).
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from models.gridworld_dynamics import N_ACTIONS, Array, Dynamics, soft
from models.gridworld_settings import Config

#: What is kept of the last update in each cell.
UPDATE = ("action", "reward", "next", "next_action", "before", "beyond", "after", "rate", "gamma")
N_RECENT = 50  # episodes in the running means


class Learner:
    """An agent: what it believes of each action, where it stands, and its way in this episode."""

    def __init__(self, dynamics: Dynamics, config: Config) -> None:
        self.dynamics, self.config = dynamics, config
        self.generator = np.random.default_rng(config.seed)
        self.n_episodes = 0
        self.last_walk: list[int] = [dynamics.start]
        self.recent: list[tuple[float, int]] = []  # (return, moves) of the last episodes
        self._begin_again()

    def _begin_again(self) -> None:
        n = self.dynamics.n
        self.q: Array = np.where(self.dynamics.live[:, None], self.config.initial_value, 0.0).repeat(
            N_ACTIONS, 1
        )
        self.tried: NDArray[np.int32] = np.zeros((n, N_ACTIONS), dtype=np.int32)
        self.updated: NDArray[np.int32] = np.zeros((n, N_ACTIONS), dtype=np.int32)
        self.updates: Array = np.full((n, len(UPDATE)), np.nan)
        self.latest = -1  # the cell that was updated last
        self.memory: dict[tuple[int, int], tuple[float, int]] = {}
        self._start_episode()

    def _start_episode(self) -> None:
        self.walk = [self.dynamics.start]
        self.taken: list[tuple[int, int, float]] = []  # (cell, action, reward)
        self.planned = -1  # the action that SARSA has chosen already
        self.over = False

    @property
    def epoch(self) -> int:
        """Episodes finished."""
        return self.n_episodes

    @property
    def values(self) -> Array:
        """(n,): what each cell is worth when the best-looking action is taken."""
        best: Array = self.q.max(1)
        return best

    @property
    def policy(self) -> Array:
        """(n, 4): the greedy policy; equally good actions share."""
        return soft(self.q, 0.0)

    def advance(self) -> bool:
        """One move and what is learned from it; whether it ended the episode."""
        if self.over:
            self._start_episode()
        at = self.walk[-1]
        action = self.planned if self.planned >= 0 else self.choose(at)
        reward, there = self._move(at, action)
        self.tried[at, action] += 1
        self.walk.append(there)
        self.taken.append((at, action, reward))
        ended = bool(self.dynamics.ends[there])
        self.over = ended or len(self.taken) >= self.config.max_moves
        self._learn(at, action, reward, there, ended)
        if self.over:
            self._finish()
        return self.over

    def choose(self, at: int) -> int:
        """An ε-greedy action; equally good ones are drawn among."""
        draw = self.generator.random()
        if draw < self.config.epsilon:
            return int(self.generator.integers(N_ACTIONS))
        row = self.q[at].tolist()
        most = max(row)
        best = [action for action in range(N_ACTIONS) if row[action] == most]
        return best[0] if len(best) == 1 else best[int(self.generator.integers(len(best)))]

    def _move(self, at: int, action: int) -> tuple[float, int]:
        draw, slip = self.generator.random(), self.config.slip
        outcome = 0 if draw >= slip else 1 if draw >= slip / 2 else 2
        dynamics = self.dynamics
        return float(dynamics.reward[at, action, outcome]), int(dynamics.next[at, action, outcome])

    def _learn(self, at: int, action: int, reward: float, there: int, ended: bool) -> None:
        """What the method does after each move."""
        raise NotImplementedError

    def correct(
        self, at: int, action: int, reward: float, there: int, beyond: float, next_action: int = -1
    ) -> None:
        """Move q(s, a) towards r + γ·`beyond` and keep the numbers of this update."""
        self.updated[at, action] += 1
        rate = self.config.alpha / self.updated[at, action] ** self.config.decay
        before = self.q[at, action]
        gamma = self.config.gamma
        after = before + rate * (reward + gamma * beyond - before)
        self.q[at, action] = after
        self.updates[at] = (action, reward, there, next_action, before, beyond, after, rate, gamma)
        self.latest = at

    def _finish(self) -> None:
        self.n_episodes += 1
        self.last_walk = self.walk
        gain = 0.0
        for _, _, reward in reversed(self.taken):
            gain = reward + self.config.gamma * gain
        self.recent = [*self.recent[-N_RECENT + 1 :], (gain, len(self.taken))]

    def metrics(self) -> dict[str, float]:
        """How the last episode and the last few went."""
        if not self.recent:
            return {}
        returns, moves = zip(*self.recent, strict=True)
        return {
            "return/episode": float(returns[-1]),
            "return/mean": float(np.mean(returns)),
            "reward/episode": float(sum(reward for _, _, reward in self.taken)),
            "steps/episode": float(moves[-1]),
            "steps/mean": float(np.mean(moves)),
        }

    def change(self, dynamics: Dynamics, config: Config) -> None:
        """Other settings, or another world under the agent's feet: what it believes stays, unless the size differs."""
        before, self.dynamics, self.config = self.dynamics, dynamics, config
        if dynamics.world == before.world:
            return
        if (dynamics.world.n_rows, dynamics.world.n_columns) != (before.world.n_rows, before.world.n_columns):
            self._begin_again()
            self.last_walk = [dynamics.start]
            return
        new = dynamics.live & ~before.live
        self.q[new] = config.initial_value
        self.q[~dynamics.live] = 0.0
        self.updates[~dynamics.live] = np.nan
        if self.latest >= 0 and not dynamics.live[self.latest]:
            self.latest = -1
        possible = dynamics.live | dynamics.ends
        self.memory = {
            (at, action): (reward, there)
            for (at, action), (reward, there) in self.memory.items()
            if dynamics.live[at] and possible[there]
        }
        if not dynamics.live[self.walk[-1]] or dynamics.start != before.start:
            self._start_episode()


class QLearning(Learner):
    """Learns what the best-looking next action is worth, whatever it does next (off-policy)."""

    def _learn(self, at: int, action: int, reward: float, there: int, ended: bool) -> None:
        self.correct(at, action, reward, there, float(self.q[there].max()))
        if self.config.planning:
            self._replay(at, action, reward, there)

    def _replay(self, at: int, action: int, reward: float, there: int) -> None:
        self.memory[at, action] = (reward, there)
        known = list(self.memory.items())
        for number in self.generator.integers(len(known), size=self.config.planning).tolist():
            (past, did), (got, then) = known[number]
            rate = self.config.alpha / max(1, self.updated[past, did]) ** self.config.decay
            target = got + self.config.gamma * self.q[then].max()
            self.q[past, did] += rate * (target - self.q[past, did])


class Sarsa(Learner):
    """Learns what the action that it takes next is worth, exploring or not (on-policy)."""

    def _learn(self, at: int, action: int, reward: float, there: int, ended: bool) -> None:
        self.planned = -1 if ended else self.choose(there)
        beyond = 0.0 if ended else float(self.q[there, self.planned])
        self.correct(at, action, reward, there, beyond, self.planned)


class MonteCarlo(Learner):
    """Waits for the end of the episode and learns from what really came after each first visit."""

    def _learn(self, at: int, action: int, reward: float, there: int, ended: bool) -> None:
        if not self.over:
            return
        first: dict[tuple[int, int], int] = {}
        for time, (cell, did, _) in enumerate(self.taken):
            first.setdefault((cell, did), time)
        gain = 0.0
        steps = list(enumerate(zip(self.taken, pairwise(self.walk), strict=True)))
        for time, ((cell, did, got), (_, then)) in reversed(steps):
            if first[cell, did] == time:
                self.correct(cell, did, got, then, gain)
            gain = got + self.config.gamma * gain


LEARNERS: dict[str, type[Learner]] = {
    "q_learning": QLearning,
    "sarsa": Sarsa,
    "monte_carlo": MonteCarlo,
}


def learner(method: str, dynamics: Dynamics, config: Config) -> Learner:
    """The learner called `method`, before its first move."""
    return LEARNERS[method](dynamics, config)
