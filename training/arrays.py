"""Arrays as JSON: the typed-array form that plotly.js reads, little endian, base64."""

from __future__ import annotations

import base64
import math
from typing import Any

import numpy as np

#: NumPy dtype → the name plotly.js knows. Other dtypes are converted to one of these.
NAMES = {"int8": "i1", "uint8": "u1", "int16": "i2", "uint16": "u2", "int32": "i4", "uint32": "u4"}


def encode_array(array: np.ndarray[Any, Any]) -> dict[str, str]:
    """`{"dtype", "bdata", "shape"}` of an array of any shape; floats become float32, bools uint8, int64 int32."""
    array = np.asarray(array)
    name = NAMES.get(array.dtype.name)
    if name is None:
        kind = {"b": "uint8", "i": "int32", "u": "uint32"}.get(array.dtype.kind, "float32")
        array, name = array.astype(kind), NAMES.get(kind, "f4")
    data = np.ascontiguousarray(array)
    if data.dtype.byteorder == ">":
        data = data.astype(data.dtype.newbyteorder("<"))
    return {
        "dtype": name,
        "bdata": base64.b64encode(data.tobytes()).decode(),
        "shape": ", ".join(map(str, array.shape)),
    }


def decode_array(typed: dict[str, str]) -> np.ndarray[Any, Any]:
    """The array that `encode_array` wrote."""
    flat = np.frombuffer(base64.b64decode(typed["bdata"]), dtype=np.dtype("<" + typed["dtype"]))
    return flat.reshape([int(size) for size in typed["shape"].split(",") if size.strip()])


def jsonable(value: Any) -> Any:
    """`value` with arrays typed, NumPy scalars plain and numbers that are not finite as None (strict JSON)."""
    if isinstance(value, np.ndarray):
        return encode_array(value)
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {str(key): jsonable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [jsonable(item) for item in value]
    return value
