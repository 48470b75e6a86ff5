"""The settings of the lesson on policy gradients, each declared once, and the experiments worth trying."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from models.cartpole_game import Physics
from models.policy_settings import HIDDEN, LEARNING_RATE
from models.settings import Choice, Flag, Goal, Preset, Range

LEARNERS = {"hand": "policy gradient by hand", "ppo": "PPO (stable-baselines3)"}
CREDITS = {
    "value": "a learned value",
    "mean": "the batch’s mean return",
    "none": "nothing",
}


@dataclass(frozen=True)
class Config:
    """Everything that decides a run: same config, same device, same numbers."""

    learner: Annotated[
        str,
        Choice(
            LEARNERS,
            group="Learner",
            help="The lesson’s own few lines, or a library’s proximal policy optimisation on the same game.",
        ),
    ] = "hand"
    baseline: Annotated[
        str,
        Choice(
            CREDITS,
            group="Learner",
            label="compare returns with",
            help="The baseline: what is taken off a return before it says how good an action was. PPO always learns a value.",
        ),
    ] = "value"
    gravity: Annotated[
        float,
        Range(
            1, 50, step=0.1, group="Task", unit="m/s²", live=True, help="How hard the pole is pulled down."
        ),
    ] = 9.8
    pole_length: Annotated[
        float,
        Range(
            0.2,
            4,
            step=0.1,
            group="Task",
            unit="m",
            live=True,
            help="From the hinge to the tip; a short pole falls faster.",
        ),
    ] = 1.0
    force: Annotated[
        float,
        Range(
            1,
            40,
            step=0.5,
            group="Task",
            unit="N",
            live=True,
            help="How hard the cart is pushed, left or right.",
        ),
    ] = 10.0
    learning_rate: Annotated[float, LEARNING_RATE] = 0.01
    discount: Annotated[
        float,
        Range(
            0,
            1,
            step=0.01,
            group="Training",
            label="discount γ",
            live=True,
            help="What a reward one step later is worth now. 0 looks at the next step only, 0.99 about 100 steps ahead.",
        ),
    ] = 0.99
    entropy_bonus: Annotated[
        float,
        Range(
            0,
            2,
            step=0.01,
            group="Training",
            live=True,
            help="Reward for staying undecided, for each nat of entropy: it keeps the policy trying both pushes.",
        ),
    ] = 0.0
    n_episodes: Annotated[
        int,
        Range(
            1,
            64,
            group="Training",
            label="episodes per update",
            help="Played to their ends before each update; for PPO the games played side by side, 64 steps each.",
        ),
    ] = 32
    gae_lambda: Annotated[
        float,
        Range(
            0,
            1,
            step=0.05,
            group="Learner",
            label="trace λ of the advantage",
            advanced=True,
            help="1 trusts the whole return, 0 only the next step and the learned value after it (generalised advantage).",
        ),
    ] = 1.0
    hidden: Annotated[tuple[int, ...], HIDDEN] = (64,)
    scale_advantages: Annotated[
        bool,
        Flag(
            group="Training",
            label="scale the advantages",
            advanced=True,
            help="Divide them by their spread in the batch, so that the size of a step does not depend on the returns’.",
        ),
    ] = True
    epochs: Annotated[
        int,
        Range(1, 1000, group="Training", label="updates", advanced=True, help="When to stop."),
    ] = 80
    seed: Annotated[
        int,
        Range(
            0, 9999, group="Training", advanced=True, help="Decides first weights, first states and actions."
        ),
    ] = 0


def physics_of(config: Config) -> Physics:
    """The task that the config describes."""
    return Physics(config.gravity, config.pole_length, config.force)


PRESETS = {
    "no_baseline": Preset(
        "Few episodes, no baseline",
        "Every action is made likelier, good or bad, only some more than others. The halves of a batch agree less than half as "
        "well as by default, and the curve climbs in zigzags.",
        {"baseline": "none", "n_episodes": 8},
        Goal("return/test", low=475.0, config={"baseline": "none", "learner": "hand"}),
    ),
    "big_step": Preset(
        "Too large a step",
        "It stands within five updates, and then one more step makes the policy sure of the wrong thing. It pushes to one side "
        "for ever: what is never tried cannot be learned.",
        {"learning_rate": 0.3, "seed": 2},
        Goal("return/test", high=50.0, config={"learner": "hand", "learning_rate": 0.3}),
    ),
    "short_sighted": Preset(
        "Living for the moment",
        "With γ = 0 every step earns the same 1, whatever was done: there is nothing to learn from, and it gets worse.",
        {"discount": 0.0},
        Goal("return/test", high=50.0, config={"learner": "hand", "discount": 0.0}),
    ),
    "undecided": Preset(
        "Too much entropy",
        "Staying a coin pays more than standing: the entropy stays near ln 2 ≈ 0.69 and the episodes short. Taking the likelier "
        "push every time would do far better: it knows, and does not dare.",
        {"entropy_bonus": 1.0},
        Goal("return/train", high=100.0, config={"learner": "hand", "entropy_bonus": 1.0}),
    ),
    "one_episode": Preset(
        "One episode at a time",
        "An update after every single episode, as REINFORCE was first written: jumpy, and by far the fewest steps played.",
        {"n_episodes": 1, "epochs": 150},
        Goal("return/test", low=475.0, config={"learner": "hand", "n_episodes": 1}),
    ),
    "actor_critic": Preset(
        "Actor and critic",
        "λ = 0.95: advantages lean on the learned value of the next state instead of on the whole episode.",
        {"gae_lambda": 0.95},
        Goal("return/test", low=475.0, config={"learner": "hand", "gae_lambda": 0.95}),
    ),
    "long_pole": Preset(
        "A long pole",
        "Three metres fall slower: an episode of pure chance already lasts twice as long.",
        {"pole_length": 3.0},
        Goal("return/test", low=475.0, config={"pole_length": 3.0}),
    ),
    "jupiter": Preset(
        "Strong gravity",
        "At five times the pull the pole is down in 16 steps by chance. It takes longer to start, and still learns.",
        {"gravity": 50.0},
        Goal("return/test", low=475.0, config={"gravity": 50.0}),
    ),
    "weak": Preset(
        "A weak motor",
        "1 N cannot catch a pole that leans far: it must act early. Pushing towards the lean does well, and is overtaken.",
        {"force": 1.0, "epochs": 120},
        Goal("return/test", low=475.0, config={"force": 1.0}),
    ),
    "ppo": Preset(
        "PPO",
        "Batches of 64 steps of each game, ten passes over each, and a limit on how far the policy may move.",
        {"learner": "ppo", "gae_lambda": 0.95, "epochs": 40},
        Goal("return/test", low=475.0, config={"learner": "ppo"}),
    ),
}
