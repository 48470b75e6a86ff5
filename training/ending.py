"""How a run can end, from the worker's side."""

from __future__ import annotations

import math
from typing import Any

from training.environment import Environment
from training.spec import SENTENCES


class Ended(Exception):
    """The run is over, with this outcome."""

    def __init__(self, outcome: str, **words: Any) -> None:
        super().__init__(outcome)
        self.outcome = outcome
        self.sentence = SENTENCES[outcome].format(**words)


def ending_of(error: Exception, limits: Environment) -> tuple[str, str]:
    """(outcome, sentence) of an error that the training raised."""
    if isinstance(error, MemoryError) or _is_memory(error):
        return "memory", SENTENCES["memory"].format(megabytes=limits.max_memory_mb)
    if isinstance(error, ValueError):  # the project's convention: it says what the learner can mend
        return "refused", str(error)
    return "failed", SENTENCES["failed"].format(error=type(error).__name__)


def _is_memory(error: Exception) -> bool:
    """torch and pandas report exhausted memory as errors of their own."""
    words = str(error).lower()
    return not isinstance(error, ValueError) and "memory" in words and ("alloc" in words or "out of" in words)


def finite(record: dict[str, Any]) -> dict[str, Any]:
    """The record with metrics that are not finite left out: the channel speaks strict JSON."""
    return {**record, "metrics": {name: v for name, v in record["metrics"].items() if math.isfinite(v)}}
