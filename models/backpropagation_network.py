"""A small network made of the engine's `Value`s, and the text of its graph for one example.

Shapes: D = 2 inputs, hidden layers of H neurons, one output z. Weights of layer l are (n_in, n_out) values.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from models.autograd import Value, apply
from models.backpropagation_settings import Config

Array = NDArray[np.float64]
N_INPUTS = 2
DECIMALS = 2  # of a first weight
EQUAL = 0.5  # the first weight of "all equal"


def sizes_of(config: Config) -> tuple[int, ...]:
    """Units in each layer, inputs and output included."""
    return (N_INPUTS, *[config.hidden] * config.layers, 1)


def first_weights(config: Config) -> tuple[list[Array], list[Array]]:
    """Weights [(n_in, n_out)] and biases [(n_out,)] before the first step: uniform within ±1.5/√n_in, two decimals."""
    generator = np.random.default_rng(config.seed)
    weights, biases = [], []
    for n_in, n_out in zip(sizes_of(config)[:-1], sizes_of(config)[1:], strict=True):
        limit = 1.5 / n_in**0.5
        drawn = np.round(generator.uniform(-limit, limit, (n_in + 1, n_out)), DECIMALS)
        drawn = {"equal": np.full_like(drawn, EQUAL), "zeros": np.zeros_like(drawn)}.get(
            config.initialisation, drawn
        )
        weights.append(drawn[:n_in] + 0.0)
        biases.append(drawn[n_in] + 0.0 if config.initialisation == "random" else np.zeros(n_out))
    return weights, biases


class ScalarNetwork:
    """A network whose every weight is a `Value`."""

    def __init__(self, config: Config) -> None:
        weights, biases = first_weights(config)
        self.activation, self.loss_name = config.activation, config.loss
        self.weights = [[[Value(float(w)) for w in row] for row in layer] for layer in weights]
        self.biases = [[Value(float(b)) for b in layer] for layer in biases]

    def answer(self, x: Sequence[float]) -> Value:
        """The output z for one example x (2,): layer after layer, neuron after neuron."""
        values: list[Value] = [Value(one, needs_grad=False) for one in x]
        last = len(self.weights) - 1
        for layer, (weights, biases) in enumerate(zip(self.weights, self.biases, strict=True)):
            sums = []
            for j, bias in enumerate(biases):
                terms = [weights[i][j] * value for i, value in enumerate(values)]
                sums.append(apply("add", *terms, bias))
            values = sums if layer == last else [apply(self.activation, one) for one in sums]
        return values[0]

    def loss(self, x: Sequence[float], label: int) -> Value:
        """How wrong the answer to x is for class 0 or 1."""
        z = self.answer(x)
        if self.loss_name == "squared":  # against −1 or 1
            return apply("square", z - (2.0 * label - 1.0))
        return apply("softplus", z) - z * float(label)  # −ln P(label), P(1) = sigmoid(z)

    def batch_loss(self, x: Array, labels: NDArray[np.int64]) -> Value:
        """The mean loss of examples x (n, 2) as one graph."""
        losses = [self.loss(row, int(label)) for row, label in zip(x.tolist(), labels, strict=True)]
        return apply("add", *losses) * (1.0 / len(losses))

    def parameters(self) -> list[Value]:
        """Every weight and bias."""
        return [
            *(w for layer in self.weights for row in layer for w in row),
            *(b for layer in self.biases for b in layer),
        ]

    def descend(self, learning_rate: float) -> None:
        """w ← w − η ∂loss/∂w for every weight and bias."""
        for one in self.parameters():
            one.data -= learning_rate * one.grad

    def arrays(self, *, gradients: bool = False) -> tuple[list[Array], list[Array]]:
        """Weights and biases, or their gradients, as arrays."""

        def read(one: Value) -> float:
            return one.grad if gradients else one.data

        weights = [np.array([[read(w) for w in row] for row in layer]) for layer in self.weights]
        return weights, [np.array([read(b) for b in layer]) for layer in self.biases]


FUNCTIONS: dict[str, Callable[[Array], Array]] = {
    "tanh": np.tanh,
    "sigmoid": lambda z: 0.5 * (1 + np.tanh(z / 2)),
    "relu": lambda z: np.maximum(z, 0.0),
}


def layers_of(weights: Sequence[Array], biases: Sequence[Array], activation: str, x: Array) -> list[Array]:
    """What every layer answers to many points x (N, 2): [(N, H), …, (N, 1)]; for pictures and scores."""
    found, values = [], x
    for layer, (w, b) in enumerate(zip(weights, biases, strict=True)):
        values = values @ w + b
        if layer < len(weights) - 1:
            values = FUNCTIONS[activation](values)
        found.append(values)
    return found


def losses_of(z: Array, labels: NDArray[np.int64], loss: str) -> Array:
    """The loss of each answer z (N,) to its label (N,)."""
    if loss == "squared":
        return np.asarray((z - (2.0 * labels - 1.0)) ** 2)
    return np.asarray(np.logaddexp(0.0, z) - z * labels)


def expression_of(config: Config, x: Sequence[float], label: int) -> str:
    """The network's loss for one example as text for `expression.parse`, with its first weights as starting values."""
    weights, biases = first_weights(config)
    target = label if config.loss == "cross_entropy" else 2 * label - 1
    starts = [*(f"x{i + 1} = {value:g}" for i, value in enumerate(x)), f"y = {target}"]
    steps: list[str] = []
    below = [f"x{i + 1}" for i in range(len(x))]
    for layer, (w, b) in enumerate(zip(weights, biases, strict=True)):
        last = layer == len(weights) - 1
        mark = "" if len(weights) == 2 else "abcdef"[layer]
        here = []
        for j in range(len(b)):
            to = "" if last else f"{mark}{j + 1}"
            names = [f"v{i + 1}" if last else f"w{to}{i + 1}" for i in range(len(below))]
            bias = "c" if last else f"b{to}"
            starts += [f"{name} = {w[i, j]:g}" for i, name in enumerate(names)] + [f"{bias} = {b[j]:g}"]
            total = " + ".join([*(f"{name}*{one}" for name, one in zip(names, below, strict=True)), bias])
            steps.append(f"z = {total}" if last else f"h{to} = {config.activation}({total})")
            here.append(f"h{to}")
        below = here
    ending = "(z - y)^2" if config.loss == "squared" else "softplus(z) - y*z"
    return "; ".join([*starts, *steps, ending])
