"""How an episode ended, and the luck that another begins with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from models.platformer_moving import TILE
from models.platformer_rules import ENDS, FLAG, TICKS_PER_SECOND
from models.platformer_stage import HEIGHT, WIDTH

if TYPE_CHECKING:
    from models.platformer_game import Game

BITS = (1 << 64) - 1


@dataclass(frozen=True)
class Ending:
    """How one episode of a copy ended. x, y in tiles from the top left of the level, of the hero's middle."""

    copy: int
    level: int
    how: str  # one of rules.ENDS
    x: float
    y: float
    progress: float  # how far right it got, as a share of the way from the start to the flag, 0 to 1
    seconds: float
    coins: int
    stomps: int
    reward: float
    terms: tuple[float, ...]  # the sum of each of TERMS, before its weight
    steps: int


def ending_of(game: Game, copy: int) -> Ending:
    """The ending of a copy that is over and has not begun again."""
    world, level = game.world, int(game.world.level[copy])
    over = int(world.over[copy])
    way = float((game.best[copy] + WIDTH // 2) / TILE - game.starts[level] - 0.5) / float(game.ways[level])
    return Ending(
        copy=copy,
        level=level,
        how=ENDS[over],
        x=float((world.x[copy] + WIDTH // 2) / TILE),
        y=float((world.y[copy] + HEIGHT // 2) / TILE),
        progress=1.0 if over == FLAG else min(max(way, 0.0), 1.0),
        seconds=int(world.clock[copy] - game.phase[copy]) / TICKS_PER_SECOND,
        coins=int(world.coins[copy]),
        stomps=int(world.stomps[copy]),
        reward=float(game.total[copy]),
        terms=tuple(game.totals[:, copy].tolist()),
        steps=int(game.steps[copy]),
    )


def drawn(seed: int, copy: int, episode: int) -> int:
    """64 random bits for this episode of this copy: a hash, so that no copy's luck hangs on another's."""
    bits = (seed * 0x9E3779B97F4A7C15 + copy * 0xD1342543DE82EF95 + episode * 0xA0761D6478BD642F) & BITS
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        bits = (bits ^ (bits >> shift)) * factor & BITS
    return bits ^ (bits >> 31)
