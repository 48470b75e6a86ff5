"""A small run made by hand, and its bundle as files that a test may spoil."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from models.stored import understood
from training import bundle, weights
from training.log import LogWriter
from training.spec import SENTENCES, RunFolder, Spec

CONFIG = {"dataset": "xor", "hidden": [3], "epochs": 2}


def small_run(
    runs: Path, *, config: Mapping[str, Any] = CONFIG, n_frames: int = 4, model: str = "mlp"
) -> RunFolder:
    """An ended run of two segments, whose metrics got a column more on the way and once were not finite."""
    folder = RunFolder.create(runs, Spec("ada", model, model, dict(config)))
    log = LogWriter(folder.path)
    for segment in (0, 1):
        log.record({"kind": "head", "model": model, "config": dict(config), "segment": segment})
        points = np.array([[0.5, np.nan]], dtype=np.float32)
        log.record(
            {"kind": "facts", "facts": {"points/train": points, "baselines": {"mean": {"seconds": 0.1}}}}
        )
        for step in range(n_frames):
            values = {"loss/train": 1 / (step + 3)} | ({"loss/test": float("inf")} if step == 2 else {})
            log.metrics(segment, step + 1, (step + 1) / 7, values)
            log.frame(
                {
                    "segment": segment,
                    "step": step + 1,
                    "epoch": (step + 1) / 7,
                    "seconds": step * 0.1,
                    "rates": {"steps": 10.0},
                    "metrics": values,
                    "arrays": {
                        "map": np.full((4, 4), step, np.uint8),
                        "weights/0": np.ones((2, 3), np.float32),
                    },
                }
            )
    log.record({"kind": "note", "name": "diverged", "title": "T", "cause": "C", "remedy": "R"})
    end = {
        "outcome": "finished",
        "sentence": SENTENCES["finished"],
        "metrics": {"loss/train": 1 / 6, "x": np.inf},
    }
    log.record({"kind": "state", "state": "ended", **end})
    log.close()
    weights.save(folder.path, {"weights/0": np.arange(6, dtype=np.float32).reshape(2, 3)})
    return folder


def extra() -> dict[str, bytes]:
    """Script, notebook and data."""
    file = io.BytesIO()
    np.savez_compressed(file, x_train=np.ones((5, 2), np.float32), y_train=np.arange(5))
    return {"script.py": b"print(1)\n", "notebook.ipynb": b'{"cells": []}', "data.npz": file.getvalue()}


def unzipped(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(files: Mapping[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return target.getvalue()


def opened(data: bytes) -> bundle.Bundle:
    return bundle.read(io.BytesIO(data), understood)


def with_config(files: Mapping[str, bytes], **changes: Any) -> dict[str, bytes]:
    """The files with other entries in config.json; None takes one out."""
    about = {**json.loads(files["config.json"]), **changes}
    about = {name: value for name, value in about.items() if value is not None}
    return {**files, "config.json": json.dumps(about).encode()}


def with_text(files: Mapping[str, bytes], name: str, old: bytes, new: bytes) -> dict[str, bytes]:
    """The files with the first `old` in one of them replaced."""
    assert old in files[name], (name, old)
    return {**files, name: files[name].replace(old, new, 1)}
