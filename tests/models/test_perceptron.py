"""Rosenblatt's rule by hand, the bound on its mistakes, the pocket, the sigmoid, and what the presets claim."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.svm import SVC

from models.margin import margin, mistake_bound, signed
from models.perceptron import Config, estimate_seconds, line_through, train
from models.perceptron_data import CORNERS, Points, load
from models.perceptron_neuron import Neuron
from models.perceptron_settings import PRESETS
from models.settings import from_mapping, to_mapping
from models.step import Step


def ended(**config: Any) -> tuple[list[Step], Step]:
    steps = list(train(Config(**config)))
    return steps, steps[-1]


def test_and_worked_out_on_paper() -> None:
    """Examples in order 00, 01, 10, 11 with classes 0, 0, 0, 1, η = 1, w = (w₁, w₂, b), all 0 at first; answer 1 for s > 0.

    00, 01, 10: s = 0, answer 0, right.   11: s = 0, answer 0, wrong, y = +1: w = (1, 1, 1).
    00: s = 1, wrong, y = −1: (1, 1, 0).   01: s = 1, wrong: (1, 0, −1).   10: s = 0, right.
    11: s = 0, wrong: (2, 1, 0).   00: s = 0, right.   01: s = 1, wrong: (2, 0, −1).
    """
    neuron = Neuron(load(Config(dataset="and")), Config(dataset="and"))
    expected = [(0, 0, 0), (0, 0, 0), (0, 0, 0), (1, 1, 1), (1, 1, 0), (1, 0, -1), (1, 0, -1), (2, 1, 0)]
    expected += [(2, 1, 0), (2, 0, -1)]
    wrong = [neuron_looks_wrong(neuron, count % 4, weights) for count, weights in enumerate(expected)]
    assert wrong == [False, False, False, True, True, True, False, True, False, True]
    assert neuron.n_mistakes == 5


def neuron_looks_wrong(neuron: Neuron, index: int, weights: tuple[float, ...]) -> bool:
    wrong = neuron.look(index)
    assert tuple(neuron.weights) == weights
    return wrong


def test_the_learning_rate_only_scales_a_step_neuron() -> None:
    slow, fast = (ended(dataset="separable", learning_rate=rate)[1] for rate in (0.5, 4.0))
    assert slow.metrics["mistakes/so_far"] == fast.metrics["mistakes/so_far"]
    np.testing.assert_allclose(slow.observe()["line/now"], fast.observe()["line/now"], atol=1e-5)


def test_a_smooth_step_is_autograds_gradient() -> None:
    config = Config(dataset="overlapping", smooth=True, learning_rate=0.3)
    neuron = Neuron(load(config), config)
    for index in (3, 8, 1):
        weights = torch.tensor(neuron.weights, requires_grad=True)
        s = weights @ torch.tensor(neuron.inputs[index])
        target = torch.tensor(neuron.targets[index])
        torch.nn.functional.binary_cross_entropy_with_logits(s, target).backward()
        assert weights.grad is not None
        expected = neuron.weights - 0.3 * weights.grad.numpy()
        neuron.look(index)
        np.testing.assert_allclose(neuron.weights, expected, rtol=1e-12)


def test_the_margin_of_two_points_by_hand() -> None:
    """z = ((1, 0, 1), (1, 0, −1)): the hull's nearest point to the origin is (1, 0, 0), so γ = 1, R = √2, bound 2."""
    z = signed(np.array([[1.0, 0.0], [-1.0, 0.0]]), np.array([1.0, 0.0]))
    np.testing.assert_array_equal(z, [[1, 0, 1], [1, 0, -1]])
    assert margin(z) == pytest.approx(1)
    assert mistake_bound(z) == pytest.approx(2)


@pytest.mark.parametrize("seed", range(12))
def test_the_margin_is_the_support_vector_machines(seed: int) -> None:
    """Without a bias of its own on (x, 1): γ = 1/‖w‖ of the hard-margin machine."""
    points = load(Config(gap=0.5 + seed / 4, seed=seed, n_points=40))
    z = signed(points.x, points.y)
    augmented = np.hstack([points.x, np.ones((len(points.x), 1))])
    # A pair of mirrored examples makes the machine's own bias vanish.
    both = np.vstack([augmented, -augmented])
    machine = SVC(kernel="linear", C=1e8, tol=1e-8).fit(both, np.concatenate([points.y, 1 - points.y]))
    assert margin(z) == pytest.approx(1 / np.linalg.norm(machine.coef_), rel=1e-3)


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.1, 3.0), st.sampled_from([10, 30, 80]))
def test_it_never_makes_more_mistakes_than_the_bound(seed: int, gap: float, n_points: int) -> None:
    steps, last = ended(seed=seed, gap=round(gap, 1), n_points=n_points, epochs=1000)
    bound = steps[0].metrics["mistakes/bound"]
    assert math.isfinite(bound)
    assert last.metrics["mistakes/so_far"] <= bound
    assert last.metrics["accuracy/train"] == 1.0


