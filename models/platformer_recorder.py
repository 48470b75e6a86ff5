"""What was played lately, kept while it is played: a few copies' newest episodes, as arrays that a browser can play.

After each step of the batch only a snapshot of the shown copies is kept; the arrays of a frame are put together when one
is asked for. n shown episodes of T states at most, E walkers, P platforms, I items.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.platformer_eyes import row_of, rows_of
from models.platformer_fit import Learner
from models.platformer_game import Ending, Game, Observation
from models.platformer_level import Level
from models.platformer_moving import TILE
from models.platformer_physics import HEIGHT, WIDTH
from models.platformer_rules import ENDS, N_ACTIONS, TERMS
from models.platformer_view import COLUMNS, PLANE, ROWS

UNIT = 64  # positions travel as whole numbers of 1/64 tile
REWARD_UNIT = 0.001
NOWHERE = -32768
MOST_STATES = 300  # of a shown episode; of a longer one the end
MOST_SHOWN = 4
MOST_THINGS = 60  # walkers and platforms of all shown episodes together, so that a frame stays small
MOST_DEATHS = 1000

Snapshot = dict[str, NDArray[Any]]


@dataclass
class Moment:
    """One state of the shown copies, and what was done in it: actions (n,), terms (6, n) with their weights."""

    state: Snapshot
    seen: Observation
    actions: NDArray[np.integer]
    terms: NDArray[np.floating]


@dataclass(frozen=True)
class Episode:
    """Moments of one copy, and how they ended: ending None while it goes on."""

    copy: int
    moments: Sequence[Moment]
    level: Level
    update: int
    ending: Ending | None = None


class Recorder:
    """Watches a game: `watch` after each of its steps, `episodes` for a frame."""

    def __init__(self, game: Game) -> None:
        self.game, self.update, self.n_changed = game, 0, 0
        self._begin()

    def _begin(self) -> None:
        game = self.game
        few = (
            1 if game.observation != "tiles" else MOST_SHOWN
        )  # what it saw is kept too, and a picture is large
        things = max(1, max(len(level.walkers) + 2 * len(level.platforms) for level in game.levels))
        self.copies = np.arange(max(1, min(few, game.n, MOST_THINGS // things)))
        self.finished: dict[int, Episode] = {}
        self._playing: list[deque[Moment]] = [deque(maxlen=MOST_STATES) for _ in self.copies]
        self.state = game.snapshot(self.copies)
        self.deaths: dict[int, deque[tuple[float, float]]] = {}

    def levels_changed(self) -> None:
        """Forgets what was played in levels that are no more."""
        self.n_changed += 1
        self._begin()

    def watch(self, seen: Observation, actions: NDArray[np.integer]) -> None:
        """Keeps a step: what was seen before it (N, …) and the actions (N,) taken."""
        game, n = self.game, len(self.copies)
        weights = np.array([[getattr(game.rewards, term)] for term in TERMS], np.float32)
        kept = rows_of(seen, slice(n))
        moment = Moment(self.state, kept, np.asarray(actions[:n]).copy(), game.terms[:, :n] * weights)
        for playing in self._playing:
            playing.append(moment)
        for copy, ending in zip(game.finished.tolist(), game.ended, strict=True):
            if ending.how in ("fell", "caught"):
                self.deaths.setdefault(ending.level, deque(maxlen=MOST_DEATHS)).append((ending.x, ending.y))
            if copy < n:
                level = game.levels[ending.level]
                self.finished[copy] = Episode(copy, list(self._playing[copy]), level, self.update, ending)
                self._playing[copy].clear()
        self.state = game.snapshot(self.copies)

    def episodes(self) -> list[Episode]:
        """The newest finished episode of each shown copy; what it has played so far, if it has finished none."""
        found = []
        for copy in self.copies.tolist():
            episode = self.finished.get(copy)
            if episode is None:
                level = self.game.levels[int(self.state["level"][copy])]
                episode = Episode(copy, list(self._playing[copy]), level, self.update)
            found.append(episode)
        return found

    def arrays(self, learner: Learner) -> dict[str, NDArray[Any]]:
        """The arrays of a frame, judged by the learner's present network."""
        episodes = self.episodes()
        shown = _Shown(episodes, self.state)
        arrays = shown.arrays()
        arrays |= self._judged(episodes, shown.n_states, learner)
        first = episodes[0]
        number = first.ending.level if first.ending else int(self.state["level"][0])
        arrays["shown/levels_changed"] = np.array([self.n_changed], np.int32)
        arrays["deaths"] = death_map(first.level, self.deaths.get(number, ()))
        return arrays

    def _judged(self, episodes: list[Episode], n_states: int, learner: Learner) -> dict[str, NDArray[Any]]:
        chances = np.zeros((len(episodes), n_states, N_ACTIONS), np.uint8)
        values = np.zeros((len(episodes), n_states), np.float32)
        rows = [row_of(moment.seen, episode.copy) for episode in episodes for moment in episode.moments]
        found: dict[str, NDArray[Any]] = {"shown/chances": chances, "shown/value": values}
        if not rows:
            return found
        batch = _stacked(rows)
        likely, worth = learner.judge(batch)
        at = 0
        for i, episode in enumerate(episodes):
            count = len(episode.moments)
            chances[i, :count] = np.round(255 * np.nan_to_num(likely[at : at + count]))
            values[i, :count] = np.nan_to_num(worth[at : at + count])
            chances[i, count:], values[i, count:] = (
                chances[i, count - 1 : count],
                values[i, count - 1 : count],
            )
            at += count
        tiles = batch["tiles"] if isinstance(batch, dict) else batch
        count = len(episodes[0].moments)
        if tiles.ndim == 2 and count:
            found["seen/window"] = packed_window(tiles[:count])
        pixels = batch.get("pixels") if isinstance(batch, dict) else (batch if batch.ndim == 4 else None)
        if pixels is not None and count:
            found["seen/pixels"] = np.asarray(pixels[count - 1, 0], np.uint8)
        return found


