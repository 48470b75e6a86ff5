"""Balancing a pole by policy gradients: a network that is told only how long it stood learns which way to push.

A pole stands on a cart that can be pushed left or right. A policy gives both pushes a chance; it plays whole episodes, and
the actions after which things went better than expected are made likelier:

    θ ← θ + α Σ_t A_t ∇ log π(a_t|s_t)

(Williams 1992, "Simple statistical gradient-following algorithms for connectionist reinforcement learning", theorem 1). The
game is `models/cartpole_game.py` (Barto, Sutton & Anderson 1983), the gradient with its baseline, advantages and entropy
bonus `models/cartpole_gradient.py`; beside it learns the PPO of stable-baselines3 (`models/cartpole_ppo.py`).

    python -m models.cartpole --gravity 30
    python -m models.cartpole --preset ppo
"""

from __future__ import annotations

from collections.abc import Generator

from models.cartpole_settings import PRESETS, Config
from models.changes import told
from models.cli import Model, main
from models.step import Step

__all__ = ["MODEL", "PRESETS", "Config", "estimate_seconds", "train"]


def estimate_seconds(config: Config) -> float:
    """Seconds that a run takes at most on one ordinary core: all episodes last 500 steps then.

    A step of the games costs 60 µs, and 0.6 µs for each of them; learning from a step 1 µs, and 3 µs more with a value; PPO
    120 µs a step of the games, and 20 µs for each game's step (ten passes). The evaluation every fifth update takes 0.06 s.
    """
    n = config.n_episodes
    if config.learner == "ppo":
        update = 64 * (200e-6 + n * 20e-6)
    else:
        update = 500 * (60e-6 + n * (0.6e-6 + (4e-6 if config.baseline == "value" else 1e-6)))
    return 0.1 + config.epochs * (update + 0.06 / 5)


def train(config: Config) -> Generator[Step, Config | None, None]:
    """Yields the untrained policy, then one step for each update; an epoch is an update too.

    Metrics: "return/train" (mean steps of the episodes learned from, with their least and most), "return/test" (mean over 100
    fresh episodes, likelier push taken; every fifth update and at the end), "loss/policy", "loss/value", "loss/entropy",
    "entropy/policy" in nats, "gradient/size", "gradient/agreement" (cosine between the halves of a batch; "…_first" its mean
    over the first 20 updates), "steps/played".
    Sending a Config applies its live settings, the task's own among them, and yields the present state again.
    """
    from models.cartpole_course import Course

    course = Course(config)
    yield from told(course.step(course.evaluate(), facts=course.facts()), course.change)
    for number in range(1, config.epochs + 1):
        metrics, note = course.update(last=number == config.epochs)
        yield from told(course.step(metrics, note=note), course.change)
        if course.over:
            return


MODEL = Model("cartpole", Config, train, PRESETS)

if __name__ == "__main__":
    raise SystemExit(main(MODEL))
