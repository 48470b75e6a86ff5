"""Arrays go through JSON and come back as they were."""

from __future__ import annotations

import base64
import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.arrays import decode_array, encode_array, jsonable

SHAPES = [(), (1,), (3,), (0,), (2, 3), (0, 4), (2, 0, 3), (1, 2, 3, 4)]


@pytest.mark.parametrize("dtype", ["i1", "u1", "i2", "u2", "i4", "u4", "f4"])
@pytest.mark.parametrize("shape", SHAPES)
def test_round_trip(dtype: str, shape: tuple[int, ...]) -> None:
    array = (np.arange(np.prod(shape)).reshape(shape) * 5 % 120).astype(dtype)
    typed = encode_array(array)
    assert typed["dtype"] == dtype
    back = decode_array(json.loads(json.dumps(typed)))
    assert back.dtype == array.dtype
    np.testing.assert_array_equal(back, array)


@given(st.lists(st.floats(width=32), max_size=20))
def test_every_float_survives_nan_and_infinity_included(values: list[float]) -> None:
    array = np.array(values, dtype=np.float32)
    back = decode_array(encode_array(array))
    assert back.tobytes() == array.tobytes()


@pytest.mark.parametrize(
    ("given_type", "dtype"),
    [("f8", "f4"), ("f2", "f4"), ("i8", "i4"), ("u8", "u4"), ("bool", "u1"), (">i2", "i2"), (">f4", "f4")],
)
def test_other_types_become_one_that_plotly_knows(given_type: str, dtype: str) -> None:
    typed = encode_array(np.array([0, 1, 1], dtype=given_type))
    assert typed["dtype"] == dtype
    assert decode_array(typed).tolist() == [0, 1, 1]


def test_bytes_are_little_endian_and_the_shape_is_text_as_plotly_writes_it() -> None:
    typed = encode_array(np.array([[1, 256]], dtype=">i2"))
    assert base64.b64decode(typed["bdata"]) == b"\x01\x00\x00\x01"
    assert typed["shape"] == "1, 2"


def test_an_array_that_is_a_window_onto_another_is_written_in_its_own_order() -> None:
    array = np.arange(6, dtype=np.int32).reshape(2, 3).T
    np.testing.assert_array_equal(decode_array(encode_array(array)), array)


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (float("nan"), None),
        (float("inf"), None),
        (np.float32("-inf"), None),
        (np.float64(0.5), 0.5),
        (np.int64(3), 3),
        (np.bool_(True), True),
        ((1, (2.0, "x")), [1, [2.0, "x"]]),
        ({"a": {"b": np.float32("nan")}, 3: None}, {"a": {"b": None}, "3": None}),
    ],
)
def test_jsonable_is_strict_json(value: Any, plain: Any) -> None:
    assert jsonable(value) == plain
    json.dumps(jsonable(value), allow_nan=False)


def test_jsonable_types_arrays_wherever_they_are() -> None:
    found = jsonable({"facts": [np.array([1.0, np.nan], dtype=np.float32)]})
    assert np.isnan(decode_array(found["facts"][0])[1])
    json.dumps(found, allow_nan=False)
