"""Who waits when the machine has too little for all: a run that trains, not the page of whoever looks at it.

A run keeps the server's own priority until its first frame is there, for somebody waits for that. From then on it takes
what the server, the browser on the same machine and runs that only begin leave it, which on a machine with time to spare
is all of a processor. When memory runs out, the system ends a run rather than the server.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

#: Added to a run's niceness: beside work of ordinary priority it gets a quarter of a processor, not half of it.
NICENESS = 5
#: Of 1000, which is the first to be ended when memory runs out; a process has 0 plus the thousandths that it fills.
EXPENDABLE = 300


def give_way() -> None:
    """From now on this process takes the processor when others leave it. Where that is unknown nothing changes."""
    if hasattr(os, "nice"):
        with contextlib.suppress(OSError):
            os.nice(NICENESS)


def be_expendable() -> None:
    """Let the system end this process rather than the server when memory runs out (Linux)."""
    score = Path("/proc/self/oom_score_adj")
    with contextlib.suppress(OSError):
        if int(score.read_text()) < EXPENDABLE:
            score.write_text(str(EXPENDABLE))
