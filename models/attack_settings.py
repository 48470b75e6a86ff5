"""The settings of the lesson on attacks, each declared once."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Annotated, Any

from models import cnn_settings
from models.picture_settings import DataFolder, Device
from models.settings import Choice, Flag, Range, Sizes, Text, from_mapping

DATASETS = {name: label for name, label in cnn_settings.DATASETS.items() if name != "own"}
ATTACKS = {
    "fgsm": "FGSM",
    "pgd": "PGD",
    "fgsm_targeted": "FGSM, targeted",
    "pgd_targeted": "PGD, targeted",
    "gaussian": "Gaussian noise",
    "salt_pepper": "Salt and pepper",
}
EPSILONS = (0.0, 0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3)  # at which accuracy is measured
TOLD = (0.1, 0.2, 0.3)  # of which the accuracies are metrics of a run


@dataclass(frozen=True)
class Config:
    """Everything that decides a run: same config, same device, same numbers."""

    dataset: Annotated[str, Choice(DATASETS, group="Data", help="What the network learns from.")] = "digits"
    test_fraction: Annotated[
        float,
        Range(
            0.1,
            0.9,
            step=0.05,
            group="Data",
            label="share held back for testing",
            advanced=True,
            help="Part of the pictures that the network never trains on; these are attacked.",
        ),
    ] = 0.2
    channels: Annotated[
        tuple[int, ...],
        Sizes(
            1,
            64,
            max_length=4,
            group="Network",
            label="convolution blocks",
            advanced=True,
            help="Channels of each block; none leaves logistic regression on the pixels.",
        ),
    ] = (16, 32)
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
    batch_norm: Annotated[
        bool,
        Flag(
            group="Network",
            label="batch normalisation",
            advanced=True,
            help="Bring each channel to mean 0 and spread 1 over the batch before its activation.",
        ),
    ] = True
    attack: Annotated[
        str,
        Choice(
            ATTACKS,
            group="Attack",
            live=True,
            help="What is done to the test pictures in the pictures below.",
        ),
    ] = "fgsm"
    epsilon: Annotated[
        float,
        Range(
            0,
            0.5,
            step=0.01,
            group="Attack",
            label="size ε",
            live=True,
            help="How far a pixel may move, where black is 0 and white is 1; for salt and pepper the share of pixels.",
        ),
    ] = 0.1
    target: Annotated[
        int,
        Range(
            0,
            9,
            group="Attack",
            label="target class",
            live=True,
            help="What a targeted attack wants the picture to be taken for, counted from 0; its own class moves on by one.",
        ),
    ] = 3
    steps: Annotated[
        int,
        Range(
            1,
            40,
            group="Attack",
            label="steps of PGD",
            advanced=True,
            help="Gradient steps of a PGD attack; each goes 2.5 ε/steps far, at most 1.25 ε.",
        ),
    ] = 10
    adversarial: Annotated[
        bool,
        Flag(
            group="Training",
            label="adversarial training",
            help="Afterwards go on training, on pictures that are attacked anew in every step.",
        ),
    ] = False
    train_epsilon: Annotated[
        float,
        Range(
            0.01,
            0.5,
            step=0.01,
            group="Training",
            label="attack size while training",
            help="Size of the attacks that adversarial training learns to withstand.",
        ),
    ] = 0.2
    inner_steps: Annotated[
        int,
        Range(
            1,
            10,
            group="Training",
            label="attack steps while training",
            help="1 is FGSM from a random start, more are PGD: stronger, and as many times slower.",
        ),
    ] = 1
    learning_rate: Annotated[
        float, Range(0.00001, 0.1, log=True, group="Training", live=True, help="Size of each step of Adam.")
    ] = 0.002
    batch_size: Annotated[
        int,
        Range(
            1,
            1024,
            log=True,
            group="Training",
            unit="pictures",
            advanced=True,
            help="Pictures averaged for each step.",
        ),
    ] = 64
    epochs: Annotated[
        int,
        Range(
            0,
            100,
            group="Training",
            unit="passes; 0: to suit the data",
            help="When to stop; adversarial training passes as often again. 0 decides by the amount of data: 16 for up to 5,000 pictures, 8 for more.",
        ),
    ] = 0
    picture: Annotated[
        int,
        Range(
            0,
            9999,
            group="Attack",
            label="test picture",
            live=True,
            widget=False,
            help="The test picture whose attack is shown.",
        ),
    ] = 0
    seed: Annotated[
        int,
        Range(
            0,
            9999,
            group="Training",
            advanced=True,
            help="Decides split, first weights, order, random starts and noise.",
        ),
    ] = 0
    device: Device = "auto"
    data_dir: DataFolder = ""
    weights: Annotated[
        str,
        Text(
            widget=False,
            linked=False,
            max_length=4000,
            help="File of the parameters that a run of models.cnn has left: attack that network instead of a new one.",
        ),
    ] = ""
    network: Annotated[
        str,
        Text(
            widget=False,
            linked=False,
            max_length=8000,
            help="The settings of that run, as JSON; its pictures and its network take the place of those above.",
        ),
    ] = ""


def network_settings(config: Config) -> cnn_settings.Config:
    """The network and its pictures, as `models.cnn` describes them: of the learner's own run when there is one.

    Raises ValueError, one sentence, when `network` is no such description.
    """
    if config.weights:
        return from_mapping(cnn_settings.Config, _read(config.network))
    return cnn_settings.Config(
        dataset=config.dataset,
        test_fraction=config.test_fraction,
        channels=config.channels,
        dense=config.dense,
        batch_norm=config.batch_norm,
        seed=config.seed,
        data_dir=config.data_dir,
    )


def _read(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise ValueError("To attack a trained network, its own settings are needed too, as one JSON object.")
    return found
