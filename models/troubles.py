"""When a computation leaves the numbers: which node did it, and what to do, in one sentence.

The sketch repeats `trouble_of` in the browser (`frontend/sketches/graph.js`) and takes its sentences from here.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from models.autograd import Value

#: What happened → a sentence; {node} is the name or the sign of the node where it began.
SENTENCES = {
    "division_by_zero": "“{node}” divides by zero, which has no answer; move its lower input away from 0.",
    "log_of_zero": "“{node}” is given 0, and the logarithm falls without end there; give it a positive number.",
    "log_of_negative": "“{node}” is given a negative number, which has no logarithm; give it a positive number.",
    "root_of_negative": "“{node}” is given a negative number, which has no real root; give it 0 or more.",
    "power_of_negative": "“{node}” raises a negative number to a broken power, which is no real number; use a whole power.",
    "zero_to_negative_power": "“{node}” raises 0 to a negative power, which divides by zero; move its base away from 0.",
    "overflow": "“{node}” is larger than any number a computer holds (1.8e308), so it counts as ∞; use smaller values.",
    "steep": "The slope of “{node}” is infinite here, so the gradients behind it are no numbers; move its input a little.",
    "gradient_overflow": (
        "The values are fine, but a gradient at “{node}” is too large for a computer to hold; use smaller values."
    ),
    "flat": "“{node}” is so far out on its flat end that its slope rounds to 0 and stops every gradient behind it; use smaller values.",
    "dead": "“{node}” is given a number below 0: it answers 0, and its slope of 0 stops every gradient behind it.",
}


def trouble_of(made: Sequence[Value]) -> tuple[str, int] | None:
    """(what happened, the node where it began), or None when all is well; `made` as `graph.evaluate` gives it.

    Call `backward` on the last value before. A value that is no number counts before a gradient that is none, and that
    before a ReLU or a saturated neuron that lets nothing through.
    """
    for at, value in enumerate(made):
        inputs = [parent.data for parent in value.parents]
        if not math.isfinite(value.data) and all(map(math.isfinite, inputs)):
            return _cause(value.operation, inputs), at
    for at in reversed(range(len(made))):
        value = made[at]
        if not math.isfinite(value.grad):
            continue
        for parent, slope in zip(value.parents, value.slopes(), strict=True):
            if parent.needs_grad and not math.isfinite(slope):
                return "steep", at
    for at in reversed(range(len(made))):
        if not math.isfinite(made[at].grad):
            return "gradient_overflow", at
    for at, value in enumerate(made):
        if value.operation == "relu" and value.parents[0].data < 0 and value.needs_grad:
            return "dead", at
        if value.operation in ("tanh", "sigmoid") and value.needs_grad and value.slopes()[0] == 0:
            return "flat", at
    return None


def _cause(operation: str, inputs: Sequence[float]) -> str:
    if operation == "divide" and inputs[1] == 0:
        return "division_by_zero"
    if operation == "log":
        return "log_of_zero" if inputs[0] == 0 else "log_of_negative"
    if operation == "sqrt":
        return "root_of_negative"
    if operation == "power" and inputs[0] == 0:
        return "zero_to_negative_power"
    if operation == "power" and inputs[0] < 0 and not inputs[1].is_integer():
        return "power_of_negative"
    return "overflow"
