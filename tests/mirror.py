"""A web server on 127.0.0.1 that has files, and can misbehave."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Mirror:
    """Its files by path. `cut` breaks the connection after so many bytes; `delay` waits before each 64 kB."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files = dict(files)
        self.cut: dict[str, int] = {}
        self.delay = 0.0
        self.ranges = True
        self.asked: list[tuple[str, str]] = []  # (path, range)
        mirror = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                mirror.answer(self)

            def log_message(self, *_: object) -> None:
                """Nothing on the terminal."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/"

    def answer(self, to: BaseHTTPRequestHandler) -> None:
        wanted = to.headers.get("Range", "")
        self.asked.append((to.path, wanted))
        content = self.files.get(to.path.lstrip("/"))
        if content is None:
            to.send_error(404)
            return
        begin = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted and self.ranges else 0
        to.send_response(206 if begin else 200)
        to.send_header("Content-Length", str(len(content) - begin))
        to.end_headers()
        end = min(len(content), begin + self.cut.get(to.path.lstrip("/"), len(content)))
        with contextlib.suppress(OSError):  # the other side may have had enough
            for place in range(begin, end, 1 << 16):
                time.sleep(self.delay)
                to.wfile.write(content[place : min(end, place + (1 << 16))])
        to.close_connection = True

    @contextlib.contextmanager
    def running(self) -> Iterator[Mirror]:
        thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            self._server.server_close()
            thread.join()
