"""The platformer: how fast 64 copies step on one core, and how a game by hand follows the keys."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Sequence

import numpy as np
from websockets.asyncio.client import ClientConnection, connect

from bench.processes import cpu_seconds
from bench.report import Figure, main, median, p95
from bench.server import Server
from models.platformer_game import Game
from models.platformer_level import Level
from models.platformer_levels import LEVELS
from models.platformer_rules import N_ACTIONS, Rules

COPIES = 64
PLAYERS = 20
LEFT, RIGHT = 1, 2  # keys


def game_alone(quick: bool) -> list[Figure]:
    """Copies that step with random actions, which die often: beginning anew is in the figure."""
    shipped = [one.level for one in LEVELS]
    steps = 500 if quick else 3000
    each = [
        _figure("level 1", shipped[:1], steps, at_least=200_000),
        _figure("all levels, one in each copy", shipped, steps, at_least=200_000),
    ]
    if quick:
        return each
    hardest = [_figure(f"level {i + 1}", [level], steps) for i, level in enumerate(shipped) if i]
    skips = [_figure(f"level 1, skip {skip}", shipped[:1], steps, skip=skip) for skip in (1, 2, 8)]
    pictures = [
        _figure(f"level 1, {seen}", shipped[:1], steps // 5, seen=seen) for seen in ("pixels", "both")
    ]
    return each + hardest + skips + pictures


def _figure(
    name: str,
    levels: Sequence[Level],
    steps: int,
    *,
    skip: int = 4,
    seen: str = "tiles",
    at_least: float | None = None,
) -> Figure:
    """Steps per second of processor time, best of three; by the clock in the note."""
    game = Game(levels, COPIES, observation=seen, rules=Rules(skip=skip))
    actions = np.random.default_rng(0).integers(0, N_ACTIONS, (steps, COPIES))
    best = clock = 0.0
    for _ in range(3):
        began, used = time.perf_counter(), time.process_time()
        for row in actions:
            game.step(row)
        best = max(best, steps * COPIES / (time.process_time() - used))
        clock = max(clock, steps * COPIES / (time.perf_counter() - began))
    return Figure(name, best, "steps/s", at_least=at_least, note=f"by the clock {clock:,.0f}")


def game_by_hand(quick: bool) -> list[Figure]:
    """One player, then PLAYERS of them, on a real server over loopback."""
    with Server() as server:
        address = f"ws://127.0.0.1:{server.port}/play"
        alone = asyncio.run(_keys_of_one(f"{address}/platformer", 40 if quick else 200))
        times, used = asyncio.run(_many(f"{address}/platformer", server.pid, 5.0 if quick else 20.0))
    return [
        Figure("key → next state, one player, median", median(alone), "ms"),
        Figure("key → next state, one player, p95", p95(alone), "ms", at_most=60),
        Figure(f"key → next state, {PLAYERS} players, p95", p95(times), "ms", at_most=60),
        Figure(f"processor of {PLAYERS} players", used, "% of a core", at_most=60),
    ]


async def _begun(address: str) -> ClientConnection:
    socket = await connect(address)
    await socket.send(json.dumps({"level": LEVELS[2].level.text}))
    await socket.recv()
    await socket.send(json.dumps({"keys": RIGHT}))
    return socket


async def _keys(socket: ClientConnection, seconds: float, times: list[float]) -> None:
    """Turns about again and again; how long until a state shows it, in milliseconds. Begins again when it is over."""
    keys, ends, pressed = RIGHT, time.monotonic() + seconds, 0.0
    random = np.random.default_rng()
    due = time.monotonic() + random.random()
    while time.monotonic() < ends:
        state = json.loads(await socket.recv())
        if state["kind"] == "state" and pressed:
            if state["facing"] == (1 if keys == RIGHT else -1):
                times.append(1000 * (time.monotonic() - pressed))
                pressed = 0.0
        if state["kind"] == "state" and state["over"] != "running":
            pressed = 0.0
            await socket.send(json.dumps({"restart": True}))
            await socket.send(json.dumps({"keys": keys}))
        elif not pressed and time.monotonic() > due:
            keys = LEFT if keys == RIGHT else RIGHT
            pressed, due = time.monotonic(), time.monotonic() + 0.1 + 0.2 * random.random()
            await socket.send(json.dumps({"keys": keys}))


async def _keys_of_one(address: str, presses: int) -> list[float]:
    times: list[float] = []
    async with await _begun(address) as socket:
        while len(times) < presses:
            await _keys(socket, 2.0, times)
    return times


async def _many(address: str, pid: int, seconds: float) -> tuple[list[float], float]:
    """(milliseconds from key to state, percent of a core that the server used)."""
    times: list[float] = []
    sockets = [await _begun(address) for _ in range(PLAYERS)]
    before, began = cpu_seconds(pid), time.monotonic()
    await asyncio.gather(*(_keys(socket, seconds, times) for socket in sockets))
    used = 100 * (cpu_seconds(pid) - before) / (time.monotonic() - began)
    for socket in sockets:
        await socket.close()
    return times, used


if __name__ == "__main__":
    main(game_alone, game_by_hand)
