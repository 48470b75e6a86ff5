"""Eight rules that turn a gradient into a step, for one point of the plane, with every term of each step named.

g: gradient at θ; η: learning rate; all operations are for each coordinate by itself.

    SGD        θ ← θ − η g                                              (Robbins & Monro 1951)
    momentum   v ← β v + g;            θ ← θ − η v                      (Polyak 1964, eq. 9; Sutskever et al. 2013, eq. 1–2)
    Nesterov   v ← β v + g;            θ ← θ − η (g + β v)              (Nesterov 1983; Sutskever et al. 2013, eq. 3–4)
    AdaGrad    s ← s + g²;             θ ← θ − η g / (√s + ε)           (Duchi, Hazan & Singer 2011, eq. 1, diagonal)
    RMSProp    s ← ρ s + (1 − ρ) g²;   θ ← θ − η g / (√s + ε)           (Tieleman & Hinton 2012, lecture 6e)
    Adam       m ← β₁ m + (1 − β₁) g;  s ← β₂ s + (1 − β₂) g²
               m̂ = m / (1 − β₁ᵗ);      ŝ = s / (1 − β₂ᵗ)
                                       θ ← θ − η m̂ / (√ŝ + ε)           (Kingma & Ba 2015, algorithm 1)
    AdamW      θ ← θ − η λ θ, and the step of Adam                      (Loshchilov & Hutter 2019, algorithm 2)
    Lion       c = β₁ m + (1 − β₁) g;  θ ← θ − η (sign c + λ θ);  m ← β₂ m + (1 − β₂) g   (Chen et al. 2023, algorithm 2)

Nesterov stands in the form of `torch.optim`: θ is already the point looked ahead to, where the gradient is taken.
`tests/models/test_update_rules.py` compares 100 steps of each with `torch.optim`, and Lion with its paper's lines.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field

Pair = tuple[float, float]
EPSILON = 1e-8


@dataclass(frozen=True)
class Term:
    """What one step was made of, each a pair of numbers.

    gradient: g. velocity: what the past has made of it (v, m̂ or c; g where nothing is remembered). scale: what each
    coordinate is multiplied by, without the learning rate (1 where nothing adapts). step: what was added to θ.
    """

    gradient: Pair
    velocity: Pair
    scale: Pair
    step: Pair


@dataclass(frozen=True)
class Knob:
    """A number of a rule that the learner may set."""

    label: str
    default: float
    low: float
    high: float
    log: bool = False


@dataclass
class Rule:
    """One descent's memory. `step(θ, g)` gives the step's terms and remembers what the next one needs."""

    rate: float
    momentum: float = 0.9
    decay: float = 0.0
    beta_mean: float = 0.9
    beta_square: float = 0.999
    mean: Pair = (0.0, 0.0)
    square: Pair = (0.0, 0.0)
    t: int = field(default=0)

    def step(self, theta: Pair, gradient: Pair) -> Term:
        raise NotImplementedError


class SGD(Rule):
    def step(self, theta: Pair, gradient: Pair) -> Term:
        return Term(gradient, gradient, (1.0, 1.0), _along(gradient, -self.rate))


class Momentum(Rule):
    def step(self, theta: Pair, gradient: Pair) -> Term:
        self.mean = _sum(self.momentum, self.mean, 1.0, gradient)
        return Term(gradient, self.mean, (1.0, 1.0), _along(self.mean, -self.rate))


class Nesterov(Rule):
    def step(self, theta: Pair, gradient: Pair) -> Term:
        self.mean = _sum(self.momentum, self.mean, 1.0, gradient)
        ahead = _sum(1.0, gradient, self.momentum, self.mean)
        return Term(gradient, ahead, (1.0, 1.0), _along(ahead, -self.rate))


class AdaGrad(Rule):
    def step(self, theta: Pair, gradient: Pair) -> Term:
        self.square = _sum(1.0, self.square, 1.0, _squared(gradient))
        scale = _inverse_root(self.square)
        return Term(gradient, gradient, scale, _along(gradient, -self.rate, scale))


class RMSProp(Rule):
    def step(self, theta: Pair, gradient: Pair) -> Term:
        self.square = _sum(self.beta_square, self.square, 1 - self.beta_square, _squared(gradient))
        scale = _inverse_root(self.square)
        return Term(gradient, gradient, scale, _along(gradient, -self.rate, scale))


class Adam(Rule):
    def step(self, theta: Pair, gradient: Pair) -> Term:
        self.t += 1
        self.mean = _sum(self.beta_mean, self.mean, 1 - self.beta_mean, gradient)
        self.square = _sum(self.beta_square, self.square, 1 - self.beta_square, _squared(gradient))
        mean = _along(self.mean, 1 / (1 - self.beta_mean**self.t))
        scale = _inverse_root(_along(self.square, 1 / (1 - self.beta_square**self.t)))
        return Term(gradient, mean, scale, _along(mean, -self.rate, scale))


class AdamW(Adam):
    def step(self, theta: Pair, gradient: Pair) -> Term:
        shrink = _along(theta, -self.rate * self.decay)
        term = super().step(theta, gradient)
        return Term(term.gradient, term.velocity, term.scale, _sum(1.0, term.step, 1.0, shrink))


class Lion(Rule):
    def step(self, theta: Pair, gradient: Pair) -> Term:
        mixed = _sum(self.beta_mean, self.mean, 1 - self.beta_mean, gradient)
        self.mean = _sum(self.beta_square, self.mean, 1 - self.beta_square, gradient)
        signs = (_sign(mixed[0]), _sign(mixed[1]))
        scale = (1 / abs(mixed[0]) if mixed[0] else 0.0, 1 / abs(mixed[1]) if mixed[1] else 0.0)
        return Term(gradient, mixed, scale, _sum(-self.rate, signs, -self.rate * self.decay, theta))


@dataclass(frozen=True)
class Kind:
    """A rule as the page knows it: its name, its formula, how to make one, and its numbers besides the learning rate."""

    label: str
    formula: str
    make: Callable[..., Rule]
    knobs: dict[str, Knob]


_RATE = Knob("learning rate η", 0.1, 0.0001, 10.0, log=True)
_MOMENTUM = Knob("momentum β", 0.9, 0.0, 0.999)
_MEAN = Knob("β₁ of the mean", 0.9, 0.0, 0.999)
_DECAY = Knob("weight decay λ", 0.01, 0.0, 1.0)

#: In the order of their colours.
RULES: dict[str, Kind] = {
    "sgd": Kind("SGD", "θ ← θ − η g", SGD, {"rate": _RATE}),
    "momentum": Kind(
        "Momentum", "v ← β v + g; θ ← θ − η v", Momentum, {"rate": _RATE, "momentum": _MOMENTUM}
    ),
    "nesterov": Kind(
        "Nesterov", "v ← β v + g; θ ← θ − η (g + β v)", Nesterov, {"rate": _RATE, "momentum": _MOMENTUM}
    ),
    "adagrad": Kind("AdaGrad", "s ← s + g²; θ ← θ − η g / √s", AdaGrad, {"rate": _RATE}),
    "rmsprop": Kind(
        "RMSProp",
        "s ← ρ s + (1 − ρ) g²; θ ← θ − η g / √s",
        RMSProp,
        {"rate": _RATE, "beta_square": Knob("ρ of the squares", 0.99, 0.0, 0.9999)},
    ),
    "adam": Kind(
        "Adam",
        "m ← β₁ m + (1 − β₁) g; s ← β₂ s + (1 − β₂) g²; θ ← θ − η m̂ / √ŝ",
        Adam,
        {"rate": _RATE, "beta_mean": _MEAN, "beta_square": Knob("β₂ of the squares", 0.999, 0.0, 0.9999)},
    ),
    "adamw": Kind(
        "AdamW",
        "Adam’s step, and θ ← θ − η λ θ",
        AdamW,
        {
            "rate": _RATE,
            "beta_mean": _MEAN,
            "beta_square": Knob("β₂ of the squares", 0.999, 0.0, 0.9999),
            "decay": _DECAY,
        },
    ),
    "lion": Kind(
        "Lion",
        "θ ← θ − η (sign(β₁ m + (1 − β₁) g) + λ θ); m ← β₂ m + (1 − β₂) g",
        Lion,
        {
            "rate": _RATE,
            "beta_mean": _MEAN,
            "beta_square": Knob("β₂ of the mean", 0.99, 0.0, 0.9999),
            "decay": Knob("weight decay λ", 0.0, 0.0, 1.0),
        },
    ),
}


def defaults(name: str) -> dict[str, float]:
    """The rule's numbers by name as they are usually set."""
    return {knob: declared.default for knob, declared in RULES[name].knobs.items()}


def make(name: str, **numbers: float) -> Rule:
    """A fresh rule with these numbers, the usual ones where none is given. KeyError for an unknown rule."""
    return RULES[name].make(**{**defaults(name), **numbers})


def _sum(a: float, first: Pair, b: float, second: Pair) -> Pair:
    return a * first[0] + b * second[0], a * first[1] + b * second[1]


def _along(pair: Pair, factor: float, scale: Pair = (1.0, 1.0)) -> Pair:
    return factor * pair[0] * scale[0], factor * pair[1] * scale[1]


def _squared(pair: Pair) -> Pair:
    return pair[0] * pair[0], pair[1] * pair[1]


def _inverse_root(square: Pair) -> Pair:
    return 1 / (math.sqrt(square[0]) + EPSILON), 1 / (math.sqrt(square[1]) + EPSILON)


def _sign(value: float) -> float:
    return math.copysign(1.0, value) if value else 0.0
