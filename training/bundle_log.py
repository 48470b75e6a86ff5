"""The log inside a bundle: copied without torn lines when it is written, checked line by line when it is read."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from training.log import Record, parse_record
from training.spec import SENTENCES
from training.strict import BundleError, is_arrays, is_metrics, is_number, is_text, is_whole, strict_json

#: How the line of a frame begins; readers that want no frames pass over it by this.
FRAME = b'{"kind":"frame",'
INDEXED = ("segment", "step", "epoch", "seconds", "metrics")

#: How an uploaded table or set of pictures is called: by its content.
UPLOAD = re.compile(r"[0-9a-f]{64}\.(csv|pictures)")
#: Settings that name a folder or a file of this server, and what goes with them; elsewhere they mean nothing.
PLACES = ("data_dir", "weights", "network")


def _is_object(value: Any) -> bool:
    return isinstance(value, dict)


def _is_state(value: Any) -> bool:
    return value in ("queued", "running", "paused", "ended")


def _is_outcome(value: Any) -> bool:
    return isinstance(value, str) and value in SENTENCES


#: kind → what its record holds; a name with a question mark may be missing.
KINDS: dict[str, dict[str, Callable[[Any], bool]]] = {
    "head": {"model": is_text, "config": _is_object, "segment": is_whole},
    "facts": {"facts": _is_object},
    "frame": {
        "segment": is_whole,
        "step": is_whole,
        "epoch": is_number,
        "seconds": is_number,
        "rates": is_metrics,
        "metrics": is_metrics,
        "arrays": is_arrays,
    },
    "note": {"name": is_text, "title": is_text, "cause": is_text, "remedy": is_text},
    "state": {
        "state": _is_state,
        "reason?": is_text,
        "place?": is_whole,
        "outcome?": _is_outcome,
        "sentence?": is_text,
        "metrics?": is_metrics,
    },
}


def portable(config: dict[str, Any]) -> dict[str, Any]:
    """The config with uploaded files by their name alone: the place they lie in is this server's business."""

    def name_of(value: Any) -> Any:
        is_upload = isinstance(value, str) and UPLOAD.fullmatch(os.path.basename(value))
        return os.path.basename(value) if is_upload else value

    return {name: "" if name in PLACES else name_of(value) for name, value in config.items()}


def local(config: dict[str, Any], uploads: Path) -> dict[str, Any]:
    """The config with the names of uploaded files replaced by where they lie (or would lie) on this server."""

    def path_of(value: Any) -> Any:
        return str(uploads / value) if isinstance(value, str) and UPLOAD.fullmatch(value) else value

    return {name: path_of(value) for name, value in config.items()}


def lines(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Where each line begins, and the line without its end."""
    begin = 0
    while begin < len(data):
        end = data.find(b"\n", begin)
        end = len(data) if end < 0 else end
        yield begin, data[begin:end]
        begin = end + 1


def copied(folder: Path) -> tuple[bytes, bytes, Record]:
    """frames.jsonl without torn lines, its index, and the record that ends it. Raises BundleError when none does."""
    frames, index, last = bytearray(), bytearray(), None
    for _, line in lines((folder / "frames.jsonl").read_bytes()):
        record = parse_record(line)
        if record is None:
            continue
        if record["kind"] == "head" and (config := portable(record["config"])) != record["config"]:
            line = json.dumps({**record, "config": config}, separators=(",", ":")).encode()
        if record["kind"] == "frame":
            index += json.dumps(_entry(len(frames), record), separators=(",", ":")).encode() + b"\n"
        frames += line + b"\n"
        last = record
    if last is None or last.get("state") != "ended":
        raise BundleError("This run is still active: stop it before you export it.")
    return bytes(frames), bytes(index), last


def _entry(offset: int, frame: Record) -> Record:
    """The index line of a frame."""
    return {"offset": offset, **{name: frame[name] for name in INDEXED}}


def checked(frames: bytes, index: bytes) -> Record:
    """The record that ends the log. Raises BundleError for anything that no worker writes."""
    if b"\r" in frames or not frames.endswith(b"\n"):
        raise BundleError("frames.jsonl is not made of whole lines.")
    expected: list[Record] = []
    last: Record = {}
    for number, (offset, line) in enumerate(lines(frames), start=1):
        last = _record(line, f"Line {number} of frames.jsonl")
        if last["kind"] == "frame":
            expected.append(_entry(offset, last))
    if last.get("state") != "ended" or not {"outcome", "sentence", "metrics"} <= set(last):
        raise BundleError("frames.jsonl does not end with the end of a run.")
    _check_index(index, expected)
    return last


def _record(line: bytes, what: str) -> Record:
    record = strict_json(line, what)
    kind = record.get("kind") if isinstance(record, dict) else None
    if not isinstance(kind, str) or kind not in KINDS:
        raise BundleError(f"{what} is not a record of a run.")
    if (kind == "frame") != line.startswith(FRAME):
        raise BundleError(f"{what} is not written as a run writes it.")
    rest = set(record) - {"kind"}
    for name, is_legal in KINDS[kind].items():
        plain = name.removesuffix("?")
        if plain not in record and name == plain:
            raise BundleError(f"{what} is a {kind} without its {plain}.")
        if plain in record and not is_legal(record[plain]):
            raise BundleError(f"{what} is a {kind} with an illegal {plain}.")
        rest.discard(plain)
    if rest:
        raise BundleError(f"{what} is a {kind} with something that does not belong there.")
    return record  # type: ignore[no-any-return]


def _check_index(index: bytes, expected: list[Record]) -> None:
    if b"\r" in index or (index and not index.endswith(b"\n")):
        raise BundleError("index.jsonl is not made of whole lines.")
    entries = [
        strict_json(line, f"Line {number} of index.jsonl")
        for number, (_, line) in enumerate(lines(index), start=1)
    ]
    if entries != expected:
        raise BundleError("index.jsonl does not match the frames in frames.jsonl.")
