"""An agent finds its way through a grid: planning with the rules known, and learning without them.

The agent stands on a cell s, takes one of four actions a, lands on s' and gets the reward r; a goal or a pit ends the
episode. A policy π says what to do where. Its value v_π(s) is the reward to come, discounted by γ for every move of
waiting, and the best policy's values solve Bellman's equation (Sutton & Barto 2018, Reinforcement learning, eq. 3.19):

    v(s) = max_a Σ p(s', r | s, a) · (r + γ·v(s'))

`models/gridworld_planning.py` solves it sweep by sweep (an epoch is a sweep), `models/gridworld_learning.py` lets an agent
find out move by move (an epoch is an episode). The world, the rewards, slip, γ, ε and α may change while it runs.

    python -m models.gridworld --world cliff --method sarsa
"""

from __future__ import annotations

from collections.abc import Generator, Mapping

import numpy as np
from numpy.typing import NDArray

from models.cli import Model, main
from models.gridworld_dynamics import Array, Dynamics, soft
from models.gridworld_learning import Learner, learner
from models.gridworld_planning import PolicyIteration, ValueIteration, planner
from models.gridworld_presets import PRESETS
from models.gridworld_settings import PLANNERS, Config
from models.gridworld_world import GOAL, read_world
from models.step import Note, Step

__all__ = ["MODEL", "PRESETS", "Config", "Course", "estimate_seconds", "train"]

NO_WAY = Note(
    "no_way",
    "No way leads to a goal",
    "From the start, no sequence of moves reaches a goal, so there is nothing to find.",
    "Paint floor over a wall, or move the start.",
)


def estimate_seconds(config: Config) -> float:
    """Seconds that a run takes on one ordinary core at full speed: a sweep 0.3 ms, a move 20 µs, a look at an episode 2 ms."""
    if config.method in PLANNERS:
        return 0.02 + config.epochs * 3e-4
    moves = min(config.max_moves, 25)
    return 0.02 + config.epochs * (2e-3 + moves * (2e-5 + 4e-6 * config.planning))


def train(config: Config) -> Generator[Step, Config | None, None]:
    """Yields the untrained state, then one step for each sweep of a planner or each move of a learner.

    It goes on for `epochs` sweeps or episodes, also when nothing changes any more: the world may change yet.
    Sending a Config applies its live settings and yields the present state again.

    Raises:
        ValueError: a world cannot be read (one sentence).
    """
    course = Course(config)
    yield from course.told(course.step(course.scores(), facts=course.facts(), note=course.news()))
    while course.agent.epoch < config.epochs:
        course.n_steps += 1
        complete = course.agent.advance()
        yield from course.told(course.step(course.scores() if complete else {}))


