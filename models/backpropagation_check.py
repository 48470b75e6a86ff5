"""The engine against torch's autograd and against central differences. Runs in a worker, where torch is.

The graph is computed a second time with torch's own functions; only its structure is shared with the engine.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from typing import Any

import torch
from torch.nn import functional

from models.autograd import Value
from models.expression import ExpressionError, parse
from models.graph import Graph, central_differences, evaluate, gradients

MOST_EXPRESSIONS = 500

_TORCH: dict[str, Callable[..., torch.Tensor]] = {
    "subtract": torch.sub,
    "multiply": torch.mul,
    "divide": torch.div,
    "power": torch.pow,
    "square": torch.square,
    "negative": torch.neg,
    "exp": torch.exp,
    "log": torch.log,
    "sqrt": torch.sqrt,
    "abs": torch.abs,
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    "relu": torch.relu,
    "softplus": lambda a: functional.softplus(a, threshold=100),
    "sin": torch.sin,
    "cos": torch.cos,
    "add": lambda *terms: torch.stack(terms).sum(),
}


def torch_gradients(expression: str, values: dict[str, float]) -> dict[str, float | str]:
    """∂result/∂variable by `torch.autograd` in float64; "inf", "-inf" or "nan" where it is no finite number (strict JSON).

    Raises:
        ValueError: the text is no expression (one sentence).
    """
    graph = parse(expression)
    found = _by_torch(graph, {**graph.starts, **{name: float(value) for name, value in values.items()}})
    return {name: value if math.isfinite(value) else str(value) for name, value in found.items()}


def _by_torch(graph: Graph, values: dict[str, float]) -> dict[str, float]:
    made: list[torch.Tensor] = []
    for node in graph.nodes:
        if node.operation:
            made.append(_TORCH[node.operation](*(made[parent] for parent in node.parents)))
        elif node.kind == "number":
            made.append(torch.tensor(node.start, dtype=torch.float64))
        else:
            made.append(torch.tensor(values[node.name], dtype=torch.float64, requires_grad=True))
    made[-1].backward()
    found = {}
    for name, at in graph.variables.items():
        gradient = made[at].grad
        found[name] = 0.0 if gradient is None else gradient.item()
    return found


def agreement(n: int, seed: int) -> dict[str, Any]:
    """The largest relative differences of the engine's gradients over `n` random expressions.

    {"n", "n_gradients", "torch", "central", "worst"}: "worst" is the expression where central differences were furthest.

    Raises:
        ValueError: n is out of range.
    """
    if not 1 <= n <= MOST_EXPRESSIONS:
        raise ValueError(f"From 1 to {MOST_EXPRESSIONS} expressions can be checked at once.")
    generator = random.Random(seed)
    worst: dict[str, Any] = {"n": n, "n_gradients": 0, "torch": 0.0, "central": 0.0, "worst": ""}
    for _ in range(n):
        text, graph, values = random_case(generator)
        mine, numeric = gradients(graph, values), central_differences(graph, values)
        theirs = _by_torch(graph, values)
        for name, value in mine.items():
            scale = max(1.0, abs(value))
            worst["n_gradients"] += 1
            worst["torch"] = max(worst["torch"], abs(theirs[name] - value) / scale)
            off = abs(numeric[name] - value) / scale
            if off > worst["central"]:
                worst["central"], worst["worst"] = off, text
    return worst


# Random expressions.

_FUNCTIONS = ("tanh", "sigmoid", "relu", "softplus", "exp", "log", "sqrt", "abs", "square", "sin", "cos")
_NAMES = ("x1", "x2", "w1", "w2", "b", "y")


def random_case(generator: random.Random) -> tuple[str, Graph, dict[str, float]]:
    """An expression of up to about 20 operations with values at which it is smooth: no kink, pole or overflow near."""
    while True:
        text = random_expression(generator, generator.randint(2, 5))
        try:
            graph = parse(text)
        except ExpressionError:  # it drew numbers only, or too many nodes
            continue
        values = {name: round(generator.uniform(-2, 2), 3) for name in graph.variables}
        if _smooth(evaluate(graph, values)):
            return text, graph, values


def random_expression(generator: random.Random, depth: int) -> str:
    """Text of a random expression, `depth` operations deep at most."""
    if depth == 0 or generator.random() < 0.1:
        return generator.choice(_NAMES) if generator.random() < 0.8 else f"{generator.uniform(0.1, 3):.2f}"
    a = random_expression(generator, depth - 1)
    kind = generator.random()
    if kind < 0.4:
        return f"{generator.choice(_FUNCTIONS)}({a})"
    if kind < 0.5:
        return f"(({a})^{generator.choice(('2', '3', '-1', 'x2'))})"
    if kind < 0.55:
        return f"(-({a}))"
    return f"({a} {generator.choice('+-*/')} {random_expression(generator, depth - 1)})"


def _smooth(made: list[Value]) -> bool:
    """Whether every value is of everyday size and no input is near a place where a derivative jumps or blows up."""
    made[-1].backward()
    for value in made:
        if not (abs(value.data) < 100 and abs(value.grad) < 1e4):  # NaN is refused too
            return False
        inputs = [abs(parent.data) for parent in value.parents]
        if value.operation in ("relu", "abs", "log", "sqrt", "power") and inputs[0] < 0.05:
            return False
        if value.operation == "divide" and inputs[1] < 0.05:
            return False
    return True
