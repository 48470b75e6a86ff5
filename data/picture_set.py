"""A set of pictures as one file of plain numbers: `<sha256 of its content>.pictures`.

The file is in safetensors form, so reading it runs no code: `pixels` (N, 3, 32, 32) and `labels` (N,), both uint8, and
the names of the classes as JSON. Only `data.own_images.take_in` writes such files.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import os
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data.dataset import DataError
from data.images import Images
from data.picture_file import SIDE

MAX_CLASSES = 20
MAX_PICTURES = 5_000
LONGEST_NAME = 40  # characters of a class's name
N_SHOWN = 8  # pictures of each class on a contact sheet
ENLARGED = 3  # pixels of a contact sheet for one of a picture


def write(images: Images, folder: Path) -> Path:
    """The file that holds the pictures, named by its content."""
    import safetensors.numpy

    tensors = {"pixels": images.pixels, "labels": images.labels.astype(np.uint8)}
    data = safetensors.numpy.save(tensors, {"class_names": json.dumps(images.class_names)})
    path = folder / f"{hashlib.sha256(data).hexdigest()}.pictures"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_suffix(f".{os.getpid()}")
    draft.write_bytes(data)  # also when it is there already: so that it counts as new
    draft.replace(path)
    return path


def read(file: str) -> Images:
    """The pictures in a file that `take_in` wrote.

    Raises:
        DataError: no file was chosen, it is gone, or it is no such file.
    """
    import safetensors
    import safetensors.numpy

    if not file:
        raise DataError("No pictures of your own have been chosen yet: upload some first.")
    try:
        data = Path(file).read_bytes()
    except (OSError, ValueError):  # ValueError: a null byte inside the path
        raise DataError("These pictures are no longer on this server: upload them again.") from None
    try:
        if os.path.basename(file) != f"{hashlib.sha256(data).hexdigest()}.pictures":
            raise ValueError
        tensors = safetensors.numpy.load(data)
        header = json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])
        class_names = json.loads(header["__metadata__"]["class_names"])
        return _checked(tensors["pixels"], tensors["labels"], class_names)
    except (ValueError, KeyError, TypeError, safetensors.SafetensorError):
        raise DataError("This is not a file of pictures that was taken in here: upload them again.") from None


def _checked(pixels: NDArray[Any], labels: NDArray[Any], class_names: Any) -> Images:
    """Raises ValueError when the parts are not of their kinds or do not fit each other."""
    names = class_names if isinstance(class_names, list) else []
    sound = (
        pixels.dtype == labels.dtype == np.uint8
        and pixels.shape == (len(labels), 3, SIDE, SIDE)
        and 0 < len(labels) <= MAX_PICTURES
        and all(isinstance(name, str) and 0 < len(name) <= LONGEST_NAME for name in names)
        and len(names) <= MAX_CLASSES
        and int(labels.max()) < len(names)
    )
    if not sound:
        raise ValueError
    return Images("Your own pictures", pixels, labels.astype(np.int64), tuple(names))


def look(file: str) -> dict[str, Any]:
    """What a page shows of the pictures in a file: no picture of anybody's is decoded outside a worker.

    file: its path; classes: name → number of pictures; size: number of all pictures; notices: sentences;
    sheets: name → the first few pictures side by side, as a PNG in base64.
    Raises:
        DataError: see `read`.
    """
    images = read(file)
    counts = np.bincount(images.labels, minlength=len(images.class_names))
    sheets = {
        name: _sheet(images.pixels[images.labels == label][:N_SHOWN])
        for label, name in enumerate(images.class_names)
    }
    return {
        "file": file,
        "classes": dict(zip(images.class_names, counts.tolist(), strict=True)),
        "size": len(images.labels),
        "notices": [],
        "sheets": sheets,
    }


def _sheet(pixels: NDArray[np.uint8]) -> str:
    """Pictures (n, 3, H, W) side by side on transparent ground, enlarged so that their pixels can be seen."""
    from PIL import Image

    n, _, height, width = pixels.shape
    sheet = np.zeros((height, N_SHOWN * (width + 1) - 1, 4), np.uint8)
    for i in range(n):
        part = sheet[:, i * (width + 1) : i * (width + 1) + width]
        part[:, :, :3], part[:, :, 3] = pixels[i].transpose(1, 2, 0), 255
    large = sheet.repeat(ENLARGED, axis=0).repeat(ENLARGED, axis=1)
    file = io.BytesIO()
    Image.fromarray(large).save(file, "PNG")
    return base64.b64encode(file.getvalue()).decode()
