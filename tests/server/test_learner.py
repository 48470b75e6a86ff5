"""The learner cookie, and the check that a request comes from our own pages."""

from __future__ import annotations

from http.cookies import SimpleCookie

import pytest
from starlette.requests import HTTPConnection
from starlette.testclient import TestClient

from server.learner import COOKIE, YEAR, from_our_page
from training.runs import Runs

HTML = {"accept": "text/html,application/xhtml+xml"}


def cookie_in(header: str) -> SimpleCookie:
    cookie: SimpleCookie = SimpleCookie()
    cookie.load(header)
    return cookie


def test_a_new_browser_gets_an_id_before_its_first_page(client: TestClient, own_runs: Runs) -> None:
    answer = client.get("/page", headers=HTML)
    morsel = cookie_in(answer.headers["set-cookie"])[COOKIE]
    assert morsel["httponly"] is True
    assert morsel["samesite"].lower() == "lax"
    assert morsel["path"] == "/"
    assert int(morsel["max-age"]) == YEAR
    assert morsel["secure"] == ""
    learner = own_runs.tokens.read("learner", morsel.value)
    assert learner is not None
    assert len(learner) == 32
    assert client.get("/page", headers=HTML).text == learner  # it is taken for who it was made


def test_over_https_the_cookie_is_secure(client: TestClient) -> None:
    answer = client.get("https://testserver/page", headers=HTML)
    assert cookie_in(answer.headers["set-cookie"])[COOKIE]["secure"] is True


def test_two_browsers_get_two_ids(client: TestClient) -> None:
    ids = set()
    for _ in range(5):
        client.cookies.clear()
        client.get("/page", headers=HTML)
        ids.add(client.get("/page").text)
    assert len(ids) == 5


def test_a_valid_cookie_is_kept(client: TestClient) -> None:
    client.get("/page", headers=HTML)
    answer = client.get("/page", headers=HTML)
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("purpose", ["view", "control", "spec"])
def test_a_token_of_another_purpose_is_no_cookie(client: TestClient, own_runs: Runs, purpose: str) -> None:
    client.cookies.set(COOKIE, own_runs.tokens.make(purpose, "ada"))
    answer = client.get("/page", headers=HTML)
    assert answer.text == "None"
    assert COOKIE in answer.headers["set-cookie"]


@pytest.mark.parametrize("forged", ["ada", "ada.AAAA", "", '"', "a" * 5000, "ada.%C3%BC"])
def test_a_forged_cookie_is_replaced(client: TestClient, own_runs: Runs, forged: str) -> None:
    answer = client.get("/page", headers={**HTML, "cookie": f"{COOKIE}={forged}"})
    assert answer.text == "None"
    new = cookie_in(answer.headers["set-cookie"])[COOKIE].value
    assert own_runs.tokens.read("learner", new) is not None


@pytest.mark.parametrize(
    ("method", "path", "accept"),
    [("GET", "/page", "*/*"), ("POST", "/page", "text/html"), ("GET", "/health", "application/json")],
)
def test_only_pages_get_a_cookie(client: TestClient, method: str, path: str, accept: str) -> None:
    assert "set-cookie" not in client.request(method, path, headers={"accept": accept}).headers


@pytest.mark.parametrize(
    ("headers", "ours"),
    [
        ({"host": "lab.org"}, True),  # no browser: it carries nobody's cookie
        ({"host": "lab.org", "sec-fetch-site": "same-origin"}, True),
        ({"host": "lab.org", "sec-fetch-site": "none"}, True),
        ({"host": "lab.org", "sec-fetch-site": "same-site"}, False),
        ({"host": "lab.org", "sec-fetch-site": "cross-site"}, False),
        ({"host": "lab.org", "origin": "https://lab.org"}, True),
        ({"host": "lab.org:8501", "origin": "http://lab.org:8501"}, True),
        ({"host": "lab.org:8501", "origin": "http://lab.org"}, False),
        ({"host": "lab.org", "origin": "https://evil.org"}, False),
        ({"host": "lab.org", "origin": "https://lab.org.evil.org"}, False),
        ({"host": "lab.org", "origin": "null"}, False),
        ({"host": "lab.org", "origin": "https://lab.org", "sec-fetch-site": "cross-site"}, False),
        ({"host": "inner:80", "x-forwarded-host": "lab.org", "origin": "https://lab.org"}, True),
    ],
)
def test_where_a_request_comes_from(headers: dict[str, str], ours: bool) -> None:
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    assert from_our_page(HTTPConnection({"type": "http", "headers": raw})) == ours
