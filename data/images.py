"""Pictures to learn from: embedded, generated, downloaded on request, or the learner's own; and how they are split.

Shapes: N pictures, C channels (1 grey or 3 colours), H × W pixels. Pixels are uint8 until a network is fed:
`as_input` makes them float32 with the training pictures' mean 0 and spread 1.
"""

from __future__ import annotations

import functools
import gzip
import struct
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data import drawings
from data.dataset import DataError

USUAL = drawings.World()
Pixels = NDArray[np.uint8]  # (N, C, H, W)
Labels = NDArray[np.int64]  # (N,)

EMBEDDED = ("digits", "drawings")
DOWNLOADED = ("mnist", "fashion", "cifar10")
PER_CLASS = 200  # drawings of each kind
LIMIT = 10_000  # pictures of a downloaded set that a lesson trains on: seconds, not hours
FASHION = ("T-shirt", "trousers", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "boot")
CIFAR10 = ("aeroplane", "car", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "lorry")


@dataclass(frozen=True, eq=False)
class Images:
    """A set of pictures of one size, in no particular order."""

    name: str
    pixels: Pixels  # (N, C, H, W)
    labels: Labels  # (N,)
    class_names: tuple[str, ...]
    parts: NDArray[np.uint8] | None = None  # (N, H, W): what each pixel belongs to, where that is known
    contours: NDArray[np.uint8] | None = None  # (N, H, W): straight or curved outline, where that is known

    @property
    def shape(self) -> tuple[int, int, int]:
        """(C, H, W)."""
        _, channels, height, width = self.pixels.shape
        return channels, height, width

    def of(self, rows: NDArray[Any]) -> Images:
        """The same set with these pictures only."""
        parts = None if self.parts is None else self.parts[rows]
        contours = None if self.contours is None else self.contours[rows]
        return replace(
            self, pixels=self.pixels[rows], labels=self.labels[rows], parts=parts, contours=contours
        )


@dataclass(frozen=True, eq=False)
class ImageSplit:
    """Training, validation and test pictures, and the mean and spread of the training pixels (per channel)."""

    train: Images
    validation: Images
    test: Images
    mean: NDArray[np.float32]  # (C,)
    std: NDArray[np.float32]  # (C,)

    def as_input(self, pixels: Pixels) -> NDArray[np.float32]:
        """(N, C, H, W) as a network is fed: mean 0 and spread 1 over the training pictures."""
        return standardised(pixels, self.mean, self.std)


def standardised(pixels: Pixels, mean: NDArray[np.float32], std: NDArray[np.float32]) -> NDArray[np.float32]:
    """Pixels from 0 to 1, less `mean`, by `std` (both (C,)): (N, C, H, W). In place, for new memory takes longer than sums."""
    x = pixels.astype(np.float32)
    x /= 255
    x -= mean[:, None, None]
    x /= std[:, None, None]
    return x


def load(
    name: str, *, world: drawings.World = USUAL, seed: int = 0, folder: str = "", file: str = ""
) -> Images:
    """The pictures called `name`.

    world, seed: of the generated drawings. folder: where downloaded sets are kept, or lie as their publishers store
    them. file: the learner's own pictures, as `data.own_images` keeps them.

    Raises:
        DataError: one sentence; there is no such set, or it is not here and cannot be fetched.
    """
    if name == "digits":
        return digits()
    if name == "drawings":
        return drawn(world, seed)
    if name == "own":
        from data.own_images import read

        return read(file)
    if name in DOWNLOADED:
        return downloaded(name, folder, seed)
    raise DataError(
        f"There are no pictures called '{name[:40]}': choose one of {', '.join((*EMBEDDED, *DOWNLOADED, 'own'))}."
    )


@functools.cache
def digits() -> Images:
    """1,797 handwritten digits of 8 × 8 pixels, which come inside scikit-learn (Alpaydin & Kaynak 1998)."""
    import sklearn.datasets

    bunch: Any = sklearn.datasets.load_digits()
    pixels = np.round(bunch.images * (255 / 16)).astype(np.uint8)[:, None]
    return Images("Handwritten digits, 8×8", pixels, bunch.target.astype(np.int64), tuple("0123456789"))


@functools.lru_cache(maxsize=4)
def drawn(world: drawings.World, seed: int, per_class: int = PER_CLASS) -> Images:
    """`per_class` drawings of each kind, the kinds taking turns."""
    generator = np.random.default_rng(seed)
    labels = np.tile(np.arange(len(drawings.CLASSES)), per_class)
    made = [drawings.draw(drawings.CLASSES[label], generator, world) for label in labels]
    pixels = np.stack([one.pixels for one in made]).transpose(0, 3, 1, 2)
    parts, contours = (np.stack([getattr(one, name) for one in made]) for name in ("parts", "contours"))
    return Images("Drawings", np.ascontiguousarray(pixels), labels, drawings.CLASSES, parts, contours)


