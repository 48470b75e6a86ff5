"""A model made for tests, and its worker in a thread of the test's own process."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import numpy as np

from models.settings import Range
from models.step import Note, Step
from tests.running import Record, wait_until
from training.channel import Channel
from training.environment import Environment
from training.log import metric_tables, records
from training.spec import RunFolder, Spec
from training.worker import Worker


@dataclass(frozen=True)
class Config:
    rate: Annotated[float, Range(0, 10, live=True, help="Added to the weight in each step.")] = 1.0
    n_steps: Annotated[int, Range(0, 1_000_000, help="Steps until the end; ten make an epoch.")] = 1_000_000
    size: Annotated[int, Range(0, 1_000_000, help="Bytes in each picture.")] = 4


Training = Generator[Step, Config | None, None]


def train(config: Config) -> Training:
    """A weight that grows by the rate; the last step is not a number."""
    weight = np.zeros(2, dtype=np.float32)

    def edit(name: str, index: tuple[int, ...], value: float) -> None:
        if name != "weights/0":
            raise ValueError("There is no such weight.")
        weight[index] = value

    def state(step: int, **metrics: float) -> Step:
        picture = np.random.default_rng(step).integers(0, 255, config.size).astype(np.uint8)
        return Step(
            step, step / 10, metrics, lambda: {"weight": weight.copy(), "picture": picture}, edit=edit
        )

    step = state(0)
    step.facts = {"points": np.array([1.0, np.nan], dtype=np.float32), "first": True}
    changed = yield step
    for number in range(1, config.n_steps + 1):
        while changed is not None:
            config = changed
            step = state(number - 1)
            step.facts = {"rate": config.rate}
            changed = yield step
        weight[0] += config.rate
        step = state(number, loss=float(weight[0]))
        if number == config.n_steps:
            step.metrics = {"loss": float("nan")}
            step.note = Note("diverged", "Not a number", "The steps were too long.", "Take shorter ones.")
        changed = yield step


class Bench:
    """A worker in a thread, with the server's end of its line."""

    def __init__(self, path: Path, limits: Environment, config: dict[str, Any]) -> None:
        self.folder = RunFolder.create(path, Spec("ada", "invented", "invented", config))
        ours, theirs = socket.socketpair()
        self.ends = ours, theirs
        self.channel = Channel(ours.makefile("rb"), ours.makefile("wb"))
        self.far = Channel(theirs.makefile("rb"), theirs.makefile("wb"))
        self.worker = Worker(self.folder, self.far, limits)
        self.thread = threading.Thread(target=self.worker.run)
        self.thread.start()

    def command(self, action: str, **more: Any) -> None:
        self.channel.send({"action": action, **more})

    def of_kind(self, kind: str) -> list[Record]:
        return [record for record in records(self.folder.path) if record["kind"] == kind]

    def until(self, condition: Callable[[], object]) -> None:
        wait_until(condition, 5)

    def until_frames(self, n: int) -> list[Record]:
        """The frames, once there are at least n."""
        self.until(lambda: len(self.of_kind("frame")) >= n)
        return self.of_kind("frame")

    def until_said(self, state: str, n: int = 1) -> Record:
        """The n-th state record of that name."""

        def said() -> list[Record]:
            return [record for record in self.of_kind("state") if record["state"] == state]

        self.until(lambda: len(said()) >= n)
        return said()[n - 1]

    @property
    def losses(self) -> dict[int, float]:
        """step → loss, of every step of every segment."""
        tables = metric_tables(self.folder.path)
        return {int(row[1]): row[3] for _, table in tables for row in table.tolist()}

    def answers(self) -> list[Record]:
        """What the worker sent, once it is through."""
        self.hang_up()
        return [message for message in iter(self.channel.inbox.get, None) if message is not None]

    def hang_up(self) -> None:
        """What happens when the server dies."""
        for end in self.ends:
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass  # it is

    def end(self) -> Record:
        """The last record, after the worker is through."""
        self.thread.join(5)
        assert not self.thread.is_alive()
        return self.of_kind("state")[-1]

    def close(self) -> None:
        """End the worker by ending its line."""
        self.hang_up()
        self.thread.join(5)
        for channel, end in zip((self.channel, self.far), self.ends, strict=True):
            channel.close()
            end.close()
