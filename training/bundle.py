"""A run as one zip file, to keep, to hand in, or to look at on another server.

* `config.json`: format version, model, page, config, title, how and when it ended, final metrics;
* `metrics.csv`: every metric of every step;
* `frames.jsonl`, `index.jsonl`: the log, so that the scrubber works after an import;
* `weights.safetensors`: the last recorded parameters;
* `script.py`, `notebook.ipynb`, `data.npz`: the same run as plain PyTorch, kept as text and numbers, never executed.

`pack` and `unpack` are what the server calls in a worker; `write` and `read` are the format.
"""

from __future__ import annotations

import base64
import datetime
import importlib
import io
import json
import math
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from training import metrics_csv, weights
from training.bundle_log import checked, copied, local, portable
from training.bundle_zip import check_npz, members, packed
from training.spec import SENTENCES, RunFolder, Spec
from training.strict import BundleError, is_metrics, is_text, strict_json

__all__ = ["Bundle", "BundleError", "pack", "read", "unpack", "write"]

VERSION = 1
NEEDED = ("config.json", "metrics.csv", "frames.jsonl", "index.jsonl")
#: Kept as they are, beside the run.
EXTRA = ("script.py", "notebook.ipynb", "data.npz")
KNOWN = frozenset((*NEEDED, *EXTRA, weights.FILE))
MAX_CONFIG = 1_000_000
MAX_EXTRA = 50_000_000
MAX_TITLE = 200

#: (model, config) → the config as this version understands it. Raises ValueError with one sentence.
Check = Callable[[str, dict[str, Any]], dict[str, Any]]


@dataclass(frozen=True)
class About:
    """What `config.json` says. `created` is an ISO 8601 date and time."""

    version: int
    model: str
    page: str
    config: dict[str, Any]
    title: str
    outcome: str
    sentence: str
    created: str
    metrics: dict[str, float]


@dataclass(frozen=True, eq=False)
class Bundle:
    """A bundle that was found sound. rows: (steps, columns), NaN where a step has no such metric."""

    about: About
    frames: bytes
    index: bytes
    columns: tuple[str, ...]
    rows: NDArray[np.float32]
    weights: bytes | None = None
    extra: dict[str, bytes] = field(default_factory=dict)


def write(folder: RunFolder, extra: Mapping[str, bytes], *, title: str = "", created: str = "") -> bytes:
    """The bundle of an ended run. extra: script, notebook and data, as far as they can be had.

    Raises BundleError when the run has not ended or is too large.
    """
    spec = folder.spec
    frames, index, end = copied(folder.path)
    metrics = _finite(end["metrics"])
    config = portable(spec.config)
    when = created or datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
    about = About(
        VERSION, spec.model, spec.page, config, title, end["outcome"], end["sentence"][:1000], when, metrics
    )
    files = {
        "config.json": json.dumps(asdict(about), indent=1, allow_nan=False).encode(),
        "metrics.csv": metrics_csv.written(folder.path),
        "frames.jsonl": frames,
        "index.jsonl": index,
    }
    for name in (weights.FILE, *EXTRA):
        if name in extra:
            files[name] = extra[name]
        elif (folder.path / name).exists():
            files[name] = (folder.path / name).read_bytes()
    return packed(files)


def _finite(metrics: Mapping[str, float | None]) -> dict[str, float]:
    """The metrics that are numbers: JSON knows neither NaN nor infinity."""
    return {name: value for name, value in metrics.items() if value is not None and math.isfinite(value)}


def read(file: BinaryIO, check: Check) -> Bundle:
    """The bundle in a zip file, every part of it checked.

    check: the model's own validation of its config.
    Raises BundleError: one sentence on the first thing that is wrong.
    """
    files = members(file, KNOWN.__contains__)
    for name in NEEDED:
        if name not in files:
            raise BundleError(f"The bundle has no {name}: choose a bundle that was exported here.")
    about = _about(files["config.json"], check)
    end = checked(files["frames.jsonl"], files["index.jsonl"])
    if (about.outcome, about.metrics) != (end["outcome"], _finite(end["metrics"])):
        raise BundleError("config.json and frames.jsonl do not agree on how the run ended.")
    columns, rows = metrics_csv.read(files["metrics.csv"])
    if weights.FILE in files:
        weights.load(files[weights.FILE])
    extra = {name: files[name] for name in EXTRA if name in files}
    _check_extra(extra)
    return Bundle(
        about, files["frames.jsonl"], files["index.jsonl"], columns, rows, files.get(weights.FILE), extra
    )


