"""The lesson's run: the line by hand and against autograd, and what holds for all three experiments."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch.nn import functional

from models import gradient_descent_bowl as bowls
from models import gradient_descent_line as line
from models import gradient_descent_range as range_test
from models import schedules
from models.gradient_descent import EPOCHS, RANGE_STEPS, Config, estimate_seconds, train
from models.gradient_descent_settings import UNUSED
from models.gradient_descent_training import EPOCHS as NETWORK_EPOCHS
from models.settings import settings_of
from tests.models.descents import ended, steps


def test_one_step_of_a_single_example_by_hand() -> None:
    descent = line.Descent(1, 1)
    descent.slope, descent.intercept = 1.0, 0.5
    descent.update(np.array([2.0]), np.array([1.0]), Config(learning_rate=0.1))
    # ŷ = 2.5, r = 1.5: ∂r²/∂slope = 2 · 1.5 · 2 = 6, ∂r²/∂intercept = 3.
    assert (descent.slope, descent.intercept) == pytest.approx((0.4, 0.2))


def test_one_step_of_a_batch_by_hand_and_against_autograd() -> None:
    x, y = np.array([2.0, -1.0]), np.array([1.0, 1.5])
    descent = line.Descent(2, 1)
    descent.slope, descent.intercept = 1.0, 0.5
    descent.update(x, y, Config(learning_rate=0.1))
    # r = (1.5, −2): mean 2 r x = (6 + 4) / 2 = 5, mean 2 r = −0.5.
    assert (descent.slope, descent.intercept) == pytest.approx((0.5, 0.55))
    w = torch.tensor([1.0, 0.5], dtype=torch.float64, requires_grad=True)
    functional.mse_loss(w[0] * torch.tensor(x) + w[1], torch.tensor(y)).backward()
    assert w.grad is not None
    assert w.grad.tolist() == pytest.approx([5, -0.5])


def test_the_bowl_is_the_loss_and_its_bottom_the_least_squares_line() -> None:
    bowl = bowls.Bowl(*bowls.points(200, 0.2, 3))
    for slope, intercept in (bowls.START, bowls.TRUTH, (3.0, -2.0)):
        loss = np.mean((slope * bowl.x + intercept - bowl.y) ** 2)
        assert bowl.floor + bowl.excess(slope, intercept) == pytest.approx(loss, rel=1e-12)
        shift = 1e-5
        gradient = bowl.gradients(slope, intercept).mean(0)
        rise = bowl.excess(slope + shift, intercept) - bowl.excess(slope - shift, intercept)
        assert gradient[0] == pytest.approx(rise / (2 * shift), abs=1e-5)
        rise = bowl.excess(slope, intercept + shift) - bowl.excess(slope, intercept - shift)
        assert gradient[1] == pytest.approx(rise / (2 * shift), abs=1e-5)
    assert bowl.excess(*bowl.best) == 0
    slopes, intercepts, errors = bowl.grid()
    assert errors[7, 30] ** 2 == pytest.approx(bowl.floor + bowl.excess(slopes[30], intercepts[7]))


def test_the_line_is_tested_on_fresh_examples_beside_the_mean_and_the_best_line() -> None:
    config = Config(batch_size=10)
    metrics, fit = ended(config), line.Line(config)
    assert not set(fit.fresh.x) & set(fit.bowl.x)
    *_, last = steps(config)
    assert last.parameters is not None
    slope, intercept = last.parameters()["batch_10"]
    loss = np.mean((slope * fit.fresh.x + intercept - fit.fresh.y) ** 2)
    assert metrics["loss/test"] == pytest.approx(loss, rel=1e-5)
    assert metrics["baseline/least squares/loss/train"] < metrics["loss/train"]
    flat = np.mean((fit.bowl.y.mean() - fit.fresh.y) ** 2)
    assert metrics["baseline/mean/loss/test"] == pytest.approx(flat)
    assert metrics["loss/test"] < 0.2 * metrics["baseline/mean/loss/test"]


def test_points_move_with_the_noise_but_stay_the_same_points() -> None:
    x, calm = bowls.points(50, 0.0, 1)
    same, noisy = bowls.points(50, 0.4, 1)
    assert np.array_equal(x, same)
    assert calm == pytest.approx(bowls.TRUTH[0] * x + bowls.TRUTH[1])
    _, half = bowls.points(50, 0.2, 1)
    assert noisy - calm == pytest.approx(2 * (half - calm))


@pytest.mark.parametrize(
    ("batch_size", "sizes"), [(1, [1, 10, 300]), (30, [1, 10, 30, 300]), (999, [1, 10, 300])]
)
def test_one_ten_yours_and_all(batch_size: int, sizes: list[int]) -> None:
    config = Config(batch_size=batch_size)
    assert line.batch_sizes(config) == sizes
    own = f"loss/batch_{min(batch_size, 300)}"
    metrics = ended(replace(config, epochs=1))
    assert metrics["loss/train"] == metrics[own]


def test_all_batch_sizes_read_one_stream_and_update_when_their_batch_is_full() -> None:
    config = Config(n_points=50, batch_size=7, epochs=2)
    made = steps(config)
    assert len(made) == 101
    assert [step.metrics["examples/seen"] for step in made] == list(range(101))
    last = ended(config)
    assert {size: last[f"updates/batch_{size}"] for size in (1, 7, 10, 50)} == {1: 100, 7: 16, 10: 10, 50: 2}
    moved = [step.step for step in made if "loss/batch_7" in step.metrics]
    assert moved[:9] == [0, 7, 14, 21, 28, 35, 42, 49, 50]  # the last batch of an epoch is the rest


def test_the_noise_of_a_batch_is_that_of_drawing_without_replacement() -> None:
    fit = line.Line(Config(n_points=50, batch_size=7))
    said = fit.noise()
    gradients = fit.bowl.gradients(*bowls.START)
    mean = gradients.mean(0)
    assert said["gradient/full"] == pytest.approx(np.linalg.norm(mean))
    assert said["noise/batch_50"] == 0
    generator = np.random.default_rng(0)
    for size in (1, 7, 10):
        drawn = [gradients[generator.permutation(50)[:size]].mean(0) - mean for _ in range(20_000)]
        measured = math.sqrt(np.square(drawn).sum(1).mean())
        assert said[f"noise/batch_{size}"] == pytest.approx(measured, rel=0.02)


def test_the_cloud_narrows_with_the_root_of_the_batch_size() -> None:
    arrays = next(iter(train(Config(n_points=1000, batch_size=100)))).observe()
    spread = {
        size: math.hypot(arrays[f"cloud_x/batch_{size}"].std(), arrays[f"cloud_y/batch_{size}"].std())
        for size in (1, 10, 100)
    }
    assert spread[1] / spread[10] == pytest.approx(math.sqrt(10), rel=0.15)
    assert spread[10] / spread[100] == pytest.approx(math.sqrt(10), rel=0.15)
    assert len(arrays["cloud_x/batch_1000"]) == 1  # the full batch has one gradient only


def test_the_pictures_hold_the_path_from_start_to_now() -> None:
    *_, last = train(Config(epochs=2))
    arrays = last.observe()
    assert last.parameters is not None
    for name, (slope, intercept) in last.parameters().items():
        path = np.stack([arrays[f"path_x/{name}"], arrays[f"path_y/{name}"]], axis=1)
        assert path[0].tolist() == list(bowls.START)
        assert path[-1].tolist() == pytest.approx([slope, intercept])
        assert len(path) <= 402
        assert arrays[f"line_y/{name}"] == pytest.approx(
            slope * np.array(bowls.X_RANGE) + intercept, rel=1e-5
        )
        updates, seen = arrays[f"updates/{name}"], arrays[f"examples/{name}"]
        assert seen[-1] == 600 and (np.diff(updates) >= 0).all()
        assert arrays[f"excess/{name}"][-1] == pytest.approx(
            ended(Config(epochs=2))[f"excess/{name}"], rel=1e-5
        )


def test_each_update_takes_the_rate_of_its_schedule() -> None:
    config = Config(n_points=50, batch_size=10, schedule="cosine", epochs=2)
    rates = [step.metrics["rate/learning"] for step in steps(config) if "loss/batch_10" in step.metrics][1:]
    assert rates == [schedules.rate("cosine", step, 10, 0.03) for step in range(10)]


def test_the_rate_may_change_in_flight() -> None:
    training = train(Config(batch_size=1))
    first = [next(training) for _ in range(3)][-1]
    again = training.send(Config(batch_size=1, learning_rate=0.01))
    assert (again.step, again.metrics["loss/train"]) == (2, first.metrics["loss/train"])
    assert next(training).metrics["rate/learning"] == 0.01


@pytest.mark.parametrize("task", ["line", "network", "range_test"])
def test_the_same_config_gives_the_same_numbers(task: str) -> None:
    config = Config(task=task, epochs=2)
    runs = [list(train(config)) for _ in range(2)]
    first, second = ([repr(step.metrics) for step in run] for run in runs)  # as text nan equals nan
    assert first == second
    for name, array in runs[0][-1].observe().items():
        assert np.array_equal(array, runs[1][-1].observe()[name], equal_nan=True), name


def test_another_seed_gives_other_numbers() -> None:
    for task in ("line", "network"):
        assert ended(Config(task=task, epochs=1)) != ended(Config(task=task, epochs=1, seed=1))


def test_what_a_task_does_not_use_changes_nothing() -> None:
    others: dict[str, object] = {
        "dataset": "xor",
        "hidden": (3,),
        "activation": "relu",
        "optimizer": "adam",
        "compared": ("sgd",),
        "directions": "random",
        "learning_rate": 0.5,
        "schedule": "cosine",
    }
    assert {name for names in UNUSED.values() for name in names} <= set(others)
    assert set(UNUSED["line"]) < {setting.name for setting in settings_of(Config)}
    for task, names in UNUSED.items():
        config = Config(task=task, epochs=1)
        changed = replace(config, **{name: others[name] for name in names})  # type: ignore[arg-type]
        assert ended(changed) == pytest.approx(ended(config), abs=0, nan_ok=True), task


def test_estimates_know_how_long_runs_are() -> None:
    assert (EPOCHS, RANGE_STEPS) == (NETWORK_EPOCHS, range_test.N_STEPS)
    for task in ("line", "network"):
        config = Config(task=task)
        assert estimate_seconds(replace(config, epochs=400)) > 2 * estimate_seconds(
            replace(config, epochs=100)
        )
    assert estimate_seconds(Config(task="network", compared=())) < estimate_seconds(Config(task="network"))
