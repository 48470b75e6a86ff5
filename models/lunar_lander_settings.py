"""The settings of the lesson on landing, each declared once, and the experiments worth trying."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from models.policy_settings import HIDDEN, LEARNING_RATE
from models.settings import Choice, Flag, Goal, Preset, Range

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
        Flag(
            group="Task",
            live=True,
            help="Gusts from the side that come and go, until a leg touches the ground.",
        ),
    ] = False
    wind_power: Annotated[
        float,
        Range(
            0,
            20,
            step=0.5,
            group="Task",
            label="strength of the wind",
            live=True,
            help="Largest sideways force.",
        ),
    ] = 15.0
    turbulence: Annotated[
        float,
        Range(
            0,
            2,
            step=0.1,
            group="Task",
            live=True,
            advanced=True,
            help="Largest torque that the wind turns it by.",
        ),
    ] = 1.5
    learning_rate: Annotated[float, LEARNING_RATE] = 0.007
    discount: Annotated[
        float,
        Range(
            0,
            1,
            step=0.001,
            group="Training",
            label="discount γ",
            live=True,
            help="What a reward one step later is worth now. 0.99 looks about 100 steps ahead, 0.999 about 1000; a step is 0.02 s.",
        ),
    ] = 0.999
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
    ] = 0.97
    hidden: Annotated[tuple[int, ...], HIDDEN] = (64, 64)
    epochs: Annotated[
        int, Range(1, 2000, group="Training", label="updates", advanced=True, help="When to stop.")
    ] = 150
    seed: Annotated[
        int,
        Range(
            0,
            9999,
            group="Training",
            advanced=True,
            help="Decides first weights, grounds, pushes and actions.",
        ),
    ] = 0


PRESETS = {
    "ppo": Preset(
        "PPO",
        "Batches of 128 steps of each game, four passes over each, and a limit on how far the policy may move. The flights go on "
        "across updates.",
        {"learner": "ppo", "learning_rate": 0.001, "gae_lambda": 0.98, "epochs": 400},
        Goal("return/test", low=0.0, config={"learner": "ppo"}),
    ),
    "low_gravity": Preset(
        "Weak gravity",
        "At a fifth of the pull a fall takes twice as long, and one puff of the main engine sends it up again.",
        {"gravity": 2.0},
        Goal("return/test", low=100.0, config={"gravity": 2.0}),
    ),
    "windy": Preset(
        "Wind",
        "Gusts push it aside and turn it. Even the controller by hand, which was made for calm air, now loses landings. What is "
        "learned comes late and is lost again; a breeze that grows while it trains is kinder.",
        {"wind": True, "wind_power": 20.0},
        Goal("return/test", low=0.0, config={"wind": True, "wind_power": 20.0}),
    ),
    "short_sighted": Preset(
        "Living for the moment",
        "With γ = 0 only the next 0.02 s count: it slows down and holds itself upright, and has no idea what for.",
        {"discount": 0.0, "gae_lambda": 0.0, "epochs": 60},
        Goal("landed/test", high=0.25, config={"discount": 0.0}),
    ),
    "undecided": Preset(
        "Too much entropy",
        "Staying a die pays more than flying: the entropy stays near ln 4 ≈ 1.39, and every flight crashes.",
        {"entropy_bonus": 1.0, "epochs": 60},
        Goal("return/train", high=-50.0, config={"entropy_bonus": 1.0}),
    ),
    "big_step": Preset(
        "Too large a step",
        "Within a few updates one action has all the chance. What is never tried cannot be learned.",
        {"learning_rate": 0.3, "epochs": 60},
        Goal("return/test", high=0.0, config={"learner": "hand", "learning_rate": 0.3}),
    ),
    "one_flight": Preset(
        "One flight at a time",
        "An update after every single flight: jumpy, for the luck of one ground and one push decides.",
        {"n_games": 1, "epochs": 600},
        Goal("return/test", low=0.0, config={"learner": "hand", "n_games": 1}),
    ),
}
