"""Deep stacks: the gradient against autograd, first weights as promised, every preset's claim."""

from __future__ import annotations

import dataclasses
import itertools
import math
from typing import Any

import numpy as np
import pytest
import torch

from components.linear_or_bent import STRAIGHT
from components.pictures import activations as pictures
from models import activations_fit
from models.activations import PRESETS, Config, train
from models.activations_fit import Fit, dead_share, size
from models.activations_settings import ACTIVATIONS
from models.activations_stack import Layer, Stack, spread
from models.settings import Range, from_mapping, settings_of, to_mapping
from models.step import Step
from tests.models.test_activation_curves import TORCH

HEALTHY = Config(epochs=30)


def config_of(preset: str, **changes: Any) -> Config:
    return from_mapping(Config, {**PRESETS[preset].config, **changes})


def untrained(config: Config) -> Step:
    training = train(config)
    first = next(training)
    first.observe()
    training.close()
    return first


def trained(config: Config) -> tuple[dict[str, float], list[tuple[int, str]]]:
    """The final metrics, and (step, name) of every note."""
    metrics: dict[str, float] = {}
    notes = []
    for step in train(config):
        metrics |= step.metrics
        if step.note:
            notes.append((step.step, step.note.name))
    return metrics, notes


# The mechanism.


def test_two_layers_by_hand() -> None:
    stack = Stack(Config(activation="tanh", depth=2, width=1))
    for weights, numbers in zip(stack.weights, ([1.0, 0.0], [2.0], [3.0]), strict=True):
        weights.copy_(torch.tensor(numbers).view(weights.shape))
    z1 = math.log(2)  # tanh z1 = 3/5, slope 16/25
    loss, (first, second) = stack.look(torch.tensor([[z1, 7.0]]), torch.tensor([1.0]))
    h2 = math.tanh(2 * 3 / 5)
    p = 1 / (1 + math.exp(-3 * h2))
    delta2 = (p - 1) * 3 * (1 - h2**2)
    assert loss == pytest.approx(-math.log(p), rel=1e-6)
    assert second.z.item() == pytest.approx(6 / 5, rel=1e-6)
    assert second.gradient.item() == pytest.approx(delta2, rel=1e-5)
    assert first.gradient.item() == pytest.approx(delta2 * 2 * 16 / 25, rel=1e-5)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_what_is_seen_inside_is_what_autograd_says(name: str) -> None:
    config = Config(activation=name, depth=5, width=7, initialisation="he")
    stack, generator = Stack(config), torch.Generator().manual_seed(3)
    x, y = torch.randn(11, 2, generator=generator), torch.randint(0, 2, (11,), generator=generator).float()
    loss, layers = stack.look(x, y)
    h, sums = x, []
    for weights, biases in zip(stack.weights[:-1], stack.biases[:-1], strict=True):
        sums.append(torch.addmm(biases, h, weights).requires_grad_())
        h = TORCH[name](sums[-1], {"leaky_relu": 0.01, "elu": 1.0}.get(name, 0.0))
    output = torch.addmm(stack.biases[-1], h, stack.weights[-1]).view(-1)
    expected = torch.nn.functional.binary_cross_entropy_with_logits(output, y)
    assert loss == pytest.approx(expected.item(), abs=1e-6)
    gradients = torch.autograd.grad(expected, sums)
    for layer, z, gradient in zip(layers, sums, gradients, strict=True):
        torch.testing.assert_close(layer.z, z.detach(), atol=1e-5, rtol=1e-5)
        torch.testing.assert_close(layer.gradient, gradient * len(x), atol=1e-6, rtol=1e-4)
        assert layer.slope.abs().max() > 0 or name == "step"


def test_first_weights_have_the_spread_that_is_promised() -> None:
    for how, expected in (
        ("he", math.sqrt(2 / 64)),
        ("xavier", math.sqrt(2 / 128)),
        ("normal", 0.3),
        ("zeros", 0),
    ):
        config = Config(depth=3, width=64, initialisation=how, sigma=0.3)
        inner = Stack(config).weights[1]
        assert spread(config, 64, 64) == pytest.approx(expected)
        assert inner.std().item() == pytest.approx(expected, rel=0.05)
        assert Stack(config).biases[1].abs().max() == 0
    assert spread(Config(initialisation="xavier"), 2, 6) == 0.5


def test_a_dead_unit_is_one_whose_slope_is_0_for_every_point() -> None:
    slope = torch.tensor([[0.0, 0.0, 1.0, 5e-4], [0.0, 1.0, 1.0, -9e-4]])
    assert dead_share(Layer(slope, slope, slope, slope)) == 0.5


