"""The settings of the platformer lesson, each declared once, and what they mean for the game."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from models.platformer_generator import Sliders, generate
from models.platformer_level import Level
from models.platformer_levels import LEVELS
from models.platformer_rules import TERMS, Rewards, Rules
from models.settings import Choice, Range, Sizes, Text

ALGORITHMS = {"ppo": "PPO", "a2c": "A2C", "dqn": "DQN"}
CHOICES = {str(i): f"{i} · {shipped.name}" for i, shipped in enumerate(LEVELS, 1)} | {
    "generated": "generated"
}
SIGHTS = {
    "tiles": "tiles around the hero",
    "pixels": "a small grey picture",
    "both": "tiles and picture",
}
MOST_WEIGHT = 20
LONGEST_LEVEL = 8000  # characters of a drawn level
HELD_OUT = 32  # generated levels that are never learned from
#: Seconds an episode may last, and seconds without getting further after which it is over.
SECONDS, PATIENCE = 40.0, 6.0
#: DQN: states that it remembers, steps of each copy between two lessons, gradients in each, examples in a gradient, and
#: the share of the run over which random actions become fewer.
MEMORY, BETWEEN, GRADIENTS, DQN_BATCH, EXPLORING = 30_000, 4, 4, 256, 0.2
PHASE = 240  # ticks that walkers and platforms may be ahead when an episode begins: no two are quite the same


def _drawn(text: str) -> None:
    if text:
        Level.parse(text)


def _weight(meaning: str) -> Range:
    return Range(-MOST_WEIGHT, MOST_WEIGHT, step=0.05, group="Rewards", live=True, help=meaning)


def _slider(meaning: str) -> Range:
    return Range(0, 1, step=0.05, group="Generated levels", help=f"{meaning} 0: none, 1: as many as fit.")


@dataclass(frozen=True)
class Config:
    """Everything that decides a run: same config, same device, same numbers."""

    level: Annotated[
        str,
        Choice(CHOICES, group="Level", help="A level that comes with the game, or levels made from a seed."),
    ] = "1"
    own_level: Annotated[
        str,
        Text(
            LONGEST_LEVEL,
            group="Level",
            label="painted level",
            live=True,
            widget=False,
            check=_drawn,
            help="A level as text, played instead of the chosen one. Empty: the chosen one.",
        ),
    ] = ""
    pits: Annotated[float, _slider("How often the ground is missing, and how widely.")] = 0.4
    walkers: Annotated[float, _slider("How many creatures walk to and fro.")] = 0.4
    platforms: Annotated[float, _slider("How often a moving platform is the only way.")] = 0.0
    coins: Annotated[float, _slider("How many coins lie about.")] = 0.5
    length: Annotated[
        int, Range(40, 200, group="Generated levels", unit="tiles", help="How long each is.")
    ] = 60
    n_levels: Annotated[
        int,
        Range(
            1,
            64,
            group="Generated levels",
            label="levels to learn from",
            help="The copies of the game take turns with them. Other levels of the same kind are held out.",
        ),
    ] = 16
    algorithm: Annotated[
        str,
        Choice(
            ALGORITHMS,
            group="Agent",
            help="Proximal policy optimisation, advantage actor-critic, or a deep Q-network.",
        ),
    ] = "ppo"
    observation: Annotated[
        str,
        Choice(
            SIGHTS,
            group="Agent",
            label="it sees",
            advanced=True,
            help="Tiles say what is where; a picture has to be read first, which takes many times longer.",
        ),
    ] = "tiles"
    skip: Annotated[
        int,
        Range(
            1,
            12,
            group="Agent",
            label="frame skip",
            unit="ticks",
            advanced=True,
            help="How many ticks of 1/60 s an action is held.",
        ),
    ] = 4
    hidden: Annotated[
        tuple[int, ...],
        Sizes(
            1,
            256,
            max_length=3,
            group="Agent",
            label="hidden layers",
            advanced=True,
            help="Neurons (ReLU) in each hidden layer of the policy, and of the value beside it.",
        ),
    ] = (64, 64)
    reward_progress: Annotated[float, _weight("For each tile further to the right; back costs as much.")] = (
        0.1
    )
    reward_coin: Annotated[float, _weight("For each coin.")] = 0.2
    reward_stomp: Annotated[float, _weight("For each walker that is jumped on.")] = 0.2
    reward_death: Annotated[float, _weight("For falling into a pit or being caught.")] = -2.0
    reward_time: Annotated[float, _weight("For each second that passes.")] = -0.05
    reward_flag: Annotated[float, _weight("For reaching the flag.")] = 5.0
    learning_rate: Annotated[
        float,
        Range(0.00001, 0.1, log=True, group="Training", live=True, help="Size of one step of the weights."),
    ] = 0.001
    discount: Annotated[
        float,
        Range(
            0,
            1,
            step=0.005,
            group="Training",
            label="discount γ",
            live=True,
            help="What a reward one action later is worth now: 0.99 looks about 100 actions (7 s) ahead.",
        ),
    ] = 0.99
    entropy_bonus: Annotated[
        float,
        Range(
            0,
            1,
            step=0.001,
            group="Training",
            live=True,
            help="Reward for staying undecided, for each nat of entropy (PPO and A2C).",
        ),
    ] = 0.003
    exploration: Annotated[
        float,
        Range(
            0,
            1,
            step=0.01,
            group="Training",
            live=True,
            advanced=True,
            label="random actions ε",
            help="Share of random actions once DQN has explored; it begins with nothing but random ones.",
        ),
    ] = 0.05
    n_envs: Annotated[
        int,
        Range(
            1,
            256,
            group="Training",
            label="copies of the game",
            advanced=True,
            help="Played side by side; each gives one step at a time.",
        ),
    ] = 64
    n_steps: Annotated[
        int,
        Range(
            4,
            512,
            group="Training",
            label="steps per update",
            advanced=True,
            help="Actions of each copy between two updates.",
        ),
    ] = 32
    batch_size: Annotated[
        int,
        Range(
            16,
            8192,
            group="Training",
            advanced=True,
            help="Steps in each part of the data that a gradient is taken over (PPO and DQN).",
        ),
    ] = 512
    n_passes: Annotated[
        int,
        Range(
            1,
            20,
            group="Training",
            label="passes",
            advanced=True,
            help="PPO learns from all its data so often.",
        ),
    ] = 4
    gae_lambda: Annotated[
        float,
        Range(
            0,
            1,
            step=0.01,
            group="Training",
            label="λ of the advantage",
            advanced=True,
            help="1 trusts the rewards that came, 0 the value that was learned (PPO and A2C).",
        ),
    ] = 0.95
    epochs: Annotated[
        int,
        Range(
            1, 20000, group="Training", label="updates", advanced=True, unit="updates", help="When to stop."
        ),
    ] = 480
    seed: Annotated[
        int,
        Range(
            0,
            9999,
            group="Training",
            advanced=True,
            help="Decides first weights, actions and made-up levels.",
        ),
    ] = 0


def sliders_of(config: Config) -> Sliders:
    """What generated levels are like."""
    return Sliders(config.pits, config.walkers, config.platforms, config.coins, config.length)


def named_levels(config: Config) -> list[tuple[str, Level]]:
    """(name, level) of everything that is learned from."""
    if config.own_level:
        return [("Painted level", Level.parse(config.own_level))]
    if config.level == "generated":
        made = (generate(sliders_of(config), 1000 * config.seed + i) for i in range(config.n_levels))
        return [(f"Generated level {i}", level) for i, level in enumerate(made, 1)]
    shipped = LEVELS[int(config.level) - 1]
    return [(shipped.name, shipped.level)]


def held_out_levels(config: Config) -> list[Level]:
    """Levels of the same kind that are never learned from, whatever the seed."""
    return [generate(sliders_of(config), 10**9 + i) for i in range(HELD_OUT)]


def rewards_of(config: Config) -> Rewards:
    """The weights of the reward's terms."""
    return Rewards(**{term: getattr(config, f"reward_{term}") for term in TERMS})


def rules_of(config: Config) -> Rules:
    """How the game is played while it is learned."""
    return Rules(skip=config.skip, seconds=SECONDS, patience=PATIENCE, phase=PHASE)


def steps_per_update(config: Config) -> int:
    """Environment steps of all copies together between two updates."""
    return config.n_envs * config.n_steps


def part_size(config: Config) -> int:
    """Steps in each part of PPO's data: the largest number up to `batch_size` that leaves no smaller part at the end."""
    steps = steps_per_update(config)
    sizes = [size for size in range(16, min(config.batch_size, steps) + 1) if steps % size == 0]
    return max(sizes, default=steps)


def target_interval(config: Config) -> int:
    """Steps of all copies between two renewals of the network that DQN's targets come from."""
    return max(1, 8192 // config.n_envs)
