"""The layers of a convolutional network as they are looked into: what each sees of the picture, how long looking takes.

Receptive field of a block's map, by the recursion of Araujo, Norris & Sim (2019), "Computing receptive fields of
convolutional neural networks", eq. 1–4: behind a window of k pixels with stride s and padding p

    r ← r + (k − 1)·j,    a ← a − p·j,    j ← j·s

with r the field's side, a where the field of the first place begins, j how far the fields of neighbours lie apart, all
in pixels of the picture. A map is looked at before its pooling, where it is finest.

This module imports neither torch nor Streamlit, so that a page can say beforehand what will be done.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from models.cnn_settings import Config
from models.cnn_shapes import Shape, blocks_of, convolved_length, dense_sizes

ANSWER = "answer"
PER_SECOND = 4e10  # multiplications and additions of one core in a convolution (measured: 20 to 100 · 10⁹)
BUDGET = 1.5e10  # of them at most, for looking at pictures: the pictures are as many as that allows
MOST_PICTURES = 2000
LEAST_PICTURES = 100
N_STEPS = 64  # of a dream
SNAPSHOTS = (0, 1, 2, 4, 8, 16, 32, 64)  # steps at which a dream is looked at
SMOOTHNESS = {"none": 0.0, "some": 0.05, "much": 0.1}  # λ of a dream, times how rough the real pictures are
DREAM_BUDGET = 6e11  # of a layer's dreams: a large network dreams of fewer channels
DREAM_BYTES = 500_000  # of a layer's dreams, all their moments together
MOST_PLACES = 1400  # in the training pictures, that a probe is fitted on; and as many in the test pictures


@dataclass(frozen=True)
class Field:
    """What each place of a map sees of the picture: a square of `size` pixels."""

    size: int
    jump: int  # pixels between the fields of neighbouring places
    start: int  # first pixel of the first place's field; negative where it hangs over the rim

    def box(self, row: int, column: int) -> tuple[int, int]:
        """(top, left) of the field of this place, in pixels."""
        return self.start + self.jump * row, self.start + self.jump * column

    def place(self, pixel: int, n: int) -> int:
        """The row (or column), of n, whose field has its middle nearest to this pixel."""
        exact = (pixel - self.start - (self.size - 1) / 2) / self.jump
        return min(n - 1, max(0, round(exact)))


def fields_of(config: Config, shape: Shape) -> list[Field]:
    """The fields of the blocks' maps. Raises ValueError, one sentence, where a window does not fit."""
    size, jump, start = 1, 1, 0
    found = []
    for block in blocks_of(config, shape):
        start -= block.padding * jump
        size += (block.kernel - 1) * jump
        jump *= block.stride
        found.append(Field(size, jump, start))
        size += (block.pool - 1) * jump
        jump *= block.pool
    return found


def layer_names(config: Config, shape: Shape) -> list[str]:
    """ "block 1", …, and "answer": the layers whose channels (or classes) can be looked at."""
    return [*(f"block {block.number}" for block in blocks_of(config, shape)), ANSWER]


def depth_names(config: Config, shape: Shape) -> list[str]:
    """The layers that a probe reads: the blocks, and behind them the dense layers before the answer."""
    dense = [f"dense {number}" for number in range(1, len(config.dense) + 1)]
    return [*layer_names(config, shape)[:-1], *dense]


def work(config: Config, shape: Shape, n_classes: int, n_blocks: int | None = None) -> int:
    """Multiplications for sending one picture through the network, or through its first blocks."""
    found = 0
    for block in blocks_of(config, shape)[:n_blocks]:
        channels, height, width = block.convolved
        found += block.inside[0] * channels * block.kernel**2 * height * width
    if n_blocks is None:
        found += sum(a * b for a, b in itertools.pairwise(dense_sizes(config, shape, n_classes)))
    return found


def n_looked(config: Config, shape: Shape, n_classes: int, n_pictures: int) -> int:
    """How many pictures are looked at: all, or as many as the budget allows."""
    affordable = int(BUDGET / (2 * work(config, shape, n_classes)))
    return min(n_pictures, MOST_PICTURES, max(LEAST_PICTURES, affordable))


