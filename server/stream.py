"""A run's log as Server-Sent Events.

Per watched run one task looks at the size of the log and reads what is new, once; all its viewers then send the same
bytes. A viewer who lags reads the file by himself. The `id` of an event is the offset after its record, so that a
browser that lost its connection gets exactly what it missed.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import time
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from functools import partial
from typing import Any

from training.arrays import jsonable
from training.log import FRAME, parse_record, read_index, read_lines, records, whole_size
from training.runs import Runs
from training.spec import RunFolder

POLL_SECONDS = 0.02
#: After a start or a command somebody waits for the next frame: the log is looked at more often for a while.
EAGER_POLL_SECONDS = 0.004
EAGER_SECONDS = 1.0
#: How long the first frame of a run that takes another's place is waited for, so that it comes with the word of it.
FIRST_SECONDS = 0.1
MOST_FIRST = 1 << 24  # bytes
#: Silence after which a comment is sent, so that a dead connection is noticed.
HEARTBEAT_SECONDS = 10.0
#: Seconds between renewals of the lease of a run that somebody watches.
WATCH_SECONDS = 5.0
MAX_INDEX = 2000


class Closing:
    """Set when the server is told to stop: streams end themselves, for the server waits for them."""

    now = False


def event(line: bytes, end: int) -> bytes:
    """One record as an event."""
    return b"id: %d\ndata: %s\n\n" % (end, line)


class Tail:
    """Follows the log of one run for all its viewers in this process."""

    def __init__(self, folder: RunFolder) -> None:
        self.folder = folder
        self.viewers = 0
        self.end = whole_size(folder.path)
        self.recent: deque[tuple[int, int, bytes]] = deque(maxlen=32)  # (offset, end, event)
        self.successor: Callable[[], str | None] = lambda: None  # see `events`
        self._newest: str | None = None
        self._changed = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._began = time.monotonic()  # or was hurried
        self._rest: asyncio.Future[None] | None = None
        self._unlisten: Callable[[], None] | None = None

    async def __aenter__(self) -> Tail:
        self.viewers += 1
        if self._task is None:
            self.folder.watch()
            self._task = asyncio.create_task(self._follow())
        return self

    async def __aexit__(self, *_: object) -> None:
        self.viewers -= 1
        if self.viewers == 0 and self._task is not None:
            self._task.cancel()
            if self._unlisten is not None:
                self._unlisten()
            _tails.pop(self.folder.id, None)

    def belongs_to(self, own: Runs) -> None:
        """Says which runs this one is of: they know its successor, and when to hurry."""
        self.successor = partial(own.successor, self.folder.id, self.folder.spec)
        if self._unlisten is not None:
            return
        loop = asyncio.get_running_loop()

        def hurry() -> None:
            with suppress(RuntimeError):  # the server has ended
                loop.call_soon_threadsafe(self._hurry)

        own.listen(self.folder.id, hurry)
        self._unlisten = partial(own.listen, self.folder.id, None)

    def _hurry(self) -> None:
        """Look now, and often for a while."""
        self._began = time.monotonic()
        self._look()

    def _look(self) -> None:
        if self._rest is not None and not self._rest.done():
            self._rest.set_result(None)

    async def _pause(self) -> None:
        """Until the next look is due."""
        eager = time.monotonic() - self._began < EAGER_SECONDS
        loop = asyncio.get_running_loop()
        self._rest = loop.create_future()
        alarm = loop.call_later(EAGER_POLL_SECONDS if eager else POLL_SECONDS, self._look)
        try:
            await self._rest
        finally:
            alarm.cancel()

    async def _follow(self) -> None:
        path, watched = self.folder.path / "frames.jsonl", time.monotonic()
        while True:
            await self._pause()
            if (newest := self.successor()) != self._newest:
                self._newest = newest
                self._wake()
            try:
                if path.stat().st_size > self.end:
                    self._read()
                if time.monotonic() - watched > WATCH_SECONDS:
                    watched = time.monotonic()
                    self.folder.watch()
            except OSError:
                return  # deleted while somebody watched: a preview that was replaced
            if Closing.now:
                self._wake()

    def _read(self) -> None:
        offset = self.end
        lines, _ = read_lines(self.folder.path, offset)
        for line in lines:
            end = offset + len(line) + 1
            self.recent.append((offset, end, event(line, end)))
            offset = end
        if lines:
            self.end = offset
            self._wake()

    def _wake(self) -> None:
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()

    async def after(self, offset: int) -> tuple[list[bytes], int]:
        """Events after `offset` (none when it stays quiet for a while), and the offset after them."""
        if offset >= self.end:
            try:
                await asyncio.wait_for(self._changed.wait(), HEARTBEAT_SECONDS)
            except TimeoutError:
                return [], offset
        if offset >= self.end:
            return [], offset
        if self.recent and offset >= self.recent[0][0]:
            return [data for start, _, data in self.recent if start >= offset], self.end
        lines, end = read_lines(self.folder.path, offset)
        events = []
        for line in lines:
            offset += len(line) + 1
            events.append(event(line, offset))
        return events, end


_tails: dict[str, Tail] = {}


def tail_of(folder: RunFolder) -> Tail:
    """The process's one tail of a run."""
    if folder.id not in _tails:
        _tails[folder.id] = Tail(folder)
    return _tails[folder.id]


