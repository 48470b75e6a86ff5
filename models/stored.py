"""A configuration that comes from a file: it may have been written by anybody, or by an older version."""

from __future__ import annotations

import importlib
import importlib.util
import re
from typing import Any

from models.settings import SettingError, from_mapping, settings_of, shortened, to_mapping

#: Setting → how the uploaded file is called that it names, and what that is.
#: No other file of the server may be named by a stored configuration.
_UPLOADS = {
    "csv": (re.compile(r"([0-9a-f]{64}\.csv)?"), "an uploaded table"),
    "own": (re.compile(r"([0-9a-f]{64}\.pictures)?"), "uploaded pictures"),
}
#: Setting → what of a server it names: its own page fills it in.
_PLACES = {"data_dir": "a folder", "weights": "a file of parameters"}


def understood(model: str, config: dict[str, Any]) -> dict[str, Any]:
    """The given settings as `model` takes them. Raises SettingError: one sentence."""
    kind = config_type(model)
    known = {setting.name for setting in settings_of(kind)}
    if unknown := [name for name in config if name not in known]:
        raise SettingError(f"{shortened(unknown[0])} is not a setting that this version knows.")
    mapping = to_mapping(from_mapping(kind, config))
    for name, (legal, what) in _UPLOADS.items():
        if not legal.fullmatch(str(mapping.get(name, ""))):
            raise SettingError(f"{name} names a file of a server; a stored run may only name {what}.")
    for name, what in _PLACES.items():
        if mapping.get(name):
            raise SettingError(f"{name} names {what} of a server; a stored run may not name any.")
    return {name: mapping[name] for name in config}


def config_type(model: str) -> Any:
    """The Config class of the model with this name. Raises SettingError when there is no such model."""
    found = None
    if re.fullmatch(r"[a-z][a-z0-9_]{0,40}", model) and importlib.util.find_spec(f"models.{model}"):
        found = getattr(importlib.import_module(f"models.{model}"), "MODEL", None)
    if found is None or found.name != model:
        raise SettingError(f"{shortened(model)} is not a model of this playground.")
    return found.Config