@pytest.mark.parametrize("dataset", ["xor", "overlapping", "iris_hard", "breast_cancer"])
def test_no_line_no_bound(dataset: str) -> None:
    first = next(train(Config(dataset=dataset)))
    assert "mistakes/bound" not in first.metrics
    assert first.facts is not None and first.facts["bound"] is None


def test_exclusive_or_goes_round_in_circles() -> None:
    """Worked out: passes 3, 4, 5, … all begin with w = (−1, 0, 1), and err at every corner."""
    steps, last = ended(dataset="xor", epochs=1000)
    assert len(steps) == 1 + 4 * 1000, "it never stops by itself"
    assert last.metrics["mistakes/so_far"] == 2 + 3 + 4 * 998
    told = [(step.step, step.note.name) for step in steps if step.note is not None]
    assert told == [(13, "cycling")], "once, at the beginning of pass 4"
    assert steps[13].note is not None and "before pass 4" in steps[13].note.cause.lower()
    assert "before pass 3" in steps[13].note.cause
    for count in (8, 12, 16, 4000):
        assert steps[count].metrics["errors/pass"] >= 3
    assert all(step.metrics["accuracy/train"] <= 0.5 for step in steps)
    assert last.metrics["accuracy/pocket"] == 0.5


@pytest.mark.parametrize("seed", range(8))
def test_in_new_orders_the_pocket_finds_the_best_that_a_line_can_do(seed: int) -> None:
    steps, last = ended(dataset="xor", shuffle=True, seed=seed, epochs=200)
    assert last.metrics["accuracy/pocket"] == 0.75
    assert all(step.metrics["accuracy/train"] <= 0.75 for step in steps)
    assert last.metrics["mistakes/so_far"] > 200


def test_errors_of_a_pass_add_up_to_the_mistakes() -> None:
    steps, last = ended(dataset="overlapping", epochs=7)
    passes = [step for step in steps if "errors/pass" in step.metrics]
    assert [step.epoch for step in passes] == list(range(1, 8))
    assert sum(step.metrics["errors/pass"] for step in passes) == last.metrics["mistakes/so_far"]


def test_the_bound_ends_when_the_learning_rate_or_the_switch_is_changed_on_the_way() -> None:
    for changed in (Config(gap=0.1, learning_rate=0.1), Config(gap=0.1, smooth=True)):
        training = train(Config(gap=0.1))
        first = next(training)
        assert training.send(Config(gap=0.1, learning_rate=5.0)).note is None, "nothing was learned yet"
        training.send(Config(gap=0.1))
        step = next(step for step in training if step.metrics["mistakes/so_far"] >= 2)
        assert step.metrics["mistakes/bound"] == first.metrics["mistakes/bound"]
        again = training.send(changed)
        assert again.step == step.step and again.note is not None and again.note.name == "unbound"
        assert math.isnan(again.metrics["mistakes/bound"])
        assert math.isnan(next(training).metrics["mistakes/bound"])
        training.close()


def test_a_sigmoid_takes_over_where_the_step_left_the_line() -> None:
    config = Config(dataset="overlapping", learning_rate=0.1, epochs=60)
    training = train(config)
    for _ in range(61):
        step = next(training)
    before = step.observe()["neuron/weights"]
    smooth = training.send(Config(dataset="overlapping", learning_rate=0.1, smooth=True, epochs=60))
    assert (smooth.observe()["neuron/weights"] == before).all()
    last = list(training)[-1]
    assert last.metrics["loss/train"] < 0.35 and last.metrics["accuracy/train"] > 0.85
    example = last.observe()["neuron/example"]
    assert example[5] == 1, "the picture knows that it is smooth"


def test_scaling_gives_both_inputs_mean_0_and_spread_1_and_a_smaller_bound() -> None:
    raw, scaled = (load(Config(dataset="iris", scale=scale)) for scale in (False, True))
    np.testing.assert_allclose(scaled.x.mean(0), 0, atol=1e-12)
    np.testing.assert_allclose(scaled.x.std(0), 1)
    assert (raw.y == scaled.y).all() and raw.names[0] == "petal length (cm)"
    assert mistake_bound(signed(scaled.x, scaled.y)) < mistake_bound(signed(raw.x, raw.y)) / 5


