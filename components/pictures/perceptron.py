"""The pictures of the perceptron lesson."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from components.panels import Panel, chart, decision_map, line, neuron, scores, text


def panels(config: Mapping[str, Any], facts: Mapping[str, Any]) -> list[Panel]:
    """The neuron's sum, the map with its line, errors in each pass, and mistakes beside their bound (or the loss)."""
    smooth = bool(config.get("smooth"))
    course = (
        chart("Loss", lines=[line("loss/train", "training")], y_title="cross-entropy (nats)")
        if smooth
        else chart(
            "Mistakes so far, and the most there can be",
            lines=[line("mistakes/so_far", "mistakes"), line("mistakes/bound", "bound (R/γ)²", dash="dash")],
            y_title="mistakes",
            x="step",
        )
    )
    bound = "" if smooth else "\nAt most, (R/γ)²: {mistakes/bound:integer}"
    return [
        neuron(),
        decision_map("The line"),
        text(
            "Right now: {accuracy/train:percent}\n"
            "Pocket’s line: {accuracy/pocket:percent}\n"
            "Mistakes so far: {mistakes/so_far:integer}" + bound
        ),
        course,
        chart(
            "Errors in each pass, and of the pocket",
            lines=[line("errors/pass", "mistakes in the pass"), line("errors/pocket", "the pocket’s line")],
            y_title="examples answered wrongly",
            baselines="errors/pass",
        ),
        scores("Against other ways to draw a line", metric="accuracy/train", own="neuron"),
    ]
