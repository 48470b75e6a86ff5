"""A computational graph as data: nodes in order, their values by the engine, and their gradients in two ways."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from models.autograd import Value, apply


@dataclass(frozen=True)
class Node:
    """A node of a graph. operation: a name of `OPERATIONS`, "" for a beginning. parents: earlier nodes.

    kind: "input", "weight", "target", "number" or "operation". start: the value of a beginning.
    """

    kind: str
    operation: str = ""
    parents: tuple[int, ...] = ()
    name: str = ""
    start: float = 0.0


@dataclass(frozen=True)
class Graph:
    """Nodes in an order in which each comes after its parents; the last one is the result."""

    nodes: tuple[Node, ...]

    @property
    def variables(self) -> dict[str, int]:
        """Name → node of everything that can be set."""
        return {
            node.name: at for at, node in enumerate(self.nodes) if node.kind in ("input", "weight", "target")
        }

    @property
    def starts(self) -> dict[str, float]:
        """The starting value of each variable."""
        return {name: self.nodes[at].start for name, at in self.variables.items()}


def evaluate(graph: Graph, values: Mapping[str, float]) -> list[Value]:
    """The engine's value of each node, with the variables set to `values` (those left out: their start)."""
    made: list[Value] = []
    for node in graph.nodes:
        if node.operation:
            made.append(apply(node.operation, *(made[parent] for parent in node.parents)))
        else:
            start = node.start if node.kind == "number" else values.get(node.name, node.start)
            made.append(Value(float(start), needs_grad=node.kind != "number"))
    return made


def gradients(graph: Graph, values: Mapping[str, float]) -> dict[str, float]:
    """∂result/∂variable for each variable, by the engine's backward pass."""
    made = evaluate(graph, values)
    made[-1].backward()
    return {name: made[at].grad for name, at in graph.variables.items()}


def central_differences(graph: Graph, values: Mapping[str, float], step: float = 1e-6) -> dict[str, float]:
    """The same without any derivative: (f(v + h) − f(v − h)) / 2h, h growing with the variable."""
    found = {}
    now = {**graph.starts, **values}
    for name in graph.variables:
        h = step * max(1.0, abs(now[name]))
        up, down = now[name] + h, now[name] - h
        rise = evaluate(graph, {**now, name: up})[-1].data - evaluate(graph, {**now, name: down})[-1].data
        found[name] = rise / (up - down) if math.isfinite(up - down) else math.nan
    return found
