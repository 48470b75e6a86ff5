"""Experiments with attacks that are worth trying."""

from __future__ import annotations

from models.settings import Goal, Preset

PRESETS: dict[str, Preset] = {
    "noise": Preset(
        "Noise of the same size",
        "The change is as large as FGSM’s on average, but random: nearly every digit is still read.",
        {"attack": "gaussian", "epsilon": 0.15},
        Goal("accuracy/gaussian_0.1", low=0.9, config={"attack": "gaussian"}),
    ),
    "salt": Preset(
        "Salt and pepper",
        "A fifth of the pixels turns black or white. It looks far worse than FGSM, and harms less.",
        {"attack": "salt_pepper", "epsilon": 0.2},
    ),
    "fgsm": Preset(
        "One step against the network",
        "The change is the sign of a gradient, nothing else. Watch the curve of accuracy against ε fall.",
        {"attack": "fgsm", "epsilon": 0.3},
        Goal("accuracy/fgsm_0.3", high=0.15, config={"epsilon": 0.3}),
    ),
    "pgd": Preset(
        "Many small steps",
        "PGD stays within the same ε, and its curve lies below that of FGSM.",
        {"attack": "pgd", "epsilon": 0.2},
        Goal("accuracy/pgd_0.2", high=0.1, config={"attack": "pgd"}),
    ),
    "targeted": Preset(
        "Taken for an 8",
        "Downhill on the loss of the wrong answer “8”: look at how much of an 8 you can see in the change.",
        {"attack": "pgd_targeted", "target": 8, "epsilon": 0.3},
        Goal("share/targeted_0.3", low=0.5, config={"target": 8}),
    ),
    "adversarial": Preset(
        "Train on attacks",
        "The second half trains on attacked pictures; compare the curve with the dashed one from before. Accuracy on clean "
        "pictures pays a little for it.",
        {"adversarial": True, "epsilon": 0.2},
        Goal("accuracy/fgsm_0.2", low=0.5, config={"adversarial": True}),
    ),
    "stronger": Preset(
        "Train on stronger attacks",
        "Five steps of PGD inside every step of training: slower, and better against PGD.",
        {"adversarial": True, "inner_steps": 5, "attack": "pgd", "epsilon": 0.2},
        Goal("accuracy/pgd_0.2", low=0.35, config={"adversarial": True, "inner_steps": 5}),
    ),
    "too_strong": Preset(
        "Too much of a good thing",
        "Attacks of ε = 0.5 can turn every pixel to grey: nothing is left to learn, and clean accuracy falls too.",
        {"adversarial": True, "train_epsilon": 0.5},
        Goal("accuracy/clean", high=0.9, config={"adversarial": True, "train_epsilon": 0.5}),
    ),
    "linear": Preset(
        "No depth needed",
        "Without any hidden layer, that is logistic regression, it falls just the same: many small pushes add up in one sum.",
        {"channels": (), "dense": (), "learning_rate": 0.01, "epsilon": 0.2},
        Goal("accuracy/fgsm_0.2", high=0.2, config={"channels": (), "dense": ()}),
    ),
    "drawings": Preset(
        "Five grey levels are enough",
        "With 32×32 pixels in colour there is more to add up: at ε = 0.02, which nobody sees, many drawings are lost.",
        {"dataset": "drawings", "epsilon": 0.02, "attack": "pgd"},
    ),
}
