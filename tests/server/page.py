"""A page's side of the conversation: it starts runs and reads refusals."""

from __future__ import annotations

from typing import Any

from starlette.testclient import TestClient

from tests.running import Running, spec
from training.runs import Handle, Runs


def begin(client: TestClient, runs: Runs, *, paused: bool = True, **config: Any) -> Running:
    """A run started as a page does it."""
    packed = runs.tokens.pack(spec(**config))
    answer = client.post("/runs", json={"spec": packed, "paused": paused})
    assert answer.status_code == 201
    body = answer.json()
    assert set(body) == {"id", "view", "control", "state"}
    return Running(runs, Handle(**body))


def refusal(answer: Any) -> str:
    """The sentence of a refusal, which is all that the answer holds."""
    assert list(answer.json()) == ["error"]
    sentence = str(answer.json()["error"])
    assert sentence.endswith(".") and "\n" not in sentence
    return sentence


def idle_run(client: TestClient, runs: Runs) -> str:
    """A preview that stays for all tests of this module."""
    found = runs.latest("idle", "mlp")
    return found[0].id if found else begin(client, runs, learner="idle").handle.id
