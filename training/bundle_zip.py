"""Opening a zip archive that anybody may have written: only known names, no links, no pickles, no bombs."""

from __future__ import annotations

import io
import math
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from typing import BinaryIO

from training.strict import BundleError

MAX_TOTAL = 300_000_000  # bytes, unpacked
MAX_RATIO = 200  # unpacked to packed
SMALL = 1_000_000  # bytes; below, a file may shrink as much as it likes
MAX_MEMBERS = 64
CHUNK = 1 << 20

PICKLES = (".pkl", ".pickle", ".pt", ".pth", ".joblib", ".bin", ".ckpt")
_PICKLE = re.compile(rb"\x80[\x02-\x05]")
#: The header that numpy.save writes before numbers, and nothing else.
_NPY = re.compile(
    rb"\{'descr': '([<|])([fiub])(\d)', 'fortran_order': (?:False|True), 'shape': \(([\d, ]*)\), \} *\n"
)
_OBJECTS = re.compile(rb"'descr': *('\|O|\[)")

#: What a damaged or hostile archive can make zipfile raise.
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    RuntimeError,  # also NotImplementedError: a way of packing or an encryption that is not known
    OverflowError,
    IndexError,
)


def members(file: BinaryIO, known: Callable[[str], bool]) -> dict[str, bytes]:
    """Name → content of every file in the archive. Raises BundleError, also for a name that is not `known`."""
    try:
        archive = zipfile.ZipFile(file)
    except _BROKEN:
        raise BundleError("This is not a zip archive: choose a bundle that was exported here.") from None
    with archive:
        entries = archive.infolist()
        if len(entries) > MAX_MEMBERS:
            raise BundleError(f"The bundle holds {len(entries):,} files; a run has at most a dozen.")
        for entry in entries:
            _check_entry(entry, known)
        names = [entry.filename for entry in entries]
        if len(set(names)) < len(names):
            raise BundleError("The bundle holds two files of the same name.")
        found: dict[str, bytes] = {}
        room = MAX_TOTAL
        for entry in entries:
            found[entry.filename] = data = _content(archive, entry, room)
            room -= len(data)
        return found


def _check_entry(entry: zipfile.ZipInfo, known: Callable[[str], bool]) -> None:
    """What can be told without unpacking. Raises BundleError."""
    name = entry.orig_filename
    if (
        name.startswith("/")
        or "\\" in name
        or ".." in name.split("/")
        or name[1:2] == ":"
        or "\0" in name
        or entry.filename != name
    ):
        raise BundleError("The bundle holds a file that would be put outside its folder.")
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind == stat.S_IFLNK:
        raise BundleError("The bundle holds a link to another file, which is never followed.")
    if kind not in (0, stat.S_IFREG) or entry.is_dir():
        raise BundleError("The bundle holds something other than plain files.")
    if entry.flag_bits & 0x41:
        raise BundleError("The bundle is encrypted: export it again without a password.")
    if name.lower().endswith(PICKLES):
        raise BundleError("The bundle holds a Python pickle, which could run code and is never opened.")
    if not known(name):
        raise BundleError("The bundle holds a file that does not belong to a run.")
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise BundleError("The bundle is packed in an unusual way: export it again.")


def _content(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, room: int) -> bytes:
    """The unpacked file; counts what really comes out, whatever the header says. Raises BundleError."""
    data = bytearray()
    try:
        with archive.open(entry) as stream:
            while chunk := stream.read(CHUNK):
                data += chunk
                if len(data) > room:
                    raise BundleError(f"The bundle unpacks to more than {MAX_TOTAL // 1_000_000} MB.")
                if len(data) > SMALL and len(data) > MAX_RATIO * entry.compress_size:
                    raise BundleError(f"The bundle unpacks to more than {MAX_RATIO} times its size.")
    except BundleError:
        raise
    except _BROKEN:
        raise BundleError("The bundle is damaged: download or export it again.") from None
    if _PICKLE.match(data):
        raise BundleError("The bundle holds a Python pickle, which could run code and is never opened.")
    return bytes(data)


def check_npz(data: bytes) -> None:
    """Raises BundleError unless `data` is an .npz file of plain numbers."""
    arrays = members(io.BytesIO(data), lambda name: re.fullmatch(r"\w{1,60}\.npy", name) is not None)
    for content in arrays.values():
        header = content[10:4096]
        if _OBJECTS.search(header):
            raise BundleError("data.npz holds Python objects, which could run code and are never opened.")
        form = _NPY.match(header) if content[:8] == b"\x93NUMPY\x01\x00" else None
        if form is None or int.from_bytes(content[8:10], "little") != form.end():
            raise BundleError("data.npz holds something other than arrays of numbers.")
        sizes = [int(size) for size in form[4].split(b",") if size.strip()]
        if math.prod(sizes) * int(form[3]) != len(content) - 10 - form.end():
            raise BundleError("data.npz holds an array whose data do not fill its shape.")


def packed(files: Mapping[str, bytes]) -> bytes:
    """A zip archive that `members` takes. Raises BundleError when it would be too large."""
    if sum(map(len, files.values())) > MAX_TOTAL:
        raise BundleError(f"This run is larger than the {MAX_TOTAL // 1_000_000} MB that a bundle may hold.")
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            # Frames that hardly change shrink so much that they would look like a bomb.
            shrunk = len(zlib.compress(data, 1)) if len(data) > SMALL else len(data)
            stored = len(data) > SMALL and len(data) > MAX_RATIO // 4 * shrunk
            archive.writestr(name, data, zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED)
    return target.getvalue()
