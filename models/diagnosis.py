"""What went wrong, in words: failures that a run shows while it trains, each with cause and remedy.

A `Doctor` is told every evaluation and looks at the network now and then. It names each trouble once. The thresholds
are rules of thumb, chosen so that the presets that provoke a trouble are named and a healthy run is not.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

from models.step import Note

DEAD_SHARE = 0.5  # of a layer's ReLUs that give 0 for every example
SATURATED_SHARE = 0.7  # of a layer's values that lie on the flat ends
FLAT = 0.98  # |tanh| beyond this passes on less than 4 % of a gradient
OVERFIT_RISE = 1.35  # test loss over its own minimum …
OVERFIT_GAP = 2.0  # … while it is this many times the training loss
OVERFIT_LOOKS = 15  # evaluations in a row that must say so: a passing bump is no trouble
PATIENCE_EPOCHS = 30  # before a run is called underfitted, and at least …
PATIENCE_SHARE = 0.15  # … this share of its epochs
SOLVED = 0.1  # of the naive loss; below it nothing is wrong that matters
SCALE_RATIO = 100.0  # between the largest and the smallest spread of the features

DEAD = Note(
    "dead_relus",
    "Many neurons are dead",
    "At least half of a layer's ReLUs give 0 for every example, so no gradient reaches their weights and they can never "
    "recover. One large step is enough to push them there.",
    "Rewind with a smaller learning rate, or use leaky ReLU, which keeps a small slope for negative sums.",
)
SATURATED = Note(
    "saturated",
    "Neurons are saturated",
    "Most values of a layer lie on the flat ends of its activation, where the slope is nearly 0, so the layers before it "
    "hardly learn.",
    "Use smaller initial weights, a smaller learning rate, scaled inputs, or ReLU.",
)
OVERFIT = Note(
    "overfitting",
    "The network is learning the training points by heart",
    "The training loss keeps falling while the loss on points it never saw rises: the border bends around single points.",
    "Use fewer neurons, more data, dropout or L2 regularisation, or stop early.",
)
UNDERFIT = Note(
    "underfitting",
    "The network is too simple, or learns too slowly",
    "After many epochs it is hardly better on its own training data than the naive guess, and the loss no longer falls.",
    "Add a hidden layer or neurons, use an activation that bends, add inputs, or raise the learning rate.",
)
UNSCALED = Note(
    "unscaled",
    "The features have very different scales",
    "One feature varies more than a hundred times as much as another, so a single learning rate is too large for one and "
    "too small for the other.",
    "Switch “scale the features” on: every feature then has mean 0 and spread 1.",
)


def divergence(
    learning_rate: float,
    what: str = "each step overshot further than the last, until the weights grew past what a computer can hold",
) -> Note:
    """The loss is no longer a number; what happened at that learning rate, in words."""
    return Note(
        "diverged",
        "The loss is no longer a number",
        f"At a learning rate of {learning_rate:g} {what}.",
        "Rewind, lower the learning rate by a factor of ten, and train again.",
    )


def first_new(notes: Iterable[Note | None], named: set[str]) -> Note | None:
    """The first of the events that is not in `named` yet, and is from now on: each is told once."""
    for note in notes:
        if note is not None and note.name not in named:
            named.add(note.name)
            return note
    return None


class Doctor:
    """Watches one run."""

    def __init__(self, naive_loss: float, spreads: Sequence[float], n_epochs: int) -> None:
        """naive_loss: of always answering the class shares (or the mean) of the training rows.

        spreads: standard deviation of each input as the network gets it.
        """
        self._naive_loss = naive_loss
        self._named: set[str] = set()
        self._best_test = math.inf
        self._n_rising = 0
        self._patience = max(PATIENCE_EPOCHS, PATIENCE_SHARE * n_epochs)
        self._history: list[tuple[float, float]] = []  # (epoch, training loss)
        positive = [spread for spread in spreads if spread > 0]
        self._unscaled = bool(positive) and max(positive) / min(positive) > SCALE_RATIO

    def look(
        self, epoch: float, metrics: Mapping[str, float], dead: Sequence[float], saturated: Sequence[float]
    ) -> Note | None:
        """A trouble not named before, or None.

        dead, saturated: per hidden layer, the share of dead ReLUs and of values on the flat ends; empty when not
        looked at this time.
        """
        solved = metrics["loss/train"] < SOLVED * self._naive_loss
        possible = (
            (UNSCALED, self._unscaled),
            (DEAD, max(dead, default=0.0) >= DEAD_SHARE),
            (SATURATED, max(saturated, default=0.0) >= SATURATED_SHARE and not solved),
            (OVERFIT, self._overfits(metrics)),
            (UNDERFIT, self._underfits(epoch, metrics)),
        )
        return first_new((note for note, there in possible if there), self._named)

    def _overfits(self, metrics: Mapping[str, float]) -> bool:
        train, test = metrics["loss/train"], metrics["loss/test"]
        self._best_test = min(self._best_test, test)
        rises = test > OVERFIT_RISE * self._best_test and test > OVERFIT_GAP * train
        # A test loss that is tiny either way is no trouble, however it moves.
        self._n_rising = self._n_rising + 1 if rises and test > 0.2 * self._naive_loss else 0
        return self._n_rising >= OVERFIT_LOOKS

    def _underfits(self, epoch: float, metrics: Mapping[str, float]) -> bool:
        train = metrics["loss/train"]
        self._history.append((epoch, train))
        half = [loss for moment, loss in self._history if moment <= epoch / 2]
        stalls = bool(half) and train > 0.97 * half[-1]
        return epoch >= self._patience and stalls and train > 0.85 * self._naive_loss


def stopped_early(loss: float, epoch: float) -> Note:
    """The end that the learner asked for."""
    return Note(
        "stopped_early",
        "Stopped early",
        f"The validation loss was lowest ({loss:.4g}) at epoch {epoch:g} and has not fallen since.",
        "Nothing is wrong: training on would only fit the training points more closely.",
    )
