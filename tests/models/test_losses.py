"""The lesson's run: gradients of every training loss, data, one start for all networks, and what each preset claims."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import torch
from sklearn.linear_model import LogisticRegression
from torch import Tensor
from torch.nn import functional

from data.dataset import DataError
from models import losses_data
from models.logistic_line import fit_border, side_of
from models.losses import PRESETS, Config, estimate_seconds, train
from models.losses_binary import SMOOTHING, class_weights, losses
from models.losses_fit import SideBySide
from models.losses_settings import LOSSES, SHORT
from models.settings import from_mapping, to_mapping

WEIGHTS = torch.tensor([0.5, 4.0])
OF_TORCH: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "cross_entropy": functional.binary_cross_entropy_with_logits,
    "balanced": lambda o, y: functional.binary_cross_entropy_with_logits(o, y, WEIGHTS[y.long()]),
    "smoothed": lambda o, y: functional.kl_div(
        torch.stack([functional.logsigmoid(-o), functional.logsigmoid(o)], 1),
        torch.stack([1 - soft(y), soft(y)], 1),
        reduction="batchmean",
    ),
    "mse": lambda o, y: functional.mse_loss(torch.sigmoid(o), y),
    "mae": lambda o, y: functional.l1_loss(torch.sigmoid(o), y),
    "huber": lambda o, y: functional.huber_loss(o, 2 * y - 1),
    "hinge": lambda o, y: functional.relu(1 - (2 * y - 1) * o).mean(),
}
#: At o = 0 with the label 1, p = ½: value and slope with pencil and paper.
BY_HAND = {
    "cross_entropy": (math.log(2), -0.5),
    "balanced": (4 * math.log(2), -2.0),
    "smoothed": (math.log(2) + 0.95 * math.log(0.95) + 0.05 * math.log(0.05), -0.45),
    "mse": (0.25, -0.25),
    "mae": (0.5, -0.25),
    "huber": (0.5, -1.0),
    "hinge": (1.0, -1.0),
}


def soft(y: Tensor) -> Tensor:
    return y * (1 - SMOOTHING) + SMOOTHING / 2


@functools.cache
def ended(config: Config) -> dict[str, float]:
    """The last value of each metric, "note" → 1.0 for each note that was told, and "baseline/…"."""
    metrics: dict[str, float] = {}
    for step in train(config):
        metrics |= step.metrics
        if step.note:
            metrics[f"note/{step.note.name}"] = 1.0
        for name, scores in (step.facts or {}).get("baselines", {}).items():  # type: ignore[attr-defined]
            metrics |= {f"baseline/{name}/{metric}": score for metric, score in scores.items()}
    return metrics


def preset(name: str, **changes: object) -> Config:
    return from_mapping(Config, {**PRESETS[name].config, **changes})


def test_every_loss_of_the_settings_can_train() -> None:
    assert set(losses(WEIGHTS)) == set(LOSSES) == set(SHORT) == set(OF_TORCH) == set(BY_HAND)


@pytest.mark.parametrize("name", LOSSES)
def test_value_and_slope_by_hand(name: str) -> None:
    loss, delta = losses(WEIGHTS)[name], torch.empty(1, 1)
    o, y = torch.zeros(1, 1), torch.ones(1)
    loss.write_delta(o, y, delta)
    assert (loss.value(o, y).item(), delta.item()) == pytest.approx(BY_HAND[name], abs=1e-6)


@pytest.mark.parametrize("name", LOSSES)
def test_slopes_against_autograd_and_central_differences(name: str) -> None:
    generator = torch.Generator().manual_seed(3)
    o = torch.randn(40, 1, generator=generator) * 4
    y = (torch.rand(40, generator=generator) < 0.4).float()
    loss, delta = losses(WEIGHTS)[name], torch.empty_like(o)
    loss.write_delta(o, y, delta)
    leaf = o.clone().requires_grad_()
    own = loss.value(leaf, y)
    (gradient,) = torch.autograd.grad(own, leaf)
    assert torch.equal(delta, gradient), "the kernels are autograd's, so not one bit may differ"
    assert own.item() == pytest.approx(OF_TORCH[name](o.view(-1), y).item(), abs=1e-6)
    for i in range(0, 40, 7):
        bump = torch.zeros(40, 1, dtype=torch.float64)
        bump[i] = 1e-4
        exact = losses(WEIGHTS.double())[name].value
        rise = (exact(o.double() + bump, y.double()) - exact(o.double() - bump, y.double())) / 2e-4
        assert delta[i].item() == pytest.approx(rise.item(), abs=1e-5)


def test_class_weights_make_both_classes_weigh_the_same() -> None:
    y = torch.tensor([0.0] * 9 + [1.0])
    assert class_weights(y).tolist() == pytest.approx([10 / 18, 5.0])
    assert class_weights(torch.zeros(4)).tolist() == pytest.approx([0.5, 1.0])


def test_points_with_a_rare_class_and_wrong_labels() -> None:
    points = losses_data.make("circle", 400, 0.1, 0.05, 0.3, 0)
    truth = np.where(points.flipped, 1 - points.y_train, points.y_train)
    assert (len(truth), truth.sum()) == (400, 20)
    assert (len(points.y_test), points.y_test.sum()) == (losses_data.N_TEST, 50)
    assert 0.25 < points.flipped.mean() < 0.35
    more = losses_data.make("circle", 400, 0.1, 0.05, 0.5, 0)
    assert (more.flipped | ~points.flipped).all(), "what was wrong stays wrong"
    assert np.array_equal(more.x_train, points.x_train) and np.array_equal(more.x_test, points.x_test)
    rows = {tuple(row) for row in points.x_train} & {tuple(row) for row in points.x_test}
    assert not rows, "no training point is a test point"


def test_there_are_always_two_points_of_either_class() -> None:
    points = losses_data.make("moons", 50, 0, 0.02, 0, 0)
    assert points.y_train.sum() == 2
    with pytest.raises(DataError):
        losses_data.make("moons", 50, 9, 0.5, 0, 0)


@pytest.mark.parametrize("name", ["moons", "gauss", "circle"])
@pytest.mark.parametrize("share", [0.5, 0.05])
def test_the_straight_border_is_scikit_learns(name: str, share: float) -> None:
    points = losses_data.make(name, 300, 0.2, share, 0.1, 1)
    model = LogisticRegression(C=1, tol=1e-10, solver="newton-cholesky").fit(
        points.x_train.astype(float), points.y_train
    )
    w = fit_border(points.x_train, points.y_train)
    assert w == pytest.approx([*model.coef_[0], model.intercept_[0]], abs=1e-4)
    assert np.array_equal(side_of(w, points.x_test), model.predict(points.x_test))


def test_points_that_a_line_separates_have_a_border_too() -> None:
    w = fit_border(np.array([[-3, 0], [-2, 0], [2, 0], [3, 0]], dtype=np.float32), np.array([0, 0, 1, 1]))
    assert np.isfinite(w).all() and w[0] > 0.5 and abs(w[2]) < 1e-6


def test_all_networks_begin_alike_and_part_after_one_step() -> None:
    fit = SideBySide(Config(losses=tuple(LOSSES), first_logit=-2.0))
    first, *others = fit.networks.values()
    assert first.biases[-1].item() == -2
    assert all(torch.equal(first.parameters, other.parameters) for other in others)
    fit.update(*fit.batches(0)[0])
    assert not any(torch.equal(first.parameters, other.parameters) for other in others[:-1])
    # With as many points of one class as of the other, both weights are about 1: the same loss.
    assert torch.allclose(first.parameters, fit.networks["balanced"].parameters, atol=1e-6)


def test_no_loss_is_refused_with_a_sentence() -> None:
    with pytest.raises(ValueError, match="at least one loss"):
        next(train(Config(losses=())))


def test_the_first_loss_gives_the_run_its_score() -> None:
    metrics = ended(Config(losses=("mae", "mse"), epochs=2))
    assert metrics["loss/train"] == metrics["loss/mae"]
    assert metrics["accuracy/test"] == metrics["accuracy/mae"]


def test_labels_and_shares_may_change_while_it_trains() -> None:
    config = Config(losses=("cross_entropy", "balanced"))
    training = train(config)
    next(training)
    assert next(training).step == 1
    changed = training.send(replace(config, minority_share=0.1, label_noise=0.2))
    assert changed.step == 1 and changed.facts is not None
    assert {"targets/train", "flipped", "baselines"} <= set(changed.facts)
    assert next(training).step == 2
    again = training.send(replace(config, minority_share=0.1, label_noise=0.2, learning_rate=1.0))
    assert again.facts is None, "the points are the same"
    training.close()


def test_maps_are_between_sure_and_sure() -> None:
    fit = SideBySide(Config(losses=("cross_entropy", "hinge"), first_logit=12.0))
    maps = fit.step(0.0, {}).observe()["maps"]
    assert maps.shape == (2, 41, 41) and maps.dtype == np.int8
    assert maps.min() > 100


def test_it_learns() -> None:
    metrics = ended(Config(epochs=300))
    for name in ("cross_entropy", "mse", "hinge"):
        assert metrics[f"accuracy/{name}"] > 0.9
        assert metrics[f"accuracy/{name}"] > metrics["baseline/logistic regression/accuracy/test"]
    assert metrics["baseline/majority class/accuracy/test"] == 0.5


def test_same_seed_same_numbers_other_seed_others() -> None:
    config = Config(epochs=3)
    assert list(map(_metrics, train(config))) == list(map(_metrics, train(config)))
    assert ended(config) != ended(replace(config, seed=1))


def _metrics(step: object) -> dict[str, float]:
    return dict(step.metrics)  # type: ignore[attr-defined]


def test_too_large_a_step_is_explained() -> None:
    config = Config(
        losses=("huber",), learning_rate=10, first_logit=12, activation="relu", hidden=(64, 64, 64, 64)
    )
    assert ended(config).get("note/diverged") == 1.0


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_reaches_its_goal(name: str) -> None:
    goal = PRESETS[name].goal
    assert goal is not None
    assert goal.reached(to_mapping(preset(name)), ended(preset(name)))


def test_the_claim_about_imbalance() -> None:
    metrics = ended(preset("imbalance"))
    for name in ("cross_entropy", "mse", "mae"):
        assert metrics[f"accuracy/{name}"] == pytest.approx(0.95, abs=0.002)
        assert metrics[f"balanced/{name}"] == pytest.approx(0.5, abs=0.01)
        assert metrics[f"recall/{name}"] < 0.02
    assert metrics["baseline/majority class/accuracy/test"] == pytest.approx(0.95)
    assert metrics["baseline/majority class/balanced/test"] == 0.5
    assert metrics["balanced/balanced"] > 0.9
    assert metrics["note/fooled"] == 1.0


def test_the_claim_about_wrong_labels() -> None:
    """On the mean of four seeds absolute error is the best, and beats cross-entropy by more than a point."""
    scores = {
        name: np.mean([ended(preset("wrong_labels", seed=seed))[f"accuracy/{name}"] for seed in range(4)])
        for name in Config.losses
    }
    assert max(scores, key=lambda name: scores[name]) == "mae"
    assert scores["mae"] > scores["cross_entropy"] + 0.01


@pytest.mark.parametrize("seed", range(2))
def test_the_claim_about_sure_and_wrong(seed: int) -> None:
    metrics = ended(preset("confident", seed=seed, epochs=400))
    assert metrics["accuracy/mse"] < 0.55 and metrics["accuracy/mae"] < 0.55
    assert metrics["accuracy/cross_entropy"] > 0.8 and metrics["accuracy/hinge"] > 0.95
    assert metrics["note/stuck"] == 1.0
    healthy = ended(Config(epochs=300))
    assert healthy["accuracy/mse"] > 0.9 and "note/stuck" not in healthy


def full_colour(name: str, loss: str) -> float:
    """Share of a preset's final map that is at full strength, as sure as the map can show."""
    fit = SideBySide(preset(name))
    for epoch in range(300):
        for x, y in fit.batches(epoch):
            fit.update(x, y)
    at = list(fit.networks).index(loss)
    return float((np.abs(fit.step(0.0, {}).observe()["maps"][at].astype(int)) >= 126).mean())


def test_the_claims_about_the_maps() -> None:
    assert full_colour("hinge", "hinge") > full_colour("hinge", "cross_entropy") + 0.2
    assert full_colour("soft", "smoothed") < full_colour("soft", "cross_entropy") - 0.1


def test_the_claim_that_it_hardly_matters() -> None:
    metrics = ended(preset("healthy"))
    assert min(metrics[f"accuracy/{name}"] for name in LOSSES) > 0.98


def test_the_estimate_grows_with_the_work() -> None:
    one = estimate_seconds(Config(losses=("mse",)))
    assert estimate_seconds(Config()) == pytest.approx(4 * one)
    assert estimate_seconds(Config(losses=("mse",), hidden=(64,) * 4)) > one
    assert estimate_seconds(Config(losses=("mse",), batch_size=400)) < one
