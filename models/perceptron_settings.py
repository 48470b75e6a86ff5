"""The settings of the perceptron, each declared once, and the experiments worth trying."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from models.settings import Choice, Flag, Goal, Preset, Range, Text

DATASETS = {
    "and": "AND",
    "or": "OR",
    "nand": "NAND",
    "xor": "Exclusive or",
    "separable": "Two blobs with a gap",
    "overlapping": "Two blobs that overlap",
    "iris": "Iris: setosa or versicolor",
    "iris_hard": "Iris: versicolor or virginica",
    "breast_cancer": "Breast cancer: two measurements",
    "drawn": "Your own points",
}
DESCRIPTIONS = {
    "and": "Four points: blue only where both inputs are 1.",
    "or": "Four points: blue where at least one input is 1.",
    "nand": "Four points: blue unless both inputs are 1. Any logic can be built from this one.",
    "xor": "Four points: blue where exactly one input is 1. No straight line parts them.",
    "separable": "Two clouds with an empty strip between them, as wide as you set it.",
    "overlapping": "Two clouds that reach into each other: every line leaves some points on the wrong side.",
    "iris": "Fisher 1936: length of petal and sepal of 50 setosa and 50 versicolor flowers.",
    "iris_hard": "Fisher 1936: length and width of the petals of 50 versicolor and 50 virginica flowers.",
    "breast_cancer": "Wolberg 1995: worst radius and worst texture of 569 cell samples, malignant or benign.",
    "drawn": "Points that you click onto the map yourself and drag about; they are kept in the address.",
}
BLOBS = ("separable", "overlapping")
TABLES = ("iris", "iris_hard", "breast_cancer")


@dataclass(frozen=True)
class Config:
    """Everything that decides a run."""

    dataset: Annotated[str, Choice(DATASETS, group="Data", help="The points that a line shall part.")] = (
        "separable"
    )
    gap: Annotated[
        float,
        Range(
            0.1,
            3,
            step=0.1,
            group="Data",
            label="width of the gap",
            help="How far apart the two clouds are at least, across the slanted strip between them.",
        ),
    ] = 1.0
    n_points: Annotated[
        int,
        Range(
            10,
            300,
            step=10,
            group="Data",
            label="points",
            help="Size of a generated data set.",
            advanced=True,
        ),
    ] = 60
    scale: Annotated[
        bool,
        Flag(
            group="Data",
            label="scale the inputs",
            help="Give both measurements mean 0 and spread 1: R shrinks, and with it the number of mistakes.",
        ),
    ] = False
    smooth: Annotated[
        bool,
        Flag(
            group="Neuron",
            label="sigmoid instead of step",
            live=True,
            help="Let the neuron answer in degrees and learn by gradient descent: then also points on the right side pull.",
        ),
    ] = False
    learning_rate: Annotated[
        float,
        Range(
            0.001,
            10,
            log=True,
            group="Neuron",
            live=True,
            help="How far one example moves the weights. A step neuron answers the same with any, as long as it stays the same.",
        ),
    ] = 1.0
    shuffle: Annotated[
        bool,
        Flag(
            group="Neuron",
            label="new order in every pass",
            help="Else the examples come in the same order in every pass.",
        ),
    ] = False
    epochs: Annotated[
        int,
        Range(
            1, 1000, group="Neuron", advanced=True, unit="passes over the examples", help="When to give up."
        ),
    ] = 100
    seed: Annotated[
        int, Range(0, 9999, group="Data", advanced=True, help="Decides the generated points and the order.")
    ] = 0
    points: Annotated[
        str,
        Text(
            widget=False, max_length=6000, help="Points of your own as x,y,class;x,y,class;… (class 0 or 1)."
        ),
    ] = ""


PRESETS = {
    "and": Preset(
        "A neuron that computes AND",
        "After ten mistakes, far below the bound of 51, only the corner (1, 1) is left on the blue side, and a pass without "
        "a mistake ends the run. Press Step to follow each of them.",
        {"dataset": "and"},
        Goal("accuracy/train", low=1.0, config={"dataset": "and"}),
    ),
    "xor": Preset(
        "XOR never converges with one neuron",
        "From pass 3 on the same four mistakes come round for ever. None of these lines has more than two corners right, so "
        "the pocket has no more either.",
        {"dataset": "xor"},
        Goal("mistakes/so_far", low=300, config={"dataset": "xor", "shuffle": False, "smooth": False}),
    ),
    "pocket": Preset(
        "XOR in a new order every time",
        "Other orders try other lines, and the pocket keeps the best: three of four corners, as many as a line can have.",
        {"dataset": "xor", "shuffle": True},
        Goal("accuracy/pocket", low=0.75, config={"dataset": "xor", "shuffle": True}),
    ),
    "wide": Preset(
        "A wide gap is found at once",
        "The bound is small, and the neuron stays far below it.",
        {"dataset": "separable", "gap": 3.0},
        Goal("mistakes/so_far", high=10, config={"dataset": "separable", "gap": 3.0}),
    ),
    "narrow": Preset(
        "A narrow gap takes many mistakes",
        "The same clouds closer together: the bound grows with the square of 1/γ, three hundred times here, and the "
        "mistakes grow too.",
        {"dataset": "separable", "gap": 0.1},
        Goal("accuracy/train", low=1.0, config={"dataset": "separable", "gap": 0.1}),
    ),
    "overlap": Preset(
        "Overlapping clouds",
        "The line never rests: one stray point turns it away from a good place. The pocket's errors only ever fall.",
        {"dataset": "overlapping"},
        Goal("accuracy/pocket", low=0.9, config={"dataset": "overlapping", "smooth": False}),
    ),
    "sigmoid": Preset(
        "From step to sigmoid",
        "The same clouds, but the line comes to rest near the best compromise, because every point pulls and the wrong "
        "ones pull hardest.",
        {"dataset": "overlapping", "smooth": True, "learning_rate": 0.1},
        Goal("accuracy/train", low=0.85, config={"dataset": "overlapping", "smooth": True}),
    ),
    "flowers": Preset(
        "Two kinds of flowers",
        "Two lengths in centimetres are enough to tell setosa from versicolor without a single error.",
        {"dataset": "iris"},
        Goal("accuracy/train", low=1.0, config={"dataset": "iris"}),
    ),
    "cells": Preset(
        "Cells, in the units of the laboratory",
        "The raw numbers are large, so each mistake throws the line far: over a hundred errors in every pass. Then switch "
        "“scale the inputs” on and train again: half as many.",
        {"dataset": "breast_cancer"},
        Goal("errors/pass", high=80, config={"dataset": "breast_cancer", "scale": True, "smooth": False}),
    ),
}
