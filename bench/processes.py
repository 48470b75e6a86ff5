"""What a process costs, from /proc (Linux)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Memory:
    """Megabytes (10⁶ bytes). `share` (PSS) splits pages that several processes use; `private` leaves them out."""

    resident: float
    share: float
    private: float


def memory(pid: int) -> Memory:
    """What the process holds now. Raises OSError when it is gone."""
    kilobytes: dict[str, int] = {}
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]:
        name, _, rest = line.partition(":")
        kilobytes[name] = int(rest.split()[0])
    private = kilobytes["Private_Clean"] + kilobytes["Private_Dirty"]
    return Memory(*(value * 1024 / 1e6 for value in (kilobytes["Rss"], kilobytes["Pss"], private)))


def cpu_seconds(pid: int) -> float:
    """Processor time that the process itself (not its children) has used. Raises OSError when it is gone."""
    fields = _stat(Path(f"/proc/{pid}/stat"))
    return (int(fields[11]) + int(fields[12])) / TICKS


def children(parent: int) -> Iterator[int]:
    """Process ids of the living children."""
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = _stat(path)
        except OSError:
            continue  # ended since
        if int(fields[1]) == parent and fields[0] != "Z":
            yield int(path.parent.name)


def name(pid: int) -> str:
    """What the process calls itself; nothing when it is gone."""
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return ""


def load() -> float:
    """Processes that ran or waited for a processor, averaged over the last minute."""
    return os.getloadavg()[0]


def _stat(path: Path) -> list[str]:
    """The fields after the name (which may hold spaces): state, parent, …"""
    return path.read_text().rpartition(")")[2].split()
