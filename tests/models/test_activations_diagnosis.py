"""Troubles of a deep stack: each named by what provokes it, once, before the first step where it shows by then."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

import numpy as np
import pytest

from models import activations_diagnosis as diagnosis
from models.activations import Config, train
from models.activations_diagnosis import Look, power, trouble
from tests.models.test_activations import HEALTHY, config_of, trained, untrained


@pytest.mark.parametrize(
    ("preset", "name"),
    [
        ("vanish", "vanishing"),
        ("small", "vanishing"),
        ("explode", "exploding"),
        ("zeros", "symmetric"),
        ("step", "no_slope"),
        ("relu_he", None),
        ("xavier", None),
        ("dying", None),  # it begins well
        ("leaky", None),
        ("linear", None),
    ],
)
def test_a_trouble_of_the_first_weights_is_named_before_the_first_step(preset: str, name: str | None) -> None:
    note = untrained(config_of(preset)).note
    assert (note.name if note else None) == name


def test_a_healthy_run_names_nothing() -> None:
    for config in (HEALTHY, dataclasses.replace(HEALTHY, activation="tanh", initialisation="xavier")):
        metrics, notes = trained(config)
        assert notes == [] and math.isfinite(metrics["loss/test"])


def test_each_trouble_is_named_once() -> None:
    _, notes = trained(config_of("vanish", epochs=5))
    assert notes == [(0, "vanishing")]
    training = train(config_of("vanish"))
    assert next(training).note is not None
    assert training.send(config_of("vanish")).note is None
    training.close()


LOOK = Look(1.0, 1.0, 0.0, 0.0, 0.7, alike=False, activation="relu", depth=10)


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({}, None),
        ({"first": 0.9 * diagnosis.VANISHING}, "vanishing"),
        ({"first": 1.1 * diagnosis.VANISHING}, None),
        ({"first": 1.1 * diagnosis.EXPLODING}, "exploding"),
        ({"first": 0.9 * diagnosis.EXPLODING}, None),
        ({"first": 0.0, "last": 0.0}, "vanishing"),
        ({"first": 1e-9, "loss": 0.01}, None),  # nothing is left to learn
        ({"dead": 0.5}, "dying"),
        ({"dead": 0.49, "worst": 0.9}, None),
        ({"dead": 0.1, "worst": 1.0, "first": 0.0}, "dying"),  # the cause of what vanishes
        ({"alike": True, "dead": 1.0}, "symmetric"),
        ({"activation": "step", "dead": 1.0, "first": 0.0}, "no_slope"),
        ({"first": math.nan}, "overflow"),
        ({"loss": math.inf}, "overflow"),
    ],
)
def test_the_thresholds(changes: dict[str, Any], name: str | None) -> None:
    note = trouble(dataclasses.replace(LOOK, **changes))
    assert (note.name if note else None) == name
    if note:
        assert note.cause.endswith(".") and note.remedy.endswith(".")


def test_numbers_in_words() -> None:
    assert [power(number) for number in (2.6e-19, 3e17, 0)] == ["2.6 × 10⁻¹⁹", "3.0 × 10¹⁷", "nothing"]


def test_a_stack_beyond_all_numbers_is_explained_and_ends() -> None:
    steps = list(train(Config(initialisation="normal", sigma=10, depth=50, width=64)))
    assert [step.note.name for step in steps if step.note] == ["overflow"]
    assert [step.step for step in steps] == [0, 1]
    for name, array in steps[-1].observe().items():
        assert np.isfinite(array).all(), name


def test_a_loss_that_diverges_while_it_trains_is_explained_and_ends() -> None:
    metrics, notes = trained(Config(activation="elu", optimizer="sgd", learning_rate=10, epochs=100))
    assert notes[-1][1] == "diverged" and not math.isfinite(metrics["loss/batch"])
