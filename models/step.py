"""What a training loop yields: one `Step` for each update, and now and then a `Note`.

A model's `train(config)` is a generator of steps. It knows no thread, clock or screen: a test drains it with
`list`, the terminal with a progress bar, the app in a worker process.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Note:
    """An event of a run that the page explains, such as a loss that is not finite.

    `name` is for programs ("diverged"); title, cause and remedy are sentences for the learner. One with the name and title of
    an earlier note takes its place; without a cause it takes the earlier one back.
    """

    name: str
    title: str
    cause: str
    remedy: str

    def taken_back(self) -> Note:
        """What to tell when this no longer holds."""
        return Note(self.name, self.title, "", "")


class Facts(Mapping[str, object]):
    """Facts of which some take a while: those are computed when they are first asked for.

    A worker records what is `known`, draws the step, and asks for the rest then; a test asks and knows no difference.
    """

    def __init__(self, known: Mapping[str, object], late: Mapping[str, Callable[[], object]]) -> None:
        """late: name → what computes the fact; it must not hang on what later updates change."""
        self.known, self._late = dict(known), dict(late)

    def rest(self) -> dict[str, object]:
        """The facts that are not known yet, computed."""
        return {name: self[name] for name in list(self._late)}

    def __getitem__(self, name: str) -> object:
        if name in self._late:
            self.known[name] = self._late.pop(name)()
        return self.known[name]

    def __iter__(self) -> Iterator[str]:
        return iter((*self.known, *self._late))

    def __len__(self) -> int:
        return len(self.known) + len(self._late)


def no_arrays() -> Mapping[str, NDArray[Any]]:
    """Nothing to draw: the `observe` of a step without pictures."""
    return {}


@dataclass(slots=True)
class Step:
    """One update of the parameters, or the state before the first one (`step=0`).

    step:    updates made so far.
    epoch:   passes over the training data made so far; a fraction inside a pass.
    metrics: cheap scalars of this step ("loss/train", "accuracy/test"). A name left out keeps its last value.
    observe: computes the arrays for the pictures. Called only when a frame is wanted, and before the
             generator is resumed, so that it may read the parameters as they are.
    facts:   what holds for the whole run (points, names, baselines); recorded once, when given. See `Facts`.
    edit:    writes one number into a named array: `edit("weights/0", (2, 1), 0.5)`. Raises ValueError
             (one sentence) for an unknown name or index.
    note:    an event to explain.
    parameters: all parameters by name, for keeping; called at pauses and at the end, under the same condition as
             `observe`.
    """

    step: int
    epoch: float
    metrics: Mapping[str, float]
    observe: Callable[[], Mapping[str, NDArray[Any]]] = no_arrays
    facts: Mapping[str, object] | None = None
    edit: Callable[[str, tuple[int, ...], float], None] | None = None
    note: Note | None = None
    parameters: Callable[[], Mapping[str, NDArray[Any]]] | None = None