def dream_size(config: Config, shape: Shape, layer: int) -> tuple[int, int]:
    """(height, width) of a dream of this layer: its receptive field, or the whole picture where that is smaller."""
    fields = fields_of(config, shape)
    if layer < len(fields) and fields[layer].size <= min(shape[1:]):
        return fields[layer].size, fields[layer].size
    return shape[1:]


def dream_work(config: Config, shape: Shape, n_classes: int, layer: int) -> int:
    """Multiplications for one dream: every step goes forth, and back twice as dear."""
    fields = fields_of(config, shape)
    if layer >= len(fields):
        through = work(config, shape, n_classes)
    elif fields[layer].size > min(shape[1:]):
        through = work(config, shape, n_classes, layer + 1)
    else:  # one field without padding: the maps shrink to a single place
        through, side = 0, fields[layer].size
        for block in blocks_of(config, shape)[: layer + 1]:
            side = convolved_length(side, block.kernel, block.stride, 0)
            through += block.inside[0] * block.convolved[0] * block.kernel**2 * side**2
            side //= block.pool
    return max(1, 3 * N_STEPS * through)


def n_dreamt(config: Config, shape: Shape, n_classes: int, layer: int) -> int:
    """How many channels (or classes) of the layer are dreamt of: all, or as many as the budget allows."""
    blocks = blocks_of(config, shape)
    n = blocks[layer].convolved[0] if layer < len(blocks) else n_classes
    affordable = int(DREAM_BUDGET / (2 * dream_work(config, shape, n_classes, layer)))
    height, width = dream_size(config, shape, layer)
    return min(n, max(1, min(affordable, DREAM_BYTES // (len(SNAPSHOTS) * shape[0] * height * width))))


def seconds_to_load(config: Config) -> float:
    """Seconds for getting the pictures and the network ready: drawings other than the usual ones are drawn again."""
    usual = Config(dataset="drawings")
    drawn = ("pose", "stroke", "colour", "clutter", "seed")
    same = config.dataset != "drawings" or all(
        getattr(config, name) == getattr(usual, name) for name in drawn
    )
    return 0.3 if same else 1.8


def seconds_to_look(config: Config, shape: Shape, n_classes: int, n_pictures: int) -> float:
    """Seconds for finding the strongest pictures on one ordinary core."""
    n = n_looked(config, shape, n_classes, n_pictures)
    one = 2 * work(config, shape, n_classes) / PER_SECOND + 3e-5 * (1 + len(config.channels))
    return seconds_to_load(config) + n * one


def seconds_to_dream(config: Config, shape: Shape, n_classes: int, n_pictures: int, layer: int) -> float:
    """Seconds for the dreams of one layer on one ordinary core, the strongest real pictures included."""
    n = n_dreamt(config, shape, n_classes, layer)
    one = 2 * dream_work(config, shape, n_classes, layer) / PER_SECOND
    overhead = N_STEPS * 5e-4 * (1 + len(config.channels))
    return seconds_to_look(config, shape, n_classes, n_pictures) + n * one + overhead


def seconds_to_probe(config: Config, shape: Shape, n_classes: int, n_pictures: int) -> float:
    """Seconds for all probes on one ordinary core: two networks are looked through, and equations are solved.

    The dearest are those of the bare pixels: as many unknowns as a patch has numbers, or places if those are fewer.
    """
    looking = 2.5 * seconds_to_look(config, shape, n_classes, n_pictures)
    n = n_looked(config, shape, n_classes, n_pictures)
    unknowns = [min(n, MOST_PLACES, shape[0] * shape[1] * shape[2])]
    if config.dataset == "drawings":
        sides = [min(field.size, 2 * max(shape[1:]) - 1) for field in fields_of(config, shape)]
        unknowns += 3 * [min(MOST_PLACES, shape[0] * side**2) for side in sides]
    return looking + sum(0.02 + 4e-10 * m**3 for m in unknowns)
