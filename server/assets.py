"""The live view's scripts and style, and plotly.js from the plotly package: no content network, no build step."""

from __future__ import annotations

import functools
import gzip
import importlib.util
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

FRONTEND = Path(__file__).resolve().parent.parent / "components" / "frontend"
KINDS = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8"}
#: A changed file has a changed version in its address, so that a browser may keep what it has for good.
FOREVER = "public, max-age=31536000, immutable"


@functools.cache
def _plotly() -> Path:
    """plotly.min.js, found without importing plotly."""
    package = importlib.util.find_spec("plotly")
    assert package is not None and package.origin is not None
    return Path(package.origin).parent / "package_data" / "plotly.min.js"


def _path(name: str) -> Path | None:
    """The file with this name, if it is one of ours: a look at the list of them, not a path made from the request."""
    return _plotly() if name == "plotly.min.js" else files(FRONTEND).get(name)


@functools.cache
def files(folder: Path) -> dict[str, Path]:
    """Everything that may be served, by its name: the scripts and styles in the front end's folder and in those within."""
    return {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.suffix in KINDS}


# As large as all files together: a class that opens the lessons at once must not have Plotly packed for everybody.
@functools.lru_cache(maxsize=1024)
def _compressed(path: Path, _modified: float) -> bytes:
    return gzip.compress(path.read_bytes(), compresslevel=6)


def asset(request: Request) -> Response:
    """GET /assets/<version>/<name>."""
    path = _path(request.path_params["name"])
    if path is None:
        return Response("There is no such file.", status_code=404, media_type="text/plain")
    headers = {"Cache-Control": FOREVER, "Vary": "Accept-Encoding"}
    media_type = KINDS[path.suffix]
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers["Content-Encoding"] = "gzip"
        return Response(_compressed(path, path.stat().st_mtime), headers=headers, media_type=media_type)
    return Response(path.read_bytes(), headers=headers, media_type=media_type)
