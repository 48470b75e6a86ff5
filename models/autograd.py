"""A scalar autograd engine: numbers that remember how they were made, and so can say who is to blame for the result.

Every `Value` keeps its number, the operation that made it and the values it was made from. `backward` walks that
graph from the result to its beginnings and applies the chain rule at each value:

    ∂L/∂parent  +=  ∂L/∂value · ∂value/∂parent          (the sum is over everything the parent was used for)

`OPERATIONS` holds each operation beside its own derivatives, the only calculus there is. Numbers behave as in IEEE 754
and as in torch: too large is ∞, 1/0 is ∞, log −1 is NaN, nothing raises; `troubles.py` says so in words.
Source: Griewank & Walther (2008), Evaluating Derivatives, chapter 3.2 (reverse mode); the update is equation (3.2)'s
adjoint. In this form: Karpathy (2020), micrograd.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

INFINITY, NAN = math.inf, math.nan


@dataclass(frozen=True)
class Operation:
    """One operation on scalars with its derivatives, and how both are written with numbers filled in.

    value:  of the inputs. slopes: ∂out/∂input for each input, from (out, *inputs).
    symbol: what stands in a node. written, slopes_written: the same two as text; {a}, {b} are inputs, {out} the result.
    """

    symbol: str
    value: Callable[..., float]
    slopes: Callable[..., tuple[float, ...]]
    written: str
    slopes_written: tuple[str, ...]


def _divide(a: float, b: float) -> float:
    try:
        return a / b
    except ZeroDivisionError:
        return NAN if a == 0 or a != a else math.copysign(INFINITY, a) * math.copysign(1.0, b)


def _power(a: float, b: float) -> float:
    odd = math.isfinite(b) and b % 2 == 1
    try:
        return math.pow(a, b)
    except OverflowError:
        return -INFINITY if a < 0 and odd else INFINITY
    except ValueError:  # 0 to a negative power, or a root of a negative number
        return NAN if a != 0 else math.copysign(INFINITY, a) if odd else INFINITY


def _power_slopes(out: float, a: float, b: float) -> tuple[float, float]:
    by_a = 0.0 if b == 0 else b * _power(a, b - 1)
    by_b = 0.0 if a == 0 and b >= 0 else out * _log(a)
    return by_a, by_b


def _exp(a: float) -> float:
    try:
        return math.exp(a)
    except OverflowError:
        return INFINITY


def _log(a: float) -> float:
    return math.log(a) if a > 0 else -INFINITY if a == 0 else NAN


def _sqrt(a: float) -> float:
    return math.sqrt(a) if a >= 0 else NAN


def _sigmoid(a: float) -> float:
    # Two forms of one function, so that exp never overflows.
    return 1 / (1 + math.exp(-a)) if a >= 0 else (e := _exp(a)) / (1 + e)


def _softplus(a: float) -> float:
    return max(a, 0.0) + math.log1p(math.exp(-abs(a))) if a == a else NAN


def _sum(*terms: float) -> float:
    total = terms[0]
    for term in terms[1:]:
        total += term
    return total


def _wave(function: Callable[[float], float]) -> Callable[[float], float]:
    return lambda a: function(a) if math.isfinite(a) else NAN


_sin, _cos = _wave(math.sin), _wave(math.cos)

#: Each operation beside its derivatives.
OPERATIONS: dict[str, Operation] = {
    "add": Operation("+", _sum, lambda out, *terms: (1.0,) * len(terms), "{a} + {b}", ("1", "1")),
    "subtract": Operation("−", lambda a, b: a - b, lambda out, a, b: (1.0, -1.0), "{a} − {b}", ("1", "−1")),
    "multiply": Operation("×", lambda a, b: a * b, lambda out, a, b: (b, a), "{a} × {b}", ("{b}", "{a}")),
    "divide": Operation(
        "÷",
        _divide,
        lambda out, a, b: (_divide(1.0, b), -_divide(out, b)),
        "{a} ÷ {b}",
        ("1 ÷ {b}", "−{out} ÷ {b}"),
    ),
    "power": Operation("aᵇ", _power, _power_slopes, "{a} ^ {b}", ("{b} · {a} ^ ({b} − 1)", "{out} · ln {a}")),
    "square": Operation("( )²", lambda a: a * a, lambda out, a: (2 * a,), "{a}²", ("2 · {a}",)),
    "negative": Operation("−( )", lambda a: -a, lambda out, a: (-1.0,), "−{a}", ("−1",)),
    "exp": Operation("exp", _exp, lambda out, a: (out,), "exp({a})", ("{out}",)),
    "log": Operation("log", _log, lambda out, a: (_divide(1.0, a),), "ln({a})", ("1 ÷ {a}",)),
    "sqrt": Operation("√", _sqrt, lambda out, a: (_divide(0.5, out),), "√{a}", ("1 ÷ (2 · {out})",)),
    "abs": Operation(
        "| |", abs, lambda out, a: (math.copysign(1.0, a) if a else 0.0,), "|{a}|", ("the sign of {a}",)
    ),
    "tanh": Operation("tanh", math.tanh, lambda out, a: (1 - out * out,), "tanh({a})", ("1 − {out}²",)),
    "sigmoid": Operation(
        "sigmoid", _sigmoid, lambda out, a: (out * (1 - out),), "sigmoid({a})", ("{out} · (1 − {out})",)
    ),
    "relu": Operation(
        "ReLU",
        lambda a: a if a > 0 or a != a else 0.0,
        lambda out, a: (1.0 if a > 0 else 0.0,),
        "max(0, {a})",
        ("1 above zero, else 0: {a}",),
    ),
    "softplus": Operation(
        "softplus", _softplus, lambda out, a: (_sigmoid(a),), "ln(1 + exp({a}))", ("sigmoid({a})",)
    ),
    "sin": Operation("sin", _sin, lambda out, a: (_cos(a),), "sin({a})", ("cos({a})",)),
    "cos": Operation("cos", _cos, lambda out, a: (-_sin(a),), "cos({a})", ("−sin({a})",)),
}


class Value:
    """A number in a computation.

    data: the number. grad: ∂result/∂this after `backward` of the result. operation: a name of `OPERATIONS`, "" for a
    beginning. parents: what it was made from. needs_grad: False for a plain number, to which no blame flows.
    """

    __slots__ = ("data", "grad", "needs_grad", "operation", "parents")

    def __init__(
        self, data: float, parents: tuple[Value, ...] = (), operation: str = "", *, needs_grad: bool = True
    ) -> None:
        self.data = data
        self.grad = 0.0
        self.parents = parents
        self.operation = operation
        self.needs_grad = needs_grad

    def __repr__(self) -> str:
        return f"Value({self.data:g}, grad={self.grad:g})"

    def slopes(self) -> tuple[float, ...]:
        """∂this/∂parent for each parent; () for a beginning."""
        if not self.parents:
            return ()
        return OPERATIONS[self.operation].slopes(self.data, *(parent.data for parent in self.parents))

    def backward(self) -> None:
        """Set `grad` of everything that this was computed from: reverse order, chain rule, sums."""
        order = topological(self)
        for value in order:
            value.grad = 0.0
        self.grad = 1.0
        for value in reversed(order):
            for parent, slope in zip(value.parents, value.slopes(), strict=True):
                if parent.needs_grad:
                    parent.grad += value.grad * slope

    def __add__(self, other: Value | float) -> Value:
        return apply("add", self, other)

    def __radd__(self, other: float) -> Value:
        return apply("add", other, self)

    def __sub__(self, other: Value | float) -> Value:
        return apply("subtract", self, other)

    def __rsub__(self, other: float) -> Value:
        return apply("subtract", other, self)

    def __mul__(self, other: Value | float) -> Value:
        return apply("multiply", self, other)

    def __rmul__(self, other: float) -> Value:
        return apply("multiply", other, self)

    def __truediv__(self, other: Value | float) -> Value:
        return apply("divide", self, other)

    def __rtruediv__(self, other: float) -> Value:
        return apply("divide", other, self)

    def __pow__(self, other: Value | float) -> Value:
        return apply("power", self, other)

    def __neg__(self) -> Value:
        return apply("negative", self)


def apply(operation: str, *inputs: Value | float) -> Value:
    """The value of an operation of `OPERATIONS` on values or plain numbers."""
    parents = tuple(one if isinstance(one, Value) else Value(float(one), needs_grad=False) for one in inputs)
    data = OPERATIONS[operation].value(*[parent.data for parent in parents])
    return Value(data, parents, operation, needs_grad=any(parent.needs_grad for parent in parents))


def topological(result: Value) -> list[Value]:
    """Everything `result` was computed from and itself, each after its parents (a walk without recursion)."""
    order: list[Value] = []
    seen: set[int] = set()
    stack: list[tuple[Value, bool]] = [(result, False)]
    while stack:
        value, done = stack.pop()
        if done:
            order.append(value)
        elif id(value) not in seen:
            seen.add(id(value))
            stack.append((value, True))
            stack.extend((parent, False) for parent in reversed(value.parents))
    return order
