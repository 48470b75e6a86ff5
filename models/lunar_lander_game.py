"""A lander over the moon, many at once: Gymnasium's LunarLander-v3 itself, stepped copy after copy.

A state is eight numbers: place beside the pad (1 is the edge of the picture) and height over it, the two velocities, tilt
(rad, positive to the left) and turning, and for each leg whether it touches the ground. Every 0.02 s one of four things is
done: nothing, push to the left, fire the main engine, push to the right.

    r_t = Φ(s_{t+1}) − Φ(s_t) − fuel(a_t)       Φ = −100 |place| − 100 |velocity| − 100 |tilt| + 10 legs on the ground

Fuel costs 0.3 for the main engine and 0.03 for a side engine. The last step earns +100 instead when the lander has come to
rest, −100 when its body touches the ground or it leaves the picture sideways. An episode is cut off after 1000 steps.

Shapes: N games side by side, T steps.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.box2d import lander_class

#: From states (n, 8), float32, to the chances of the four actions, (n, 4).
Policy = Callable[[NDArray[np.float32]], NDArray[np.floating]]

MAX_STEPS = 1000
STATE_SIZE, N_ACTIONS = 8, 4
SOLVED = 200.0  # return, on average over 100 episodes: what Gymnasium calls solved
MAIN_FUEL, SIDE_FUEL, END = 0.3, 0.03, 100.0
CUT_OFF, LANDED, CRASHED, LEFT = range(4)  # how a flight ends
PAD = 0.2  # the pad reaches this far to each side of the middle


@dataclass(frozen=True)
class Task:
    """What may be changed: gravity downwards, in the m/s² of the physics engine; wind, its strength, and how it turns."""

    gravity: float = 10.0
    wind: bool = False
    wind_power: float = 15.0
    turbulence: float = 1.5


@dataclass(frozen=True)
class Flight:
    """One whole episode: states (L + 1, 8), actions and rewards (L,), how it ended, and the ground's 11 heights."""

    states: NDArray[np.float32]
    actions: NDArray[np.int8]
    rewards: NDArray[np.float32]
    ending: int
    ground: NDArray[np.float32]


class Game:
    """One copy of Gymnasium's game, with what has happened in it since it began."""

    def __init__(self, task: Task) -> None:
        self.env = lander_class()()
        self.change(task)

    def change(self, task: Task) -> None:
        """Another task, at once: the flight that goes on feels it too."""
        env = self.env
        env.gravity, env.world.gravity = -task.gravity, (0.0, -task.gravity)
        env.wind_power, env.turbulence_power = task.wind_power, task.turbulence
        rises = task.wind and not env.enable_wind
        if rises and env.lander is not None:  # in mid-flight: where in its course the wind begins
            env.wind_idx, env.torque_idx = (int(env.np_random.integers(-9999, 9999)) for _ in range(2))
        env.enable_wind = task.wind

    def begin(self, seed: int) -> NDArray[np.float32]:
        """The first state (8,) of a new flight."""
        state: NDArray[np.float32] = self.env.reset(seed=seed)[0]
        self._states, self._actions, self._rewards = [state], list[int](), list[float]()
        return state

    def step(self, action: int) -> tuple[NDArray[np.float32], float, Flight | None]:
        """State (8,) and reward one step later, and the whole flight when that was its last."""
        state, reward, terminated, _, _ = self.env.step(action)
        self._states.append(state)
        self._actions.append(action)
        self._rewards.append(float(reward))
        over = terminated or len(self._actions) >= MAX_STEPS
        return state, float(reward), self._flight(terminated) if over else None

    def _flight(self, terminated: bool) -> Flight:
        ending = CUT_OFF
        if terminated:
            left = abs(self._states[-1][0]) >= 1.0 and not self.env.game_over
            ending = LANDED if self._rewards[-1] == END else LEFT if left else CRASHED
        return Flight(
            np.stack(self._states),
            np.array(self._actions, np.int8),
            np.array(self._rewards, np.float32),
            ending,
            self.ground(),
        )

    def ground(self) -> NDArray[np.float32]:
        """(11,): heights of the ground, evenly from the left edge of the picture to the right."""
        pieces: list[Any] = (
            self.env.sky_polys
        )  # the sky over each piece: its first two corners lie on the ground
        return np.array([pieces[0][0][1], *(piece[1][1] for piece in pieces)], np.float32)


