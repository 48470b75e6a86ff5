"""What a sketch asks Python while a hand is on it: an answer in a tenth of the time that a rerun of its page takes.

The server knows no question. One is a file of `models/` that ends in `_asked.py`, with

    answer(told) -> mapping     what a sketch told, which may be any JSON object; raises ValueError, one sentence

POST {base}/ask/<question> with that object answers in JSON, arrays as everywhere (`training/arrays.py`).
"""

from __future__ import annotations

import asyncio
import importlib
import json
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from training.arrays import jsonable

_THREAD = ThreadPoolExecutor(1, thread_name_prefix="asked")

MODELS = Path(__file__).resolve().parent.parent / "models"


def question(name: str) -> Callable[[object], Mapping[str, Any]] | None:
    """What answers it: a look at the folder, not a module made from the request. None when there is no such question."""
    names = {path.stem.removesuffix("_asked"): path.stem for path in MODELS.glob("*_asked.py")}
    if name not in names:
        return None
    answer: Callable[[object], Mapping[str, Any]] = importlib.import_module(
        f"{MODELS.name}.{names[name]}"
    ).answer
    return answer


async def answered(answer: Callable[[object], Mapping[str, Any]], told: object) -> bytes:
    """The answer as JSON. One is computed at a time, on a thread of its own: streams and pages go on meanwhile."""

    def compute() -> bytes:
        return json.dumps(jsonable(dict(answer(told))), separators=(",", ":"), allow_nan=False).encode()

    return await asyncio.get_running_loop().run_in_executor(_THREAD, compute)
