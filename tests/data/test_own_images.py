"""The learner's own pictures: every odd picture becomes 32 × 32 pixels, every bad file gets one clear sentence."""

from __future__ import annotations

import base64
import hashlib
import io
import re
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.numpy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from data import images, own_images, picture_file, picture_zip
from data.dataset import DataError
from data.own_images import look, read, take_in
from data.picture_file import PictureError, decoded
from tests.picture_files import (
    BLUE,
    GREEN,
    RED,
    WHITE,
    encoded,
    encrypted,
    huge_png,
    noisy,
    pets,
    pictures,
    png,
    zipped,
)

SVG = b"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><rect width='9' height='9'/></svg>"
TEXT = b"Dear picture,\nI am a letter.\n"


def sentence_of(error: Exception) -> str:
    """The message, after checking that it is one sentence that a learner can act on."""
    message = str(error)
    assert 20 <= len(message) <= 300, message
    assert message.endswith(".") and "\n" not in message
    assert not re.search(r"[.!?] +[A-Z]", message), f"more than one sentence: {message}"
    assert re.search(r": |, or ", message), f"no way out: {message}"
    for jargon in ("Traceback", "Error", "PIL", "bytes", "None", "Exception", "/tmp"):
        assert jargon not in message, message
    return message


def taken(tmp_path: Path, content: bytes) -> dict[str, Any]:
    """What `take_in` makes of a zip."""
    path = tmp_path / "upload.zip"
    path.write_bytes(content)
    return take_in([str(path)], str(tmp_path / "uploads"))


def by_class(tmp_path: Path, classes: dict[str, list[bytes]]) -> dict[str, Any]:
    """What `take_in` makes of a folder of files for each class."""
    pairs = []
    for number, (name, files) in enumerate(classes.items()):
        folder = tmp_path / f"class {number}"
        folder.mkdir()
        for i, data in enumerate(files):
            (folder / f"{i:04d}").write_bytes(data)
        pairs.append([name, str(folder)])
    return take_in(pairs, str(tmp_path / "uploads"))


def alone(tmp_path: Path, content: bytes) -> dict[str, Any]:
    """What becomes of one file among four sound pictures of a class that needs five."""
    return by_class(tmp_path, {"cats": [content, *pictures(4)], "dogs": pictures(5, BLUE, first=100)})


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


def test_there_are_at_least_twenty_five_kinds_of_malformed_input() -> None:
    assert len(UNREADABLE) + len(BAD_ZIPS) >= 25


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


# Zips that are not to be trusted.


def entry(name: str, data: bytes = b"", mode: int = stat.S_IFREG | 0o644) -> tuple[zipfile.ZipInfo, bytes]:
    info = zipfile.ZipInfo(name)
    info.create_system, info.external_attr = 3, mode << 16
    return info, data


def with_entries(*more: tuple[zipfile.ZipInfo, bytes]) -> bytes:
    return zipped([*pets().items(), *more])


def bomb() -> bytes:
    """Eleven pictures of 49 MB each by their first bytes, in half a megabyte."""
    content = pictures(1)[0][:8] + bytes(49_000_000)
    return zipped({f"cats/{i}.png": content for i in range(11)})


def lying(declared: int) -> bytes:
    """A zip whose list of entries says that each holds so few bytes."""
    data = bytearray(zipped({**pets(), "cats/z.png": pictures(1)[0] + bytes(3_000_000)}))
    place = data.rfind(b"PK\x01\x02", 0, data.rfind(b"cats/z.png"))
    data[place + 24 : place + 28] = declared.to_bytes(4, "little")
    return bytes(data)


def overlapping() -> bytes:
    """A zip whose list names one file's content many times."""
    data = bytearray(zipped({"cats/0.png": b"\x89PNG\r\n\x1a\n" + bytes(400_000), "cats/1.png": b"x"}))
    second = data.rfind(b"PK\x01\x02")
    data[second + 20 : second + 28] = data[data.find(b"PK\x01\x02") + 20 :][:8]
    data[second + 42 : second + 46] = bytes(4)
    return bytes(data)


def many_entries(n: int) -> bytes:
    return zipped({f"cats/{i}.txt": b"" for i in range(n)}, zipfile.ZIP_STORED)


def long_directory() -> bytes:
    """An end record that announces a list of entries of 100 MB."""
    end = b"PK\x05\x06" + bytes(4) + (10).to_bytes(2, "little") * 2
    return bytes(100_000_000) + end + (100_000_000).to_bytes(4, "little") + bytes(6)


