"""A game of fewer copies: whoever has finished need not be played on for the sake of those who have not."""

from __future__ import annotations

import copy
from collections import deque
from typing import TYPE_CHECKING

import numpy as np

from models.platformer_world import Integers

if TYPE_CHECKING:
    from models.platformer_game import Game


def fewer(game: Game, copies: Integers) -> Game:
    """A game of these copies only, as they are now: each plays its episode to the end as it would have in `game`.

    They are numbered anew, from 0 on; what they play after that episode follows from the new numbers.
    """
    found, state = copy.copy(game), game.save()
    found.n = len(copies)
    found._all = np.arange(found.n)
    found.watched, found.endings = set(), deque(maxlen=game.endings.maxlen)
    found.world = type(game.world)(game.stage, found.n)
    found.reset()
    found.load(state, copies)
    return found
