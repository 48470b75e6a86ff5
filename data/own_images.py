"""The learner's own pictures: taken in once, in a worker, and kept as one file of plain numbers.

`take_in` reads what was uploaded (`data.picture_zip`, `data.picture_file`) and writes a file of its own kind
(`data.picture_set`). `read` is how a run gets at it, `look` how a page does.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data.dataset import DataError
from data.images import Images
from data.picture_file import KINDS, MAX_BYTES, PictureError, decoded
from data.picture_set import LONGEST_NAME, MAX_CLASSES, MAX_PICTURES, look, read, write
from data.picture_zip import WAY_OUT, members, shown

__all__ = ["look", "read", "take_in"]

MIN_CLASSES = 2
MIN_PICTURES = 5  # of each class
MOST_NAMED = 3  # files that a notice names
UNEVEN = 3  # times as many pictures as the smallest class has

#: Folders that cut a set into parts; the lesson does that by itself.
_PARTS = {"train", "training", "test", "testing", "val", "valid", "validation"}


@dataclass
class _Found:
    """What the uploaded files hold so far."""

    pixels: list[NDArray[np.uint8]] = field(default_factory=list)
    places: list[tuple[str, ...]] = field(default_factory=list)  # the folders around each picture
    left_out: list[tuple[str, str]] = field(default_factory=list)  # (file, why)
    n_animated: int = 0
    notices: list[str] = field(default_factory=list)

    def add(self, place: tuple[str, ...], name: str, data: bytes | None) -> None:
        """Decode a file, or remember why it is left out."""
        try:
            if data is None:
                raise PictureError("is a link to another file")
            picture = decoded(data)
        except PictureError as reason:
            self.left_out.append((shown(name), str(reason)))
            return
        if len(self.pixels) == MAX_PICTURES:
            raise DataError(
                f"There are more than {MAX_PICTURES:,} pictures: keep a random choice of them, evenly from all classes."
            )
        self.pixels.append(picture.pixels)
        self.places.append(place)
        self.n_animated += picture.animated

    @property
    def reason(self) -> str:
        """ " (“a.jpg” is damaged)": the first file that was left out, to end a clause; "" when none was."""
        return f" (“{self.left_out[0][0]}” {self.left_out[0][1]})" if self.left_out else ""


def take_in(files: Sequence[str | Sequence[str]], folder: str) -> dict[str, Any]:
    """What `look` says about the pictures in the files, after writing them into one file in `folder`.

    files: paths of zips with a folder for each class; or pairs (class name, path of a picture or of a folder of pictures).
    Raises:
        DataError: one sentence; nothing is written.
    """
    found = _Found()
    classes: dict[str, int] = {}  # class → number of pictures, 0 for one whose files were all left out
    for entry in files:
        if isinstance(entry, str):
            _add_zip(found, entry)
        else:
            name = class_name(entry[0])
            classes.setdefault(name, 0)
            for number, path in enumerate(_paths(entry[1]), start=1):
                found.add((name,), f"{name}, picture {number}", _bytes(path))
    names = [place[0] for place in found.places]
    classes.update(Counter(names))
    _check(found, classes)
    images = _images(found, sorted(classes, key=str.casefold), names)
    path = write(images, Path(folder))
    return {**look(str(path)), "notices": _notices(found, images)}


def _paths(path: str) -> Iterator[Path]:
    if os.path.isdir(path):
        yield from sorted(Path(path).iterdir())
    else:
        yield Path(path)


def _bytes(path: Path) -> bytes:
    """The file's content, but no more than can be used. Raises DataError when it is gone."""
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except (OSError, ValueError):
        raise DataError("A picture is no longer there or cannot be opened: upload it again.") from None


def class_name(text: str) -> str:
    """A class's name on one line, short enough for a legend. Raises DataError when nothing is left of it."""
    name = shown(text, LONGEST_NAME)
    if not name:
        raise DataError("A class has no name: call it by what its pictures show.")
    return name


