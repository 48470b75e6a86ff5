"""Value and slope of every loss of the lesson, as functions of one prediction or of several logits.

A slope is the derivative with respect to what is on the horizontal axis: a number ŷ, a probability p, or a raw score o.
Training moves the prediction against it. NumPy only: pages read this. Each formula and each slope is written out by hand;
tests compare the slopes with autograd and with central differences.

    squared error       (ŷ − y)²                              2 (ŷ − y)
    absolute error      |ŷ − y|                               sign(ŷ − y)
    Huber               ½ r², or δ (|r| − ½ δ) beyond δ       r, clipped to −δ … δ          (r = ŷ − y)
    cross-entropy of p  −y log p − (1 − y) log(1 − p)         −y / p + (1 − y) / (1 − p)
    cross-entropy of o  the same with p = σ(o)                p − y
    hinge               max(0, 1 − s o), s = 2y − 1           −s where s o < 1
    categorical hinge   max(0, 1 + rival − o)                 −1 where o < 1 + rival
    sparse categorical  −log softmax(o)_right                 p − 1
    Kullback–Leibler    t log(t/p) + (1 − t) log((1 − t)/(1 − p))    −t / p + (1 − t) / (1 − p)

Sources: Huber (1964), equation 2; Crammer & Singer (2001), equation 3 (categorical hinge); Kullback & Leibler (1951).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
N_RIVALS = 2  # wrong classes beside the right one in the curve of the sparse categorical cross-entropy


@dataclass(frozen=True)
class Curve:
    """How one loss is drawn: the prediction's axis, what its target is, and its formulas in words."""

    label: str
    formula: str
    slope_formula: str
    low: float  # of the prediction's axis
    high: float
    axis: str
    target: str  # what the second number is
    targets: tuple[float, ...]  # the two values that it may take, or its range
    choice: bool  # two values instead of a range
    start: tuple[float, float]  # prediction and target at first
    top: float  # of the value's axis
    steep: float  # of the slope's axis
    family: str  # losses of one family may be laid over each other
    unit: str


_NUMBER: dict[str, Any] = {
    "low": -4, "high": 4, "axis": "prediction ŷ", "target": "target y", "targets": (-3, 3), "choice": False,
    "start": (2.2, 0.0), "top": 9, "steep": 6, "family": "number", "unit": "",
}  # fmt: skip
_SCORE: dict[str, Any] = {
    "low": -5, "high": 5, "axis": "raw score o", "target": "label", "targets": (0, 1), "choice": True,
    "start": (-1.5, 1.0), "top": 6, "steep": 1.5, "family": "score", "unit": "",
}  # fmt: skip
_SHARE: dict[str, Any] = {
    "low": 0.005, "high": 0.995, "axis": "predicted probability p of class 1", "top": 5, "steep": 12, "family": "share",
    "unit": "nats",
}  # fmt: skip

CURVES: dict[str, Curve] = {
    "mse": Curve("squared error", "(ŷ − y)²", "2 (ŷ − y)", **_NUMBER),
    "mae": Curve("absolute error", "|ŷ − y|", "sign(ŷ − y)", **_NUMBER),
    "huber": Curve("Huber", "½ (ŷ − y)², straight beyond δ", "ŷ − y, at most ±δ", **_NUMBER),
    "binary_p": Curve(
        "binary cross-entropy of p", "−log p for class 1, −log(1 − p) for class 0", "−1/p for class 1, 1/(1 − p) for class 0",
        target="label", targets=(0, 1), choice=True, start=(0.2, 1.0), **_SHARE,
    ),
    "binary_logit": Curve(
        "binary cross-entropy of the logit", "−log σ(o) for class 1, −log(1 − σ(o)) for class 0", "σ(o) − y", **_SCORE | {"unit": "nats"}
    ),
    "hinge": Curve("hinge", "max(0, 1 − s·o), s = +1 for class 1, −1 for class 0", "−s inside the margin, else 0", **_SCORE),
    "categorical_hinge": Curve(
        "categorical hinge", "max(0, 1 + best wrong score − o)", "−1 inside the margin, else 0",
        **_SCORE | {"axis": "score o of the right class", "target": "best wrong score", "targets": (-3, 3), "choice": False,
                    "start": (-0.5, 0.0), "family": "right"},
    ),
    "sparse_categorical": Curve(
        "sparse categorical cross-entropy", "−log(eᵒ / (eᵒ + 2 eʷ)), w: the two wrong logits", "p of the right class − 1",
        **_SCORE | {"axis": "logit o of the right class", "target": "logit of both wrong classes", "targets": (-3, 3),
                    "choice": False, "start": (-0.5, 0.0), "family": "right", "unit": "nats"},
    ),
    "kl": Curve(
        "Kullback–Leibler divergence", "t log(t/p) + (1 − t) log((1 − t)/(1 − p))", "−t/p + (1 − t)/(1 − p)",
        target="target probability t", targets=(0.01, 0.99), choice=False, start=(0.2, 0.7), **_SHARE,
    ),
}  # fmt: skip


