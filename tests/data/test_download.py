"""Fetching published pictures, from a server of our own: what arrives, what is refused, and what the page is told."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import re
import tarfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from data import download, images, published
from data.dataset import DataError
from data.download import Progress, fetch, progress, tell
from data.published import SETS, Part, Source, ready
from tests.data.test_images import MNIST, idx
from tests.mirror import Mirror
from tests.running import wait_until
from training.runs import Runs

MakeRuns = Callable[..., Runs]


def part(name: str, content: bytes) -> Part:
    return Part(name, hashlib.md5(content).hexdigest(), len(content))


def small_mnist() -> dict[str, bytes]:
    """The four files of a set of 60 and 20 pictures; noise does not shrink, so that they have some size."""
    generator = np.random.default_rng(0)
    files = {}
    for name, n in (("train", 60), ("t10k", 20)):
        files[f"{name}-images-idx3-ubyte.gz"] = gzip.compress(
            idx(generator.integers(0, 256, (n, 28, 28))), mtime=0
        )
        files[f"{name}-labels-idx1-ubyte.gz"] = gzip.compress(idx(np.arange(n) % 10), mtime=0)
    return files


def small_cifar(**more: bytes) -> bytes:
    """A tar archive like the published one, with twenty pictures in each batch."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz") as tar:
        for name in (*SETS["cifar10"].unpacks, "../outside.bin", "cifar-10-batches-bin/readme.html", *more):
            rows = np.random.default_rng(len(name)).integers(0, 10, (20, 3073)).astype(np.uint8)
            content = more.get(name, rows.tobytes())
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
        link = tarfile.TarInfo("cifar-10-batches-bin/link.bin")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(link)
    return file.getvalue()


@pytest.fixture
def mirror(monkeypatch: pytest.MonkeyPatch) -> Iterator[Mirror]:
    """A mirror with a small MNIST and a small CIFAR-10, which count as the published ones."""
    files, archive = small_mnist(), small_cifar()
    with Mirror({**files, "cifar-10-binary.tar.gz": archive}).running() as running:
        mnist, cifar = SETS["mnist"], SETS["cifar10"]
        parts = tuple(part(name, content) for name, content in files.items())
        small = {
            "mnist": Source("MNIST", (running.url,), mnist.folder, parts),
            "cifar10": Source(
                "CIFAR-10",
                (running.url,),
                ".",
                (part("cifar-10-binary.tar.gz", archive),),
                cifar.unpacks,
            ),
        }
        for name, source in small.items():
            monkeypatch.setitem(published.SETS, name, source)
        monkeypatch.setattr(download, "PATIENCE", 1.0)
        yield running


def refused(name: str, folder: Path, mirrors: tuple[str, ...] = ()) -> str:
    """The sentence of a download that fails, which the page reads too."""
    with pytest.raises(DataError) as caught:
        fetch(name, str(folder), mirrors)
    sentence = str(caught.value)
    told = progress(name, folder)
    assert (told.state, told.sentence) == ("failed", sentence)
    assert sentence.endswith(", or take the digits or the drawings, which need no network.")
    assert len(sentence) < 300 and not re.search(r"[.!?] +[A-Z]", sentence)
    assert caught.value.__cause__ is None
    with pytest.raises(DataError, match="not on this server yet"):
        images.load(name, folder=str(folder))
    return sentence


