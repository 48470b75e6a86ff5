"""Pretrained bodies: fetched with the download injected, kept, filled, and refused with one sentence."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from data.dataset import DataError
from models import pretrained, pretrained_files
from models.pretrained_files import MODELS, file_of, progress
from models.settings import from_mapping
from models.transfer import Config, train
from models.transfer_network import fresh

Told = Callable[[int], None]


@pytest.fixture
def published(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A file as torchvision publishes them, with random weights and a checksum of its own."""
    from torchvision.models import mobilenet_v3_small  # type: ignore[import-untyped]

    torch.manual_seed(0)
    file = tmp_path / "published.pth"
    torch.save(mobilenet_v3_small(weights=None).state_dict(), file)
    checksum = hashlib.sha256(file.read_bytes()).hexdigest()[:8]
    model = dataclasses.replace(MODELS["mobilenet"], sha256=checksum, size=file.stat().st_size)
    monkeypatch.setitem(MODELS, "mobilenet", model)
    return file


def sender(file: Path) -> Callable[[str, Path, Told], None]:
    def get(url: str, path: Path, told: Told) -> None:
        assert url.startswith("https://download.pytorch.org/")
        path.write_bytes(file.read_bytes())
        told(path.stat().st_size)

    return get


def test_weights_are_fetched_kept_and_used(published: Path, tmp_path: Path) -> None:
    folder = tmp_path / "here"
    assert progress("mobilenet", folder).state == "absent"
    assert pretrained.fetch("mobilenet", str(folder), sender(published)) > 1e6
    assert progress("mobilenet", folder).state == "ready"
    assert [path.name for path in file_of("mobilenet", folder).parent.iterdir()] == ["mobilenet.safetensors"]
    config = Config(dataset="digits", body="mobilenet")
    network = fresh(config, (1, 8, 8), 5, 0)
    pretrained.fill(network.body, "mobilenet", str(folder))
    wanted = torch.load(published, weights_only=True)["features.0.0.weight"]
    torch.testing.assert_close(network.body.get_parameter("network.features.0.0.weight"), wanted)
    network.eval()
    assert network(torch.zeros(2, 1, 8, 8)).shape == (2, 5)


def test_a_run_with_a_pretrained_body(published: Path, tmp_path: Path) -> None:
    pretrained.fetch("mobilenet", str(tmp_path), sender(published))
    raw: dict[str, Any] = {
        "dataset": "digits",
        "body": "mobilenet",
        "seeds": 1,
        "steps": 1,
        "shots": 1,
        "curve": False,
    }
    steps = list(train(from_mapping(Config, {**raw, "data_dir": str(tmp_path)})))
    assert {"accuracy/scratch", "accuracy/frozen", "accuracy/finetuned"} <= set(steps[1].metrics)
    assert "accuracy/first" not in steps[0].metrics


def test_what_was_sent_is_not_the_published_file(published: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.pth"
    other.write_bytes(b"something else")
    with pytest.raises(DataError, match="checksum differs"):
        pretrained.fetch("mobilenet", str(tmp_path / "here"), sender(other))
    state = progress("mobilenet", tmp_path / "here")
    assert state.state == "failed" and "checksum differs" in state.sentence
    assert not list((tmp_path / "here" / "networks").iterdir()), "nothing of it is kept"


def test_without_a_network_there_is_one_clear_sentence(tmp_path: Path) -> None:
    def unreachable(url: str, path: Path, told: Told) -> None:
        raise OSError("no route to host")

    with pytest.raises(DataError) as refused:
        pretrained.fetch("resnet18", str(tmp_path), unreachable)
    sentence = str(refused.value)
    assert sentence.startswith("The weights of ResNet-18 could not be fetched: ") and sentence.endswith(
        "needs none."
    )
    assert progress("resnet18", tmp_path).sentence == sentence


def test_weights_that_are_not_here_are_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="not on this machine"):
        next(train(Config(dataset="digits", body="resnet18", data_dir=str(tmp_path))))


def test_a_pickle_is_not_read(published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import pickle

    hostile = tmp_path / "hostile.pth"
    hostile.write_bytes(pickle.dumps({"x": print}, protocol=2))
    checksum = hashlib.sha256(hostile.read_bytes()).hexdigest()[:8]
    monkeypatch.setitem(MODELS, "mobilenet", dataclasses.replace(MODELS["mobilenet"], sha256=checksum))
    with pytest.raises(DataError):
        pretrained.fetch("mobilenet", str(tmp_path), sender(hostile))


def test_a_download_that_broke_off_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from data.download import Progress, tell

    tell(pretrained_files.told_as("resnet18"), tmp_path, Progress("running", 10, 100))
    assert progress("resnet18", tmp_path).state == "running"
    monkeypatch.setattr(pretrained_files, "STALE", -1.0)
    assert progress("resnet18", tmp_path).state == "failed"
