"""Zip files that are no bundles: each is refused with one sentence, whatever was done to it."""

from __future__ import annotations

import io
import pickle
import struct
import zipfile
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.bundle_files import extra, opened, small_run, unzipped, with_config, with_text, zipped
from training import bundle, weights
from training.bundle import BundleError

Files = dict[str, bytes]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return bundle.write(small_run(tmp_path_factory.mktemp("runs")), extra())


@pytest.fixture
def files(data: bytes) -> Files:
    return unzipped(data)


def entry(name: str, content: bytes = b"x", mode: int = 0o100644) -> Callable[[Files], bytes]:
    """A bundle with one more file."""

    def spoil(files: Files) -> bytes:
        target = io.BytesIO(zipped(files))
        with zipfile.ZipFile(target, "a") as archive:
            info = zipfile.ZipInfo(name)
            info.external_attr = mode << 16
            archive.writestr(info, content)
        return target.getvalue()

    return spoil


def text(name: str, old: bytes, new: bytes) -> Callable[[Files], bytes]:
    return lambda files: zipped(with_text(files, name, old, new))


def file(name: str, content: bytes) -> Callable[[Files], bytes]:
    return lambda files: zipped({**files, name: content})


def about(**changes: object) -> Callable[[Files], bytes]:
    return lambda files: zipped(with_config(files, **changes))


def without(name: str) -> Callable[[Files], bytes]:
    return lambda files: zipped({key: value for key, value in files.items() if key != name})


