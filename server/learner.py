"""Who is asking: an anonymous learner id in a signed cookie, and the check that a request comes from our own pages."""

from __future__ import annotations

import secrets
from http.cookies import SimpleCookie

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from training.runs import runs

COOKIE = "playground_learner"
YEAR = 365 * 86400


class LearnerCookie:
    """ASGI middleware: gives every new browser an id before the first page is drawn.

    Plain ASGI, not Starlette's BaseHTTPMiddleware, which would copy every chunk of every stream.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not _wants_page(scope) or learner_of(HTTPConnection(scope)) is not None:
            await self._app(scope, receive, send)
            return
        header = _new_cookie(secure=scope.get("scheme") == "https")

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).append("set-cookie", header)
            await send(message)

        await self._app(scope, receive, send_with_cookie)


def _wants_page(scope: Scope) -> bool:
    return scope["method"] == "GET" and "text/html" in Headers(scope=scope).get("accept", "")


def _new_cookie(secure: bool) -> str:
    cookie: SimpleCookie = SimpleCookie()
    cookie[COOKIE] = runs().tokens.make("learner", secrets.token_hex(16))
    cookie[COOKIE]["path"] = "/"
    cookie[COOKIE]["max-age"] = YEAR
    cookie[COOKIE]["httponly"] = True
    cookie[COOKIE]["samesite"] = "Lax"
    if secure:
        cookie[COOKIE]["secure"] = True
    return cookie[COOKIE].OutputString()


def learner_of(connection: HTTPConnection) -> str | None:
    """The learner id in the request's cookie, or None for a missing or forged one."""
    token = connection.cookies.get(COOKIE)
    return runs().tokens.read("learner", token) if token else None


def from_our_page(connection: HTTPConnection) -> bool:
    """Whether a request that changes something was sent by a page of this server.

    Browsers say so in `Sec-Fetch-Site`; older ones send `Origin`. A client that sends neither is no browser and
    carries nobody's cookie.
    """
    site = connection.headers.get("sec-fetch-site")
    if site is not None and site not in ("same-origin", "none"):
        return False
    origin = connection.headers.get("origin")
    if origin is None:
        return True
    host = connection.headers.get("x-forwarded-host") or connection.headers.get("host", "")
    return secrets.compare_digest(origin.partition("://")[2].encode(), host.encode())
