"""The files in a zip of pictures that anybody may have made: read with a cap, never unpacked to disk."""

from __future__ import annotations

import io
import os
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from data.dataset import DataError
from data.picture_file import HEAD, MAX_BYTES, kind_of

MAX_ZIP = 200_000_000  # bytes, packed
MAX_TOTAL = 500_000_000  # bytes, unpacked
MAX_ENTRIES = 10_000
MAX_DIRECTORY = 16_000_000  # bytes of the list of entries
CHUNK = 1 << 20

WAY_OUT = "put each class's pictures into a folder of its own and zip these folders"
_ARCHIVES = (".zip", ".7z", ".rar", ".tar", ".gz", ".tgz", ".bz2", ".xz")
_PACKED = (b"PK\x03\x04", b"PK\x05\x06", b"7z\xbc\xaf\x27\x1c", b"Rar!", b"\x1f\x8b", b"BZh", b"\xfd7zXZ")
#: What systems put beside one's own files.
_UNSEEN = ("__MACOSX", "Thumbs.db", "desktop.ini")
#: What a damaged or hostile archive can make zipfile raise.
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    RuntimeError,  # also NotImplementedError
    OverflowError,
    IndexError,
)


@dataclass(frozen=True, eq=False)
class Member:
    """One file of a zip. data: all of it if it may be a picture, else its first bytes; None for a link."""

    folders: tuple[str, ...]
    name: str
    data: bytes | None


class _Careful(io.FileIO):
    """A file of which nobody takes much at once: a list of entries of any length would fill the memory."""

    def read(self, size: int | None = -1, /) -> Any:
        if size is not None and size > MAX_DIRECTORY:
            raise DataError(_too_many())
        return super().read(size)


def members(path: str) -> Iterator[Member]:
    """The files in the zip, in the order of their names; hidden ones are passed over.

    Raises:
        DataError: one sentence; it is no zip, or one that is not to be trusted.
    """
    try:
        file = _Careful(path)
    except OSError:
        raise DataError("The zip is no longer there or cannot be opened: upload it again.") from None
    with file:
        if (size := os.fstat(file.fileno()).st_size) > MAX_ZIP:
            raise DataError(
                f"The zip has {size / 1e6:,.0f} MB, more than the {MAX_ZIP // 1_000_000} MB allowed: "
                "make the pictures smaller or take fewer of them."
            )
        try:
            archive = zipfile.ZipFile(file)
        except DataError:
            raise
        except _BROKEN:
            raise DataError(f"This is not a zip archive, or it is cut short: {WAY_OUT}.") from None
        with archive:
            yield from _members(archive)


def _members(archive: zipfile.ZipFile) -> Iterator[Member]:
    entries = archive.infolist()
    if len(entries) > MAX_ENTRIES:
        raise DataError(_too_many())
    places = [(_place(entry), entry) for entry in entries]  # every name is looked at before anything is read
    if sum(entry.file_size for entry in entries) > MAX_TOTAL:
        raise DataError(_too_large())
    if not entries:
        raise DataError(f"The zip is empty: {WAY_OUT}.")
    room = MAX_TOTAL
    for place, entry in sorted(places, key=lambda pair: pair[0]):
        if entry.is_dir() or any(part.startswith(".") or part in _UNSEEN for part in place):
            continue
        data = None if stat.S_ISLNK(entry.external_attr >> 16) else _content(archive, entry, room)
        room -= len(data or b"")
        yield Member(place[:-1], place[-1], data)


def _place(entry: zipfile.ZipInfo) -> tuple[str, ...]:
    """Folders and name of an entry, as text only: nothing is ever written there. Raises DataError."""
    name = _spelt(entry).replace("\\", "/")
    parts = name.split("/")
    if name.startswith("/") or ".." in parts or name[1:2] == ":" or "\0" in name:
        raise DataError(
            f"The zip holds a file that would be put outside its folder: {WAY_OUT} with your computer's own zip program."
        )
    return tuple(part for part in parts if part not in ("", ".")) or ("",)


def _spelt(entry: zipfile.ZipInfo) -> str:
    """The name as it was meant: macOS writes UTF-8 without saying so."""
    name = entry.orig_filename
    if not entry.flag_bits & 0x800:
        try:
            name = name.encode("cp437").decode()
        except UnicodeError:
            pass  # an old name in the old alphabet
    return unicodedata.normalize("NFC", name)


def _content(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, room: int) -> bytes:
    """The unpacked bytes; counts what really comes out, whatever the headers say. Raises DataError."""
    full_name = _place(entry)[-1]
    name = shown(full_name)
    if entry.flag_bits & 0x41:
        raise DataError("The zip is encrypted: make it again without a password.")
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise DataError(
            "The zip is packed in an unusual way: make it again with your computer's own zip program."
        )
    try:
        with archive.open(entry) as stream:
            head = stream.read(HEAD)
            if head.startswith(_PACKED) or full_name.lower().endswith(_ARCHIVES):
                raise DataError(
                    f"The zip holds another archive (“{name}”): unpack that one first, or take it out."
                )
            if kind_of(head) is None:
                return head
            data = bytearray(head)
            while len(data) <= MAX_BYTES and (chunk := stream.read(CHUNK)):
                data += chunk
                if len(data) > room:
                    raise DataError(_too_large())
    except DataError:
        raise
    except _BROKEN:
        raise DataError(f"The zip is damaged at “{name}”: make it again, or upload it again.") from None
    return bytes(data)


def shown(name: str, longest: int = 30) -> str:
    """A name of anybody's, short and on one line, for a sentence."""
    text = " ".join("".join(char if char.isprintable() else " " for char in name).split())
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def _too_many() -> str:
    return f"The zip holds more than {MAX_ENTRIES:,} files: take at most 5,000 pictures and nothing else."


def _too_large() -> str:
    return f"The zip unpacks to more than {MAX_TOTAL // 1_000_000} MB: make the pictures smaller or take fewer of them."
