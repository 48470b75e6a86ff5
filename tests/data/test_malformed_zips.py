"""Zips that are not to be trusted: one sentence each, and nothing of them taken on faith."""

from __future__ import annotations

import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from data import own_images, picture_zip
from data.dataset import DataError
from data.own_images import take_in
from data.picture_file import PictureError, decoded
from tests.data.taking_pictures import TEXT, by_class, sentence_of, taken
from tests.data.test_odd_pictures import UNREADABLE
from tests.picture_files import (
    BLUE,
    GREEN,
    RED,
    encoded,
    encrypted,
    pets,
    pictures,
    zipped,
)


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


def test_there_are_at_least_twenty_five_kinds_of_malformed_input() -> None:
    assert len(UNREADABLE) + len(BAD_ZIPS) >= 25


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
