"""A visitor's session without a browser: Streamlit's own protocol over its web socket."""

from __future__ import annotations

import asyncio
import json
import time
import urllib.request
from dataclasses import dataclass, field
from typing import Any

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

from bench.server import Server

ANSWER_SECONDS = 120.0


@dataclass
class Session:
    """A page opened by somebody new.

    `seconds` is from asking for the page to the end of its script's run; `exceptions` are the error boxes on the page;
    `live_view` is what the page handed to its live view, if it has one.
    """

    server: Server
    page: str  # "" for the home page, else the lesson's stem
    seconds: float = 0.0
    n_elements: int = 0
    exceptions: list[str] = field(default_factory=list)
    live_view: dict[str, Any] = field(default_factory=dict)
    _socket: ClientConnection | None = None

    async def open(self) -> Session:
        """Fetch the page and its cookie, connect, and read until the script has finished."""
        began = time.monotonic()
        cookie = await asyncio.to_thread(self._fetch)
        self._socket = await connect(
            f"ws://127.0.0.1:{self.server.port}/_stcore/stream",
            subprotocols=["streamlit"],  # type: ignore[list-item]
            additional_headers={"Cookie": cookie},
            max_size=None,
            compression=None,
        )
        ask = BackMsg()
        ask.rerun_script.page_name = self.page
        ask.rerun_script.context_info.url = f"{self.server.url}/{self.page}"
        await self._socket.send(ask.SerializeToString())
        await asyncio.wait_for(self._read(self._socket), ANSWER_SECONDS)
        self.seconds = time.monotonic() - began
        return self

    def _fetch(self) -> str:
        request = urllib.request.Request(f"{self.server.url}/{self.page}", headers={"Accept": "text/html"})
        with urllib.request.urlopen(request, timeout=ANSWER_SECONDS) as answer:
            answer.read()
            return "; ".join(line.partition(";")[0] for line in answer.headers.get_all("Set-Cookie") or ())

    async def _read(self, socket: ClientConnection) -> None:
        while True:
            said = ForwardMsg.FromString(bytes(await socket.recv(decode=False)))
            kind = said.WhichOneof("type")
            if kind == "script_finished":
                return
            if kind == "delta" and said.delta.WhichOneof("type") == "new_element":
                self._take(said.delta.new_element)

    def _take(self, element: Any) -> None:
        self.n_elements += 1
        kind = element.WhichOneof("type")
        if kind == "exception":
            self.exceptions.append(element.exception.message)
        elif kind == "bidi_component" and element.bidi_component.component_name.endswith("live_view"):
            self.live_view = json.loads(element.bidi_component.json or element.bidi_component.mixed.json)

    async def close(self) -> None:
        if self._socket is not None:
            await self._socket.close()