async def events(folder: RunFolder, last_id: int | None, own: Runs | None = None) -> AsyncIterator[bytes]:
    """The stream of one viewer: from `last_id` on, or the story so far and then what follows.

    own: the runs, if the viewer is the learner whose run this is: an event "next" tells of the run that takes this one's place,
    and of one that takes that one's place. If it was begun for a page that this viewer has open, its first records come along,
    for a browser takes a while to open another stream.
    """
    known: str | None = None
    # A preview that was replaced is deleted: its stream ends, and whoever asks again is told so.
    with suppress(FileNotFoundError):
        async with tail_of(folder) as tail:
            if own is not None:
                tail.belongs_to(own)
            offset = tail.end if last_id is None else last_id
            if last_id is None:
                for line in await asyncio.to_thread(history, folder, offset):
                    yield event(line, offset)
            while not Closing.now:
                if own is not None and (newest := tail.successor()) not in (None, known):
                    known, told = newest, own.told(newest)
                    first = await _first_records(own.folder_of(newest)) if "session" in told else b"[]"
                    text = json.dumps(told, separators=(",", ":")).encode()
                    yield b'event: next\ndata: {"first":%s,%s\n\n' % (first, text[1:])
                ready, offset = await tail.after(offset)
                yield b"".join(ready) if ready else b":\n\n"


async def _first_records(folder: RunFolder) -> bytes:
    """A JSON list of a run's records once its first frame is among them, each with where its line ends in the log; what there
    is of them when that takes longer."""
    began, lines = time.monotonic(), list[bytes]()
    while True:
        with suppress(FileNotFoundError):
            lines, _ = read_lines(folder.path, 0, MOST_FIRST)
        framed = any(line.startswith(FRAME) for line in lines)
        if framed or Closing.now or time.monotonic() - began > FIRST_SECONDS:
            break
        await asyncio.sleep(EAGER_POLL_SECONDS)
    ends = itertools.accumulate(len(line) + 1 for line in lines)
    found = [b'{"end":%d,"record":%s}' % (end, line) for end, line in zip(ends, lines, strict=True)]
    return b"[%s]" % b",".join(found)


def with_note(notes: list[dict[str, Any]], record: dict[str, Any]) -> list[dict[str, Any]]:
    """The notes that hold after this one: see `models.step.Note`."""
    others = [note for note in notes if (note["name"], note["title"]) != (record["name"], record["title"])]
    return [*others, record] if record["cause"] else others


def history(folder: RunFolder, end: int) -> list[bytes]:
    """What a newcomer needs: one history record of the current segment and its newest frame.

    `end` is where the log ended when the viewer came; what is written meanwhile follows as events of its own.
    """
    head: dict[str, Any] = {}
    facts: dict[str, Any] = {}
    notes: list[dict[str, Any]] = []
    state: dict[str, Any] | None = None
    for record in records(folder.path, frames=False, end=end):
        kind = record.get("kind")
        if kind == "head":
            head, facts, notes = record, {}, []
        elif kind == "facts":
            facts |= record["facts"]
        elif kind == "note":
            notes = with_note(notes, record)
        elif kind == "state":
            state = record
    segment = head.get("segment", 0)
    entries = [entry for entry in read_index(folder.path) if entry["offset"] < end]
    # A pause, an edit or the end shows a step again: its newest frame is the one that counts.
    index = list({entry["step"]: entry for entry in entries if entry["segment"] == segment}.values())
    story = {
        "kind": "history",
        "head": head,
        "facts": facts,
        "notes": notes,
        "state": state,
        "index": columns(thinned(index)),
    }
    lines = [json.dumps(jsonable(story), separators=(",", ":")).encode()]
    # A frame stands in the log a moment before it stands in the index: look from the last one known there.
    start = entries[-1]["offset"] if entries else 0
    lately, _ = read_lines(folder.path, start, end - start)
    for line in reversed(lately):
        if line.startswith(FRAME) and (parse_record(line) or {}).get("segment") == segment:
            lines.append(line)
            break
    return lines


def thinned(index: list[dict[str, Any]], most: int = MAX_INDEX) -> list[dict[str, Any]]:
    """At most `most` entries, evenly chosen, the first and the last among them."""
    if len(index) <= most:
        return index
    return [index[round(i * (len(index) - 1) / (most - 1))] for i in range(most)]


def columns(index: list[dict[str, Any]]) -> dict[str, Any]:
    """The index as columns: shorter to send and ready to draw."""
    names = list(dict.fromkeys(name for entry in index for name in entry["metrics"]))
    table: dict[str, Any] = {
        key: [entry[key] for entry in index] for key in ("offset", "step", "epoch", "seconds")
    }
    table["metrics"] = {name: [entry["metrics"].get(name) for entry in index] for name in names}
    return table
