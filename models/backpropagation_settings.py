"""The settings of the backpropagation lesson's own network, each declared once, and the experiments worth trying."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from models.settings import Choice, Goal, Preset, Range

DATASETS = {
    "corners": "XOR, four corners",
    "xor": "XOR, strewn",
    "circle": "Circle",
    "gauss": "Two blobs",
}
ACTIVATIONS = {"tanh": "tanh", "sigmoid": "sigmoid", "relu": "ReLU"}
LOSSES = {"squared": "squared error", "cross_entropy": "cross-entropy"}


@dataclass(frozen=True)
class Config:
    """Everything that decides a run: same config, same numbers."""

    dataset: Annotated[str, Choice(DATASETS, group="Data", help="The few points to learn from.")] = "corners"
    n_points: Annotated[
        int,
        Range(
            10,
            40,
            step=2,
            group="Data",
            label="training points",
            advanced=True,
            help="Points to learn from; the four corners are always four.",
        ),
    ] = 16
    noise: Annotated[
        float,
        Range(
            0,
            0.5,
            step=0.05,
            group="Data",
            advanced=True,
            help="How far points are strewn around their place.",
        ),
    ] = 0.1
    hidden: Annotated[
        int, Range(1, 6, group="Network", label="hidden neurons", help="Neurons in each hidden layer.")
    ] = 3
    layers: Annotated[
        int,
        Range(
            1,
            5,
            group="Network",
            label="hidden layers",
            help="Layers that a gradient must cross on its way back.",
        ),
    ] = 1
    activation: Annotated[
        str, Choice(ACTIVATIONS, group="Network", help="What each hidden neuron does with its weighted sum.")
    ] = "tanh"
    initialisation: Annotated[
        str,
        Choice(
            {"random": "random", "equal": "all equal", "zeros": "all zero"},
            group="Network",
            label="first weights",
            advanced=True,
            help="The weights before the first step. Random ones have two decimals, so that they can be read.",
        ),
    ] = "random"
    loss: Annotated[
        str,
        Choice(
            LOSSES,
            group="Training",
            help="How wrong an answer counts: (answer − target)², or how unlikely the target was.",
        ),
    ] = "squared"
    learning_rate: Annotated[
        float, Range(0.001, 10, log=True, group="Training", live=True, help="Size of each step downhill.")
    ] = 0.1
    batch_size: Annotated[
        int,
        Range(
            1,
            10,
            group="Training",
            unit="examples",
            advanced=True,
            help="Examples whose losses are averaged into one graph for each step.",
        ),
    ] = 4
    epochs: Annotated[
        int,
        Range(
            1, 10_000, group="Training", advanced=True, unit="passes over the points", help="When to stop."
        ),
    ] = 1000
    seed: Annotated[
        int, Range(0, 9999, group="Training", advanced=True, help="Decides points, first weights and order.")
    ] = 0


PRESETS = {
    "xor": Preset(
        "XOR with three tanh neurons",
        "A band forms between two bent borders, and the loss falls below 0.01.",
        {"epochs": 1500},
        Goal("loss/train", high=0.01, config={"dataset": "corners", "hidden": 3, "activation": "tanh"}),
    ),
    "single": Preset(
        "A single hidden neuron",
        "One neuron draws one border, and one border cannot part the four corners: a quarter of them stays wrong.",
        {"hidden": 1},
        Goal("accuracy/train", high=0.75, config={"dataset": "corners", "hidden": 1}),
    ),
    "vanish": Preset(
        "Five sigmoid layers: the gradient vanishes",
        "In “Gradient size per layer” the first layer gets less than a thousandth of the output's gradient, so nothing "
        "is learned of two blobs that one straight border would part; change the activation to tanh.",
        {"dataset": "gauss", "layers": 5, "activation": "sigmoid", "epochs": 300},
        Goal("accuracy/train", high=0.6, config={"dataset": "gauss", "layers": 5, "activation": "sigmoid"}),
    ),
    "diverge": Preset(
        "Too large a step",
        "Each step overshoots further than the last, and soon the loss is no longer a number.",
        {"learning_rate": 1.0},
    ),
    "dead": Preset(
        "Dead ReLUs",
        "One huge step pushes the neurons below zero for every point: the map is one colour, the first layer's gradient 0.",
        {"activation": "relu", "learning_rate": 0.7},
        Goal("gradient/1", high=0.0, config={"activation": "relu"}),
    ),
    "twins": Preset(
        "All weights equal",
        "Every hidden neuron gets the same gradient as its neighbours, so three neurons stay one.",
        {"initialisation": "equal"},
        Goal("accuracy/train", high=0.75, config={"initialisation": "equal"}),
    ),
    "zeros": Preset(
        "All weights zero",
        "Gradients are products with the weights ahead: all are 0 except the last bias, and nothing moves.",
        {"initialisation": "zeros"},
        Goal("gradient/1", high=0.0, config={"initialisation": "zeros"}),
    ),
    "one": Preset(
        "One example at a time",
        "Each step follows the graph of one point, as drawn above; the loss of all points trembles on its way down.",
        {"batch_size": 1, "learning_rate": 0.05},
        Goal("loss/train", high=0.05, config={"batch_size": 1}),
    ),
}
