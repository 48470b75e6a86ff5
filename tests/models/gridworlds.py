"""Gridworlds under test: their rules, whole runs, random worlds, and the way that a policy takes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from models.gridworld import PRESETS, Config, train
from models.gridworld_dynamics import Array, Dynamics
from models.gridworld_world import LETTERS, WIDEST, World, read_world
from models.step import Step

UP, RIGHT, DOWN, LEFT = range(4)


CLIFF = dict(PRESETS["cliff_q"].config)


def dynamics(text: str, **config: Any) -> Dynamics:
    return Dynamics(read_world(text), Config(**config))


def finished(**config: Any) -> tuple[dict[str, float], Step]:
    """The last value of every metric, and the last step."""
    metrics: dict[str, float] = {}
    for step in train(Config(**config)):
        metrics |= step.metrics
    return metrics, step


def random_worlds(n: int) -> Iterator[tuple[Dynamics, Array]]:
    """Worlds of any size, walls, wind, slip and rewards, each with a policy drawn at random."""
    for seed in range(n):
        generator = np.random.default_rng(seed)
        rows, columns = int(generator.integers(1, 9)), int(generator.integers(2, WIDEST + 1))
        letters = generator.choice(list(".....xxPCurdl"), rows * columns)
        start, goal = generator.choice(rows * columns, 2, replace=False)
        letters[start], letters[goal] = "S", "G"
        cells = tuple(LETTERS.index(letter) for letter in letters)
        config = Config(
            slip=float(generator.uniform(0, 1)),
            gamma=float(generator.uniform(0, 0.99)),
            step_reward=float(generator.uniform(-2, 1)),
            pit_reward=float(generator.uniform(-100, 0)),
        )
        policy = generator.dirichlet(np.ones(4), size=rows * columns)
        yield Dynamics(World(rows, columns, cells), config), policy


def greedy_way(step: Step) -> list[int]:
    """Cells of the greedy walk from the start; there is no slip."""
    arrays = step.observe()
    rows, columns = arrays["grid/cells"].shape
    policy = arrays["grid/policy"]
    rules = dynamics(
        "/".join("".join(LETTERS[k] for k in row) for row in arrays["grid/cells"]),
        **{k: v for k, v in CLIFF.items() if k in ("step_reward", "goal_reward", "pit_reward", "gamma")},
    )
    way = [rules.start]
    while not rules.ends[way[-1]] and len(way) < rows * columns:
        way.append(int(rules.next[way[-1], int(policy[way[-1]].argmax()), 0]))
    return way


def painted_over(text: str, letter: str, row: int, column: int) -> str:
    rows = [list(line) for line in text.split("/")]
    rows[row][column] = letter
    return "/".join("".join(line) for line in rows)
