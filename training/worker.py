"""What happens inside a run's process: drain the model's generator, record, obey.

The worker knows no model. It asks the module `models.<name>` for `Config`, `train` and `settings.from_mapping`, then

    step = next(training); record; look at the clock; look for commands; again.

Commands are JSON objects with an `action`: play, pause, step, epoch, stop, rewind, speed, set, edit, queued.
"""

from __future__ import annotations

import dataclasses
import importlib
import math
import queue
import time
import traceback
from collections import deque
from collections.abc import Callable, Generator
from typing import Any

from training import weights
from training.channel import Channel, Message
from training.ending import Ended, ending_of, finite
from training.environment import Environment
from training.log import LogWriter
from training.priority import give_way
from training.spec import RunFolder

#: Seconds between two looks at the lease.
LEASE_LOOK = 1.0


class Worker:
    """One run, from its first frame to its end."""

    def __init__(self, folder: RunFolder, channel: Channel, limits: Environment) -> None:
        self.folder, self.channel, self.limits = folder, channel, limits
        self.log = LogWriter(folder.path)
        self.segment = -1
        self.state = self.said = "paused"
        self.kept = False  # whether the file of parameters is that of the present step
        self.until: str | None = None  # "step" or "epoch" while doing just one
        self.resume_when_watched = False
        self.speed: float | None = None  # epochs per second; None: as fast as it goes
        self.latest: dict[str, float] = {}
        self.rest: Callable[[], Any] | None = None  # computes facts that take a while
        self.seconds = 0.0  # of training, pauses left out
        self.waited = 0.0  # to keep to the speed
        self.next_frame = self.next_look = 0.0
        self.next_epoch = 1.0  # of a frame that is due whatever the clock says
        self.history: deque[tuple[float, int, float]] = deque(maxlen=16)  # (seconds, step, epoch) at frames

    def run(self) -> None:
        """Train until the end; always leaves a state record that says how it ended."""
        try:
            self._prepare()
            self._begin_segment()
            give_way()
            self._loop()
        except Ended as end:
            outcome, sentence = end.outcome, end.sentence
        except Exception as error:
            outcome, sentence = ending_of(error, self.limits)
            if outcome != "memory":
                traceback.print_exc()
        self._end(outcome, sentence)

    def _prepare(self) -> None:
        spec = self.folder.spec
        self.model_name = spec.model
        self.model = importlib.import_module(f"models.{spec.model}")
        self.settings = importlib.import_module("models.settings")
        self.config = self.settings.from_mapping(self.model.Config, spec.config)

    def _begin_segment(self) -> None:
        """(Re)start from the same initial weights: the seed is in the config."""
        self.segment += 1
        self.seconds, self.latest = 0.0, {}
        self.history.clear()
        self.next_epoch = 1.0
        config = self.settings.to_mapping(self.config)
        self.log.record({"kind": "head", "model": self.model_name, "config": config, "segment": self.segment})
        self.training: Generator[Any, Any, None] = self.model.train(self.config)
        self.step = next(self.training)
        self._take(self.step)
        self._frame()
        self._say(self.state, "start" if self.segment == 0 else "rewind")

    def _take(self, step: Any) -> None:
        """Record what a step says beside its pictures."""
        self.step, self.kept = step, False
        if step.metrics:
            self.latest.update(step.metrics)
        if step.facts:
            self.rest = getattr(step.facts, "rest", self.rest)  # older ones are out of date
            self.log.record({"kind": "facts", "facts": getattr(step.facts, "known", step.facts)})
        if step.note:
            self.log.record({"kind": "note", **dataclasses.asdict(step.note)})

    def _tell_rest(self) -> None:
        """Record facts that take a while, now that the step that brought them is drawn."""
        rest, self.rest = self.rest, None
        if rest is not None:
            self.log.record({"kind": "facts", "facts": rest()})

    def _frame(self) -> None:
        step = self.framed = self.step
        if self.said == "paused" and step.step > 0:
            self._keep_weights()  # whoever sees this frame may ask for them at once
        self.next_epoch = self._epoch_after(step.epoch)
        self.history.append((self.seconds + self.waited, step.step, step.epoch))
        self.log.frame(
            {
                "segment": self.segment,
                "step": step.step,
                "epoch": round(step.epoch, 6),
                "seconds": round(self.seconds, 4),
                "rates": self._rates(),
                "metrics": {name: float(value) for name, value in self.latest.items()},
                "arrays": dict(step.observe()),
            }
        )

    def _rates(self) -> dict[str, float]:
        """Steps and epochs per second over the last frames."""
        (s0, n0, e0), (s1, n1, e1) = self.history[0], self.history[-1]
        span = s1 - s0
        if span <= 0:
            return {}
        return {"steps": round((n1 - n0) / span, 2), "epochs": round((e1 - e0) / span, 3)}

    def _epoch_after(self, epoch: float) -> float:
        """The beginning is where most happens: a frame every epoch for a while, then at every tenth more epochs."""
        return max(math.floor(epoch + 1e-9) + 1.0, epoch * 1.1 if epoch > 20 else 0.0)

    def _frame_interval(self) -> float:
        """Seconds between frames: doubles each time half of what is left of the log's room is used up."""
        used = min(self.log.size / (self.limits.max_log_mb * 1e6), 0.999)
        return 2.0 ** math.floor(-math.log2(1 - used)) / self.limits.frames_per_second

    def _loop(self) -> None:
        while True:
            self._tell_rest()
            self._obey_waiting()
            if self.state == "paused" and self.until is None:
                self._wait()
                continue
            began = time.perf_counter()
            try:
                step = next(self.training)
            except StopIteration:
                raise Ended("finished") from None
            self._take(step)
            if step.metrics:  # a step without any only brings facts
                self.log.metrics(self.segment, step.step, step.epoch, step.metrics)
            now = time.perf_counter()
            self.seconds += now - began
            self._after_step(now)

    def _after_step(self, now: float) -> None:
        """Frame, pause after a single step, keep to the speed, keep to the limits."""
        step = self.step
        if self.until == "step" or (self.until == "epoch" and step.epoch >= self.stop_epoch):
            self.until = None
            self._frame()
            self._say("paused", "learner")
        elif now >= self.next_frame or step.epoch >= self.next_epoch:
            self._frame()
            self.next_frame = time.perf_counter() + self._frame_interval()
        if self.speed is not None and self.until is None:
            self._keep_speed(now)
        if now >= self.next_look:
            self.next_look = now + LEASE_LOOK
            self._check_limits()

    def _keep_speed(self, now: float) -> None:
        """Sleep until this epoch is due, obeying commands meanwhile."""
        if self._due() - now > 1 / self.limits.frames_per_second:
            self._frame()
        while self.state == "running" and (left := self._due() - time.perf_counter()) > 0:
            self._wait(min(left, LEASE_LOOK))
        self.waited += time.perf_counter() - now
        if now - self._due() > 0.5:  # too slow for this speed: do not run after lost time
            self._set_speed(self.speed)

    def _due(self) -> float:
        """When the present step is to be taken at this speed; long ago without one."""
        epochs = float(self.step.epoch - self.speed_epoch)
        return self.speed_began + epochs / (self.speed or math.inf)

    def _set_speed(self, speed: float | None) -> None:
        self.speed, self.speed_began, self.speed_epoch = speed, time.perf_counter(), self.step.epoch

    def _check_limits(self) -> None:
        if self.seconds > self.limits.max_seconds:
            raise Ended("time", seconds=self.limits.max_seconds)
        unwatched = self.folder.seconds_unwatched()
        if unwatched > self.limits.lease_end_seconds:
            raise Ended("left")
        if unwatched > self.limits.lease_pause_seconds and self.state == "running":
            self.resume_when_watched = True
            self._frame()
            self._say("paused", "lease")
        elif self.resume_when_watched and unwatched < self.limits.lease_pause_seconds:
            self.resume_when_watched = False
            self.channel.send({"ask": "play"})  # the server grants it when a place is free

    def _wait(self, timeout: float = LEASE_LOOK) -> None:
        """Sleep until a command comes or the lease wants a look."""
        try:
            message = self.channel.inbox.get(timeout=timeout)
        except queue.Empty:
            self._check_limits()
            return
        self._obey(message)

    def _obey_waiting(self) -> None:
        while self.until != "step" and not self.channel.inbox.empty():  # two "step" are two steps
            self._obey(self.channel.inbox.get())

    def _obey(self, message: Message | None) -> None:
        if message is None:
            raise Ended("server")
        action = message.get("action")
        if action == "play":
            self.until, self.resume_when_watched, self.next_frame = None, False, 0.0
            self._set_speed(self.speed)
            self._say("running", "learner")
        elif action == "pause":
            self.resume_when_watched = False
            self._pause(message.get("reason", "learner"))
        elif action in ("step", "epoch"):
            self._pause("learner")
            self.until, self.stop_epoch = action, math.floor(self.step.epoch + 1e-9) + 1
        elif action == "stop":
            raise Ended(message.get("outcome", "stopped"))
        elif action == "rewind":
            self.state, self.until = "paused", None
            self.training.close()
            self._begin_segment()
        elif action == "speed":
            self._set_speed(message["epochs_per_second"])
        elif action == "queued":
            self._say("queued" if self.state != "running" else "running", "queue", place=message["place"])
        elif action in ("set", "edit"):
            self._change(message)

    def _pause(self, reason: str) -> None:
        if self.state == "running":
            self._frame()
        if self.said != "paused":
            self._say("paused", reason)

    def _change(self, message: Message) -> None:
        """New live settings, or one weight typed by hand: applied between steps, shown at once, nothing reset."""
        try:
            if message["action"] == "set":
                live = self.settings.live_names(self.model.Config)
                if fixed := message["values"].keys() - live:  # such as the path of a file on the server
                    raise ValueError(f"{min(fixed)} cannot change while a run trains; start a new run.")
                merged = {**self.settings.to_mapping(self.config), **message["values"]}
                config = self.settings.from_mapping(self.model.Config, merged)
                if config == self.config:
                    return  # said twice, by the page and by the browser
                self.config = config
            elif self.step.edit is not None:
                self.step.edit(message["name"], tuple(message["index"]), float(message["value"]))
        except (ValueError, IndexError, TypeError, OverflowError) as error:
            self.log.record({"kind": "refused", "sentence": str(error)})
            return
        try:
            self._take(self.training.send(self.config))
        except StopIteration:  # after its last step
            raise Ended("finished") from None
        if self.state != "running":
            self._frame()
            self._keep_weights()

    def _say(self, state: str, reason: str, **more: Any) -> None:
        """Record the state and tell the server. A queued run is a paused one that waits for its place."""
        self.said = state
        self.state = "running" if state == "running" else "paused"
        if state == "paused" and reason != "start":  # a preview that nobody plays leaves nothing
            self._keep_weights()
        record = {"kind": "state", "state": state, "reason": reason, **more}
        self.log.record(record)
        self.channel.send(record)

    def _keep_weights(self) -> None:
        """Replace the file of parameters by the present ones. A full disk must not end the run."""
        if self.kept or self.step.parameters is None:
            return
        try:
            weights.save(self.folder.path, self.step.parameters())
            self.kept = True
        except OSError:
            traceback.print_exc()

    def _end(self, outcome: str, sentence: str) -> None:
        """Last frame and last record. Must work whatever went wrong before."""
        try:
            begun = self.segment >= 0 and bool(self.history)
            if begun and outcome not in ("memory", "failed", "refused"):
                if self.step is not self.framed:
                    self._frame()
                if self.step.step > 0:  # a preview that nobody plays leaves nothing
                    self._keep_weights()
        except Exception:
            traceback.print_exc()
        metrics = {**self.latest, "seconds": round(self.seconds, 4)}
        record = {
            "kind": "state",
            "state": "ended",
            "outcome": outcome,
            "sentence": sentence,
            "metrics": {name: float(value) for name, value in metrics.items()},
        }
        self.log.record(record)
        self.log.close()
        self.channel.send(finite(record))
