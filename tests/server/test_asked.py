"""What sketches ask: Python's answer to a legal question, one sentence to any other."""

from __future__ import annotations

import json
from typing import Any

import pytest
from starlette.testclient import TestClient

from models import race_asked
from tests.models.test_race_asked import HOSTILE, WISH
from tests.server.page import refusal
from tests.test_layers import HEAVY, loaded_by
from training.arrays import jsonable


def test_a_race_is_answered_with_pythons_numbers(client: TestClient) -> None:
    answer = client.post("/ask/race", json=WISH)
    assert answer.status_code == 200
    told = json.loads(json.dumps(jsonable(race_asked.answer(WISH))))
    assert answer.json() == told
    assert answer.json()["turn"] == WISH["turn"]


@pytest.mark.parametrize("value", HOSTILE, ids=repr)
def test_what_is_no_race_is_refused(client: TestClient, value: Any) -> None:
    content = json.dumps({**WISH, "surface": value})
    answer = client.post("/ask/race", content=content, headers={"content-type": "application/json"})
    assert answer.status_code == 400
    refusal(answer)


@pytest.mark.parametrize("name", ["rac", "race_asked", "..%2Frace", "__init__", "%00", "é"])
def test_there_are_no_other_questions(client: TestClient, name: str) -> None:
    assert client.post(f"/ask/{name}", json=WISH).status_code in (400, 404)


def test_only_our_own_pages_may_ask(client: TestClient) -> None:
    answer = client.post("/ask/race", json=WISH, headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code == 403
    refusal(answer)


def test_the_questions_load_nothing_heavy() -> None:
    assert not loaded_by(["server.asked", "models.race_asked"]) & HEAVY