def files_in(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_what_is_fetched_can_be_trained_on(mirror: Mirror, tmp_path: Path) -> None:
    size = fetch("mnist", str(tmp_path))
    assert size == sum(len(mirror.files[name]) for name in small_mnist())
    assert progress("mnist", tmp_path) == Progress("ready", size, size)
    found = images.load("mnist", folder=str(tmp_path))
    assert found.shape == (1, 28, 28) and len(found.labels) == 80
    assert files_in(tmp_path) == {"mnist.json", *(f"MNIST/raw/{name}" for name in small_mnist())}


def test_cifar_is_taken_out_of_its_archive_and_nothing_else_is(mirror: Mirror, tmp_path: Path) -> None:
    folder = tmp_path / "datasets"
    fetch("cifar10", str(folder))
    found = images.load("cifar10", folder=str(folder))
    assert found.shape == (3, 32, 32) and len(found.labels) == 120
    assert files_in(tmp_path) == {
        "datasets/cifar10.json",
        *(f"datasets/{n}" for n in SETS["cifar10"].unpacks),
    }


def test_what_is_there_is_not_fetched_again(mirror: Mirror, tmp_path: Path) -> None:
    raw = tmp_path / "MNIST" / "raw"
    raw.mkdir(parents=True)
    for name in ("train-images-idx3-ubyte", "train-labels-idx1-ubyte"):
        (raw / name).write_bytes(gzip.decompress(mirror.files[f"{name}.gz"]))
    assert not ready("mnist", tmp_path)
    fetch("mnist", str(tmp_path))
    assert [path for path, _ in mirror.asked] == [f"/{name}" for name in list(small_mnist())[2:]]
    assert len(images.load("mnist", folder=str(tmp_path)).labels) == 80
    fetch("mnist", str(tmp_path))
    assert len(mirror.asked) == 2


def test_a_broken_checksum(mirror: Mirror, tmp_path: Path) -> None:
    name = "train-labels-idx1-ubyte.gz"
    mirror.files[name] = mirror.files[name][:-1] + b"\1"
    sentence = refused("mnist", tmp_path)
    assert "what 127.0.0.1 sent is not the published file (its checksum differs)" in sentence
    assert files_in(tmp_path) == {"mnist.json", "MNIST/raw/train-images-idx3-ubyte.gz"}, (
        "what is sound is kept"
    )
    mirror.files[name] = small_mnist()[name]
    fetch("mnist", str(tmp_path))
    assert ready("mnist", tmp_path)


def test_more_than_was_published(mirror: Mirror, tmp_path: Path) -> None:
    mirror.files["train-images-idx3-ubyte.gz"] += bytes(5_000_000)
    assert "is not the published file" in refused("mnist", tmp_path)
    assert files_in(tmp_path) == {"mnist.json"}


def test_a_cut_connection_goes_on_where_it_broke_off(mirror: Mirror, tmp_path: Path) -> None:
    name = "train-images-idx3-ubyte.gz"
    half = len(mirror.files[name]) // 2 + 1
    mirror.cut[name] = half
    fetch("mnist", str(tmp_path))
    assert mirror.asked[:2] == [(f"/{name}", ""), (f"/{name}", f"bytes={half}-")]
    assert ready("mnist", tmp_path)


@pytest.mark.parametrize("ranges", [True, False])
def test_a_connection_that_is_cut_again_and_again(mirror: Mirror, tmp_path: Path, ranges: bool) -> None:
    mirror.cut["train-images-idx3-ubyte.gz"], mirror.ranges = 1000, ranges
    assert "the connection to 127.0.0.1 broke off; try again" in refused("mnist", tmp_path)
    assert len(mirror.asked) == (3 if ranges else 2)
    assert files_in(tmp_path) == {"mnist.json"}


def test_a_file_that_is_not_there(mirror: Mirror, tmp_path: Path) -> None:
    del mirror.files["t10k-labels-idx1-ubyte.gz"]
    sentence = refused_part_way(tmp_path)
    assert "127.0.0.1 answered with error 404; try again later" in sentence


def refused_part_way(folder: Path) -> str:
    """As `refused`, where the training part has arrived: that can be loaded, but does not count as the set."""
    with pytest.raises(DataError) as caught:
        fetch("mnist", str(folder))
    assert progress("mnist", folder).state == "failed" and not ready("mnist", folder)
    return str(caught.value)


def test_without_a_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sentence = refused("mnist", tmp_path, ("http://127.0.0.1:9/",))
    assert "this server cannot reach 127.0.0.1; check its network" in sentence
    sentence = refused("fashion", tmp_path, ("http://nowhere.invalid/",))
    assert "Fashion-MNIST could not be downloaded: this server cannot reach nowhere.invalid" in sentence


def test_the_next_mirror_helps(mirror: Mirror, tmp_path: Path) -> None:
    with Mirror({}).running() as empty:
        fetch("mnist", str(tmp_path), ("http://127.0.0.1:9/", empty.url, mirror.url.rstrip("/")))
    assert ready("mnist", tmp_path)


@pytest.mark.parametrize("address", ["file:///etc/", "ftp://127.0.0.1/", "gopher", ""])
def test_an_address_that_is_not_of_the_web_is_never_opened(tmp_path: Path, address: str) -> None:
    assert "correct PLAYGROUND_MIRROR" in refused("mnist", tmp_path, (address,))


def test_what_speaks_no_http_and_what_says_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import socket
    import threading

    monkeypatch.setattr(download, "PATIENCE", 0.3)
    for words in (b"SSH-2.0-OpenSSH_9\r\n", b""):
        with socket.create_server(("127.0.0.1", 0)) as server:

            def greet(server: socket.socket = server, words: bytes = words) -> None:
                connection, _ = server.accept()
                with connection:
                    connection.recv(1000)
                    connection.sendall(words)
                    time.sleep(0 if words else 0.6)

            thread = threading.Thread(target=greet)
            thread.start()
            sentence = refused("mnist", tmp_path, (f"http://127.0.0.1:{server.getsockname()[1]}/",))
            assert "cannot reach 127.0.0.1" in sentence
            thread.join()


def test_a_disk_that_takes_nothing(mirror: Mirror, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(download, "_md5", full)
    assert "this server's disk is full" in refused("mnist", tmp_path)


def test_an_archive_that_lacks_a_file(
    mirror: Mirror, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for archive, words in (
        (small_cifar()[:3000], "cannot be unpacked"),
        (small_mnist()["t10k-labels-idx1-ubyte.gz"], "cannot be unpacked|lacks"),
    ):
        mirror.files["cifar-10-binary.tar.gz"] = archive
        small = Source(
            "CIFAR-10",
            (mirror.url,),
            ".",
            (part("cifar-10-binary.tar.gz", archive),),
            SETS["cifar10"].unpacks,
        )
        monkeypatch.setitem(published.SETS, "cifar10", small)
        assert re.search(words, refused("cifar10", tmp_path))
        assert "cifar-10-binary" not in " ".join(files_in(tmp_path))


def test_a_download_that_takes_too_long(
    mirror: Mirror, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(download, "SECONDS", -1.0)
    assert "it took longer than" in refused("mnist", tmp_path)


# What a page is told.


def test_nothing_is_there_yet(tmp_path: Path) -> None:
    for name, source in SETS.items():
        assert progress(name, tmp_path / "not even the folder") == Progress("absent", total=source.size)
    assert {round(source.size / 1e6) for source in SETS.values()} == {12, 31, 170}


def test_how_far_it_is(tmp_path: Path) -> None:
    running = Progress("running", 3_000_000, 11_594_722)
    tell("mnist", tmp_path, running)
    assert progress("mnist", tmp_path) == running
    old = time.time() - 100
    os.utime(tmp_path / "mnist.json", (old, old))
    told = progress("mnist", tmp_path)
    assert told.state == "failed" and "the download broke off; try again" in told.sentence
    tell("mnist", tmp_path, Progress("ready", 1, 1))
    assert progress("mnist", tmp_path).state == "absent", "its files were deleted since"


@pytest.mark.parametrize("text", ["", "{", "[]", "7", '{"state": "running", "more": 1}'])
def test_a_torn_note_is_as_good_as_none(tmp_path: Path, text: str) -> None:
    (tmp_path / "mnist.json").write_text(text)
    assert progress("mnist", tmp_path).state == "absent"


def test_what_a_killed_worker_left_is_swept_away(mirror: Mirror, tmp_path: Path) -> None:
    raw = tmp_path / "MNIST" / "raw"
    raw.mkdir(parents=True)
    old, young = raw / "train-images-idx3-ubyte.gz.123", raw / "train-images-idx3-ubyte.gz.124"
    for path in (old, young):
        path.write_bytes(b"half")
    os.utime(old, (1, 1))
    fetch("mnist", str(tmp_path))
    assert not old.exists() and young.exists()


# In a worker, as the server has it done.


def test_a_worker_fetches_and_nobody_waits(make_runs: MakeRuns, tmp_path: Path) -> None:
    runs = make_runs()
    with Mirror({}).running() as empty:
        began = time.monotonic()
        arguments = {"name": "mnist", "folder": str(tmp_path), "mirrors": [empty.url]}
        runs.executor.begin("data.download:fetch", arguments, 60)
        assert time.monotonic() - began < 0.5
        wait_until(lambda: progress("mnist", tmp_path).state == "failed")
    assert "answered with error 404" in progress("mnist", tmp_path).sentence


def test_a_worker_that_never_ends_is_ended(make_runs: MakeRuns, tmp_path: Path) -> None:
    runs = make_runs()
    slow = Mirror({"train-images-idx3-ubyte.gz": bytes(9_912_422)})
    slow.delay = 0.2
    with slow.running():
        arguments = {"name": "mnist", "folder": str(tmp_path), "mirrors": [slow.url]}
        runs.executor.begin("data.download:fetch", arguments, 1.5)
        wait_until(lambda: progress("mnist", tmp_path).state == "running")
        status = tmp_path / "mnist.json"
        wait_until(lambda: time.time() - status.stat().st_mtime > 1.0)
    told = json.loads(status.read_text())
    assert told["state"] == "running" and 0 < told["got"] < 2_000_000


@pytest.mark.skipif(not MNIST.is_dir(), reason="the published MNIST files are not on this machine")
def test_the_checksums_are_those_of_the_published_files(tmp_path: Path) -> None:
    for one in SETS["mnist"].parts:
        path = MNIST / one.name
        if path.exists():
            assert part(one.name, path.read_bytes()) == one
