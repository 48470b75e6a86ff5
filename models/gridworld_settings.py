"""The settings of the gridworld, each declared once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from models.gridworld_world import check_painted, check_world
from models.settings import Choice, Range, Text

METHODS = {
    "q_learning": "Q-learning",
    "sarsa": "SARSA",
    "monte_carlo": "Monte Carlo control",
    "value_iteration": "Value iteration",
    "policy_iteration": "Policy iteration",
}
PLANNERS = ("value_iteration", "policy_iteration")
LONGEST = 20_000  # characters; a world that is too large is told so by its size


@dataclass(frozen=True)
class Config:
    """Everything that decides a run."""

    method: Annotated[
        str,
        Choice(
            METHODS,
            group="Method",
            help="Learn from moves (Q-learning, SARSA, Monte Carlo), or plan with the rules of the world known "
            "(value iteration, policy iteration).",
        ),
    ] = "q_learning"
    world: Annotated[
        str,
        Text(
            max_length=LONGEST,
            check=check_world,
            widget=False,
            help="Name of a ready-made world, or rows of cells such as S..G/.x.P.",
        ),
    ] = "open"
    painted: Annotated[
        str,
        Text(
            max_length=LONGEST,
            check=check_painted,
            widget=False,
            live=True,
            help="The world as it was repainted while the agent is in it; empty for the world as it was.",
        ),
    ] = ""
    epsilon: Annotated[
        float,
        Range(
            0,
            1,
            step=0.01,
            live=True,
            group="Method",
            label="exploration ε",
            help="How often the agent moves at random instead of as it thinks best.",
        ),
    ] = 0.1
    alpha: Annotated[
        float,
        Range(
            0.01,
            1,
            log=True,
            live=True,
            group="Method",
            label="learning rate α",
            help="How far one experience moves the value it corrects: 1 forgets the old value.",
        ),
    ] = 0.3
    gamma: Annotated[
        float,
        Range(
            0,
            0.99,
            step=0.01,
            live=True,
            group="Method",
            label="discount γ",
            help="What a reward is worth one move later. It stays below 1, so that a walk without an end has a value too.",
        ),
    ] = 0.95
    slip: Annotated[
        float,
        Range(
            0,
            1,
            step=0.05,
            live=True,
            group="World",
            label="slip",
            help="Chance that a move goes to the left or right of where it was meant to.",
        ),
    ] = 0.0
    step_reward: Annotated[
        float,
        Range(
            -2,
            1,
            step=0.01,
            live=True,
            group="World",
            label="reward of a move",
            help="Reward of every move onto floor. Negative: hurry up.",
        ),
    ] = -0.01
    goal_reward: Annotated[
        float,
        Range(
            -1,
            10,
            step=0.1,
            live=True,
            group="World",
            label="reward of the goal",
            help="Reward of reaching a goal, which ends the episode.",
        ),
    ] = 1.0
    pit_reward: Annotated[
        float,
        Range(
            -100,
            0,
            step=0.5,
            live=True,
            group="World",
            label="reward of a pit",
            help="Reward of falling: into a pit, which ends the episode, or off a cliff, back to the start.",
        ),
    ] = -1.0
    decay: Annotated[
        float,
        Range(
            0,
            1,
            step=0.1,
            live=True,
            advanced=True,
            group="Method",
            label="smaller steps with practice ω",
            help="The learning rate is α/Nω (N to the power of ω) at the N-th visit of an action: 0 keeps it, with α = 1 and "
            "ω = 1 values are averages.",
        ),
    ] = 0.0
    planning: Annotated[
        int,
        Range(
            0,
            50,
            live=True,
            advanced=True,
            group="Method",
            label="remembered moves replayed",
            help="After each move, Q-learning learns again from so many moves that it remembers (Dyna-Q).",
        ),
    ] = 0
    initial_value: Annotated[
        float,
        Range(
            -10,
            10,
            step=0.5,
            advanced=True,
            group="Method",
            label="initial value of every action",
            help="What a learner expects of an action that it has never tried. High: it tries everything.",
        ),
    ] = 0.0
    evaluation_sweeps: Annotated[
        int,
        Range(
            1,
            100,
            live=True,
            advanced=True,
            group="Method",
            label="sweeps before an improvement",
            help="How often policy iteration goes over all cells before it changes the policy (at most).",
        ),
    ] = 20
    max_moves: Annotated[
        int,
        Range(
            10,
            1000,
            step=10,
            advanced=True,
            group="World",
            label="longest episode",
            unit="moves",
            help="An episode is broken off after so many moves.",
        ),
    ] = 200
    epochs: Annotated[
        int,
        Range(
            1,
            5000,
            advanced=True,
            group="Method",
            label="episodes or sweeps",
            help="Episodes of a learner, or sweeps of a planner over all cells.",
        ),
    ] = 500
    seed: Annotated[
        int, Range(0, 9999, advanced=True, group="World", help="Decides chance moves, slips and ties.")
    ] = 0