def downloaded(name: str, folder: str, seed: int) -> Images:
    """At most LIMIT pictures of a downloaded set, a balanced choice by the seed."""
    where = Path(folder or ".")
    pixels, labels, names = _cifar(where) if name == "cifar10" else _idx(name, where)
    if len(labels) > LIMIT:
        keep = np.sort(np.random.default_rng(seed).permutation(len(labels))[:LIMIT])
        pixels, labels = pixels[keep], labels[keep]
    titles = {"mnist": "MNIST", "fashion": "Fashion-MNIST", "cifar10": "CIFAR-10"}
    return Images(titles[name], pixels, labels, names)


def _idx(name: str, folder: Path) -> tuple[Pixels, Labels, tuple[str, ...]]:
    """MNIST and its sisters as they are published: IDX files, gzipped or not, training and test part where present."""
    found = []
    for part in ("train", "t10k"):
        pictures, labels = (
            _find(folder, f"{part}-{what}-ubyte", name) for what in ("images-idx3", "labels-idx1")
        )
        if pictures and labels:
            found.append((read_idx(pictures)[:, None], read_idx(labels).astype(np.int64)))
    if not found:
        raise DataError(
            "These pictures are not on this server yet: download them first, or take the digits or the drawings, which "
            "need no network."
        )
    if any(len(pixels) != len(labels) for pixels, labels in found):
        raise DataError(
            "The file of pictures and the file of labels do not belong together: they differ in length."
        )
    names = FASHION if name == "fashion" else tuple("0123456789")
    return np.concatenate([pair[0] for pair in found]), np.concatenate([pair[1] for pair in found]), names


def _find(folder: Path, stem: str, name: str) -> Path | None:
    """The file in the folder, or in the sub-folder that torchvision makes."""
    sister = {"mnist": "MNIST", "fashion": "FashionMNIST"}[name]
    for place in (folder, folder / sister / "raw"):
        for ending in ("", ".gz"):
            if (path := place / f"{stem}{ending}").is_file():
                return path
    return None


def read_idx(path: Path) -> NDArray[np.uint8]:
    """The array in an IDX file of bytes (LeCun's format: 0, 0, 8, number of dimensions, sizes, values).

    Raises DataError when it is anything else.
    """
    try:
        raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        zeros, kind, n_dimensions = struct.unpack(">HBB", raw[:4])
        shape = struct.unpack(f">{n_dimensions}I", raw[4 : 4 + 4 * n_dimensions])
        values = np.frombuffer(raw, np.uint8, offset=4 + 4 * n_dimensions)
        if zeros or kind != 8 or values.size != int(np.prod(shape)):
            raise ValueError
        return values.reshape(shape)
    except (ValueError, struct.error, OSError, EOFError) as error:
        raise DataError(
            f"{path.name} is not a file of pictures in IDX format, or is cut short: fetch it again."
        ) from error


def _cifar(folder: Path) -> tuple[Pixels, Labels, tuple[str, ...]]:
    """CIFAR-10 in its binary form: a byte of label, then 3 × 32 × 32 bytes. (The Python form is a pickle: never read.)"""
    place = folder / "cifar-10-batches-bin"
    files = sorted(place.glob("data_batch_*.bin")) + sorted(place.glob("test_batch.bin"))
    raws = [np.frombuffer(path.read_bytes(), np.uint8) for path in files]
    if not raws or any(raw.size % 3073 for raw in raws):
        raise DataError(
            "CIFAR-10 is not on this server yet: download it first, or take the drawings, which need no network."
        )
    rows = np.concatenate(raws).reshape(-1, 3073)
    return rows[:, 1:].reshape(-1, 3, 32, 32), rows[:, 0].astype(np.int64), CIFAR10


def split(images: Images, test_fraction: float, seed: int, validation_fraction: float = 0.0) -> ImageSplit:
    """Split at random by the seed, every class in the same proportions.

    Raises:
        DataError: a class has too few pictures to be in both parts, or there are fewer than two classes.
    """
    present = np.unique(images.labels)
    if len(present) < 2:
        raise DataError("All pictures are of one class: a network needs at least two to tell apart.")
    generator = np.random.default_rng(seed)
    train, validation, test = [], [], []
    for label in present:
        rows = generator.permutation(np.flatnonzero(images.labels == label))
        n_test, n_validation = round(len(rows) * test_fraction), round(len(rows) * validation_fraction)
        n_test = max(1, n_test)
        if len(rows) - n_test - n_validation < 1:
            raise DataError(
                f"The class “{images.class_names[label]}” has only {len(rows)} pictures, too few to train and to test: "
                "add some, or hold back a smaller share."
            )
        test.append(rows[:n_test])
        validation.append(rows[n_test : n_test + n_validation])
        train.append(rows[n_test + n_validation :])
    parts = [images.of(generator.permutation(np.concatenate(rows))) for rows in (train, validation, test)]
    learned = parts[0].pixels.astype(np.float32) / 255
    mean, std = learned.mean(axis=(0, 2, 3)), learned.std(axis=(0, 2, 3))
    return ImageSplit(parts[0], parts[1], parts[2], mean, np.where(std > 0, std, 1.0).astype(np.float32))
