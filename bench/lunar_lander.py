"""The lunar lander: steps a second, seconds until the mean return passes 0 and 200, and what a controller by hand earns."""

from __future__ import annotations

import math
import time
from collections import deque
from dataclasses import replace

import numpy as np

from bench.report import Figure, main
from models import box2d
from models.lunar_lander import PRESETS, Config, train
from models.lunar_lander_settings import Config as Settings
from models.settings import from_mapping

CASES: dict[str, Settings] = {
    "policy gradient by hand": Config(),
    "PPO (stable-baselines3)": from_mapping(Config, dict(PRESETS["ppo"].config)),
}
LIMIT = 180.0  # seconds of a run
AVERAGED = 5  # updates


def measure(quick: bool) -> list[Figure]:
    if not box2d.there():
        return []
    import torch

    torch.set_num_threads(1)  # as every run of the playground
    figures = [_controller(20 if quick else 100)]
    for name, config in CASES.items():
        for seed in range(1 if quick else 3):
            figures += _run(f"{name}, seed {seed}", replace(config, seed=seed), 30.0 if quick else LIMIT)
    return figures


def _run(name: str, config: Settings, limit: float) -> list[Figure]:
    """Until the mean return of the newest updates passes 200, or the limit."""
    began, when, newest = (
        time.perf_counter(),
        dict.fromkeys((0, 200), math.nan),
        deque[float](maxlen=AVERAGED),
    )
    played, best = 0.0, -math.inf
    for step in train(config):
        newest.append(step.metrics.get("return/train", newest[-1] if newest else -math.inf))
        played, mean = step.metrics.get("steps/played", played), float(np.mean(newest))
        best = max(best, step.metrics.get("return/test", best))
        passed = time.perf_counter() - began
        for goal in when:
            if mean >= goal and math.isnan(when[goal]):
                when[goal] = passed
        if passed > limit or not math.isnan(when[200]):
            break
    figures = [Figure(f"{name}: steps a second", played / (time.perf_counter() - began))]
    for goal, seconds in when.items():
        late = math.isnan(seconds)
        note = f"not within {limit:.0f} s" if late else ""
        figures.append(
            Figure(f"{name}: until the return passes {goal}", limit if late else seconds, "s", note=note)
        )
    return [*figures, Figure(f"{name}: best mean of 20 greedy flights", best)]


def _controller(n: int) -> Figure:
    from models.lunar_lander_game import Game, Task, play
    from models.lunar_lander_policies import by_rule

    flights = play(by_rule, [Game(Task()) for _ in range(n)], np.random.default_rng(0))
    return Figure(f"a controller by hand, mean of {n} flights", float(flights.returns.mean()), at_least=100)


if __name__ == "__main__":
    main(measure)
