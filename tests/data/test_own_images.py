"""The learner’s own pictures are taken in from files, zips and the camera, and the kept file is read back."""

from __future__ import annotations

import base64
import hashlib
import io
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.numpy
from PIL import Image

from data import images
from data.dataset import DataError
from data.own_images import look, read, take_in
from tests.data.taking_pictures import TEXT, by_class, sentence_of, taken
from tests.picture_files import (
    BLUE,
    GREEN,
    pets,
    pictures,
    zipped,
)

# What is taken in.


def test_a_zip_of_folders_becomes_one_file(tmp_path: Path) -> None:
    told = taken(tmp_path, zipped(pets()))
    assert told["classes"] == {"cats": 6, "dogs": 6} and told["size"] == 12 and told["notices"] == []
    path = Path(told["file"])
    assert path.parent == tmp_path / "uploads"
    assert path.name == f"{hashlib.sha256(path.read_bytes()).hexdigest()}.pictures"
    found = read(told["file"])
    assert found.shape == (3, 32, 32) and found.pixels.dtype == np.uint8
    assert found.class_names == ("cats", "dogs") and found.labels.tolist() == [0] * 6 + [1] * 6
    assert found.labels.dtype == np.int64
    red, _, blue = found.pixels.mean(axis=(2, 3)).T
    assert (red[:6] > blue[:6] + 60).all() and (blue[6:] > red[6:] + 60).all()
    through = images.load("own", file=told["file"])
    np.testing.assert_array_equal(through.pixels, found.pixels)
    parts = images.split(found, 0.3, 0)
    assert len(parts.train.labels) + len(parts.test.labels) == 12


def test_the_same_pictures_are_the_same_file_however_they_came(tmp_path: Path) -> None:
    first = taken(tmp_path, zipped(pets(around="my pets/")))
    again = taken(tmp_path, zipped(dict(reversed(pets().items())), zipfile.ZIP_STORED))
    other = by_class(tmp_path, {"dogs": pictures(6, BLUE, first=100), "cats": pictures(6)})
    assert first["file"] == again["file"] == other["file"]
    assert [path.name for path in (tmp_path / "uploads").iterdir()] == [Path(first["file"]).name]


def test_several_sources_add_up(tmp_path: Path) -> None:
    one, two = tmp_path / "one.zip", tmp_path / "two.zip"
    one.write_bytes(zipped(pets()))
    two.write_bytes(zipped({f"birds/{i}.png": data for i, data in enumerate(pictures(5, GREEN, first=50))}))
    more = tmp_path / "one more"
    more.write_bytes(pictures(1, first=9)[0])
    told = take_in([str(one), str(two), ["cats", str(more)]], str(tmp_path / "uploads"))
    assert told["classes"] == {"birds": 5, "cats": 7, "dogs": 6}


def test_looking_again_tells_the_same_but_for_the_notices(tmp_path: Path) -> None:
    told = taken(tmp_path, zipped({**pets(), "cats/notes.txt": TEXT}))
    assert told["notices"] and look(told["file"]) == {**told, "notices": []}


def test_a_contact_sheet_shows_the_first_pictures(tmp_path: Path) -> None:
    told = taken(tmp_path, zipped(pets(9)))
    sheet = np.asarray(Image.open(io.BytesIO(base64.b64decode(told["sheets"]["dogs"]))))
    assert sheet.shape == (96, 3 * (8 * 33 - 1), 4)
    dogs = read(told["file"]).pixels[9:]
    np.testing.assert_array_equal(sheet[::3, 3 * 33 * 7 :: 3, :3], dogs[7].transpose(1, 2, 0))
    assert (sheet[:, 96:99, 3] == 0).all()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "BMP", "WEBP"])
def test_every_kind_of_picture_is_read_by_its_content_not_its_name(tmp_path: Path, kind: str) -> None:
    files = {f"{name}.exe".replace("png.", ""): data for name, data in pets().items()}
    odd = {f"cats/{i}.zip.txt": data for i, data in enumerate(pictures(2, first=20, kind=kind))}
    assert taken(tmp_path, zipped({**files, **odd}))["classes"]["cats"] == 8


# The file that is kept.


def kept(tmp_path: Path, tensors: dict[str, Any], class_names: str = '["a", "b"]') -> str:
    data = safetensors.numpy.save(tensors, {"class_names": class_names})
    path = tmp_path / f"{hashlib.sha256(data).hexdigest()}.pictures"
    path.write_bytes(data)
    return str(path)


def sound(**changes: Any) -> dict[str, Any]:
    return {
        "pixels": np.zeros((4, 3, 32, 32), np.uint8),
        "labels": np.array([0, 1, 0, 1], np.uint8),
        **changes,
    }


def test_a_sound_file_is_read(tmp_path: Path) -> None:
    assert read(kept(tmp_path, sound())).class_names == ("a", "b")


@pytest.mark.parametrize(
    ("changes", "class_names"),
    [
        ({"pixels": np.zeros((4, 3, 28, 28), np.uint8)}, '["a", "b"]'),
        ({"pixels": np.zeros((4, 3, 32, 32), np.float32)}, '["a", "b"]'),
        ({"pixels": np.zeros((3, 3, 32, 32), np.uint8)}, '["a", "b"]'),
        ({"labels": np.array([0, 1, 2, 1], np.uint8)}, '["a", "b"]'),
        ({"labels": np.array([0, 1, 0, 1], np.int64)}, '["a", "b"]'),
        ({}, '"ab"'),
        ({}, '["a", 1]'),
        ({}, '["a", ""]'),
        ({}, "no json"),
        ({}, str(["x"] * 21).replace("'", '"')),
    ],
)
def test_a_file_of_another_kind_is_refused(tmp_path: Path, changes: dict[str, Any], class_names: str) -> None:
    with pytest.raises(DataError, match="not a file of pictures that was taken in here") as caught:
        read(kept(tmp_path, sound(**changes), class_names))
    sentence_of(caught.value)


def test_a_changed_or_missing_file_is_refused(tmp_path: Path) -> None:
    path = Path(kept(tmp_path, sound()))
    path.write_bytes(path.read_bytes()[:-1] + b"\1")
    missing = "no longer on this server"
    for file, words in (
        (str(path), "not a file of pictures"),
        (str(tmp_path / "gone.pictures"), missing),
        (str(tmp_path), missing),
        ("a\0b", missing),
        ("/etc/passwd", "not a file of pictures"),
        ("", "No pictures of your own have been chosen"),
    ):
        with pytest.raises(DataError, match=words) as caught:
            read(file)
        sentence_of(caught.value)
        with pytest.raises(DataError, match=words):
            images.load("own", file=file)