class _Shown:
    """Episodes as padded arrays."""

    def __init__(self, episodes: list[Episode], now: Snapshot) -> None:
        self.episodes = episodes
        self.n_states = max(len(episode.moments) for episode in episodes) + 1
        self.now = now

    def _states(self, episode: Episode) -> list[Snapshot]:
        """Every state; the last one is the present one, or the one before, moved to where the episode ended."""
        states = [moment.state for moment in episode.moments]
        return [*states, states[-1] if episode.ending and states else self.now]

    def arrays(self) -> dict[str, NDArray[Any]]:
        n, longest, episodes = len(self.episodes), self.n_states, self.episodes
        walkers, platforms = self.now["walkers"].shape[1], self.now["platforms"].shape[1]
        items = max(len(episode.level.items) for episode in episodes)
        found: dict[str, NDArray[Any]] = {
            "shown/length": np.array([len(episode.moments) + 1 for episode in episodes], np.int16),
            "shown/copy": np.array([episode.copy for episode in episodes], np.int16),
            "shown/level": np.zeros(n, np.int16),
            "shown/how": np.array([ENDS.index(e.ending.how) if e.ending else 0 for e in episodes], np.int8),
            "shown/update": np.array([episode.update for episode in episodes], np.int32),
            "shown/x": np.zeros((n, longest), np.int16),
            "shown/y": np.zeros((n, longest), np.int16),
            "shown/facing": np.ones((n, longest), np.int8),
            "shown/ground": np.zeros((n, longest), np.uint8),
            "shown/action": np.full((n, longest), -1, np.int8),
            "shown/terms": np.zeros((n, longest, len(TERMS)), np.int16),
            "shown/walkers": np.full((n, longest, walkers), NOWHERE, np.int16),
            "shown/walker_row": np.zeros((n, walkers), np.int16),
            "shown/platforms": np.full((n, longest, platforms, 2), NOWHERE, np.int16),
            "shown/platform_width": np.zeros((n, platforms), np.uint8),
            "shown/items": np.full((n, items, 2), -1, np.int16),
            "shown/taken": np.full((n, items), -1, np.int16),
            **_grids([episode.level for episode in episodes]),
        }
        for i in range(n):
            self._fill(found, i)
        return found

    def _fill(self, found: dict[str, NDArray[Any]], i: int) -> None:
        episode = self.episodes[i]
        states, c, level = self._states(episode), episode.copy, episode.level
        t = len(states)

        def kept(name: str) -> NDArray[Any]:
            return np.stack([state[name][c] for state in states])

        x, y = kept("x"), kept("y")
        if episode.ending and episode.moments:
            x[-1], y[-1] = episode.ending.x - WIDTH / 2 / TILE, episode.ending.y - HEIGHT / 2 / TILE
        found["shown/level"][i] = episode.ending.level if episode.ending else self.now["level"][c]
        found["shown/x"][i, :t], found["shown/y"][i, :t] = _places(x), _places(y)
        found["shown/facing"][i, :t], found["shown/ground"][i, :t] = kept("facing"), kept("ground")
        if episode.moments:
            found["shown/action"][i, : t - 1] = [moment.actions[c] for moment in episode.moments]
            terms = np.stack([moment.terms[:, c] for moment in episode.moments]) / REWARD_UNIT
            found["shown/terms"][i, : t - 1] = np.clip(np.round(terms), -32767, 32767)
        walkers, platforms = kept("walkers"), kept("platforms")
        found["shown/walkers"][i, :t] = _places(walkers[..., 0])
        found["shown/platforms"][i, :t] = _places(platforms[..., :2])
        if walkers.shape[1]:
            rows = np.where(np.isnan(walkers[..., 1]), -np.inf, walkers[..., 1]).max(axis=0)
            found["shown/walker_row"][i] = _places(np.where(np.isfinite(rows), rows, 0))
        if platforms.shape[1]:
            found["shown/platform_width"][i] = np.nan_to_num(platforms[0, :, 2])
        count = len(level.items)
        if count:
            taken = kept("taken")[:, :count]
            found["shown/items"][i, :count] = level.items
            found["shown/taken"][i, :count] = np.where(taken.any(axis=0), taken.argmax(axis=0), -1)