def _add_zip(found: _Found, path: str) -> None:
    """Decode the pictures in a zip; the folder that tells them apart is their class. Raises DataError."""
    inside = _Found()
    for member in members(path):
        inside.add(member.folders, member.name, member.data)
    if not inside.places:
        raise DataError(
            f"The zip holds no picture that can be read{inside.reason}: take {KINDS} files in a folder for each class."
        )
    kept = [i for i, place in enumerate(inside.places) if place]
    if not kept:
        raise DataError(f"The pictures in the zip lie in no folder, which would name their class: {WAY_OUT}.")
    if outside := len(inside.places) - len(kept):
        found.notices.append(
            f"{outside} {'pictures lie' if outside > 1 else 'picture lies'} in no folder and so in no class: left out."
        )
    places = [inside.places[i] for i in kept]
    while len({place[0] for place in places}) == 1 and all(len(place) > 1 for place in places):
        places = [place[1:] for place in places]  # a folder around all the others
    if {place[0].lower() for place in places} <= _PARTS and all(len(place) > 1 for place in places):
        places = [place[1:] for place in places]
        found.notices.append(
            "Training and test folders were put together: the lesson divides the pictures itself."
        )
    found.pixels += [inside.pixels[i] for i in kept]
    found.places += [(class_name(place[0]),) for place in places]
    found.left_out += inside.left_out
    found.n_animated += inside.n_animated


def _check(found: _Found, classes: dict[str, int]) -> None:
    """Raises DataError unless there is enough to tell apart, and not too much."""
    if len(found.pixels) > MAX_PICTURES:
        raise DataError(f"There are more than {MAX_PICTURES:,} pictures in all: take fewer of each class.")
    if classes and not found.pixels:
        raise DataError(f"None of the files is a picture that can be read{found.reason}: take {KINDS} files.")
    if len(classes) < MIN_CLASSES:
        only = (
            f"All pictures are of one class (“{next(iter(classes))}”)" if classes else "There are no pictures"
        )
        raise DataError(
            f"{only}: add a second class to tell apart, with at least {MIN_PICTURES} pictures of its own."
        )
    if len(classes) > MAX_CLASSES:
        raise DataError(
            f"There are {len(classes):,} classes, more than the {MAX_CLASSES} allowed: "
            "leave some out, or put similar ones into one folder."
        )
    smallest = min(classes, key=classes.__getitem__)
    if (n := classes[smallest]) < MIN_PICTURES:
        raise DataError(
            f"The class “{smallest}” has only {n} {'picture' if n == 1 else 'pictures'}{found.reason}: "
            f"add some until it has at least {MIN_PICTURES}, or leave this class out."
        )


def _images(found: _Found, class_names: list[str], names: list[str]) -> Images:
    labels = np.array([class_names.index(name) for name in names], np.int64)
    order = np.argsort(labels, kind="stable")
    return Images("Your own pictures", np.stack(found.pixels)[order], labels[order], tuple(class_names))


def _notices(found: _Found, images: Images) -> list[str]:
    """Sentences on what was done to the files, and on what makes the set hard to judge by."""
    notices = list(found.notices)
    if n := len(found.left_out):
        named = "; ".join(f"“{name}” {reason}" for name, reason in found.left_out[:MOST_NAMED])
        more = f"; and {n - MOST_NAMED:,} more" if n > MOST_NAMED else ""
        notices.append(f"{n:,} {'files were' if n > 1 else 'file was'} left out: {named}{more}.")
    if n := found.n_animated:
        notices.append(
            f"Of {n:,} animated {'pictures' if n > 1 else 'picture'} only the first frame was taken."
        )
    rows = Counter(pixels.tobytes() for pixels in images.pixels)
    if n := sum(count - 1 for count in rows.values()):
        notices.append(
            f"{n:,} {'pictures are' if n > 1 else 'picture is'} there twice: a test picture may be one that was trained on."
        )
    counts = np.bincount(images.labels)
    if counts.max() >= UNEVEN * counts.min():
        share = counts.max() / counts.sum()
        notices.append(
            f"The classes differ in size: always answering “{images.class_names[counts.argmax()]}” would be right for "
            f"{share * 100:.0f} % of the pictures."
        )
    return notices
