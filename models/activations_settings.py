"""The settings of the lesson on activations, each declared once, and the experiments worth trying."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from models.settings import Choice, Goal, Preset, Range

DATASETS = {"spiral": "Spiral", "moons": "Two moons", "circle": "Circle", "gauss": "Two blobs"}
ACTIVATIONS = {
    "linear": "linear",
    "step": "step",
    "sigmoid": "sigmoid",
    "tanh": "tanh",
    "relu": "ReLU",
    "leaky_relu": "leaky ReLU",
    "elu": "ELU",
    "gelu": "GELU",
    "swish": "swish (SiLU)",
    "softplus": "softplus",
}
INITIALISATIONS = {"he": "He", "xavier": "Xavier", "normal": "N(0, σ)", "zeros": "all zero"}


@dataclass(frozen=True)
class Config:
    """Everything that decides a run: same config, same device, same numbers."""

    activation: Annotated[
        str, Choice(ACTIVATIONS, group="Stack", help="What every hidden neuron does with its weighted sum.")
    ] = "relu"
    depth: Annotated[
        int, Range(1, 50, group="Stack", unit="hidden layers", help="Layers that a gradient must cross.")
    ] = 10
    width: Annotated[
        int, Range(1, 64, group="Stack", unit="neurons", help="Neurons in every hidden layer.")
    ] = 32
    initialisation: Annotated[
        str,
        Choice(
            INITIALISATIONS,
            group="Stack",
            label="first weights",
            help="Spread of the normal distribution that the weights are drawn from: He √(2/inputs), Xavier "
            "√(2/(inputs + outputs)), a σ of your own, or all zero. Biases begin at 0.",
        ),
    ] = "he"
    sigma: Annotated[
        float,
        Range(
            0.001,
            10,
            log=True,
            group="Stack",
            label="spread σ",
            help="Standard deviation of the first weights, when they are drawn from N(0, σ).",
        ),
    ] = 0.1
    learning_rate: Annotated[
        float,
        Range(0.00001, 10, log=True, group="Training", live=True, help="Size of each step downhill."),
    ] = 0.001
    optimizer: Annotated[
        str,
        Choice(
            {"adam": "Adam", "momentum": "Momentum", "sgd": "SGD"},
            group="Training",
            help="The rule that turns a gradient into a step.",
        ),
    ] = "adam"
    dataset: Annotated[
        str,
        Choice(
            DATASETS,
            group="Data",
            label="data set",
            advanced=True,
            help="Two classes of points in the plane.",
        ),
    ] = "spiral"
    noise: Annotated[
        float,
        Range(0, 0.5, step=0.05, group="Data", advanced=True, help="How far the points are strewn."),
    ] = 0.0
    n_points: Annotated[
        int,
        Range(
            50,
            2000,
            step=50,
            group="Data",
            label="points",
            advanced=True,
            help="Training and test points together; 30 % of them test.",
        ),
    ] = 400
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
    epochs: Annotated[
        int,
        Range(
            1,
            5000,
            group="Training",
            unit="passes over the training data",
            advanced=True,
            help="When to stop.",
        ),
    ] = 200
    seed: Annotated[
        int,
        Range(
            0, 9999, group="Training", advanced=True, help="Decides points, split, first weights and order."
        ),
    ] = 0


def _thirty(**settings: object) -> dict[str, object]:
    return {"depth": 30, **settings}


_TOO_FAST = {"depth": 5, "optimizer": "momentum", "learning_rate": 0.15}

PRESETS = {
    "vanish": Preset(
        "Thirty sigmoid layers: vanishing",
        "In “Gradients and sums” the gradient falls straight down towards the first layer, which gets less than 10⁻¹⁵ of what "
        "the last one gets: nothing is learned, although every single layer is fine.",
        _thirty(activation="sigmoid", initialisation="xavier", epochs=60),
        Goal("gradient/ratio", high=1e-15, config={"activation": "sigmoid", "depth": 30}),
    ),
    "relu_he": Preset(
        "Thirty ReLU layers with He: it arrives",
        "The same depth, but the line of gradients stays level: before training the first layer gets between a hundredth and a hundred "
        "times the last one's gradient. The spiral is solved.",
        _thirty(epochs=100),
        Goal("accuracy/test", low=0.9, config={"activation": "relu", "depth": 30, "initialisation": "he"}),
    ),
    "small": Preset(
        "Weights that begin too small",
        "Thirty tanh layers drawn with σ = 0.1 where Xavier would take 0.18: values shrink towards 0 from layer to layer on "
        "their way forwards, and gradients on their way back.",
        _thirty(activation="tanh", initialisation="normal", sigma=0.1, epochs=60),
        Goal("gradient/ratio", high=1e-4, config={"activation": "tanh", "initialisation": "normal"}),
    ),
    "xavier": Preset(
        "Thirty tanh layers with Xavier",
        "Neither shrinks: before training the line of gradients is level. Compare the three histograms with the ones before.",
        _thirty(activation="tanh", initialisation="xavier", learning_rate=0.0003, epochs=100),
    ),
    "explode": Preset(
        "Weights that begin too large: exploding",
        "Drawn with σ = 1, sums grow fourfold at every layer, and gradients do so on their way back: more than 10¹⁵ times the "
        "last layer's arrive at the first. The loss is astronomical.",
        _thirty(initialisation="normal", sigma=1.0, epochs=60),
        Goal("gradient/ratio", low=1e10, config={"activation": "relu", "initialisation": "normal"}),
    ),
    "dying": Preset(
        "Steps too large: dying ReLUs",
        "“Dead units” climbs within a few epochs until a whole layer gives 0 for every point. No gradient crosses it, "
        "and the accuracy stays at 50 % for ever.",
        {**_TOO_FAST, "activation": "relu"},
        Goal("gradient/first", high=0.0, config={"activation": "relu", "optimizer": "momentum"}),
    ),
    "leaky": Preset(
        "The same steps with leaky ReLU",
        "Not one unit dies. Choose the speed “10 epochs/s” and lower the learning rate to 0.01 on the way: these units recover "
        "and learn, which the dead ReLUs of the experiment before never do.",
        {**_TOO_FAST, "activation": "leaky_relu"},
        Goal("accuracy/test", low=0.75, config={"activation": "leaky_relu", "optimizer": "momentum"}),
    ),
    "zeros": Preset(
        "All weights zero",
        "Every unit of a layer gives the same value and gets the same gradient, so that they stay one unit; with ReLU nothing "
        "moves at all.",
        {"initialisation": "zeros", "epochs": 60},
        Goal("gradient/first", high=0.0, config={"initialisation": "zeros"}),
    ),
    "step": Preset(
        "A step has no slope",
        "The gradient of every hidden layer is exactly 0 before and after training: only the output layer learns, on "
        "features that stay as they were drawn.",
        {"activation": "step", "epochs": 100},
        Goal("gradient/first", high=0.0, config={"activation": "step"}),
    ),
    "linear": Preset(
        "Ten linear layers are one line",
        "More than nine thousand weights, and the border on the map stays straight: the accuracy stays near that of logistic "
        "regression, the dashed line.",
        {"activation": "linear", "initialisation": "xavier", "epochs": 100},
        Goal("accuracy/test", high=0.75, config={"activation": "linear", "dataset": "spiral"}),
    ),
}
