"""The server's own protocol without a browser: start a run, steer it, read its stream.

A spec must be signed with the server's secret; who owns the home folder (as every measurement does) can sign.
"""

from __future__ import annotations

import asyncio
import json
import time
import urllib.error
import urllib.request
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from bench.processes import children, name
from bench.server import Server
from training.launcher import WARM_SECONDS
from training.spec import Spec
from training.tokens import Tokens
from training.zygote import WARM

Record = dict[str, Any]


@dataclass(frozen=True)
class Run:
    """A started run: its folder's name and the tokens to watch and to steer it."""

    id: str
    view: str
    control: str


class Client:
    """Whoever asks this server for runs."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self._tokens = Tokens(server.home)

    def start(
        self, learner: str, config: dict[str, object], *, model: str = "mlp", paused: bool = False
    ) -> Run:
        """Start a run of `learner`, or prepare it when `paused`."""
        return self.post_spec(self._tokens.pack(Spec(learner, model, model, config)), paused=paused)

    def post_spec(self, spec: str, *, paused: bool) -> Run:
        """Start what a signed spec describes."""
        made = self._post("/runs", {"spec": spec, "paused": paused})
        return Run(made["id"], made["view"], made["control"])

    def command(self, run: Run, action: str, **more: object) -> None:
        self._post(f"/runs/{run.control}", {"action": action, **more})

    def _post(self, path: str, body: Record) -> Any:
        request = urllib.request.Request(
            self.server.url + path, json.dumps(body).encode(), {"Content-Type": "application/json"}
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return json.loads(answer.read())
        except urllib.error.HTTPError as error:
            said = error.read().decode(errors="replace")
            raise RuntimeError(f"{error.code} {said}\n{self.server.log()[-2000:]}") from error

    def warm(self) -> None:
        """Return when the process that workers are forked from has imported everything."""
        run = self.start("nobody", {}, paused=True)
        self.first_frame(run)
        self.command(run, "stop")
        deadline = time.monotonic() + WARM_SECONDS
        while WARM not in map(name, children(self.server.pid)):
            if time.monotonic() > deadline:
                raise RuntimeError("The process that workers are forked from does not get ready.")
            time.sleep(0.05)

    def first_frame(self, run: Run) -> Record:
        """The first frame that arrives (blocks, unlike `events`)."""
        with urllib.request.urlopen(f"{self.server.url}/live/{run.view}", timeout=120) as stream:
            for line in stream:
                if line.startswith(b'data: {"kind":"frame"'):
                    return dict(json.loads(line.removeprefix(b"data: ")))
        raise RuntimeError("The stream ended before its first frame.")


async def events(server: Server, run: Run) -> AsyncIterator[tuple[int, bytes]]:
    """(id, data) of every event of a run's stream, until the server or the caller ends it."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port, limit=1 << 24)
    try:
        request = f"GET /live/{run.view} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n\r\n"
        writer.write(request.encode())
        while (await reader.readline()).strip():
            pass  # the answer's status and headers
        while size := int(await reader.readline() or b"0", 16):  # chunked transfer encoding
            block = await reader.readexactly(size + 2)
            for event in block[:-2].split(b"\n\n"):
                head, _, data = event.partition(b"\ndata: ")
                if data and head.startswith(b"id: "):
                    yield int(head[4:]), data
    finally:
        writer.close()


@dataclass
class Viewer:
    """Reads a run's stream, as a browser does, and remembers when each frame arrived."""

    server: Server
    run: Run
    frames: list[tuple[float, bytes]] = field(default_factory=list)  # (monotonic seconds, record)
    states: list[Record] = field(default_factory=list)

    async def watch(self) -> None:
        """Read until the run has ended, the stream closes or the task is cancelled."""
        async for _, data in events(self.server, self.run):
            if data.startswith(b'{"kind":"frame"'):
                self.frames.append((time.monotonic(), data))
            elif data.startswith(b'{"kind":"state"'):
                self.states.append(json.loads(data))
                if self.states[-1]["state"] == "ended":
                    return

    async def watch_for(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self.watch(), seconds)
        except TimeoutError:
            pass

    def rates(self, after: float = 0.0) -> dict[str, float]:
        """Epochs and frames per second of wall time, and bytes per frame, from `after` seconds of watching on."""
        began = self.frames[0][0] + after
        kept = [(when, data) for when, data in self.frames if when >= began]
        (t0, first), (t1, last) = kept[0], kept[-1]
        span = t1 - t0
        return {
            "epochs": (json.loads(last)["epoch"] - json.loads(first)["epoch"]) / span,
            "frames": (len(kept) - 1) / span,
            "bytes": sum(len(data) for _, data in kept) / len(kept),
        }
