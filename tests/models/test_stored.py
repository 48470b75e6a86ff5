"""Configurations from files: what a stored run may name, and what it may not."""

from __future__ import annotations

from typing import Any

import pytest

from models.settings import SettingError
from models.stored import understood

UPLOAD = "ab" * 32


def test_an_uploaded_file_may_be_named() -> None:
    for config in ({"own": f"{UPLOAD}.pictures"}, {"own": ""}, {"data_dir": ""}, {"dataset": "mnist"}):
        assert understood("cnn", config) == config


@pytest.mark.parametrize(
    "config",
    [
        {"own": "/etc/passwd"},
        {"own": f"/srv/uploads/{UPLOAD}.pictures"},
        {"own": f"../{UPLOAD}.pictures"},
        {"own": f"{UPLOAD}.csv"},
        {"own": f"{UPLOAD}.pictures "},
        {"own": f"{UPLOAD[:-1]}.pictures"},
        {"own": f"{UPLOAD.upper()}.pictures"},
        {"data_dir": "/srv/datasets"},
        {"data_dir": "."},
        {"data_dir": f"{UPLOAD}.pictures"},
    ],
    ids=str,
)
def test_nothing_else_of_a_server_may(config: dict[str, Any]) -> None:
    (name,) = config
    with pytest.raises(SettingError, match=rf"^{name} names a (file|folder) of a server; .*\.$"):
        understood("cnn", config)


def test_a_table_neither() -> None:
    assert understood("mlp", {"csv": f"{UPLOAD}.csv"}) == {"csv": f"{UPLOAD}.csv"}
    for name in ("/etc/passwd", f"{UPLOAD}.pictures"):
        with pytest.raises(SettingError, match="may only name an uploaded table"):
            understood("mlp", {"csv": name})
