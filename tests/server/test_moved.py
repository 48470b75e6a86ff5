"""What a browser says of a slider reaches the hand of its own session, and nobody else's."""

from __future__ import annotations

import json
import secrets
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.server.page import refusal
from training.shortcuts import shortcuts


class Hand:
    """One that notes what it is told."""

    def __init__(self, learner: str) -> None:
        self.learner = learner
        self.notes: list[tuple[str, float | str]] = []

    def told(self, name: str, position: float | str) -> dict[str, Any]:
        self.notes.append((name, position))
        return {"picture": True}


@pytest.fixture
def learner(client: TestClient) -> str:
    """A visitor with a cookie."""
    client.get("/page", headers={"accept": "text/html"})
    return client.get("/page").text


def held(learner: str) -> tuple[str, Hand]:
    name, hand = secrets.token_hex(16), Hand(learner)
    shortcuts[name] = hand
    return f"/moved/{name}", hand


def test_the_hand_is_told_and_its_answer_comes_back(client: TestClient, learner: str) -> None:
    url, hand = held(learner)
    answer = client.post(url, json={"name": "depth", "position": 3})
    assert (answer.status_code, answer.json()) == (200, {"picture": True})
    assert hand.notes == [("depth", 3.0)]


def test_without_cookies_the_secret_is_enough(client: TestClient) -> None:
    url, hand = held("somebody without a cookie")
    assert client.post(url, json={"name": "depth", "position": 0.25}).status_code == 200
    assert hand.notes == [("depth", 0.25)]


def test_layers_are_told_as_text(client: TestClient) -> None:
    url, hand = held("ada")
    assert client.post(url, json={"name": "hidden", "position": "8-4"}).status_code == 200
    assert hand.notes == [("hidden", "8-4")]


def test_nobody_moves_anothers_slider(client: TestClient, learner: str) -> None:
    url, hand = held("somebody else")
    answer = client.post(url, json={"name": "depth", "position": 3})
    assert answer.status_code == 404
    refusal(answer)
    assert hand.notes == []


def test_a_session_that_has_ended_is_not_there(client: TestClient) -> None:
    url, hand = held("ada")
    del hand
    refusal(answer := client.post(url, json={"name": "depth", "position": 3}))
    assert answer.status_code == 404


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"name": "depth"},
        {"position": 3},
        {"name": ["depth"], "position": 3},
        {"name": "depth", "position": "3" * 201},
        {"name": "depth", "position": [3]},
        {"name": "depth", "position": None},
        {"name": "depth", "position": True},
        {"name": "depth", "position": 10**400},
        {"name": "depth", "position": float("nan")},
        {"name": "depth", "position": float("inf")},
    ],
    ids=str,
)
def test_anything_else_is_refused(client: TestClient, said: dict[str, Any]) -> None:
    url, hand = held("ada")
    answer = client.post(url, content=json.dumps(said), headers={"content-type": "application/json"})
    assert answer.status_code == 400
    refusal(answer)
    assert hand.notes == []


def test_only_our_own_pages_may_say_it(client: TestClient) -> None:
    url, hand = held("ada")
    answer = client.post(url, json={"name": "depth", "position": 3}, headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code == 403
    assert hand.notes == []
