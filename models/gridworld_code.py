"""A run of the gridworld as a plain NumPy script: the same chances in the same order, the same final numbers."""

from __future__ import annotations

from typing import Any

from models.gridworld_settings import PLANNERS, Config
from models.gridworld_world import read_world
from models.notebook import exported
from models.settings import from_mapping

OPENING = '''"""An agent in a gridworld: {title}. Prints the final metrics as one JSON object."""

import json

import numpy as np

{constants}
WORLD = """
{world}
"""
OWN_REWARDS = {own}  # (row, column), counted from 0: a reward of its own'''

RULES = """# The world: . floor, x wall, S start, G goal, P pit, C cliff; u, r, d, l floor where the wind blows up, right, down, left.
rows = WORLD.split()
height, width = len(rows), len(rows[0])
cells = "".join(rows)
n, start = len(cells), cells.index("S")
ends = np.array([cell in "GP" for cell in cells])
live = np.array([cell not in "GPxC" for cell in cells])  # where an agent can stand and act
gain = np.array([GOAL_REWARD if c == "G" else PIT_REWARD if c in "PC" else STEP_REWARD for c in cells])
for (row, column), value in OWN_REWARDS.items():
    gain[row * width + column] = value


def neighbour(cell, action):  # up, right, down, left
    row, column = divmod(cell, width)
    row, column = row + (-1, 0, 1, 0)[action], column + (0, 1, 0, -1)[action]
    if not (0 <= row < height and 0 <= column < width) or cells[row * width + column] == "x":
        return cell
    return row * width + column


def landing(cell, action):
    there = neighbour(cell, action)
    return neighbour(there, "urdl".index(cells[cell])) if cells[cell] in "urdl" else there


# Three outcomes of each action: as meant, to the right of it, to the left of it. Arrays (n, 4, 3).
landed = np.array([[[landing(cell, (a + turn) % 4) for turn in (0, 1, 3)] for a in range(4)] for cell in range(n)])
reward = gain[landed]
then = np.where(np.array(list(cells))[landed] == "C", start, landed)  # off the cliff: back to the start
chance = np.array([1 - SLIP, SLIP / 2, SLIP / 2])


def worth(values):  # (n, 4), of each action
    q = ((reward + GAMMA * values[then]) * chance).sum(2)
    q[~live] = 0
    return q


def exact(policy):  # v = (I - gamma P)^-1 r, for a policy (n, 4)
    weights = policy[:, :, None] * chance
    weights[~live] = 0
    matrix = np.zeros((n, n))
    np.add.at(matrix, (np.broadcast_to(np.arange(n)[:, None, None], then.shape).ravel(), then.ravel()), weights.ravel())
    return np.linalg.solve(np.eye(n) - GAMMA * matrix, (weights * reward).sum((1, 2)))


def best_values():  # policy iteration with exact evaluation
    action = np.zeros(n, dtype=int)
    while True:
        values = exact(np.eye(4)[action])
        q = worth(values)
        better = q.max(1) > q[np.arange(n), action] + 1e-10
        if not better.any():
            return values
        action = np.where(better, q.argmax(1), action)


def soft(q, epsilon):  # the epsilon-greedy policy; equally good actions share
    best = q >= q.max(1, keepdims=True) - 1e-10
    return epsilon / 4 + (1 - epsilon) * best / best.sum(1, keepdims=True)"""

VALUE_ITERATION = """values = np.zeros(n)
for sweep in range(EPOCHS):
    values = worth(values).max(1)
policy = soft(worth(values), 0)"""

POLICY_ITERATION = """values = before = np.zeros(n)
policy = np.full((n, 4), 1 / 4)
sweeps = improvements = changed = 0
for step in range(EPOCHS):
    settled = sweeps > 0 and np.abs(values - before).max() < 1e-9
    if settled or sweeps >= EVALUATION_SWEEPS:  # improvement
        q = worth(values)
        better = q.max(1) > (policy * q).sum(1) + 1e-10
        policy = np.where(better[:, None], np.eye(4)[q.argmax(1)], policy)
        improvements, changed, sweeps, before = improvements + 1, int(better.sum()), 0, values
    else:  # evaluation
        before, values = values, (policy * worth(values)).sum(1)
        sweeps += 1"""

PLANNED = """best = best_values()
print(json.dumps({
    "loss/bellman": np.abs((worth(values).max(1) - values)[live]).mean(),
    "error/value": np.abs(values - best)[live].mean(),
    "value/start": values[start],
    "value/policy": exact(policy)[start],MORE
}))"""

ACTING = """generator = np.random.default_rng(SEED)
q = np.where(live[:, None], INITIAL_VALUE, 0.0).repeat(4, 1)
updated = np.zeros((n, 4), dtype=int)


def choose(cell):
    if generator.random() < EPSILON:
        return int(generator.integers(4))
    best = [a for a in range(4) if q[cell, a] == q[cell].max()]
    return best[0] if len(best) == 1 else best[int(generator.integers(len(best)))]


def move(cell, action):
    draw = generator.random()
    outcome = 0 if draw >= SLIP else 1 if draw >= SLIP / 2 else 2
    return float(reward[cell, action, outcome]), int(then[cell, action, outcome])


def correct(cell, action, target):
    updated[cell, action] += 1
    rate = ALPHA / updated[cell, action] ** DECAY
    q[cell, action] += rate * (target - q[cell, action])"""

