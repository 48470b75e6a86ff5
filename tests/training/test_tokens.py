"""Tokens open what they were made for and nothing else."""

from __future__ import annotations

import json
import stat
from dataclasses import asdict
from pathlib import Path

import pytest
from itsdangerous import URLSafeSerializer

from training.spec import Spec
from training.tokens import Tokens

SPEC = Spec("ada", "mlp", "mlp", {"dataset": "xor", "hidden": [4, 2]})


@pytest.fixture
def tokens(tmp_path: Path) -> Tokens:
    return Tokens(tmp_path)


def test_a_token_gives_its_text_back_for_its_own_purpose_only(tokens: Tokens) -> None:
    token = tokens.make("view", "run-1")
    assert tokens.read("view", token) == "run-1"
    for purpose in ("control", "learner", "spec", ""):
        assert tokens.read(purpose, token) is None


def test_one_changed_character_spoils_a_token(tokens: Tokens) -> None:
    token = tokens.make("control", "run-1")
    for i in range(len(token) - 1):  # the last one holds unused bits of base64
        changed = token[:i] + ("A" if token[i] != "A" else "B") + token[i + 1 :]
        assert tokens.read("control", changed) is None, changed


@pytest.mark.parametrize("token", ["", ".", "run-1", "run-1.", ".x", "ü.ü", "\x00", "a.b.c", "\ud800.x"])
def test_nonsense_is_no_token(tokens: Tokens, token: str) -> None:
    assert tokens.read("view", token) is None
    assert tokens.unpack(token) is None


def test_another_servers_token_is_no_token(tokens: Tokens, tmp_path: Path) -> None:
    other = Tokens(tmp_path / "elsewhere")
    assert other.read("view", tokens.make("view", "run-1")) is None
    assert other.unpack(tokens.pack(SPEC)) is None


def test_the_same_home_keeps_its_secret_over_a_restart(tokens: Tokens, tmp_path: Path) -> None:
    assert Tokens(tmp_path).read("learner", tokens.make("learner", "ada")) == "ada"
    assert stat.S_IMODE((tmp_path / "secret.key").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["secret.key"]


def test_a_spec_comes_back_whole(tokens: Tokens) -> None:
    assert tokens.unpack(tokens.pack(SPEC)) == SPEC


def test_a_tampered_spec_is_refused(tokens: Tokens) -> None:
    body, signature = tokens.pack(SPEC).rsplit(".", 1)
    forged = URLSafeSerializer("a guess").dumps({**asdict(SPEC), "config": {"csv": "/etc/passwd"}})
    forged_body = forged.rsplit(".", 1)[0]
    assert tokens.unpack(forged) is None
    assert tokens.unpack(f"{forged_body}.{signature}") is None
    assert tokens.unpack(f"{body}.{signature[:-2]}") is None
    assert tokens.unpack(body) is None


def test_a_token_is_not_a_spec_nor_a_spec_a_token(tokens: Tokens) -> None:
    text = json.dumps({"learner": "ada", "page": "mlp", "model": "mlp", "config": {}})
    assert tokens.unpack(tokens.make("view", text)) is None
    assert tokens.read("view", tokens.pack(SPEC)) is None
