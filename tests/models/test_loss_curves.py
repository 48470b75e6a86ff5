"""Every loss's value and slope: by hand at single places, against autograd, and against central differences."""

from __future__ import annotations

import json
import math
from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.nn import functional

from models.loss_curves import (
    CURVES,
    categorical_hinge,
    cross_entropy,
    curves,
    kl_divergence,
    slope,
    soft_target,
    softmax,
    value,
)

LN2 = math.log(2)
#: (loss, prediction, target, δ) → (value, slope), worked out with pencil and paper.
BY_HAND = {
    ("mse", 3.0, 1.0, 1.0): (4.0, 4.0),
    ("mse", -1.0, 1.0, 1.0): (4.0, -4.0),
    ("mae", 3.0, 1.0, 1.0): (2.0, 1.0),
    ("mae", -1.0, 1.0, 1.0): (2.0, -1.0),
    ("mae", 1.0, 1.0, 1.0): (0.0, 0.0),
    ("huber", 1.5, 1.0, 1.0): (0.125, 0.5),
    ("huber", 4.0, 1.0, 1.0): (2.5, 1.0),
    ("huber", -4.0, 1.0, 2.0): (8.0, -2.0),
    ("binary_p", 0.25, 1.0, 1.0): (2 * LN2, -4.0),
    ("binary_p", 0.25, 0.0, 1.0): (-math.log(0.75), 4 / 3),
    ("binary_logit", 0.0, 1.0, 1.0): (LN2, -0.5),
    ("binary_logit", math.log(3), 0.0, 1.0): (2 * LN2, 0.75),
    ("hinge", 0.5, 1.0, 1.0): (0.5, -1.0),
    ("hinge", 2.0, 1.0, 1.0): (0.0, 0.0),
    ("hinge", 0.5, 0.0, 1.0): (1.5, 1.0),
    ("categorical_hinge", 0.5, 2.0, 1.0): (2.5, -1.0),
    ("categorical_hinge", 3.5, 2.0, 1.0): (0.0, 0.0),
    ("sparse_categorical", 1.0, 1.0, 1.0): (math.log(3), -2 / 3),
    ("sparse_categorical", LN2, 0.0, 1.0): (LN2, -0.5),
    ("kl", 0.5, 0.25, 1.0): (0.25 * math.log(0.5) + 0.75 * math.log(1.5), 1.0),
    ("kl", 0.3, 0.3, 1.0): (0.0, 0.0),
}

#: What torch says of a prediction x (N,), for a target t and δ.
TORCH: dict[str, Callable[[Tensor, float, float], Tensor]] = {
    "mse": lambda x, t, d: functional.mse_loss(x, torch.full_like(x, t), reduction="none"),
    "mae": lambda x, t, d: functional.l1_loss(x, torch.full_like(x, t), reduction="none"),
    "huber": lambda x, t, d: functional.huber_loss(x, torch.full_like(x, t), reduction="none", delta=d),
    "binary_p": lambda x, t, d: functional.binary_cross_entropy(x, torch.full_like(x, t), reduction="none"),
    "binary_logit": lambda x, t, d: functional.binary_cross_entropy_with_logits(
        x, torch.full_like(x, t), reduction="none"
    ),
    "hinge": lambda x, t, d: functional.relu(1 - (2 * t - 1) * x),
    "categorical_hinge": lambda x, t, d: (
        functional.multi_margin_loss(
            torch.stack([x, torch.full_like(x, t)], 1),
            torch.zeros(len(x), dtype=torch.int64),
            reduction="none",
        )
        * 2
    ),  # torch divides by the number of classes
    "sparse_categorical": lambda x, t, d: functional.cross_entropy(
        torch.stack([x, torch.full_like(x, t), torch.full_like(x, t)], 1),
        torch.zeros(len(x), dtype=torch.int64),
        reduction="none",
    ),
    "kl": lambda x, t, d: functional.kl_div(
        torch.stack([1 - x, x], 1).log(),
        torch.tensor([1 - t, t], dtype=x.dtype).expand(len(x), 2),
        reduction="none",
    ).sum(1),
}


