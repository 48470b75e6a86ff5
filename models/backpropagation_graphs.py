"""Graphs worth stepping through, as text for `expression.parse`, and that of the network that trains."""

from __future__ import annotations

import functools

from models.backpropagation_network import expression_of
from models.backpropagation_settings import Config
from models.expression import ExpressionError, parse

#: Name → (label, text).
GRAPHS = {
    "neuron": (
        "One neuron",
        "x1 = 1; x2 = -2; w1 = 0.5; w2 = -0.3; b = 0.1; y = -1; (tanh(w1*x1 + w2*x2 + b) - y)^2",
    ),
    "free": ("A free expression", "tanh(w1*x1 + b) * w2"),
    "twice": ("A value used twice", "x = 2; w = 3; x*x + w*sin(x)"),
    "deep": (
        "A chain that vanishes",
        "x = 0.5; y = 1; a = 1.2; b = 0.8; c = -1; d = 1.5; (sigmoid(d*sigmoid(c*sigmoid(b*sigmoid(a*x)))) - y)^2",
    ),
    "dead": ("A dead ReLU", "x = 1; w = -2; b = 0.5; y = 1; (relu(w*x + b) - y)^2"),
    "steep": ("Too large a step", "x = 3; w = 2; y = -1; (w*x - y)^2"),
    "zero": ("Division by zero", "x = 0; w = 1; w / x"),
}


@functools.lru_cache(maxsize=256)
def network_text(config: Config) -> str:
    """The configured network's loss for its first training example; "" when that is too large a graph to look at."""
    x, label = (-1.0, -1.0), 0
    if config.dataset != "corners":
        from models.backpropagation_fit import points_of

        points, labels, _, _ = points_of(config)
        x, label = (float(points[0, 0]), float(points[0, 1])), int(labels[0])
    text = expression_of(config, x, label)
    try:
        parse(text)
    except ExpressionError:
        return ""
    return text
