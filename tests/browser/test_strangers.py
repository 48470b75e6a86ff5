"""Pages of others, open in the same browser, can neither steer a run nor learn who the learner is."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator

import pytest

from tests.browser.lesson import Lesson

pytestmark = pytest.mark.browser

POST = """async ([url, mode, type]) => {
    try { return (await fetch(url, {method: 'POST', mode, credentials: 'include', headers: {'Content-Type': type},
        body: '{"action": "stop"}'})).status }
    catch (error) { return 'blocked' }
}"""


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Any page at all."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<title>elsewhere</title>")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def elsewhere() -> Iterator[str]:
    """Another web site on this machine."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Quiet) as site:
        threading.Thread(target=site.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{site.server_address[1]}/"
        site.shutdown()


def test_other_pages_can_neither_steer_nor_spy(lesson: Lesson, elsewhere: str) -> None:
    lesson.open()
    lesson.train()
    control = lesson.ask("return view.session.run.control")
    url = f"{lesson.url}/runs/{control}"
    stranger = lesson.page.context.new_page()
    answers: list[int] = []
    stranger.on("response", lambda answer: answers.append(answer.status) if answer.url == url else None)

    for address in (elsewhere, elsewhere.replace("127.0.0.1", "localhost")):
        stranger.goto(address)
        # A "simple" request is sent without asking the server first, so that the server has to refuse it.
        with stranger.expect_response(url):
            assert stranger.evaluate(POST, [url, "no-cors", "text/plain"]) == 0
        assert answers == [403]
        # One with JSON is preceded by a question that the server does not say yes to.
        assert stranger.evaluate(POST, [url, "cors", "application/json"]) == "blocked"
        assert set(answers) <= {403, 405}
        answers.clear()
    stranger.goto("data:text/html,<title>elsewhere</title>")
    for mode, kind in (("no-cors", "text/plain"), ("cors", "application/json")):
        assert stranger.evaluate(POST, [url, mode, kind]) in (0, "blocked")
    assert set(answers) <= {403, 405}

    stranger.close()
    now = lesson.step
    lesson.until_step(now + 20)
    assert lesson.state == "running"

    # The cookie is for the server alone, and a token that somebody made up is of no use.
    cookie = next(one for one in lesson.page.context.cookies() if one["name"] == "playground_learner")
    assert cookie["httpOnly"] is True and cookie["sameSite"] == "Lax"
    assert "playground_learner" not in lesson.page.evaluate("document.cookie")
    request = lesson.page.request
    made_up = f"{lesson.url}/runs/20200101-000000-0123456789abcdef.{'x' * 27}"
    assert request.post(made_up, data={"action": "stop"}).status == 404
    assert request.post(f"{lesson.url}/runs", data={"spec": "made up", "paused": False}).status == 400
