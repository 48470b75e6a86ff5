"""Value and slope of every activation of the lesson, as functions of one weighted sum z; and softmax, of several.

Forwards a neuron passes on f(z); backwards it multiplies the gradient by f′(z). NumPy only: pages read this. Each formula and
each slope is written out by hand; tests compare the slopes with autograd and with central differences.

    linear      z                              1
    step        1 where z > 0, else 0          0
    sigmoid     σ(z) = 1 / (1 + e⁻ᶻ)           σ (1 − σ)
    tanh        (eᶻ − e⁻ᶻ) / (eᶻ + e⁻ᶻ)        1 − tanh²
    ReLU        max(0, z)                      1 where z > 0, else 0
    leaky ReLU  z where z > 0, else α z        1 where z > 0, else α
    ELU         z where z > 0, else α(eᶻ − 1)  1 where z > 0, else α eᶻ
    GELU        z Φ(z)                         Φ(z) + z φ(z)
    swish       z σ(z)                         σ + z σ (1 − σ)
    softplus    log(1 + eᶻ)                    σ(z)
    softmax     pⱼ = e^(oⱼ/T) / Σ e^(oᵢ/T)     ∂pⱼ/∂oₖ = pₖ ([j = k] − pⱼ) / T

Φ and φ are the standard normal distribution and its density. At a kink the slope is that of the left side, as in torch.
Sources: Nair & Hinton (2010) for ReLU; Maas et al. (2013) for leaky ReLU; Clevert et al. (2016) for ELU; Hendrycks & Gimpel
(2016), section 2, for GELU; Ramachandran et al. (2017) for swish.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]

LOW, HIGH = -6.0, 6.0  # of the z that the lesson draws
MAX_CLASSES, MIN_CLASSES = 6, 3
TEMPERATURES = (0.1, 10.0)
_erf = np.vectorize(math.erf, otypes=[np.float64])


@dataclass(frozen=True)
class Curve:
    """How one activation is drawn, and what is said about it. LaTeX and words; `range` is that of f, `slopes` that of f′."""

    label: str
    words: str  # f(z) in one line of text
    slope_words: str
    formula: str  # f(z) as LaTeX
    slope_formula: str
    range: str
    slopes: str
    remark: str
    axis: tuple[float, float]  # what the vertical axis shows
    alpha: tuple[float, float, float] | None = None  # least, most and usual α, where there is one


CURVES: dict[str, Curve] = {
    "linear": Curve(
        "linear", "z", "1", r"z", r"1", r"(-\infty,\ \infty)", r"1",
        "Bends nothing: layers of it add up to a single one.", (-6.2, 6.2),
    ),
    "step": Curve(
        "step", "1 where z > 0, else 0", "0 everywhere", r"[\,z>0\,]", r"0", r"\{0,\ 1\}", r"0",
        "Decides, but has no slope: nothing before it can learn from a gradient.", (-0.6, 1.6),
    ),
    "sigmoid": Curve(
        "sigmoid", "1 / (1 + e⁻ᶻ)", "f (1 − f)", r"\sigma(z)=\frac{1}{1+e^{-z}}", r"\sigma\,(1-\sigma)", r"(0,\ 1)",
        r"(0,\ \tfrac14]", "A probability. Its slope is at most ¼, so each layer passes on a quarter at best.", (-0.6, 1.6),
    ),
    "tanh": Curve(
        "tanh", "(eᶻ − e⁻ᶻ) / (eᶻ + e⁻ᶻ)", "1 − f²", r"\tanh z", r"1-\tanh^2 z", r"(-1,\ 1)", r"(0,\ 1]",
        "A sigmoid centred on 0 with slope 1 there; flat at both ends.", (-1.6, 1.6),
    ),
    "relu": Curve(
        "ReLU", "max(0, z)", "1 where z > 0, else 0", r"\max(0,z)", r"[\,z>0\,]", r"[0,\ \infty)", r"\{0,\ 1\}",
        "Passes gradients on unchanged or not at all. Where z is never above 0 the unit is dead.", (-1.6, 6.2),
    ),
    "leaky_relu": Curve(
        "leaky ReLU", "z where z > 0, else α z", "1 where z > 0, else α", r"\max(\alpha z,\ z)", r"1\ \text{or}\ \alpha",
        r"(-\infty,\ \infty)", r"\{\alpha,\ 1\}", "A ReLU that cannot die: a little gradient leaks through.", (-2.2, 6.2),
        (0.0, 0.3, 0.01),
    ),
    "elu": Curve(
        "ELU", "z where z > 0, else α (eᶻ − 1)", "1 where z > 0, else α eᶻ",
        r"z\ \text{or}\ \alpha\,(e^{z}-1)", r"1\ \text{or}\ \alpha e^{z}", r"(-\alpha,\ \infty)", r"(0,\ \max(1,\alpha)]",
        "Like ReLU above 0; below, it falls smoothly to −α, so that values centre nearer to 0.", (-2.2, 6.2), (0.1, 2.0, 1.0),
    ),
    "gelu": Curve(
        "GELU", "z Φ(z)", "Φ(z) + z φ(z)", r"z\,\Phi(z)", r"\Phi(z)+z\,\varphi(z)", r"[-0.17,\ \infty)", r"[-0.13,\ 1.13]",
        "A ReLU with a soft corner and a small dip below 0; usual in transformers.", (-1.6, 6.2),
    ),
    "swish": Curve(
        "swish (SiLU)", "z σ(z)", "σ(z) + z σ(z) (1 − σ(z))", r"z\,\sigma(z)", r"\sigma+z\,\sigma\,(1-\sigma)",
        r"[-0.28,\ \infty)", r"[-0.1,\ 1.1]", "Much like GELU, made of a sigmoid. Its slope at 0 is only ½.", (-1.6, 6.2),
    ),
    "softplus": Curve(
        "softplus", "log(1 + eᶻ)", "σ(z)", r"\log(1+e^{z})", r"\sigma(z)", r"(0,\ \infty)", r"(0,\ 1)",
        "A smooth ReLU whose slope is a sigmoid; its values are never below 0, so they pile up.", (-1.6, 6.2),
    ),
}  # fmt: skip


def usual_alpha(name: str) -> float:
    """The α that networks of the lesson use; 0 for an activation without one."""
    alpha = CURVES[name].alpha
    return alpha[2] if alpha else 0.0


def sigmoid(z: ArrayLike) -> Array:
    """1 / (1 + e⁻ᶻ), without overflow for either sign."""
    z = np.asarray(z, dtype=np.float64)
    small = np.exp(-np.abs(z))
    return np.asarray(np.where(z >= 0, 1.0, small) / (1 + small))


def normal(z: ArrayLike) -> Array:
    """Φ(z), the share of a standard normal distribution below z."""
    return np.asarray((1 + _erf(np.asarray(z, dtype=np.float64) / math.sqrt(2))) / 2)


def value(name: str, z: ArrayLike, alpha: float | None = None) -> Array:
    """f(z) of the activation called `name`; `alpha` defaults to the usual one."""
    z = np.asarray(z, dtype=np.float64)
    a = usual_alpha(_known(name)) if alpha is None else alpha
    match name:
        case "linear":
            return z
        case "step":
            return np.where(z > 0, 1.0, 0.0)
        case "sigmoid":
            return sigmoid(z)
        case "tanh":
            return np.asarray(np.tanh(z))
        case "relu":
            return np.asarray(np.maximum(0, z))
        case "leaky_relu":
            return np.asarray(np.where(z > 0, z, a * z))
        case "elu":
            return np.asarray(np.where(z > 0, z, a * np.expm1(np.minimum(z, 0))))
        case "gelu":
            return z * normal(z)
        case "swish":
            return z * sigmoid(z)
        case _:  # softplus
            return np.asarray(np.logaddexp(0, z))


def slope(name: str, z: ArrayLike, alpha: float | None = None) -> Array:
    """f′(z); at a kink, the slope on its left."""
    z = np.asarray(z, dtype=np.float64)
    a = usual_alpha(_known(name)) if alpha is None else alpha
    match name:
        case "linear":
            return np.ones_like(z)
        case "step":
            return np.zeros_like(z)
        case "sigmoid":
            return np.asarray(sigmoid(z) * sigmoid(-z))
        case "tanh":
            return np.asarray(1 - np.tanh(z) ** 2)
        case "relu":
            return np.where(z > 0, 1.0, 0.0)
        case "leaky_relu":
            return np.where(z > 0, 1.0, a)
        case "elu":
            return np.where(z > 0, 1.0, a * np.exp(np.minimum(z, 0)))
        case "gelu":
            return normal(z) + z * np.exp(-(z**2) / 2) / math.sqrt(2 * math.pi)
        case "swish":
            return np.asarray(sigmoid(z) * (1 + z * sigmoid(-z)))
        case _:  # softplus
            return sigmoid(z)


def _known(name: str) -> str:
    if name not in CURVES:
        raise ValueError(f"There is no activation called {name!r}: choose one of {', '.join(CURVES)}.")
    return name


def curves() -> dict[str, dict[str, object]]:
    """What the sketch needs of every `Curve`, as JSON."""
    kept = ("label", "words", "slope_words", "remark", "axis", "alpha")
    found = {name: asdict(curve) for name, curve in CURVES.items()}
    return {
        name: {key: list(v) if isinstance(v := curve[key], tuple) else v for key in kept}
        for name, curve in found.items()
    }


def formulas() -> str:
    """f and f′ of every activation as a Markdown table."""
    rows = [f"| **{c.label}** | ${c.formula}$ | ${c.slope_formula}$ |" for c in CURVES.values()]
    return "\n".join(["| function | *f(z)* | *f′(z)* |", "|-|-|-|", *rows])


def ranges() -> str:
    """The ranges of f and f′ of every activation as a Markdown table; two narrow tables fit a phone, a wide one does not."""
    rows = [f"| **{c.label}** | ${c.range}$ | ${c.slopes}$ |" for c in CURVES.values()]
    return "\n".join(["| function | range of $f$ | range of $f'$ |", "|-|-|-|", *rows])


# Several logits o (K,) at a temperature T.


def softmax(logits: ArrayLike, temperature: float = 1.0) -> Array:
    """(K,) probabilities."""
    o = np.asarray(logits, dtype=np.float64) / temperature
    e = np.exp(o - o.max())
    return np.asarray(e / e.sum())


def softmax_slopes(logits: ArrayLike, temperature: float = 1.0) -> Array:
    """(K, K) ∂pⱼ/∂oₖ in row j, column k; every row and every column sums to 0."""
    p = softmax(logits, temperature)
    return np.asarray((np.diag(p) - np.outer(p, p)) / temperature)


def entropy(p: ArrayLike) -> float:
    """−Σ p log p in nats: 0 when sure of one class, log K when undecided between all."""
    p = np.asarray(p, dtype=np.float64)
    used = p[p > 0]
    return float(-(used * np.log(used)).sum()) + 0.0
