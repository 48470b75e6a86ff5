"""Pictures of one's own on a page: a zip, classes made by hand, the camera, what is kept, and what is refused."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import pytest
from streamlit.testing.v1 import AppTest

from components import own_pictures as component
from models.settings import Text
from tests.picture_files import BLUE, RED, encoded, noisy, pets, pictures, zipped
from training.runs import runs
from training.spec import Spec

HOSTILE = "<img src=x onerror=alert(1)> **b** $x$"


@dataclass(frozen=True)
class Config:
    own: Annotated[str, Text(widget=False, linked=False, max_length=4000, help="A file.")] = ""


def page() -> None:
    import streamlit as st

    from components.own_pictures import counts_of, own_pictures
    from tests.components.test_own_pictures import Config

    config = own_pictures(Config(), "cnn")
    st.session_state["config"] = config
    st.session_state["counts"] = counts_of(config) if config is not None else None


class Page:
    """A page with the upload and nothing else."""

    def __init__(self) -> None:
        self.app = AppTest.from_function(page, default_timeout=30)
        self.run()

    def run(self) -> Page:
        self.app.run()
        assert not self.app.exception, self.app.exception
        return self

    @property
    def file(self) -> Path | None:
        config = self.app.session_state["config"]
        return None if config is None else Path(config.own)

    @property
    def counts(self) -> dict[str, int] | None:
        counts: dict[str, int] | None = self.app.session_state["counts"]
        return counts

    @property
    def sentences(self) -> list[str]:
        return [str(one.value).replace("\\", "") for one in (*self.app.warning, *self.app.error)]

    @property
    def captions(self) -> str:
        return "\n".join(str(one.value).replace("\\", "") for one in self.app.caption)

    @property
    def sheets(self) -> dict[str, str]:
        """Caption → address of each picture on the page."""
        shown = [image.proto.imgs[0] for image in self.app.get("image")]
        return {image.caption.replace("\\", ""): image.url for image in shown}

    def by_key(self, key: str) -> Any:
        return next(node for node in self.app.main if getattr(node, "key", None) == f"own pictures: {key}")

    def upload_zip(self, content: bytes) -> Page:
        self.by_key("zip").set_value(("pets.zip", content, "application/zip"))
        return self.run()

    def class_by_class(self) -> Page:
        self.by_key("way").set_value("classes")
        return self.run()

    def add_class(self, name: str, files: list[bytes] | None = None) -> Page:
        self.by_key("name").set_value(name)
        next(button for button in self.app.button if button.label == "Add class").click()
        self.run()
        if files:
            self.give(name, files)
        return self

    def give(self, name: str, files: list[bytes]) -> Page:
        self.by_key(f"files {name}").set_value(
            [(f"{i}.png", data, "image/png") for i, data in enumerate(files)]
        )
        return self.run()

    def use(self) -> Page:
        self.by_key("use").click()
        return self.run()


def uploads() -> list[str]:
    """What lies in the uploads folder."""
    folder = runs().limits.uploads_folder
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def test_nothing_is_trained_before_there_are_pictures() -> None:
    page = Page()
    assert page.file is None and page.sentences == []
    uploader = page.by_key("zip")
    assert uploader.allowed_type == [".zip"]
    assert "deleted after a while" in page.captions


def test_a_zip_becomes_pictures_to_train_on() -> None:
    page = Page().upload_zip(zipped({**pets(), "cats/notes.txt": b"hello"}))
    assert page.sentences == []
    assert page.file is not None and re.fullmatch(r"[0-9a-f]{64}\.pictures", page.file.name)
    assert page.file.parent == runs().limits.uploads_folder and page.file.exists()
    assert page.counts == {"cats": 6, "dogs": 6}
    assert "12 pictures in 2 classes" in page.captions and "“notes.txt” is no PNG" in page.captions
    assert list(page.sheets) == ["cats: 6 pictures (50 %)", "dogs: 6 pictures (50 %)"]
    assert all(url.startswith("data:image/png;base64,iVBOR") for url in page.sheets.values())
    assert all(re.fullmatch(r"[0-9a-f]{64}\.(pictures|csv)", name) for name in uploads()), (
        "the zip is deleted"
    )


def test_a_zip_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    page = Page().upload_zip(zipped(pets(5)))
    before = page.file

    def never(*_: object, **__: object) -> None:
        raise AssertionError("read again")

    monkeypatch.setattr(runs().executor, "call", never)
    assert page.run().file == before is not None


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "not a zip archive"),
        (b"hello", "not a zip archive"),
        (zipped({}), "The zip is empty"),
        (zipped({"../1.png": b"x"}), "outside its folder"),
        (zipped({f"cats/{i}.png": data for i, data in enumerate(pictures(9))}), "one class"),
    ],
    ids=["0 bytes", "text", "empty", "upwards", "one class"],
)
def test_a_bad_zip_gets_one_sentence_and_a_good_one_trains(content: bytes, words: str) -> None:
    page = Page().upload_zip(content)
    assert page.file is None and page.counts is None
    assert len(page.sentences) == 1 and words in page.sentences[0]
    before = uploads()
    assert not any(re.fullmatch(r"[0-9a-f]{32}", name) for name in before), "what was refused is deleted"
    page.run()
    assert len(page.sentences) == 1
    page.upload_zip(zipped(pets()))
    assert page.file is not None and page.sentences == []


def test_classes_made_by_hand() -> None:
    page = Page().class_by_class()
    assert page.by_key("use").disabled
    page.add_class("cats", pictures(5)).add_class("dogs", pictures(4, BLUE, first=100))
    assert "4 pictures; 1 more needed" in page.captions and page.by_key("use").disabled
    page.give("dogs", pictures(6, BLUE, first=100))
    assert page.file is None and not page.by_key("use").disabled
    page.use()
    assert page.counts == {"cats": 5, "dogs": 6} and page.sentences == []
    first = page.file
    page.give("cats", pictures(7))
    assert page.file == first and "There are changes" in page.captions
    page.use()
    assert page.counts == {"cats": 7, "dogs": 6} and page.file != first
    page.by_key("remove cats").click()
    page.run()
    assert page.counts == {"cats": 7, "dogs": 6}, "what was used stays until something else is"
    assert page.by_key("use").disabled
    assert not any(re.fullmatch(r"[0-9a-f]{32}", name) for name in uploads())


def test_pictures_that_cannot_be_read_get_one_sentence() -> None:
    page = Page().class_by_class()
    page.add_class("cats", [*pictures(4), b"hello"]).add_class("dogs", pictures(5, BLUE)).use()
    assert page.file is None
    assert page.sentences == [
        "The class “cats” has only 4 pictures (“cats, picture 5” is no PNG, JPEG, GIF, BMP or WebP picture): "
        "add some until it has at least 5, or leave this class out."
    ]
    page.give("cats", pictures(5))
    assert page.sentences == []
    assert page.use().counts == {"cats": 5, "dogs": 5}


def test_names_of_classes() -> None:
    page = Page().class_by_class().add_class("cats")
    assert page.add_class("  cats\t").sentences == [
        "There is a class “cats” already: add pictures to that one."
    ]
    assert page.add_class(" ").sentences == ["A class needs a name: call it by what its pictures show."]
    page.add_class(HOSTILE, pictures(5)).give("cats", pictures(5, BLUE, first=50)).use()
    assert page.counts == {HOSTILE: 5, "cats": 5}
    labels = [uploader.label for uploader in page.app.file_uploader]
    (label,) = [label for label in labels if "img" in label]
    assert "\\<img" in label and "\\*\\*b" in label and "\\$x" in label
    captions = [image.proto.imgs[0].caption for image in page.app.get("image")]
    assert any("\\<img" in caption and "\\*\\*b" in caption for caption in captions)
    for number in range(25):
        page.add_class(f"class {number}")
    assert page.sentences == ["There are 20 classes already, the most that can be told apart here."]
    assert len(page.app.file_uploader) == 20


def photograph(seed: int) -> bytes:
    return encoded(noisy(seed, RED), "JPEG")


def test_photographs_go_to_the_class_that_is_chosen() -> None:
    page = Page().class_by_class().add_class("me", pictures(3)).add_class("you", pictures(5, BLUE, first=50))
    assert not page.app.get("camera_input")
    page.by_key("with camera").set_value(True)
    page.run()
    for seed in range(2):
        page.by_key("camera").upload("shot.jpg", photograph(seed))
        page.run()
        page.run()
    assert "5 pictures, 2 by the camera" in page.captions
    page.by_key("shown").set_value("you")
    page.run()
    assert "6 pictures, 1 by" not in page.captions, "the same photograph does not count twice"
    page.by_key("camera").upload("shot.jpg", photograph(9))
    page.run()
    assert page.use().counts == {"me": 5, "you": 6}
    page.by_key("remove you").click()
    page.run()
    assert "6 pictures" not in page.captions.replace("6 pictures in", "")


def test_pictures_of_the_last_run_are_offered_again(monkeypatch: pytest.MonkeyPatch) -> None:
    file = Page().upload_zip(zipped(pets(8))).file
    assert file is not None

    def used(path: str, page_name: str = "cnn") -> None:
        who = secrets.token_hex(16)
        monkeypatch.setattr(component, "learner", lambda: who)
        runs().store.add(f"run of {who}", Spec(who, page_name, "cnn", {"dataset": "own", "own": path}))

    for page_name in ("cnn", "explain"):
        used(str(file), page_name)
        page = Page()
        assert page.file == file and page.counts == {"cats": 8, "dogs": 8}
        assert "These are the pictures that you used last." in page.captions
        page.upload_zip(zipped(pets(5)))
        assert page.counts == {"cats": 5, "dogs": 5} and "that you used last" not in page.captions
    for other in ("/etc/passwd", "", str(file.parent / f"{'0' * 64}.pictures"), str(file) + "/../x", "x\0"):
        used(other)
        assert Page().file is None and Page().sentences == []


def test_pictures_that_were_deleted_meanwhile_are_asked_for_again() -> None:
    page = Page().upload_zip(zipped(pets(9)))
    assert page.file is not None
    page.file.unlink()
    page.by_key("zip").set_value(None)
    page.run()
    assert page.file is None and page.sentences == []
