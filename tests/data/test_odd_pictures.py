"""Odd pictures are read as they are meant; what cannot be read is named, and why."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from data import picture_file
from data.dataset import DataError
from data.picture_file import PictureError, decoded
from tests.data.taking_pictures import SVG, TEXT, alone, sentence_of, taken
from tests.picture_files import (
    BLUE,
    GREEN,
    RED,
    WHITE,
    encoded,
    huge_png,
    noisy,
    pets,
    pictures,
    png,
    zipped,
)

# Odd pictures, one at a time.


def centre(data: bytes) -> list[int]:
    """The colour in the middle."""
    return [int(value) for value in decoded(data).pixels[:, 16, 16]]


def near(found: list[int], wanted: tuple[int, int, int], tolerance: int = 6) -> bool:
    return all(abs(a - b) <= tolerance for a, b in zip(found, wanted, strict=True))


def test_printers_colours() -> None:
    for colour, wanted in (((0, 255, 255, 0), RED), ((0, 0, 0, 255), (0, 0, 0)), ((0, 0, 0, 0), WHITE)):
        image = Image.new("CMYK", (50, 50), colour)
        assert near(centre(encoded(image, "JPEG", quality=95)), wanted, 12)


def test_transparency_lies_over_white() -> None:
    half = Image.new("RGBA", (64, 64), (0, 0, 255, 0))
    half.paste((0, 0, 255, 255), (0, 0, 64, 16))
    pixels = decoded(encoded(half)).pixels
    assert pixels[:, 2, 5].tolist() == list(BLUE) and pixels[:, 20, 5].tolist() == list(WHITE)
    assert near(centre(encoded(Image.new("RGBA", (40, 40), (0, 0, 0, 128)))), (127, 127, 127))
    assert near(centre(encoded(Image.new("LA", (40, 40), (0, 0)))), WHITE)
    palette = Image.new("P", (40, 40), 3)
    palette.putpalette([9, 9, 9] * 3 + [0, 200, 0])
    assert near(centre(encoded(palette)), (0, 200, 0))
    assert near(centre(encoded(palette, transparency=3)), WHITE)
    assert near(centre(encoded(Image.new("RGB", (40, 40), RED), transparency=RED)), WHITE)


def test_sixteen_bits_a_pixel() -> None:
    ramp = np.repeat(np.linspace(0, 65535, 64).astype(np.uint16)[None], 64, 0)
    pixels = decoded(encoded(Image.fromarray(ramp))).pixels
    assert (pixels[0] == pixels[1]).all() and (pixels[0] == pixels[2]).all()
    expected = np.linspace(0, 255, 32)
    assert np.abs(pixels[0, 16].astype(float) - expected).max() < 3
    three = png(8, 8, (b"\0" + b"\xff\xff\x80\x00\x00\x00" * 8) * 8, depth=16, colour=2)
    assert near(centre(three), (255, 128, 0))


def test_black_and_white() -> None:
    assert centre(encoded(Image.new("1", (40, 40), 1))) == list(WHITE)
    assert centre(encoded(Image.new("1", (40, 40), 0), "BMP")) == [0, 0, 0]


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_of_an_animation_the_first_frame_counts(kind: str) -> None:
    frames = [Image.new("RGB", (40, 40), colour) for colour in (RED, GREEN, BLUE)]
    data = encoded(frames[0], kind, save_all=True, append_images=frames[1:], duration=50)
    found = decoded(data)
    assert found.animated and near(centre(data), RED, 12)
    assert not decoded(encoded(frames[0], kind)).animated


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("size", [(80, 80), (120, 80), (80, 120)])
def test_a_turned_camera(orientation: int, size: tuple[int, int]) -> None:
    """The corner that is up and left as seen stays there, whichever way the sensor was held."""
    from PIL import ImageOps

    seen = Image.new("RGB", size, WHITE)
    seen.paste(RED, (0, 0, size[0] // 2, size[1] // 2))
    back = {1: 1, 2: 2, 3: 3, 4: 4, 5: 5, 6: 8, 7: 7, 8: 6}[orientation]
    stored = seen if back == 1 else seen.transpose(picture_file._UPRIGHT[back])
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = encoded(stored, "JPEG", quality=95, exif=exif.tobytes())
    upright = ImageOps.exif_transpose(Image.open(io.BytesIO(data)))
    assert upright is not None and upright.size == size
    pixels = decoded(data).pixels
    corners = [pixels[:, 6, 6], pixels[:, 6, 25], pixels[:, 25, 6], pixels[:, 25, 25]]
    assert [near(corner.tolist(), RED, 12) for corner in corners] == [True, False, False, False]


def test_the_centred_square_is_taken() -> None:
    wide = Image.new("RGB", (300, 100), WHITE)
    wide.paste(RED, (0, 0, 100, 100))
    wide.paste(BLUE, (100, 0, 200, 100))
    for image in (wide, wide.transpose(Image.Transpose.ROTATE_90)):
        pixels = decoded(encoded(image)).pixels
        assert near(pixels.mean(axis=(1, 2)).tolist(), BLUE, 3)
    assert decoded(encoded(Image.new("RGB", (1, 1), GREEN))).pixels.mean(axis=(1, 2)).tolist() == list(GREEN)
    assert near(centre(encoded(Image.new("RGB", (2000, 3), GREEN))), GREEN)


def test_a_large_photograph_is_averaged_not_sampled() -> None:
    board = np.indices((1600, 1600)).sum(axis=0) % 2 * 255
    for kind in ("PNG", "JPEG"):
        pixels = decoded(encoded(Image.fromarray(board.astype(np.uint8)), kind)).pixels
        assert np.abs(pixels.astype(int) - 128).max() < 12


def test_broken_notes_of_a_camera_are_passed_over() -> None:
    data = encoded(noisy(0, RED), "JPEG", exif=b"Exif\0\0MM\0*\0\0\0\x08\xff\xff" + b"\xff" * 40)
    assert decoded(data).pixels.shape == (3, 32, 32)


# What cannot be read.

JPEG = encoded(noisy(3, RED, 200, 200), "JPEG")
UNREADABLE: dict[str, tuple[Callable[[], bytes], str]] = {
    "not an image": (lambda: bytes(range(256)) * 20, "is no PNG"),
    "text named png": (lambda: TEXT, "is no PNG, JPEG, GIF, BMP or WebP picture"),
    "0 bytes": (lambda: b"", "is empty"),
    "svg": (lambda: SVG, "is an SVG drawing"),
    "svg with xml head": (lambda: b"<?xml version='1.0'?>\n" + SVG, "SVG"),
    "pdf": (lambda: b"%PDF-1.7\n", "PDF"),
    "tiff": (lambda: encoded(noisy(0, RED), "TIFF"), "TIFF"),
    "heic": (lambda: b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "HEIC"),
    "pickle": (lambda: b"\x80\x04\x95\x0f\0\0\0", "is no PNG"),
    "truncated jpeg": (lambda: JPEG[: len(JPEG) // 2], "is damaged or cut short"),
    "jpeg of three bytes": (lambda: b"\xff\xd8\xff", "is damaged or cut short"),
    "truncated png": (lambda: pictures(1)[0][:300], "is damaged or cut short"),
    "truncated gif": (lambda: pictures(1, kind="GIF")[0][:200], "is damaged or cut short"),
    "truncated webp": (lambda: pictures(1, kind="WEBP")[0][:60], "is damaged or cut short"),
    "bmp of two bytes": (lambda: b"BM", "is damaged or cut short"),
    "png with a wrong checksum": (lambda: pictures(1)[0].replace(b"IDAT", b"IDAX"), "is damaged"),
    "huge by its header": (lambda: png(20_000, 20_000, b"\0\0"), "more than 50 million pixels"),
    "huge and sound": (huge_png, "more than 50 million pixels"),
    "just too huge": (lambda: png(10_000, 5_001, b"\0"), "more than 50 million pixels"),
    "without height": (lambda: png(20, 0, b"\0"), "is damaged"),
    "larger than 50 MB": (lambda: pictures(1)[0] + bytes(50_000_000), "more than 50 MB"),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_cannot_be_read_is_named_and_why(tmp_path: Path, name: str) -> None:
    make, words = UNREADABLE[name]
    with pytest.raises(PictureError, match=words):
        decoded(make())
    with pytest.raises(DataError) as caught:
        alone(tmp_path, make())
    sentence = sentence_of(caught.value)
    assert "The class “cats” has only 4 pictures (“cats, picture 1” " in sentence and words in sentence
    assert caught.value.__cause__ is None
    assert not (tmp_path / "uploads").exists()


def test_a_file_that_cannot_be_read_is_left_out_where_enough_remains(tmp_path: Path) -> None:
    files = {**pets(), "cats/letter.png": TEXT, "dogs/half.jpg": JPEG[:900], "cats/x.svg": SVG}
    told = taken(tmp_path, zipped({**files, "dogs/a\nb.mp4": b"\0\0\0\x18ftypmp42"}))
    assert told["classes"] == {"cats": 6, "dogs": 6}
    (notice,) = told["notices"]
    assert notice.startswith("4 files were left out: “letter.png” is no PNG") and "; and 1 more." in notice
    assert "\n" not in notice


def test_nothing_huge_is_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object) -> None:
        raise AssertionError("decoded")

    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", never)
    for data in (png(20_000, 20_000, b"\0"), png(9_000, 9_000, b"\0")):
        with pytest.raises(PictureError, match="million pixels"):
            decoded(data)
