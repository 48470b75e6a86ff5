"""Your own pictures: upload or take them, look at them, train on them. They are decoded in a worker, never in the server.

What is uploaded lies on this server under a name of chance until the worker has read it, and is deleted then. What
stays is the worker's file of small pictures, named by its content (`data.own_images`).
"""

from __future__ import annotations

import re
import secrets
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import streamlit as st

from components.learner import learner
from components.link import plain
from components.picture_classes import MIN_CLASSES, MIN_PICTURES, Class, picture_classes
from training.executor import RunError
from training.runs import runs

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

__all__ = ["counts_of", "own_pictures"]

C = TypeVar("C", bound="DataclassInstance")

#: How the worker calls its file.
_NAME = re.compile(r"[0-9a-f]{64}\.pictures")
#: Session key: the file that was taken in last.
_TAKEN = "own pictures: file"
#: Session key: file name → what `data.own_images.look` said, or its one sentence of refusal.
_LOOKS = "own pictures: looks"
#: Session key: what was uploaded (its ids) → the file it became, or why it was refused.
_READ = "own pictures: uploads"
#: Session key: what the button "Use these pictures" was last pressed for.
_PRESSED = "own pictures: pressed"
_WAYS = {"zip": "A zip of folders", "classes": "Class by class"}
_KEPT_RUNS = 30  # of the learner's newest, in which pictures are looked for
MAX_ZIP_MB = 200

Uploads = tuple[str, ...]


def own_pictures(config: C, page: str) -> C | None:
    """The config with the learner's pictures (`own`), after drawing the upload; None while there is nothing to train on.

    The pictures of this session count, or else those of the learner's newest run that had any.
    """
    with st.container(border=True):
        st.markdown(
            f"**Your own pictures.** At least {MIN_CLASSES} classes with {MIN_PICTURES} pictures each; up to 20 classes "
            "and 5,000 pictures, as PNG, JPEG, GIF, BMP or WebP."
        )
        way = st.segmented_control(
            "How",
            list(_WAYS),
            default="zip",
            format_func=_WAYS.__getitem__,
            key="own pictures: way",
            label_visibility="collapsed",
            required=True,
        )
        outcome = _from_zip() if way == "zip" else _from_classes()
        if isinstance(outcome, str):
            st.error(plain(outcome))
            return None
        path = outcome or _used_last(page)
        look = _look(path) if path is not None else None
        if path is None or look is None:
            st.caption("The pictures stay on this server and are deleted after a while.")
            return None
        _show(look, again=outcome is None)
    return replace(config, own=str(path))


def counts_of(config: Any) -> dict[str, int]:
    """Class → number of pictures of a config that `own_pictures` returned; {} for one without pictures of one's own."""
    look = st.session_state.get(_LOOKS, {}).get(Path(str(config.own)).name)
    return dict(look["classes"]) if isinstance(look, dict) else {}


def _from_zip() -> Path | str | None:
    """The file that an uploaded zip became, or why it was refused; None where none is uploaded."""
    uploaded = st.file_uploader(
        "Zip file with a folder for each class, such as cats/1.png",
        type="zip",
        key="own pictures: zip",
        max_upload_size=MAX_ZIP_MB,
    )
    if uploaded is None:
        return None

    def write(folder: Path) -> list[str]:
        path = folder / "upload.zip"
        path.write_bytes(uploaded.getbuffer())
        return [str(path)]

    return _taken_in((uploaded.file_id,), write)


def _from_classes() -> Path | str | None:
    """The same for pictures that were given class by class, once the button is pressed."""
    classes = picture_classes()
    ids = tuple(text for one in classes for text in (one.name, *one.ids))
    ready = len(classes) >= MIN_CLASSES and all(len(one.ids) >= MIN_PICTURES for one in classes)
    pressed: Uploads | None = st.session_state.get(_PRESSED)
    st.button(
        "Use these pictures",
        key="own pictures: use",
        type="primary",
        disabled=not ready or ids == pressed,
        on_click=_press,
        args=(ids,),
    )
    if pressed is None:
        return None
    if pressed == ids:
        return _taken_in(ids, lambda folder: _write(classes, folder))
    if ready:
        st.caption("There are changes: press “Use these pictures” to train with them.")
    read: dict[Uploads, Path | str] = st.session_state.get(_READ, {})
    before = read.get(pressed)
    return before if isinstance(before, Path) else None


