"""Who may train now, and who waits: a fixed number of places and a fair queue.

Plain bookkeeping without threads or processes, so that its rules can be read and tested on their own.
Fair means: the next place goes to the learner who holds the fewest, and among those to whoever has waited longest.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Places:
    """`capacity` places; run ids hold them or wait for them."""

    capacity: int
    holding: dict[str, str] = field(default_factory=dict)  # run id → learner
    waiting: dict[str, str] = field(default_factory=dict)  # run id → learner, in order of arrival

    def ask(self, run_id: str, learner: str) -> bool:
        """Ask for a place; True when the run holds one now, False when it waits."""
        if run_id in self.holding:
            return True
        if len(self.holding) < self.capacity and not self.waiting:
            self.holding[run_id] = learner
            return True
        self.waiting.setdefault(run_id, learner)
        return False

    def leave(self, run_id: str) -> list[str]:
        """Give up a place or a wait; returns the runs that have a place because of it."""
        self.holding.pop(run_id, None)
        self.waiting.pop(run_id, None)
        granted = []
        while self.waiting and len(self.holding) < self.capacity:
            granted.append(next_id := self.order()[0])
            self.holding[next_id] = self.waiting.pop(next_id)
        return granted

    def order(self) -> list[str]:
        """Waiting runs in the order in which they will get a place, if nobody else comes."""
        held: dict[str, int] = {}
        for learner in self.holding.values():
            held[learner] = held.get(learner, 0) + 1
        left, order = dict(self.waiting), []
        while left:
            next_id = min(
                left, key=lambda run_id: held.get(left[run_id], 0)
            )  # min is stable: arrival breaks ties
            learner = left.pop(next_id)
            held[learner] = held.get(learner, 0) + 1
            order.append(next_id)
        return order
