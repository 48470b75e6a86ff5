"""The pictures of the neural-network lesson."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from components.panels import Panel
from components.supervised import supervised_panels


def panels(config: Mapping[str, Any], facts: Mapping[str, Any]) -> list[Panel]:
    """A run says what it predicted and how many layers it had; what its config says depends on the table."""
    return supervised_panels(
        numbers=facts.get("task") == "numbers",
        validation=bool(facts.get("n_validation")),
        layers=len(facts.get("layers", ())) - 1 if facts.get("layers") else 0,
    )
