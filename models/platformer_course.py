"""One run of the platformer lesson: the game, the learner, the last episodes, examinations, events and frames."""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models import platformer_diagnosis as diagnosis
from models.platformer_baselines import N_EPISODES, baselines, examined, sampler, scores, success
from models.platformer_fit import made
from models.platformer_game import Ending, Game
from models.platformer_level import Level
from models.platformer_moving import TILE
from models.platformer_physics import HEIGHT, WIDTH
from models.platformer_recorder import REWARD_UNIT, UNIT, Recorder
from models.platformer_rules import ACTIONS, ENDS, N_ACTIONS, TERMS
from models.platformer_settings import (
    Config,
    held_out_levels,
    named_levels,
    rewards_of,
    rules_of,
    steps_per_update,
)
from models.platformer_view import ABOVE, BEHIND, COLUMNS, ROWS
from models.step import Facts, Note, Step

LAST = 100  # episodes that a metric is the mean of
EVERY = 100  # updates between two examinations on held-out levels


class Course:
    """The state of one run."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.named = named_levels(config)
        self.rules = rules_of(config)
        self.game = Game(
            self.levels,
            config.n_envs,
            observation=config.observation,
            rewards=rewards_of(config),
            rules=self.rules,
            seed=config.seed,
        )
        self.recorder = Recorder(self.game)
        self.learner = made(config, self.game, self.recorder.watch)
        self.n_updates, self.over = 0, False
        self._played, self._first_flag = 0, 0
        self._last: deque[Ending] = deque(maxlen=LAST)
        self._held_out: list[Level] = []
        self._doctor = diagnosis.Doctor()
        self._timed = (time.perf_counter(), 0)

    @property
    def levels(self) -> list[Level]:
        return [level for _, level in self.named]

    @property
    def generated(self) -> bool:
        """Whether held-out levels are of the same kind as those learned from."""
        return self.config.level == "generated" and not self.config.own_level

    def facts(self) -> Facts:
        """What holds for the run, or until the level changes; how others play it takes a while to find out."""
        others = partial(
            baselines,
            self.levels,
            self.rules,
            self.game.rewards,
            self.held_out if self.generated else (),
        )
        return Facts(self._known(), {"baselines": others})

    def _known(self) -> dict[str, object]:
        return {
            "levels": [{"name": name, "text": level.text} for name, level in self.named],
            "n_levels": len(self.named),
            "held_out": len(self.held_out) if self.generated else 0,
            "actions": [name for name, *_ in ACTIONS[:N_ACTIONS]],
            "terms": list(TERMS),
            "ends": list(ENDS),
            "skip": self.config.skip,
            "unit": UNIT,
            "reward_unit": REWARD_UNIT,
            "window": {"rows": ROWS, "columns": COLUMNS, "above": ABOVE, "behind": BEHIND},
            "hero": {"width": WIDTH / TILE, "height": HEIGHT / TILE},
            "steps_per_update": steps_per_update(self.config),
            "algorithm": self.config.algorithm,
        }

    @property
    def held_out(self) -> list[Level]:
        """Levels that are never learned from, made when first asked for."""
        if not self._held_out:
            self._held_out = held_out_levels(self.config)
        return self._held_out

    def first(self) -> Step:
        """The untrained policy, and the facts."""
        metrics = {"steps/played": 0.0}
        if self.generated:
            metrics["rate/held_out"] = self._examine(self.held_out, len(self.held_out))
        return self.step(metrics, facts=self.facts())

    def update(self, *, last: bool) -> Step:
        """Play and learn once. A loss that is not finite ends the run."""
        self.n_updates += 1
        self.recorder.update = self.n_updates
        try:
            metrics = self.learner.update()
        except ValueError:  # torch.distributions refuses chances that are no numbers
            metrics = {"loss/value": math.nan}
        endings = self.game.take_endings()
        self._played += steps_per_update(self.config)
        metrics["steps/played"] = float(self._played)
        if not self._first_flag and any(ending.how == "flag" for ending in endings):
            self._first_flag = self._played
        if self._first_flag:
            metrics["steps/first_flag"] = float(self._first_flag)
        self._last.extend(endings)
        if self._last:
            metrics |= scores(list(self._last), self.game.rewards)
        if not all(map(math.isfinite, metrics.values())):
            self.over = True
            return self.step(metrics, note=diagnosis.diverged(self.config))
        if last or (self.generated and self.n_updates % EVERY == 0):
            metrics["rate/held_out"] = self._examine(self.held_out, len(self.held_out))
        if last:
            metrics["rate/evaluated"] = self._examine(self.levels, N_EPISODES)
        evidence = diagnosis.Evidence(self.config, metrics, list(self._last), self.levels[0], self._played)
        return self.step(metrics, note=self._doctor.look(evidence))

    def _examine(self, levels: list[Level], n: int) -> float:
        """The share of n episodes of these levels in which the sampled policy reaches the flag."""
        player = sampler(self.learner.chances, [self.config.seed, 5, self.n_updates], n)
        return success(
            examined(
                player,
                levels,
                n,
                self.rules,
                self.game.rewards,
                self.config.seed + 1,
                self.config.observation,
            )
        )

    def step(
        self, metrics: dict[str, float], note: Note | None = None, facts: Mapping[str, object] | None = None
    ) -> Step:
        """The present state as a step; an epoch is an update."""
        return Step(
            step=self.n_updates,
            epoch=float(self.n_updates),
            metrics=metrics,
            observe=self.observe,
            facts=facts,
            note=note,
            parameters=self.learner.parameters,
        )

    def observe(self) -> dict[str, NDArray[Any]]:
        """The arrays of a frame."""
        now, (then, steps) = time.perf_counter(), self._timed
        speed = (self._played - steps) / max(now - then, 1e-9)
        self._timed = now, self._played
        arrays = self.recorder.arrays(self.learner)
        arrays["speed"] = np.array([speed], np.float32)
        return arrays

    def change(self, config: Config) -> Step:
        """Take over the live settings; the present state again."""
        before, self.config = self.config, config
        self.learner.change(config)
        self.game.rewards = rewards_of(config)
        if rewards_of(config) != rewards_of(before):
            self._doctor.forget()
        if config.own_level == before.own_level:
            return self.step({})
        rate = success(list(self._last)) if self._last else 0.0
        self.named = named_levels(config)
        self.game.set_levels(self.levels)
        self.recorder.levels_changed()
        self._last.clear()
        self._doctor.forget()
        note = diagnosis.changed(rate) if self.n_updates else None
        return self.step({}, note=note, facts=self.facts())
