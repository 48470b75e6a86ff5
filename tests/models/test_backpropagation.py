"""A network of scalars: one step by hand, twenty against torch, what it learns, and what its presets claim."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import pytest
import torch

from models.backpropagation import PRESETS, Config, estimate_seconds, n_steps, train
from models.backpropagation_check import MOST_EXPRESSIONS, agreement, torch_gradients
from models.backpropagation_fit import Fit
from models.backpropagation_graphs import GRAPHS, network_text
from models.backpropagation_network import ScalarNetwork, layers_of, losses_of
from models.expression import parse
from models.graph import gradients
from models.settings import from_mapping, to_mapping


def final(config: Config) -> tuple[dict[str, float], list[str]]:
    """Metrics at the end, and the names of the notes on the way."""
    metrics: dict[str, float] = {}
    notes = []
    for step in train(config):
        metrics.update(step.metrics)
        if step.note:
            notes.append(step.note.name)
    return metrics, notes


def test_the_engine_agrees_with_torch_and_central_differences_on_200_random_expressions() -> None:
    found = agreement(200, seed=0)
    assert found["n"] == 200 and found["n_gradients"] > 300
    assert found["torch"] < 1e-12
    assert found["central"] < 1e-6


@pytest.mark.parametrize("n", [0, -1, MOST_EXPRESSIONS + 1])
def test_no_more_expressions_than_a_moment_allows(n: int) -> None:
    with pytest.raises(ValueError, match="at once"):
        agreement(n, 0)


@pytest.mark.parametrize("name", GRAPHS)
def test_torch_agrees_on_the_graphs_of_the_page(name: str) -> None:
    text = GRAPHS[name][1]
    theirs = {key: float(value) for key, value in torch_gradients(text, {}).items()}
    assert theirs == pytest.approx(gradients(parse(text), {}), rel=1e-12, nan_ok=True)


def test_torch_tells_what_is_no_number_as_a_word() -> None:
    assert torch_gradients("x = 0; w = 1; w / x", {}) == {"x": "-inf", "w": "inf"}
    assert torch_gradients("x = -1; w*log(x)", {})["w"] == "nan"


def test_a_step_derived_by_hand() -> None:
    config = Config(hidden=1, batch_size=1, learning_rate=0.1, initialisation="equal")
    network = ScalarNetwork(config)  # every weight 0.5, every bias 0
    loss = network.batch_loss(np.array([[1.0, -0.4]]), np.array([1]))
    loss.backward()
    h = math.tanh(0.5 * 1.0 + 0.5 * -0.4)
    z = 0.5 * h
    assert loss.data == pytest.approx((z - 1) ** 2)
    at_z = 2 * (z - 1)
    at_sum = at_z * 0.5 * (1 - h * h)
    network.descend(0.1)
    (w1, w2), (b1, b2) = network.arrays()
    assert w1[:, 0] == pytest.approx([0.5 - 0.1 * at_sum * 1.0, 0.5 - 0.1 * at_sum * -0.4])
    assert [b1[0], w2[0, 0], b2[0]] == pytest.approx([-0.1 * at_sum, 0.5 - 0.1 * at_z * h, -0.1 * at_z])


CASES: list[dict[str, Any]] = [
    {},
    {"loss": "cross_entropy", "activation": "sigmoid", "layers": 3},
    {"dataset": "circle", "activation": "relu", "hidden": 6, "batch_size": 5, "seed": 4},
]


@pytest.mark.parametrize("case", CASES)
def test_twenty_steps_equal_torch_autograd_and_sgd(case: dict[str, Any]) -> None:
    config = Config(**case)
    fit = Fit(config)
    weights, biases = [
        [torch.tensor(array, requires_grad=True) for array in arrays] for arrays in fit.network.arrays()
    ]
    optimizer = torch.optim.SGD([*weights, *biases], lr=config.learning_rate)
    functions = {"tanh": torch.tanh, "sigmoid": torch.sigmoid, "relu": torch.relu}
    all_rows = itertools.chain.from_iterable(fit.batches(epoch) for epoch in itertools.count())
    for rows in itertools.islice(all_rows, 20):
        x, y = torch.tensor(fit.x[rows]), torch.tensor(fit.y[rows], dtype=torch.float64)
        for w, b in zip(weights[:-1], biases[:-1], strict=True):
            x = functions[config.activation](x @ w + b)
        z = (x @ weights[-1] + biases[-1]).view(-1)
        if config.loss == "squared":
            loss = ((z - (2 * y - 1)) ** 2).mean()
        else:
            loss = torch.nn.functional.binary_cross_entropy_with_logits(z, y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        assert fit.update(rows)["loss/batch"] == pytest.approx(loss.item(), rel=1e-11)
    for mine, theirs in zip(itertools.chain(*fit.network.arrays()), [*weights, *biases], strict=True):
        np.testing.assert_allclose(mine, theirs.detach().numpy(), rtol=1e-10, atol=1e-12)


def test_scores_come_from_the_same_network() -> None:
    for case in CASES:
        fit = Fit(Config(**case))
        graph = fit.network.batch_loss(fit.x_test, fit.y_test).data
        assert fit.scores()["loss/test"] == pytest.approx(graph)
        z = layers_of(*fit.network.arrays(), fit.config.activation, fit.x)[-1][:, 0]
        assert z[0] == pytest.approx(fit.network.answer(fit.x[0].tolist()).data)
        assert losses_of(z, fit.y, fit.config.loss).mean() == pytest.approx(fit.scores()["loss/train"])


@pytest.mark.parametrize("case", CASES[:2])
def test_the_graph_on_the_page_is_the_network_that_trains(case: dict[str, Any]) -> None:
    """One step on the graph's example moves the run's weights by the graph's gradients."""
    config = Config(**{**case, "layers": 1, "batch_size": 1})
    text = network_text(config)
    of_graph = gradients(parse(text), {})
    fit = Fit(config)
    fit.network.batch_loss(fit.x[:1], fit.y[:1]).backward()
    (w, v), (b, c) = fit.network.arrays(gradients=True)
    expected = {f"w{j + 1}{i + 1}": w[i, j] for i in range(2) for j in range(3)}
    expected |= {f"v{i + 1}": v[i, 0] for i in range(3)}
    expected |= {f"b{j + 1}": b[j] for j in range(3)} | {"c": c[0]}
    assert {name: of_graph[name] for name in expected} == pytest.approx(expected)


