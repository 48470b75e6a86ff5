"""The settings of the lesson on explanations, each declared once, and the experiments worth trying."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from models.cnn_settings import DATASETS as PICTURES
from models.settings import Choice, Goal, Preset, Range, Sizes, Text

DATASETS = {name: PICTURES[name] for name in ("digits", "drawings")}
#: What explains, in the order of the pictures; "random" is the baseline that an explanation has to beat.
METHODS = {
    "gradient": "Gradient",
    "integrated": "Integrated gradients",
    "occlusion": "Occlusion",
    "gradcam": "Grad-CAM",
}
RANDOM = "random"
BLANKS = {"mean": "mean colour", "black": "black", "blurred": "blurred"}
TARGETS = {"answer": "the answer", "label": "the right class", "second": "the runner-up"}


@dataclass(frozen=True)
class Config:
    """Everything that decides a run: same config, same device, same numbers."""

    dataset: Annotated[
        str,
        Choice(
            DATASETS, group="Network", help="What the small network learns first, before it is explained."
        ),
    ] = "digits"
    mark: Annotated[
        float,
        Range(
            0,
            1,
            step=0.1,
            group="Network",
            label="share with a tell-tale mark",
            help="Share of the pictures of the first class that carry a white mark in the corner. The network may learn it.",
        ),
    ] = 0.0
    channels: Annotated[
        tuple[int, ...],
        Sizes(
            1,
            64,
            max_length=4,
            group="Network",
            label="convolution blocks",
            advanced=True,
            help="Channels of each block. Without any there is no Grad-CAM.",
        ),
    ] = (16, 32)
    epochs: Annotated[
        int,
        Range(1, 60, group="Network", unit="passes over the training pictures", help="How long it trains."),
    ] = 8
    learning_rate: Annotated[
        float,
        Range(
            0.0001, 1, log=True, group="Network", live=True, advanced=True, help="Size of each step downhill."
        ),
    ] = 0.005
    n_pictures: Annotated[
        int,
        Range(
            1,
            200,
            group="Explanation",
            unit="test pictures",
            label="pictures to explain",
            help="How many are explained.",
        ),
    ] = 30
    only: Annotated[
        str,
        Choice(
            {"all": "all", "right": "right answers", "wrong": "mistakes"},
            group="Explanation",
            label="which pictures",
            help="Whether to explain every test picture or only those that the network tells right or wrong.",
        ),
    ] = "all"
    target: Annotated[
        str,
        Choice(
            TARGETS, group="Explanation", label="class explained", help="The class whose score is explained."
        ),
    ] = "answer"
    blank: Annotated[
        str,
        Choice(
            BLANKS,
            group="Explanation",
            label="a deleted pixel becomes",
            help="What stands for “not there” when pixels are deleted or covered, and where integrated gradients begin.",
        ),
    ] = "mean"
    n_steps: Annotated[
        int,
        Range(
            2,
            200,
            group="Explanation",
            label="steps of integrated gradients",
            advanced=True,
            help="Pictures between the blank one and the picture at which the gradient is taken.",
        ),
    ] = 32
    window: Annotated[
        int,
        Range(
            0,
            8,
            group="Explanation",
            unit="pixels",
            label="side of the covering window",
            advanced=True,
            help="What occlusion covers at a time. 0 decides by the picture: a quarter of its side.",
        ),
    ] = 0
    picture: Annotated[
        int,
        Range(
            0,
            9999,
            group="Explanation",
            label="test picture",
            live=True,
            widget=False,
            help="The test picture that is explained while the network trains.",
        ),
    ] = 0
    seed: Annotated[
        int,
        Range(
            0,
            9999,
            group="Network",
            advanced=True,
            help="Decides split, first weights, the order of training, and the random orders of deletion.",
        ),
    ] = 0
    weights: Annotated[
        str,
        Text(
            widget=False,
            linked=False,
            max_length=4000,
            help="File of the parameters of a network trained before (safetensors); none: a small one is trained first.",
        ),
    ] = ""
    network: Annotated[
        str,
        Text(
            widget=False,
            linked=False,
            max_length=8000,
            help="The settings of that network, as JSON.",
        ),
    ] = ""


PRESETS: dict[str, Preset] = {
    "mistakes": Preset(
        "Why was it wrong?",
        "Only mistakes, and the score of the right class: orange is what speaks against it.",
        {"only": "wrong", "target": "label", "epochs": 3},
    ),
    "drawings": Preset(
        "Animals and vehicles",
        "Larger pictures in colour: Grad-CAM is coarse and smooth, the gradient fine and noisy; all beat a random order by far.",
        {"dataset": "drawings", "channels": (8, 16, 16)},
        Goal(
            "deletion/occlusion",
            high=0.3,
            config={"weights": "", "dataset": "drawings", "target": "answer", "mark": 0.0},
        ),
    ),
    "mark": Preset(
        "The clever horse",
        "Every car carries a white mark, and accuracy is splendid. Occlusion shows why: pasted onto other drawings, the mark "
        "makes most of them cars. Grad-CAM never points at it.",
        {"dataset": "drawings", "channels": (8, 16, 16), "mark": 1.0},
        Goal("mark/fooled", low=0.4, config={"weights": "", "dataset": "drawings", "mark": 1.0}),
    ),
    "many": Preset(
        "A hundred pictures",
        "The error bars shrink: integrated gradients and occlusion are far below a random order, Grad-CAM hardly.",
        {"n_pictures": 100},
        Goal(
            "deletion/integrated",
            high=0.2,
            config={"weights": "", "n_pictures": 100, "dataset": "digits", "target": "answer"},
        ),
    ),
    "black": Preset(
        "What is “not there”?",
        "With black for blank, black pixels can no longer matter to integrated gradients: other maps and other areas, though the network is the same.",
        {"blank": "black"},
    ),
    "two_steps": Preset(
        "A path of two steps",
        "Integrated gradients from two points of the path no longer add up to the change of the score.",
        {"n_steps": 2},
        Goal("completeness/gap", low=0.03, config={"weights": "", "n_steps": 2}),
    ),
}
