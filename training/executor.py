"""The seam between "run this" and where it runs.

`LocalExecutor` runs on this machine's processes. Another executor (a cluster's) offers the same six methods;
nothing above this line changes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from training.spec import RunFolder


class RunError(ValueError):
    """A request about a run that cannot be granted; the message is one sentence for the learner."""


#: Called once per run when it is over, with the final state record.
OnEnd = Callable[[RunFolder, dict[str, Any]], None]


class Executor(Protocol):
    """Runs workers."""

    @property
    def ready(self) -> bool:
        """Whether a run would begin at once, without waiting for imports."""

    def start(self, folder: RunFolder, learner: str, *, play: bool) -> None:
        """Begin a run: `play` asks for a place among those that train; otherwise it waits at its first frame.

        Raises RunError when there is no room for another process.
        """

    def command(self, run_id: str, command: Mapping[str, Any]) -> None:
        """Pass a command to a run. Raises RunError when the run has ended."""

    def state(self, run_id: str) -> str | None:
        """ "running", "paused", "queued", or None for a run that has ended or is not here."""

    def call(self, function: str, arguments: Mapping[str, Any]) -> Any:
        """The result of a function of `training.process.CALLABLE`, computed in a worker under its memory and time limits.

        Raises RunError with the function's own sentence when it refuses.
        """

    def begin(self, function: str, arguments: Mapping[str, Any], seconds: float) -> None:
        """Start such a function and return at once; it is ended after `seconds`. How it goes it tells in files.

        Raises RunError when there is no room for another process.
        """

    def close(self) -> None:
        """End everything."""
