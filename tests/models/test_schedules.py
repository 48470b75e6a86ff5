"""Each schedule against torch.optim.lr_scheduler, and its turning points by hand."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch.optim import SGD, lr_scheduler

from models.schedules import SCHEDULES, curves, rate

BASE, N = 0.4, 200
TORCH: dict[str, Callable[[SGD], Any]] = {
    "constant": lambda sgd: lr_scheduler.ConstantLR(sgd, factor=1.0),
    "step": lambda sgd: lr_scheduler.MultiStepLR(sgd, [N // 2, 3 * N // 4], 0.1),
    "cosine": lambda sgd: lr_scheduler.CosineAnnealingLR(sgd, N),
    "warmup": lambda sgd: lr_scheduler.LinearLR(sgd, 1 / 20, 1.0, 19),
    "one_cycle": lambda sgd: lr_scheduler.OneCycleLR(sgd, BASE, N),
}


@pytest.mark.parametrize("name", SCHEDULES)
def test_every_step_is_torchs(name: str) -> None:
    sgd = SGD([torch.zeros(1, requires_grad=True)], lr=BASE)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that schedulers step before optimizers is meant here
        scheduler = TORCH[name](sgd)
        for step in range(N):
            assert rate(name, step, N, BASE) == pytest.approx(sgd.param_groups[0]["lr"], rel=1e-9), step
            if step < N - 1:
                scheduler.step()


def test_turning_points_by_hand() -> None:
    assert [rate("step", t, 100, 1) for t in (0, 49, 50, 74, 75, 99)] == pytest.approx(
        [1, 1, 0.1, 0.1, 0.01, 0.01]
    )
    assert [rate("cosine", t, 100, 1) for t in (0, 50, 100)] == pytest.approx([1, 0.5, 0], abs=1e-12)
    assert [rate("warmup", t, 100, 1) for t in (0, 4, 9, 10, 99)] == pytest.approx([0.1, 0.5, 1, 1, 1])
    assert [rate("one_cycle", t, 100, 1) for t in (0, 29, 99)] == pytest.approx([0.04, 1, 4e-6])


@pytest.mark.parametrize("name", SCHEDULES)
@pytest.mark.parametrize("n_steps", [0, 1, 2, 3, 4, 7, 10])
def test_a_run_of_any_length_has_a_rate_for_every_step(name: str, n_steps: int) -> None:
    for step in (-1, 0, 1, n_steps - 1, n_steps, n_steps + 5):
        assert 0 <= rate(name, step, n_steps, BASE) <= BASE * (1 + 1e-12)


def test_an_unknown_schedule_is_refused() -> None:
    with pytest.raises(ValueError, match="not a schedule; take one of constant"):
        rate("wiggle", 0, 10, 1)


def test_the_curves_are_the_rates() -> None:
    made: Any = curves(50, 2.0)
    assert list(made) == list(SCHEDULES)
    assert made["cosine"]["rates"][25] == pytest.approx(1.0)
    assert all(len(curve["rates"]) == 50 for curve in made.values())
