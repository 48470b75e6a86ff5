"""Thirty people open a lesson at once: how much longer than for an empty Streamlit page, and how much memory?

The empty page is served by a second server on the same machine; the two are asked in turn. Then the thirty do what a
browser does: each prepares a run and follows its stream.
"""

from __future__ import annotations

import asyncio
import time

from bench.client import Client, Viewer
from bench.processes import Memory, children, cpu_seconds, memory
from bench.report import Figure, main, median, p95
from bench.server import Server
from bench.session import Session

N_SESSIONS = 30
LESSON = "mlp"


def measure(quick: bool) -> list[Figure]:
    rounds = 2 if quick else 6
    with Server() as ours, Server(script="bench/empty.py") as empty:
        Client(ours).warm()
        return asyncio.run(_measure(ours, empty, rounds))


async def _measure(ours: Server, empty: Server, rounds: int) -> list[Figure]:
    lesson_times: list[float] = []
    empty_times: list[float] = []
    exceptions: list[str] = []
    await _round(ours, LESSON)  # the first visitors of a server wait for its imports
    await _round(empty, "")
    busy = {ours.pid: 0.0, empty.pid: 0.0}  # processor seconds of the web process
    for _ in range(rounds):
        for server, page, times in ((ours, LESSON, lesson_times), (empty, "", empty_times)):
            before = cpu_seconds(server.pid)
            sessions = await _round(server, page)
            busy[server.pid] += cpu_seconds(server.pid) - before
            times += [session.seconds for session in sessions]
            exceptions += [message for session in sessions for message in session.exceptions]
    idle = memory(ours.pid)
    frames, held, warm = await _with_runs(ours)
    return [
        Figure("empty page, median", median(empty_times), "s"),
        Figure("empty page, p95", p95(empty_times), "s"),
        Figure("lesson, median", median(lesson_times), "s"),
        Figure("lesson, p95", p95(lesson_times), "s"),
        Figure("lesson ÷ empty, p95", p95(lesson_times) / p95(empty_times), "", at_most=1.5),
        Figure("processor time of an empty page", 1000 * busy[empty.pid] / len(empty_times), "ms"),
        Figure("processor time of a lesson", 1000 * busy[ours.pid] / len(lesson_times), "ms"),
        Figure("exceptions shown", len(exceptions), "", at_most=0, note="; ".join(sorted(set(exceptions)))),
        Figure("opened and untrained network received, p95", p95(frames), "s"),
        Figure("web process before, resident", idle.resident, "MB"),
        Figure("web process with 30 open, resident", held[0].resident, "MB", at_most=600),
        Figure("web process with 30 open, private", held[0].private, "MB"),
        Figure("30 prepared runs, private, all together", sum(one.private for one in held[1:]), "MB"),
        Figure("warm process, resident (shared with the runs)", warm, "MB"),
    ]


async def _round(server: Server, page: str) -> list[Session]:
    """All open at once and leave when the last one has its page."""
    sessions = await asyncio.gather(*(Session(server, page).open() for _ in range(N_SESSIONS)))
    await asyncio.gather(*(session.close() for session in sessions))
    await asyncio.sleep(0.3)
    return list(sessions)


async def _with_runs(server: Server) -> tuple[list[float], list[Memory], float]:
    """Seconds until each has its first frame; memory of the web process, then of the workers; of the warm process."""
    client = Client(server)
    tasks: list[asyncio.Task[None]] = []
    sessions: list[Session] = []

    async def visit() -> float:
        began = time.monotonic()
        session = await Session(server, LESSON).open()
        run = await asyncio.to_thread(client.post_spec, session.live_view["spec"], paused=True)
        viewer = Viewer(server, run)
        tasks.append(asyncio.create_task(viewer.watch()))
        sessions.append(session)
        while not viewer.frames:
            await asyncio.sleep(0.01)
        return viewer.frames[0][0] - began

    times = await asyncio.gather(*(visit() for _ in range(N_SESSIONS)))
    held = [memory(pid) for pid in (server.pid, *server.workers())]
    warm = sum(memory(pid).resident for pid in children(server.pid))
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, *(session.close() for session in sessions), return_exceptions=True)
    return list(times), held, warm


if __name__ == "__main__":
    main(measure)
