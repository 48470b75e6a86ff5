"""Reading what a stranger wrote: strict JSON, typed arrays, and one sentence for everything that is refused."""

from __future__ import annotations

import base64
import json
import math
import re
from typing import Any

import numpy as np

MAX_DEPTH = 12
MAX_ARRAY_BYTES = 16_000_000
MAX_WHOLE = 2**53  # beyond, a browser's numbers lose digits

_DTYPES = {"i1", "u1", "i2", "u2", "i4", "u4", "f4", "f8"}
_SHAPE = re.compile(r"(\d{1,9}(, \d{1,9}){0,5})?", re.ASCII)


class BundleError(ValueError):
    """A refused bundle. The message is one sentence: what is wrong with it."""


def strict_json(data: bytes, what: str) -> Any:
    """The JSON value in `data` (UTF-8): finite numbers, whole characters, at most `MAX_DEPTH` deep, sound arrays.

    what: how the refusing sentence names the place, such as "config.json".
    Raises BundleError.
    """

    def refuse(word: str) -> None:
        raise BundleError(f"{what} holds {word}, which is not JSON.")

    try:
        value = json.loads(data.decode(), parse_constant=refuse)
    except BundleError:
        raise
    except (ValueError, RecursionError):
        raise BundleError(f"{what} is not JSON.") from None
    _check(value, what, MAX_DEPTH)
    return value


def _check(value: Any, what: str, depth: int) -> None:
    """Walks through the value. Raises BundleError."""
    if depth < 0:
        raise BundleError(f"{what} is nested too deeply.")
    if isinstance(value, str):
        if not _whole_characters(value):
            raise BundleError(f"{what} holds half a character.")
    elif isinstance(value, float):
        if not math.isfinite(value):
            raise BundleError(f"{what} holds a number that is too large.")
    elif isinstance(value, int):
        if abs(value) > MAX_WHOLE:
            raise BundleError(f"{what} holds a number that is too large.")
    elif isinstance(value, list):
        for item in value:
            _check(item, what, depth - 1)
    elif isinstance(value, dict):
        if "bdata" in value:
            check_array(value, what)
            return
        for name, item in value.items():
            _check(name, what, depth - 1)
            _check(item, what, depth - 1)


def _whole_characters(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:  # a lone surrogate, which no database or browser takes
        return False
    return True


def check_array(typed: dict[str, Any], what: str) -> None:
    """Raises BundleError unless `typed` is what `training.arrays.encode_array` writes."""
    if set(typed) != {"dtype", "bdata", "shape"} or not all(isinstance(part, str) for part in typed.values()):
        raise BundleError(f"{what} holds an array without dtype, bdata and shape.")
    if typed["dtype"] not in _DTYPES:
        raise BundleError(f"{what} holds an array of an unknown type of number.")
    if not _SHAPE.fullmatch(typed["shape"]):
        raise BundleError(f"{what} holds an array without a legal shape.")
    sizes = [int(size) for size in typed["shape"].split(",") if size]
    n_bytes = math.prod(sizes) * np.dtype(typed["dtype"]).itemsize
    if n_bytes > MAX_ARRAY_BYTES or len(typed["bdata"]) > MAX_ARRAY_BYTES * 2:
        raise BundleError(f"{what} holds an array of more than {MAX_ARRAY_BYTES // 1_000_000} MB.")
    try:
        data = base64.b64decode(typed["bdata"].encode("ascii"), validate=True)
    except ValueError:
        raise BundleError(f"{what} holds an array that is not base64.") from None
    if len(data) != n_bytes:
        raise BundleError(f"{what} holds an array whose data do not fill its shape.")


def is_text(value: Any, longest: int = 2000) -> bool:
    return isinstance(value, str) and len(value) <= longest


def is_whole(value: Any) -> bool:
    """A whole number from 0 on."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def is_number(value: Any) -> bool:
    """A finite number: `strict_json` lets no other through."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def is_metrics(value: Any, *, gaps: bool = True) -> bool:
    """Name → number; with `gaps` also null, for one that was not finite."""
    return isinstance(value, dict) and all(
        is_text(name, 100) and (is_number(number) or (gaps and number is None))
        for name, number in value.items()
    )


def is_arrays(value: Any) -> bool:
    """Name → typed array (checked when it was read)."""
    return isinstance(value, dict) and all(
        is_text(name, 100) and isinstance(typed, dict) and "bdata" in typed for name, typed in value.items()
    )
