"""One run of the lesson: a learner, its evaluations and events, and the pictures of a frame."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models import cartpole_diagnosis as diagnosis
from models.cartpole_fit import N_SHOWN, made
from models.cartpole_game import N_TEST, TAU, baselines, play
from models.cartpole_settings import Config, physics_of
from models.step import Note, Step

EVALUATE_EVERY = 5  # updates
LOST = 0.75  # share of its steps that a policy keeps when the task has not become harder
MAP_SIDE = 41
MAP_LIMITS = (-12.0, 12.0, -180.0, 180.0)  # degrees, degrees a second
#: Places travel as whole numbers of these: 0.1 mm and 0.01 mrad.
X_UNIT, ANGLE_UNIT = 1e-4, 1e-5


class Course:
    """The state of one run."""

    def __init__(self, config: Config) -> None:
        self.config, self.learner = config, made(config)
        self.n_updates, self.over = 0, False
        self._doctor = diagnosis.Doctor()
        self._n_played = 0.0
        self._agreements: list[float] = []
        self._stood = math.nan  # mean steps of the newest batch
        angle, velocity = np.meshgrid(
            np.linspace(*MAP_LIMITS[:2], MAP_SIDE), np.linspace(*MAP_LIMITS[2:], MAP_SIDE)
        )
        zero = np.zeros_like(angle)
        grid = np.stack([zero, zero, np.radians(angle), np.radians(velocity)], axis=-1)
        self._grid = grid.reshape(-1, 4).astype(np.float32)

    def evaluate(self) -> dict[str, float]:
        """Mean steps over `N_TEST` fresh episodes in which the likelier push is always taken."""
        generator = np.random.default_rng([self.config.seed, 5])
        lengths = play(self.learner.chances, N_TEST, physics_of(self.config), generator, greedy=True).lengths
        return {"return/test": float(lengths.mean())}

    def update(self, *, last: bool) -> tuple[dict[str, float], Note | None]:
        """Learn once; the metrics of it, and an event to explain. A loss that is not finite ends the run."""
        metrics = self.learner.update()
        self.n_updates += 1
        self._n_played += metrics.pop("steps/update")
        metrics["steps/played"] = self._n_played
        self._stood = metrics.get("return/train", self._stood)
        if "gradient/agreement" in metrics:
            self._agreements += [metrics["gradient/agreement"]]
            metrics["gradient/agreement_first"] = float(np.mean(self._agreements[: diagnosis.PATIENCE]))
        if not all(math.isfinite(value) for value in metrics.values()):
            self.over = True
            return metrics, diagnosis.diverged(self.config)
        if last or self.n_updates % EVALUATE_EVERY == 0:
            metrics |= self.evaluate()
        return metrics, self._doctor.look(metrics, self.config)

    def step(
        self, metrics: dict[str, float], *, facts: dict[str, object] | None = None, note: Note | None = None
    ) -> Step:
        """The present state."""
        step = Step(self.n_updates, float(self.n_updates), metrics, self.observe, facts=facts, note=note)
        step.parameters = self.learner.parameters
        return step

    def change(self, config: Config) -> Step:
        """Take over the live settings: the present state in the task as it is now, with an event if that has become harder."""
        before, self.config = self.config, config
        self.learner.change(config)
        metrics, note = self.evaluate(), None
        if physics_of(before) != physics_of(config):
            self._doctor.forget()
            generator = np.random.default_rng([self.config.seed, 9])
            now = float(play(self.learner.chances, N_TEST, physics_of(config), generator).lengths.mean())
            if now < LOST * self._stood:
                note = diagnosis.task_changed(self._stood, now)
            metrics["return/train"] = self._stood = now
        return self.step(metrics, facts=self.facts(), note=note)

    def facts(self) -> dict[str, object]:
        """What holds until the task is changed."""
        physics = physics_of(self.config)
        return {
            "baselines": baselines(physics, self.config.seed),
            "physics": [physics.gravity, physics.pole_length, physics.force],
            "tau": TAU,
            "units": [X_UNIT, ANGLE_UNIT],
            "domain": list(MAP_LIMITS),
            "learner": self.config.learner,
        }

    def observe(self) -> dict[str, NDArray[Any]]:
        """The arrays of a frame: the policy's map, and a few episodes of the newest update with what it made of them."""
        lesson = self.learner.lesson()
        episodes = lesson.episodes
        lengths = episodes.lengths[:N_SHOWN]
        n_steps = int(lengths.max())
        motion = episodes.states[: n_steps + 1, :N_SHOWN, ::2].transpose(1, 0, 2) / (X_UNIT, ANGLE_UNIT)
        chances = self.learner.chances(self._grid).reshape(MAP_SIDE, MAP_SIDE)
        arrays: dict[str, NDArray[Any]] = {
            "policy/map": np.round(255 * np.nan_to_num(chances, nan=0.5)).astype(np.uint8),
            "episodes/motion": np.clip(np.round(motion), -32767, 32767).astype(np.int16),
            "episodes/lengths": lengths.astype(np.int32),
            "episodes/truncated": episodes.truncated[:N_SHOWN].astype(np.uint8),
            "episodes/scale": np.array([lesson.scale if math.isfinite(lesson.scale) else 1.0], np.float32),
        }
        steps: dict[str, NDArray[Any]] = {
            "actions": episodes.actions,
            "before": episodes.chances,
            "after": lesson.after,
            "returns": lesson.returns,
            "expected": lesson.expected,
            "advantages": lesson.advantages,
        }
        for name, values in steps.items():
            kind = np.uint8 if name == "actions" else np.float32
            arrays[f"episodes/{name}"] = np.nan_to_num(values[:n_steps, :N_SHOWN].T).astype(kind)
        return arrays
