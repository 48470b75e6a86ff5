"""The settings of the lesson on gradient descent, each declared once, and the experiments worth trying."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from models.schedules import SCHEDULES
from models.settings import Choice, Goal, Preset, Range, Several, Sizes

TASKS = {
    "line": "A line: examples per step",
    "network": "A network: rules and schedules",
    "range_test": "Range test: which learning rate?",
}
OPTIMIZERS = {"sgd": "SGD", "momentum": "Momentum", "rmsprop": "RMSProp", "adam": "Adam", "adamw": "AdamW"}
DATASETS = {
    "moons": "Two moons",
    "circle": "Circle",
    "xor": "Exclusive or",
    "gauss": "Two blobs",
    "spiral": "Spiral",
    "plane": "Plane (numbers)",
    "multi_gauss": "Hills and hollows (numbers)",
}
NUMBERS = ("plane", "multi_gauss")  # the others hold two classes
DIRECTIONS = {"pca": "along the path (PCA)", "random": "random"}
RATES = (1e-5, 10.0)  # the first and the last learning rate of a range test
#: Settings that each task does not read; a page hides them.
UNUSED = {
    "line": ("dataset", "hidden", "activation", "optimizer", "compared", "directions"),
    "network": (),
    "range_test": ("learning_rate", "schedule", "directions"),
}


@dataclass(frozen=True)
class Config:
    """Everything that decides a run: same config, same device, same numbers."""

    task: Annotated[
        str,
        Choice(TASKS, group="Experiment", label="experiment", help="What descends, and what is compared."),
    ] = "line"
    batch_size: Annotated[
        int,
        Range(
            1,
            1000,
            log=True,
            group="Descent",
            unit="examples",
            help="Examples averaged for each step; as many as there are training examples, or more, is the full batch.",
        ),
    ] = 30
    learning_rate: Annotated[
        float,
        Range(0.00001, 10, log=True, group="Descent", live=True, help="Size of each step downhill."),
    ] = 0.03
    schedule: Annotated[
        str,
        Choice(
            SCHEDULES, group="Descent", help="How the learning rate changes from the first step to the last."
        ),
    ] = "constant"
    optimizer: Annotated[
        str,
        Choice(
            OPTIMIZERS,
            group="Descent",
            label="your optimizer",
            help="The rule that turns a gradient into a step. The loss surface is drawn around the network it trains.",
        ),
    ] = "momentum"
    compared: Annotated[
        tuple[str, ...],
        Several(
            OPTIMIZERS,
            max_length=5,
            group="Descent",
            label="compared with",
            help="Networks trained beside yours, from the same first weights and on the same batches, one by each rule.",
        ),
    ] = ("sgd", "momentum", "rmsprop", "adam", "adamw")
    directions: Annotated[
        str,
        Choice(
            DIRECTIONS,
            group="Descent",
            label="directions of the surface",
            help="Which two directions of all the weights the surface shows: those in which your path went furthest, or two "
            "drawn at random and scaled neuron by neuron to the size of the weights.",
        ),
    ] = "pca"
    dataset: Annotated[
        str,
        Choice(DATASETS, group="Data", label="data set", help="What the network learns from."),
    ] = "moons"
    noise: Annotated[
        float,
        Range(0, 0.5, step=0.05, group="Data", help="How far the points are strewn."),
    ] = 0.2
    n_points: Annotated[
        int,
        Range(
            50,
            1000,
            step=50,
            group="Data",
            label="examples",
            advanced=True,
            help="Size of the data set. A line is fitted to all of them; a network is tested on three in ten.",
        ),
    ] = 300
    hidden: Annotated[
        tuple[int, ...],
        Sizes(
            1, 64, max_length=4, group="Network", label="hidden layers", help="Neurons in each hidden layer."
        ),
    ] = (8, 8)
    activation: Annotated[
        str,
        Choice(
            {"tanh": "tanh", "relu": "ReLU", "sigmoid": "sigmoid"},
            group="Network",
            advanced=True,
            help="What each hidden neuron does with its weighted sum.",
        ),
    ] = "tanh"
    epochs: Annotated[
        int,
        Range(
            0,
            2000,
            group="Descent",
            advanced=True,
            unit="passes over the training data",
            help="When to stop. 0 decides by the experiment: 20 for a line, 150 for a network, 400 steps for a range test.",
        ),
    ] = 0
    seed: Annotated[
        int,
        Range(
            0,
            9999,
            group="Descent",
            advanced=True,
            help="Decides data, split, first weights, order of the examples and random directions.",
        ),
    ] = 0


PRESETS = {
    "stochastic": Preset(
        "One example at a time",
        "After a single pass over the examples batch size 1 is all but at the bottom, while the full batch has made one step. "
        "Then it stops getting better: its cloud of gradients stays as wide as ever, so it trembles around the best line.",
        {"batch_size": 1, "epochs": 5},
        Goal("excess/batch_1", high=0.2, config={"task": "line", "batch_size": 1, "epochs": 5}),
    ),
    "full": Preset(
        "Full batch",
        "A smooth path, down to the least-squares line to ten digits: this gradient has no noise. It took 200 passes over the "
        "data; batch size 10 was near after four, and never arrived.",
        {"batch_size": 100, "n_points": 100, "learning_rate": 0.1, "epochs": 200},
        Goal("excess/batch_100", high=1e-10, config={"task": "line", "batch_size": 100, "n_points": 100}),
    ),
    "cosine": Preset(
        "Cosine anneals the noise",
        "The same examples in the same order, but steps that shrink to nothing: at the end batch size 1 is more than thirty "
        "times nearer to the best line than with a constant rate.",
        {"batch_size": 1, "schedule": "cosine"},
        Goal("excess/batch_1", high=5e-4, config={"task": "line", "schedule": "cosine"}),
    ),
    "too_large": Preset(
        "Too large a rate",
        "Batch size 1 runs away within three passes. The full batch lands on the other side of the valley at each step, "
        "and still arrives. Drag the rate up to 0.5, and it runs away too.",
        {"learning_rate": 0.25},
    ),
    "range_test": Preset(
        "Range test",
        "The rate grows with every step. Nothing happens at first, then the loss falls, then it blows up: at another rate for "
        "each rule. Train the network at the rate that the note names.",
        {"task": "range_test"},
        Goal("suggested/momentum", low=0.01, high=0.3, config={"task": "range_test"}),
    ),
    "adam_sgd": Preset(
        "Adam against SGD from the same start",
        "The same first weights, batches and rate: Adam closes the ring and its loss falls below 0.05, while SGD is still near "
        "the dashed line of an answer that is always the same.",
        {
            "task": "network",
            "dataset": "circle",
            "optimizer": "adam",
            "compared": ("sgd",),
            "learning_rate": 0.01,
        },
        Goal("loss/adam", high=0.05, config={"task": "network", "dataset": "circle", "learning_rate": 0.01}),
    ),
    "one_cycle": Preset(
        "One-cycle tames a huge rate",
        "At a constant rate of 0.3 this network jumps about to the end, and chance decides on which loss it stops. Up to the "
        "same rate and down again it jumps too, at the top, and settles on the way down: it learns the ring.",
        {
            "task": "network",
            "dataset": "circle",
            "hidden": (24, 24),
            "optimizer": "adam",
            "compared": (),
            "learning_rate": 0.3,
            "schedule": "one_cycle",
            "epochs": 80,
        },
        Goal(
            "loss/train", high=0.1, config={"task": "network", "schedule": "one_cycle", "learning_rate": 0.3}
        ),
    ),
    "surface": Preset(
        "The surface you walked on",
        "105 weights in two directions: a bent valley, and the path down into it. More than nine tenths of the way (squared) "
        "lies in this picture.",
        {"task": "network", "optimizer": "adam", "compared": ("sgd",)},
        Goal("surface/explained", low=0.95, config={"task": "network", "directions": "pca"}),
    ),
    "random": Preset(
        "The same walk in random directions",
        "Two random directions show a bowl around the network, and of the way hardly anything: a short, straight line that "
        "hides all of its bends.",
        {"task": "network", "optimizer": "adam", "compared": ("sgd",), "directions": "random"},
        Goal("surface/explained", high=0.15, config={"task": "network", "directions": "random"}),
    ),
}
