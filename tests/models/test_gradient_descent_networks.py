"""Networks side by side under schedules, their surface while they train, and the learning-rate range test."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest
import torch

from models import gradient_descent_range as range_test
from models import schedules
from models.gradient_descent import Config, train
from models.gradient_descent_networks import Networks
from models.gradient_descent_settings import OPTIMIZERS
from tests.models.descents import ended, preset, steps

NETWORK = Config(task="network", epochs=3)


def test_all_networks_begin_alike_and_each_takes_its_own_rule() -> None:
    nets = Networks(NETWORK)
    first, *others = nets.networks.values()
    assert list(nets.networks) == list(OPTIMIZERS)
    assert all(torch.equal(first.parameters, other.parameters) for other in others)
    start = first.parameters.clone()
    nets.update(*nets.batches(0)[0], 0.01)
    assert torch.allclose(nets.networks["sgd"].parameters, start - 0.01 * nets.networks["sgd"].gradient)
    moved = nets.networks["adam"].parameters - start
    real = nets.networks["adam"].gradient.abs() > 1e-5
    assert torch.allclose(moved[real].abs(), torch.tensor(0.01), rtol=2e-3)  # Adam's first step has length η


def test_yours_is_trained_whatever_it_is_compared_with() -> None:
    nets = Networks(Config(task="network", optimizer="rmsprop", compared=("sgd",)))
    assert list(nets.networks) == ["sgd", "rmsprop"]
    assert nets.own is nets.networks["rmsprop"]
    metrics = ended(replace(NETWORK, optimizer="rmsprop", compared=("sgd",)))
    assert metrics["loss/test"] == metrics["loss/rmsprop"]
    assert metrics["loss/train"] == metrics["training/rmsprop"]
    assert metrics["accuracy/test"] == metrics["accuracy/rmsprop"]


@pytest.mark.parametrize("schedule", schedules.SCHEDULES)
def test_the_rate_follows_the_schedule_step_by_step(schedule: str) -> None:
    made = steps(replace(NETWORK, schedule=schedule, compared=(), batch_size=50))
    rates = [step.metrics["rate/learning"] for step in made[1:]]
    assert rates == [schedules.rate(schedule, step, 15, 0.03) for step in range(15)]


@pytest.mark.parametrize("dataset", ["moons", "multi_gauss"])
def test_baselines_are_the_naive_and_the_linear_answer(dataset: str) -> None:
    config = replace(NETWORK, dataset=dataset)
    metrics, nets = ended(config), Networks(config)
    y = nets.y_test
    if dataset == "moons":
        assert metrics["baseline/majority class/loss/test"] == pytest.approx(math.log(2), abs=1e-3)
        assert metrics["baseline/majority class/accuracy/test"] == pytest.approx(0.5, abs=0.02)
        assert metrics["baseline/logistic regression/loss/test"] < 0.4
        assert metrics["baseline/logistic regression/accuracy/test"] > 0.8
    else:
        mean = nets.y.mean()
        assert metrics["baseline/mean/loss/test"] == pytest.approx(
            (y - mean).square().mean().item(), rel=1e-5
        )
        assert "accuracy/test" not in metrics
        assert metrics["baseline/linear regression/loss/test"] > 0.5 * metrics["baseline/mean/loss/test"]


def test_every_rule_learns_the_moons() -> None:
    metrics = ended(Config(task="network", epochs=60))
    for name in OPTIMIZERS:
        assert metrics[f"accuracy/{name}"] >= metrics["baseline/logistic regression/accuracy/test"], name
        assert metrics[f"loss/{name}"] < metrics["baseline/logistic regression/loss/test"], name


def test_the_surface_is_there_from_the_start_and_is_not_computed_in_every_frame() -> None:
    training = train(Config(task="network", epochs=40, compared=(), batch_size=100))
    start = next(training).observe()
    assert start["surface"].shape == (len(start["surface_y"]), len(start["surface_x"]))
    pictures = [step.observe()["surface"] for step in itertools.islice(training, 120)]
    new = sum(a is not b and not np.array_equal(a, b) for a, b in itertools.pairwise(pictures))
    assert 15 <= new <= 20
    *_, last = steps(Config(task="network", epochs=40, compared=(), batch_size=100))
    arrays = last.observe()
    assert (arrays["path_x"][-1], arrays["path_y"][-1]) == (0, 0)
    row, column = int(np.argmin(np.abs(arrays["surface_y"]))), int(np.argmin(np.abs(arrays["surface_x"])))
    loss = 10 ** arrays["surface"][row, column]
    assert loss == pytest.approx(last.metrics["loss/train"], rel=1e-4)


def test_a_changed_setting_shows_the_surface_of_the_moment() -> None:
    training = train(Config(task="network", epochs=100, compared=()))
    shown = [next(training).observe() for _ in range(10)][-1]
    again = training.send(Config(task="network", epochs=100, compared=(), learning_rate=0.1)).observe()
    assert len(again["path_x"]) > len(shown["path_x"])
    assert again["path_x"][-1] == 0


def test_a_network_that_is_lost_is_left_alone_and_the_others_go_on() -> None:
    config = Config(
        task="network", dataset="plane", activation="relu", learning_rate=3, epochs=10, optimizer="sgd"
    )
    metrics = ended(config)
    assert metrics["note/diverged"]
    assert math.isnan(metrics["loss/sgd"]) and math.isnan(metrics["loss/test"])
    assert math.isfinite(metrics["loss/adam"])
    training = train(replace(config, compared=()))
    healthy = next(training).observe()["surface"]
    *_, last = training
    assert last.epoch < 10, "nobody is left"
    assert last.note is not None and last.note.title.endswith("(SGD)")
    assert np.array_equal(last.observe()["surface"], healthy), "the last one that there was"


# The range test


def test_rates_rise_by_one_factor_from_the_first_to_the_last() -> None:
    rates = [range_test.rate_at(step, 7) for step in range(7)]
    assert rates == pytest.approx([1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1, 10])


def test_steepest_fall_lowest_place_and_blow_up_of_an_invented_course() -> None:
    rates = [range_test.rate_at(step, 601) for step in range(601)]
    losses = [1 / (1 + math.exp(4 * (math.log10(rate) + 2))) + 0.1 for rate in rates]  # falls about 0.01
    finding = range_test.read(rates, losses, math.nan)
    assert math.log10(finding.steepest) == pytest.approx(-2, abs=0.1)
    assert finding.lowest == pytest.approx(10)
    bent = [
        loss + max(0, math.log10(rate)) for loss, rate in zip(losses, rates, strict=True)
    ]  # rises beyond 1
    assert 0.2 < range_test.read(rates, bent, math.nan).lowest < 1.2
    never = range_test.read(rates, [1 + rate for rate in rates], 10.0)
    assert math.isnan(never.steepest)
    assert never.lowest < 1e-3


def test_a_course_without_a_fall_names_no_rate() -> None:
    (note,) = [
        step.note for step in steps(Config(task="range_test", epochs=1, optimizer="adam")) if step.note
    ]
    assert note.title == "Adam: this range test names no learning rate"
    assert "suggested/adam" not in ended(Config(task="range_test", epochs=1, optimizer="adam"))
    assert "Adam " not in note.remedy


def test_a_course_is_over_when_its_loss_is_four_times_its_lowest_and_above_its_start() -> None:
    course = range_test.Course(1.0)
    for rate, loss in ((0.1, 0.5), (0.2, 0.1), (0.3, 0.45), (0.4, 0.9)):
        course.add(rate, loss)
        assert not course.over, "beyond four times the lowest, but still below the start"
    course.add(0.5, 1.1)
    assert course.over and course.blow_up == 0.5
    other = range_test.Course(1.0)
    other.add(0.1, math.nan)
    assert other.over and other.losses == []


def test_the_test_ends_with_a_note_that_names_a_rate() -> None:
    made = steps(preset("range_test"))
    note = made[-1].note
    assert note is not None and note.name == "range_test"
    assert sum(step.note is not None for step in made) == 1
    metrics = ended(preset("range_test"))
    assert f"{metrics['suggested/momentum']:.2g}" in note.title
    assert f"{metrics['blow_up/momentum']:.2g}" in note.cause
    for name in OPTIMIZERS:
        assert metrics[f"suggested/{name}"] <= metrics[f"lowest/{name}"]
        assert metrics[f"lowest/{name}"] < metrics[f"blow_up/{name}"]
    arrays = made[-1].observe()
    assert len(arrays["suggested_x"]) == len(OPTIMIZERS)
    assert all((np.diff(arrays[f"rates/{name}"]) > 0).all() for name in OPTIMIZERS)
