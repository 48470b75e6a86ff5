"""Source code in parts, as one script and as a Jupyter notebook: what "show the code" hands out."""

from __future__ import annotations

import base64
import json
import textwrap
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from numpy.typing import NDArray


def exported(cells: Sequence[str], data: str = "") -> dict[str, str]:
    """{"script", "notebook", "data"} of the same source; `data` is base64 of a `data.npz` that it reads, or ""."""
    return {"script": "\n\n".join(cells) + "\n", "notebook": notebook(cells), "data": data}


def notebook(cells: Sequence[str]) -> str:
    """The source as a notebook (format 4.5), a code cell for each part."""
    return json.dumps(
        {
            "cells": [
                {
                    "cell_type": "code",
                    "id": f"part-{number}",
                    "execution_count": None,
                    "metadata": {},
                    "outputs": [],
                    "source": source.splitlines(keepends=True),
                }
                for number, source in enumerate(cells, start=1)
            ],
            "metadata": {
                "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
                "language_info": {"name": "python"},
            },
            "nbformat": 4,
            "nbformat_minor": 5,
        },
        indent=1,
    )


def source_of(module: str, begin: str, end: str = "") -> str:
    """The source of `models/<module>.py` from the first of these texts up to the second, or to its end."""
    source = Path(__file__).with_name(f"{module}.py").read_text(encoding="utf-8")
    source = source[source.index(begin) :]
    return (source[: source.index(end)] if end else source).strip()


def embedded(arrays: Mapping[str, NDArray[Any]]) -> str:
    """Source that defines `data`, name → tensor, from arrays packed into the source itself."""
    lines = ["# The examples as the page made them.\ndata = {}", "for name, dtype, shape, text in ("]
    for name, array in arrays.items():
        packed = base64.b64encode(zlib.compress(array.tobytes(), 9)).decode()
        wrapped = "\n".join(f'     "{part}"' for part in textwrap.wrap(packed, 100))
        lines.append(f'    ("{name}", "{array.dtype.str}", {array.shape},\n{wrapped}),')
    lines += [
        "):",
        "    flat = np.frombuffer(zlib.decompress(base64.b64decode(text)), dtype=dtype)",
        "    data[name] = torch.from_numpy(flat.reshape(shape).copy())",
    ]
    return "\n".join(lines)
