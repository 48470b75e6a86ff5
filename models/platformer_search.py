"""A way to the flag, found by trying: best-first search over what the game really does.

Of all places reached so far, the 64 furthest to the right that were not gone on from are taken up again, every action is
tried from each in one step of the batch, and what is new is kept. Two states are the same if they agree in place and
speed but for their last bits, and in time to a quarter of a second when things move. It shows that a level can be done, and
how; finding nothing within its budget shows nothing.
"""

from __future__ import annotations

import heapq
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from models.platformer_game import Game
from models.platformer_level import Level
from models.platformer_rules import N_ACTIONS, Rewards, Rules

TAKEN_UP = 64  # states gone on from at once
#: Low bits of place, speed and time that do not matter, from coarse, which gets far with few states, to fine.
GRAINS = (
    {"x": 10, "y": 10, "vx": 8, "vy": 9, "clock": 4},
    {"x": 10, "y": 10, "vx": 7, "vy": 8, "clock": 4},
    {"x": 9, "y": 9, "vx": 6, "vy": 7, "clock": 4},
)


def solve(level: Level, *, skip: int = 4, seconds: float = 90.0, most: int = 60_000) -> list[int] | None:
    """The actions that lead to the flag, or None if none were found among `most` states of each grain."""
    return next((way for grain in GRAINS if (way := _searched(level, grain, skip, seconds, most))), None)


def _searched(
    level: Level, grain: Mapping[str, int], skip: int, seconds: float, most: int
) -> list[int] | None:
    rules = Rules(skip=skip, seconds=seconds)
    game = Game([level], TAKEN_UP * N_ACTIONS, rules=rules, rewards=Rewards())
    pool = {name: _room(array, most) for name, array in game.save().items() if name != "world.grid"}
    parent, action = np.full(most, -1), np.full(most, -1)
    n_states = 1
    for name, array in game.save().items():
        if name in pool:
            pool[name][..., 0] = array[..., 0]
    open_states, known = [(0, 0)], {_keys(game, grain)[0]}
    while open_states and n_states + TAKEN_UP * N_ACTIONS < most:
        chosen = [heapq.heappop(open_states)[1] for _ in range(min(TAKEN_UP, len(open_states)))]
        source = np.resize(np.repeat(chosen, N_ACTIONS), game.n)
        tried = np.resize(np.arange(N_ACTIONS), game.n)
        game.load(pool, source)
        _, _, terminated, truncated = game.step(tried)
        won = [ending.copy for ending in game.ended if ending.how == "flag"] if len(game.finished) else []
        if won:
            return [*_way(parent, action, int(source[won[0]])), int(tried[won[0]])]
        fresh = []
        for copy, key in enumerate(_keys(game, grain)):
            if not (terminated[copy] or truncated[copy] or key in known):
                known.add(key)
                fresh.append(copy)
        saved = game.save()
        new = np.arange(n_states, n_states + len(fresh))
        for name, rows in pool.items():
            rows[..., new] = saved[name][..., fresh]
        parent[new], action[new] = source[fresh], tried[fresh]
        for state, copy in zip(new.tolist(), fresh, strict=True):
            heapq.heappush(open_states, (-int(game.world.pos[0, copy]), state))
        n_states += len(fresh)
    return None


def _room(array: NDArray[np.generic], most: int) -> NDArray[np.generic]:
    return np.zeros((*array.shape[:-1], most), dtype=array.dtype)


def _keys(game: Game, grain: Mapping[str, int]) -> list[tuple[int, ...]]:
    """What tells the state of each copy from others, coarsely."""
    world = game.world
    moving = world.stage.n_walkers or world.stage.n_platforms
    clock = world.clock >> grain["clock"] if moving else world.clock * 0
    columns = [
        world.pos[0] >> grain["x"],
        world.pos[1] >> grain["y"],
        world.vel[0] >> grain["vx"],
        world.vel[1] >> grain["vy"],
        world.ground.astype(np.int64),
        clock,
    ]
    return list(zip(*(column.tolist() for column in columns), strict=True))


def _way(parent: NDArray[np.int64], action: NDArray[np.int64], state: int) -> list[int]:
    actions = []
    while parent[state] >= 0:
        actions.append(int(action[state]))
        state = int(parent[state])
    return actions[::-1]
