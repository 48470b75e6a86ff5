"""Small drawings of vehicles and animals, made from lines and curves: a world whose parts are known.

Each kind of thing is put together from outlines (straight and curved), these form parts (wheels, windows, legs, …), and
the parts form the thing. Because the generator knows what it drew, every pixel's part and the shape of every outline
are known too, so that it can be measured what a layer of a network has understood.

Coordinates: x to the right, y upwards, the thing fills about [-1, 1] × [-1, 1] and stands on y = -0.7.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

SIZE = 32  # pixels of a side
FINE = 4  # drawn so many times larger, then averaged: smooth edges
CLASSES = ("car", "lorry", "bus", "bicycle", "horse", "giraffe", "zebra")
#: What a pixel belongs to; 0 is the background (clutter included).
PARTS = ("background", "body", "wheel", "window", "leg", "neck", "head", "frame")
CONTOURS = ("none", "straight", "curved")

Colour = tuple[int, int, int]
Points = NDArray[np.float64]  # (n, 2)


@dataclass(frozen=True)
class World:
    """How much the drawings vary, each from 0 (always the same) to 1."""

    pose: float = 0.7  # place, size, tilt and direction
    stroke: float = 0.5  # width of lines, wobble of outlines
    colour: float = 0.7  # of things and background
    clutter: float = 0.5  # other shapes behind


@dataclass(frozen=True, eq=False)
class Shape:
    """One filled outline, or a line of some width."""

    points: Points
    part: str
    colour: Colour
    curved: bool = False
    width: float = 0.0  # of a line; 0 fills the outline


@dataclass(frozen=True, eq=False)
class Drawing:
    """A picture with what is known of each pixel."""

    pixels: NDArray[np.uint8]  # (32, 32, 3)
    parts: NDArray[np.uint8]  # (32, 32): index into PARTS
    contours: NDArray[np.uint8]  # (32, 32): index into CONTOURS, 0 away from any outline


_ANGLES = np.linspace(0, 2 * np.pi, 28, endpoint=False)
_CIRCLE = np.stack([np.cos(_ANGLES), np.sin(_ANGLES)], axis=1)


def _ellipse(x: float, y: float, rx: float, ry: float) -> Points:
    return np.asarray(_CIRCLE * np.array([rx, ry]) + np.array([x, y]))


def _box(x0: float, y0: float, x1: float, y1: float) -> Points:
    return np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]])


def _line(*points: tuple[float, float]) -> Points:
    return np.array(points, dtype=float)


class _Pencil:
    """Collects the shapes of one thing; its numbers vary a little from drawing to drawing."""

    def __init__(self, generator: np.random.Generator, world: World) -> None:
        self.generator, self.world = generator, world
        self.shapes: list[Shape] = []
        self.body = self.hue((200, 70, 60))
        self.dark: Colour = (40, 40, 46)
        self.line_width = 0.075 * self.about(1.0, 0.5 * world.stroke)

    def about(self, value: float, share: float = 0.12) -> float:
        """The value, a little more or less."""
        return float(value * (1 + share * self.generator.uniform(-1, 1)))

    def hue(self, usual: Colour) -> Colour:
        """A colour between the usual one and any other."""
        share, other = self.world.colour, self.generator.integers(40, 230, 3).tolist()
        red, green, blue = (
            int((1 - share) * mine + share * its) for mine, its in zip(usual, other, strict=True)
        )
        return red, green, blue

    def fill(self, points: Points, part: str, colour: Colour, *, curved: bool = False) -> None:
        self.shapes.append(Shape(points, part, colour, curved))

    def stroke(
        self, points: Points, part: str, colour: Colour, width: float = 1.0, *, curved: bool = False
    ) -> None:
        self.shapes.append(Shape(points, part, colour, curved, self.line_width * width))

    def wheel(self, x: float, radius: float, y: float = -0.55) -> None:
        self.fill(_ellipse(x, y, radius, radius), "wheel", self.dark, curved=True)
        self.fill(_ellipse(x, y, 0.5 * radius, 0.5 * radius), "wheel", (175, 175, 180), curved=True)

    def windows(self, *boxes: tuple[float, float, float, float]) -> None:
        for box in boxes:
            self.fill(_box(*box), "window", (190, 222, 240))

    def legs(self, xs: tuple[float, ...], top: float, colour: Colour) -> None:
        for x in xs:
            lean = 0.08 * self.generator.uniform(-1, 1)
            self.stroke(_line((x, top), (x + lean, -0.75)), "leg", colour, 1.6)


def _car(p: _Pencil) -> None:
    roof = p.about(0.32)
    p.fill(_line((-0.55, 0.0), (-0.3, roof), (0.3, roof), (0.6, 0.0)), "body", p.body)
    p.fill(_box(-0.95, -0.5, 0.95, 0.02), "body", p.body)
    p.windows((-0.34, 0.02, -0.03, roof - 0.08), (0.05, 0.02, 0.36, roof - 0.08))
    for x in (-0.55, 0.55):
        p.wheel(x, p.about(0.23))


def _lorry(p: _Pencil) -> None:
    p.fill(_box(-0.95, -0.42, 0.3, p.about(0.5)), "body", p.body)
    p.fill(_box(0.36, -0.42, 0.95, 0.2), "body", p.hue((70, 90, 170)))
    p.windows((0.6, -0.08, 0.9, 0.14))
    for x in (-0.7, -0.25, 0.65):
        p.wheel(x, p.about(0.2))


def _bus(p: _Pencil) -> None:
    top = p.about(0.5)
    p.fill(_box(-0.95, -0.46, 0.95, top), "body", p.body)
    p.windows(*((x, 0.08, x + 0.27, top - 0.1) for x in (-0.85, -0.5, -0.15, 0.2, 0.55)))
    for x in (-0.6, 0.6):
        p.wheel(x, p.about(0.21))


def _bicycle(p: _Pencil) -> None:
    radius = p.about(0.36)
    for x in (-0.55, 0.55):
        p.stroke(np.vstack([_ellipse(x, -0.36, radius, radius)] * 2)[:30], "wheel", p.dark, 1.1, curved=True)
    for points in (
        _line((-0.55, -0.36), (-0.1, -0.36), (0.4, 0.2), (-0.25, 0.2), (-0.55, -0.36)),
        _line((-0.1, -0.36), (-0.25, 0.2), (-0.3, 0.34)),
        _line((0.55, -0.36), (0.36, 0.42), (0.56, 0.46)),
        _line((-0.42, 0.35), (-0.16, 0.35)),
    ):
        p.stroke(points, "frame", p.body, 1.1)


def _animal(p: _Pencil, colour: Colour, neck: tuple[float, float], height: float) -> None:
    """Trunk, four legs, neck and head; `neck` is where the head sits."""
    p.legs((-0.5, -0.34, 0.26, 0.44), -0.15, colour)
    p.stroke(_line((0.45, height), neck), "neck", colour, 3.2)
    p.fill(_ellipse(0.0, height - 0.05, p.about(0.6), p.about(0.27)), "body", colour, curved=True)
    p.fill(_ellipse(neck[0] + 0.12, neck[1], 0.22, 0.12), "head", colour, curved=True)
    p.stroke(_line((neck[0], neck[1] + 0.05), (neck[0] - 0.03, neck[1] + 0.22)), "head", colour, 0.9)


def _horse(p: _Pencil) -> None:
    colour = p.hue((140, 92, 55))
    _animal(p, colour, (p.about(0.68), p.about(0.5)), 0.02)
    p.stroke(_line((-0.58, 0.05), (-0.8, -0.2), (-0.82, -0.42)), "body", p.dark, 1.3, curved=True)
    p.stroke(_line((0.42, 0.2), (0.6, 0.56)), "neck", p.dark, 1.1)


def _giraffe(p: _Pencil) -> None:
    colour = p.hue((222, 176, 92))
    _animal(p, colour, (p.about(0.62), p.about(0.92, 0.06)), -0.05)
    for _ in range(7):
        x, y = p.generator.uniform(-0.45, 0.4), p.generator.uniform(-0.22, 0.05)
        p.fill(_ellipse(x, y, 0.075, 0.06), "body", (128, 84, 44), curved=True)
    for share in (0.2, 0.5, 0.8):
        p.fill(
            _ellipse(0.45 + 0.17 * share, -0.05 + 0.95 * share, 0.05, 0.05),
            "neck",
            (128, 84, 44),
            curved=True,
        )


def _zebra(p: _Pencil) -> None:
    light: Colour = (236, 236, 232)
    _animal(p, light, (p.about(0.68), p.about(0.5)), 0.02)
    for x in np.linspace(-0.45, 0.42, 7):
        half = 0.25 * float(np.sqrt(max(0.05, 1 - (x / 0.6) ** 2)))
        p.stroke(_line((float(x), -0.03 - half), (float(x) + 0.05, -0.03 + half)), "body", p.dark, 0.95)
    for share in (0.35, 0.65):
        x, y = 0.45 + 0.23 * share, 0.02 + 0.48 * share
        p.stroke(_line((x - 0.1, y + 0.04), (x + 0.1, y - 0.04)), "neck", p.dark, 0.8)


_THINGS: dict[str, Callable[[_Pencil], None]] = {
    "car": _car,
    "lorry": _lorry,
    "bus": _bus,
    "bicycle": _bicycle,
    "horse": _horse,
    "giraffe": _giraffe,
    "zebra": _zebra,
}


def draw(kind: str, generator: np.random.Generator, world: World) -> Drawing:
    """One drawing of the kind (an entry of CLASSES). Raises KeyError for another."""
    pencil = _Pencil(generator, world)
    _THINGS[kind](pencil)
    to_pixels = _pose(generator, world.pose)
    from PIL import Image, ImageDraw

    side = SIZE * FINE
    shade = pencil.hue((222, 230, 236))
    picture = Image.new("RGB", (side, side), shade)
    parts = Image.new("L", (side, side), 0)
    contours = Image.new("L", (side, side), 0)
    pens = [ImageDraw.Draw(image) for image in (picture, parts, contours)]
    _clutter(pens[0], generator, world, side, pencil)
    points = np.concatenate([shape.points for shape in pencil.shapes])
    corners = iter(map(tuple, to_pixels(_wobbled(points, generator, world)).tolist()))
    for shape in pencil.shapes:
        _draw_shape(pens, shape, list(itertools.islice(corners, len(shape.points))), side)
    small = picture.resize((SIZE, SIZE), Image.Resampling.BOX)
    return Drawing(
        np.asarray(small, dtype=np.uint8),
        np.asarray(parts.resize((SIZE, SIZE), Image.Resampling.NEAREST), dtype=np.uint8),
        _thinned(np.asarray(contours, dtype=np.uint8)),
    )


def _thinned(fine: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Of each block of fine pixels the kind of outline that crosses it; curved wins."""
    # Rows, then columns: ten times as fast as `max` over both axes of the blocks.
    rows = functools.reduce(np.maximum, (fine[i::FINE] for i in range(FINE)))
    return np.asarray(functools.reduce(np.maximum, (rows[:, i::FINE] for i in range(FINE))))