class Course:
    """One run: the world as it is now, who plans or learns in it, and how that is told and shown."""

    def __init__(self, config: Config) -> None:
        """Raises ValueError when the world cannot be read."""
        self.config, self.n_steps, self.lost = config, 0, False
        self.dynamics = Dynamics(read_world(config.painted or config.world), config)
        self.agent: Learner | ValueIteration | PolicyIteration
        if config.method in PLANNERS:
            self.agent = planner(config.method, self.dynamics, config)
        else:
            self.agent = learner(config.method, self.dynamics, config)
        self._exact()

    def _exact(self) -> None:
        """What can be computed of the world itself, for comparison."""
        self.best, self.random = self.dynamics.optimal(), self.dynamics.at_random()
        self.judged: dict[bytes, float] = {}

    def change(self, config: Config) -> None:
        """Take the live settings of another config; the rest stays as it was."""
        self.config = config
        self.dynamics = Dynamics(read_world(config.painted or config.world), config)
        self.agent.change(self.dynamics, config)
        self._exact()

    def step(
        self, metrics: dict[str, float], *, facts: dict[str, object] | None = None, note: Note | None = None
    ) -> Step:
        """The present state."""
        step = Step(self.n_steps, self.agent.epoch, metrics, self.observe, facts=facts, note=note)
        step.parameters = lambda: {"q": self.agent.q, "values": self.agent.values}
        return step

    def told(self, step: Step) -> Generator[Step, Config | None, None]:
        """Yield the step, and the present state again for each config that is sent."""
        while (changed := (yield step)) is not None:
            different = changed != self.config
            if different:
                self.change(changed)
            facts = self.facts() if different else None
            step = self.step(self.scores(), facts=facts, note=self.news())

    def scores(self) -> dict[str, float]:
        """How far the values are from being right, and what the present policy is worth."""
        dynamics, agent, live = self.dynamics, self.agent, self.dynamics.live
        start = dynamics.start
        found = {
            "loss/bellman": float(np.abs(self.residual()[live]).mean()),
            "error/value": float(np.abs(agent.values - self.best)[live].mean()),
            "value/start": float(agent.values[start]),
            "value/policy": self.worth(agent.policy),
        }
        if isinstance(agent, Learner):
            found["value/exploring"] = self.worth(soft(agent.q, self.config.epsilon))
        return found | agent.metrics()

    def residual(self) -> Array:
        """Right side minus left side of the equation that the method solves: (n,) for planners, (n, 4) for learners.

        SARSA and Monte Carlo solve the one of the ε-greedy policy that they follow, the others Bellman's.
        """
        agent, dynamics = self.agent, self.dynamics
        if not isinstance(agent, Learner):
            surprise: Array = agent.q.max(1) - agent.values
            return surprise
        if self.config.method == "q_learning":
            beyond = agent.q.max(1)
        else:
            beyond = (soft(agent.q, self.config.epsilon) * agent.q).sum(1)
        return dynamics.q(beyond) - agent.q

    def worth(self, policy: Array) -> float:
        """The exact value of the start under a policy (n, 4)."""
        key = policy.tobytes()
        if key not in self.judged:
            if len(self.judged) > 1000:
                self.judged.clear()
            self.judged[key] = float(self.dynamics.evaluated(policy)[self.dynamics.start])
        return self.judged[key]

    def news(self) -> Note | None:
        """What to tell of a goal that cannot be reached, or can be again since the last look."""
        before, self.lost = self.lost, not self.dynamics.reaches_goal()
        if before == self.lost:
            return None
        return NO_WAY if self.lost else NO_WAY.taken_back()

    def observe(self) -> Mapping[str, NDArray[np.generic]]:
        """The arrays of a frame: the world, values and actions, what was tried, the last updates, and the walk."""
        agent, dynamics, world, config = self.agent, self.dynamics, self.dynamics.world, self.config
        arrays: dict[str, NDArray[np.generic]] = {
            "grid/cells": np.array(world.cells, dtype=np.uint8).reshape(world.n_rows, world.n_columns),
            "grid/gains": dynamics.gains.astype(np.float32),
            "grid/own": np.isin(np.arange(dynamics.n), list(world.rewards)).astype(np.uint8),
            "grid/rules": np.array([config.slip, config.gamma, config.epsilon, config.alpha], np.float32),
            "grid/values": agent.values.astype(np.float32),
            "grid/q": agent.q.astype(np.float32),
            "grid/policy": agent.policy.astype(np.float32),
            "grid/best": self.best.astype(np.float32),
        }
        if isinstance(agent, Learner):
            arrays |= {
                "grid/tried": agent.tried,
                "grid/updates": agent.updates.astype(np.float32),
                "grid/latest": np.array([agent.latest, agent.n_episodes, agent.over], np.int32),
                "grid/walk": np.array(agent.walk, np.int16),
                "grid/last_walk": np.array(agent.last_walk, np.int16),
            }
        else:
            arrays |= {
                "grid/before": agent.before.astype(np.float32),
                "grid/latest": np.array([-1, agent.epoch, 1], np.int32),
                "grid/last_walk": np.array(self.stroll(), np.int16),
            }
            if isinstance(agent, PolicyIteration):
                arrays["grid/improved"] = np.array([agent.improved], np.uint8)
        return arrays

    def stroll(self) -> list[int]:
        """A walk by the planner's present policy, slips included; the same for the same sweep."""
        generator = np.random.default_rng((self.config.seed, self.n_steps))
        dynamics, policy = self.dynamics, self.agent.policy
        walk = [dynamics.start]
        while not dynamics.ends[walk[-1]] and len(walk) <= self.config.max_moves:
            action = int(generator.choice(4, p=policy[walk[-1]]))
            outcome = int(generator.choice(3, p=dynamics.chance))
            walk.append(int(dynamics.next[walk[-1], action, outcome]))
        return walk

    def facts(self) -> dict[str, object]:
        """What holds until the settings change; arrays as NumPy."""
        start = self.dynamics.start
        names = ("value/policy", "value/start", "return/episode", "return/mean", "value/exploring")
        return {
            "method": self.config.method,
            "n_cells": int(self.dynamics.live.sum()),
            "goals": self.dynamics.world.cells.count(GOAL),
            "baselines": {
                "best possible": dict.fromkeys(names, float(self.best[start])),
                "moving at random": dict.fromkeys(names, float(self.random[start])),
            },
        }


MODEL = Model("gridworld", Config, train, PRESETS)

if __name__ == "__main__":
    raise SystemExit(main(MODEL))
