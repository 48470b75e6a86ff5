"""A chain of neurons: its gradient is the product of its factors."""

from __future__ import annotations

import itertools
import math

import pytest

from models.chain import chain


def test_the_product_of_the_factors_by_hand() -> None:
    values, grads = chain("tanh", 2, 1.5, 0.4)
    first, last = math.tanh(0.6), math.tanh(1.5 * math.tanh(0.6))
    assert values == pytest.approx([0.4, first, last])
    factor_1, factor_2 = 1.5 * (1 - first**2), 1.5 * (1 - last**2)
    assert grads == pytest.approx([factor_1 * factor_2, factor_2, 1.0])


def test_sigmoids_shrink_it_to_a_quarter_at_least_with_each_neuron() -> None:
    _, grads = chain("sigmoid", 30, 1.0, 0.5)
    assert all(before <= after / 4 for before, after in itertools.pairwise(grads))
    assert grads[0] < 1e-18


def test_relu_passes_it_on_whole_or_not_at_all() -> None:
    assert chain("relu", 30, 1.0, 0.5)[1] == [1.0] * 31
    assert chain("relu", 30, 1.0, -0.5)[1][0] == 0.0
    assert chain("relu", 10, 2.0, 0.5)[1][0] == 2.0**10
