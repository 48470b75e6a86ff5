"""A hundred viewers of one run at ten frames a second: does each get every frame, and what does it cost the server?

The run keeps its own pace of 30 epochs per second. The viewers share the machine with the server; only the web
process's own processor time is counted.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field

from bench.client import Client, Run, events
from bench.processes import cpu_seconds
from bench.report import Figure, main
from bench.server import Server

N_VIEWERS = 100


@dataclass
class Reader:
    """One viewer who keeps the books: record ids, and whether each record was as long as the ids say."""

    ids: list[int] = field(default_factory=list)
    n_frames: int = 0
    n_bytes: int = 0
    torn: int = 0

    async def read(self, server: Server, run: Run) -> None:
        async for end, data in events(server, run):
            if data.startswith(b'{"kind":"history"'):
                continue  # the story so far and the newest frame come with the same id: where the stream begins
            if self.ids and end - self.ids[-1] != len(data) + 1 and end != self.ids[-1]:
                self.torn += 1
            self.ids.append(end)
            self.n_frames += data.startswith(b'{"kind":"frame"')
            self.n_bytes += len(data)


def measure(quick: bool) -> list[Figure]:
    seconds = 6.0 if quick else 20.0
    with Server() as server:
        client = Client(server)
        client.warm()
        run = client.start("ada", {"dataset": "spiral", "hidden": [8, 8], "epochs": 100_000})
        client.command(run, "speed", epochs_per_second=30)
        readers = [Reader() for _ in range(N_VIEWERS)]
        share, span = asyncio.run(_watch(server, client, run, readers, seconds))
        ends = _line_ends(server, run)
    # All have seen the run's last record by now; from the latest newcomer's first record on, all must agree.
    begin = max(reader.ids[0] for reader in readers)
    wanted = [end for end in ends if end > begin]
    missing = sum(len(set(wanted) - set(reader.ids)) for reader in readers)
    doubled = sum(len(reader.ids[1:]) - len(set(reader.ids[1:])) for reader in readers)
    frames = [reader.n_frames / span for reader in readers]
    return [
        Figure("viewers", N_VIEWERS),
        Figure("frames per viewer, fewest", min(frames), "per s", at_least=9.5),
        Figure("records delivered to each", len(wanted), "records"),
        Figure("records missing, all viewers", missing, "records", at_most=0),
        Figure("records doubled or torn", doubled + sum(r.torn for r in readers), "records", at_most=0),
        Figure("stream of one viewer", readers[0].n_bytes / span / 1e3, "kB/s"),
        Figure("web process", 100 * share, "% of a core", at_most=20),
    ]


async def _watch(
    server: Server, client: Client, run: Run, readers: list[Reader], seconds: float
) -> tuple[float, float]:
    """Share of one core that the web process used while all were watching; seconds from first to last frame."""
    tasks = [asyncio.create_task(reader.read(server, run)) for reader in readers]
    while not all(reader.n_frames > 1 for reader in readers):
        await asyncio.sleep(0.05)
    for reader in readers:
        reader.n_frames = reader.n_bytes = 0
    cpu, began = cpu_seconds(server.pid), time.monotonic()
    await asyncio.sleep(seconds)
    used, span = cpu_seconds(server.pid) - cpu, time.monotonic() - began
    counted = [(reader.n_frames, reader.n_bytes) for reader in readers]
    await asyncio.to_thread(client.command, run, "stop")
    await asyncio.sleep(1.0)
    for reader, (n_frames, n_bytes) in zip(readers, counted, strict=True):
        reader.n_frames, reader.n_bytes = n_frames, n_bytes
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return used / span, span


def _line_ends(server: Server, run: Run) -> list[int]:
    """Where each record of the log ends: the ids that a stream of it must carry."""
    ends, offset = [], 0
    for line in (server.home / "runs" / run.id / "frames.jsonl").read_bytes().splitlines(keepends=True):
        offset += len(line)
        ends.append(offset)
    return ends


if __name__ == "__main__":
    main(measure)
