"""Every activation's value and slope: by hand at single places, against autograd, against central differences."""

from __future__ import annotations

import json
import math
from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.nn import functional

from models.activation_curves import (
    CURVES,
    HIGH,
    LOW,
    curves,
    entropy,
    formulas,
    ranges,
    slope,
    softmax,
    softmax_slopes,
    usual_alpha,
    value,
)
from models.activation_functions import LEAK
from models.activations_settings import ACTIVATIONS
from models.activations_stack import ELU_ALPHA, KERNELS

LN2, LN3 = math.log(2), math.log(3)
PHI = (1 + math.erf(1 / math.sqrt(2))) / 2  # Φ(1)
BELL = math.exp(-1 / 2) / math.sqrt(2 * math.pi)  # φ(1)
#: (activation, z, α) → (f, f′), worked out with pencil and paper.
BY_HAND = {
    ("linear", -2.5, 0.0): (-2.5, 1.0),
    ("step", 0.1, 0.0): (1.0, 0.0),
    ("step", 0.0, 0.0): (0.0, 0.0),
    ("sigmoid", 0.0, 0.0): (0.5, 0.25),
    ("sigmoid", LN3, 0.0): (3 / 4, 3 / 16),
    ("sigmoid", -LN3, 0.0): (1 / 4, 3 / 16),
    ("tanh", LN2, 0.0): (3 / 5, 16 / 25),
    ("tanh", 0.0, 0.0): (0.0, 1.0),
    ("relu", 2.0, 0.0): (2.0, 1.0),
    ("relu", -2.0, 0.0): (0.0, 0.0),
    ("leaky_relu", 2.0, 0.1): (2.0, 1.0),
    ("leaky_relu", -2.0, 0.1): (-0.2, 0.1),
    ("elu", 3.0, 2.0): (3.0, 1.0),
    ("elu", -LN2, 1.0): (-0.5, 0.5),
    ("elu", -LN2, 2.0): (-1.0, 1.0),
    ("gelu", 0.0, 0.0): (0.0, 0.5),
    ("gelu", 1.0, 0.0): (PHI, PHI + BELL),
    ("gelu", -1.0, 0.0): (PHI - 1, 1 - PHI - BELL),
    ("swish", 0.0, 0.0): (0.0, 0.5),
    ("swish", LN3, 0.0): (LN3 * 3 / 4, 3 / 4 + LN3 * 3 / 16),
    ("softplus", 0.0, 0.0): (LN2, 0.5),
    ("softplus", LN3, 0.0): (math.log(4), 3 / 4),
}
TORCH: dict[str, Callable[[Tensor, float], Tensor]] = {
    "linear": lambda z, a: z * 1,
    "step": lambda z, a: (z > 0).to(z.dtype) + 0 * z,
    "sigmoid": lambda z, a: torch.sigmoid(z),
    "tanh": lambda z, a: torch.tanh(z),
    "relu": lambda z, a: functional.relu(z),
    "leaky_relu": lambda z, a: functional.leaky_relu(z, a),
    "elu": lambda z, a: functional.elu(z, a),
    "gelu": lambda z, a: functional.gelu(z),
    "swish": lambda z, a: functional.silu(z),
    "softplus": lambda z, a: functional.softplus(z, threshold=50),
}
PLACES = np.linspace(LOW, HIGH, 121) + 3e-4  # none of them on a kink


def alphas(name: str) -> tuple[float, ...]:
    return CURVES[name].alpha or (0.0,)


CASES = [(name, alpha) for name in CURVES for alpha in alphas(name)]


def test_all_activations_of_the_lesson_are_there() -> None:
    assert list(CURVES) == list(ACTIVATIONS) == list(TORCH)
    assert set(CURVES) == set(KERNELS) == {name for name, *_ in BY_HAND}
    assert [usual_alpha(name) for name in ("leaky_relu", "elu", "tanh")] == [LEAK, ELU_ALPHA, 0]
    assert json.loads(json.dumps(curves()))["elu"]["alpha"] == [0.1, 2.0, 1.0]
    assert formulas().count("\n") == ranges().count("\n") == len(CURVES) + 1


@pytest.mark.parametrize("case", BY_HAND, ids=str)
def test_values_and_slopes_by_hand(case: tuple[str, float, float]) -> None:
    expected = BY_HAND[case]
    assert float(value(*case)) == pytest.approx(expected[0], abs=1e-12)
    assert float(slope(*case)) == pytest.approx(expected[1], abs=1e-12)


@pytest.mark.parametrize(("name", "alpha"), CASES)
def test_values_and_slopes_against_autograd(name: str, alpha: float) -> None:
    z = torch.tensor(PLACES, requires_grad=True)
    found = TORCH[name](z, alpha)
    (gradient,) = torch.autograd.grad(found.sum(), z)
    np.testing.assert_allclose(value(name, PLACES, alpha), found.detach().numpy(), atol=1e-12)
    np.testing.assert_allclose(slope(name, PLACES, alpha), gradient.numpy(), atol=1e-12)


