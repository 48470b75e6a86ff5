"""A game by hand over a real WebSocket: who may play, what is refused, and that it keeps the time."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import pytest
from starlette.testclient import TestClient, WebSocketDenialResponse
from starlette.websockets import WebSocketDisconnect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

import server.play
from server.learner import COOKIE
from tests.running import wait_until
from tests.test_layers import HEAVY, loaded_by
from training.environment import Environment
from training.runs import Runs

#: A floor with a pit: whoever walks on falls.
LEVEL = "30._30._30._30._3.s22.f3._12g6.12g"
RIGHT = 2

Open = Callable[..., AbstractContextManager[ClientConnection]]


@pytest.fixture
def opened(port: int) -> Open:
    def open_one(
        game: str = "platformer", tab: str = "", **headers: str
    ) -> AbstractContextManager[ClientConnection]:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        url = f"ws://127.0.0.1:{port}/play/{game}?tab={tab}"
        # Who leaves does not wait until everything that was said has been heard.
        return connect(url, additional_headers=named, close_timeout=0.2)

    return open_one


@pytest.fixture(autouse=True)
def everybody_leaves() -> Iterator[None]:
    yield
    wait_until(lambda: not server.play._seats)


def told(socket: ClientConnection, kind: str) -> dict[str, Any]:
    """The next message of this kind."""
    while True:
        message: dict[str, Any] = json.loads(socket.recv(timeout=10))
        if message["kind"] == kind:
            return message


def say(socket: ClientConnection, **message: object) -> None:
    socket.send(json.dumps(message))


def test_keys_move_the_hero_sixty_times_a_second(opened: Open) -> None:
    with opened() as socket:
        say(socket, level=LEVEL)
        assert told(socket, "hello")["level"] == LEVEL
        with pytest.raises(TimeoutError):
            socket.recv(timeout=0.2)  # it waits for the first key
        say(socket, keys=RIGHT)
        first, began = told(socket, "state"), time.monotonic()
        for _ in range(59):
            last = told(socket, "state")
        seconds = time.monotonic() - began
        assert last["tick"] - first["tick"] == 59
        assert last["x"] > first["x"] + 3
        assert 0.7 < seconds < 3


def test_it_ends_in_the_pit_and_begins_again_when_told(opened: Open) -> None:
    with opened() as socket:
        say(socket, level=LEVEL, rewards={"death": -7.0})
        say(socket, keys=RIGHT)
        while (state := told(socket, "state"))["over"] == "running":
            pass
        assert state["over"] == "fell"
        assert state["reward"] < -6
        say(socket, restart=True)
        assert told(socket, "hello")["state"]["over"] == "running"


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("", "JSON object"),
        ("hello", "JSON object"),
        ("[1, 2]", "JSON object"),
        ("[" * 30_000, "JSON object"),
        ('{"keys": 99}', "keys are 99"),
        ('{"keys": null}', "keys are nothing"),
        ('{"level": "20."}', "level"),
        ('{"rewards": {"coin": NaN}}', "weight of coin"),
        ('{"rewards": {"coin": 1e999}}', "weight of coin"),
        ('{"rewards": {"coin": 1' + "0" * 400 + "}}", "weight of coin"),
        ('{"jump": 1}', "sends keys"),
    ],
)
def test_nonsense_is_answered_by_a_sentence_and_the_game_goes_on(
    opened: Open, said: str, sentence: str
) -> None:
    with opened() as socket:
        say(socket, level=LEVEL)
        told(socket, "hello")
        say(socket, keys=RIGHT)
        socket.send(said)
        assert sentence in told(socket, "error")["error"]
        assert told(socket, "state")["over"] == "running"


def test_bytes_are_no_message(opened: Open) -> None:
    with opened() as socket:
        say(socket, level=LEVEL)
        told(socket, "hello")
        socket.send(b"\x00\xff" * 100)
        assert "JSON object" in told(socket, "error")["error"]


def test_a_bad_level_may_be_followed_by_a_good_one_a_few_times(opened: Open) -> None:
    with opened() as socket:
        say(socket, level="20._20._20g")
        assert "start" in told(socket, "error")["error"]
        say(socket, level=LEVEL)
        told(socket, "hello")
    with opened() as socket:
        for _ in range(4):
            say(socket, level=None)
        assert "could not begin" in told(socket, "bye")["reason"]
        with pytest.raises(ConnectionClosed):
            socket.recv(timeout=5)


def test_too_much_at_once_ends_the_game(opened: Open) -> None:
    with opened() as socket:
        say(socket, level="." * (server.play.MAX_MESSAGE + 1))
        assert "at most" in told(socket, "bye")["reason"]
    with opened() as socket:
        say(socket, level=LEVEL)
        told(socket, "hello")
        with pytest.raises(ConnectionClosed):
            for _ in range(3000):
                say(socket, keys=RIGHT)
            while True:
                told(socket, "bye")


def test_a_game_that_there_is_none_of(opened: Open) -> None:
    for name in ("chess", "mlp", "platformer_play", "..", "os"):
        with opened(game=name) as socket:
            assert "no such game" in told(socket, "bye")["reason"]


def test_another_site_may_not_play(opened: Open, port: int) -> None:
    for headers in ({"Origin": "http://evil.example"}, {"Sec_Fetch_Site": "cross-site"}, {"Origin": "null"}):
        with pytest.raises(InvalidStatus) as refused, opened(**headers):
            pass
        assert refused.value.response.status_code == 403
    with opened(Origin=f"http://127.0.0.1:{port}") as socket:
        say(socket, level=LEVEL)
        told(socket, "hello")


def test_one_tab_plays_one_game(opened: Open, own_runs: Runs) -> None:
    ada = f"{COOKIE}={own_runs.tokens.make('learner', 'ada')}"
    bob = f"{COOKIE}={own_runs.tokens.make('learner', 'bob')}"
    with (
        opened(tab="t1", Cookie=ada) as first,
        opened(tab="t1", Cookie=bob) as other,
        opened(tab="t2", Cookie=ada) as second,
    ):
        for socket in (first, other, second):
            say(socket, level=LEVEL)
            told(socket, "hello")
        with opened(tab="t1", Cookie=ada) as again:
            say(again, level=LEVEL)
            told(again, "hello")
            assert "another connection" in told(first, "bye")["reason"]
            for socket in (other, second, again):
                say(socket, keys=RIGHT)
                told(socket, "state")


def test_there_are_only_so_many_seats(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server.play, "environment", lambda: Environment(max_players=1))
    with opened() as first:
        say(first, level=LEVEL)
        told(first, "hello")
        with opened() as second:
            assert "Too many people" in told(second, "bye")["reason"]
        say(first, keys=RIGHT)
        told(first, "state")
    wait_until(lambda: not server.play._seats)
    with opened() as third:
        say(third, level=LEVEL)
        told(third, "hello")


def test_who_presses_no_key_for_long_loses_the_seat(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server.play, "IDLE_SECONDS", 0.4)
    monkeypatch.setattr(server.play, "OPENING_SECONDS", 0.4)
    with opened() as socket:
        say(socket, level=LEVEL)
        told(socket, "hello")
        say(socket, keys=RIGHT)
        assert "Nobody pressed a key" in told(socket, "bye")["reason"]
    with opened() as silent:
        assert "Nobody" in told(silent, "bye")["reason"]


def test_leaving_at_any_moment_frees_the_seat(opened: Open) -> None:
    cases: list[list[dict[str, object]]] = [[], [{"level": LEVEL}], [{"level": LEVEL}, {"keys": RIGHT}]]
    for said in cases:
        with opened() as socket:
            for message in said:
                say(socket, **message)
    wait_until(lambda: not server.play._seats)


def test_a_hold_up_is_caught_up_on_only_so_far(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that stood still for a second does not play sixty ticks at once: no hand could follow."""
    from models.platformer_play import Player

    tick = Player.tick
    held: list[bool] = []

    def slow_once(player: Player) -> str | None:
        if not held and player._begun:
            held.append(True)
            time.sleep(1.0)
        return tick(player)

    monkeypatch.setattr(Player, "tick", slow_once)
    with opened() as socket:
        say(socket, level=LEVEL)
        told(socket, "hello")
        say(socket, keys=RIGHT)
        told(socket, "state")
        began, first = time.monotonic(), told(socket, "state")["tick"]
        while time.monotonic() - began < 0.3:
            last = told(socket, "state")["tick"]
        assert last - first < 0.3 * 60 + 2 * server.play.MOST_BEHIND + 2


def test_painting_all_the_time_does_not_keep_the_server_from_others(opened: Open) -> None:
    """100 levels at once take their time, one after the other, while another plays at full speed."""
    with opened() as painter, opened() as other:
        for socket in (painter, other):
            say(socket, level=LEVEL)
            told(socket, "hello")
        for i in range(100):
            say(painter, level=LEVEL.replace("12g6.12g", f"{12 - i % 2}g{6 + i % 2}.12g"))
        say(other, keys=RIGHT)
        first, began = told(other, "state")["tick"], time.monotonic()
        while time.monotonic() - began < 0.5:
            last = told(other, "state")["tick"]
        assert last - first > 15


def test_a_plain_request_is_no_game(client: TestClient) -> None:
    assert client.get("/play/platformer").status_code == 404


def test_the_test_client_is_refused_like_a_browser_of_another_site(client: TestClient) -> None:
    with pytest.raises((WebSocketDisconnect, WebSocketDenialResponse)):
        with client.websocket_connect("/play/platformer", headers={"origin": "http://evil.example"}):
            pass


def test_a_game_brings_no_heavy_package_into_the_server() -> None:
    assert not loaded_by(["server.routes", "models.platformer_play"]) & (HEAVY | {"gymnasium"})
