"""What can be read off each layer by a linear classifier, a *probe*: an edge's direction, its bend, the part, the class.

(Alain & Bengio 2016, "Understanding intermediate layers using linear classifier probes", section 3.) A probe is fitted
on the feature vectors of places in training pictures and tested in test pictures. It is ridge regression onto one
column per answer, 1 for the right one and −1 for the others:

    W = (XᵀX + λI)⁻¹ XᵀY,    answer = argmax_k (x·W)_k

with λ chosen by leaving out one row at a time, which costs no further fit: e_i = (y_i − ŷ_i)/(1 − h_ii) with
H = X(XᵀX + λI)⁻¹Xᵀ (Hastie, Tibshirani & Friedman 2009, "The elements of statistical learning", eq. 7.64).
A number alone says little, so the same probe reads the same network before its training, and the bare pixels that the
place sees. As many places of every answer are taken: whoever guesses is right one time in K.

Shapes: n places, d features, K answers; X (n, d), y (n,).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from data.drawings import CONTOURS, PARTS
from data.images import Images
from models.chunks import chunks
from models.cnn_layers import MOST_PLACES, Field
from models.convnet import ConvNet

LAMBDAS = tuple(10.0**power for power in range(-3, 5))
DIRECTIONS = ("horizontal", "rising", "vertical", "falling")
CLEAR = 0.6  # coherence from which an edge has one direction

Ints = NDArray[np.int64]
Reader = Literal["trained", "untrained", "pixels"]


@dataclass(frozen=True, eq=False)
class Task:
    """A question about places of pictures: answers (N, H, W), −1 where it is not asked; or about pictures, (N,)."""

    name: str
    names: tuple[str, ...]
    train: Ints
    test: Ints


@dataclass(frozen=True)
class Reading:
    """How often each reader is right in the test pictures, layer by layer; one time in `len(names)` by guessing."""

    name: str
    names: tuple[str, ...]
    n_train: int
    n_test: int
    layers: list[str] = field(default_factory=list)
    accuracy: dict[Reader, list[float]] = field(
        default_factory=lambda: {"trained": [], "untrained": [], "pixels": []}
    )

    @property
    def chance(self) -> float:
        return 1 / len(self.names)


# The probe.


def probe(x: Tensor, y: Tensor, x_test: Tensor, y_test: Tensor, n_answers: int) -> float:
    """The share of test rows that the best regularised linear classifier of the rows x answers rightly."""
    spread = x.std(dim=0, correction=0)
    used = spread > 1e-6 * spread.max().clamp_min(1e-12)  # a feature that never changes says nothing
    if not used.any():
        return (y_test == torch.mode(y).values).float().mean().item()
    mean, spread = x[:, used].mean(dim=0), spread[used]
    x, x_test = (x[:, used] - mean) / spread, (x_test[:, used] - mean) / spread
    target = 2 * functional.one_hot(y, n_answers).to(x.dtype) - 1
    weights, _ = ridge(x, target - target.mean(dim=0))
    scores = x_test @ weights + target.mean(dim=0)
    return (scores.argmax(dim=1) == y_test).float().mean().item()


def ridge(x: Tensor, target: Tensor, lambdas: tuple[float, ...] = LAMBDAS) -> tuple[Tensor, float]:
    """(W (d, K), λ) for centred x (n, d) and target (n, K): of the λ the one with the least left-out error.

    Solved in the smaller of its two forms: by XᵀX (d, d), or by XXᵀ (n, n), of which W = Xᵀ(XXᵀ + λI)⁻¹Y.
    """
    n, d = x.shape
    values, vectors = torch.linalg.eigh((x.T @ x if d <= n else x @ x.T).double())
    values, vectors = values.clamp_min(0).to(x.dtype), vectors.to(x.dtype)
    # rows of `along`: the data in the eigenvectors' coordinates, scaled such that H = along·diag(1/(s+λ))·alongᵀ
    along = x @ vectors if d <= n else vectors * values.sqrt()
    inner = along.T @ target
    errors = []
    for one in lambdas:
        scaled = along / (values + one)
        hat = (along * scaled).sum(dim=1, keepdim=True) + 1 / n  # 1/n: the mean was taken away
        errors.append(((target - scaled @ inner) / (1 - hat).clamp_min(1e-6)).square().mean().item())
    best = lambdas[int(np.argmin(errors))]
    if d <= n:
        return vectors @ (inner / (values + best)[:, None]), best
    return x.T @ (vectors @ ((vectors.T @ target) / (values + best)[:, None])), best


# The questions.


def directions(pixels: NDArray[np.uint8]) -> tuple[Ints, NDArray[np.float64]]:
    """For every pixel of pictures (N, C, H, W) which of DIRECTIONS its edge has (N, H, W), and how clearly, 0 … 1.

    By the structure tensor of the brightness over 3 × 3 pixels (Bigün & Granlund 1987): its main direction, and the
    coherence (λ₁ − λ₂)/(λ₁ + λ₂).
    """
    grey = torch.from_numpy(pixels.mean(axis=1, dtype=np.float64))[:, None]
    padded = functional.pad(grey, (1, 1, 1, 1), mode="replicate")
    across = (padded[:, :, 1:-1, 2:] - padded[:, :, 1:-1, :-2]) / 2
    down = (padded[:, :, 2:, 1:-1] - padded[:, :, :-2, 1:-1]) / 2
    xx, yy, xy = (
        functional.avg_pool2d(product, 3, 1, 1)[:, 0] for product in (across**2, down**2, across * down)
    )
    clear = ((xx - yy) ** 2 + 4 * xy**2).sqrt() / (xx + yy).clamp_min(1.0)
    uphill = 0.5 * torch.atan2(
        -2 * xy, xx - yy
    )  # of the slope, counted with y upwards; the edge stands on it
    edge = torch.remainder(uphill + torch.pi / 2, torch.pi)
    answers = torch.remainder((edge / (torch.pi / 4)).round().long(), 4)
    return answers.numpy(), clear.numpy()


def tasks_of(train: Images, test: Images) -> list[Task]:
    """The questions that these pictures allow: the class always, the others where parts and outlines are known."""
    found = []
    if train.contours is not None and train.parts is not None:
        questions: list[tuple[str, tuple[str, ...], Callable[[Images], Ints]]] = [
            ("edge direction", DIRECTIONS, _direction_answers),
            ("straight or curved", CONTOURS[1:], lambda images: _known(images.contours)),
            ("part", PARTS[1:], lambda images: _known(images.parts)),
        ]
        found = [Task(name, names, answers(train), answers(test)) for name, names, answers in questions]
    return [*found, Task("class", train.class_names, train.labels, test.labels)]


def _direction_answers(images: Images) -> Ints:
    answers, clear = directions(images.pixels)
    return np.where((_known(images.contours) >= 0) & (clear > CLEAR), answers, -1)


def _known(marks: NDArray[np.uint8] | None) -> Ints:
    """−1 for "nothing here", then the other marks from 0."""
    assert marks is not None
    return marks.astype(np.int64) - 1


def evenly(answers: Ints, n_answers: int, most: int, generator: np.random.Generator) -> Ints:
    """Flat positions with as many of each answer, at most `most` together, in an order of chance."""
    places = [np.flatnonzero(answers == answer) for answer in range(n_answers)]
    n_each = min(most // n_answers, *(len(each) for each in places))
    chosen = [generator.permutation(each)[:n_each] for each in places]
    return np.asarray(generator.permutation(np.concatenate(chosen)))


# What the probes are given.


@dataclass(frozen=True, eq=False)
class Sample:
    """The places of a question in some pictures: which picture, row, column (rows and columns of pixels), and the answer."""

    pictures: Tensor
    rows: Tensor
    columns: Tensor
    answers: Tensor


def sample(answers: Ints, n_answers: int, most: int, generator: np.random.Generator) -> Sample:
    """As many places (or pictures, with row and column 0) of every answer."""
    flat = evenly(answers, n_answers, most, generator)
    where = np.unravel_index(flat, answers.shape)
    rows, columns = where[1:] if answers.ndim == 3 else (np.zeros_like(flat), np.zeros_like(flat))
    return Sample(
        *(torch.from_numpy(np.asarray(part)) for part in (where[0], rows, columns, answers.flat[flat]))
    )


def patches(x: Tensor, at: Sample, reach: Field) -> Tensor:
    """(n, d) bare pixels: what the places see of the pictures x (N, C, H, W), zeros beyond their rims."""
    height, width = x.shape[2:]
    size = min(reach.size, 2 * max(height, width) - 1)  # from anywhere it reaches every pixel
    before = size // 2
    padded = functional.pad(x, (before, size - 1 - before, before, size - 1 - before))
    found = [
        padded[picture, :, row : row + size, column : column + size].reshape(-1)
        for picture, row, column in zip(
            at.pictures.tolist(), at.rows.tolist(), at.columns.tolist(), strict=True
        )
    ]
    return torch.stack(found)


def at_places(maps: Tensor, at: Sample, reach: Field, side: tuple[int, int]) -> Tensor:
    """(n, C) feature vectors of maps (N, C, H′, W′) at the places whose fields have their middles nearest to the pixels."""
    rows, columns = (
        torch.tensor([reach.place(pixel, n) for pixel in range(length)])[pixels]
        for pixels, n, length in ((at.rows, maps.shape[2], side[0]), (at.columns, maps.shape[3], side[1]))
    )
    return maps[at.pictures, :, rows, columns]


@torch.no_grad()
def layers_of(network: ConvNet, x: Tensor) -> list[Tensor]:
    """Every block's maps (N, C, H, W) before pooling, then what the dense layers before the answer hold (N, d)."""
    found: list[list[Tensor]] = []
    for part in chunks(x):
        maps = network.activations(part)
        flat = part
        for block in network.blocks:
            flat = block(flat)
        for layer in network.head[:-1]:
            flat = layer(flat)
            if not isinstance(layer, torch.nn.Flatten | torch.nn.Linear | torch.nn.Dropout):
                maps.append(flat)
        found = found or [[] for _ in maps]
        for held, new in zip(found, maps, strict=True):
            held.append(new)
    return [torch.cat(parts) for parts in found]


