"""The scalar engine: by hand, against central differences, and at the edges of the numbers."""

from __future__ import annotations

import math
import random

import pytest

from models.autograd import OPERATIONS, Value, apply, topological


def test_a_neuron_derived_by_hand() -> None:
    x, w, b, y = Value(2.0), Value(-0.5), Value(0.25), Value(1.0)
    h = apply("tanh", w * x + b)
    loss = apply("square", h - y)
    loss.backward()
    t = math.tanh(-0.75)
    blame = 2 * (t - 1) * (1 - t * t)  # ∂loss/∂(w·x + b)
    assert loss.data == pytest.approx((t - 1) ** 2)
    assert [w.grad, x.grad, b.grad] == pytest.approx([blame * 2, blame * -0.5, blame])
    assert y.grad == pytest.approx(-2 * (t - 1))


def test_gradients_of_a_value_used_twice_add_up() -> None:
    x = Value(3.0)
    (x * x + x).backward()
    assert x.grad == 7.0
    x = Value(3.0)
    (x - x).backward()
    assert x.grad == 0.0


def test_backward_twice_does_not_add_up() -> None:
    x = Value(3.0)
    result = x * x
    result.backward()
    result.backward()
    assert x.grad == 6.0


def test_plain_numbers_on_either_side() -> None:
    x = Value(4.0)
    result = 2 * x + 1 - x / 2 + 8 / x - (3 - x) ** 3 + (-x)
    result.backward()
    assert result.data == 2 * 4 + 1 - 2 + 2 - (-1) ** 3 - 4
    assert x.grad == 2 - 0.5 - 8 / 16 + 3 * 1 - 1


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_slope_is_the_central_difference(name: str) -> None:
    generator = random.Random(name)
    operation = OPERATIONS[name]
    n_inputs = 3 if name == "add" else len(operation.slopes_written)
    for _ in range(50):
        inputs = [generator.uniform(0.2, 2.5) * generator.choice((-1, 1)) for _ in range(n_inputs)]
        if name in ("log", "sqrt", "power"):
            inputs[0] = abs(inputs[0])
        slopes = operation.slopes(operation.value(*inputs), *inputs)
        assert len(slopes) == n_inputs
        for i, slope in enumerate(slopes):
            up, down = ([*inputs[:i], inputs[i] + h, *inputs[i + 1 :]] for h in (1e-6, -1e-6))
            numeric = (operation.value(*up) - operation.value(*down)) / 2e-6
            assert slope == pytest.approx(numeric, rel=1e-6, abs=1e-8)


NAN, INF = math.nan, math.inf
EDGES = [
    ("divide", (1.0, 0.0), INF),
    ("divide", (-1.0, 0.0), -INF),
    ("divide", (1.0, -0.0), -INF),
    ("divide", (0.0, 0.0), NAN),
    ("log", (0.0,), -INF),
    ("log", (-1.0,), NAN),
    ("log", (INF,), INF),
    ("sqrt", (-1.0,), NAN),
    ("exp", (1000.0,), INF),
    ("exp", (-1000.0,), 0.0),
    ("power", (-8.0, 1 / 3), NAN),
    ("power", (0.0, -1.0), INF),
    ("power", (-0.0, -1.0), -INF),
    ("power", (-1e200, 3.0), -INF),
    ("power", (1e200, 2.0), INF),
    ("square", (1e200,), INF),
    ("multiply", (1e200, 1e200), INF),
    ("multiply", (INF, 0.0), NAN),
    ("sigmoid", (-1e30,), 0.0),
    ("sigmoid", (1e30,), 1.0),
    ("tanh", (1e30,), 1.0),
    ("softplus", (1e30,), 1e30),
    ("softplus", (-1e30,), 0.0),
    ("sin", (INF,), NAN),
    ("cos", (NAN,), NAN),
    ("relu", (NAN,), NAN),
    ("relu", (-1e30,), 0.0),
]


@pytest.mark.parametrize(("name", "inputs", "expected"), EDGES)
def test_the_edges_of_the_numbers_raise_nothing(
    name: str, inputs: tuple[float, ...], expected: float
) -> None:
    value = apply(name, *map(Value, inputs))
    assert value.data == expected or (math.isnan(expected) and math.isnan(value.data))
    value.backward()  # no slope raises either


@pytest.mark.parametrize("name", OPERATIONS)
def test_no_number_makes_an_operation_raise(name: str) -> None:
    extremes = (0.0, -0.0, 1.0, -1.0, 0.5, 3.0, 1e30, -1e30, 1e300, 1e-300, INF, -INF, NAN)
    for a in extremes:
        if len(OPERATIONS[name].slopes_written) == 1:
            apply(name, Value(a)).backward()
            continue
        for b in extremes:
            apply(name, Value(a), Value(b)).backward()


def test_a_chain_of_ten_thousand_needs_no_recursion() -> None:
    x = result = Value(0.0)
    for _ in range(10_000):
        result = result + 1.0
    result.backward()
    assert (result.data, x.grad) == (10_000, 1.0)


def test_the_order_has_parents_first() -> None:
    x = Value(1.0)
    h = x * x
    result = h * h + x
    order = topological(result)
    place = {id(value): i for i, value in enumerate(order)}
    assert len(place) == len(order) == 4
    assert all(place[id(parent)] < place[id(value)] for value in order for parent in value.parents)


def test_plain_numbers_get_no_gradient() -> None:
    x, two = Value(-3.0), Value(2.0, needs_grad=False)
    (x**two).backward()
    assert (x.grad, two.grad) == (-6.0, 0.0)