@pytest.mark.parametrize(("name", "alpha"), CASES)
def test_slopes_against_central_differences(name: str, alpha: float) -> None:
    h = 1e-6
    rise = (value(name, PLACES + h, alpha) - value(name, PLACES - h, alpha)) / (2 * h)
    np.testing.assert_allclose(slope(name, PLACES, alpha), rise, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("name", CURVES)
def test_the_kernels_that_networks_use_are_these_functions(name: str) -> None:
    kernel = KERNELS[name]
    z = torch.tensor(PLACES, dtype=torch.float32)
    kept = z.clone()
    out = torch.empty_like(kept) if kernel.needs_z else kept
    if name == "linear":
        out = kept
    kernel.forward(kept, out)
    delta = torch.ones_like(z)
    kernel.backward(delta, kept, out)
    np.testing.assert_allclose(out.numpy(), value(name, PLACES), rtol=1e-5, atol=2e-6)
    np.testing.assert_allclose(delta.numpy(), slope(name, PLACES), rtol=1e-5, atol=2e-6)


@pytest.mark.parametrize(
    ("name", "f", "slopes"),
    [
        ("sigmoid", (0, 1), (0, 0.25)),
        ("tanh", (-1, 1), (0, 1)),
        ("gelu", (-0.17, math.inf), (-0.13, 1.13)),
        ("swish", (-0.28, math.inf), (-0.1, 1.1)),
        ("softplus", (0, math.inf), (0, 1)),
        ("elu", (-1, math.inf), (0, 1)),
    ],
)
def test_the_ranges_that_the_page_names(
    name: str, f: tuple[float, float], slopes: tuple[float, float]
) -> None:
    z = np.linspace(-30, 30, 60_001)
    for found, (low, high) in ((value(name, z), f), (slope(name, z), slopes)):
        assert found.min() == pytest.approx(low, abs=0.005)
        assert found.max() == pytest.approx(min(high, 30), abs=0.005)


def test_huge_sums_do_not_overflow() -> None:
    with np.errstate(all="raise", under="ignore"):
        for name in CURVES:
            for z in (-800.0, 800.0):
                assert np.isfinite(value(name, z)) and np.isfinite(slope(name, z)), name


def test_an_unknown_activation_is_refused() -> None:
    for function in (value, slope):
        with pytest.raises(ValueError, match="no activation called 'mystery'"):
            function("mystery", 0.0)


LOGITS = [[1.0, 2.2, -0.6], [0.3, -1.0, 4.0, 0.2], [2.0, -2.0, 0.0, 1.0, 5.0, -6.0]]


def test_softmax_by_hand() -> None:
    assert softmax([0, LN2, LN3]) == pytest.approx([1 / 6, 2 / 6, 3 / 6])
    assert softmax([0, 2 * LN2, 2 * LN3], 2.0) == pytest.approx([1 / 6, 2 / 6, 3 / 6])
    assert softmax([1000, 0, 0], 0.1) == pytest.approx([1, 0, 0])
    assert softmax_slopes([0, 0])[0] == pytest.approx([1 / 4, -1 / 4])
    assert entropy([0.25] * 4) == pytest.approx(2 * LN2)
    assert entropy([1, 0, 0]) == 0 and entropy([0.5, 0.5]) == pytest.approx(LN2)


@pytest.mark.parametrize("temperature", [0.1, 1.0, 3.0])
@pytest.mark.parametrize("logits", LOGITS, ids=len)
def test_softmax_against_autograd_and_differences(logits: list[float], temperature: float) -> None:
    o = torch.tensor(logits, dtype=torch.float64)
    p = torch.softmax(o / temperature, 0)
    found = softmax_slopes(logits, temperature)
    np.testing.assert_allclose(softmax(logits, temperature), p.numpy(), atol=1e-14)
    jacobian = torch.autograd.functional.jacobian(lambda o: torch.softmax(o / temperature, 0), o)
    np.testing.assert_allclose(found, jacobian.numpy(), atol=1e-13)
    for k, bump in enumerate(np.eye(len(logits)) * 1e-6):
        rise = (softmax(logits + bump, temperature) - softmax(logits - bump, temperature)) / 2e-6
        np.testing.assert_allclose(found[:, k], rise, atol=1e-7)
    np.testing.assert_allclose(found.sum(0), 0, atol=1e-12)
    assert entropy(softmax(logits, temperature)) == pytest.approx(
        torch.distributions.Categorical(probs=p).entropy().item(), abs=1e-6
    )


def test_temperature_sharpens_and_levels() -> None:
    entropies = [entropy(softmax(LOGITS[1], t)) for t in (0.1, 0.5, 1, 2, 10)]
    assert entropies == sorted(entropies)
    assert entropies[0] < 1e-9 and entropies[-1] > 0.97 * math.log(4)
