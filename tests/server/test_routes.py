"""Starting and steering runs over HTTP: what is done, and what is refused with one sentence."""

from __future__ import annotations

import json
from typing import Any

import pytest
from starlette.testclient import TestClient

from server.learner import COOKIE
from server.routes import MAX_BODY, routes
from tests.running import spec, wait_until
from tests.server.page import begin, idle_run, refusal
from training.runs import Runs


def test_a_run_is_started_steered_and_stopped(client: TestClient, own_runs: Runs) -> None:
    run = begin(client, own_runs)
    run.until_state("paused")
    address = f"/runs/{run.handle.control}"
    for n, (command, step) in enumerate([({"action": "step"}, 1), ({"action": "epoch"}, 35)], start=2):
        assert client.post(address, json=command).json() == {"ok": True}
        run.until_state("paused", n)
        assert run.frames[-1]["step"] == step
    commands: list[dict[str, Any]] = [
        {"action": "speed", "epochs_per_second": 30},
        {"action": "set", "values": {"learning_rate": 0.1}},
        {"action": "edit", "name": "weights/0", "index": [0, 1], "value": -2},
        {"action": "play"},
        {"action": "speed", "epochs_per_second": None},
        {"action": "pause"},
        {"action": "rewind"},
        {"action": "stop"},
    ]
    for one in commands:
        assert client.post(address, json=one).status_code == 200, one
    assert run.until_ended()["outcome"] == "stopped"
    assert run.of_kind("head")[1]["config"]["learning_rate"] == 0.1
    answer = client.post(address, json={"action": "play"})
    assert answer.status_code == 409
    assert refusal(answer) == "This run has ended; press Train to run it again."
    for action in ("pause", "stop"):  # pressed when it had ended and the page had not heard of it
        assert client.post(address, json={"action": action}).json() == {"ok": True}


def test_a_run_is_played_at_once_unless_it_is_a_preview(client: TestClient, own_runs: Runs) -> None:
    run = begin(client, own_runs, paused=False, learner="bob")
    assert run.handle.state == "running"
    run.until_frames(3)
    assert begin(client, own_runs, paused=True, learner="bob").handle.state == "paused"
    assert run.until_ended()["outcome"] == "replaced"


def test_train_on_a_run_that_was_replaced_a_moment_ago_is_no_mistake(
    client: TestClient, own_runs: Runs
) -> None:
    first = begin(client, own_runs, learner="eve")
    address = f"/runs/{first.handle.control}"
    second = begin(client, own_runs, learner="eve")
    for _ in range(2):
        answer = client.post(address, json={"action": "play"})
        assert (answer.status_code, answer.json()) == (200, {"ok": False, "replaced": True})
        wait_until(lambda: not first.path.exists())  # nobody played it
    assert client.post(address, json={"action": "step"}).status_code == 404
    second.until_state("paused")  # a busy worker has said nothing yet
    assert second.states[-1]["state"] != "running", "the other is played when its page says so"
    assert client.post(f"/runs/{second.handle.control}", json={"action": "play"}).json() == {"ok": True}
    second.command("stop")
    second.until_stored()
    assert client.post(address, json={"action": "play"}).status_code == 404, "and no other has its place"


@pytest.mark.parametrize("forged", ["", "x", "x.y", None, 5, {"learner": "ada"}])
def test_a_forged_spec_is_refused(client: TestClient, own_runs: Runs, forged: object) -> None:
    answer = client.post("/runs", json={"spec": forged})
    assert answer.status_code == 400
    assert "not made by this server" in refusal(answer)


def test_a_tampered_spec_is_refused(client: TestClient, own_runs: Runs) -> None:
    packed = own_runs.tokens.pack(spec())
    for text in (packed[:-1], packed[1:], packed.swapcase(), own_runs.tokens.make("view", "x")):
        assert client.post("/runs", json={"spec": text}).status_code == 400
    before = len(list(own_runs.limits.runs_folder.glob("*")))
    assert client.post("/runs", json={}).status_code == 400
    assert len(list(own_runs.limits.runs_folder.glob("*"))) == before


def test_somebody_elses_experiment_is_refused(client: TestClient, own_runs: Runs) -> None:
    packed = own_runs.tokens.pack(spec(learner="ada"))
    client.cookies.set(COOKIE, own_runs.tokens.make("learner", "eve"))
    answer = client.post("/runs", json={"spec": packed})
    assert answer.status_code == 403
    assert "somebody else" in refusal(answer)
    client.cookies.set(COOKIE, own_runs.tokens.make("learner", "ada"))
    assert client.post("/runs", json={"spec": packed, "paused": True}).status_code == 201


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://evil.org"},
        {"origin": "null"},
    ],
)
def test_a_request_from_another_site_is_refused(
    client: TestClient, own_runs: Runs, headers: dict[str, str]
) -> None:
    packed = own_runs.tokens.pack(spec())
    run = begin(client, own_runs)
    for address in ("/runs", f"/runs/{run.handle.control}"):
        answer = client.post(address, json={"spec": packed, "action": "stop"}, headers=headers)
        assert answer.status_code == 403
        refusal(answer)
    assert own_runs.executor.state(run.handle.id) == "paused"
    ours = {"origin": "http://testserver", "sec-fetch-site": "same-origin"}
    assert (
        client.post(f"/runs/{run.handle.control}", json={"action": "stop"}, headers=ours).status_code == 200
    )


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "", "application/jsonp"])
def test_a_body_of_another_type_is_refused(client: TestClient, own_runs: Runs, kind: str) -> None:
    content = json.dumps({"spec": own_runs.tokens.pack(spec())})
    answer = client.post("/runs", content=content, headers={"content-type": kind})
    assert answer.status_code == 415
    refusal(answer)


