"""The pictures of the convolutional-network lesson."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from components.panels import (
    Panel,
    confusion,
    draw_picture,
    feature_maps,
    figure,
    images,
    picture_strip,
    replace,
    scores,
    text,
)
from components.supervised import PARTS, TWO_PARTS, accuracy_chart, loss_chart


def panels(config: Mapping[str, Any], facts: Mapping[str, Any]) -> list[Panel]:
    """What a run of `models.cnn` shows; a run without convolution blocks has no maps and no filters."""
    validation = bool(facts.get("n_validation") or config.get("validation_fraction"))
    parts = tuple(PARTS) if validation else TWO_PARTS
    found = [
        picture_strip(),
        text(
            "Test accuracy: {accuracy/test:percent}\n"
            "Test loss: {loss/test:number}\n"
            "Training loss: {loss/train:number}"
        ),
        *([feature_maps()] if config.get("channels") else []),
        answer(),
        *(
            [images("Filters of block 1", "filters", columns=8, signed=True)]
            if config.get("channels")
            else []
        ),
        loss_chart(parts=parts),
        accuracy_chart(parts),
        draw_picture(),
        confusion(),
        scores(metric="accuracy/test"),
        class_balance(parts),
        *(
            [images("One picture under augmentation", "views", columns=8)]
            if config.get("augmentation")
            else []
        ),
    ]
    return found


def class_balance(parts: Sequence[str]) -> Panel:
    """Stacked bars: how many pictures of each class are for training, for validation and for testing."""
    names = [name for name in ("train", "validation", "test") if name in parts]
    data = [
        {
            "type": "bar",
            "name": PARTS[name],
            "marker": {"color": f"category-{number}"},
            "hovertemplate": "%{y:,} for " + PARTS[name] + "<extra></extra>",
        }
        for number, name in enumerate(names)
    ]
    layout = {
        "height": 260,
        "barmode": "stack",
        "legend": {"traceorder": "normal"},
        "xaxis": {"title": {"text": "class"}, "type": "category"},
        "yaxis": {"title": {"text": "pictures"}, "rangemode": "tozero"},
        "hovermode": "closest",
    }
    bind = [
        bound
        for number, name in enumerate(names)
        for bound in (replace(number, "y", f"counts/{name}"), replace(number, "x", "class_names"))
    ]
    return figure("Pictures of each class, and how they are split", {"data": data, "layout": layout}, bind)


def answer() -> Panel:
    """Bars of the probabilities that the network gives the chosen picture."""
    data = {"type": "bar", "hovertemplate": "%{x}: %{y:.1%}<extra></extra>"}
    layout = {
        "height": 240,
        "xaxis": {"title": {"text": "class"}, "type": "category"},
        "yaxis": {"title": {"text": "probability"}, "range": [0, 1], "tickformat": ".0%"},
        "hovermode": "closest",
        "showlegend": False,
    }
    return figure(
        "What the network answers for it",
        {"data": [data], "layout": layout},
        [replace(0, "y", "answer"), replace(0, "x", "class_names")],
    )
