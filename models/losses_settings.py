"""The settings of the lesson on losses, each declared once, and the experiments worth trying."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from models.settings import Choice, Goal, Preset, Range, Several, Sizes

LOSSES = {
    "cross_entropy": "cross-entropy (CE)",
    "mse": "squared error (MSE)",
    "mae": "absolute error (MAE)",
    "hinge": "hinge",
    "huber": "Huber",
    "smoothed": "KL to soft labels",
    "balanced": "weighted cross-entropy",
}
#: The same for the legend of a chart, where seven must fit.
SHORT = {
    "cross_entropy": "CE",
    "mse": "MSE",
    "mae": "MAE",
    "hinge": "hinge",
    "huber": "Huber",
    "smoothed": "KL, soft",
    "balanced": "weighted CE",
}


@dataclass(frozen=True)
class Config:
    """Everything that decides a run: same config, same device, same numbers."""

    dataset: Annotated[
        str,
        Choice(
            {"moons": "Two moons", "circle": "Circle", "xor": "Exclusive or", "gauss": "Two blobs"},
            group="Data",
            label="data set",
            help="Two classes of points in the plane: orange and blue.",
        ),
    ] = "moons"
    minority_share: Annotated[
        float,
        Range(
            0.02,
            0.5,
            step=0.01,
            group="Data",
            label="share of blue points",
            live=True,
            help="Class imbalance: how many of all points belong to the rarer class. 0.5 is balanced, 0.05 is one in "
            "twenty.",
        ),
    ] = 0.5
    label_noise: Annotated[
        float,
        Range(
            0,
            0.5,
            step=0.05,
            group="Data",
            label="share of wrong labels",
            live=True,
            help="Training points whose label says the other class. The test labels are always right.",
        ),
    ] = 0.0
    noise: Annotated[
        float,
        Range(0, 0.5, step=0.05, group="Data", live=True, help="How far the points are strewn."),
    ] = 0.3
    n_points: Annotated[
        int,
        Range(
            50,
            2000,
            step=50,
            group="Data",
            label="training points",
            advanced=True,
            help="Points that the networks learn from; 1,000 others test them.",
        ),
    ] = 400
    losses: Annotated[
        tuple[str, ...],
        Several(
            LOSSES,
            max_length=7,
            group="Losses",
            label="losses to compare",
            help="One network is trained under each, all from the same first weights and on the same batches.",
        ),
    ] = ("cross_entropy", "mse", "mae", "hinge")
    first_logit: Annotated[
        float,
        Range(
            -12,
            12,
            step=0.5,
            group="Network",
            label="first answer (logit)",
            help="The output's bias before training. 0 begins undecided; −8 begins sure of orange everywhere, at a "
            "probability of 0.03 % for blue, and is therefore wrong for every blue point.",
        ),
    ] = 0.0
    hidden: Annotated[
        tuple[int, ...],
        Sizes(
            1, 64, max_length=4, group="Network", label="hidden layers", help="Neurons in each hidden layer."
        ),
    ] = (8,)
    activation: Annotated[
        str,
        Choice(
            {"tanh": "tanh", "relu": "ReLU", "sigmoid": "sigmoid"},
            group="Network",
            advanced=True,
            help="What each hidden neuron does with its weighted sum.",
        ),
    ] = "tanh"
    learning_rate: Annotated[
        float,
        Range(0.0001, 10, log=True, group="Training", live=True, help="Size of each step downhill."),
    ] = 0.03
    batch_size: Annotated[
        int,
        Range(
            1,
            2000,
            log=True,
            group="Training",
            unit="examples",
            advanced=True,
            help="Examples averaged for each step; as many as there are training points, or more, is the full batch.",
        ),
    ] = 20
    optimizer: Annotated[
        str,
        Choice(
            {"sgd": "SGD", "momentum": "Momentum", "adam": "Adam"},
            group="Training",
            advanced=True,
            help="The rule that turns a gradient into a step.",
        ),
    ] = "sgd"
    epochs: Annotated[
        int,
        Range(1, 5000, group="Training", unit="passes over the training data", help="When to stop."),
    ] = 1000
    seed: Annotated[
        int,
        Range(0, 9999, group="Training", advanced=True, help="Decides points, first weights and order."),
    ] = 0


PRESETS = {
    "imbalance": Preset(
        "One in twenty",
        "Accuracy fools: 95 % for three networks whose maps are all orange, exactly what “majority class” reaches. Balanced "
        "accuracy tells: 50 %, a coin. Only the weighted cross-entropy finds the blue disc.",
        {
            "dataset": "circle",
            "minority_share": 0.05,
            "losses": ("cross_entropy", "mse", "mae", "balanced"),
            "epochs": 300,
        },
        Goal("balanced/balanced", low=0.9, config={"dataset": "circle", "minority_share": 0.05}),
    ),
    "wrong_labels": Preset(
        "Three labels in ten are lies",
        "Ringed points carry the wrong label. Cross-entropy bends its border around some of them; absolute error, which "
        "punishes every wrong answer by at most 1, keeps the smoothest border and the best test accuracy.",
        {
            "label_noise": 0.3,
            "hidden": (32,),
            "optimizer": "adam",
            "learning_rate": 0.01,
            "epochs": 400,
        },
        Goal("accuracy/mae", low=0.96, config={"dataset": "moons", "label_noise": 0.3}),
    ),
    "confident": Preset(
        "Sure and wrong",
        "Every network begins sure of orange. Cross-entropy and hinge turn around within a few epochs; squared and absolute "
        "error of a sigmoid stay at 50 % for the whole run, because their gradient vanishes exactly there.",
        {"first_logit": -10.0},
        Goal("accuracy/mse", high=0.6, config={"dataset": "moons", "first_logit": -10.0}),
    ),
    "hinge": Preset(
        "Hinge needs no probability",
        "Beyond its margin a point has no pull at all: hinge's map has broad areas of full colour and a narrow border, "
        "while the map of cross-entropy fades.",
        {"dataset": "xor", "losses": ("cross_entropy", "hinge")},
        Goal("accuracy/hinge", low=0.95, config={"dataset": "xor"}),
    ),
    "soft": Preset(
        "Labels that leave a doubt",
        "The divergence to soft labels (95 % instead of 100 %) never asks for certainty: its map stays paler far from the "
        "border, at the same accuracy.",
        {"losses": ("cross_entropy", "smoothed"), "learning_rate": 0.1},
        Goal("accuracy/smoothed", low=0.97, config={"dataset": "moons", "label_noise": 0.0}),
    ),
    "healthy": Preset(
        "When it hardly matters",
        "Two clear, equally large classes with right labels: all seven losses end above 98 %.",
        {"dataset": "gauss", "losses": tuple(LOSSES), "epochs": 300},
        Goal("accuracy/mae", low=0.98, config={"dataset": "gauss", "label_noise": 0.0}),
    ),
}
