"""How others play the same levels: random actions, and one who always runs and jumps. And how an agent is examined.

NumPy only. Each of n copies plays one episode; what a copy plays after its first end is not counted.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from models.platformer_game import NONE, Ending, Game, Observation
from models.platformer_level import Level
from models.platformer_rules import N_ACTIONS, TERMS, Rewards, Rules

RUN_AND_JUMP = 4
N_EPISODES = 100
Player = Callable[[Observation], NDArray[np.integer]]
Chances = Callable[[Observation], NDArray[np.floating]]


def play(game: Game, player: Player) -> list[Ending]:
    """The first ending of every copy of the game, in the order of the copies, from where they are now."""
    seen, found = game.observe(), dict[int, Ending]()
    for _ in range(game.rules.limit // game.rules.skip + 2):
        seen, *_ = game.step(player(seen))
        for copy, ending in zip(game.finished.tolist(), game.ended, strict=True):
            found.setdefault(copy, ending)
        if len(found) == game.n:
            break
    return [found[copy] for copy in sorted(found)]


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


def sampler(chances: Chances, seed: Sequence[int]) -> Player:
    """A player that draws its actions from the chances (n, actions) that a policy gives, with random numbers of its own."""
    generator = np.random.default_rng(seed)

    def choose(seen: Observation) -> NDArray[np.integer]:
        bars = np.cumsum(chances(seen).astype(np.float64), axis=1)
        drawn = generator.random((len(bars), 1)) * bars[:, -1:]
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
        player = _player(name)  # looks at nothing
        ended = examined(player, levels, N_EPISODES, rules, rewards, 1, NONE)
        kept = scores(ended, rewards)
        found[name] = {
            key: kept[key] for key in ("rate/success", "reward/episode", "length/episode", "progress/episode")
        }
        if held_out:
            found[name]["rate/held_out"] = success(
                examined(player, held_out, len(held_out), rules, replace(rewards), 1, NONE)
            )
    return found


def _player(name: str) -> Player:
    generator = np.random.default_rng(12)

    def random(seen: Observation) -> NDArray[np.integer]:
        return generator.integers(N_ACTIONS, size=_count(seen))

    def run_and_jump(seen: Observation) -> NDArray[np.integer]:
        return np.full(_count(seen), RUN_AND_JUMP)

    return random if name == "random actions" else run_and_jump


def _count(seen: Observation) -> int:
    return len(next(iter(seen.values()))) if isinstance(seen, dict) else len(seen)