def _wobbled(points: Points, generator: np.random.Generator, world: World) -> Points:
    return np.asarray(points + generator.normal(0, 0.018 * world.stroke, points.shape))


def _pose(generator: np.random.Generator, amount: float) -> Callable[[Points], Points]:
    """From the thing's coordinates to fine pixels: size, tilt, direction, place."""
    side = SIZE * FINE
    scale = 0.86 * (1 - 0.55 * amount * generator.uniform(0, 1)) * side / 2
    tilt = np.deg2rad(20 * amount * generator.uniform(-1, 1))
    mirror = -1.0 if generator.uniform() < 0.5 * amount else 1.0
    shift = 0.4 * amount * side / 2 * generator.uniform(-1, 1, 2)
    turn = np.array([[np.cos(tilt), -np.sin(tilt)], [np.sin(tilt), np.cos(tilt)]])
    mirrored, down = np.array([mirror, 1.0]), np.array([1.0, -1.0])

    def to_pixels(points: Points) -> Points:
        turned = (points * mirrored) @ turn.T * scale
        return np.asarray(turned * down + side / 2 + shift)

    return to_pixels


def _draw_shape(pens: list[Any], shape: Shape, corners: list[tuple[float, ...]], side: int) -> None:
    part, contour = PARTS.index(shape.part), 2 if shape.curved else 1
    picture, parts, contours = pens
    if shape.width:
        width = max(1, round(shape.width * side / 2))
        picture.line(corners, fill=shape.colour, width=width, joint="curve")
        parts.line(corners, fill=part, width=width)
        contours.line(corners, fill=contour, width=max(2, width))
    else:
        picture.polygon(corners, fill=shape.colour)
        parts.polygon(corners, fill=part)
        contours.polygon(corners, fill=0)  # what lies behind is hidden
        contours.line([*corners, corners[0]], fill=contour, width=2)


def _clutter(pen: Any, generator: np.random.Generator, world: World, side: int, pencil: _Pencil) -> None:
    """Shapes behind the thing: hills, posts, clouds."""
    for _ in range(int(generator.binomial(6, world.clutter))):
        x, y = generator.uniform(0, side, 2)
        size = generator.uniform(0.05, 0.3) * side
        colour = pencil.hue((160, 190, 150))
        how: Literal["ellipse", "box", "line"] = ("ellipse", "box", "line")[int(generator.integers(3))]
        if how == "ellipse":
            pen.ellipse([x - size, y - size / 2, x + size, y + size / 2], fill=colour)
        elif how == "box":
            pen.rectangle([x - size / 3, y - size, x + size / 3, y + size], fill=colour)
        else:
            dx, dy = generator.uniform(-size, size, 2)
            pen.line([x, y, x + dx, y + dy], fill=colour, width=5)