def test_a_network_that_is_too_large_to_look_at_has_no_graph() -> None:
    assert network_text(Config(layers=5, hidden=6)) == ""
    assert parse(network_text(Config(layers=2, hidden=3)))
    assert parse(network_text(Config(dataset="gauss", loss="cross_entropy")))


@pytest.mark.parametrize("name", PRESETS)
def test_what_the_presets_claim(name: str) -> None:
    config = from_mapping(Config, dict(PRESETS[name].config))
    metrics, notes = final(config)
    goal = PRESETS[name].goal
    if goal is not None:
        assert goal.reached(to_mapping(config), metrics), metrics
    if name == "xor":
        assert metrics["accuracy/test"] == 1.0
    if name == "diverge":
        assert "diverged" in notes and not math.isfinite(metrics["loss/train"])
    if name == "dead":
        assert "dead_relus" in notes and metrics["gradient/1"] == 0.0
    if name == "vanish":
        first = next(iter(train(config))).metrics
        assert first["gradient/1"] < 1e-3 * first["gradient/6"]
        better, _ = final(from_mapping(Config, {**PRESETS[name].config, "activation": "tanh"}))
        assert better["accuracy/train"] >= 0.95


def test_equal_neurons_stay_equal() -> None:
    fit = Fit(Config(initialisation="equal"))
    for _ in range(50):
        fit.update(np.arange(4))
    (w, _), _ = fit.network.arrays()
    assert np.ptp(w, axis=1).max() == 0.0
    assert not np.allclose(w, 0.5)


def test_zero_weights_pass_no_gradient_on() -> None:
    fit = Fit(Config(initialisation="zeros", dataset="gauss", n_points=10))
    metrics = fit.update(np.arange(3))
    assert metrics["gradient/1"] == 0.0 and metrics["gradient/2"] > 0.0


def test_most_seeds_solve_xor() -> None:
    losses = [final(Config(seed=seed, epochs=600))[0]["loss/train"] for seed in range(8)]
    assert sum(loss < 0.01 for loss in losses) >= 6


def test_same_seed_same_numbers_and_another_seed_others() -> None:
    config = Config(dataset="circle", epochs=3)
    first, again, other = (
        final(one)[0] for one in (config, config, Config(dataset="circle", epochs=3, seed=1))
    )
    assert first == again != other


def test_the_learning_rate_changes_in_flight() -> None:
    steps = train(Config())
    next(steps)
    before = steps.send(Config(learning_rate=0.5)).metrics
    after = next(steps).metrics["loss/train"]
    fit = Fit(Config(learning_rate=0.5))
    assert (before["loss/train"], after) == (
        fit.evaluate()["loss/train"],
        fit.update(np.arange(4))["loss/train"],
    )


def test_a_weight_typed_by_hand() -> None:
    fit = Fit(Config())
    fit.edit("weights/0", (1, 2), 0.75)
    fit.edit("biases/1", (0,), -0.5)
    weights, biases = fit.network.arrays()
    assert (weights[0][1, 2], biases[1][0]) == (0.75, -0.5)
    for name, index, value in (
        ("weights/9", (0, 0), 1.0),
        ("weights/0", (0,), 1.0),
        ("weights/0", (5, 0), 1.0),
        ("nonsense", (0,), 1.0),
        ("weights/0", (0, 0), math.nan),
        ("weights/0", (0, 0), 1e5),
    ):
        with pytest.raises(ValueError, match=r"\.$"):
            fit.edit(name, index, value)


def test_the_estimate_grows_with_the_graph() -> None:
    small, large = Config(), Config(hidden=6, layers=5, dataset="circle", n_points=40)
    assert estimate_seconds(small) < estimate_seconds(large) < 600
    assert n_steps(Config(dataset="xor", n_points=10, batch_size=4, epochs=2)) == 6
