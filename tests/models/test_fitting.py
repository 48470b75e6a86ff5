"""The moving parts behind the network page: one update, one score, one edit at a time."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from models.fitting import Fit
from models.mlp import Config, load, train


def fit_of(**settings: Any) -> Fit:
    config = Config(**settings)
    return Fit(config, load(config))


def test_every_training_row_is_used_once_in_a_pass_in_an_order_of_its_own() -> None:
    fit = fit_of(batch_size=32)
    passes = [torch.cat([x for x, _ in fit.batches(epoch)]) for epoch in (0, 1, 0)]
    assert torch.equal(passes[0], passes[2])
    assert not torch.equal(passes[0], passes[1])
    for rows in passes:
        np.testing.assert_array_equal(np.unique(rows.numpy(), axis=0), np.unique(fit.split.x_train, axis=0))


def test_l2_is_torchs_weight_decay_on_weights_only_and_l1_the_sign() -> None:
    base = Config(dataset="moons", regularisation_rate=0.1, learning_rate=0.05)
    for kind, penalty in (("l2", lambda w: w), ("l1", torch.sign)):
        fit, plain = (Fit(config, load(config)) for config in (replace(base, regularisation=kind), base))
        (x, y), *_ = fit.batches(0)
        start = fit.network.parameters.clone()
        fit.update(x, y)
        plain.update(x, y)
        n = fit.network.n_weights
        torch.testing.assert_close(
            fit.network.parameters[:n], plain.network.parameters[:n] - 0.05 * 0.1 * penalty(start[:n])
        )
        torch.testing.assert_close(fit.network.parameters[n:], plain.network.parameters[n:])
        assert all(weights.abs().min() > 0 for weights in fit.network.weights)
    reference = start.clone().requires_grad_()
    optimizer = torch.optim.SGD([reference], lr=0.05, weight_decay=0.1)
    l2, plain = (Fit(config, load(config)) for config in (replace(base, regularisation="l2"), base))
    l2.update(x, y)
    plain.network.backward(x, y)
    reference.grad = plain.network.gradient
    optimizer.step()
    torch.testing.assert_close(l2.network.parameters[:n], reference.detach()[:n])


def test_r2_by_hand() -> None:
    """On the plane y = (x₁ + x₂)/10 without noise: the plane itself scores 1, the training mean 0 on the training
    rows, and the mean plus one standard deviation 1 - (σ² + σ²)/σ² = -1."""
    fit = fit_of(dataset="plane", noise=0.0, hidden=())
    weights, bias = fit.network.weights[0], fit.network.biases[0]
    weights.fill_(0.1)
    metrics = fit.evaluate()
    assert metrics["r2/train"] == pytest.approx(1, abs=1e-5)
    assert metrics["r2/test"] == pytest.approx(1, abs=1e-5)
    assert metrics["loss/test"] == pytest.approx(0, abs=1e-9)
    y = fit.split.y_train
    weights.fill_(0)
    bias.fill_(float(y.mean()))
    assert fit.evaluate()["r2/train"] == pytest.approx(0, abs=1e-5)
    assert fit.evaluate()["loss/train"] == pytest.approx(y.var(), rel=1e-4)
    bias.fill_(float(y.mean() + y.std()))
    assert fit.evaluate()["r2/train"] == pytest.approx(-1, abs=1e-4)


def test_accuracy_by_hand() -> None:
    """A border at x₁ = 0 on the two blobs, whose corners are (±1.8, ±1.8): right when it looks the right way."""
    fit = fit_of(dataset="gauss", noise=0.0, hidden=())
    fit.network.weights[0].copy_(torch.tensor([[1.0], [0.0]]))
    assert fit.evaluate()["accuracy/test"] > 0.98
    right = np.mean((fit.split.x_train[:, 0] > 0) == fit.split.y_train)
    assert fit.evaluate()["accuracy/train"] == pytest.approx(right)
    fit.network.weights[0].neg_()
    assert fit.evaluate()["accuracy/train"] == pytest.approx(1 - right)


def test_parameters_have_names() -> None:
    found = fit_of()._parameters()
    shapes = {name: array.shape for name, array in found.items()}
    assert shapes == {
        "weights/0": (2, 8),
        "biases/0": (8,),
        "weights/1": (8, 4),
        "biases/1": (4,),
        "weights/2": (4, 1),
        "biases/2": (1,),
    }


@pytest.mark.parametrize(
    ("name", "index"), [("weights/1", (3, 2)), ("biases/0", (7,)), ("weights/2", (0, 0))]
)
def test_an_edit_changes_one_number(name: str, index: tuple[int, ...]) -> None:
    fit = fit_of()
    before = fit.network.parameters.clone()
    fit.edit(name, index, 2.5)
    assert (fit.network.parameters != before).sum() == 1
    assert fit._parameters()[name][index] == 2.5


@pytest.mark.parametrize(
    ("name", "index", "value"),
    [
        ("weights/9", (0, 0), 1.0),
        ("weights/-1", (0, 0), 1.0),
        ("weights/²", (0, 0), 1.0),
        ("weights/", (0, 0), 1.0),
        ("map", (0, 0), 1.0),
        ("parameters/0", (0, 0), 1.0),
        ("weights/0", (2, 0), 1.0),
        ("weights/0", (-1, 0), 1.0),
        ("weights/0", (0,), 1.0),
        ("weights/0", (0, 0, 0), 1.0),
        ("biases/0", (), 1.0),
        ("weights/0", (0, 0), math.nan),
        ("weights/0", (0, 0), math.inf),
        ("weights/0", (0, 0), 1e5),
    ],
)
def test_an_illegal_edit_is_refused_and_changes_nothing(
    name: str, index: tuple[int, ...], value: float
) -> None:
    fit = fit_of()
    before = fit.network.parameters.clone()
    with pytest.raises(ValueError, match=r"\.$"):
        fit.edit(name, index, value)
    assert torch.equal(fit.network.parameters, before)


def test_a_device_that_is_not_there_is_a_sentence() -> None:
    if torch.backends.mps.is_available():
        pytest.skip("this machine has it")
    with pytest.raises(ValueError, match=r"^This machine has no mps device: choose auto or cpu\.$"):
        fit_of(device="mps")
    assert fit_of().device == "cpu"


def test_another_plane_of_the_map_is_taken_in_flight() -> None:
    config = Config(dataset="iris")
    training = train(config)
    first = next(training)
    facts: Any = first.facts
    names = facts["feature_names"]
    before = first.observe()["map"].copy()
    turned = training.send(replace(config, map_features=(names[2], names[0])))
    assert turned.facts is not None and turned.facts["axes"] == [names[2], names[0]]
    assert not np.array_equal(turned.observe()["map"], before)
    back = training.send(config)
    assert back.facts is not None and "principal" in str(back.facts["axes"])
    training.close()
