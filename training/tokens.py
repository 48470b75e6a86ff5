"""Unguessable tokens: who may watch a run, who may control it, and specs that only this server can have written.

All are signatures with one secret kept in the home folder (itsdangerous, HMAC-SHA1 over a derived key per purpose).
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
from dataclasses import asdict
from pathlib import Path

from itsdangerous import BadSignature, Signer, URLSafeSerializer

from training.spec import Spec


class Tokens:
    """Makes and checks tokens."""

    def __init__(self, home: Path) -> None:
        self._secret = _secret(home / "secret.key")

    def make(self, purpose: str, text: str) -> str:
        """`text` with a signature for this purpose ("view", "control", "learner")."""
        return Signer(self._secret, salt=purpose).sign(text).decode()

    def read(self, purpose: str, token: str) -> str | None:
        """The text of a token made for this purpose, or None for any other."""
        try:
            return Signer(self._secret, salt=purpose).unsign(token).decode()
        except (BadSignature, UnicodeError):
            return None

    def pack(self, spec: Spec) -> str:
        """A spec as signed text, for the browser to hand back."""
        return URLSafeSerializer(self._secret, salt="spec").dumps(asdict(spec))

    def unpack(self, text: str) -> Spec | None:
        try:
            return Spec(**URLSafeSerializer(self._secret, salt="spec").loads(text))
        except (BadSignature, TypeError, json.JSONDecodeError, UnicodeError):
            return None


def _secret(path: Path) -> str:
    """The secret in the file, made on first use. Two processes that race agree on the first one written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_hex(32))
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)  # all or nothing, unlike opening and then writing
        draft.unlink()
    return path.read_text()
