"""A table of 100,000 rows and 200 columns: looking at it as the page does, and training on it in a terminal."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import numpy as np

from bench.processes import children, memory
from bench.report import Figure, main
from bench.server import PROJECT
from training.environment import Environment
from training.local import LocalExecutor


def measure(quick: bool) -> list[Figure]:
    n_rows = 10_000 if quick else 100_000
    with tempfile.TemporaryDirectory(prefix="playground-") as name:
        path = Path(name) / "table.csv"
        _write(path, n_rows, 200)
        size = path.stat().st_size / 1e6
        looked, look_peak = _look(path, Path(name) / "home")
        total, training, trained, train_peak = _train(path)
    return [
        Figure("rows", n_rows),
        Figure("size of the file", size, "MB"),
        Figure("looking at it in a worker", looked, "s"),
        Figure("  most memory of that worker", look_peak, "MB private"),
        Figure("training in a terminal, one epoch, all in all", total, "s"),
        Figure("  of that training", training, "s", note=trained),
        Figure("  most memory", train_peak, "MB resident"),
    ]


def _write(path: Path, n_rows: int, n_columns: int) -> None:
    """Numbers with three decimals, a tenth of the columns words, and a target that depends on three columns."""
    random = np.random.default_rng(0)
    words = np.array(["red", "green", "blue", "grey"])
    with path.open("w") as file:
        file.write(",".join(f"x{i}" for i in range(n_columns - 1)) + ",label\n")
        for start in range(0, n_rows, 5000):
            n = min(5000, n_rows - start)
            x = random.normal(size=(n, n_columns - 1))
            label = np.where(x[:, 0] + x[:, 1] * x[:, 2] > 0, "yes", "no")
            cells = np.char.mod("%.3f", x)
            cells[:, ::10] = words[random.integers(0, 4, cells[:, ::10].shape)]
            cells[:, 0] = np.char.mod("%.3f", x[:, 0])
            file.writelines(
                ",".join(row) + f",{word}\n" for row, word in zip(cells.tolist(), label, strict=True)
            )


def _look(path: Path, home: Path) -> tuple[float, float]:
    """Seconds, and megabytes that the worker held privately at most, under the server's own limits."""
    executor = LocalExecutor(Environment(home=str(home)), lambda _folder, _end: None)
    executor.warm()
    peak = _Peak(lambda: [worker for warm in children(os.getpid()) for worker in children(warm)])
    began = time.monotonic()
    executor.call("data.csv_table:inspect", {"path": str(path), "header": True})
    seconds = time.monotonic() - began
    executor.close()
    return seconds, peak.stop()


def _train(path: Path) -> tuple[float, float, str, float]:
    """Seconds in all, seconds of training, the last metrics in words, and megabytes resident at most."""
    command = [sys.executable, "-m", "models.mlp", "--csv", str(path), "--target", "label"]
    command += ["--hidden", "32-32", "--batch-size", "100", "--epochs", "1"]
    began = time.monotonic()
    process = subprocess.Popen(
        command, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None and process.stderr is not None
    printed, said = process.stdout.read(), process.stderr.read()
    _, status, used = os.wait4(process.pid, 0)
    seconds = time.monotonic() - began
    if status:
        raise RuntimeError(said)
    metrics = json.loads(printed)
    words = f"test accuracy {metrics['accuracy/test']:.3f}"
    return seconds, metrics["seconds"], words, used.ru_maxrss * 1024 / 1e6


class _Peak:
    """The most private memory that the processes given by a function have had, looked at every 50 ms."""

    def __init__(self, pids: object) -> None:
        self._pids = pids
        self._most = 0.0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def _look(self) -> None:
        while not self._over.wait(0.05):
            for pid in self._pids():  # type: ignore[operator]
                try:
                    self._most = max(self._most, memory(pid).private)
                except (OSError, KeyError):
                    continue  # ended since

    def stop(self) -> float:
        self._over.set()
        self._thread.join()
        return self._most


if __name__ == "__main__":
    main(measure)