def encrypted(files: Files) -> bytes:
    data = bytearray(zipped(files))
    data[data.rfind(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def lying(files: Files) -> bytes:
    """A file that is much longer than its headers say."""
    data = bytearray(zipped({**files, "script.py": b"0" * 2_000_000}))
    size = struct.pack("<I", 2_000_000)
    while (place := data.find(size)) >= 0:
        data[place : place + 4] = struct.pack("<I", 100)
    return bytes(data)


def npz(content: object) -> Callable[[Files], bytes]:
    target = io.BytesIO()
    np.savez(target, x=np.array([content], dtype=object))
    return file("data.npz", target.getvalue())


def tensors(header: bytes, content: bytes = b"") -> Callable[[Files], bytes]:
    return file(weights.FILE, struct.pack("<Q", len(header)) + header + content)


FRAMES, INDEX, TABLE = "frames.jsonl", "index.jsonl", "metrics.csv"
#: What is wrong → (how a sound bundle is spoilt, words of the sentence).
MALFORMED: dict[str, tuple[Callable[[Files], bytes], str]] = {
    "no zip": (lambda files: b"hello", "not a zip archive"),
    "empty": (lambda files: b"", "not a zip archive"),
    "cut off": (lambda files: zipped(files)[:-40], "not a zip archive"),
    "empty zip": (lambda files: zipped({}), "no config.json"),
    "encrypted": (encrypted, "encrypted"),
    "path upwards": (entry("../config.json"), "outside its folder"),
    "path upwards inside": (entry("a/../../b"), "outside its folder"),
    "absolute path": (entry("/etc/passwd"), "outside its folder"),
    "drive": (entry("C:x"), "outside its folder"),
    "backslash": (entry("..\\x"), "outside its folder"),
    "link": (entry("script.pyx", b"/etc/passwd", 0o120777), "link"),
    "device": (entry("x", b"", 0o060644), "plain files"),
    "folder": (entry("folder/", b"", 0o040755), "plain files"),
    "unknown file": (entry("extra.txt"), "does not belong"),
    "second log": (entry("sub/frames.jsonl"), "does not belong"),
    "pickle by name": (entry("model.pt"), "pickle"),
    "pickle by content": (file("script.py", pickle.dumps([1])), "pickle"),
    "objects in npz": (npz({"a": 1}), "Python objects"),
    "npz that is none": (file("data.npz", b"PK\x03\x04"), "not a zip archive"),
    "bomb": (file("script.py", b"0" * 2_000_000), "200 times"),
    "bomb with a small header": (lying, "damaged"),
    "too many files": (lambda files: zipped({str(n): b"" for n in range(100)}), "100 files"),
    "no log": (without(FRAMES), "no frames.jsonl"),
    "config no json": (file("config.json", b"{'a': 1}"), "config.json is not JSON"),
    "config a list": (file("config.json", b"[]"), "does not describe"),
    "config too deep": (file("config.json", b'{"a":' * 50 + b"1" + b"}" * 50), "nested too deeply"),
    "config bottomless": (file("config.json", b"[" * 100_000), "not JSON"),
    "config with NaN": (text("config.json", b'"epochs": 2', b'"epochs": NaN'), "NaN"),
    "newer version": (about(version=2), "version 2"),
    "version a word": (about(version="1"), "does not describe"),
    "entry missing": (about(outcome=None), "does not hold"),
    "entry too much": (about(learner="eve"), "does not hold"),
    "title a number": (about(title=7), "illegal title"),
    "half a character": (about(title="\ud800"), "half a character"),
    "unknown outcome": (about(outcome="won"), "illegal outcome"),
    "another outcome": (about(outcome="stopped"), "do not agree"),
    "another score": (about(metrics={"loss/train": 0.0}), "do not agree"),
    "score a word": (about(metrics={"loss/train": "low"}), "illegal metrics"),
    "no date": (about(created="yesterday"), "illegal created"),
    "page upwards": (about(page="../mlp"), "page"),
    "unknown model": (about(model="unicorn"), "not a model"),
    "module but no model": (about(model="cli"), "not a model"),
    "model upwards": (about(model="..settings"), "not a model"),
    "unknown setting": (about(config={"wings": 2}), "wings is not a setting that"),
    "setting out of range": (about(config={"epochs": -1}), "epochs is -1"),
    "file of the server": (about(config={"csv": "/etc/passwd.csv"}), "uploaded table"),
    "pictures of the server": (
        about(model="cnn", config={"own": "/etc/passwd.pictures"}),
        "uploaded pictures",
    ),
    "folder of the server": (about(model="cnn", config={"data_dir": "/etc"}), "folder of a server"),
    "line no json": (text(FRAMES, b'{"kind":"frame"', b'"kind":"frame"'), "Line 3 of frames.jsonl"),
    "line a list": (text(FRAMES, b'{"kind":"note"', b'[]\n{"kind":"note"'), "not a record"),
    "unknown kind": (text(FRAMES, b'"kind":"note"', b'"kind":"joke"'), "not a record"),
    "frame in other words": (text(FRAMES, b'{"kind":"frame"', b'{ "kind":"frame"'), "not written"),
    "frame without step": (text(FRAMES, b'"step":1,', b""), "without its step"),
    "negative step": (text(FRAMES, b'"step":1,', b'"step":-1,'), "illegal step"),
    "step a truth": (text(FRAMES, b'"step":1,', b'"step":true,'), "illegal step"),
    "epoch too large": (text(FRAMES, b'"seconds":0.1', b'"seconds":1e999'), "too large"),
    "extra in frame": (text(FRAMES, b'"step":1,', b'"step":1,"x":1,'), "does not belong"),
    "NaN in frame": (text(FRAMES, b'"loss/train":', b'"loss/x":NaN,"loss/train":'), "NaN"),
    "carriage return": (text(FRAMES, b',"step":2', b',\r"step":2'), "whole lines"),
    "no end": (
        lambda files: zipped({**files, FRAMES: files[FRAMES].rsplit(b"\n", 2)[0] + b"\n"}),
        "end of a run",
    ),
    "torn end": (lambda files: zipped({**files, FRAMES: files[FRAMES][:-1]}), "whole lines"),
    "array of objects": (text(FRAMES, b'"dtype":"u1"', b'"dtype":"O"'), "unknown type"),
    "array of another type": (text(FRAMES, b'"dtype":"u1"', b'"dtype":"f8"'), "do not fill"),
    "array of another shape": (text(FRAMES, b'"shape":"4, 4"', b'"shape":"4, 5"'), "do not fill"),
    "array without shape": (text(FRAMES, b',"shape":"4, 4"', b""), "without dtype"),
    "shape of words": (text(FRAMES, b'"shape":"4, 4"', b'"shape":"-4, -4"'), "legal shape"),
    "huge array": (text(FRAMES, b'"shape":"4, 4"', b'"shape":"99999, 99999"'), "more than 16 MB"),
    "no base64": (text(FRAMES, b'"bdata":"AAAA', b'"bdata":"A*AA'), "not base64"),
    "index no json": (file(INDEX, b"nonsense\n"), "index.jsonl is not JSON"),
    "offset elsewhere": (text(INDEX, b'"step":2', b'"step":3'), "does not match"),
    "offset beyond": (text(INDEX, b'{"offset":', b'{"offset":9'), "does not match"),
    "index missing": (file(INDEX, b""), "does not match"),
    "other columns": (text(TABLE, b"segment,step", b"step,segment"), "columns of a run"),
    "word in table": (text(TABLE, b"\r\n0,1,", b"\r\n0,one,"), "Row 2"),
    "NaN in table": (text(TABLE, b"\r\n0,1,", b"\r\n0,nan,"), "Row 2"),
    "short row": (text(TABLE, b"\r\n0,1,", b"\r\n0,"), "Row 2"),
    "table not text": (file(TABLE, b"\xff\xfe"), "not a CSV table"),
    "weights empty": (file(weights.FILE, b""), "does not begin"),
    "weights header too long": (file(weights.FILE, b"\xff" * 20), "does not begin"),
    "weights header no json": (tensors(b"{a}"), "not JSON"),
    "weights beyond the end": (
        tensors(b'{"a":{"dtype":"F32","shape":[9],"data_offsets":[0,36]}}', b"1234"),
        "does not fit",
    ),
    "weights of objects": (
        tensors(b'{"a":{"dtype":"O","shape":[1],"data_offsets":[0,4]}}', b"1234"),
        "numbers",
    ),
    "weights of a false shape": (
        tensors(b'{"a":{"dtype":"F32","shape":["x"],"data_offsets":[0,4]}}', b"1234"),
        "does not fit",
    ),
    "script not text": (file("script.py", b"\xff\xfe\x00"), "not text"),
    "notebook no json": (file("notebook.ipynb", b"import os"), "notebook.ipynb is not JSON"),
}


@pytest.mark.parametrize("case", MALFORMED)
def test_a_malformed_bundle_is_refused_with_one_sentence(case: str, files: Files) -> None:
    spoil, words = MALFORMED[case]
    with pytest.raises(BundleError) as caught:
        opened(spoil(files))
    sentence = str(caught.value)
    assert words in sentence
    assert "\n" not in sentence and sentence.endswith(".") and len(sentence) < 300


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_files_of_the_same_name_are_refused(files: Files) -> None:
    with pytest.raises(BundleError, match="same name"):
        opened(entry("script.py")(files))


def survives(data: bytes) -> None:
    """A bundle is read or refused; nothing else happens."""
    try:
        opened(data)
    except BundleError as error:
        assert "\n" not in str(error)


positions = st.lists(st.tuples(st.integers(0, 10**6), st.integers(1, 255)), min_size=1, max_size=6)


@settings(max_examples=300, deadline=None)
@given(positions=positions, cut=st.integers(0, 20))
def test_flipped_bytes_of_the_archive(data: bytes, positions: list[tuple[int, int]], cut: int) -> None:
    spoilt = bytearray(data[: len(data) - max(0, cut - 15)])
    for place, bits in positions:
        spoilt[place % len(spoilt)] ^= bits
    survives(bytes(spoilt))


@settings(max_examples=300, deadline=None)
@given(name=st.sampled_from(sorted(bundle.KNOWN)), positions=positions)
def test_flipped_bytes_inside_the_files(data: bytes, name: str, positions: list[tuple[int, int]]) -> None:
    files = unzipped(data)
    spoilt = bytearray(files[name])
    for place, bits in positions:
        spoilt[place % len(spoilt)] ^= bits
    survives(zipped({**files, name: bytes(spoilt)}))
