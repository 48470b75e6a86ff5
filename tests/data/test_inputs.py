"""What a network may be fed of a point in the plane."""

from __future__ import annotations

import math

import numpy as np
import pytest

from data.dataset import DataError
from data.inputs import INPUTS, expand
from models.mlp_settings import INPUT_LABELS

POINTS = np.array([[2.0, -3.0], [0.0, math.pi / 2]], dtype=np.float32)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("x1", [2, 0]),
        ("x2", [-3, math.pi / 2]),
        ("x1_squared", [4, 0]),
        ("x2_squared", [9, math.pi**2 / 4]),
        ("x1_x2", [-6, 0]),
        ("sin_x1", [math.sin(2), 0]),
        ("sin_x2", [math.sin(-3), 1]),
    ],
)
def test_each_input_by_hand(name: str, values: list[float]) -> None:
    found = expand(POINTS, [name])
    assert found.shape == (2, 1)
    assert found.dtype == np.float32
    assert found[:, 0].tolist() == pytest.approx(values, rel=1e-6, abs=1e-7)


def test_columns_come_in_the_order_asked_for() -> None:
    found = expand(POINTS, ("x2", "x1_squared", "x1"))
    np.testing.assert_array_equal(found, np.stack([POINTS[:, 1], POINTS[:, 0] ** 2, POINTS[:, 0]], axis=1))
    np.testing.assert_array_equal(expand(POINTS, ("x1", "x2")), POINTS)
    assert expand(POINTS[:0], ("x1", "x2")).shape == (0, 2)


def test_no_input_at_all_is_refused() -> None:
    with pytest.raises(DataError, match=r"^The network has no input left: switch at least one on\.$"):
        expand(POINTS, ())


def test_the_settings_offer_the_same_inputs_under_the_same_labels() -> None:
    assert {name: label for name, (label, _) in INPUTS.items()} == INPUT_LABELS
