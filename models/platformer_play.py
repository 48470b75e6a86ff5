"""A hand at the keys: one game, a tick at a time, told in small JSON messages. `server.play` keeps the time.

What a page sends (JSON objects; the first must hold the level):

    {"level": text, "rewards": {name: weight, …}}   begins; later: paints the level or changes the rewards in mid-game
    {"keys": bits}                                  what is held from now on: 1 left, 2 right, 4 jump, 8 run
    {"restart": true}                               the next episode

What it gets: once `hello` (the level as the server read it), then a `state` for every tick in which anything moved. The game
waits for the first key of an episode, and stands still when it is over until it is told to restart.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.declarations import shortened
from models.platformer_game import Game
from models.platformer_level import Level
from models.platformer_moving import TILE
from models.platformer_rules import ACTIONS, ENDS, TERMS, Rewards, Rules

LEFT, RIGHT, JUMP, RUN = 1, 2, 4, 8
RULES = Rules(skip=1, seconds=300)

_ACTION = {(direction, fast, jump): i for i, (_, direction, fast, jump) in enumerate(ACTIONS)}


class Player:
    """One game of one person."""

    def __init__(self, opening: Mapping[str, Any]) -> None:
        level = Level.parse(opening.get("level"))
        self._game = Game(
            [level], 1, observation="none", again=False, rules=RULES, rewards=_rewards(opening.get("rewards"))
        )
        self._keys, self._fresh = 0, False  # fresh: jump was pressed and has not been used
        self._begun, self._over, self._total = False, False, 0.0

    def hello(self) -> str:
        """The first message: how the game begins."""
        level = self._game.levels[0]
        return _json(
            {
                "kind": "hello",
                "level": level.text,
                "items": level.items,
                "terms": TERMS,
                "state": self._state(0.0),
            }
        )

    def told(self, message: Mapping[str, Any]) -> str | None:
        """The answer, if any, to what the page says. Raises ValueError, one sentence, for what it cannot mean."""
        unknown = set(message) - {"keys", "restart", "level", "rewards"}
        if unknown or not message:
            raise ValueError("A player sends keys, restart, level or rewards.")
        answer = None
        if "rewards" in message:
            self._game.rewards = _rewards(message["rewards"])
        if "level" in message:
            gone = self._game.set_levels([Level.parse(message["level"])])
            if len(gone) or self._over:
                self._restart()
            answer = self.hello()
        if "restart" in message:
            self._restart()
            answer = self.hello()
        if "keys" in message:
            self._press(message["keys"])
        return answer

    def _press(self, keys: object) -> None:
        if isinstance(keys, bool) or not isinstance(keys, int) or not 0 <= keys < 16:
            raise ValueError(f"The keys are {shortened(keys)}; they must be a whole number from 0 to 15.")
        if keys & JUMP and not self._keys & JUMP:
            self._fresh = True
        self._keys = keys
        self._begun |= bool(keys)

    def _restart(self) -> None:
        self._game.restart()
        self._over = self._begun = False
        self._total = 0.0

    def tick(self) -> str | None:
        """Plays a sixtieth of a second. What to send, or None while the game stands still."""
        if self._over or not self._begun:
            return None
        _, reward, _, _ = self._game.step([self._action()])
        self._over = bool(self._game.ended)
        self._total += float(reward[0])
        return _json({"kind": "state"} | self._state(float(reward[0])))

    def _action(self) -> int:
        """The action of the keys that are held. A jump needs a press of its own: holding the key does not hop."""
        keys, ground = self._keys, bool(self._game.world.ground[0])
        jump = bool(keys & JUMP) and (self._fresh or not ground)
        if jump and ground:
            self._fresh = False
        direction = bool(keys & RIGHT) - bool(keys & LEFT)
        return _ACTION[direction, bool(keys & RUN) and direction != 0, jump]

    def _state(self, reward: float) -> dict[str, Any]:
        """The game as a picture needs it: lengths in tiles, rounded to a thousandth."""
        game, world = self._game, self._game.world
        shown = game.snapshot()
        return {
            "tick": int(world.clock[0]),
            "x": round(float(world.x[0]) / TILE, 3),
            "y": round(float(world.y[0]) / TILE, 3),
            "vx": round(float(shown["vx"][0]), 2),
            "vy": round(float(shown["vy"][0]), 2),
            "facing": int(world.facing[0]),
            "ground": bool(world.ground[0]),
            "over": ENDS[world.over[0]],
            "coins": int(world.coins[0]),
            "stomps": int(world.stomps[0]),
            "walkers": _places(shown["walkers"][0]),
            "platforms": _places(shown["platforms"][0]),
            "taken": np.flatnonzero(shown["taken"][0]).tolist(),
            "reward": round(reward, 4),
            "terms": [round(term, 4) for term in game.terms[:, 0].tolist()],
            "total": round(self._total, 4),
        }


def _places(rows: NDArray[np.float32]) -> list[list[float] | None]:
    """Numbers of each thing, None for one that is gone: JSON knows no NaN."""
    return [None if row[0] != row[0] else [round(number, 3) for number in row] for row in rows.tolist()]


def _rewards(found: object) -> Rewards:
    """The weights that a page sent. Raises ValueError, one sentence, for anything else."""
    if found is None:
        return Rewards()
    if not isinstance(found, Mapping) or not set(found) <= set(TERMS):
        raise ValueError(f"Rewards are weights of {', '.join(TERMS)}.")
    return Rewards(**found)


def _json(message: Mapping[str, Any]) -> str:
    return json.dumps(message, separators=(",", ":"), allow_nan=False)