def _press(ids: Uploads) -> None:
    """Callback: these uploads are to be used."""
    st.session_state[_PRESSED] = ids


def _write(classes: Sequence[Class], folder: Path) -> list[list[str]]:
    """Each class's pictures in a folder; returns the pairs that `data.own_images.take_in` takes."""
    pairs = []
    for number, one in enumerate(classes):
        place = folder / str(number)
        place.mkdir()
        for i, picture in enumerate(one.pictures):
            (place / f"{i:05d}").write_bytes(picture.getbuffer())
        pairs.append([one.name, str(place)])
    return pairs


def _taken_in(ids: Uploads, write: Any) -> Path | str:
    """The file that the uploads with these ids became, or why they were refused; read once.

    write: puts them into the folder it is given, and returns the `files` of `data.own_images.take_in`.
    """
    read: dict[Uploads, Path | str] = st.session_state.setdefault(_READ, {})
    known = read.get(ids)
    if isinstance(known, str) or (known is not None and known.exists()):
        return known
    uploads = runs().limits.uploads_folder
    folder = uploads / secrets.token_hex(16)
    folder.mkdir(parents=True, mode=0o700)
    with st.spinner("Reading the pictures …"):
        try:
            arguments = {"files": write(folder), "folder": str(uploads)}
            look = runs().executor.call("data.own_images:take_in", arguments)
        except RunError as error:
            read[ids] = str(error)
        else:
            read[ids] = path = Path(look["file"])
            st.session_state.setdefault(_LOOKS, {})[path.name] = look
            st.session_state[_TAKEN] = path
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    return read[ids]


def _used_last(page: str) -> Path | None:
    """The pictures of this session, or of the learner's newest run with any, if they are still there."""
    taken: Path | None = st.session_state.get(_TAKEN)
    if taken is not None and taken.exists():
        return taken
    latest = runs().latest(learner(), page)
    configs = [latest[1].config] if latest is not None else []
    configs += [row.config for row in runs().store.of_learner(learner(), limit=_KEPT_RUNS)]
    paths = (Path(str(config["own"])) for config in configs if config.get("own"))
    found = next((path for path in paths if _is_ours(path)), None)
    if found is not None:
        st.session_state[_TAKEN] = found
    return found


def _is_ours(path: Path) -> bool:
    """Whether the path is that of a file of pictures among the uploads."""
    return (
        path.parent == runs().limits.uploads_folder
        and _NAME.fullmatch(path.name) is not None
        and path.exists()
    )


def _look(path: Path) -> dict[str, Any] | None:
    """What the file holds; None, with one sentence on the page, when it cannot be used."""
    looks: dict[str, dict[str, Any] | str] = st.session_state.setdefault(_LOOKS, {})
    if path.name not in looks:
        try:
            looks[path.name] = runs().executor.call("data.own_images:look", {"file": str(path)})
        except RunError as error:
            looks[path.name] = str(error)
    look = looks[path.name]
    if isinstance(look, str):
        st.error(plain(look))
        return None
    return look


def _show(look: dict[str, Any], *, again: bool) -> None:
    """How many pictures each class has, a few of them, and what was done to them."""
    size, n_classes = look["size"], len(look["classes"])
    used = "These are the pictures that you used last. " if again else ""
    st.caption(
        f"{used}{size:,} pictures in {n_classes} classes. A square is cut from the middle of each and made "
        "32×32 pixels small: this is what the network sees."
    )
    columns = st.columns(2)
    for number, (name, count) in enumerate(look["classes"].items()):
        share = f"{100 * count / size:.0f} %"
        # The address holds the picture itself, so that this process need not decode what the worker has made.
        columns[number % 2].image(
            f"data:image/png;base64,{look['sheets'][name]}",
            caption=f"{plain(name)}: {count:,} pictures ({share})",
            width="stretch",
        )
    for sentence in look["notices"]:
        st.caption(plain(sentence))
