"""The pole to balance by hand, with what others reach in the same task."""

from __future__ import annotations

import streamlit as st

from components.learner import learner
from components.sketch import sketch
from models.cartpole_game import Physics, baselines
from models.cartpole_settings import Config, physics_of
from training.runs import runs


def balance_by_hand(config: Config) -> None:
    """Draws the game with the gravity, pole and force of `config`."""
    physics = physics_of(config)
    data = {
        "gravity": physics.gravity,
        "pole_length": physics.pole_length,
        "force": physics.force,
        "baselines": _baselines(physics, config.seed),
        "best": _best(config),
    }
    sketch("balance", data, key="balance")


@st.cache_data(max_entries=200, show_spinner=False)
def _baselines(physics: Physics, seed: int) -> dict[str, float]:
    """Mean steps of the policies that learn nothing: 100 episodes of each, about 10 ms."""
    return {name: scores["return/test"] for name, scores in baselines(physics, seed).items()}


def _best(config: Config) -> float | None:
    """The most that one of the learner's last runs reached with this gravity, pole and force; None before the first."""
    task = {name: getattr(config, name) for name in ("gravity", "pole_length", "force")}
    found = [
        row.metrics["return/test"]
        for row in runs().store.of_learner(learner(), "cartpole")
        if all(row.config.get(name) == value for name, value in task.items()) and "return/test" in row.metrics
    ]
    return max(found, default=None)