LEARNING = """BEFOREepisodes = []  # (return, sum of rewards, moves)
for episode in range(EPOCHS):
    cell, taken, planned = start, [], -1
    while True:
        action = planned if planned >= 0 else choose(cell)
        got, there = move(cell, action)
        taken.append((cell, action, got))
        ended = bool(ends[there])
        over = ended or len(taken) >= MAX_MOVES
LEARN
        cell = there
        if over:
            break
    total = 0.0
    for _, _, got in reversed(taken):
        total = got + GAMMA * total
    episodes.append((total, sum(got for _, _, got in taken), len(taken)))"""

Q_LEARNING = """        correct(cell, action, got + GAMMA * q[there].max())"""
REPLAY = """
        memory[cell, action] = (got, there)
        known = list(memory.items())
        for number in generator.integers(len(known), size=PLANNING).tolist():  # Dyna-Q
            (past, did), (gave, led) = known[number]
            rate = ALPHA / max(1, updated[past, did]) ** DECAY
            q[past, did] += rate * (gave + GAMMA * q[led].max() - q[past, did])"""
SARSA = """        planned = -1 if ended else choose(there)
        correct(cell, action, got + GAMMA * (0.0 if ended else q[there, planned]))"""
MONTE_CARLO = """        if over:
            first, total = {}, 0.0
            for time, (past, did, _) in enumerate(taken):
                first.setdefault((past, did), time)
            for time, (past, did, gave) in reversed(list(enumerate(taken))):
                if first[past, did] == time:
                    correct(past, did, gave + GAMMA * total)
                total = gave + GAMMA * total"""

LEARNED = """values, best = q.max(1), best_values()
beyond = BEYOND
print(json.dumps({
    "loss/bellman": np.abs((worth(beyond) - q)[live]).mean(),
    "error/value": np.abs(values - best)[live].mean(),
    "value/start": values[start],
    "value/policy": exact(soft(q, 0))[start],
    "value/exploring": exact(soft(q, EPSILON))[start],
    "return/episode": episodes[-1][0],
    "return/mean": np.mean([total for total, _, _ in episodes[-50:]]),
    "reward/episode": episodes[-1][1],
    "steps/episode": float(episodes[-1][2]),
    "steps/mean": np.mean([moves for _, _, moves in episodes[-50:]]),
}))"""

#: Setting → whether a planner or a learner needs it as a constant.
CONSTANTS = {
    "gamma": "both",
    "slip": "both",
    "step_reward": "both",
    "goal_reward": "both",
    "pit_reward": "both",
    "epochs": "both",
    "evaluation_sweeps": "policy_iteration",
    "epsilon": "learner",
    "alpha": "learner",
    "decay": "learner",
    "initial_value": "learner",
    "max_moves": "learner",
    "planning": "q_learning",
    "seed": "learner",
}


def export(config: dict[str, Any]) -> dict[str, str]:
    """{"script", "notebook", "data"}. Raises ValueError, one sentence, when the config or its world is not legal."""
    settings = from_mapping(Config, config)
    if settings.method in PLANNERS:
        return exported([_opening(settings), RULES, *_planning(settings.method)])
    return exported([_opening(settings), RULES, ACTING, *_learning(settings)])


def _opening(config: Config) -> str:
    kinds = {"both", config.method, "planner" if config.method in PLANNERS else "learner"}
    constants = [
        f"{name.upper()} = {getattr(config, name)!r}" for name, used in CONSTANTS.items() if used in kinds
    ]
    world = read_world(config.painted or config.world)
    width = world.n_columns
    own = {divmod(at, width): value for at, value in sorted(world.rewards.items())}
    rows = world.text().partition("~")[0].replace("/", "\n")
    return OPENING.format(
        title=config.method.replace("_", " "), constants="\n".join(constants), world=rows, own=own
    )


def _planning(method: str) -> list[str]:
    if method == "value_iteration":
        return [VALUE_ITERATION, PLANNED.replace("MORE", "")]
    more = '\n    "policy/changed": float(changed),\n    "policy/improvements": float(improvements),'
    return [POLICY_ITERATION, PLANNED.replace("MORE", more)]


def _learning(config: Config) -> list[str]:
    learn = {"q_learning": Q_LEARNING, "sarsa": SARSA, "monte_carlo": MONTE_CARLO}[config.method]
    replays = config.method == "q_learning" and config.planning > 0
    body = LEARNING.replace("BEFORE", "memory = {}\n" if replays else "")
    body = body.replace("LEARN\n", learn + (REPLAY if replays else "") + "\n")
    beyond = "q.max(1)" if config.method == "q_learning" else "(soft(q, EPSILON) * q).sum(1)"
    return [body, LEARNED.replace("BEYOND", beyond)]