BAD_ZIPS: dict[str, tuple[Callable[[], bytes], str]] = {
    "no zip": (lambda: TEXT, "not a zip archive"),
    "0 bytes": (lambda: b"", "not a zip archive"),
    "a picture": (lambda: pictures(1)[0], "not a zip archive"),
    "cut short": (lambda: zipped(pets())[:-60], "not a zip archive"),
    "empty": (lambda: zipped({}), "The zip is empty"),
    "only folders": (lambda: zipped({"cats/": b"", "dogs/": b""}), "holds no picture"),
    "only text": (lambda: zipped({"cats/a.txt": TEXT}), "holds no picture that can be read (“a.txt” is no"),
    "bomb": (bomb, "unpacks to more than 500 MB"),
    "upwards": (lambda: with_entries(entry("../../cats/9.png", b"x")), "outside its folder"),
    "upwards inside": (lambda: with_entries(entry("cats/../../9.png", b"x")), "outside its folder"),
    "upwards for Windows": (lambda: with_entries(entry("..\\9.png", b"x")), "outside its folder"),
    "absolute": (lambda: with_entries(entry("/etc/9.png", b"x")), "outside its folder"),
    "absolute for Windows": (lambda: with_entries(entry("C:\\pets\\9.png", b"x")), "outside its folder"),
    "encrypted": (lambda: encrypted(pets()), "is encrypted"),
    "nested": (lambda: zipped({**pets(), "cats/more.zip": zipped(pets())}), "another archive (“more.zip”)"),
    "nested under a false name": (
        lambda: zipped({**pets(), "cats/7.png": zipped(pets())}),
        "another archive (“7.png”)",
    ),
    "nested gzip": (lambda: zipped({**pets(), "x.tar.gz": b"\x1f\x8b\x08"}), "another archive"),
    "packed by bzip2": (lambda: zipped(pets(), zipfile.ZIP_BZIP2), "unusual way"),
    "damaged": (lambda: zipped(pets()).replace(b"IDAT", b"IDAx"), "damaged at “"),
    "overlapping": (overlapping, "damaged at “"),
    "ten thousand files": (lambda: many_entries(10_001), "more than 10,000 files"),
    "endless list": (long_directory, "more than 10,000 files"),
    "no folders": (lambda: zipped({f"{i}.png": p for i, p in enumerate(pictures(12))}), "lie in no folder"),
    "one class": (
        lambda: zipped({f"cats/{i}.png": p for i, p in enumerate(pictures(12))}),
        "All pictures are of one class (“cats”)",
    ),
    "four pictures in a class": (
        lambda: zipped({name: data for name, data in pets().items() if name[:4] != "dogs" or name[5] < "4"}),
        "The class “dogs” has only 4 pictures: add some until it has at least 5",
    ),
    "21 classes": (
        lambda: zipped({f"{i}/{j}.png": p for i in range(21) for j, p in enumerate(pictures(5))}),
        "There are 21 classes, more than the 20 allowed",
    ),
}


@pytest.mark.parametrize("name", BAD_ZIPS)
def test_a_bad_zip_gets_one_sentence(tmp_path: Path, name: str) -> None:
    make, words = BAD_ZIPS[name]
    with pytest.raises(DataError) as caught:
        taken(tmp_path, make())
    assert words in sentence_of(caught.value)
    assert caught.value.__cause__ is None
    assert sorted(path.name for path in tmp_path.iterdir()) == ["upload.zip"], "nothing is written"


def test_what_an_entry_declares_is_not_believed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picture_zip, "MAX_TOTAL", 1_000_000)
    with pytest.raises(DataError, match=r"damaged|unpacks to more"):
        taken(tmp_path, lying(10))
    monkeypatch.setattr(picture_zip, "MAX_ZIP", 1000)
    with pytest.raises(DataError, match="The zip has 0 MB, more than the 0 MB allowed") as caught:
        taken(tmp_path, zipped(pets()))
    sentence_of(caught.value)


def test_what_comes_out_is_counted(tmp_path: Path) -> None:
    path = tmp_path / "upload.zip"
    path.write_bytes(zipped({"cats/0.png": pictures(1)[0] + bytes(3_000_000)}))
    with zipfile.ZipFile(path) as archive:
        (inside,) = archive.infolist()
        assert len(picture_zip._content(archive, inside, room=4_000_000)) > 3_000_000
        with pytest.raises(DataError, match="unpacks to more than 500 MB"):
            picture_zip._content(archive, inside, room=2_000_000)


def test_links_and_what_systems_add_are_passed_over(tmp_path: Path) -> None:
    told = taken(
        tmp_path,
        with_entries(
            entry("dogs/link.png", b"/etc/passwd", stat.S_IFLNK | 0o777),
            entry("__MACOSX/cats/._0.png", TEXT),
            entry("cats/.DS_Store", TEXT),
            entry("cats/Thumbs.db", TEXT),
            entry(".hidden/1.png", pictures(1)[0]),
        ),
    )
    assert told["classes"] == {"cats": 6, "dogs": 6}
    assert told["notices"] == ["1 file was left out: “link.png” is a link to another file."]


