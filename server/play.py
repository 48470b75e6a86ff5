"""A game played by hand: the browser sends keys, the server plays it in real time, over one WebSocket.

The server knows no game. A game is a file of `models/` that ends in `_play.py`, with a `Player`:

    Player(opening)          begins with the first message; raises ValueError, one sentence
    .hello() -> text         what the browser gets first
    .told(message) -> text   takes in what the browser says later, and what to answer, or None; raises ValueError
    .tick() -> text          plays one sixtieth of a second, and what to send, or None while the game stands still

GET {base}/play/<game>?tab=<any word> is upgraded to a WebSocket. All messages are JSON objects in text. Whatever cannot be
understood is answered by {"kind": "error", "error": sentence}; the game goes on. {"kind": "bye", "reason": sentence} comes
before the server closes: too many players, nobody at the keys, the same tab playing elsewhere.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from starlette.websockets import WebSocket, WebSocketDisconnect

from server.learner import from_our_page, learner_of
from server.stream import Closing
from training.environment import environment
from training.log import parse_record

MODELS = Path(__file__).resolve().parent.parent / "models"
TICK_SECONDS = 1 / 60
MOST_BEHIND = 6  # ticks that are caught up on after a hold-up; what is more is let go
OPENING_SECONDS = 10.0  # from the connection to the first message
IDLE_SECONDS = 60.0  # without a word from the browser
MAX_MESSAGE = 32_768  # characters
MOST_MESSAGES = 240  # in a second
CHEAP_SECONDS = 0.001  # of processor time that a message may take without consequence
REST = 4.0  # times as long as a dearer one took, its sender is not listened to
MAX_TAB = 64  # characters of a tab's name
LEFT, REFUSED = 1000, 1008  # close codes: normal, against the rules


class Player(Protocol):
    """A game of one person; see above."""

    def hello(self) -> str: ...

    def told(self, message: Mapping[str, Any]) -> str | None: ...

    def tick(self) -> str | None: ...


class Bye(Exception):
    """The end of a game, with the reason that the player reads."""

    def __init__(self, reason: str, code: int = LEFT) -> None:
        super().__init__(reason)
        self.reason, self.code = reason, code


#: (learner, tab) → whoever plays there now.
_seats: dict[tuple[str, str], _Seat] = {}


class _Seat:
    """One connection. Two tasks: one listens, one keeps the time; the first to end ends both."""

    def __init__(self, socket: WebSocket, key: tuple[str, str]) -> None:
        self.socket, self.key = socket, key
        self.moved = asyncio.Event()  # somebody else took the seat
        self._counted, self._since = 0, time.monotonic()

    async def run(self, game: str) -> None:
        player = await self._open(game)
        await self.socket.send_text(player.hello())
        tasks = [
            asyncio.create_task(job)
            for job in (self._listen(player), self._keep_time(player), self._give_way())
        ]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        for task in done:
            task.result()

    async def _open(self, game: str) -> Player:
        make = await asyncio.to_thread(_game, game)
        for _ in range(4):  # one clear sentence for a bad level, and a chance to send a better one
            message = await self._receive(OPENING_SECONDS)
            try:
                player: Player = await asyncio.to_thread(make, message)
                return player
            except ValueError as error:
                await self._complain(error)
        raise Bye("The game could not begin.", REFUSED)

    async def _receive(self, seconds: float) -> dict[str, Any]:
        """The next message that is a JSON object."""
        while True:
            try:
                event = await asyncio.wait_for(self.socket.receive(), seconds)
            except TimeoutError:
                raise Bye(f"Nobody pressed a key for {seconds:.0f} seconds.") from None
            if event["type"] == "websocket.disconnect":
                raise WebSocketDisconnect(event.get("code", LEFT))
            text = event.get("text")
            self._count(text)
            message = parse_record(text.encode("utf-8", "replace")) if text else None
            if message is not None:
                return message
            await self._complain(ValueError("A message must be a JSON object."))

    def _count(self, text: str | None) -> None:
        if text is not None and len(text) > MAX_MESSAGE:
            raise Bye(f"A message may have at most {MAX_MESSAGE} characters.", REFUSED)
        now = time.monotonic()
        if now - self._since > 1:
            self._counted, self._since = 0, now
        self._counted += 1
        if self._counted > MOST_MESSAGES:
            raise Bye(f"More than {MOST_MESSAGES} messages in a second: no hand is that fast.", REFUSED)

    async def _complain(self, error: ValueError) -> None:
        await self.socket.send_text(json.dumps({"kind": "error", "error": str(error)}))

    async def _listen(self, player: Player) -> None:
        while True:
            message = await self._receive(IDLE_SECONDS)
            # The thread's own time: waiting for a core on a busy machine is not the sender's doing.
            began = time.thread_time()
            try:
                answer, refused = player.told(message), None
            except ValueError as error:
                answer, refused = None, error
            took = time.thread_time() - began
            if refused is not None:
                await self._complain(refused)
            elif answer is not None:
                await self.socket.send_text(answer)
            # What costs much, such as a painted level, cannot be asked for so often that others wait.
            if took > CHEAP_SECONDS:
                await asyncio.sleep(REST * took)

    async def _keep_time(self, player: Player) -> None:
        due = time.monotonic()
        while not Closing.now:
            due = max(due + TICK_SECONDS, time.monotonic() - MOST_BEHIND * TICK_SECONDS)
            await asyncio.sleep(due - time.monotonic())
            state = player.tick()
            if state is not None:
                await self.socket.send_text(state)
        raise Bye("The server was stopped.")

    async def _give_way(self) -> None:
        await self.moved.wait()
        raise Bye("The game goes on in another connection of this tab.")


def _game(name: str) -> Any:
    """The Player class of a game: a look at the folder, not a module made from the request."""
    names = {path.stem.removesuffix("_play"): path.stem for path in MODELS.glob("*_play.py")}
    if name not in names:
        raise Bye("There is no such game.", REFUSED)
    return importlib.import_module(f"{MODELS.name}.{names[name]}").Player


async def play(socket: WebSocket) -> None:
    """The WebSocket route."""
    if not from_our_page(socket):
        await socket.close(REFUSED)  # before it is accepted: the browser sees a 403
        return
    await socket.accept()
    tab = socket.query_params.get("tab", "")[:MAX_TAB]
    key = (learner_of(socket) or "", tab) if tab else (str(id(socket)), "")
    seat = _Seat(socket, key)
    with contextlib.suppress(WebSocketDisconnect, RuntimeError):  # RuntimeError: sending into a closed socket
        try:
            _take(seat)
            await seat.run(socket.path_params["game"])
        except Bye as bye:
            await socket.send_text(json.dumps({"kind": "bye", "reason": bye.reason}))
            await socket.close(bye.code)
        finally:
            if _seats.get(key) is seat:
                del _seats[key]


def _take(seat: _Seat) -> None:
    """A place among the players; whoever had it in the same tab leaves."""
    before = _seats.get(seat.key)
    if before is None and len(_seats) >= environment().max_players:
        raise Bye("Too many people play at the moment: try again in a minute.", REFUSED)
    _seats[seat.key] = seat
    if before is not None:
        before.moved.set()
