"""A recorded game: level, settings and actions as one small JSON text, which plays again tick for tick.

Actions are run-length text: a count before a letter, a for action 0, b for action 1 and so on: `12b3c` is twelve steps
right and three of right + jump.
"""

from __future__ import annotations

import dataclasses
import itertools
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from models.declarations import shortened
from models.platformer_game import Game
from models.platformer_level import Level
from models.platformer_rules import ACTIONS, Rewards, Rules

FORMAT = "platformer replay 1"
MOST_STEPS = 300 * 60  # the longest game there is, at one tick a step
MAX_TEXT = 200_000  # characters

_RUN = re.compile(r"([1-9][0-9]{0,4})?([a-z])")
R = TypeVar("R", Rules, Rewards)


class ReplayError(ValueError):
    """A refused recording. The message is one sentence."""


@dataclass(frozen=True)
class Replay:
    """One episode. phase: how many ticks ahead walkers and platforms were at its start (drawn from the seed)."""

    level: Level
    actions: tuple[int, ...]
    rules: Rules = field(default_factory=Rules)
    rewards: Rewards = field(default_factory=Rewards)
    seed: int = 0
    phase: int = 0

    def __post_init__(self) -> None:
        if len(self.actions) > MOST_STEPS:
            raise ReplayError(
                f"The recording has {len(self.actions)} steps; at most {MOST_STEPS} are played."
            )
        if not all(0 <= action < len(ACTIONS) for action in self.actions):
            raise ReplayError(f"The recording holds an action that is not one of the {len(ACTIONS)}.")
        if not 0 <= self.phase <= self.rules.phase:
            raise ReplayError(
                f"The recording begins {self.phase} ticks ahead, and its rules allow 0 to {self.rules.phase}."
            )

    def to_json(self) -> str:
        """The file's text."""
        return json.dumps(
            {
                "format": FORMAT,
                "seed": self.seed,
                "phase": self.phase,
                "level": self.level.text,
                "rules": dataclasses.asdict(self.rules),
                "rewards": dataclasses.asdict(self.rewards),
                "actions": rolled(self.actions),
            },
            indent=1,
        )

    @classmethod
    def parse(cls, text: object) -> Replay:
        """The recording in a file's text.

        Raises:
            ReplayError: one sentence, for anything that is not exactly a recording.
            LevelError: likewise, about its level.
        """
        if not isinstance(text, str) or len(text) > MAX_TEXT:
            raise ReplayError(f"A recording is a text of at most {MAX_TEXT} characters.")
        try:
            found = json.loads(text)
        except (ValueError, RecursionError):
            raise ReplayError(
                "The recording is not JSON: the file was cut short or is another one."
            ) from None
        if not isinstance(found, dict) or found.get("format") != FORMAT:
            raise ReplayError(f'The file is no recording: its "format" is not "{FORMAT}".')
        names = {"format", "seed", "phase", "level", "rules", "rewards", "actions"}
        if set(found) != names:
            wrong = ", ".join(sorted(names ^ set(found), key=str))
            raise ReplayError(f"The recording lacks or has too much: {shortened(wrong)}.")
        return cls(
            level=Level.parse(found["level"]),
            actions=unrolled(found["actions"]),
            rules=_settings(Rules, found["rules"]),
            rewards=_settings(Rewards, found["rewards"]),
            seed=_whole("seed", found["seed"]),
            phase=_whole("phase", found["phase"]),
        )


def rolled(actions: Sequence[int]) -> str:
    """Actions as run-length text."""
    runs = [(len(list(same)), action) for action, same in itertools.groupby(actions)]
    return "".join(f"{count if count > 1 else ''}{chr(ord('a') + action)}" for count, action in runs)


def unrolled(text: object) -> tuple[int, ...]:
    """The actions in run-length text. Raises ReplayError for any other text."""
    if not isinstance(text, str):
        raise ReplayError(
            f"The actions of the recording are {shortened(text)}; they must be a text like 12b3c."
        )
    actions: list[int] = []
    at = 0
    for match in _RUN.finditer(text):
        if match.start() != at:
            break
        at = match.end()
        actions += [ord(match[2]) - ord("a")] * min(int(match[1] or 1), MOST_STEPS + 1)
        if len(actions) > MOST_STEPS:
            raise ReplayError(f"The recording has more than {MOST_STEPS} steps, the most that are played.")
    if at != len(text):
        raise ReplayError(f"The actions of the recording are garbled at {shortened(text[at:])}.")
    return tuple(actions)


def _settings(kind: type[R], found: object) -> R:
    names = {setting.name for setting in dataclasses.fields(kind)}
    if not isinstance(found, Mapping) or set(found) != names:
        raise ReplayError(
            f"The {kind.__name__.lower()} of the recording must be exactly {', '.join(sorted(names))}."
        )
    values: dict[str, Any] = dict(found)
    try:
        return kind(**values)
    except ValueError as error:
        raise ReplayError(f"In the recording: {error}") from None


def _whole(name: str, found: object) -> int:
    if isinstance(found, bool) or not isinstance(found, int) or not 0 <= found < 1 << 63:
        raise ReplayError(
            f"The {name} of the recording is {shortened(found)}; it must be a whole number from 0."
        )
    return found


def play(replay: Replay, observation: str = "tiles") -> Iterator[Game]:
    """The game (a batch of one) at the start and after every step, until the recording or the episode ends."""
    game = Game(
        [replay.level],
        1,
        observation=observation,
        rewards=replay.rewards,
        rules=replay.rules,
        seed=replay.seed,
    )
    game.begin_at(replay.phase)
    yield game
    for action in replay.actions:
        game.step([action])
        yield game
        if len(game.finished):
            return
