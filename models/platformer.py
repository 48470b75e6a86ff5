"""A platform game learned by playing it: a network sees the tiles around a hero and finds out which buttons to press.

Nothing is shown to it and nothing explained. It plays many copies of the game at once and is told a number after each
action, the reward; what it did before things went better than expected is made likelier (Sutton & Barto 2018, chapter 13).
The learners are those of stable-baselines3: PPO by default, which goes no further than its data is good for,

    L(θ) = E[ min( r A, clip(r, 1 − ε, 1 + ε) A ) ],   r = π_θ(a|s) / π_old(a|s)

(Schulman et al. 2017, "Proximal policy optimization algorithms", equation 7), and A2C (Mnih et al. 2016) and DQN (Mnih et al.
2015) beside it. The game is `models/platformer_game.py`: N copies that step at once.

    python -m models.platformer --level 3 --seed 1
    python -m models.platformer --preset wrong_reward
"""

from __future__ import annotations

import time
from collections.abc import Generator
from dataclasses import replace

from models.changes import told
from models.cli import Model, main
from models.platformer_presets import PRESETS
from models.platformer_settings import Config, steps_per_update
from models.step import Step

__all__ = ["MODEL", "PRESETS", "Config", "estimate_seconds", "train"]


def estimate_seconds(config: Config) -> float:
    """Seconds that a run takes on one ordinary core.

    A step of all copies costs 0.5 ms and 8 µs for each; a pass over a step 8 µs with two layers of 64, in proportion to the
    weights; a picture 60 µs a step and 100 µs a pass. DQN learns a fixed amount from each step.
    """
    weights = 395 * config.hidden[0] if config.hidden else 395
    for before, after in zip(config.hidden, config.hidden[1:], strict=False):
        weights += before * after
    size = weights / (395 * 64 + 64 * 64)
    picture = config.observation != "tiles"
    passes = {"ppo": config.n_passes, "a2c": 1, "dqn": 4}[config.algorithm]
    each = 8e-6 + (60e-6 if picture else 0) + passes * (3e-6 + 5e-6 * size + (100e-6 if picture else 0))
    update = config.n_steps * 0.5e-3 + steps_per_update(config) * each
    return 0.5 + config.epochs * update


def train(config: Config) -> Generator[Step, Config | None, None]:
    """Yields the untrained policy, then one step for each update; an epoch is an update too.

    Metrics over the last 100 episodes: "reward/episode" and its six terms "reward/progress" …, "length/episode" (seconds of
    game), "progress/episode" (share of the way), "rate/success", "ends/fell" …; of the update: "loss/policy", "loss/value",
    "entropy/policy" in nats, "value/mean", "value/explained", "ppo/kl", "ppo/clipped", "dqn/exploration"; "steps/played",
    "steps/first_flag" in steps of the environment; and "rate/held_out" (levels of the same kind that it never learns from) and
    "rate/evaluated" (100 fresh episodes, at the end), both with actions drawn from the policy.
    Sending a Config applies its live settings, the level's own tiles among them, and yields the present state again.
    """
    from models.platformer_course import Course

    course = Course(config)
    yield from told(course.first(), course.change)
    for number in range(1, config.epochs + 1):
        yield from told(course.update(last=number == config.epochs), course.change)
        if course.over:
            return


def timed(config: Config) -> Generator[Step, Config | None, None]:
    """`train` with what only a clock can tell, for the terminal.

    "seconds_to_flag" and "steps_to_flag" (none without a flag), "success_rate" of 100 fresh episodes at the end, and
    "steps_per_second" of the environment, learning included and the first preparations left out.
    """
    began, flagged = 0.0, False
    for step in train(config):
        metrics = dict(step.metrics)
        facts = dict(step.facts) if step.facts else None  # found out before the clock starts
        began = began or time.perf_counter()
        seconds = time.perf_counter() - began
        if not flagged and "steps/first_flag" in metrics:
            flagged = True
            metrics |= {"seconds_to_flag": round(seconds, 3), "steps_to_flag": metrics["steps/first_flag"]}
        if "rate/evaluated" in metrics:
            metrics["success_rate"] = metrics["rate/evaluated"]
        if step.step:
            metrics["steps_per_second"] = round(metrics["steps/played"] / seconds, 1)
        yield replace(step, metrics=metrics, facts=facts)


MODEL = Model("platformer", Config, train, PRESETS)

if __name__ == "__main__":
    raise SystemExit(main(replace(MODEL, train=timed)))
