"""Flags of the command line with which a lesson's run is as short as can be."""

from __future__ import annotations

MORE = {"transfer": ("--steps", "2", "--seeds", "1", "--no-curve")}


def shortest(stem: str) -> tuple[str, ...]:
    """One epoch, and little of whatever else the run of `models.<stem>` consists of."""
    return ("--epochs", "1", *MORE.get(stem, ()))
