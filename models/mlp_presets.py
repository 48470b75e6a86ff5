"""Experiments with the neural network that are worth trying."""

from __future__ import annotations

from models.settings import Goal, Preset

PRESETS: dict[str, Preset] = {
    "spiral": Preset(
        "Solve the spiral",
        "The map winds up into two arms and the test loss falls below 0.05.",
        {"dataset": "spiral", "noise": 0.0, "hidden": (16, 16), "test_fraction": 0.5},
        Goal("loss/test", high=0.05, config={"dataset": "spiral"}),
    ),
    "linear": Preset(
        "Without bends",
        "With linear neurons the border stays a straight line however long you train: layers add nothing.",
        {"dataset": "circle", "activation": "linear", "hidden": (8, 8)},
        Goal("accuracy/test", high=0.7, config={"dataset": "circle", "activation": "linear"}),
    ),
    "features": Preset(
        "A better question instead of a deeper network",
        "No hidden layer at all, but x₁² and x₂² as inputs: the ring is solved at once.",
        {"dataset": "circle", "hidden": (), "inputs": ("x1_squared", "x2_squared")},
        Goal("accuracy/test", low=0.95, config={"dataset": "circle", "hidden": ()}),
    ),
    "diverge": Preset(
        "Too large a step",
        "The loss is soon no longer a number. Lower the learning rate and train again.",
        {"dataset": "plane", "learning_rate": 3.0, "hidden": (4,), "activation": "linear"},
    ),
    "dead": Preset(
        "Dead ReLUs",
        "After one huge step most neurons answer 0 for ever: their maps turn blank.",
        {
            "dataset": "xor",
            "activation": "relu",
            "hidden": (8, 8),
            "learning_rate": 1.0,
            "optimizer": "momentum",
        },
    ),
    "saturate": Preset(
        "Saturated neurons",
        "Neurons answer −1 or 1 almost everywhere; the borders between are too steep to learn from.",
        {"dataset": "spiral", "hidden": (8, 8), "learning_rate": 1.0, "optimizer": "momentum"},
    ),
    "overfit": Preset(
        "Learning the noise by heart",
        "The training loss keeps falling while the test loss rises: the border bends around single noisy points.",
        {
            "dataset": "circle",
            "noise": 0.5,
            "n_points": 100,
            "hidden": (32, 32),
            "optimizer": "adam",
            "learning_rate": 0.01,
        },
    ),
    "underfit": Preset(
        "Too simple a network",
        "One straight border cannot part four corners: the loss stays at that of a coin.",
        {"dataset": "xor", "hidden": ()},
        Goal("accuracy/test", high=0.75, config={"dataset": "xor", "hidden": ()}),
    ),
    "unscaled": Preset(
        "Unscaled features",
        "The same wine data, but one column counts in thousands: learning hardly moves until you scale it.",
        {"dataset": "wine", "scale": False, "hidden": (8,)},
    ),
    "table": Preset(
        "A real table",
        "Thirty measurements of a cell decide benign or malignant; logistic regression is hard to beat.",
        {"dataset": "breast_cancer", "hidden": (8,)},
        Goal("accuracy/test", low=0.95, config={"dataset": "breast_cancer"}),
    ),
}
