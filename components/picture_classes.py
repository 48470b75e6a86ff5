"""Classes of pictures that a learner makes by hand: a name, files, and photographs taken on the spot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from components.link import plain

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

#: Session key: the names of the classes.
_NAMES = "own pictures: classes"
#: Session key: class → its photographs.
_SHOTS = "own pictures: photographs"
#: Session key: the ids of all photographs that were taken over.
_SEEN = "own pictures: seen photographs"
_CAMERA = "own pictures: camera"
_TYPES = ("png", "jpg", "jpeg", "gif", "bmp", "webp")
# As `data.own_images` has them; it checks them again.
MIN_CLASSES, MAX_CLASSES, MIN_PICTURES = 2, 20, 5
LONGEST_NAME = 40
MAX_PICTURE_MB = 50
CAMERA_WIDTH = 480  # pixels
MAX_SHOTS = 200  # photographs of a session: they lie in memory until they are used


@dataclass(frozen=True)
class Class:
    """A class and what was given for it; the pictures have not been looked at."""

    name: str
    pictures: Sequence[UploadedFile]

    @property
    def ids(self) -> tuple[str, ...]:
        """What tells these uploads from any others."""
        return tuple(picture.file_id for picture in self.pictures)


def picture_classes() -> list[Class]:
    """The classes with their pictures so far, after drawing what adds to them."""
    names: list[str] = st.session_state.setdefault(_NAMES, [])
    shots: dict[str, list[UploadedFile]] = st.session_state.setdefault(_SHOTS, {})
    _new_class(names)
    found = []
    columns = st.columns(2)
    for number, name in enumerate(names):
        with columns[number % 2].container(border=True):
            files = st.file_uploader(
                f"Pictures of “{plain(name)}”",
                type=_TYPES,
                accept_multiple_files=True,
                key=f"own pictures: files {name}",
                max_upload_size=MAX_PICTURE_MB,
            )
            one = Class(name, [*files, *shots.get(name, ())])
            found.append(one)
            with st.container(horizontal=True, vertical_alignment="center"):
                st.caption(_count(len(one.pictures), len(shots.get(name, ()))))
                st.button("Remove class", key=f"own pictures: remove {name}", on_click=_remove, args=(name,))
    if names and st.toggle("Take pictures with the camera", key="own pictures: with camera"):
        _camera(names, shots)
    return found


def _new_class(names: list[str]) -> None:
    """A line for the name of a class more."""
    with st.form("own pictures: new class", clear_on_submit=True, border=False):
        left, right = st.columns([3, 1], vertical_alignment="bottom")
        text = left.text_input(
            "Name of a class",
            max_chars=LONGEST_NAME,
            placeholder="cats",
            key="own pictures: name",
        )
        if not right.form_submit_button("Add class", width="stretch"):
            return
    name = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    if not name:
        st.warning("A class needs a name: call it by what its pictures show.")
    elif name in names:
        st.warning(plain(f"There is a class “{name}” already: add pictures to that one."))
    elif len(names) >= MAX_CLASSES:
        st.warning(f"There are {MAX_CLASSES} classes already, the most that can be told apart here.")
    else:
        names.append(name)


def _remove(name: str) -> None:
    """Callback: forget a class and its photographs."""
    st.session_state[_NAMES].remove(name)
    st.session_state[_SHOTS].pop(name, None)


def _count(n: int, n_shots: int) -> str:
    missing = f"; {MIN_PICTURES - n} more needed" if n < MIN_PICTURES else ""
    camera = f", {n_shots} by the camera" if n_shots else ""
    return f"{n:,} {'picture' if n == 1 else 'pictures'}{camera}{missing}"


def _camera(names: Sequence[str], shots: dict[str, list[UploadedFile]]) -> None:
    """The camera, and the class that a photograph goes to. Takes a new photograph over and draws the page again."""
    chosen = st.selectbox("The next photograph shows", names, key="own pictures: shown")
    shot = st.camera_input("Photograph", key=_CAMERA, width=CAMERA_WIDTH)
    seen: set[str] = st.session_state.setdefault(_SEEN, set())
    if shot is not None and shot.file_id not in seen:
        if sum(map(len, shots.values())) >= MAX_SHOTS:
            st.warning(f"There are {MAX_SHOTS} photographs already: use them, or upload files.")
            return
        seen.add(shot.file_id)
        shots.setdefault(chosen, []).append(shot)
        st.rerun()
    st.caption(
        "Press “Clear photo” for the next one. The browser asks whether this page may use the camera; it lets only "
        "pages from this computer or with https do so."
    )
