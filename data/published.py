"""The published sets of pictures that can be fetched: their files, checksums and places.

The folder is laid out as torchvision lays it out, so that files that are there already are used. Mirrors and checksums
of MNIST and Fashion-MNIST are torchvision's; those of CIFAR-10's binary version stand on its author's page.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Part:
    """A published file: its checksum, and its size in bytes."""

    name: str
    md5: str
    size: int


@dataclass(frozen=True)
class Source:
    """Where a set comes from, and what is kept of it. unpacks: what to take out of the one file, a tar archive."""

    title: str
    mirrors: tuple[str, ...]
    folder: str
    parts: tuple[Part, ...]
    unpacks: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        """Bytes to fetch."""
        return sum(part.size for part in self.parts)


SETS = {
    "mnist": Source(
        "MNIST",
        ("https://ossci-datasets.s3.amazonaws.com/mnist/", "http://yann.lecun.com/exdb/mnist/"),
        "MNIST/raw",
        (
            Part("train-images-idx3-ubyte.gz", "f68b3c2dcbeaaa9fbdd348bbdeb94873", 9_912_422),
            Part("train-labels-idx1-ubyte.gz", "d53e105ee54ea40749a09fcbcd1e9432", 28_881),
            Part("t10k-images-idx3-ubyte.gz", "9fb629c4189551a2d022fa330f9573f3", 1_648_877),
            Part("t10k-labels-idx1-ubyte.gz", "ec29112dd5afa0611ce80d1b7f02629c", 4_542),
        ),
    ),
    "fashion": Source(
        "Fashion-MNIST",
        (
            "https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion/",
            "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
        ),
        "FashionMNIST/raw",
        (
            Part("train-images-idx3-ubyte.gz", "8d4fb7e6c68d591d4c3dfef9ec88bf0d", 26_421_880),
            Part("train-labels-idx1-ubyte.gz", "25c81989df183df01b3e8a0aad5dffbe", 29_515),
            Part("t10k-images-idx3-ubyte.gz", "bef4ecab320f06d8554ea6380940ec79", 4_422_102),
            Part("t10k-labels-idx1-ubyte.gz", "bb300cfdad3c16e7a12a480ee83cd310", 5_148),
        ),
    ),
    # The binary version: the one for Python is a pickle, which is never opened here.
    "cifar10": Source(
        "CIFAR-10",
        ("https://www.cs.toronto.edu/~kriz/",),
        ".",
        (Part("cifar-10-binary.tar.gz", "c32a1d4ab5d03f1284b67883e8d87530", 170_052_171),),
        (
            *(f"cifar-10-batches-bin/data_batch_{number}.bin" for number in range(1, 6)),
            "cifar-10-batches-bin/test_batch.bin",
        ),
    ),
}


def ready(name: str, folder: Path) -> bool:
    """Whether the set is here, in whole."""
    source = SETS[name]
    names = source.unpacks or tuple(part.name for part in source.parts)
    return all(is_kept(folder / source.folder / one) for one in names)


def is_kept(path: Path) -> bool:
    """Whether the file is here, packed or unpacked."""
    return path.is_file() or (path.suffix == ".gz" and path.with_suffix("").is_file())
