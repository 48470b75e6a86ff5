"""A browser's EventSource, as far as the stream's tests need one."""

from __future__ import annotations

import http.client
import itertools
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Self


@dataclass(frozen=True)
class Event:
    """One event: its name ("" for a plain message), its id and its data as it came."""

    name: str
    id: int | None
    data: str

    @property
    def record(self) -> Any:
        return json.loads(self.data)


def parse(block: str) -> Event | None:
    """The event in a block of lines; None for a comment."""
    fields = [line.partition(": ")[::2] for line in block.splitlines() if not line.startswith(":")]
    if not fields:
        return None
    named = dict(fields)
    assert len(named) == len(fields)
    return Event(named.get("event", ""), int(named["id"]) if "id" in named else None, named["data"])


class Viewer:
    """One connection to a run's stream."""

    def __init__(
        self, port: int, view: str, last_id: int | str | None = None, query: str = "", cookie: str = ""
    ) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        headers = {"Accept": "text/event-stream", "Cookie": cookie}
        if last_id is not None:
            headers["Last-Event-ID"] = str(last_id)
        self._connection.request("GET", f"/live/{view}{query}", headers=headers)
        self.answer = self._connection.getresponse()
        self.text = self._waiting = ""  # everything that came, and what of it is no whole event yet

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.answer.close()
        self._connection.close()

    def next(self) -> Event | None:
        """The next event, waited for; None when the server has ended the stream."""
        while True:
            while "\n\n" in self._waiting:
                block, _, self._waiting = self._waiting.partition("\n\n")
                if (event := parse(block)) is not None:
                    return event
            chunk = self.answer.read1(1 << 16).decode()
            if not chunk:
                assert self._waiting == ""
                return None
            self.text += chunk
            self._waiting += chunk

    def events(self) -> Iterator[Event]:
        """Events as they come, until the server ends the stream."""
        while (event := self.next()) is not None:
            yield event

    def until(self, condition: Callable[[Event], bool]) -> list[Event]:
        """Events up to the first one that fits."""
        seen = []
        for event in self.events():
            seen.append(event)
            if condition(event):
                return seen
        raise AssertionError("the stream ended first")

    def first(self, n: int) -> list[Event]:
        """The next n events."""
        return list(itertools.islice(self.events(), n))


def ended(event: Event) -> bool:
    """Whether this is the last event of a run."""
    return event.id is not None and event.record.get("state") == "ended"