def _about(data: bytes, check: Check) -> About:
    if len(data) > MAX_CONFIG:
        raise BundleError("config.json is too large.")
    raw = strict_json(data, "config.json")
    if not isinstance(raw, dict) or not isinstance(raw.get("version"), int):
        raise BundleError("config.json does not describe a run.")
    if raw["version"] != VERSION or raw["version"] is True:
        raise BundleError(
            f"The bundle is of version {raw['version']!r}; this server reads version {VERSION}."
        )
    legal = {
        "version": True,
        "model": is_text(raw.get("model"), 64),
        "page": is_text(raw.get("page"), 64),
        "config": isinstance(raw.get("config"), dict),
        "title": is_text(raw.get("title"), MAX_TITLE),
        "outcome": is_text(raw.get("outcome")) and raw["outcome"] in SENTENCES,
        "sentence": is_text(raw.get("sentence"), 1000),
        "created": _is_moment(raw.get("created")),
        "metrics": is_metrics(raw.get("metrics"), gaps=False),
    }
    if set(raw) != set(legal):
        raise BundleError("config.json does not hold what describes a run.")
    for name, is_legal in legal.items():
        if not is_legal:
            raise BundleError(f"config.json has an illegal {name}.")
    if not raw["page"].isidentifier():
        raise BundleError("config.json names a page that cannot exist.")
    try:
        raw["config"] = check(raw["model"], raw["config"])
    except ValueError as error:
        raise BundleError(f"The run's settings are refused: {error}") from None
    return About(**raw)


def _is_moment(value: object) -> bool:
    try:
        return isinstance(value, str) and len(value) < 50 and bool(datetime.datetime.fromisoformat(value))
    except ValueError:
        return False


def _check_extra(extra: Mapping[str, bytes]) -> None:
    """Text, JSON and numbers. Nobody runs them here. Raises BundleError."""
    for name, data in extra.items():
        if len(data) > MAX_EXTRA:
            raise BundleError(f"{name} is larger than {MAX_EXTRA // 1_000_000} MB.")
    try:
        extra.get("script.py", b"").decode()
    except UnicodeDecodeError:
        raise BundleError("script.py is not text.") from None
    if "notebook.ipynb" in extra:
        strict_json(extra["notebook.ipynb"], "notebook.ipynb")
    if "data.npz" in extra:
        check_npz(extra["data.npz"])


def pack(folder: str, target: str, extra: Mapping[str, str], title: str, created: str) -> int:
    """Write the bundle of the run in `folder` to the file `target`; returns its size. Extra files come as base64."""
    path = Path(folder)
    files = {name: base64.b64decode(text) for name, text in extra.items()}
    data = write(RunFolder(path.name, path), files, title=title, created=created)
    draft = Path(f"{target}.draft")
    draft.write_bytes(data)
    draft.replace(target)
    return len(data)


def unpack(file: str, folder: str, learner: str, uploads: str) -> dict[str, Any]:
    """Make the new folder into the run of the bundle in `file`, owned by `learner`; returns what config.json says.

    The model's validation is imported here, in the worker: nothing else of this package knows a model.
    """
    check: Check = importlib.import_module("models.stored").understood
    with Path(file).open("rb") as stream:
        bundle = read(stream, check)
    about, path = bundle.about, Path(folder)
    path.mkdir(parents=True, mode=0o700)
    (path / "frames.jsonl").write_bytes(bundle.frames)
    (path / "index.jsonl").write_bytes(bundle.index)
    metrics_csv.store(path, bundle.columns, bundle.rows)
    if bundle.weights is not None:
        (path / weights.FILE).write_bytes(bundle.weights)
    for name, data in bundle.extra.items():
        (path / name).write_bytes(data)
    spec = Spec(learner, about.page, about.model, local(about.config, Path(uploads)))
    (path / "spec.json").write_text(json.dumps(asdict(spec)))  # last: a folder without it is no run
    return {**asdict(about), "config": spec.config}


def opened(data: bytes, check: Check) -> Bundle:
    """`read` for bytes that are there already."""
    return read(io.BytesIO(data), check)
