"""What happens when the server starts and stops."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import signal
import socket
import threading
from collections.abc import AsyncIterator, Callable
from types import FrameType
from typing import Any

from server.stream import Closing
from training.local import LocalExecutor
from training.runs import Runs, runs


@contextlib.asynccontextmanager
async def lifespan(_app: object) -> AsyncIterator[None]:
    """Recover runs of a server that died, warm the workers' parent in the background; end all runs at the end."""
    _end_streams_first()
    _answer_at_once()
    # Before the first visitor: two threads that both made it would not agree.
    own = await asyncio.to_thread(runs)
    started = asyncio.create_task(asyncio.to_thread(_start, own))
    try:
        yield
    finally:
        Closing.now = True
        await asyncio.gather(started, return_exceptions=True)
        await asyncio.to_thread(own.close)


def _start(own: Runs) -> None:
    own.recover()
    own.clean()
    if isinstance(own.executor, LocalExecutor):
        own.executor.warm()


def _answer_at_once() -> None:
    """Send every event as it comes: without this its first one waits up to 40 ms for the browser to acknowledge headers.

    asyncio switches Nagle's algorithm off for sockets that name their protocol, and Streamlit's listening socket does
    not. Connections take the option over from it.
    """
    for thing in gc.get_objects():
        # By type: asking an object for its class runs code of its own, such as torch's deprecation warnings.
        if issubclass(type(thing), socket.socket) and thing.family in (socket.AF_INET, socket.AF_INET6):
            if thing.type == socket.SOCK_STREAM:
                with contextlib.suppress(OSError):  # closed
                    thing.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def _end_streams_first() -> None:
    """On Ctrl-C the server waits until every response is over, and a live stream never is: tell the streams."""
    if threading.current_thread() is not threading.main_thread():
        return  # under a test client
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _then(signal.getsignal(number)))


def _then(handler: Any) -> Callable[[int, FrameType | None], None]:
    def handle(number: int, frame: FrameType | None) -> None:
        Closing.now = True
        if callable(handler):
            handler(number, frame)

    return handle