@pytest.mark.parametrize("content", ["", "{", "[]", '"text"', "null", "3", b"\xff\xfe", "[" * 100_000])
def test_a_body_that_is_no_object_is_refused(client: TestClient, content: str | bytes) -> None:
    answer = client.post(
        "/runs", content=content, headers={"content-type": "application/json; charset=utf-8"}
    )
    assert answer.status_code == 400
    refusal(answer)


def test_a_body_too_large_is_refused_however_it_is_sent(client: TestClient) -> None:
    headers = {"content-type": "application/json"}
    whole = client.post("/runs", content=b"{" + b" " * MAX_BODY + b"}", headers=headers)
    in_parts = client.post("/runs", content=(b" " * 65_536 for _ in range(20)), headers=headers)
    for answer in (whole, in_parts):
        assert answer.status_code == 413
        refusal(answer)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"action": None},
        {"action": ["play"]},
        {"action": "explode"},
        {"action": "queued", "place": 1},
        {"action": "speed", "epochs_per_second": "fast"},
        {"action": "speed", "epochs_per_second": True},
        {"action": "speed", "epochs_per_second": 0},
        {"action": "speed", "epochs_per_second": -1},
        {"action": "speed", "epochs_per_second": 10**400},
        {"action": "set"},
        {"action": "set", "values": [1]},
        {"action": "edit", "name": "weights/0", "index": [0, 0]},
        {"action": "edit", "name": 3, "index": [0, 0], "value": 1},
        {"action": "edit", "name": "weights/0", "index": "00", "value": 1},
        {"action": "edit", "name": "weights/0", "index": [0.5, 0], "value": 1},
        {"action": "edit", "name": "weights/0", "index": [True, 0], "value": 1},
        {"action": "edit", "name": "weights/0", "index": [0, 0], "value": "1"},
        {"action": "edit", "name": "weights/0", "index": [0, 0], "value": 10**400},
    ],
)
def test_a_command_that_no_page_sends_is_refused(
    client: TestClient, own_runs: Runs, body: dict[str, Any]
) -> None:
    control = own_runs.tokens.make("control", idle_run(client, own_runs))
    answer = client.post(f"/runs/{control}", json=body)
    assert answer.status_code == 400
    refusal(answer)


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_numbers_that_are_not_finite_are_refused(client: TestClient, own_runs: Runs, number: str) -> None:
    control = own_runs.tokens.make("control", idle_run(client, own_runs))
    headers = {"content-type": "application/json"}
    for text in (
        '{"action": "speed", "epochs_per_second": %s}',
        '{"action": "edit", "name": "weights/0", "index": [0, 0], "value": %s}',
    ):
        answer = client.post(f"/runs/{control}", content=text % number, headers=headers)
        assert answer.status_code == 400
        refusal(answer)


def test_a_view_token_does_not_steer(client: TestClient, own_runs: Runs) -> None:
    run = begin(client, own_runs)
    for token in (run.handle.view, run.handle.id, run.handle.control[:-2], "x", "%2e%2e"):
        answer = client.post(f"/runs/{token}", json={"action": "stop"})
        assert answer.status_code == 404
        refusal(answer)
    assert own_runs.executor.state(run.handle.id) == "paused"


def test_a_full_server_says_so(client: TestClient, own_runs: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(own_runs.executor), "_end_oldest_idle", lambda _: False)
    object.__setattr__(own_runs.limits, "max_processes", 0)
    try:
        answer = client.post("/runs", json={"spec": own_runs.tokens.pack(spec(learner="cyd"))})
    finally:
        object.__setattr__(own_runs.limits, "max_processes", 96)
    assert answer.status_code == 503
    assert "try again" in refusal(answer)


def test_methods(client: TestClient) -> None:
    assert client.get("/runs").status_code == 405
    assert client.post("/live/x").status_code == 405
    assert client.get("/health").json() == {"status": "ok"}


def test_routes_live_under_the_servers_base_path() -> None:
    assert all(route.path.startswith("/lab/") for route in routes("/lab"))
    assert [route.path.removeprefix("/lab") for route in routes("/lab")] == [route.path for route in routes()]