def places(name: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Predictions over the whole axis, none of them on a kink."""
    curve = CURVES[name]
    return np.linspace(curve.low + 1e-3, curve.high - 1e-3, 101) + 3e-4


def targets(name: str) -> tuple[float, ...]:
    low, high = CURVES[name].targets
    return (low, high) if CURVES[name].choice else (low, 0.37 * low + 0.63 * high, high)


CASES = [
    (name, t, d)
    for name in CURVES
    for t in targets(name)
    for d in ((0.5, 2.0) if name == "huber" else (1.0,))
]


def test_all_losses_of_the_lesson_are_there() -> None:
    assert set(TORCH) == set(CURVES)
    assert {name for name, *_ in BY_HAND} == set(CURVES)
    assert json.loads(json.dumps(curves()))["huber"]["targets"] == [-3, 3]


@pytest.mark.parametrize("case", BY_HAND, ids=str)
def test_values_and_slopes_by_hand(case: tuple[str, float, float, float]) -> None:
    expected = BY_HAND[case]
    assert float(value(*case)) == pytest.approx(expected[0], abs=1e-12)
    assert float(slope(*case)) == pytest.approx(expected[1], abs=1e-12)


@pytest.mark.parametrize(("name", "target", "delta"), CASES)
def test_values_and_slopes_against_autograd(name: str, target: float, delta: float) -> None:
    x = torch.tensor(places(name), requires_grad=True)
    found = TORCH[name](x, float(target), delta)
    (gradient,) = torch.autograd.grad(found.sum(), x)
    np.testing.assert_allclose(value(name, places(name), target, delta), found.detach().numpy(), atol=1e-12)
    np.testing.assert_allclose(slope(name, places(name), target, delta), gradient.numpy(), atol=1e-10)


@pytest.mark.parametrize(("name", "target", "delta"), CASES)
def test_slopes_against_central_differences(name: str, target: float, delta: float) -> None:
    x, h = places(name), 1e-6
    rise = (value(name, x + h, target, delta) - value(name, x - h, target, delta)) / (2 * h)
    np.testing.assert_allclose(slope(name, x, target, delta), rise, rtol=1e-5, atol=1e-7)


def test_huge_scores_do_not_overflow() -> None:
    assert float(value("binary_logit", -800.0, 1)) == 800
    assert float(slope("binary_logit", -800.0, 1)) == -1
    assert float(value("sparse_categorical", -800.0, 0)) == pytest.approx(800 + LN2)


def test_an_unknown_loss_is_refused() -> None:
    for function in (value, slope):
        with pytest.raises(ValueError, match="no loss called 'mystery'"):
            function("mystery", 0.0, 0.0)


LOGITS = [np.array([1.0, 2.2, -0.6]), np.array([0.3, -1.0, 4.0, 0.2]), np.array([2.0, -2.0, 0.0, 1.0, 5.0])]


def test_several_classes_by_hand() -> None:
    even = [0.0, 0.0, 0.0]
    assert cross_entropy(even, 1)[0] == pytest.approx(math.log(3))
    assert cross_entropy(even, 1)[1] == pytest.approx([1 / 3, -2 / 3, 1 / 3])
    for logits, value_there, gradient in (([1, 3, 2.5], 1.5, [0, 1, -1]), ([1, 1.2, 2.5], 0.0, [0, 0, 0])):
        found, by_hand = categorical_hinge(logits, 2)
        assert (found, by_hand.tolist()) == (value_there, gradient)
    assert soft_target(4, 2, 0.2) == pytest.approx([0.05, 0.05, 0.85, 0.05])
    assert kl_divergence(np.log(soft_target(4, 2, 0.2)), 2, 0.2)[0] == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("logits", LOGITS, ids=len)
@pytest.mark.parametrize("right", range(3))
def test_several_classes_against_autograd_and_differences(
    logits: np.ndarray[tuple[int], np.dtype[np.float64]], right: int
) -> None:
    n = len(logits)
    target = torch.tensor([right])
    soft = torch.tensor(soft_target(n, right, 0.1))[None]
    of_torch: dict[str, Callable[[Tensor], Tensor]] = {
        "cross-entropy": lambda o: functional.cross_entropy(o, target),
        "soft": lambda o: functional.kl_div(torch.log_softmax(o, 1), soft, reduction="batchmean"),
        "hinge": lambda o: functional.relu(
            1 + o.scatter(1, target[None], -torch.inf).max(1)[0] - o[:, right]
        ).sum(),
    }
    ours: dict[str, Callable[[object], tuple[float, np.ndarray[tuple[int], np.dtype[np.float64]]]]] = {
        "cross-entropy": lambda o: cross_entropy(o, right),  # type: ignore[arg-type]
        "soft": lambda o: kl_divergence(o, right, 0.1),  # type: ignore[arg-type]
        "hinge": lambda o: categorical_hinge(o, right),  # type: ignore[arg-type]
    }
    np.testing.assert_allclose(softmax(logits), torch.softmax(torch.tensor(logits), 0).numpy(), atol=1e-14)
    for name, of in of_torch.items():
        o = torch.tensor(logits[None], requires_grad=True)
        loss = of(o)
        (gradient,) = torch.autograd.grad(loss, o)
        found, by_hand = ours[name](logits)
        assert found == pytest.approx(loss.item(), abs=1e-12), name
        np.testing.assert_allclose(by_hand, gradient[0].numpy(), atol=1e-12, err_msg=name)
        for k in range(n):
            bump = np.eye(n)[k] * 1e-6
            rise = (ours[name](logits + bump)[0] - ours[name](logits - bump)[0]) / 2e-6
            assert by_hand[k] == pytest.approx(rise, abs=1e-7), name


def test_without_doubt_the_divergence_is_the_cross_entropy() -> None:
    hard, soft = cross_entropy(LOGITS[0], 1), kl_divergence(LOGITS[0], 1, 0.0)
    assert soft[0] == pytest.approx(hard[0])
    np.testing.assert_allclose(soft[1], hard[1])
