"""JSON lines between the server and one worker, over a socket or a pair of pipes.

A thread reads, so that the training loop asks "has anything come?" for the price of a look at a queue,
and so that the same code serves systems whose pipes cannot be polled.
"""

from __future__ import annotations

import json
import queue
import threading
from collections.abc import Callable
from typing import Any, BinaryIO

Message = dict[str, Any]


class Channel:
    """One end of the line. `None` in the inbox means that the other side is gone."""

    def __init__(
        self, reader: BinaryIO, writer: BinaryIO, on_message: Callable[[Message | None], None] | None = None
    ):
        self.inbox: queue.SimpleQueue[Message | None] = queue.SimpleQueue()
        self._reader, self._writer = reader, writer
        self._lock = threading.Lock()
        self._deliver = on_message or self.inbox.put
        threading.Thread(target=self._read, name="channel", daemon=True).start()

    def _read(self) -> None:
        try:
            for line in self._reader:
                self._deliver(json.loads(line))
        except (OSError, ValueError):
            pass  # a line cut off by the other side's death: the same as its end
        self._deliver(None)
        self.close()

    def send(self, message: Message) -> bool:
        """Send; False when the other side is gone."""
        try:
            with self._lock:
                self._writer.write(json.dumps(message).encode() + b"\n")
                self._writer.flush()
        except (OSError, ValueError):
            return False
        return True

    def close(self) -> None:
        for stream in (self._writer, self._reader):
            try:
                stream.close()
            except OSError:
                pass
