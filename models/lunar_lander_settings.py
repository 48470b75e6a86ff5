"""The settings of the lesson on landing, each declared once, and the experiments worth trying."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from models.settings import Choice, Flag, Goal, Preset, Range, Sizes

LEARNERS = {"hand": "policy gradient by hand", "ppo": "PPO (stable-baselines3)"}


@dataclass(frozen=True)
class Config:
    """Everything that decides a run: same config, same device, same numbers."""

    learner: Annotated[
        str,
        Choice(
            LEARNERS,
            group="Learner",
            help="The lesson’s own few lines, as on CartPole’s page, or a library’s proximal policy optimisation.",
        ),
    ] = "hand"
    gravity: Annotated[
        float,
        Range(
            1,
            11.5,
            step=0.5,
            group="Task",
            unit="m/s²",
            live=True,
            help="The pull downwards as the physics engine counts it. Gymnasium’s is 10; at more than 12 it refuses.",
        ),
    ] = 10.0
    wind: Annotated[
        bool,
        Flag(group="Task", live=True, help="Gusts from the side that come and go, until a leg touches the ground."),
    ] = False
    wind_power: Annotated[
        float,
        Range(0, 20, step=0.5, group="Task", label="strength of the wind", live=True, help="Largest sideways force."),
    ] = 15.0
    turbulence: Annotated[
        float,
        Range(0, 2, step=0.1, group="Task", live=True, advanced=True, help="Largest torque that the wind turns it by."),
    ] = 1.5
    learning_rate: Annotated[
        float,
        Range(0.0001, 1, log=True, group="Training", live=True, help="Size of the step that follows each batch."),
    ] = 0.01
    discount: Annotated[
        float,
        Range(
            0,
            1,
            step=0.005,
            group="Training",
            label="discount γ",
            live=True,
            help="What a reward one step later is worth now. 0.99 looks about 100 steps ahead, and a step is 0.02 s.",
        ),
    ] = 0.99
    entropy_bonus: Annotated[
        float,
        Range(
            0,
            1,
            step=0.005,
            group="Training",
            live=True,
            help="Reward for staying undecided, for each nat of entropy: it keeps the policy trying all four actions.",
        ),
    ] = 0.01
    n_games: Annotated[
        int,
        Range(
            1,
            64,
            group="Training",
            label="flights per update",
            help="By hand: flights to their ends before each update. PPO: games side by side, 128 steps of each.",
        ),
    ] = 16
    gae_lambda: Annotated[
        float,
        Range(
            0,
            1,
            step=0.01,
            group="Learner",
            label="trace λ of the advantage",
            advanced=True,
            help="1 trusts the whole return, 0 only the next step and the learned value after it (generalised advantage).",
        ),
    ] = 0.95
    hidden: Annotated[
        tuple[int, ...],
        Sizes(
            1,
            128,
            max_length=3,
            group="Learner",
            label="hidden layers",
            advanced=True,
            help="Neurons (tanh) in each hidden layer of the policy, and of the value beside it.",
        ),
    ] = (64, 64)
    epochs: Annotated[
        int, Range(1, 2000, group="Training", label="updates", advanced=True, help="When to stop.")
    ] = 200
    seed: Annotated[
        int,
        Range(0, 9999, group="Training", advanced=True, help="Decides first weights, grounds, pushes and actions."),
    ] = 0