def test_the_same_seed_gives_the_same_numbers_and_another_seed_others() -> None:
    runs = [
        [step.metrics for step in ended(dataset="overlapping", shuffle=True, seed=seed, epochs=3)[0]]
        for seed in (4, 4, 5)
    ]
    assert runs[0] == runs[1] != runs[2]


def test_two_points_at_one_place_are_named_as_a_cycle_or_not_at_all() -> None:
    steps, _ = ended(dataset="drawn", points="1,1,0;1,1,1;-1,0,0;0,-1,1", epochs=60)
    assert {step.note.name for step in steps if step.note} <= {"cycling"}
    assert "mistakes/bound" not in steps[0].metrics


def test_the_pocket_only_improves() -> None:
    steps, _ = ended(dataset="overlapping")
    pocket = [step.metrics["accuracy/pocket"] for step in steps]
    assert pocket == sorted(pocket)
    assert pocket[-1] > steps[-1].metrics["accuracy/train"] or pocket[-1] > 0.85


def test_the_smooth_neuron_rests_where_logistic_regression_does() -> None:
    steps, last = ended(dataset="overlapping", smooth=True, learning_rate=0.02, epochs=400)
    assert steps[0].facts is not None
    known: Any = steps[0].facts["baselines"]
    assert last.metrics["accuracy/train"] == pytest.approx(
        known["logistic regression"]["accuracy/train"], abs=0.04
    )


RESULTS: dict[str, dict[str, float]] = {}


def result(name: str, **more: Any) -> dict[str, float]:
    """The final metrics of a preset, or of one with other settings on top."""
    key = f"{name} {more}"
    if key not in RESULTS:
        metrics: dict[str, float] = {}
        for step in train(from_mapping(Config, {**PRESETS[name].config, **more})):
            metrics |= step.metrics
        RESULTS[key] = metrics
    return RESULTS[key]


@pytest.mark.parametrize("name", PRESETS)
def test_a_goal_is_reached_by_its_preset(name: str) -> None:
    goal = PRESETS[name].goal
    assert goal is not None
    more = {"scale": True} if name == "cells" else {}  # what the text asks the learner to do
    config = from_mapping(Config, {**PRESETS[name].config, **more})
    assert goal.reached(to_mapping(config), result(name, **more))


def test_what_the_presets_say() -> None:
    assert result("and")["mistakes/so_far"] == 10
    assert result("and")["mistakes/bound"] == pytest.approx(51)
    assert result("and")["accuracy/train"] == result("flowers")["accuracy/train"] == 1
    assert result("wide")["mistakes/so_far"] <= 3 < 30 < result("narrow")["mistakes/so_far"]
    assert 300 < result("narrow")["mistakes/bound"] / result("wide")["mistakes/bound"] < 350
    assert result("overlap")["accuracy/pocket"] > result("overlap")["accuracy/train"]
    assert result("sigmoid")["accuracy/train"] >= result("overlap")["accuracy/train"]
    raw, scaled = result("cells"), result("cells", scale=True)
    assert raw["errors/pass"] > 100 and raw["mistakes/so_far"] > 2 * scaled["mistakes/so_far"]


def test_the_estimate_grows_with_the_work() -> None:
    few, many = (estimate_seconds(Config(dataset="breast_cancer", epochs=n)) for n in (1, 1000))
    assert 0 < few < 0.2 < 5 < many < 120


def test_the_line_in_the_plane() -> None:
    square = (-1.0, 1.0, -1.0, 1.0)
    np.testing.assert_allclose(
        sorted(map(tuple, line_through(np.array([1.0, -1.0, 0.0]), square))), [(-1, -1), (1, 1)]
    )
    np.testing.assert_allclose(line_through(np.array([2.0, 0.0, -1.0]), square)[:, 0], [0.5, 0.5])
    assert np.isnan(line_through(np.zeros(3), square)).all()
    assert np.isnan(line_through(np.array([0.0, 1.0, 9.0]), square)).all(), "out of sight"


def test_huge_and_equal_points_end_without_an_error() -> None:
    for points in ("6,6,0;6,6,0;6,6,1;6,6,1", "0,0,0;0,0,0;0,0,1;0,0,1"):
        steps, last = ended(dataset="drawn", points=points, epochs=5)
        assert last.metrics["accuracy/train"] <= 1 and len(steps) > 5
    neuron = Neuron(
        Points(CORNERS * 1e15, np.array([0.0, 0, 0, 1]), ("a", "b"), ("0", "1"), (0, 1, 0, 1)), Config()
    )
    for index in (0, 3, 1, 3, 2, 3):
        neuron.look(index)
    assert np.isfinite(list(neuron.metrics().values())).all()
