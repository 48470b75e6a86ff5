"""What each preset of the lesson on gradient descent claims, with numbers, for more than one seed."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest

from models import gradient_descent_line as line
from models.gradient_descent import Config
from models.gradient_descent_networks import Networks
from models.gradient_descent_settings import OPTIMIZERS
from tests.models.descents import ended, preset, reached, steps


@pytest.mark.parametrize("seed", [0, 1])
def test_one_example_at_a_time(seed: int) -> None:
    config = preset("stochastic", seed=seed)
    after_one = steps(config)[300].metrics
    assert ended(replace(config, epochs=1))["updates/batch_300"] == 1
    assert after_one["excess/batch_1"] < 0.02 * after_one["excess/batch_300"]
    losses = [step.metrics["excess/batch_1"] for step in steps(config)]
    assert max(losses[1200:]) > 0.03, "it trembles"
    assert ended(config)["noise/batch_1"] > 0.9 * steps(config)[300].metrics["noise/batch_1"]
    assert ended(config)["gradient/full"] < 0.3 * ended(config)["noise/batch_1"]
    assert reached("stochastic", config)


def test_full_batch() -> None:
    config = preset("full")
    metrics = ended(config)
    assert metrics["excess/batch_100"] < 1e-10
    full = [step.metrics["excess/batch_100"] for step in steps(config) if "excess/batch_100" in step.metrics]
    assert all(b <= a + 1e-12 for a, b in itertools.pairwise(full)), "smooth: never uphill"
    after_four = steps(config)[400].metrics
    assert after_four["excess/batch_10"] < 0.05 < 2 < after_four["excess/batch_100"]
    assert metrics["excess/batch_10"] > 1e-4
    assert reached("full", config)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_cosine_anneals_the_noise(seed: int) -> None:
    annealed, constant = (
        ended(preset("cosine", schedule=name, seed=seed))["excess/batch_1"] for name in ("cosine", "constant")
    )
    assert annealed < 5e-4
    assert annealed < constant / 30
    assert reached("cosine", preset("cosine", seed=seed))
    assert not reached("cosine", preset("cosine", schedule="constant", seed=seed))


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_too_large_a_rate(seed: int) -> None:
    metrics = ended(preset("too_large", seed=seed))
    assert metrics["note/diverged"] and math.isnan(metrics["excess/batch_1"])
    assert metrics["updates/batch_1"] <= 3 * 300
    assert metrics["excess/batch_300"] < 1e-2
    assert math.isnan(ended(preset("too_large", seed=seed, learning_rate=0.5))["excess/batch_300"])
    fit = line.Line(preset("too_large", seed=seed))
    full, x = fit.descents[-1], fit.bowl.x
    curvature = np.array([[np.mean(x * x), np.mean(x)], [np.mean(x), 1]])
    steepest = np.linalg.eigh(curvature)[1][:, -1]  # across the valley
    sides = []
    for _ in range(4):
        sides.append(float((np.array([full.slope, full.intercept]) - fit.bowl.best) @ steepest))
        full.update(fit.bowl.x, fit.bowl.y, fit.config)
    assert all(a * b < 0 for a, b in itertools.pairwise(sides)), "each step lands on the other side"


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_range_test_names_a_rate_that_trains(seed: int) -> None:
    metrics = ended(preset("range_test", seed=seed))
    assert reached("range_test", preset("range_test", seed=seed))
    suggested = metrics["suggested/momentum"]
    short = Config(task="network", compared=(), epochs=15, seed=seed)
    good, slow = (
        ended(replace(short, learning_rate=rate))["loss/train"] for rate in (suggested, suggested / 30)
    )
    assert good < 0.05
    assert slow > 5 * good
    assert len({round(metrics[f"blow_up/{name}"], 3) for name in OPTIMIZERS}) == len(OPTIMIZERS)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_adam_against_sgd(seed: int) -> None:
    config = preset("adam_sgd", seed=seed)
    metrics = ended(config)
    assert metrics["loss/adam"] < 0.05
    assert metrics["loss/sgd"] > 0.8 * metrics["baseline/majority class/loss/test"]
    assert metrics["accuracy/adam"] > 0.95
    assert reached("adam_sgd", config)


@pytest.mark.parametrize("seed", [0, 1, 2, 3])
def test_one_cycle_tames_a_huge_rate(seed: int) -> None:
    config = preset("one_cycle", seed=seed)

    def losses(config: Config) -> list[float]:
        return [step.metrics["loss/train"] for step in steps(config) if "loss/train" in step.metrics]

    learned, constant = losses(config), losses(replace(config, schedule="constant"))
    # Where the constant rate ends is chaos: a last bit of the processor decides. That it jumps there is not.
    assert max(constant[-15:]) > 0.15 > 0.1 > learned[-1]
    around_the_top = learned[16:33]  # the rate is at its highest after three tenths of 80 epochs
    assert learned[-1] < max(around_the_top) / 5, "it settles on the way down"
    assert ended(config)["accuracy/test"] > 0.95
    assert reached("one_cycle", config) and not reached("one_cycle", replace(config, schedule="constant"))


def test_the_surface_you_walked_on() -> None:
    config = preset("surface")
    nets = Networks(config)
    assert sum(part.numel() for part in nets.own.parts(nets.own.parameters)) == 105
    assert ended(config)["surface/explained"] > 0.95
    *_, last = steps(config)
    arrays = last.observe()
    heights = [
        arrays["surface"][
            np.argmin(np.abs(arrays["surface_y"] - y)), np.argmin(np.abs(arrays["surface_x"] - x))
        ]
        for x, y in zip(arrays["path_x"], arrays["path_y"], strict=True)
    ]
    assert heights[0] > heights[len(heights) // 4] > heights[-1] + 0.5, "down into the valley"
    assert reached("surface", config)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_same_walk_in_random_directions(seed: int) -> None:
    config = preset("random", seed=seed)
    assert ended(config)["surface/explained"] < 0.15
    assert ended(config)["loss/adam"] == ended(preset("surface", seed=seed))["loss/adam"], "the same walk"
    assert reached("random", config) and not reached("surface", config)