def sigmoid(o: ArrayLike) -> Array:
    """1 / (1 + e⁻ᵒ), without overflow for either sign."""
    o = np.asarray(o, dtype=np.float64)
    small = np.exp(-np.abs(o))
    return np.asarray(np.where(o >= 0, 1.0, small) / (1 + small))


def value(name: str, prediction: ArrayLike, target: float, delta: float = 1.0) -> Array:
    """The loss called `name` at each prediction; `target` is what its `Curve` says, `delta` is Huber's δ."""
    x = np.asarray(prediction, dtype=np.float64)
    r = x - target
    match name:
        case "mse":
            return np.asarray(r**2)
        case "mae":
            return np.asarray(np.abs(r))
        case "huber":
            return np.where(np.abs(r) <= delta, r**2 / 2, delta * (np.abs(r) - delta / 2))
        case "binary_p":
            return np.asarray(-np.log(x if target == 1 else 1 - x))
        case "binary_logit":
            return np.asarray(np.logaddexp(0, -(2 * target - 1) * x))
        case "hinge":
            return np.maximum(0, 1 - (2 * target - 1) * x)
        case "categorical_hinge":
            return np.maximum(0, 1 + target - x)
        case "sparse_categorical":
            return np.asarray(np.logaddexp(0, np.log(N_RIVALS) + target - x))
        case "kl":
            return np.asarray(target * np.log(target / x) + (1 - target) * np.log((1 - target) / (1 - x)))
    raise ValueError(f"There is no loss called {name!r}.")


def slope(name: str, prediction: ArrayLike, target: float, delta: float = 1.0) -> Array:
    """The derivative of `value` with respect to the prediction; at a kink, 0 (absolute error) or that beyond (hinges)."""
    x = np.asarray(prediction, dtype=np.float64)
    r = x - target
    sign = 2 * target - 1
    match name:
        case "mse":
            return np.asarray(2 * r)
        case "mae":
            return np.sign(r)
        case "huber":
            return np.clip(r, -delta, delta)
        case "binary_p":
            return np.asarray(-1 / x if target == 1 else 1 / (1 - x))
        case "binary_logit":
            return sigmoid(x) - target
        case "hinge":
            return np.where(sign * x < 1, -sign, 0.0)
        case "categorical_hinge":
            return np.where(x < 1 + target, -1.0, 0.0)
        case "sparse_categorical":
            return sigmoid(x - target - np.log(N_RIVALS)) - 1
        case "kl":
            return np.asarray(-target / x + (1 - target) / (1 - x))
    raise ValueError(f"There is no loss called {name!r}.")


def curves() -> dict[str, dict[str, object]]:
    """Every `Curve` as JSON."""
    return {name: {key: list(v) if isinstance(v, tuple) else v for key, v in asdict(curve).items()} for name, curve in CURVES.items()}  # fmt: skip


# Several classes: logits (K,), the index of the right class, ε of the softened target.


def softmax(logits: ArrayLike) -> Array:
    """(K,) probabilities."""
    o = np.asarray(logits, dtype=np.float64)
    e = np.exp(o - o.max())
    return np.asarray(e / e.sum())


def soft_target(n_classes: int, right: int, smoothing: float) -> Array:
    """(K,) 1 − ε for the right class, and ε spread evenly over all of them (Szegedy et al. 2016, section 7)."""
    return np.asarray((1 - smoothing) * np.eye(n_classes)[right] + smoothing / n_classes)


def cross_entropy(logits: ArrayLike, right: int) -> tuple[float, Array]:
    """−log p_right, and its gradient p − one-hot (K,). Sparse or not is only how the target is written: 2, or 0 0 1."""
    p = softmax(logits)
    o = np.asarray(logits, dtype=np.float64)
    log_total = o.max() + np.log(np.exp(o - o.max()).sum())
    return float(log_total - o[right]), p - np.eye(len(p))[right]


def categorical_hinge(logits: ArrayLike, right: int) -> tuple[float, Array]:
    """max(0, 1 + best wrong − right), and its gradient: +1 for that wrong class, −1 for the right one, or all 0."""
    o = np.asarray(logits, dtype=np.float64)
    wrong = o.copy()
    wrong[right] = -np.inf
    rival = int(wrong.argmax())
    margin = 1 + o[rival] - o[right]
    gradient = np.zeros(len(o))
    if margin > 0:
        gradient[rival], gradient[right] = 1, -1
    return float(max(0.0, margin)), gradient


def kl_divergence(logits: ArrayLike, right: int, smoothing: float) -> tuple[float, Array]:
    """Σ t log(t / p) to the softened target t, and its gradient p − t (K,)."""
    p = softmax(logits)
    t = soft_target(len(p), right, smoothing)
    used = t > 0
    return float((t[used] * np.log(t[used] / p[used])).sum()), p - t
