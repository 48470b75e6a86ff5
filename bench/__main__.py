"""Every measurement, one after the other: `python -m bench [--quick] [--data-dir FOLDER]`."""

from __future__ import annotations

import subprocess
import sys

NAMES = (
    "epochs",
    "seeds",
    "first_frame",
    "hands",
    "platformer_browser",
    "viewers",
    "learners",
    "sessions",
    "start",
    "estimate",
    "table",
    "pictures",  # with those of `attack` and `transfer`
    "cartpole",
    "lunar_lander",
    "platformer",
)


def main() -> int:
    """Each runs in a process of its own, so that none inherits another's memory; returns how many failed."""
    failed = 0
    for name in NAMES:
        print(f"\n== bench.{name}", flush=True)
        failed += (
            subprocess.run([sys.executable, "-m", f"bench.{name}", *sys.argv[1:]], check=False).returncode
            != 0
        )
    return failed


if __name__ == "__main__":
    raise SystemExit(main())