def test_sizes_of_gradients_that_single_precision_could_not_square() -> None:
    assert size(torch.full((3, 4), 1e-30)) == pytest.approx(1e-30, rel=1e-5)


def test_a_run_without_a_step_shows_every_layer() -> None:
    first = untrained(Config(depth=50, width=8, initialisation="xavier", activation="tanh"))
    arrays = first.observe()
    for name in ("sums", "values", "gradients"):
        rows = arrays[f"histogram/{name}"]
        assert rows.shape == (50, activations_fit.N_BINS) and rows.dtype == np.uint8
        assert np.abs(rows.sum(1, dtype=int) - 100).max() <= 12, "whole percents of all values"
    assert arrays["profile/gradients"].shape == arrays["profile/sums"].shape == (50,)
    assert first.metrics["gradient/first"] == pytest.approx(arrays["profile/gradients"][0])
    assert first.metrics["gradient/last"] == pytest.approx(arrays["profile/gradients"][-1])
    ratio = first.metrics["gradient/first"] / first.metrics["gradient/last"]
    assert first.metrics["gradient/ratio"] == pytest.approx(ratio)


def test_the_pictures_have_the_axes_of_the_arrays() -> None:
    assert pictures.SUM_REACH == activations_fit.SUM_REACH
    assert pictures.VALUE_REACH == activations_fit.VALUE_REACH
    assert pictures.DECADES == activations_fit.DECADES
    (depth,) = (setting for setting in settings_of(Config) if setting.name == "depth")
    assert isinstance(depth.declaration, Range) and depth.declaration.high == pictures.MOST_LAYERS
    arrays = untrained(Config(depth=4)).observe()
    drawn = set()
    for panel in pictures.panels(to_mapping(Config(depth=4)), {}):
        drawn |= {bind["array"] for bind in panel.get("bind", ())}  # type: ignore[attr-defined]
        drawn |= {panel["array"]} if "array" in panel else set()
    assert len(drawn) == 5 and drawn <= set(arrays)


def test_each_layer_has_its_own_histogram() -> None:
    gradients = torch.tensor([[0.0, 1e-30, 1.0, 1e-3, 1e30], [1.0, 1.0, 1.0, 1.0, 0.0]]).abs().log10()
    first, second = activations_fit._percent(gradients, *activations_fit.DECADES)
    assert {i: int(n) for i, n in enumerate(first) if n} == {0: 40, 17: 20, 20: 20, 40: 20}
    assert {i: int(n) for i, n in enumerate(second) if n} == {0: 20, 20: 80}
    values = torch.randn(3, 40, 8, generator=torch.Generator().manual_seed(0))
    for counted, layer in zip(activations_fit._percent(values, -2.0, 2.0), values, strict=True):
        counts = torch.histc(layer.clamp(-2, 2), activations_fit.N_BINS, -2, 2)
        np.testing.assert_array_equal(counted, counts.mul(100 / 320).round().numpy())


# What the presets claim, in numbers.


def test_thirty_sigmoid_layers_vanish_and_thirty_relu_layers_do_not() -> None:
    sigmoid, relu = (untrained(config_of(name)).metrics["gradient/ratio"] for name in ("vanish", "relu_he"))
    print(f"gradient of the first ÷ last of 30 layers: sigmoid {sigmoid:.2e}, ReLU with He {relu:.2e}")
    assert sigmoid < 1e-15
    assert 0.01 < relu < 100
    for seed in range(1, 6):
        assert untrained(config_of("vanish", seed=seed)).metrics["gradient/ratio"] < 1e-15
        assert 0.01 < untrained(config_of("relu_he", seed=seed)).metrics["gradient/ratio"] < 100


def test_vanishing_learns_nothing_and_what_arrives_is_learned_from() -> None:
    vanished, notes = trained(config_of("vanish"))
    assert vanished["accuracy/test"] <= 0.55 and vanished["loss/train"] > 0.68
    assert notes == [(0, "vanishing")]
    arrived, notes = trained(config_of("relu_he"))
    assert arrived["accuracy/test"] > 0.9 and notes == []


def test_small_weights_shrink_both_ways_and_xavier_does_not() -> None:
    small, xavier = (untrained(config_of(name)).observe() for name in ("small", "xavier"))
    for name in ("profile/sums", "profile/gradients"):
        way = small[name] if name.endswith("sums") else small[name][::-1]
        assert all(after < before for before, after in itertools.pairwise(way))
    assert small["profile/sums"][-1] < 1e-4 * small["profile/sums"][0]
    for name in ("profile/sums", "profile/gradients"):
        assert 0.05 < xavier[name][0] / xavier[name][-1] < 20


