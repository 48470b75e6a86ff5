"""What a training loop does with a config that is sent to it: nothing is trained, and the present state is told again."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from typing import Protocol, TypeVar

from models.step import Step

C = TypeVar("C")
C_contra = TypeVar("C_contra", contravariant=True)


def told(step: Step, change: Callable[[C], Step]) -> Generator[Step, C | None, None]:
    """Yield the step, and then what `change` makes of each config that is sent."""
    while (changed := (yield step)) is not None:
        step = change(changed)


class Changeable(Protocol[C_contra]):
    """What `presented` asks of a run."""

    @property
    def epoch(self) -> float: ...

    def step(self, epoch: float, metrics: dict[str, float], /) -> Step: ...

    def change(self, config: C_contra, /) -> Mapping[str, object] | None:
        """Take over the live settings; the facts that follow from them."""


def presented(
    fit: Changeable[C],
    config: C,
    metrics: Callable[[], dict[str, float]],
    facts: Mapping[str, object] | None,
) -> Generator[Step, C | None, C]:
    """Yield the present state, again for each config that is sent; returns the config to go on with."""
    while True:
        step = fit.step(fit.epoch, metrics())
        step.facts = facts
        changed = yield step
        if changed is None:
            return config
        config, facts = changed, fit.change(changed)
