"""Every trouble is named by the preset that provokes it, and a healthy run is left in peace."""

from __future__ import annotations

import math
from typing import Any

import pytest

from models import diagnosis
from models.diagnosis import Doctor
from models.mlp import Config, train
from models.mlp_presets import PRESETS
from models.settings import from_mapping
from models.step import Note

TROUBLES = {
    "diverge": "diverged",
    "dead": "dead_relus",
    "saturate": "saturated",
    "overfit": "overfitting",
    "underfit": "underfitting",
    "unscaled": "unscaled",
}


def first_note(config: Config) -> Note | None:
    """The first trouble of a run, which is then stopped."""
    training = train(config)
    note = next((step.note for step in training if step.note), None)
    training.close()
    return note


@pytest.mark.parametrize(("preset", "name"), TROUBLES.items())
def test_a_preset_provokes_its_trouble(preset: str, name: str) -> None:
    note = first_note(from_mapping(Config, PRESETS[preset].config))
    assert note is not None
    assert note.name == name
    for sentence in (note.cause, note.remedy):
        assert sentence.endswith(".") and "\n" not in sentence
    assert note.title and not note.title.endswith(".")


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("settings", [{"epochs": 300}, {"dataset": "breast_cancer"}])
def test_a_healthy_run_is_left_in_peace(settings: dict[str, Any], seed: int) -> None:
    assert first_note(Config(**settings, seed=seed)) is None


def test_each_trouble_is_named_once() -> None:
    config = from_mapping(Config, PRESETS["unscaled"].config)
    names = [step.note.name for step in train(config) if step.note]
    assert "unscaled" in names
    assert len(set(names)) == len(names)


def test_scaling_removes_that_trouble() -> None:
    config = from_mapping(Config, {**PRESETS["unscaled"].config, "scale": True, "epochs": 30})
    assert first_note(config) is None


def look(doctor: Doctor, epoch: float, train_loss: float, test_loss: float, **shares: list[float]) -> str:
    losses = {"loss/train": train_loss, "loss/test": test_loss}
    note = doctor.look(epoch, losses, shares.get("dead", []), shares.get("saturated", []))
    return note.name if note else ""


def doctor_of(spreads: tuple[float, ...] = (1.0, 1.0), n_epochs: int = 100) -> Doctor:
    return Doctor(1.0, spreads, n_epochs)


def test_half_of_a_layer_must_be_dead() -> None:
    doctor = doctor_of()
    assert look(doctor, 1, 0.5, 0.5, dead=[0.49, 0.1]) == ""
    assert look(doctor, 2, 0.5, 0.5, dead=[0.1, 0.5]) == "dead_relus"
    assert look(doctor, 3, 0.5, 0.5, dead=[0.9]) == ""  # said already


def test_saturation_matters_only_while_something_is_left_to_learn() -> None:
    assert look(doctor_of(), 1, 0.5, 0.5, saturated=[0.2, 0.7]) == "saturated"
    assert look(doctor_of(), 1, 0.5, 0.5, saturated=[0.69]) == ""
    assert look(doctor_of(), 1, 0.09, 0.5, saturated=[1.0]) == ""


def test_a_passing_bump_of_the_test_loss_is_no_overfitting() -> None:
    doctor = doctor_of()
    looks = [look(doctor, epoch, 0.2, 0.5) for epoch in range(3)]
    looks += [look(doctor, epoch, 0.2, 0.9) for epoch in range(3, 3 + diagnosis.OVERFIT_LOOKS - 1)]
    looks += [look(doctor, 20, 0.2, 0.5)]
    looks += [look(doctor, epoch, 0.2, 0.9) for epoch in range(21, 21 + diagnosis.OVERFIT_LOOKS - 1)]
    assert set(looks) == {""}
    assert look(doctor, 60, 0.2, 0.9) == "overfitting"


def test_a_tiny_test_loss_is_no_overfitting_however_it_rises() -> None:
    doctor = doctor_of()
    looks = [look(doctor, epoch, 1e-4, 0.01 + epoch * 0.005) for epoch in range(30)]
    assert set(looks) == {""}


def test_a_run_that_still_falls_is_not_underfitted() -> None:
    falling, stuck, early = doctor_of(), doctor_of(), doctor_of(n_epochs=1000)
    for epoch in range(1, 101):
        assert look(falling, epoch, 1 - 0.004 * epoch, 1.0) == ""
        assert look(stuck, epoch, 0.99, 1.0) == ("underfitting" if epoch == 30 else "")
        assert look(early, epoch, 0.99, 1.0) == ""  # 15 % of 1000 epochs are 150


def test_spreads_are_compared_with_constant_columns_left_out() -> None:
    assert look(doctor_of((1.0, 99.0, 0.0)), 1, 0.5, 0.5) == ""
    assert look(doctor_of((1.0, 101.0, 0.0)), 1, 0.5, 0.5) == "unscaled"
    assert look(doctor_of((0.0, 0.0)), 1, 0.5, 0.5) == ""


def test_a_loss_that_is_not_a_number_is_not_the_doctors_business() -> None:
    assert look(doctor_of(), 50, math.nan, math.nan) == ""
    assert "learning rate of 0.5 " in diagnosis.divergence(0.5).cause
    assert "(0.1235) at epoch 7" in diagnosis.stopped_early(0.123456, 7.0).cause