def _places(tiles: NDArray[np.floating]) -> NDArray[np.int16]:
    """Tiles in units of 1/64, NOWHERE for NaN."""
    whole = np.clip(np.round(np.nan_to_num(tiles) * UNIT), -32767, 32767)
    return np.where(np.isnan(tiles), NOWHERE, whole).astype(np.int16)


def _grids(levels: list[Level]) -> dict[str, NDArray[Any]]:
    height, width = max(level.height for level in levels), max(level.width for level in levels)
    tiles = np.zeros((len(levels), height, width), np.int8)
    for i, level in enumerate(levels):
        tiles[i, : level.height, : level.width] = level.tiles
    return {
        "game/tiles": tiles,
        "game/size": np.array([(level.height, level.width) for level in levels], np.int16),
        "game/start": np.array([level.start for level in levels], np.int16),
        "game/flag": np.array([level.flag for level in levels], np.int16),
    }


def death_map(level: Level, deaths: Iterable[tuple[float, float]]) -> NDArray[np.uint16]:
    """(height, width) how often somebody died in each cell; falls count in the bottom row."""
    found = np.zeros((level.height, level.width), np.uint16)
    for x, y in deaths:
        found[int(np.clip(y, 0, level.height - 1)), int(np.clip(x, 0, level.width - 1))] += 1
    return found


def packed_window(tiles: NDArray[np.floating]) -> NDArray[np.uint8]:
    """(t, ROWS, COLUMNS) the three planes of windows (t, numbers) in a byte: holds 0–3, gives 0–2, catches 0–7."""
    planes = tiles[:, : 3 * PLANE].reshape(-1, 3, ROWS, COLUMNS)
    holds, gives, catches = (np.round(planes[:, i] * most) for i, most in enumerate((3, 2, 7)))
    return np.asarray(holds + 4 * gives + 16 * catches, np.uint8)


def _stacked(rows: list[Observation]) -> Observation:
    if isinstance(rows[0], dict):
        return {name: np.stack([row[name] for row in rows]) for name in rows[0]}
    return np.stack([row for row in rows if not isinstance(row, dict)])
