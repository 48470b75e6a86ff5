"""What goes well or wrong while a policy learns to land, in words: each event once, with cause and remedy.

The thresholds are rules of thumb; `tests/models/test_lunar_lander_presets.py` shows that what provokes a trouble is named.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Mapping

from models.diagnosis import divergence, first_new
from models.lunar_lander_game import SOLVED
from models.lunar_lander_settings import Config
from models.step import Note

PATIENCE = 15  # updates before a run that gets nowhere is spoken of
IN_A_ROW = 5  # updates that must say so
HOVERS = 0.5  # share of the flights that are cut off, while few come to rest
DECIDED = 0.05  # nats of entropy: one action has nearly all the chance
UNDECIDED = 1.33  # of ln 4 = 1.386: a die
GOOD = 100.0  # mean return; a policy that got there had learned to land …
LOST = 150.0  # … and has lost it when this much less is left
SHORT_HORIZON = 10.0  # steps, 0.2 s, that 1/(1 − γ) looks ahead

LANDED_NOTE = Note(
    "landed",
    "The first landing",
    "A flight came to rest on its legs: +100. By chance that hardly ever happens; nobody has said what landing is.",
    "Nothing is wrong. Watch the share of landings grow from here.",
)
SOLVED_NOTE = Note(
    "solved",
    "Solved",
    f"Over 100 fresh flights the policy earned at least {SOLVED:.0f} on average: what Gymnasium calls solved.",
    "Nothing is wrong. Switch the wind on, or change gravity, while it trains on, and watch it adapt.",
)
HOVERING_NOTE = Note(
    "hovering",
    "It hovers, and will not come down",
    "Most flights last all 1000 steps. It has learned that touching the ground costs 100, and not yet that standing still "
    "there earns 100: near the ground a careless policy crashes more often than it lands, so staying up looks safer.",
    "Train on: chance lands some flights in the end. A higher discount γ (0.99 or more) lets the landing be seen from further "
    "away; an entropy bonus keeps engines-off among the things that are tried.",
)
UNDECIDED_NOTE = Note(
    "undecided",
    "The policy stays a die",
    "Its entropy stays near ln 4: the bonus for being undecided outweighs what flying well would earn.",
    "Lower the entropy bonus, to 0.01 or to 0; it can be done while it trains.",
)


def diverged(config: Config) -> Note:
    """The loss is no longer a number."""
    return divergence(config.learning_rate, "the weights grew past what a computer can hold")


def stuck(config: Config) -> Note:
    """One action has all the chance, and it is the wrong one."""
    return Note(
        "stuck",
        "The policy has made up its mind, and is wrong",
        "It does the same thing nearly every time. What is never tried earns nothing, so no gradient can bring it back. A step "
        f"too large leads here: the learning rate is {config.learning_rate:g}.",
        "Rewind, lower the learning rate to about 0.01 (PPO: 0.001), or raise the entropy bonus.",
    )


def collapsed(config: Config, best: float, now: float) -> Note:
    """It was good, and is not any more."""
    return Note(
        "collapsed",
        "The policy has collapsed",
        f"Its flights earned {best:.0f} on average, and now earn {now:.0f}. A step of the policy changes the flights that the next "
        f"one learns from; at a learning rate of {config.learning_rate:g} one bad step spoils both.",
        "Train on, it may recover; or rewind with a smaller learning rate, with more flights for each update, or with PPO, which "
        "limits every step.",
    )


def short_sighted(config: Config) -> Note:
    """The discount hides the landing."""
    steps = 1 / (1 - config.discount) if config.discount < 1 else math.inf
    return Note(
        "short_sighted",
        "It cannot see the ground coming",
        f"At γ = {config.discount:g} a return looks about {steps:.1g} step{'s' if steps > 1.5 else ''} of 0.02 s ahead, and a fall "
        "takes about 70. It does what makes the next moment look better, and pays at the end.",
        "Raise the discount to 0.98 or more; it can be done while it trains.",
    )


def task_changed(before: float, after: float) -> Note:
    """The learner has changed the task, and the policy is not made for it."""
    return Note(
        "task_changed",
        "The task has changed",
        f"Taking the likeliest action, the policy earned {before:.0f} on average before, and earns {after:.0f} in the task as it "
        "is now.",
        "Train on: it goes on from what it knows, and that is usually faster than beginning anew.",
    )


class Doctor:
    """Watches one run."""

    def __init__(self) -> None:
        self._named: set[str] = set()
        self._best = -math.inf
        self._n_updates = 0
        self._n_low = 0
        self._last: deque[Mapping[str, float]] = deque(maxlen=IN_A_ROW)

    def forget(self) -> None:
        """The task has changed: what was reached before counts no more."""
        self._best, self._n_low = -math.inf, 0
        self._last.clear()

    def look(self, metrics: Mapping[str, float], config: Config) -> Note | None:
        """An event not named before, or None. metrics: of the newest update, in which no flight may have ended."""
        self._n_updates += 1
        if "return/train" not in metrics:
            return None
        self._last.append(metrics)
        now = self._mean("return/train")
        self._best = max(self._best, now)
        self._n_low = self._n_low + 1 if self._best >= GOOD and now < self._best - LOST else 0
        short = config.discount < 1 and 1 / (1 - config.discount) < SHORT_HORIZON
        waited = self._n_updates >= PATIENCE
        hovers = self._mean("cut_off/train") > HOVERS and self._mean("landed/train") < 1 - HOVERS
        possible = (
            (LANDED_NOTE, metrics["landed/train"] > 0),
            (short_sighted(config), short and waited and now < 0),
            (stuck(config), not short and self._all("entropy/policy", 0.0, DECIDED) and now < 0),
            (
                UNDECIDED_NOTE,
                waited and config.entropy_bonus >= 0.1 and self._all("entropy/policy", UNDECIDED),
            ),
            (HOVERING_NOTE, len(self._last) == IN_A_ROW and hovers),
            (collapsed(config, self._best, now), self._n_low >= IN_A_ROW),
            (SOLVED_NOTE, metrics.get("return/test_100", -math.inf) >= SOLVED),
        )
        return first_new((note for note, there in possible if there), self._named)

    def _mean(self, name: str) -> float:
        return sum(metrics[name] for metrics in self._last) / len(self._last)

    def _all(self, name: str, low: float, high: float = math.inf) -> bool:
        return len(self._last) == IN_A_ROW and all(low <= metrics[name] <= high for metrics in self._last)
