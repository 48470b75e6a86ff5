"""One picture file of anybody's, turned into what a network is fed: 32 × 32 pixels in red, green and blue.

Nothing about the file is believed: its kind is told by its first bytes, its size is checked before it is decoded, and
only one decoder is let near it. What comes out are pixels; names, colour profiles and comments stay behind.
"""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image

SIDE = 32  # pixels of what comes out
MAX_PIXELS = 50_000_000
MAX_BYTES = 50_000_000
HEAD = 32  # first bytes, enough to tell what a file is
KINDS = "PNG, JPEG, GIF, BMP or WebP"

#: What a file begins with → the decoder for it.
_SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
    (b"BM", "BMP"),
)
#: The same for files that are often taken for such pictures → what is wrong with them.
_FOREIGN = (
    (b"II*\0", "is a TIFF picture, to be saved as PNG or JPEG first"),
    (b"MM\0*", "is a TIFF picture, to be saved as PNG or JPEG first"),
    (b"%PDF", "is a PDF document, not a picture"),
    (b"8BPS", "is a Photoshop file, to be saved as PNG or JPEG first"),
    (b"<svg", "is an SVG drawing, to be saved as PNG first"),
    (b"<?xml", "is an SVG drawing or another XML text, to be saved as PNG first"),
)
_PHONES = (b"ftyphei", b"ftyphev", b"ftypmif", b"ftypmsf", b"ftypavi")
#: EXIF orientation → what turns the picture upright.
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


class PictureError(ValueError):
    """Why a file is not taken, as the end of a sentence that begins with its name."""


@dataclass(frozen=True, eq=False)
class Picture:
    """A decoded picture; `animated` says that there were more after it in the file."""

    pixels: NDArray[np.uint8]  # (3, 32, 32)
    animated: bool


def kind_of(head: bytes) -> str | None:
    """The decoder for a file that begins so; None for anything that is not a picture we read."""
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "WEBP"
    return next((kind for beginning, kind in _SIGNATURES if head.startswith(beginning)), None)


def why_not(head: bytes) -> str:
    """What is wrong with a file that begins so and has no decoder."""
    if not head:
        return "is empty"
    if head[4:].startswith(_PHONES):
        return "is in the HEIC format of some telephones, to be saved as JPEG first"
    start = head.lstrip()
    known = (reason for beginning, reason in _FOREIGN if start.startswith(beginning))
    return next(known, f"is no {KINDS} picture")


def decoded(data: bytes) -> Picture:
    """The first picture in a file: centred square, 32 × 32, upright, on white where it is transparent.

    Raises:
        PictureError: it is of another kind, damaged or too large.
    """
    kind = kind_of(data[:HEAD])
    if kind is None:
        raise PictureError(why_not(data[:HEAD]))
    if len(data) > MAX_BYTES:
        raise PictureError(f"has more than {MAX_BYTES // 1_000_000} MB")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a decoder grumbles about odd files on the server's terminal
            with Image.open(io.BytesIO(data), formats=(kind,)) as image:
                return _decoded(image)
    except (PictureError, MemoryError):
        raise
    except Image.DecompressionBombError:
        raise PictureError(_too_many_pixels()) from None
    except Exception:  # a decoder given bytes on purpose raises anything at all
        raise PictureError("is damaged or cut short") from None


def _too_many_pixels() -> str:
    return f"has more than {MAX_PIXELS // 1_000_000} million pixels"


def _decoded(image: Image.Image) -> Picture:
    width, height = image.size  # from the header: nothing has been decoded yet
    if width * height > MAX_PIXELS:
        raise PictureError(_too_many_pixels())
    orientation = _orientation(image)
    image.draft(None, (8 * SIDE, 8 * SIDE))  # a large JPEG is decoded at a fraction of its size
    small = _small(_plain(image))
    if orientation in _UPRIGHT:
        small = small.transpose(_UPRIGHT[orientation])
    return Picture(np.ascontiguousarray(np.asarray(small).transpose(2, 0, 1)), _is_animated(image))


def _orientation(image: Image.Image) -> int:
    """How the camera was held; 1 (upright) where that is not told or told in no way that can be read."""
    try:
        return int(image.getexif().get(ExifTags.Base.Orientation, 1))
    except MemoryError:
        raise
    except Exception:  # as above; the picture itself may well be sound
        return 1


def _plain(image: Image.Image) -> Image.Image:
    """The picture as 8-bit RGB or RGBA: from palettes, printers' colours, 16-bit greys and the rest."""
    if image.mode.startswith(("I", "F")):
        grey = np.asarray(image).astype(np.float32) / 257  # 65,535 → 255
        return Image.fromarray(np.clip(np.rint(grey), 0, 255).astype(np.uint8)).convert("RGB")
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def _small(image: Image.Image) -> Image.Image:
    """The centred square, averaged down to 32 × 32, over white."""
    width, height = image.size
    side = min(width, height)
    left, top = (width - side) // 2, (height - side) // 2
    box = (left, top, left + side, top + side)
    small = image.resize((SIDE, SIDE), Image.Resampling.LANCZOS, box=box, reducing_gap=3.0)
    if small.mode == "RGBA":
        small = Image.alpha_composite(Image.new("RGBA", small.size, "white"), small).convert("RGB")
    return small


def _is_animated(image: Image.Image) -> bool:
    try:
        return bool(getattr(image, "is_animated", False))
    except MemoryError:
        raise
    except Exception:  # what follows the first picture may be damaged: it is not used
        return False
