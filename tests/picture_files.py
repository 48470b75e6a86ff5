"""Picture files for tests, good and bad, and zips of them."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from PIL import Image

RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)


def encoded(image: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    """The picture as a file."""
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def noisy(seed: int, tint: tuple[int, int, int], width: int = 40, height: int = 40) -> Image.Image:
    """A picture unlike that of any other seed, of a colour of its own."""
    noise = np.random.default_rng(seed).integers(-30, 30, (height, width, 3))
    return Image.fromarray(np.clip(np.array(tint) // 2 + 60 + noise, 0, 255).astype(np.uint8))


def pictures(n: int, tint: tuple[int, int, int] = RED, *, first: int = 0, kind: str = "PNG") -> list[bytes]:
    """`n` different pictures of one colour."""
    return [encoded(noisy(seed, tint), kind) for seed in range(first, first + n)]


def pets(n: int = 6, around: str = "") -> dict[str, bytes]:
    """Name in a zip → content: `n` red cats and `n` blue dogs."""
    cats, dogs = pictures(n, RED), pictures(n, BLUE, first=100)
    return {
        f"{around}{name}/{i}.png": data
        for name, files in (("cats", cats), ("dogs", dogs))
        for i, data in enumerate(files)
    }


def zipped(
    files: Mapping[str, bytes] | Iterable[tuple[str | zipfile.ZipInfo, bytes]],
    how: int = zipfile.ZIP_DEFLATED,
) -> bytes:
    """A zip archive."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", how) as archive:
        for name, data in files.items() if isinstance(files, Mapping) else files:
            archive.writestr(name, data)
    return file.getvalue()


def encrypted(files: Mapping[str, bytes]) -> bytes:
    """A zip archive whose entries say that they need a password."""
    data = bytearray(zipped(files))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = data.find(signature)
        while place >= 0:
            data[place + offset] |= 1
            place = data.find(signature, place + 4)
    return bytes(data)


def chunk(kind: bytes, content: bytes) -> bytes:
    """A chunk of a PNG file."""
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png(width: int, height: int, rows: bytes, *, depth: int = 8, colour: int = 0) -> bytes:
    """A PNG whose header says what it is told to; rows: what is to be packed."""
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    body = chunk(b"IDAT", zlib.compress(rows, 9))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + body + chunk(b"IEND", b"")


def huge_png(side: int = 20_000) -> bytes:
    """A sound black-and-white PNG of so many pixels a side, in a few kilobytes."""
    packer = zlib.compressobj(9)
    row = bytes(1 + side // 8)
    packed = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")