def test_folders_tell_the_classes_apart_wherever_they_are(tmp_path: Path) -> None:
    for around in ("", "pets/", "all/my/pets/", "./"):
        assert list(taken(tmp_path, zipped(pets(around=around)))["classes"]) == ["cats", "dogs"]
    deep = {name.replace("/", "/2024/"): data for name, data in pets().items()}
    assert taken(tmp_path, zipped(deep))["classes"] == {"cats": 6, "dogs": 6}
    backslashes = {name.replace("/", "\\"): data for name, data in pets().items()}
    assert taken(tmp_path, zipped(backslashes))["classes"] == {"cats": 6, "dogs": 6}
    parts = {f"{part}/{name}": data for part in ("train", "Test") for name, data in pets(3).items()}
    told = taken(tmp_path, zipped(parts))
    assert told["classes"] == {"cats": 6, "dogs": 6}
    assert told["notices"][0].startswith("Training and test folders were put together")
    assert "6 pictures are there twice" in told["notices"][1]


def test_pictures_beside_the_folders_are_left_out_and_said_so(tmp_path: Path) -> None:
    told = taken(tmp_path, zipped({**pets(), "cover.png": pictures(1, GREEN)[0]}))
    assert told["classes"] == {"cats": 6, "dogs": 6}
    assert told["notices"] == ["1 picture lies in no folder and so in no class: left out."]


def test_names_of_classes_are_text_and_nothing_else(tmp_path: Path) -> None:
    hostile, long = "<img src=x onerror=alert(1)>", "w" * 300
    told = by_class(
        tmp_path, {hostile: pictures(5), f"  {long}\n": pictures(5, BLUE), "Äpfel\u202e": pictures(5, GREEN)}
    )
    assert set(told["classes"]) == {hostile, "w" * 39 + "…", "Äpfel"}
    for name in ("", " \n", "\u202e"):
        with pytest.raises(DataError, match="has no name") as caught:
            take_in([[name, str(tmp_path)]], str(tmp_path))
        sentence_of(caught.value)


def test_names_in_zips_of_macos_are_spelt_as_meant(tmp_path: Path) -> None:
    content = zipped({name.replace("cats", "Äpfel"): data for name, data in pets().items()})
    for signature, offset in ((b"PK\x03\x04", 7), (b"PK\x01\x02", 9)):  # the flag that says "UTF-8"
        parts = content.split(signature)
        content = signature.join(
            [parts[0], *(part[: offset - 4] + b"\0" + part[offset - 3 :] for part in parts[1:])]
        )
    assert list(taken(tmp_path, content)["classes"]) == ["dogs", "Äpfel"]


def test_notices_tell_what_makes_the_set_hard_to_judge_by(tmp_path: Path) -> None:
    frames = [Image.new("RGB", (40, 40), colour) for colour in (RED, GREEN)]
    moving = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])
    cats = [*pictures(17), pictures(1)[0], moving]
    told = by_class(tmp_path, {"cats": cats, "dogs": pictures(5, BLUE, first=100)})
    assert told["notices"] == [
        "Of 1 animated picture only the first frame was taken.",
        "1 picture is there twice: a test picture may be one that was trained on.",
        "The classes differ in size: always answering “cats” would be right for 79 % of the pictures.",
    ]


def test_more_pictures_than_allowed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_images, "MAX_PICTURES", 10)
    with pytest.raises(DataError, match="more than 10 pictures: keep") as caught:
        taken(tmp_path, zipped(pets()))
    sentence_of(caught.value)
    one, two = tmp_path / "one.zip", tmp_path / "two.zip"
    one.write_bytes(zipped(pets(5)))
    two.write_bytes(zipped({f"birds/{i}.png": data for i, data in enumerate(pictures(5, GREEN))}))
    with pytest.raises(DataError, match="more than 10 pictures in all: take fewer") as caught:
        take_in([str(one), str(two)], str(tmp_path))
    sentence_of(caught.value)


def test_nothing_at_all_and_what_is_gone(tmp_path: Path) -> None:
    for files, words in (
        ([], "There are no pictures"),
        ([str(tmp_path / "gone.zip")], "no longer there"),
        ([["cats", str(tmp_path / "gone.png")]], "no longer there"),
        ([["cats", f"{tmp_path}/a\0b"]], "no longer there"),
    ):
        with pytest.raises(DataError, match=words) as caught:
            take_in(files, str(tmp_path / "uploads"))
        sentence_of(caught.value)
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(DataError, match="None of the files is a picture"):
        take_in([["cats", str(empty)], ["dogs", str(empty)]], str(tmp_path / "uploads"))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    data=st.data(),
    name=st.sampled_from(["PNG", "JPEG", "GIF", "BMP", "WEBP", "zip"]),
)
def test_changed_bytes_raise_nothing_but_a_sentence(tmp_path: Path, data: st.DataObject, name: str) -> None:
    content = bytearray(zipped(pets()) if name == "zip" else pictures(1, kind=name)[0])
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    content = content[: data.draw(st.integers(len(content) // 2, len(content)))]
    try:
        if name == "zip":
            taken(tmp_path, bytes(content))
        else:
            assert decoded(bytes(content)).pixels.shape == (3, 32, 32)
    except PictureError:
        pass
    except DataError as error:
        sentence_of(error)


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