def test_large_weights_explode_fourfold_at_every_layer() -> None:
    first = untrained(config_of("explode"))
    assert first.metrics["gradient/ratio"] > 1e15 and first.metrics["loss/train"] > 1e12
    growth = (first.observe()["profile/sums"][-1] / first.observe()["profile/sums"][0]) ** (1 / 29)
    assert 3 < growth < 5  # √(32 inputs / 2)


def test_dead_relus_stay_dead_and_leaky_ones_recover() -> None:
    def course(preset: str) -> tuple[Step, dict[str, float]]:
        """The state after 50 epochs at the preset's rate, and the final metrics at a lower one."""
        config = config_of(preset)
        training = train(config)
        metrics: dict[str, float] = {}
        for step in training:
            metrics |= step.metrics
            if step.epoch >= 50:
                break
        after = training.send(dataclasses.replace(config, learning_rate=0.01))
        for step in training:
            metrics |= step.metrics
        return after, metrics

    dead, final = course("dying")
    assert dead.metrics["dead/worst"] == 1 and dead.metrics["gradient/first"] == 0
    assert final["gradient/first"] == 0 and final["accuracy/test"] <= 0.55
    leaking, final = course("leaky")
    assert leaking.metrics["dead/share"] == 0 and leaking.metrics["gradient/first"] > 0
    assert final["dead/share"] == 0 and final["accuracy/test"] >= 0.75


def test_dead_units_climb_while_it_trains() -> None:
    shares = [
        step.metrics["dead/share"]
        for step in train(config_of("dying", epochs=60))
        if "dead/share" in step.metrics
    ]
    assert shares[0] < 0.2 and shares[-1] > 0.4
    assert trained(config_of("dying", epochs=60))[1][0][1] == "dying"


def test_zeros_and_steps_pass_nothing_back() -> None:
    for preset in ("zeros", "step"):
        metrics, _ = trained(config_of(preset))
        assert metrics["gradient/first"] == 0 and metrics["accuracy/test"] < 0.7
    fit = Fit(config_of("step"))
    before = [weights.clone() for weights in fit.network.weights]
    for x, y in fit.batches(0):
        fit.update(x, y)
    assert all(map(torch.equal, before[:-1], fit.network.weights[:-1]))
    assert not torch.equal(before[-1], fit.network.weights[-1])
    fit = Fit(config_of("zeros", activation="sigmoid"))
    for x, y in fit.batches(0):
        fit.update(x, y)
    assert fit.network.alike and fit.network.weights[-1].abs().max() > 0, "they move, all alike"


def test_ten_linear_layers_are_one_line() -> None:
    fit = Fit(config_of("linear"))
    for x, y in fit.batches(0):
        fit.update(x, y)
    network = fit.network
    weights, biases = torch.eye(2, dtype=torch.float64), torch.zeros(2, dtype=torch.float64)
    for w, b in zip(network.weights, network.biases, strict=True):
        weights, biases = weights @ w.double(), biases @ w.double() + b.double()
    line = fit.x.double() @ weights + biases
    torch.testing.assert_close(network.forward(fit.x)[-1].double(), line, atol=1e-5, rtol=1e-4)
    metrics, _ = trained(config_of("linear"))
    assert metrics["accuracy/test"] <= 0.75


@pytest.mark.parametrize(
    "name", [name for name, preset in PRESETS.items() if preset.goal and name != "leaky"]
)
def test_a_run_of_a_preset_reaches_its_goal(name: str) -> None:
    goal = PRESETS[name].goal
    assert goal is not None
    config = config_of(name)
    assert goal.reached(to_mapping(config), trained(config)[0])
    assert not goal.reached(
        to_mapping(HEALTHY), {goal.metric: goal.low if goal.low > -math.inf else goal.high}
    )


# Linear or bent.


def test_both_begin_alike_and_only_the_bent_one_solves_the_spiral() -> None:
    bent = dataclasses.replace(STRAIGHT, activation="relu")
    for one, other in zip(Stack(STRAIGHT).weights, Stack(bent).weights, strict=True):
        assert torch.equal(one, other)
    line, _ = trained(STRAIGHT)
    curve, _ = trained(bent)
    assert line["accuracy/test"] < 0.75 and curve["accuracy/test"] > 0.97


@pytest.mark.parametrize("name", ["tanh", "leaky_relu", "elu", "gelu", "swish", "softplus"])
def test_any_other_bend_beats_the_line(name: str) -> None:
    metrics, _ = trained(dataclasses.replace(STRAIGHT, activation=name))
    assert metrics["accuracy/test"] > 0.85


def test_baselines_stand_beside_the_score() -> None:
    facts = untrained(Config()).facts or {}
    scores: Any = facts["baselines"]
    assert scores["majority class"]["accuracy/test"] == 0.5
    assert 0.5 < scores["logistic regression"]["accuracy/test"] < 0.75