@dataclass(frozen=True)
class Episodes:
    """N whole episodes, padded with zeros to the longest, T steps.

    states (T + 1, N, 8); actions, rewards (T, N); lengths, endings (N,); ground (N, 11).
    """

    states: NDArray[np.float32]
    actions: NDArray[np.int8]
    rewards: NDArray[np.float32]
    lengths: NDArray[np.int64]
    endings: NDArray[np.int8]
    ground: NDArray[np.float32]

    @property
    def played(self) -> NDArray[np.bool_]:
        """(T, N): whether the episode was still going on at that step."""
        found: NDArray[np.bool_] = np.arange(len(self.actions))[:, None] < self.lengths
        return found

    @property
    def truncated(self) -> NDArray[np.bool_]:
        """(N,): cut off after 1000 steps."""
        found: NDArray[np.bool_] = self.endings == CUT_OFF
        return found

    @property
    def returns(self) -> NDArray[np.float64]:
        """(N,): everything that each episode earned."""
        found: NDArray[np.float64] = self.rewards.sum(0, dtype=np.float64)
        return found


def stacked(flights: Iterable[Flight]) -> Episodes:
    """The flights side by side."""
    flights = list(flights)
    lengths = np.array([len(flight.actions) for flight in flights])
    longest = int(lengths.max())

    def padded(rows: list[NDArray[Any]], length: int) -> NDArray[Any]:
        return np.stack(
            [np.pad(one, [(0, length - len(one)), *[(0, 0)] * (one.ndim - 1)]) for one in rows], 1
        )

    return Episodes(
        padded([flight.states for flight in flights], longest + 1),
        padded([flight.actions for flight in flights], longest),
        padded([flight.rewards for flight in flights], longest),
        lengths,
        np.array([flight.ending for flight in flights], np.int8),
        np.stack([flight.ground for flight in flights]),
    )


def play(
    policy: Policy, games: list[Game], generator: np.random.Generator, *, greedy: bool = False
) -> Episodes:
    """One flight in each game to its end; actions are drawn from the policy's chances, or the likeliest is taken (`greedy`)."""
    states = [game.begin(int(seed)) for game, seed in zip(games, seeds(generator, len(games)), strict=True)]
    flights: dict[int, Flight] = {}
    going = list(range(len(games)))
    while going:
        chances = policy(np.stack([states[i] for i in going]))
        actions = chances.argmax(1) if greedy else drawn(chances, generator)
        for i, action in zip(going, actions.tolist(), strict=True):
            states[i], _, flight = games[i].step(action)
            if flight is not None:
                flights[i] = flight
        going = [i for i in going if i not in flights]
    return stacked(flights[i] for i in range(len(games)))


def seeds(generator: np.random.Generator, n: int) -> NDArray[np.int64]:
    """(n,): what flights begin from."""
    return generator.integers(2**31, size=n)


def drawn(chances: NDArray[np.floating], generator: np.random.Generator) -> NDArray[np.int64]:
    """(n,): an action each, by its chances (n, 4)."""
    found: NDArray[np.int64] = (chances.cumsum(1)[:, :-1] < generator.random((len(chances), 1))).sum(1)
    return found


def reward_terms(episodes: Episodes) -> Mapping[str, NDArray[np.float64]]:
    """(T, N) each: what the rewards consist of. They add up to the rewards, to the rounding of float32 states."""
    states, played = episodes.states.astype(np.float64), episodes.played
    steps = np.arange(len(episodes.actions))[:, None]
    ended = (steps == episodes.lengths - 1) & ~episodes.truncated  # its reward is ±100 instead of all else
    potentials = {
        "distance": -100 * np.hypot(states[..., 0], states[..., 1]),
        "speed": -100 * np.hypot(states[..., 2], states[..., 3]),
        "tilt": -100 * np.abs(states[..., 4]),
        "legs": 10 * states[..., 6:].sum(-1),
    }
    counts = played & ~ended
    found = {name: np.where(counts, np.diff(values, axis=0), 0.0) for name, values in potentials.items()}
    found["main"] = np.where(counts & (episodes.actions == 2), -MAIN_FUEL, 0.0)
    found["side"] = np.where(counts & (episodes.actions % 2 == 1), -SIDE_FUEL, 0.0)
    found["end"] = np.where(ended, np.where(episodes.endings == LANDED, END, -END), 0.0)
    return found
