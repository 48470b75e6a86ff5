"""The game as N copies that step at once: actions in, observations and rewards out, finished copies begin again.

Everything that happens in a copy follows from the seed, its number, its levels and its actions: a batch of one plays
the very same game as a batch of 64. N copies; a step is one action, which lasts `rules.skip` ticks of 1/60 s.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from models.platformer_ending import Ending, drawn, ending_of
from models.platformer_eyes import Eyes, Observation, rows_of
from models.platformer_level import Level
from models.platformer_moving import TILE
from models.platformer_physics import World
from models.platformer_rules import (
    ACTIONS,
    CAUGHT,
    FELL,
    FLAG,
    OBSERVATIONS,
    RUNNING,
    TERMS,
    TICKS_PER_SECOND,
    TIME,
    Rewards,
    Rules,
)
from models.platformer_snapshot import pictured
from models.platformer_stage import Stage
from models.platformer_swap import moved_over

Integers = NDArray[np.int64]
MOST_ENDINGS = 8192  # endings kept until they are asked for
NONE = "none"
DRAWS = ("turn", "random")
__all__ = ["Ending", "Game", "Observation"]

#: Arrays of a Game that are the state of its copies, beside those of its world.
STATE = ("episode", "phase", "best", "best_at", "totals", "total", "steps", "_cut")


class Game:
    """N copies of the game.

    levels: what is played; draw "turn": copy i plays level i mod len(levels), "random": a drawn one each episode.
    observation: "tiles" (N, N_NUMBERS) float32, "pixels" (N, 1, 60, 80) uint8, "both", a dict of the two, or "none" for a
    game that nobody learns from. again: copies that ended begin again by themselves; else they wait for `restart`.
    After each step: `terms` (6, N), what each of TERMS counted; `endings`, see `take_endings`.
    """

    def __init__(
        self,
        levels: Sequence[Level],
        copies: int = 64,
        *,
        observation: str = "tiles",
        rewards: Rewards | None = None,
        rules: Rules | None = None,
        seed: int = 0,
        draw: str = "turn",
        again: bool = True,
    ) -> None:
        if not levels:
            raise ValueError("A game needs at least one level.")
        if copies < 1:
            raise ValueError(f"A game needs at least one copy, not {copies}.")
        if observation not in (*OBSERVATIONS, NONE):
            raise ValueError(f"The observation is {observation}; it may be {', '.join(OBSERVATIONS)}.")
        if draw not in DRAWS:
            raise ValueError(f"Levels are drawn by {draw}; it may be {' or '.join(DRAWS)}.")
        self.n, self.observation, self.draw, self.seed, self.again = copies, observation, draw, seed, again
        self.watched: set[int] = set()
        self.rewards, self.rules = rewards or Rewards(), rules or Rules()
        self.endings: deque[Ending] = deque(maxlen=MOST_ENDINGS)
        self.levels: tuple[Level, ...] = ()
        self._all = np.arange(copies)
        self._set_up(tuple(levels))
        self.reset()

    @property
    def rewards(self) -> Rewards:
        """What counts how much; may be changed while the game runs."""
        return self._rewards

    @rewards.setter
    def rewards(self, rewards: Rewards) -> None:
        self._rewards = rewards
        self._weights = np.array([[getattr(rewards, name)] for name in TERMS], dtype=np.float64)

    def _set_up(self, levels: tuple[Level, ...]) -> None:
        self.levels = levels
        self.stage = Stage(levels, self.rules.limit + self.rules.phase + self.rules.skip + 2)
        self.world = World(self.stage, self.n)
        self.eyes = Eyes(self.stage, self.observation)
        self.ways = np.array([max(1, level.flag[0] - level.start[0]) for level in levels])
        self.starts = np.array([level.start[0] for level in levels])

    def reset(self, seed: int | None = None) -> Observation:
        """The first observation of every copy, all of which begin their first episode (again)."""
        if seed is not None:
            self.seed = seed
        self.episode = np.zeros(self.n, dtype=np.int64)
        self.phase = np.zeros(self.n, dtype=np.int64)
        self.best = np.zeros(self.n, dtype=np.int64)
        self.best_at = np.zeros(self.n, dtype=np.int64)
        self.totals = np.zeros((len(TERMS), self.n))
        self.total = np.zeros(self.n)
        self.steps = np.zeros(self.n, dtype=np.int64)
        self.terms = np.zeros((len(TERMS), self.n))
        self._weighed = np.zeros_like(self.terms)
        self.final: Observation | None = None
        self.finished: Integers = self._all[:0]
        self.ended: list[Ending] = []  # of `finished`
        self.last: dict[
            int, dict[str, NDArray[Any]]
        ] = {}  # copies of `finished` that are `watched`, as they ended
        self._cut = np.zeros(self.n, dtype=np.bool_)
        self.endings.clear()
        self._begin(self._all)
        return self.eyes.see(self.world)

    def restart(self) -> Observation:
        """The first observation of the next episode of every copy, whatever was going on."""
        if self.steps.any() or self._cut.any():
            self.episode += 1
            self._begin(self._all)
            self.finished = self._all[:0]
        return self.eyes.see(self.world)

    def begin_at(self, phase: int) -> None:
        """Begins the present episode of every copy (again) with walkers and platforms `phase` ticks ahead."""
        self._begin(self._all, phase)

    def _begin(self, copies: Integers, phase: int | None = None) -> None:
        n_levels = len(self.levels)
        levels = copies % n_levels
        self.phase[copies] = phase or 0
        if self.draw == "random" or (self.rules.phase and phase is None):
            for i, copy in enumerate(copies.tolist()):
                bits = drawn(self.seed, copy, int(self.episode[copy]))
                if self.draw == "random":
                    levels[i] = (bits >> 32) % n_levels
                if phase is None:
                    self.phase[copy] = (bits & 0xFFFFFFFF) % (self.rules.phase + 1)
        self.world.begin(copies, levels, self.phase[copies])
        self.best[copies] = self.world.pos[0, copies]
        self.best_at[copies] = self.phase[copies]
        self.totals[:, copies] = 0
        self.total[copies] = self.steps[copies] = 0
        self._cut[copies] = False

    def step(
        self, actions: ArrayLike
    ) -> tuple[Observation, NDArray[np.float32], NDArray[np.bool_], NDArray[np.bool_]]:
        """(observation, reward (N,), terminated (N,), truncated (N,)) after one action (N,) of every copy.

        Copies that ended have begun again: their row of the observation is that of a new episode, and what they saw
        last is `final`, one row for each of `finished`; `last` has snapshots of those that are in `watched`.
        """
        pressed = np.asarray(actions)
        if pressed.shape != (self.n,) or pressed.dtype.kind not in "iu":
            raise ValueError(f"A step needs {self.n} whole numbers, one action for each copy.")
        if np.count_nonzero(pressed.astype(np.uint64) >= len(ACTIONS)):
            raise ValueError(f"An action is a whole number from 0 to {len(ACTIONS) - 1}.")
        if not self.again and len(self.finished):
            raise RuntimeError("The game is over: restart it.")
        world = self.world
        x, clock = world.pos[0].copy(), world.clock.copy()
        coins, stomps = world.coins.copy(), world.stomps.copy()
        world.press(pressed.astype(np.int64, copy=False))
        for _ in range(self.rules.skip):
            world.tick()
        world.rest()
        self._count(x, clock, coins, stomps)
        terminated = world.over != RUNNING
        self._look_at_the_clock(terminated)
        done = world.over != RUNNING
        truncated = done & ~terminated
        reward = self._reward()
        observation = self.eyes.see(world)
        self.finished, self.ended, self.last = done.nonzero()[0], [], {}
        if len(self.finished):
            self._end(observation)
        return observation, reward, terminated, truncated

    def _count(self, x: Integers, clock: Integers, coins: Integers, stomps: Integers) -> None:
        world, terms = self.world, self.terms
        np.multiply(world.pos[0] - x, 1 / TILE, out=terms[0])
        terms[1] = world.coins - coins
        terms[2] = world.stomps - stomps
        terms[3], terms[5] = 0.0, 0.0
        if np.count_nonzero(world.over):
            terms[3] = (world.over == FELL) | (world.over == CAUGHT)
            terms[5] = world.over == FLAG
        np.multiply(world.clock - clock, 1 / TICKS_PER_SECOND, out=terms[4])
        self.totals += terms
        self.steps += 1
        further = world.pos[0] > self.best
        np.copyto(self.best, world.pos[0], where=further)
        np.copyto(self.best_at, world.clock, where=further)

    def _look_at_the_clock(self, terminated: NDArray[np.bool_]) -> None:
        world, rules = self.world, self.rules
        late = world.clock - self.phase >= rules.limit
        if rules.patience:
            late |= world.clock - self.best_at >= round(rules.patience * TICKS_PER_SECOND)
        late |= self._cut
        late &= ~terminated
        np.copyto(world.over, TIME, where=late)

    def _reward(self) -> NDArray[np.float32]:
        np.multiply(self.terms, self._weights, self._weighed)
        reward = np.add.reduce(self._weighed, axis=0)
        self.total += reward
        rewards: NDArray[np.float32] = reward.astype(np.float32)
        return rewards

    def _end(self, observation: Observation) -> None:
        copies = self.finished
        self.ended = [ending_of(self, copy) for copy in copies.tolist()]
        self.endings.extend(self.ended)
        self.last = {copy: self.snapshot(copy) for copy in copies.tolist() if copy in self.watched}
        if not self.again:
            self.final = observation
            return
        self.episode[copies] += 1
        self.final = rows_of(observation, copies)
        self._begin(copies)
        self.eyes.show_first(observation, self.world, copies, self.phase)

    def take_endings(self) -> list[Ending]:
        """The episodes that ended since the last call, oldest first."""
        taken = list(self.endings)
        self.endings.clear()
        return taken

    def observe(self) -> Observation:
        """The present observation of every copy."""
        return self.eyes.see(self.world)

    def snapshot(self, copies: ArrayLike | None = None) -> dict[str, NDArray[Any]]:
        """What a picture of these copies (all, if None) needs, as small arrays: see `pictured`."""
        chosen = self._all if copies is None else np.atleast_1d(np.asarray(copies, dtype=np.int64))
        return pictured(self.world, chosen)

    def set_levels(self, levels: Sequence[Level]) -> Integers:
        """Swaps the levels while the game runs; the copies (m,) that cannot play on.

        A copy whose level only changed some cells (same size, same start) plays on in the changed one, unless its hero
        would now be inside a tile. The others stand at a start already, are cut off after one step and begin properly.
        """
        if not levels:
            raise ValueError("A game needs at least one level.")
        if tuple(levels) == self.levels:
            return self._all[:0]
        old, before = self.world, self.levels
        self._set_up(tuple(levels))
        now = old.level.copy() if self.draw == "random" else self._all % len(self.levels)
        gone = now >= len(self.levels)
        now[gone] = 0
        self.world.begin(self._all, now, self.phase)
        for copy in range(self.n):
            self._cut[copy] |= gone[copy] or not moved_over(
                old, self.world, copy, before[old.level[copy]], self.levels[now[copy]]
            )
        return self._cut.nonzero()[0]

    def save(self) -> dict[str, NDArray[Any]]:
        """The state of every copy, (…, N) arrays, for `load`: to search, to rewind, to begin again from a place."""
        own = {name: getattr(self, name).copy() for name in STATE}
        return own | {f"world.{name}": array.copy() for name, array in self.world.state().items()}

    def load(self, state: Mapping[str, NDArray[Any]], source: ArrayLike | None = None) -> None:
        """Puts every copy i into the saved state of copy source[i] (default: its own); the levels must be the same.

        Without "world.grid" in it, the tiles stay as they are.
        """
        chosen = self._all if source is None else np.asarray(source, dtype=np.int64)
        for name in STATE:
            getattr(self, name)[...] = state[name][..., chosen]
        for name, array in self.world.state().items():
            if (saved := state.get(f"world.{name}")) is None:
                continue
            array[...] = saved[chosen] if name == "grid" else saved[..., chosen]
