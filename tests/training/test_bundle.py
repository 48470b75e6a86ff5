"""Bundles: a run comes back as it was; whatever else a zip file may hold is refused with one sentence."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from models.stored import understood
from tests.bundle_files import CONFIG, extra, opened, small_run, unzipped
from training import bundle, bundle_zip, metrics_csv, weights
from training.bundle import BundleError
from training.log import read_index
from training.spec import RunFolder, Spec


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    return small_run(tmp_path_factory.mktemp("runs"))


@pytest.fixture(scope="module")
def data(folder: RunFolder) -> bytes:
    return bundle.write(folder, extra(), title="My ünit", created="2026-01-02T03:04:05+00:00")


def unpacked(data: bytes, tmp_path: Path) -> RunFolder:
    (tmp_path / "b.zip").write_bytes(data)
    path = tmp_path / "runs" / "new"
    bundle.unpack(str(tmp_path / "b.zip"), str(path), "bob", str(tmp_path / "uploads"))
    return RunFolder("new", path)


def test_a_run_comes_back_as_it_was(folder: RunFolder, data: bytes, tmp_path: Path) -> None:
    new = unpacked(data, tmp_path)
    for name in ("frames.jsonl", "index.jsonl", weights.FILE):
        assert (new.path / name).read_bytes() == (folder.path / name).read_bytes(), name
    assert metrics_csv.written(new.path) == metrics_csv.written(folder.path)
    assert new.spec == Spec("bob", "mlp", "mlp", CONFIG)
    again = opened(bundle.write(new, {}, title="My ünit", created="2026-01-02T03:04:05+00:00"))
    first = opened(data)
    assert again.about == first.about and first.about.metrics == {"loss/train": 1 / 6}
    assert again.columns == first.columns == ("segment", "step", "epoch", "loss/train", "loss/test")
    assert again.rows.tobytes() == first.rows.tobytes() and len(first.rows) == 8
    assert again.extra == first.extra == extra()


def test_the_index_leads_to_the_frames(data: bytes, tmp_path: Path) -> None:
    new = unpacked(data, tmp_path)
    log = (new.path / "frames.jsonl").read_bytes()
    entries = read_index(new.path)
    assert len(entries) == 8
    for entry in entries:
        frame = json.loads(log[entry["offset"] :].split(b"\n", 1)[0])
        assert (frame["kind"], frame["step"]) == ("frame", entry["step"])


def test_torn_lines_stay_behind(tmp_path: Path) -> None:
    folder = small_run(tmp_path)
    log = folder.path / "frames.jsonl"
    lines = log.read_bytes().splitlines(keepends=True)
    log.write_bytes(b"".join([*lines[:5], lines[5][:40] + b"\n", *lines[6:]]))
    found = opened(bundle.write(folder, {}))
    assert found.frames.count(b"\n") == len(lines) - 1 and found.index.count(b"\n") == 7


def test_the_place_of_an_upload_is_not_told(tmp_path: Path) -> None:
    name = "ab" * 32 + ".csv"
    config = {"dataset": "csv", "csv": f"/srv/secret place/{name}", "target": "a/b"}
    data = bundle.write(small_run(tmp_path / "old", config=config), {})
    assert not any(b"secret" in content for content in unzipped(data).values())
    assert opened(data).about.config == {**config, "csv": name}
    assert unpacked(data, tmp_path).spec.config["csv"] == str(tmp_path / "uploads" / name)


def test_neither_is_the_place_of_pictures(tmp_path: Path) -> None:
    name = "ab" * 32 + ".pictures"
    config = {"dataset": "own", "own": f"/srv/secret place/{name}", "data_dir": "/srv/secret place/datasets"}
    data = bundle.write(small_run(tmp_path / "old", config=config, model="cnn"), {})
    assert not any(b"secret" in content for content in unzipped(data).values())
    assert opened(data).about.config == {"dataset": "own", "own": name, "data_dir": ""}
    found = unpacked(data, tmp_path).spec.config
    assert found == {"dataset": "own", "own": str(tmp_path / "uploads" / name), "data_dir": ""}


def test_neither_is_the_place_of_a_network(tmp_path: Path) -> None:
    config = {
        "weights": "/srv/secret place/weights.safetensors",
        "network": '{"data_dir": "/srv/secret place"}',
    }
    data = bundle.write(small_run(tmp_path / "old", config=config, model="explain"), {})
    assert not any(b"secret" in content for content in unzipped(data).values())
    assert opened(data).about.config == {"weights": "", "network": ""}


def test_an_active_run_is_not_exported(tmp_path: Path) -> None:
    folder = small_run(tmp_path)
    log = folder.path / "frames.jsonl"
    log.write_bytes(log.read_bytes().rsplit(b"\n", 2)[0] + b"\n")
    with pytest.raises(BundleError, match="still active"):
        bundle.write(folder, {})


def test_frames_that_hardly_change_are_no_bomb(tmp_path: Path) -> None:
    files = {"frames.jsonl": b"0" * 5_000_000, "script.py": b"0" * 900_000}
    packed = bundle_zip.packed(files)
    assert bundle_zip.members(io.BytesIO(packed), files.__contains__) == files


def test_stored_settings_are_those_that_were_given() -> None:
    assert understood("mlp", {"hidden": "3-2", "epochs": "5"}) == {"hidden": [3, 2], "epochs": 5}