def pooled(values: Tensor) -> Tensor:
    """(N, 2C) means and maxima of maps (N, C, H, W); what is flat already stays."""
    if values.dim() == 2:
        return values
    return torch.cat([values.mean(dim=(2, 3)), values.amax(dim=(2, 3))], dim=1)


# All of them.


def readings(
    networks: dict[Reader, ConvNet],
    x: Tensor,
    x_test: Tensor,
    tasks: list[Task],
    names: list[str],
    fields: list[Field],
) -> list[Reading]:
    """Every question read off every layer by every reader. x, x_test: the pictures as the networks are fed.

    names: of the layers, blocks first. fields: of the blocks.
    """
    held = {
        reader: (layers_of(network, x), layers_of(network, x_test)) for reader, network in networks.items()
    }
    found = []
    for task in tasks:
        generator = np.random.default_rng(0)
        k = len(task.names)
        train = sample(task.train, k, MOST_PLACES, generator)
        test = sample(task.test, k, MOST_PLACES, generator)
        reading = Reading(task.name, task.names, len(train.answers), len(test.answers))
        whole = task.train.ndim == 1
        bare = x.flatten(1), x_test.flatten(1)
        for layer, name in enumerate(names if whole else names[: len(fields)]):
            reading.layers.append(name)
            for reader, (values, values_test) in held.items():
                if whole:
                    rows = pooled(values[layer])[train.pictures], pooled(values_test[layer])[test.pictures]
                else:
                    side = (x.shape[2], x.shape[3])
                    rows = (
                        at_places(values[layer], train, fields[layer], side),
                        at_places(values_test[layer], test, fields[layer], side),
                    )
                reading.accuracy[reader].append(probe(rows[0], train.answers, rows[1], test.answers, k))
            if not whole:
                rows = patches(x, train, fields[layer]), patches(x_test, test, fields[layer])
            elif layer == 0:
                rows = bare[0][train.pictures], bare[1][test.pictures]
            else:  # the whole picture again
                reading.accuracy["pixels"].append(reading.accuracy["pixels"][0])
                continue
            reading.accuracy["pixels"].append(probe(rows[0], train.answers, rows[1], test.answers, k))
        found.append(reading)
    return found
