"""Settings that the lessons on policy gradients share; each lesson has its own defaults."""

from __future__ import annotations

from models.settings import Range, Sizes

LEARNING_RATE = Range(
    0.0001, 1, log=True, group="Training", live=True, help="Size of the step that follows each batch."
)
HIDDEN = Sizes(
    1,
    128,
    max_length=3,
    group="Learner",
    label="hidden layers",
    advanced=True,
    help="Neurons (tanh) in each hidden layer of the policy, and of the value beside it.",
)
