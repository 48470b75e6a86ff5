"""Landing on the moon by policy gradients: a network that is told only rewards finds out how to set a lander down.

The mechanism is CartPole's, `models/policy_gradient.py`, on a game with eight numbers, four actions and a shaped reward:
Gymnasium's LunarLander-v3 (`models/lunar_lander_game.py`). Beside it learns the PPO of stable-baselines3. Sources: Williams
1992, theorem 1 (the gradient); Schulman et al. 2016, equations 11 and 16 (the advantages); Ng, Harada & Russell 1999,
theorem 1 (why a reward may be shaped by a potential). It needs the packages that `models/box2d.py` names.

    python -m models.lunar_lander --gravity 4
    python -m models.lunar_lander --preset ppo
"""

from __future__ import annotations

from collections.abc import Generator

from models.changes import told
from models.cli import Model, main
from models.lunar_lander_settings import PRESETS, Config
from models.step import Step

__all__ = ["MODEL", "PRESETS", "Config", "estimate_seconds", "train"]


def estimate_seconds(config: Config) -> float:
    """Seconds that a run takes on one ordinary core, with flights of 400 steps: a step of a game 100 µs, learning from it 50."""
    steps = config.n_games * (128 if config.learner == "ppo" else 400)
    return 0.5 + config.epochs * (steps * 150e-6 + 0.06)


def train(config: Config) -> Generator[Step, Config | None, None]:
    """Yields the untrained policy, then one step for each update; an epoch is an update too.

    Metrics: "return/train" (mean of the flights that ended, with their least and most), "landed/train", "crashed/train",
    "cut_off/train" (shares of them), "steps/flight", "reward/…" (what their returns consist of, on average), "return/test"
    and "landed/test" (20 fresh flights, likeliest action taken; every tenth update and at the end), "return/test_100" (100
    more, when the 20 earn enough), "loss/policy", "loss/value", "loss/entropy", "entropy/policy" in nats, "steps/played".
    Sending a Config applies its live settings, the task's own among them, and yields the present state again.
    """
    from models.lunar_lander_course import Course

    course = Course(config)
    yield from told(course.step(course.evaluate(), facts=course.facts()), course.change)
    for number in range(1, config.epochs + 1):
        metrics, note = course.update(last=number == config.epochs)
        yield from told(course.step(metrics, note=note), course.change)
        if course.over:
            return


MODEL = Model("lunar_lander", Config, train, PRESETS)

if __name__ == "__main__":
    raise SystemExit(main(MODEL))
