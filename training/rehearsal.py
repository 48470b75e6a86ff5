"""What a spare does once while nobody waits: the first step of a lesson, whose runs are then there earlier.

A fork shares the memory of the warm process until either writes to it, and Python writes to whatever it looks at: it counts
references. So each page of memory that a run touches first is copied, which takes longer than the computing: 40 of the 55 ms
of a stack of layers, half of the 70 of a network on pictures. What is computed here is thrown away. It holds nothing of a
learner, and what comes after does not hang on it: every run draws its numbers from its own seed.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import json

from training.arrays import jsonable


def rehearse(model: str) -> None:
    """Take the first step of `models.<model>` as it is set at first, and make of it what a worker records."""
    # What is wrong with a lesson, its own runs say.
    with contextlib.redirect_stderr(io.StringIO()), contextlib.suppress(Exception):
        module, settings = (importlib.import_module(f"models.{name}") for name in (model, "settings"))
        config = settings.from_mapping(module.Config, settings.to_mapping(module.Config()))
        step = next(module.train(config))
        facts = getattr(step.facts, "known", step.facts)
        json.dumps(jsonable({"facts": facts, "metrics": dict(step.metrics), "arrays": dict(step.observe())}))
