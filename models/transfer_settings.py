"""The settings of the lesson on transfer, each declared once, and the experiments worth trying."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from models.cnn_settings import DATASETS as PICTURES
from models.cnn_settings import DESCRIPTIONS as ABOUT
from models.picture_settings import Device, OwnPictures
from models.settings import Choice, Flag, Goal, Preset, Range, Sizes, Text

DATASETS = {name: PICTURES[name] for name in ("drawings", "digits", "mnist", "fashion", "cifar10", "own")}
#: Data set → what the two tasks are.
DESCRIPTIONS = {
    "drawings": f"{ABOUT['drawings']} First task: cars, lorries, buses, horses; then bicycles, giraffes, zebras.",
    "digits": f"{ABOUT['digits']} First task: 0 to 4; then 5 to 9.",
    "mnist": f"{ABOUT['mnist']} First task: 0 to 4; then 5 to 9.",
    "fashion": f"{ABOUT['fashion']} First task: T-shirts to coats; then sandals to boots.",
    "cifar10": f"{ABOUT['cifar10']} First task: aeroplanes, cars, cats, deer, dogs; then birds, frogs, horses, ships, lorries.",
    "own": f"{ABOUT['own']} First task: the seven kinds of drawings; then your classes.",
}
#: The three learners, in the order of legends and colours.
LEARNERS = {"scratch": "from scratch", "frozen": "frozen features", "finetuned": "fine-tuned"}
SHORT = {"scratch": "scratch", "frozen": "frozen", "finetuned": "fine-tuned"}
#: Where the curve is measured, in pictures per class.
COUNTS = (1, 2, 5, 10, 20, 50)
BODIES = {"small": "a small one, trained here", "resnet18": "ResNet-18", "mobilenet": "MobileNetV3 small"}
#: Data set → classes of the first task; the second task has the others.
FIRST = {
    "drawings": (0, 1, 2, 4),  # cars, lorries, buses, horses; then bicycles, giraffes, zebras
    "digits": (0, 1, 2, 3, 4),
    "mnist": (0, 1, 2, 3, 4),
    "fashion": (0, 1, 2, 3, 4),
    "cifar10": (0, 1, 3, 4, 5),
}


@dataclass(frozen=True)
class Config:
    """Everything that decides a run: same config, same device, same numbers."""

    dataset: Annotated[
        str,
        Choice(DATASETS, group="Tasks", label="pictures", help="Both tasks take their classes from these."),
    ] = "drawings"
    swapped: Annotated[
        bool,
        Flag(
            group="Tasks",
            label="swap the tasks",
            advanced=True,
            help="Learn the second task's classes first, and transfer to those of the first.",
        ),
    ] = False
    shots: Annotated[
        int,
        Range(
            1,
            50,
            group="Second task",
            label="pictures per class",
            help="So many pictures of each new class are all that the three learners get.",
        ),
    ] = 5
    seeds: Annotated[
        int,
        Range(
            1,
            10,
            group="Second task",
            label="repetitions",
            help="Each draws other pictures and other first weights; the curves are means, the bands reach from the "
            "lowest to the highest.",
        ),
    ] = 5
    curve: Annotated[
        bool,
        Flag(
            group="Second task",
            label="other numbers of pictures too",
            help="Afterwards train with 1, 2, 5, 10, 20 and 50 pictures per class, in at most 3 repetitions.",
        ),
    ] = True
    body: Annotated[
        str,
        Choice(
            BODIES,
            group="First task",
            label="network",
            widget=False,
            help="The network that has learned something else before. The large ones have seen ImageNet.",
        ),
    ] = "small"
    epochs: Annotated[
        int,
        Range(
            0,
            40,
            group="First task",
            unit="passes over its pictures",
            help="How long the network learns the first task. 0 leaves it untrained: then there is nothing to transfer.",
        ),
    ] = 6
    first_rate: Annotated[
        float,
        Range(
            0.00001,
            1,
            log=True,
            group="First task",
            live=True,
            advanced=True,
            label="its learning rate",
            help="Size of each step downhill on the first task.",
        ),
    ] = 0.002
    channels: Annotated[
        tuple[int, ...],
        Sizes(
            1,
            64,
            max_length=4,
            group="First task",
            label="convolution blocks",
            advanced=True,
            help="Channels of each block of the small network. Without any it looks at raw pixels.",
        ),
    ] = (8, 16, 32)
    steps: Annotated[
        int,
        Range(
            1,
            400,
            group="Second task",
            unit="updates",
            advanced=True,
            help="Updates of each of the three learners, with at most 32 pictures each.",
        ),
    ] = 50
    learning_rate: Annotated[
        float,
        Range(
            0.00001,
            1,
            log=True,
            group="Second task",
            live=True,
            help="Size of each step downhill of heads, and of the learner from scratch.",
        ),
    ] = 0.002
    body_rate: Annotated[
        float,
        Range(
            0,
            1,
            step=0.05,
            group="Second task",
            live=True,
            advanced=True,
            label="share of it for the body",
            help="Fine-tuning moves what was learned before by this share of the learning rate. 0 is the same as frozen, "
            "but for batch normalisation.",
        ),
    ] = 0.2
    shown: Annotated[
        str,
        Choice(
            SHORT,
            group="Pictures",
            label="answers of",
            live=True,
            help="Whose answers and features the pictures show: the learner from scratch, with frozen features, or fine-tuned.",
        ),
    ] = "finetuned"
    picture: Annotated[
        int,
        Range(
            0, 9999, widget=False, live=True, label="test picture", help="The test picture that is chosen."
        ),
    ] = 0
    seed: Annotated[
        int,
        Range(0, 9999, group="Training", advanced=True, help="Decides pictures, first weights and order."),
    ] = 0
    device: Device = "auto"
    data_dir: Annotated[
        str,
        Text(
            widget=False,
            linked=False,
            max_length=4000,
            help="Folder of downloaded pictures and networks, as the page keeps it.",
        ),
    ] = ""
    own: OwnPictures = ""


PRESETS: dict[str, Preset] = {
    "one": Preset(
        "A single picture of each",
        "Three pictures are all there is. Frozen features make the most of them: fine-tuning moves too much on too little.",
        {"shots": 1, "curve": False},
        Goal("gain/best", low=0.1, config={"dataset": "drawings", "shots": 1}),
    ),
    "plenty": Preset(
        "Fifty pictures of each",
        "With enough pictures the learner from scratch catches up, and frozen features, made for other classes, fall behind.",
        {"shots": 50, "curve": False, "seeds": 3},
        Goal("gain/best", high=0.03, config={"dataset": "drawings", "shots": 50}),
    ),
    "untrained": Preset(
        "A source that learned nothing",
        "The check on the claim: without a first task there is nothing to transfer, and fine-tuning gains nothing.",
        {"epochs": 0, "curve": False},
        Goal("gain/finetuned", high=0.08, config={"dataset": "drawings", "epochs": 0}),
    ),
    "forgetting": Preset(
        "Fine-tuned with too large a step",
        "At ten times the rate for everything, fine-tuning washes out most of what was learned; frozen features keep it.",
        {"learning_rate": 0.02, "body_rate": 1.0, "curve": False},
        Goal(
            "gain/finetuned",
            high=0.05,
            config={"dataset": "drawings", "learning_rate": 0.02, "body_rate": 1.0},
        ),
    ),
    "swapped": Preset(
        "The other way round",
        "Bicycles, giraffes and zebras first, then cars, lorries, buses and horses: three kinds taught it less, and the gain "
        "shrinks.",
        {"swapped": True, "curve": False},
        Goal("gain/best", high=0.1, config={"dataset": "drawings", "swapped": True}),
    ),
    "digits": Preset(
        "From five digits to the other five",
        "Tiny pictures are easy to learn from scratch: what was learned on 0 to 4 does not help with 5 to 9.",
        {"dataset": "digits", "channels": (16, 32), "epochs": 8},
        Goal("gain/best", high=0.05, config={"dataset": "digits"}),
    ),
}
