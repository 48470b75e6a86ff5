"""What can go wrong in a run of the platformer lesson, told from its numbers: each event once, with cause and remedy."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from models.diagnosis import divergence, first_new
from models.platformer_game import Ending
from models.platformer_level import Level
from models.platformer_rules import TERMS
from models.platformer_settings import Config
from models.step import Note

PATIENCE = 200_000  # steps of the environment before anything is blamed; on hard levels learners stand still before they learn
EARLY = 100_000  # before what its cause shows too: a setting that cannot work, or an entropy that is gone
IN_A_ROW = 10  # updates that look the same
ENOUGH = 50  # episodes to judge by
GOOD = 0.5  # share of episodes that reach the flag; a policy that does better needs no doctor
SURE = 0.15  # nats: the policy does nearly always the same
FROZEN = 0.02  # nats: it does the same for ever, whatever the reward would say
ONE_PLACE = 0.6  # share of the deaths in one place that makes it *the* place
REACH = 4  # tiles that a place is wide
STILL = 0.6  # share of episodes that run out of time
SHORT_SIGHTED = 0.9
#: Causes that lie deeper than a collapsed entropy or a deadly place, and explain them.
ROOTS = {"stands_still", "short_sighted", "reward_hacked", "hurries_to_die"}
LOST = 0.5  # share of its success that a policy must lose to have collapsed

SOLVED = Note(
    "solved",
    "It gets there",
    "At least nine of the last ten episodes reached the flag.",
    "Paint something into its way and watch it learn again, or ask how it does on levels it has never seen.",
)


def diverged(config: Config) -> Note:
    """The loss is no longer a number."""
    return divergence(config.learning_rate, "the weights grew past what a computer can hold")


def changed(before: float) -> Note:
    """The level was painted while it was learned."""
    return Note(
        "level_changed",
        "The level has changed",
        f"{before:.0%} of the last episodes reached the flag in the level as it was. The agent is not told; it sees other tiles.",
        "Train on: it goes on from what it knows, which is usually faster than beginning anew.",
    )


def entropy_collapsed(entropy: float, config: Config) -> Note:
    """One action has nearly all the chance, and the flag is not reached."""
    return Note(
        "entropy_collapsed",
        "The policy has made up its mind too early",
        f"Its entropy is {entropy:.2f} nats, of {math.log(7):.2f} at first, and it rarely reaches the flag: what is never tried "
        f"earns nothing, so no gradient can bring it back. The entropy bonus is {config.entropy_bonus:g}.",
        "Raise the entropy bonus to 0.02 or more, or lower the learning rate; if it does not recover, rewind.",
    )


def one_place(column: float, row: float, share: float, level: Level) -> Note:
    """Nearly all deaths happen at one spot."""
    what = "a pit" if row >= level.height - 1 else "a walker"
    return Note(
        "one_place",
        "It keeps dying at one place",
        f"{share:.0%} of the last deaths were near column {column:.0f}, of {level.width}, by {what}. Whatever lies behind it "
        "has hardly been seen, so nothing can be learned about it yet.",
        "Give it time: one lucky jump is enough to begin. A higher entropy bonus makes luck likelier; so does a lower penalty "
        "for dying.",
    )


def stands_still(config: Config, share: float) -> Note:
    """Episodes run out of time, not far from the start."""
    careful = config.reward_death < 0 and -config.reward_death > 20 * max(config.reward_progress, 0.0)
    why = (
        f"Dying costs {-config.reward_death:g}, a tile of progress brings {config.reward_progress:g}: where the next pit is "
        "likelier fatal than not, staying costs less than trying. It does what the reward says, not what was meant."
        if careful
        else "Nothing in the reward pays for going on, or what pays comes later than the discount can see."
    )
    return Note(
        "stands_still",
        "It stands still",
        f"{share:.0%} of the last episodes ran out of time before the flag. {why}",
        "Lower the penalty for dying, or reward progress more; both can be done while it trains.",
    )


def hurries(config: Config, share: float) -> Note:
    """It dies early, since an episode that lasts costs more than dying."""
    return Note(
        "hurries_to_die",
        "It is in a hurry to die",
        f"A second costs {-config.reward_time:g}, dying {-config.reward_death:g}, and {share:.0%} of the last episodes ended in "
        "death. The way to the flag costs more than it brings: the quickest way out is the cheapest. It does what the reward "
        "says, not what was meant.",
        "Lower the price of time, or make the flag worth the way; both can be done while it trains.",
    )


def short_sighted(config: Config) -> Note:
    """The discount hides what a jump leads to."""
    steps = 1 / (1 - config.discount)
    actions = "action" if steps < 1.5 else "actions"
    return Note(
        "short_sighted",
        "It cannot see far enough",
        f"At γ = {config.discount:g} a reward counts for about {steps:.2g} {actions} back, {steps * config.skip / 60:.1g} s of "
        "game: the fall that a jump leads to comes later than that.",
        "Raise the discount to 0.98 or more; it can be done while it trains.",
    )


def hacked(term: str, share: float) -> Note:
    """Reward is earned, and not by getting anywhere."""
    return Note(
        "reward_hacked",
        "It earns without getting there",
        f"{share:.0%} of what it earns comes from “{term}”, and it does not reach the flag: it does what was said, not what "
        "was meant.",
        "Give progress and the flag more weight than anything that can be had without them.",
    )


def forgot(best: float, now: float) -> Note:
    """It was good, and is not any more."""
    return Note(
        "collapsed",
        "The policy has collapsed",
        f"It reached the flag in {best:.0%} of its episodes, and now in {now:.0%}. A step that is too large changes the data that "
        "the next one learns from, and spoils both.",
        "Rewind with a smaller learning rate, or with PPO, which limits every step.",
    )


def not_general(train: float, held_out: float, config: Config) -> Note:
    """Known levels are finished, unknown ones are not."""
    return Note(
        "not_general",
        "It knows its levels by heart",
        f"It finishes {train:.0%} of the episodes on the {config.n_levels} level{'' if config.n_levels == 1 else 's'} it learns "
        f"from, and {held_out:.0%} on levels of the same kind that it has never seen.",
        "Learn from more levels: what helps on 32 of them at once is more likely to help on others.",
    )


@dataclass
class Evidence:
    """What the doctor looks at after an update."""

    config: Config
    metrics: Mapping[str, float]
    endings: Sequence[Ending]
    level: Level
    played: int  # steps of the environment


class Doctor:
    """Watches one run."""

    def __init__(self) -> None:
        self._named: set[str] = set()
        self._since, self._played = 0, 0  # steps when the level or the reward last changed, and now
        self._best = 0.0
        self._low = 0
        self._entropies: deque[float] = deque(maxlen=IN_A_ROW)

    def forget(self) -> None:
        """The level or the reward has changed: what was reached before counts no more."""
        self._best, self._low, self._since = 0.0, 0, self._played
        self._named -= {"solved", "one_place", "stands_still", "reward_hacked"}

    def look(self, seen: Evidence) -> Note | None:
        """An event not named before, or None."""
        self._played = seen.played
        success = seen.metrics.get("rate/success", 0.0)
        self._entropies.append(seen.metrics.get("entropy/policy", math.inf))
        if len(seen.endings) < ENOUGH:
            return None
        self._best = max(self._best, success)
        self._low = self._low + 1 if success < LOST * self._best else 0
        return first_new(self._found(seen, success), self._named)

    def _found(self, seen: Evidence, success: float) -> list[Note | None]:
        config, metrics = seen.config, seen.metrics
        poor = success < GOOD
        waited = self._played - self._since >= PATIENCE and poor
        early = self._played - self._since >= EARLY and poor
        sure = len(self._entropies) == IN_A_ROW and max(self._entropies) < SURE
        frozen = sure and max(self._entropies) < FROZEN
        timeouts = metrics.get("ends/time", 0.0)
        standing, hack = timeouts >= STILL and not frozen, self._hack(metrics)
        explained = bool(self._named & ROOTS)
        held_out = metrics.get("rate/held_out")
        deaths = metrics.get("ends/fell", 0.0) + metrics.get("ends/caught", 0.0)
        dear = metrics.get("reward/time", 0.0) < min(
            config.reward_death, -metrics.get("reward/progress", 0.0)
        )
        return [
            SOLVED if success >= 0.9 else None,
            forgot(self._best, success) if self._best >= GOOD and self._low >= IN_A_ROW else None,
            short_sighted(config) if early and config.discount <= SHORT_SIGHTED else None,
            hurries(config, deaths) if early and deaths >= 0.9 and dear else None,
            entropy_collapsed(self._entropies[-1], config) if early and frozen and not explained else None,
            stands_still(config, timeouts) if waited and standing else None,
            hack if waited else None,
            entropy_collapsed(self._entropies[-1], config)
            if early and sure and not (standing or hack or explained)
            else None,
            self._place(seen) if waited and not explained else None,
            not_general(success, held_out, config)
            if held_out is not None
            and success >= 0.8
            and held_out < success - 0.3
            and config.level == "generated"
            else None,
        ]

    def _hack(self, metrics: Mapping[str, float]) -> Note | None:
        terms = {name: metrics.get(f"reward/{name}", 0.0) for name in TERMS}
        earned = sum(value for value in terms.values() if value > 0)
        term = max(terms, key=lambda name: terms[name])
        if earned > 0.5 and term not in ("progress", "flag") and terms[term] > 0.6 * earned:
            return hacked(term, terms[term] / earned)
        return None

    def _place(self, seen: Evidence) -> Note | None:
        deaths = [(e.x, e.y) for e in seen.endings if e.how in ("fell", "caught") and e.level == 0]
        if len(deaths) < ENOUGH:
            return None
        columns = sorted(x for x, _ in deaths)
        counts = [sum(1 for other in columns if x <= other < x + REACH) for x in columns]
        most = max(counts)
        if most < ONE_PLACE * len(deaths):
            return None
        begin = columns[counts.index(most)]
        there = [y for x, y in deaths if begin <= x < begin + REACH]
        return one_place(begin + REACH / 2, sum(there) / len(there), most / len(deaths), seen.level)
