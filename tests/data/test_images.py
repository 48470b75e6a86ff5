"""Pictures: what is embedded, what is generated, what is read from files, and how they are split."""

from __future__ import annotations

import gzip
import struct
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from data import drawings, images
from data.dataset import DataError

MNIST = Path(__file__).resolve().parents[3] / "shared" / "data" / "mnist"


def idx(values: np.ndarray) -> bytes:
    """Bytes of an IDX file."""
    return (
        struct.pack(f">HBB{values.ndim}I", 0, 8, values.ndim, *values.shape)
        + values.astype(np.uint8).tobytes()
    )


def test_the_digits_are_the_known_ones() -> None:
    digits = images.digits()
    assert digits.shape == (1, 8, 8) and len(digits.labels) == 1797
    assert digits.pixels.dtype == np.uint8 and digits.pixels.max() == 255
    assert np.bincount(digits.labels).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]


def test_drawings_are_the_same_for_the_same_seed_and_know_their_parts() -> None:
    first, again, other = (images.drawn.__wrapped__(images.USUAL, seed, 3) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first.pixels, again.pixels)
    assert (first.pixels != other.pixels).any()
    assert first.shape == (3, 32, 32) and first.class_names == drawings.CLASSES
    assert first.parts is not None and first.contours is not None
    names: dict[str, set[str]] = {name: set() for name in drawings.CLASSES}
    for label, parts in zip(first.labels, first.parts, strict=True):
        names[drawings.CLASSES[label]] |= {drawings.PARTS[value] for value in np.unique(parts)}
    for vehicle in ("car", "lorry", "bus"):
        assert {"wheel", "window", "body"} <= names[vehicle] and "leg" not in names[vehicle]
    for animal in ("horse", "giraffe", "zebra"):
        assert {"leg", "neck", "head", "body"} <= names[animal] and "wheel" not in names[animal]
    assert {"wheel", "frame"} <= names["bicycle"]


def test_wheels_are_curved_and_window_frames_straight() -> None:
    still = drawings.World(0, 0, 0, 0)
    drawing = drawings.draw("bus", np.random.default_rng(0), still)
    on_wheel = drawing.contours[drawing.parts == drawings.PARTS.index("wheel")]
    on_window = drawing.contours[drawing.parts == drawings.PARTS.index("window")]
    assert (on_wheel == 2).sum() > 10 and (on_wheel == 1).sum() < (on_wheel == 2).sum()
    assert (on_window == 1).sum() > 10 and (on_window == 2).sum() == 0


def test_a_world_without_variation_draws_one_picture_again_and_again() -> None:
    still = drawings.World(0, 0, 0, 0)
    first, second = (drawings.draw("car", np.random.default_rng(seed), still).pixels for seed in (0, 1))
    assert np.abs(first.astype(int) - second).mean() < 6  # only proportions differ a little
    lively = drawings.draw("car", np.random.default_rng(1), drawings.World(1, 1, 1, 1)).pixels
    assert np.abs(first.astype(int) - lively).mean() > 25


def test_a_split_keeps_the_proportions_and_nothing_is_in_two_parts() -> None:
    digits = images.digits()
    numbered = replace(
        digits, pixels=np.arange(1797, dtype=np.uint8)[:, None, None, None] * np.ones((1, 1, 8, 8), np.uint8)
    )
    parts = images.split(digits, 0.25, 3, 0.1)
    sizes = [len(part.labels) for part in (parts.train, parts.validation, parts.test)]
    assert sum(sizes) == 1797 and sizes[2] == pytest.approx(0.25 * 1797, abs=6)
    assert sizes[1] == pytest.approx(0.1 * 1797, abs=6)
    for part in (parts.train, parts.test):
        shares = np.bincount(part.labels, minlength=10) / len(part.labels)
        np.testing.assert_allclose(shares, np.bincount(digits.labels) / 1797, atol=0.01)
    again = images.split(digits, 0.25, 3, 0.1)
    np.testing.assert_array_equal(parts.train.pixels, again.train.pixels)
    assert len(numbered.labels) == 1797
    fed = parts.as_input(parts.train.pixels)
    assert fed.mean() == pytest.approx(0, abs=1e-4) and fed.std() == pytest.approx(1, abs=1e-3)


def test_idx_files_are_read_as_they_are_published(tmp_path: Path) -> None:
    generator = np.random.default_rng(0)
    pixels, labels = generator.integers(0, 256, (30, 28, 28)), generator.integers(0, 10, 30)
    (tmp_path / "t10k-images-idx3-ubyte.gz").write_bytes(gzip.compress(idx(pixels)))
    (tmp_path / "t10k-labels-idx1-ubyte").write_bytes(idx(labels))
    found = images.load("mnist", folder=str(tmp_path))
    np.testing.assert_array_equal(found.pixels[:, 0], pixels)
    np.testing.assert_array_equal(found.labels, labels)


@pytest.mark.parametrize(
    "content", [b"", b"\0\0\x08", b"GIF89a" * 30, idx(np.zeros((3, 4, 4)))[:-1], b"\0\0\x0d\x01\0\0\0\x02ab"]
)
def test_what_is_no_idx_file_gets_one_sentence(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "train-images-idx3-ubyte").write_bytes(content)
    (tmp_path / "train-labels-idx1-ubyte").write_bytes(idx(np.zeros(3)))
    with pytest.raises(DataError, match="IDX format"):
        images.load("mnist", folder=str(tmp_path))


def test_pictures_that_are_not_here_are_said_to_be_missing(tmp_path: Path) -> None:
    for name in images.DOWNLOADED:
        with pytest.raises(DataError, match="not on this server yet"):
            images.load(name, folder=str(tmp_path))
    with pytest.raises(DataError, match="no pictures called"):
        images.load("../etc", folder=str(tmp_path))


def test_cifar_in_its_binary_form(tmp_path: Path) -> None:
    folder = tmp_path / "cifar-10-batches-bin"
    folder.mkdir()
    rows = np.random.default_rng(0).integers(0, 256, (20, 3073)).astype(np.uint8)
    rows[:, 0] %= 10
    (folder / "data_batch_1.bin").write_bytes(rows.tobytes())
    found = images.load("cifar10", folder=str(tmp_path))
    assert found.shape == (3, 32, 32)
    np.testing.assert_array_equal(found.labels, rows[:, 0])
    np.testing.assert_array_equal(found.pixels[4, 2].ravel(), rows[4, 1 + 2048 :])


def test_a_class_of_its_own_or_too_few_pictures_cannot_be_split() -> None:
    digits = images.digits()
    with pytest.raises(DataError, match="of one class"):
        images.split(digits.of(np.flatnonzero(digits.labels == 3)), 0.2, 0)
    lonely = digits.of(
        np.concatenate([np.flatnonzero(digits.labels == 3), np.flatnonzero(digits.labels == 4)[:1]])
    )
    with pytest.raises(DataError, match="“4” has only 1 pictures"):
        images.split(lonely, 0.2, 0)


@pytest.mark.skipif(not MNIST.is_dir(), reason="the published MNIST files are not on this machine")
def test_the_published_mnist_files() -> None:
    found = images.load("mnist", folder=str(MNIST))
    assert found.shape == (1, 28, 28) and len(found.labels) == 10_000
    assert np.bincount(found.labels).min() > 850
