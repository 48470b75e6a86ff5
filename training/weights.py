"""All parameters of a run in one safetensors file: numbers and names, nothing that could run."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from training.strict import BundleError, strict_json

FILE = "weights.safetensors"
MAX_HEADER = 1_000_000
_DTYPES = {"F16", "F32", "F64", "I8", "I16", "I32", "I64", "U8", "U16", "U32", "U64", "BOOL"}
_NAME = re.compile(r"[\w./ -]{1,200}")


def save(folder: Path, parameters: Mapping[str, NDArray[Any]]) -> None:
    """Write the file, or replace it at once: a reader finds the old one or the new one, never a part."""
    from safetensors.numpy import save as packed

    draft = folder / f"{FILE}.draft"
    draft.write_bytes(packed({name: np.asarray(array, order="C") for name, array in parameters.items()}))
    os.replace(draft, folder / FILE)


def load(data: bytes) -> dict[str, NDArray[Any]]:
    """The arrays in a file's content. Raises BundleError for anything but arrays of numbers."""
    from safetensors import SafetensorError
    from safetensors.numpy import load as unpacked

    length = int.from_bytes(data[:8], "little")
    if len(data) < 8 or not 2 <= length <= min(MAX_HEADER, len(data) - 8):
        raise BundleError(f"{FILE} does not begin like a safetensors file.")
    header = strict_json(data[8 : 8 + length], f"The header of {FILE}")
    if not isinstance(header, dict):
        raise BundleError(f"The header of {FILE} is not a table of arrays.")
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        if not isinstance(entry, dict) or entry.get("dtype") not in _DTYPES or not _NAME.fullmatch(name):
            raise BundleError(f"{FILE} holds something other than arrays of numbers.")
    try:
        arrays: dict[str, NDArray[Any]] = unpacked(data)
    except (SafetensorError, ValueError, TypeError, KeyError, OverflowError):
        raise BundleError(f"The header of {FILE} does not fit its data.") from None
    return arrays
