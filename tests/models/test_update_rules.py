"""Each rule for 100 steps against torch.optim, Lion against its paper's lines; first steps and terms on paper."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from models.surfaces import SURFACES
from models.update_rules import RULES, Pair, defaults, make

RATE = 0.003
Torch = Callable[[list[Tensor]], torch.optim.Optimizer]
TORCH: dict[str, Torch] = {
    "sgd": lambda parameters: torch.optim.SGD(parameters, lr=RATE),
    "momentum": lambda parameters: torch.optim.SGD(parameters, lr=RATE, momentum=0.9),
    "nesterov": lambda parameters: torch.optim.SGD(parameters, lr=RATE, momentum=0.9, nesterov=True),
    "adagrad": lambda parameters: torch.optim.Adagrad(parameters, lr=RATE, eps=1e-8),
    "rmsprop": lambda parameters: torch.optim.RMSprop(parameters, lr=RATE),
    "adam": lambda parameters: torch.optim.Adam(parameters, lr=RATE),
    "adamw": lambda parameters: torch.optim.AdamW(parameters, lr=RATE),
}


def lion_of_the_paper(
    gradient: Callable[[float, float], Pair], theta: Pair, rate: float, decay: float, n_steps: int
) -> list[Pair]:
    """Algorithm 2 of Chen et al. (2023), line by line, with β₁ = 0.9 and β₂ = 0.99."""
    beta1, beta2 = 0.9, 0.99
    m = torch.zeros(2, dtype=torch.float64)
    x = torch.tensor(theta, dtype=torch.float64)
    places = []
    for _ in range(n_steps):
        g = torch.tensor(gradient(*x.tolist()), dtype=torch.float64)
        c = beta1 * m + (1 - beta1) * g
        x = x - rate * (torch.sign(c) + decay * x)
        m = beta2 * m + (1 - beta2) * g
        places.append((float(x[0]), float(x[1])))
    return places


@pytest.mark.parametrize("name", TORCH)
@pytest.mark.parametrize("surface", ["beale", "himmelblau", "rastrigin"])
def test_a_hundred_steps_are_torch_optims(name: str, surface: str) -> None:
    gradient = SURFACES[surface].gradient
    theta = SURFACES[surface].start
    theirs = torch.tensor(theta, dtype=torch.float64, requires_grad=True)
    rule, reference = make(name, rate=RATE), TORCH[name]([theirs])
    start = theta
    for _ in range(100):
        term = rule.step(theta, gradient(*theta))
        theta = (theta[0] + term.step[0], theta[1] + term.step[1])
        theirs.grad = torch.tensor(gradient(*theirs.tolist()), dtype=torch.float64)
        reference.step()
        assert theta == pytest.approx(tuple(theirs.tolist()), rel=1e-8, abs=1e-9)
    assert math.dist(theta, start) > 0.01


@pytest.mark.parametrize("decay", [0.0, 0.3])
def test_a_hundred_steps_of_lion_are_its_papers(decay: float) -> None:
    surface = SURFACES["beale"]
    rule, theta = make("lion", rate=0.01, decay=decay), surface.start
    for expected in lion_of_the_paper(surface.gradient, theta, 0.01, decay, 100):
        term = rule.step(theta, surface.gradient(*theta))
        theta = (theta[0] + term.step[0], theta[1] + term.step[1])
        assert theta == pytest.approx(expected, abs=1e-12)


def test_every_rule_is_compared_with_something() -> None:
    assert RULES.keys() == {*TORCH, "lion"}


@pytest.mark.parametrize(
    ("name", "after"),
    [
        ("sgd", [-0.2, -0.2]),
        ("momentum", [-0.2, -0.38]),  # v₂ = 0.9 · 2 + 2 = 3.8
        ("nesterov", [-0.38, -0.542]),  # g + 0.9 v: 2 + 1.8 and 2 + 3.42
        ("adagrad", [-0.1, -0.1 / math.sqrt(2)]),  # √s = 2 and √8
        ("rmsprop", [-1.0, -0.1 / math.sqrt(0.0199)]),  # √s = 2 √0.01 and 2 √0.0199
        ("adam", [-0.1, -0.1]),  # m̂ = g and ŝ = g² while the gradient stays the same
        ("adamw", [-0.101, -0.100899]),  # besides ηλθ: 0.001 · 1 and 0.001 · 0.899
        ("lion", [-0.1, -0.1]),  # the sign alone
    ],
)
def test_two_steps_on_paper(name: str, after: list[float]) -> None:
    """θ = 1, g = 2 in both steps, η = 0.1; the other coordinate has no gradient and does not move."""
    rule, theta = make(name, rate=0.1), (1.0, 0.0)
    for expected in after:
        term = rule.step(theta, (2.0, 0.0))
        assert term.step == pytest.approx((expected, 0.0), rel=1e-6)
        theta = (theta[0] + term.step[0], 0.0)


def test_the_terms_multiply_to_the_step() -> None:
    """step = −η · velocity · scale, but for the decay of AdamW and Lion."""
    gradient = SURFACES["beale"].gradient
    for name in RULES:
        rule = make(name, rate=0.05, **({"decay": 0.0} if "decay" in RULES[name].knobs else {}))
        theta = (1.0, 1.5)
        for _ in range(5):
            term = rule.step(theta, gradient(*theta))
            assert term.gradient == gradient(*theta)
            made = [-0.05 * v * s for v, s in zip(term.velocity, term.scale, strict=True)]
            assert term.step == pytest.approx(made, rel=1e-9), name
            theta = (theta[0] + term.step[0], theta[1] + term.step[1])


def test_adaptive_steps_do_not_depend_on_the_gradients_size() -> None:
    for name in ("adagrad", "rmsprop", "adam", "lion"):
        small, large = (make(name, rate=0.1).step((1, 1), (size, -size)).step for size in (1e-2, 1e4))
        assert small == pytest.approx(large, rel=1e-4), name
    small, large = (make("sgd", rate=0.1).step((1, 1), (size, -size)).step for size in (1e-2, 1e4))
    assert large[0] == pytest.approx(1e6 * small[0])


def test_where_there_is_no_gradient_nothing_moves() -> None:
    for name in RULES:
        decayed = "decay" in RULES[name].knobs and defaults(name)["decay"] > 0
        step = make(name).step((1.0, 1.0), (0.0, 0.0)).step
        assert (step == (0, 0)) != decayed, name


def test_the_numbers_of_a_rule_are_inside_their_bounds() -> None:
    for name, kind in RULES.items():
        for knob, value in defaults(name).items():
            assert kind.knobs[knob].low <= value <= kind.knobs[knob].high
        assert next(iter(kind.knobs)) == "rate"
    with pytest.raises(KeyError):
        make("newton")
