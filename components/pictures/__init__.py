"""What a lesson's live view shows: for each concept a module `<stem>` with `panels(config, facts)`.

The lesson asks with its config and no facts; "My runs" asks with what a stored run was made of and said about itself.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any

from components.panels import Panel


def panels_of(model: str, config: Mapping[str, Any], facts: Mapping[str, Any]) -> list[Panel]:
    """The panels for a run of `models.<model>` with this config (JSON values)."""
    found: list[Panel] = importlib.import_module(f"components.pictures.{model}").panels(config, facts)
    return found
