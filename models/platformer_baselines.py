"""How others play the same levels: random actions, and one who always runs and jumps. And how an agent is examined.

NumPy only. Each of n copies plays one episode. Episodes differ in length, by a factor of fifty when some agents jump into
the first pit and some stand still: copies that are done are left out of the game while the others go on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from models.platformer_eyes import rows_of
from models.platformer_fewer import fewer
from models.platformer_game import NONE, Ending, Game, Observation
from models.platformer_level import Level
from models.platformer_rules import N_ACTIONS, TERMS, Rewards, Rules

RUN_AND_JUMP = 4
N_EPISODES = 100
LEFT = 0.75  # a game is made smaller when so many of its copies, or fewer, still play
#: What m episodes see, and their numbers (m,) among all → an action (m,) for each.
Player = Callable[[Observation, NDArray[np.integer]], NDArray[np.integer]]
Chances = Callable[[Observation], NDArray[np.floating]]


def play(game: Game, player: Player) -> list[Ending]:
    """The first ending of every copy of the game, in the order of the copies, from where they are now."""
    seen, found = game.observe(), dict[int, Ending]()
    numbers = np.arange(game.n)
    for _ in range(game.rules.limit // game.rules.skip + 2):
        seen, *_ = game.step(player(seen, numbers))
        for at, ending in zip(game.finished.tolist(), game.ended, strict=True):
            number = int(numbers[at])
            found.setdefault(number, replace(ending, copy=number))
        going = np.array([number not in found for number in numbers.tolist()]).nonzero()[0]
        if not len(going):
            break
        if len(going) <= LEFT * game.n:
            game, numbers, seen = fewer(game, going), numbers[going], rows_of(seen, going)
    return [found[number] for number in sorted(found)]


def scores(endings: Sequence[Ending], rewards: Rewards) -> dict[str, float]:
    """The metrics of these episodes: means, shares of the ways to end, and the six terms of the reward."""
    found = {
        "rate/success": float(np.mean([ending.how == "flag" for ending in endings])),
        "reward/episode": float(np.mean([ending.reward for ending in endings])),
        "length/episode": float(np.mean([ending.seconds for ending in endings])),
        "progress/episode": float(np.mean([ending.progress for ending in endings])),
    }
    for how in ("fell", "caught", "flag", "time"):
        found[f"ends/{how}"] = float(np.mean([ending.how == how for ending in endings]))
    terms = np.mean([ending.terms for ending in endings], axis=0)
    for term, count in zip(TERMS, terms.tolist(), strict=True):
        found[f"reward/{term}"] = count * getattr(rewards, term)
    return found


def sampler(chances: Chances, seed: Sequence[int], n: int) -> Player:
    """A player of n episodes that draws its actions from the chances (m, actions) that a policy gives for m of them.

    Each episode has random numbers of its own, whichever others still play.
    """
    generator = np.random.default_rng(seed)

    def choose(seen: Observation, numbers: NDArray[np.integer]) -> NDArray[np.integer]:
        bars = np.cumsum(chances(seen).astype(np.float64), axis=1)
        drawn = generator.random((n, 1))[numbers] * bars[:, -1:]
        actions: NDArray[np.integer] = np.minimum((bars < drawn).sum(axis=1), N_ACTIONS - 1)
        return actions

    return choose


def examined(
    player: Player,
    levels: Sequence[Level],
    n: int,
    rules: Rules,
    rewards: Rewards,
    seed: int,
    observation: str = "tiles",
) -> list[Ending]:
    """How n fresh episodes of the levels, taken in turn, ended."""
    game = Game(levels, n, observation=observation, rewards=rewards, rules=rules, seed=seed)
    return play(game, player)


def success(endings: Sequence[Ending]) -> float:
    """The share of episodes that reached the flag."""
    return float(np.mean([ending.how == "flag" for ending in endings]))


def baselines(
    levels: Sequence[Level], rules: Rules, rewards: Rewards, held_out: Sequence[Level] = ()
) -> dict[str, dict[str, float]]:
    """{"random actions", "always run and jump"} → metrics, on these levels (and the share of held-out ones finished)."""
    found = {}
    for name in ("random actions", "always run and jump"):
        generator = np.random.default_rng(12)
        player = _player(name, generator, N_EPISODES)  # looks at nothing
        ended = examined(player, levels, N_EPISODES, rules, rewards, 1, NONE)
        kept = scores(ended, rewards)
        found[name] = {
            key: kept[key] for key in ("rate/success", "reward/episode", "length/episode", "progress/episode")
        }
        if held_out:
            player = _player(name, generator, len(held_out))
            found[name]["rate/held_out"] = success(
                examined(player, held_out, len(held_out), rules, replace(rewards), 1, NONE)
            )
    return found


def _player(name: str, generator: np.random.Generator, n: int) -> Player:
    def random(_: Observation, numbers: NDArray[np.integer]) -> NDArray[np.integer]:
        actions: NDArray[np.integer] = generator.integers(N_ACTIONS, size=n)[numbers]
        return actions

    def run_and_jump(_: Observation, numbers: NDArray[np.integer]) -> NDArray[np.integer]:
        return np.full(len(numbers), RUN_AND_JUMP)

    return random if name == "random actions" else run_and_jump
