"""What goes wrong in a deep stack, in words: vanishing, exploding and dying, each with cause and remedy.

The thresholds stand here and nowhere else. They are rules of thumb, chosen so that each preset that provokes a trouble is
named, before its first step where it shows by then, and a healthy run names nothing (`tests/models/test_activations_diagnosis.py`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from models.step import Note

VANISHING = 1e-3  # of the last hidden layer's gradient arrives at the first
EXPLODING = 1e4  # times the last hidden layer's gradient arrives at the first
DEAD_SLOPE = 1e-3  # a unit whose |f′| stays below this for every training point passes nothing on
DYING = 0.5  # share of all hidden units that are dead; or all units of one layer
SOLVED = 0.1  # of the loss of a coin; below it gradients are small because there is nothing left to learn


_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True)
class Look:
    """A stack as it is now: sizes of gradients, dead units (share of all, of the worst layer), loss on the training points."""

    first: float
    last: float
    dead: float
    worst: float
    loss: float
    alike: bool  # every unit of a layer has the same weights as its neighbours
    activation: str
    depth: int

    @property
    def ratio(self) -> float:
        """First hidden layer's gradient ÷ last one's; 0 when nothing reaches the first."""
        return self.first / self.last if self.last > 0 else self.first


NO_SLOPE = Note(
    "no_slope",
    "The step has no slope",
    "The step function is flat everywhere except where it jumps, so its derivative is 0 and so is every gradient behind it: "
    "hidden weights stay as they were drawn, and only the output layer learns.",
    "Take a function with a slope: sigmoid is a smoothed step, ReLU the usual choice.",
)
ALIKE = Note(
    "symmetric",
    "All units of a layer are alike",
    "They began with equal weights, so they give equal values and get equal gradients: however wide, a layer stays one unit.",
    "Draw the first weights at random, with He's spread for ReLU and its relatives, Xavier's for tanh.",
)
DIED = Note(
    "dying",
    "Units are dying",
    "For at least half of the units, or all of one layer, the slope is 0 at every training point, so no gradient reaches their "
    "weights and they cannot come back. One large step is enough to push them there.",
    "Rewind with a smaller learning rate, or take an activation with a slope on both sides, such as leaky ReLU.",
)
OVERFLOW = Note(
    "overflow",
    "Exploding beyond what a computer can hold",
    "Already with its first weights the sums of this stack grow from layer to layer until they are no numbers any more.",
    "Draw the first weights with He's or Xavier's spread, or take fewer layers.",
)


def power(number: float) -> str:
    """A very small or very large number as a learner reads it: 2.6 × 10⁻¹⁹."""
    if number == 0:
        return "nothing"
    digits, _, exponent = f"{number:.1e}".partition("e")
    return f"{digits} × 10{str(int(exponent)).translate(_SUPERSCRIPT)}"


def vanishing(look: Look) -> Note:
    """Too little of the gradient arrives at the first layer."""
    return Note(
        "vanishing",
        "The gradient vanishes",
        f"Of the gradient at the last hidden layer, {power(look.ratio)} arrives at the first of {look.depth}. Every layer multiplies it "
        "by the weights and by the slope f′, and here this product shrinks it, layer after layer.",
        "Take ReLU or one of its relatives with He's first weights, or tanh with Xavier's; or fewer layers.",
    )


def exploding(look: Look) -> Note:
    """Too much of the gradient arrives at the first layer."""
    return Note(
        "exploding",
        "The gradient explodes",
        f"The gradient at the first of {look.depth} hidden layers is {power(look.ratio)} times that at the last. Every layer multiplies it by "
        "the weights and by the slope f′, and here this product enlarges it, layer after layer.",
        "Draw smaller first weights, with He's or Xavier's spread to fit the activation; or take fewer layers.",
    )


def trouble(look: Look) -> Note | None:
    """What is wrong with the stack, the root before its consequences; None when nothing is."""
    if not all(map(math.isfinite, (look.first, look.last, look.loss))):
        return OVERFLOW
    if look.activation == "step":
        return NO_SLOPE
    if look.alike:
        return ALIKE
    if look.dead >= DYING or look.worst >= 1:
        return DIED
    if look.loss < SOLVED * math.log(2) or look.depth == 1:
        return None
    if look.ratio < VANISHING:
        return vanishing(look)
    return exploding(look) if look.ratio > EXPLODING else None
