"""What goes well or wrong while a policy learns to balance, in words: each event once, with cause and remedy.

The thresholds are rules of thumb; `tests/models/test_cartpole_presets.py` shows that the presets that provoke a trouble are
named and that an ordinary run is not.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Mapping

from models.cartpole_game import SOLVED
from models.cartpole_settings import Config
from models.diagnosis import divergence, first_new
from models.step import Note

PATIENCE = 20  # updates before a run that gets nowhere is spoken of
IN_A_ROW = 4  # updates that must say so
DECIDED = 0.03  # nats of entropy: one push has nearly all the chance
UNDECIDED = 0.64  # of ln 2 = 0.693: a coin
GOOD = 150.0  # steps; a policy that got there had learned something …
FALLEN_TO = 0.35  # … and lost it when it is down to this share of its best
SHORT_HORIZON = 4.0  # steps that 1/(1 − γ) looks ahead; a pole takes about 20 to fall
NOISE = 0.45  # mean agreement of the halves of the first 20 batches when they are mostly noise

SOLVED_NOTE = Note(
    "solved",
    "Solved",
    f"Over 100 fresh episodes the policy stood for at least {SOLVED:.0f} of 500 steps on average: what Gymnasium calls solved.",
    "Nothing is wrong. Change gravity, pole or force while it trains on, and watch it adapt.",
)
UNDECIDED_NOTE = Note(
    "undecided",
    "The policy stays a coin",
    "Its entropy stays near ln 2: the bonus for being undecided outweighs what standing longer would earn.",
    "Lower the entropy bonus, to 0.01 or to 0; it can be done while it trains.",
)


def diverged(config: Config) -> Note:
    """The loss is no longer a number."""
    return divergence(config.learning_rate, "the weights grew past what a computer can hold")


def stuck(config: Config) -> Note:
    """One push has all the chance, and it is the wrong one."""
    return Note(
        "stuck",
        "The policy has made up its mind, and is wrong",
        "It pushes the same way nearly every time. What is never tried earns nothing, so no gradient can bring it back. A step "
        f"too large leads here: the learning rate is {config.learning_rate:g}.",
        "Rewind, lower the learning rate to about 0.01, or give a small entropy bonus.",
    )


def collapsed(config: Config, best: float) -> Note:
    """It was good, and is not any more."""
    return Note(
        "collapsed",
        "The policy has collapsed",
        f"Its episodes lasted {best:.0f} steps, and now last a fraction of that. A step of the policy changes the data that the "
        f"next one learns from; at a learning rate of {config.learning_rate:g} one bad step spoils both.",
        "Rewind with a smaller learning rate, with a learned value as baseline, or with PPO, which limits every step.",
    )


def short_sighted(config: Config) -> Note:
    """The discount hides the fall."""
    steps = 1 / (1 - config.discount) if config.discount < 1 else math.inf
    return Note(
        "short_sighted",
        "It cannot see the fall coming",
        f"At γ = {config.discount:g} a return looks about {steps:.1g} step{'s' if steps > 1.5 else ''} ahead, but a pole takes "
        "about 20 to fall. Almost every action seems as good as any other, and what is left to follow is noise.",
        "Raise the discount to 0.95 or more; it can be done while it trains.",
    )


def task_changed(before: float, after: float) -> Note:
    """The learner has changed the task, and the policy is not made for it."""
    return Note(
        "task_changed",
        "The task has changed",
        f"Drawing its pushes by chance, the policy stood for {before:.0f} steps on average before, and stands for {after:.0f} in "
        "the task as it is now.",
        "Train on: it goes on from what it knows, and that is usually faster than beginning anew.",
    )


def noisy(config: Config) -> Note:
    """The halves of the first batches hardly agreed."""
    why = {
        "none": "Without a baseline every action taken is made likelier, and only small differences tell good from bad. ",
        "mean": "",
        "value": "",
    }[config.baseline]
    one = config.n_episodes == 1
    return Note(
        "noisy",
        "The gradient is mostly noise",
        f"The two halves of a batch of {config.n_episodes} episode{'' if one else 's'} hardly agreed on a direction: the luck "
        f"of single episodes decides. {why}It can still learn, in zigzags.",
        "Play more episodes for each update, or compare returns with a learned value.",
    )


class Doctor:
    """Watches one run."""

    def __init__(self) -> None:
        self._named: set[str] = set()
        self._best = 0.0
        self._n_updates = 0
        self._n_low = 0
        self._last: deque[Mapping[str, float]] = deque(maxlen=IN_A_ROW)

    def forget(self) -> None:
        """The task has changed: what was reached before counts no more."""
        self._best, self._n_low = 0.0, 0

    def look(self, metrics: Mapping[str, float], config: Config) -> Note | None:
        """An event not named before, or None. metrics: of the newest update."""
        self._n_updates += 1
        self._last.append(metrics)
        length = metrics.get("return/train", self._best)
        self._best = max(self._best, length)
        self._n_low = self._n_low + 1 if length < FALLEN_TO * self._best else 0
        short = config.discount < 1 and 1 / (1 - config.discount) < SHORT_HORIZON
        waited = self._n_updates >= PATIENCE
        possible = (
            (short_sighted(config), short and waited and length < SOLVED / 2),
            (stuck(config), not short and self._below(DECIDED) and self._best < GOOD and length < GOOD),
            (collapsed(config, self._best), not short and self._best >= GOOD and self._n_low >= IN_A_ROW),
            (UNDECIDED_NOTE, waited and config.entropy_bonus >= 0.1 and self._above(UNDECIDED)),
            (
                noisy(config),
                not short and not self._lost and self._n_updates == PATIENCE and self._noise(metrics) < NOISE,
            ),
            (SOLVED_NOTE, metrics.get("return/test", 0.0) >= SOLVED),
        )
        return first_new((note for note, there in possible if there), self._named)

    @property
    def _lost(self) -> bool:
        """Nothing is left to learn from: that the gradients are noise then is no news."""
        return bool(self._named & {"collapsed", "stuck"})

    @staticmethod
    def _noise(metrics: Mapping[str, float]) -> float:
        return metrics.get("gradient/agreement_first", 1.0)

    def _below(self, nats: float) -> bool:
        return len(self._last) == IN_A_ROW and all(m["entropy/policy"] < nats for m in self._last)

    def _above(self, nats: float) -> bool:
        return len(self._last) == IN_A_ROW and all(m["entropy/policy"] > nats for m in self._last)
