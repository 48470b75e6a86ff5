"""The settings of the neural-network lesson, each declared once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from models.settings import Choice, Flag, Names, Range, Several, Sizes, Text

DATASETS = {
    "circle": "Circle",
    "xor": "Exclusive or",
    "gauss": "Two blobs",
    "spiral": "Spiral",
    "moons": "Two moons",
    "plane": "Plane (numbers)",
    "multi_gauss": "Hills and hollows (numbers)",
    "iris": "Iris flowers",
    "wine": "Wine",
    "breast_cancer": "Breast cancer",
    "diabetes": "Diabetes (numbers)",
    "drawn": "Your own points",
    "csv": "Your own CSV",
}
DESCRIPTIONS = {
    "circle": "Generated: orange points lie in a ring around the blue ones, so no straight border parts them.",
    "xor": "Generated: opposite corners of the plane share a class. One neuron cannot learn it; two layers can.",
    "gauss": "Generated: two round clouds, each of one class. A straight border is enough while they do not overlap.",
    "spiral": "Generated: two arms wound around each other. It takes bends upon bends, the hardest of the toys.",
    "moons": "Generated: two half moons that reach into each other.",
    "plane": "Generated: the number to predict grows evenly in one direction, x₁ + x₂.",
    "multi_gauss": "Generated: the number to predict is a landscape of three hills and three hollows.",
    "iris": "Fisher 1936: 150 iris flowers, four lengths of petals and sepals in cm, three species.",
    "wine": "Forina 1991: 178 wines of one region of Italy, 13 chemical measurements, three grape varieties.",
    "breast_cancer": "Wolberg 1995: 569 cell samples, 30 measurements of cell nuclei, malignant or benign.",
    "diabetes": "Efron 2004: 442 patients, ten measurements; the number to predict is the disease a year later.",
    "drawn": "Points that you click onto the map yourself; they are kept in the address.",
    "csv": "A table of yours. It is read on this server, stays here, and is deleted after a while.",
}
TOYS = ("circle", "xor", "gauss", "spiral", "moons", "plane", "multi_gauss")
PLANAR = (*TOYS, "drawn")
NUMBERS = ("plane", "multi_gauss", "diabetes")  # the others hold classes; a CSV may hold either

FUNCTIONS = {
    "tanh": "tanh",
    "relu": "ReLU",
    "sigmoid": "sigmoid",
    "linear": "linear",
    "swish": "swish",
    "leaky_relu": "leaky ReLU",
    "gelu": "GELU",
}
INPUT_LABELS = {
    "x1": "x₁",
    "x2": "x₂",
    "x1_squared": "x₁²",
    "x2_squared": "x₂²",
    "x1_x2": "x₁x₂",
    "sin_x1": "sin x₁",
    "sin_x2": "sin x₂",
}


@dataclass(frozen=True)
class Config:
    """Everything that decides a run: same config, same device, same numbers."""

    dataset: Annotated[str, Choice(DATASETS, group="Data", help="What the network learns from.")] = "circle"
    noise: Annotated[
        float,
        Range(
            0,
            0.5,
            step=0.05,
            group="Data",
            live=True,
            help="How far the points of a generated data set are strewn.",
        ),
    ] = 0.1
    n_points: Annotated[
        int,
        Range(
            50,
            2000,
            step=50,
            group="Data",
            label="points",
            advanced=True,
            help="Size of a generated data set, training and test points together.",
        ),
    ] = 500
    test_fraction: Annotated[
        float,
        Range(
            0.1,
            0.9,
            step=0.05,
            group="Data",
            label="share held back for testing",
            help="Part of the rows that the network never trains on.",
        ),
    ] = 0.3
    validation_fraction: Annotated[
        float,
        Range(
            0,
            0.4,
            step=0.05,
            group="Data",
            label="share held back for validation",
            advanced=True,
            help="Part of the rows to decide by, such as when to stop, so that the test rows stay untouched.",
        ),
    ] = 0.0
    inputs: Annotated[
        tuple[str, ...],
        Several(
            INPUT_LABELS,
            max_length=7,
            group="Network",
            help="What the network is fed of a point in the plane.",
        ),
    ] = ("x1", "x2")
    scale: Annotated[
        bool,
        Flag(
            group="Data",
            label="scale the features",
            advanced=True,
            help="Give every column of a table mean 0 and spread 1, by the training rows.",
        ),
    ] = True
    map_features: Annotated[
        tuple[str, ...],
        Names(
            widget=False,
            live=True,
            group="Data",
            label="features of the map",
            max_count=2,
            help="Two columns of a table that span the decision map; none: the first two principal components.",
        ),
    ] = ()
    hidden: Annotated[
        tuple[int, ...],
        Sizes(
            1, 64, max_length=8, group="Network", label="hidden layers", help="Neurons in each hidden layer."
        ),
    ] = (8, 4)
    activation: Annotated[
        str,
        Choice(FUNCTIONS, group="Network", help="What each hidden neuron does with its weighted sum."),
    ] = "tanh"
    activations: Annotated[
        tuple[str, ...],
        Several(
            FUNCTIONS,
            ordered=True,
            widget=False,
            group="Network",
            label="activation of each layer",
            help="One activation for each hidden layer instead of the same for all.",
        ),
    ] = ()
    initialisation: Annotated[
        str,
        Choice(
            {
                "auto": "by activation",
                "glorot": "Glorot",
                "he": "He",
                "small": "very small",
                "zeros": "all zero",
            },
            group="Network",
            label="first weights",
            advanced=True,
            help="How the weights are drawn before the first step: Glorot for tanh and sigmoid, He for ReLU.",
        ),
    ] = "auto"
    dropout: Annotated[
        float,
        Range(
            0,
            0.8,
            step=0.05,
            group="Network",
            advanced=True,
            help="Share of hidden neurons that each step leaves out, so that none can rely on another.",
        ),
    ] = 0.0
    batch_norm: Annotated[
        bool,
        Flag(
            group="Network",
            label="batch normalisation",
            advanced=True,
            help="Bring each neuron's sums to mean 0 and spread 1 over the batch before its activation.",
        ),
    ] = False
    loss: Annotated[
        str,
        Choice(
            {
                "auto": "by target",
                "cross_entropy": "cross-entropy",
                "mse": "mean squared error",
                "hinge": "hinge",
                "huber": "Huber",
            },
            group="Training",
            advanced=True,
            help="How wrong an answer counts. By target: cross-entropy for classes, mean squared error for numbers.",
        ),
    ] = "auto"
    learning_rate: Annotated[
        float, Range(0.00001, 10, log=True, group="Training", live=True, help="Size of each step downhill.")
    ] = 0.03
    batch_size: Annotated[
        int,
        Range(
            1,
            100_000,
            log=True,
            group="Training",
            unit="examples",
            help="Examples averaged for each step; as many as there are training rows, or more, is the full batch.",
        ),
    ] = 10
    optimizer: Annotated[
        str,
        Choice(
            {"sgd": "SGD", "momentum": "Momentum", "rmsprop": "RMSProp", "adam": "Adam", "adamw": "AdamW"},
            group="Training",
            help="The rule that turns a gradient into a step.",
        ),
    ] = "sgd"
    regularisation: Annotated[
        str,
        Choice(
            {"none": "none", "l1": "L1", "l2": "L2"},
            group="Training",
            live=True,
            advanced=True,
            help="A penalty on large weights: L1 adds their sizes to the loss, L2 half their squares.",
        ),
    ] = "none"
    regularisation_rate: Annotated[
        float,
        Range(
            0.00001,
            1,
            log=True,
            group="Training",
            live=True,
            advanced=True,
            help="Weight of that penalty in the loss.",
        ),
    ] = 0.001
    epochs: Annotated[
        int,
        Range(
            0,
            100_000,
            group="Training",
            advanced=True,
            unit="passes over the training data",
            help="When to stop. 0 decides by the amount of data: 3000 for generated points, fewer for tables.",
        ),
    ] = 0
    early_stopping: Annotated[
        int,
        Range(
            0,
            1000,
            group="Training",
            advanced=True,
            unit="epochs",
            help="Stop when the validation loss has not fallen for this long; 0 never does. Needs validation rows.",
        ),
    ] = 0
    seed: Annotated[
        int,
        Range(
            0, 9999, group="Training", advanced=True, help="Decides points, split, first weights and order."
        ),
    ] = 0
    seeds: Annotated[
        int,
        Range(
            1,
            8,
            group="Training",
            label="seeds at once",
            advanced=True,
            help="Train the same experiment with this many seeds and show the range of their scores: what is luck?",
        ),
    ] = 1
    device: Annotated[
        str,
        Choice(
            ("auto", "cpu", "cuda", "mps"),
            group="Training",
            advanced=True,
            widget=False,
            help="Where to compute. auto takes a GPU only when the network is large enough to gain from it.",
        ),
    ] = "auto"
    points: Annotated[
        str,
        Text(
            widget=False, max_length=6000, help="Points of your own as x,y,class;x,y,class;… (class 0 or 1)."
        ),
    ] = ""
    csv: Annotated[str, Text(widget=False, linked=False, max_length=4000, help="A CSV file of your own.")] = (
        ""
    )
    target: Annotated[
        str,
        Text(
            widget=False,
            linked=False,
            help="Column of that file to predict; left out, a likely one is chosen.",
        ),
    ] = ""
    features: Annotated[
        tuple[str, ...],
        Names(widget=False, linked=False, help="Columns to predict from; left out, all the others."),
    ] = ()
    header: Annotated[
        bool,
        Flag(widget=False, linked=False, help="Whether the first row of the file holds the columns' names."),
    ] = True
    missing: Annotated[
        str,
        Choice(
            {"fill": "fill in the training median", "drop": "leave those rows out"},
            widget=False,
            linked=False,
            help="What to do about empty cells.",
        ),
    ] = "fill"
    task: Annotated[
        str,
        Choice(
            {"auto": "decide by the column", "classes": "classes", "numbers": "numbers"},
            widget=False,
            linked=False,
            help="Whether the target column names classes or holds numbers.",
        ),
    ] = "auto"
