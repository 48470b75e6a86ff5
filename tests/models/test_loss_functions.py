"""Every loss by hand, and its gradient against autograd to the last bit."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from models.loss_functions import DEFAULT, LOSSES, Task, loss_named

LN3 = math.log(3)  # sigmoid(ln 3) = 3/4

#: The same losses as anyone would write them for autograd.
PLAIN: dict[tuple[Task, str], Callable[[Tensor, Tensor], Tensor]] = {
    ("binary", "cross_entropy"): lambda o, y: functional.binary_cross_entropy_with_logits(o.view(-1), y),
    ("binary", "mse"): lambda o, y: functional.mse_loss(torch.sigmoid(o.view(-1)), y),
    ("binary", "hinge"): lambda o, y: torch.clamp_min(1 - (2 * y - 1) * o.view(-1), 0).mean(),
    ("classes", "cross_entropy"): lambda o, y: functional.cross_entropy(o, y),
    ("classes", "mse"): lambda o, y: functional.mse_loss(
        torch.softmax(o, 1), functional.one_hot(y, o.shape[1]).float()
    ),
    ("classes", "hinge"): lambda o, y: torch.clamp_min(
        1 + o.scatter(1, y[:, None], -torch.inf).max(1)[0] - o.gather(1, y[:, None])[:, 0], 0
    ).mean(),
    ("numbers", "mse"): lambda o, y: functional.mse_loss(o.view(-1), y),
    ("numbers", "huber"): lambda o, y: functional.huber_loss(o.view(-1), y),
}


def example(task: Task, n: int, seed: int, size: float = 2.0) -> tuple[Tensor, Tensor]:
    """Raw outputs (n, K) and targets (n,)."""
    generator = torch.Generator().manual_seed(seed)
    output = torch.randn(n, 4 if task == "classes" else 1, generator=generator) * size
    if task == "numbers":
        return output, torch.randn(n, generator=generator)
    y = torch.randint(0, 2 if task == "binary" else 4, (n,), generator=generator)
    return output, y.float() if task == "binary" else y


@pytest.mark.parametrize(
    ("task", "name", "outputs", "targets", "expected"),
    [
        # p = 3/4 of class 1: −ln(3/4) where y = 1, −ln(1/4) where y = 0
        ("binary", "cross_entropy", [[LN3], [LN3]], [1.0, 0.0], (math.log(4 / 3) + math.log(4)) / 2),
        ("binary", "mse", [[LN3], [LN3]], [1.0, 0.0], (1 / 16 + 9 / 16) / 2),
        # right by 2: 0; right by ½: ½; wrong by 3: 4
        ("binary", "hinge", [[2.0], [-0.5], [3.0]], [1.0, 0.0, 0.0], 4.5 / 3),
        # softmax of (0, ln 2, ln 5) is (1, 2, 5)/8
        ("classes", "cross_entropy", [[0.0, math.log(2), math.log(5)]], [2], math.log(8 / 5)),
        ("classes", "mse", [[0.0, math.log(2), math.log(5)]], [2], (1 + 4 + 9) / 64 / 3),
        # 1 + 3 − 1 = 3 for the first, max(0, 1 + 0 − 5) = 0 for the second
        ("classes", "hinge", [[1.0, 3.0, 2.0], [-1.0, 0.0, 5.0]], [0, 2], 3 / 2),
        ("numbers", "mse", [[1.0], [5.0]], [3.0, 2.0], (4 + 9) / 2),
        # ½·0.5² inside, 3 − ½ outside
        ("numbers", "huber", [[1.5], [5.0]], [1.0, 2.0], (0.125 + 2.5) / 2),
    ],
)
def test_values_by_hand(
    task: Task, name: str, outputs: list[list[float]], targets: list[float], expected: float
) -> None:
    value = loss_named(task, name).value(torch.tensor(outputs), torch.tensor(targets))
    assert value.shape == ()
    assert value.item() == pytest.approx(expected, rel=1e-6)


def test_every_loss_has_a_plain_twin() -> None:
    assert set(PLAIN) == set(LOSSES)


@pytest.mark.parametrize(("task", "name"), LOSSES)
def test_value_and_gradient_are_autograds_to_the_last_bit(task: Task, name: str) -> None:
    loss = LOSSES[task, name]
    for n, size in ((1, 2.0), (7, 2.0), (64, 0.1), (350, 30.0)):  # 30: sigmoids at their flat ends
        output, y = example(task, n, n, size)
        reference = output.clone().requires_grad_()
        value = PLAIN[task, name](reference, y)
        (gradient,) = torch.autograd.grad(value, reference)
        delta = torch.full_like(output, torch.nan)
        loss.write_delta(output, y, delta)
        assert torch.equal(loss.value(output, y), value.detach())
        assert torch.equal(delta, gradient), (n, (delta - gradient).abs().max())


@pytest.mark.parametrize("task", ["binary", "classes"])
def test_a_hinge_at_its_kink_does_as_autograd_does(task: Task) -> None:
    """Outputs of an untrained zero network, and margins of exactly 1."""
    outputs = {
        "binary": [[0.0], [1.0], [-1.0]],
        "classes": [[0.0, 0.0, 0.0], [0.0, 1.0, 0.0], [2.0, 2.0, 1.0]],
    }
    output = torch.tensor(outputs[task])
    y = torch.tensor([1, 1, 0]) if task == "classes" else torch.tensor([1.0, 1.0, 0.0])
    reference = output.clone().requires_grad_()
    (gradient,) = torch.autograd.grad(PLAIN[task, "hinge"](reference, y), reference)
    delta = torch.empty_like(output)
    loss_named(task, "hinge").write_delta(output, y, delta)
    assert torch.equal(delta, gradient)


def test_auto_is_the_usual_loss() -> None:
    for task, name in DEFAULT.items():
        assert loss_named(task, "auto") is LOSSES[task, name]


@pytest.mark.parametrize(
    ("task", "name", "sentence"),
    [
        (
            "numbers",
            "hinge",
            "The loss hinge does not fit a target of numbers: choose auto, or mse or huber.",
        ),
        (
            "binary",
            "huber",
            "The loss huber does not fit a target of classes: choose auto, or cross_entropy or mse or hinge.",
        ),
        (
            "classes",
            "huber",
            "The loss huber does not fit a target of classes: choose auto, or cross_entropy or mse or hinge.",
        ),
    ],
)
def test_a_loss_that_does_not_fit_is_refused(task: Task, name: str, sentence: str) -> None:
    with pytest.raises(ValueError) as caught:
        loss_named(task, name)
    assert str(caught.value) == sentence
