"""Recordings made by a test, and what a stream must make of them."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.server.viewer import Event
from training.log import LogWriter
from training.spec import RunFolder

Recording = tuple[RunFolder, LogWriter]

FINISHED = {
    "kind": "state",
    "state": "ended",
    "outcome": "finished",
    "sentence": "Training finished.",
    "metrics": {},
}


def framed(step: int, segment: int = 0, size: int = 8, **metrics: float) -> dict[str, Any]:
    return {
        "segment": segment,
        "step": step,
        "epoch": step / 10,
        "seconds": step / 100,
        "rates": {},
        "metrics": {f"loss/{name}": value for name, value in metrics.items()},
        "arrays": {"map": np.random.default_rng(step).integers(0, 255, size).astype(np.uint8)},
    }


def lines_of(folder: RunFolder) -> list[tuple[int, str]]:
    """(offset after the line, line) of a log: what its events must be."""
    found, end = [], 0
    for line in (folder.path / "frames.jsonl").read_text().splitlines():
        end += len(line) + 1
        found.append((end, line))
    return found


def as_sent(events: list[Event]) -> list[tuple[int | None, str]]:
    return [(event.id, event.data) for event in events]
