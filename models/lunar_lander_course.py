"""One run of the lesson: a learner, its evaluations and events, and the pictures of a frame."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models import lunar_lander_diagnosis as diagnosis
from models.lunar_lander_fit import N_SHOWN, made, task_of
from models.lunar_lander_game import LANDED, SOLVED, Game, play
from models.lunar_lander_policies import baselines
from models.lunar_lander_settings import Config
from models.step import Facts, Note, Step

EVALUATE_EVERY = 10  # updates
N_TEST = 20  # flights of an evaluation
N_SOLVED = 100  # flights before it is called solved
TASK_LOST = 50.0  # return that a policy loses when the task has become harder
#: What travels as whole numbers of these: places in half-widths of the picture, tilt in rad, heights of the ground, returns.
PLACE_UNIT, TILT_UNIT, GROUND_UNIT, RETURN_UNIT = 2e-4, 2e-3, 1e-3, 0.05


class Course:
    """The state of one run."""

    def __init__(self, config: Config) -> None:
        self.config, self.learner = config, made(config)
        self.n_updates, self.over = 0, False
        self._doctor = diagnosis.Doctor()
        self._n_played, self._solved = 0.0, False
        self._games = [Game(task_of(config)) for _ in range(N_TEST)]
        self._test = math.nan  # the newest mean return of an evaluation

    def evaluate(self) -> dict[str, float]:
        """Mean return and share of landings over `N_TEST` fresh flights in which the likeliest action is always taken.

        The first time that the mean is high enough, over `N_SOLVED` others too, for "return/test_100".
        """
        metrics = self._flown(N_TEST, 5)
        self._test = metrics["return/test"]
        if self._test >= SOLVED and not self._solved:
            metrics["return/test_100"] = self._flown(N_SOLVED, 6)["return/test"]
            self._solved = metrics["return/test_100"] >= SOLVED
        return metrics

    def _flown(self, n: int, stream: int) -> dict[str, float]:
        generator = np.random.default_rng([self.config.seed, stream])
        policy, n_games = self.learner.acting(), len(self._games)
        flights = [play(policy, self._games, generator, greedy=True) for _ in range(n // n_games)]
        return {
            "return/test": float(np.mean([episodes.returns for episodes in flights])),
            "landed/test": float(np.mean([episodes.endings == LANDED for episodes in flights])),
        }

    def update(self, *, last: bool) -> tuple[dict[str, float], Note | None]:
        """Learn once; the metrics of it, and an event to explain. A loss that is not finite ends the run."""
        metrics = self.learner.update()
        self.n_updates += 1
        self._n_played += metrics.pop("steps/update")
        metrics["steps/played"] = self._n_played
        if not all(math.isfinite(value) for value in metrics.values()):
            self.over = True
            return metrics, diagnosis.diverged(self.config)
        if last or self.n_updates % EVALUATE_EVERY == 0:
            metrics |= self.evaluate()
        return metrics, self._doctor.look(metrics, self.config)

    def step(
        self, metrics: dict[str, float], *, facts: Facts | None = None, note: Note | None = None
    ) -> Step:
        """The present state."""
        step = Step(self.n_updates, float(self.n_updates), metrics, self.observe, facts=facts, note=note)
        step.parameters = self.learner.parameters
        return step

    def change(self, config: Config) -> Step:
        """Take over the live settings: the present state in the task as it is now, with an event if that has become harder."""
        before, self.config = self.config, config
        self.learner.change(config)
        changed, note = task_of(before) != task_of(config), None
        for game in self._games:
            game.change(task_of(config))
        was, metrics = self._test, self.evaluate()
        if changed:
            self._doctor.forget()
            if self._test < was - TASK_LOST:
                note = diagnosis.task_changed(was, self._test)
        return self.step(metrics, facts=self.facts(), note=note)

    def facts(self) -> Facts:
        """What holds until the task is changed."""
        task, seed = task_of(self.config), self.config.seed
        known: dict[str, object] = {
            "units": [PLACE_UNIT, TILT_UNIT, GROUND_UNIT, RETURN_UNIT],
            "learner": self.config.learner,
            "flights": self.config.n_games,
        }
        return Facts(known, {"baselines": lambda: baselines(task, seed)})

    def observe(self) -> dict[str, NDArray[Any]]:
        """The arrays of a frame: a few flights of the newest update with what it made of them, in whole numbers."""
        lesson = self.learner.lesson()
        episodes = lesson.episodes
        left, right = episodes.states[..., 6], episodes.states[..., 7]
        contact = left + 2 * right  # which legs touch the ground, as two bits
        pose = episodes.states[..., [0, 1, 4]] / (PLACE_UNIT, PLACE_UNIT, TILT_UNIT)
        arrays: dict[str, NDArray[Any]] = {
            "flights/pose": _whole(pose.transpose(1, 0, 2)),
            "flights/contact": contact.T.astype(np.uint8),
            "flights/actions": episodes.actions.T.astype(np.uint8),
            "flights/lengths": episodes.lengths[:N_SHOWN].astype(np.int32),
            "flights/endings": episodes.endings.astype(np.uint8),
            "flights/ground": _whole(episodes.ground / GROUND_UNIT),
            "flights/rewards": episodes.rewards.T.astype(np.float32),
            "flights/mean": np.nan_to_num(np.array([lesson.mean], np.float32)),
        }
        for name in ("before", "after"):
            chances = np.nan_to_num(getattr(lesson, name), nan=0.25)
            arrays[f"flights/{name}"] = np.round(255 * chances.transpose(1, 0, 2)).astype(np.uint8)
        for name in ("returns", "expected", "advantages"):
            arrays[f"flights/{name}"] = _whole(getattr(lesson, name).T / RETURN_UNIT)
        return arrays


def _whole(values: NDArray[Any]) -> NDArray[np.int16]:
    """The values rounded, as far as 16 bits reach."""
    found: NDArray[np.int16] = np.clip(np.round(np.nan_to_num(values)), -32767, 32767).astype(np.int16)
    return found
