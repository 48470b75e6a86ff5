"""Scripts, style and plotly.js: found by name, kept for good by browsers, sent compressed."""

from __future__ import annotations

import gzip

import pytest
from starlette.testclient import TestClient

from server import assets
from server.assets import FRONTEND, files

SCRIPTS = sorted(files(FRONTEND))


@pytest.mark.parametrize("name", SCRIPTS)
def test_every_file_of_the_live_view_is_served(client: TestClient, name: str) -> None:
    answer = client.get(f"/assets/v1/{name}", headers={"accept-encoding": "identity"})
    assert answer.status_code == 200
    assert answer.content == (FRONTEND / name).read_bytes()
    kind = "text/css" if name.endswith(".css") else "text/javascript"
    assert answer.headers["content-type"] == f"{kind}; charset=utf-8"
    assert "content-encoding" not in answer.headers


@pytest.mark.parametrize("name", ["live.js", "plotly.min.js"])
def test_what_is_under_a_version_may_be_kept_for_good(client: TestClient, name: str) -> None:
    answer = client.get(f"/assets/0123456789ab/{name}")
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["vary"].lower() == "accept-encoding"


def test_it_is_sent_compressed_to_whom_can_read_that(client: TestClient) -> None:
    with client.stream("GET", "/assets/v1/live.js", headers={"accept-encoding": "br, gzip"}) as answer:
        assert answer.headers["content-encoding"] == "gzip"
        raw = b"".join(answer.iter_raw())
    assert gzip.decompress(raw) == (FRONTEND / "live.js").read_bytes()
    assert int(answer.headers["content-length"]) == len(raw)


def test_every_file_is_compressed_once(client: TestClient) -> None:
    """A class that opens a lesson at once asks for each of them thirty times."""

    def misses_of_a_visit() -> int:
        before = assets._compressed.cache_info().misses
        for name in (*SCRIPTS, "plotly.min.js"):
            assert client.get(f"/assets/v1/{name}", headers={"accept-encoding": "gzip"}).status_code == 200
        return assets._compressed.cache_info().misses - before

    misses_of_a_visit()
    assert misses_of_a_visit() == 0


def test_a_changed_file_is_compressed_anew(
    client: TestClient, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path_factory.mktemp("frontend")
    monkeypatch.setattr("server.assets.FRONTEND", folder)
    import os

    for n, text in enumerate(("first", "second")):
        (folder / "a.js").write_text(text)
        os.utime(folder / "a.js", (n, n))
        assert client.get("/assets/v1/a.js").text == text


def test_plotly_comes_from_its_own_package(client: TestClient) -> None:
    answer = client.get("/assets/v1/plotly.min.js")
    assert answer.status_code == 200
    assert "plotly.js v" in answer.text[:200]
    assert len(answer.content) > 1_000_000


@pytest.mark.parametrize(
    "path",
    [
        "/assets/v1/nothing.js",
        "/assets/v1/",
        "/assets/v1",
        "/assets/v1/.",
        "/assets/v1/..",
        "/assets/v1/../live.py",
        "/assets/v1/..%2flive.py",
        "/assets/v1/..%2F..%2Fapp.py",
        "/assets/v1/%2e%2e%2f%2e%2e%2fapp.py",
        "/assets/v1/..%5C..%5Capp.py",
        "/assets/v1/%2fetc%2fpasswd",
        "/assets/v1//etc/passwd",
        "/assets/../app.py",
        "/assets/v1/live.js%00.css",
        "/assets/v1/LIVE.JS",
        "/assets/v1/live.py",
    ],
)
def test_no_other_file_can_be_reached(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert b"import" not in answer.content and b"root:" not in answer.content
