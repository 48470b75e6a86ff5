"""The settings of the convolutional network, each declared once, and the experiments worth trying."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from models.picture_settings import DataFolder, Device, OwnPictures
from models.settings import Choice, Flag, Goal, Preset, Range, Several, Sizes, Text

DATASETS = {
    "digits": "Handwritten digits",
    "drawings": "Drawings",
    "mnist": "MNIST",
    "fashion": "Fashion-MNIST",
    "cifar10": "CIFAR-10",
    "own": "Your own pictures",
}
DESCRIPTIONS = {
    "digits": "Alpaydin & Kaynak 1998: 1,797 digits written by 43 people, 8×8 pixels.",
    "drawings": "Generated: cars, lorries, buses, bicycles, horses, giraffes and zebras, 32×32 pixels in colour.",
    "mnist": "LeCun 1998: handwritten digits, 28×28 pixels; up to 10,000 of them are used here.",
    "fashion": "Xiao 2017: clothes and shoes of a shop, 28×28 pixels; up to 10,000 of them are used here.",
    "cifar10": "Krizhevsky 2009: ten kinds of animals and vehicles, 32×32 pixels in colour; up to 10,000 are used here.",
    "own": "Pictures of yours. They are read on this server, stay here, and are deleted after a while.",
}
AUGMENTATIONS = {"flip": "flip", "shift": "shift", "rotate": "rotate", "noise": "noise"}
POOLINGS = {"max": "max", "average": "average", "none": "none"}
ACTIVATIONS = {"relu": "ReLU", "leaky_relu": "leaky ReLU", "tanh": "tanh", "gelu": "GELU"}


@dataclass(frozen=True)
class Config:
    """Everything that decides a run: same config, same device, same numbers."""

    dataset: Annotated[str, Choice(DATASETS, group="Data", help="What the network learns from.")] = "digits"
    pose: Annotated[
        float,
        Range(
            0,
            1,
            step=0.1,
            group="Data",
            help="How much the drawings differ in place, size, tilt and direction.",
        ),
    ] = 0.7
    stroke: Annotated[
        float,
        Range(
            0,
            1,
            step=0.1,
            group="Data",
            advanced=True,
            help="How much line widths and outlines of the drawings vary.",
        ),
    ] = 0.5
    colour: Annotated[
        float,
        Range(0, 1, step=0.1, group="Data", advanced=True, help="How much the colours of the drawings vary."),
    ] = 0.7
    clutter: Annotated[
        float, Range(0, 1, step=0.1, group="Data", help="How many other shapes lie behind the drawn things.")
    ] = 0.5
    test_fraction: Annotated[
        float,
        Range(
            0.1,
            0.9,
            step=0.05,
            group="Data",
            label="share held back for testing",
            help="Part of the pictures that the network never trains on.",
        ),
    ] = 0.2
    validation_fraction: Annotated[
        float,
        Range(
            0,
            0.4,
            step=0.05,
            group="Data",
            label="share held back for validation",
            advanced=True,
            help="Part of the pictures to decide by, so that the test pictures stay untouched.",
        ),
    ] = 0.0
    augmentation: Annotated[
        tuple[str, ...],
        Several(
            AUGMENTATIONS,
            group="Data",
            max_length=4,
            advanced=True,
            help="Random changes of each training picture, a new one every time it is seen.",
        ),
    ] = ("shift", "rotate")
    channels: Annotated[
        tuple[int, ...],
        Sizes(
            1, 64, max_length=6, group="Network", label="convolution blocks", help="Channels of each block."
        ),
    ] = (16, 32)
    kernels: Annotated[
        tuple[int, ...],
        Sizes(
            1,
            7,
            max_length=6,
            group="Network",
            label="kernel size",
            unit="pixels",
            advanced=True,
            help="Side of the window that a block looks through: one for all blocks, or one for each.",
        ),
    ] = (3,)
    strides: Annotated[
        tuple[int, ...],
        Sizes(
            1,
            3,
            max_length=6,
            group="Network",
            label="stride",
            unit="pixels",
            advanced=True,
            help="Steps in which the window moves: one for all blocks, or one for each.",
        ),
    ] = (1,)
    padding: Annotated[
        str,
        Choice(
            {"same": "keep the size", "none": "none"},
            group="Network",
            advanced=True,
            help="Whether zeros are put around the picture so that the window reaches its rim.",
        ),
    ] = "same"
    pooling: Annotated[
        str, Choice(POOLINGS, group="Network", help="How 2 × 2 values become one after each block.")
    ] = "max"
    activation: Annotated[
        str, Choice(ACTIVATIONS, group="Network", help="What follows each convolution.")
    ] = "relu"
    batch_norm: Annotated[
        bool,
        Flag(
            group="Network",
            label="batch normalisation",
            help="Bring each channel to mean 0 and spread 1 over the batch before its activation.",
        ),
    ] = True
    dropout: Annotated[
        float,
        Range(
            0,
            0.8,
            step=0.05,
            group="Network",
            advanced=True,
            help="Share of the values before the last layer that each step leaves out.",
        ),
    ] = 0.0
    dense: Annotated[
        tuple[int, ...],
        Sizes(
            1,
            256,
            max_length=3,
            group="Network",
            label="dense layers",
            advanced=True,
            help="Neurons between the blocks and the answer.",
        ),
    ] = (128,)
    optimizer: Annotated[
        str,
        Choice(
            {"adam": "Adam", "momentum": "Momentum", "sgd": "SGD"},
            group="Training",
            help="The rule that turns a gradient into a step.",
        ),
    ] = "adam"
    learning_rate: Annotated[
        float, Range(0.00001, 1, log=True, group="Training", live=True, help="Size of each step downhill.")
    ] = 0.002
    decay: Annotated[
        bool,
        Flag(
            group="Training",
            label="let the rate fall",
            advanced=True,
            help="Lower the learning rate along half a cosine until the end of the run.",
        ),
    ] = True
    batch_size: Annotated[
        int,
        Range(1, 1024, log=True, group="Training", unit="pictures", help="Pictures averaged for each step."),
    ] = 32
    epochs: Annotated[
        int,
        Range(
            0,
            200,
            group="Training",
            unit="passes; 0: to suit the data",
            help="When to stop. 0 decides by the amount of data: 20 for up to 5,000 pictures, 12 for more.",
        ),
    ] = 0
    picture: Annotated[
        int,
        Range(
            0,
            9999,
            group="Pictures",
            label="test picture",
            live=True,
            widget=False,
            help="The test picture whose way through the network is shown.",
        ),
    ] = 0
    unit: Annotated[
        str,
        Text(
            widget=False,
            live=True,
            max_length=30,
            help="A pixel of a feature map to write out, as block-map-row-column counted from 0.",
        ),
    ] = ""
    seed: Annotated[
        int,
        Range(
            0,
            9999,
            group="Training",
            advanced=True,
            help="Decides split, first weights, order and augmentation.",
        ),
    ] = 0
    device: Device = "auto"
    data_dir: DataFolder = ""
    own: OwnPictures = ""


PRESETS: dict[str, Preset] = {
    "digits": Preset(
        "Read handwriting",
        "Within seconds 98 of 100 digits that the network has never seen are read correctly.",
        {"dataset": "digits", "seed": 1},
        Goal("accuracy/test", low=0.98, config={"dataset": "digits"}),
    ),
    "drawings": Preset(
        "Cars, horses and zebras",
        "The first filters find edges and colours; deeper maps light up at wheels, legs and stripes.",
        {"dataset": "drawings", "channels": (16, 32, 32), "epochs": 12},
        Goal("accuracy/test", low=0.9, config={"dataset": "drawings"}),
    ),
    "one_filter": Preset(
        "A single channel",
        "One filter a block must serve every digit: accuracy stays far below that of sixteen.",
        {"channels": (1, 1), "dense": ()},
        Goal("accuracy/test", high=0.9, config={"channels": (1, 1)}),
    ),
    "linear": Preset(
        "No convolution at all",
        "Pixels straight into the answer: this is logistic regression, and it ends where the dashed line is.",
        {"channels": (), "dense": ()},
    ),
    "large_step": Preset(
        "Too large a step",
        "With a learning rate of 1 the loss jumps about or is no longer a number.",
        {"learning_rate": 1.0, "optimizer": "sgd", "batch_norm": False},
    ),
    "augment": Preset(
        "Few drawings, many views",
        "Only a tenth of the drawings train; flipped, shifted and rotated copies make up for the rest.",
        {
            "dataset": "drawings",
            "test_fraction": 0.9,
            "augmentation": ("flip", "shift", "rotate"),
            "epochs": 30,
        },
        Goal("accuracy/test", low=0.8, config={"dataset": "drawings", "test_fraction": 0.9}),
    ),
}
