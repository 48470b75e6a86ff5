"""A chain of single neurons, h_l = f(w · h_{l−1}): how much of the last one's gradient arrives at each before it.

By the chain rule ∂h_L/∂h_l is a product of L − l factors w · f′(z). Factors below 1 make it vanish, above 1 explode.
Source: Hochreiter (1991), Untersuchungen zu dynamischen neuronalen Netzen; Bengio, Simard & Frasconi (1994).
`frontend/sketches/chain.js` repeats this in the browser; a test compares.
"""

from __future__ import annotations

from models.autograd import Value, apply

ACTIVATIONS = {"tanh": "tanh", "sigmoid": "sigmoid", "relu": "ReLU"}
MAX_DEPTH = 30
MAX_WEIGHT = 6.0


def chain(activation: str, depth: int, weight: float, x: float) -> tuple[list[float], list[float]]:
    """(what each neuron answers, ∂last/∂each), each with depth + 1 numbers: the input x comes first."""
    values = [Value(x)]
    for _ in range(depth):
        values.append(apply(activation, weight * values[-1]))
    values[-1].backward()
    return [value.data for value in values], [value.grad for value in values]
