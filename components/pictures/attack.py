"""The pictures of the lesson on attacks: accuracy against ε, and one attacked picture."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from components.panels import Bind, Panel, chart, figure, images, line, picture_strip, replace, scores, text

CURVES = {"fgsm": "FGSM", "pgd": "PGD", "gaussian": "Gaussian noise", "salt_pepper": "salt and pepper"}
COLOUR = {"fgsm": 1, "pgd": 3, "gaussian": 0, "salt_pepper": 2}
SYMBOL = {"fgsm": "circle", "pgd": "square", "gaussian": "diamond", "salt_pepper": "triangle-up"}


def panels(config: Mapping[str, Any], facts: Mapping[str, Any]) -> list[Panel]:
    """What a run of `models.attack` shows; with adversarial training the curves from before it too, dashed."""
    both = bool(config.get("adversarial"))
    return [
        picture_strip("Test pictures under attack: dashed ones are fooled"),
        text(
            "Accuracy, clean pictures: {accuracy/clean:percent}\n"
            "Under FGSM at ε = 0.1: {accuracy/fgsm_0.1:percent}\n"
            "Under PGD at ε = 0.1: {accuracy/pgd_0.1:percent}\n"
            "Under Gaussian noise of 0.1: {accuracy/gaussian_0.1:percent}"
        ),
        curves(both=both),
        chart(
            "Accuracy while it trains",
            lines=[
                line("accuracy/clean", "clean", colour=7),
                line("accuracy/gaussian_0.1", "Gaussian noise 0.1", colour=COLOUR["gaussian"]),
                line("accuracy/fgsm_0.1", "FGSM 0.1", colour=COLOUR["fgsm"]),
                line("accuracy/pgd_0.1", "PGD 0.1", colour=COLOUR["pgd"]),
            ],
            y_title="accuracy",
            percent=True,
            y_range=(0, 1.12),
            baselines="accuracy/clean",
        ),
        images("Picture · change, magnified · attacked", "trio", columns=3),
        answer(),
        chart(
            "Loss",
            lines=[line("loss/batch", "batch, as trained"), line("loss/test", "test, clean")],
            y_title="cross-entropy (nats)",
        ),
        scores(
            "FGSM at ε = 0.1 against changes of the same size at random",
            metric="accuracy/fgsm_0.1",
            measure="Accuracy on the changed test pictures.",
        ),
    ]


def curves(*, both: bool) -> Panel:
    """Accuracy against ε under each attack."""
    data: list[dict[str, Any]] = []
    bind: list[Bind] = []
    for before in (False, True) if both else (False,):
        for kind, name in CURVES.items() if not before else list(CURVES.items())[:2]:
            bind += [
                replace(len(data), "x", "epsilons"),
                replace(len(data), "y", f"{'before' if before else 'curve'}/{kind}"),
            ]
            colour = f"category-{COLOUR[kind]}"
            data.append(
                {
                    "type": "scatter",
                    "mode": "lines+markers",
                    "name": f"{name} before" if before else name,
                    "line": {
                        "color": colour,
                        "width": 1.6 if before else 2.4,
                        "dash": "dash" if before else "solid",
                    },
                    "marker": {"color": colour, "size": 5 if before else 8, "symbol": SYMBOL[kind]},
                    "hovertemplate": "%{y:.1%}",
                }
            )
    layout = {
        "height": 320,
        "xaxis": {"title": {"text": "ε (pixels from 0 to 1)"}, "range": [-0.005, 0.31], "hoverformat": ".2f"},
        "yaxis": {"title": {"text": "test accuracy"}, "range": [0, 1.05], "tickformat": ".0%"},
    }
    return figure("Accuracy against ε", {"data": data, "layout": layout}, bind)


def answer() -> Panel:
    """Bars of the probabilities that the network gives the chosen picture, before and after the attack."""
    names = {"answer/clean": ("clean", 7), "answer/attacked": ("attacked", 1)}
    data = [
        {
            "type": "bar",
            "name": name,
            "marker": {"color": f"category-{colour}"},
            "hovertemplate": "%{y:.1%}",
        }
        for name, colour in names.values()
    ]
    layout = {
        "height": 240,
        "barmode": "group",
        "xaxis": {"title": {"text": "class"}, "type": "category"},
        "yaxis": {"title": {"text": "probability"}, "range": [0, 1.02], "tickformat": ".0%"},
    }
    bind = [
        one
        for i, array in enumerate(names)
        for one in (replace(i, "y", array), replace(i, "x", "class_names"))
    ]
    return figure("What the network answers for it", {"data": data, "layout": layout}, bind)
