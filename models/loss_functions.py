"""What a network's raw outputs cost, and how the cost changes with them.

Shapes: outputs o (N, K), or (N, 1) for "binary" and "numbers"; targets y (N,): class index, 0/1 or number.
Each loss is a mean over the N examples. The second function writes ∂loss/∂o into `delta`, with the kernels that
autograd calls, so that both ways of training agree to the last bit.

    cross-entropy  −log p(y), in nats         (p: sigmoid or softmax of o)
    mse            (ŷ − y)², for classes (p − one-hot y)² averaged over the classes
    hinge          max(0, 1 − s·o) with s = ±1; for several classes max(0, 1 + largest wrong o − right o)
    huber          ½(ŷ − y)² where |ŷ − y| ≤ 1, else |ŷ − y| − ½
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor
from torch.nn import functional

aten = torch.ops.aten
Task = Literal["binary", "classes", "numbers"]
MEAN = 1  # aten's code for reduction="mean"


@dataclass(frozen=True)
class Loss:
    """The mean loss of outputs (N, K), and its gradient with respect to them."""

    value: Callable[[Tensor, Tensor], Tensor]
    write_delta: Callable[[Tensor, Tensor, Tensor], object]


def _one() -> Tensor:
    return torch.ones(())


def _one_hot(y: Tensor, output: Tensor) -> Tensor:
    return functional.one_hot(y, output.shape[1]).to(output.dtype)


def _bce_delta(output: Tensor, y: Tensor, delta: Tensor) -> None:
    torch.sigmoid(output, out=delta)
    delta.view(-1).sub_(y)
    delta.div_(len(y))  # (p − y) / N


def _ce_delta(output: Tensor, y: Tensor, delta: Tensor) -> None:
    log_p = torch.log_softmax(output, 1)
    _, total = aten.nll_loss_forward(log_p, y, None, MEAN, -100)
    grad = aten.nll_loss_backward(_one().to(y.device), log_p, y, None, MEAN, -100, total)
    delta.copy_(aten._log_softmax_backward_data(grad, log_p, 1, output.dtype))  # (p − one-hot y) / N


def _mse_delta(output: Tensor, y: Tensor, delta: Tensor) -> None:
    torch.sub(output.view(-1), y, out=delta.view(-1))
    delta.mul_(2 / len(y))  # 2 (ŷ − y) / N


def _huber_delta(output: Tensor, y: Tensor, delta: Tensor) -> None:
    grad = aten.huber_loss_backward(_one().to(y.device), output.view(-1), y, MEAN, 1.0)
    delta.view(-1).copy_(grad)


def _binary_mse_delta(output: Tensor, y: Tensor, delta: Tensor) -> None:
    p = torch.sigmoid(output.view(-1))
    grad = aten.mse_loss_backward(_one().to(y.device), p, y, MEAN)
    delta.view(-1).copy_(aten.sigmoid_backward(grad, p))


def _classes_mse_delta(output: Tensor, y: Tensor, delta: Tensor) -> None:
    p = torch.softmax(output, 1)
    grad = aten.mse_loss_backward(_one().to(y.device), p, _one_hot(y, output), MEAN)
    delta.copy_(aten._softmax_backward_data(grad, p, 1, output.dtype))


def _binary_hinge(output: Tensor, y: Tensor) -> Tensor:
    return torch.clamp_min(1 - (2 * y - 1) * output.view(-1), 0).mean()


def _binary_hinge_delta(output: Tensor, y: Tensor, delta: Tensor) -> None:
    sign = 2 * y - 1
    active = 1 - sign * output.view(-1) > 0
    delta.view(-1).copy_(torch.where(active, -sign / len(y), 0.0))


def _margins(output: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    """1 + largest wrong output − right output (N,), and the index of that wrong class (N,)."""
    right = output.gather(1, y.unsqueeze(1)).squeeze(1)
    wrong, index = output.scatter(1, y.unsqueeze(1), -torch.inf).max(1)
    return 1 + wrong - right, index


def _categorical_hinge(output: Tensor, y: Tensor) -> Tensor:
    return torch.clamp_min(_margins(output, y)[0], 0).mean()


def _categorical_hinge_delta(output: Tensor, y: Tensor, delta: Tensor) -> None:
    margin, wrong = _margins(output, y)
    share = (margin > 0).to(output.dtype).div_(len(y)).unsqueeze(1)
    delta.zero_().scatter_(1, wrong.unsqueeze(1), share)
    delta.scatter_(1, y.unsqueeze(1), -share)


LOSSES: dict[tuple[Task, str], Loss] = {
    ("binary", "cross_entropy"): Loss(
        lambda o, y: aten.binary_cross_entropy_with_logits(o.view(-1), y), _bce_delta
    ),
    ("binary", "mse"): Loss(lambda o, y: aten.mse_loss(torch.sigmoid(o.view(-1)), y), _binary_mse_delta),
    ("binary", "hinge"): Loss(_binary_hinge, _binary_hinge_delta),
    ("classes", "cross_entropy"): Loss(lambda o, y: functional.cross_entropy(o, y), _ce_delta),
    ("classes", "mse"): Loss(
        lambda o, y: aten.mse_loss(torch.softmax(o, 1), _one_hot(y, o)), _classes_mse_delta
    ),
    ("classes", "hinge"): Loss(_categorical_hinge, _categorical_hinge_delta),
    ("numbers", "mse"): Loss(lambda o, y: aten.mse_loss(o.view(-1), y), _mse_delta),
    ("numbers", "huber"): Loss(lambda o, y: aten.huber_loss(o.view(-1), y, MEAN, 1.0), _huber_delta),
}

DEFAULT: dict[Task, str] = {"binary": "cross_entropy", "classes": "cross_entropy", "numbers": "mse"}


def loss_named(task: Task, name: str) -> Loss:
    """The loss called `name` ("auto": the usual one) for this task.

    Raises:
        ValueError: one sentence, for a loss that does not fit the task.
    """
    loss = LOSSES.get((task, DEFAULT[task] if name == "auto" else name))
    if loss is None:
        legal = " or ".join(known for kind, known in LOSSES if kind == task)
        kind = "numbers" if task == "numbers" else "classes"
        raise ValueError(f"The loss {name} does not fit a target of {kind}: choose auto, or {legal}.")
    return loss
