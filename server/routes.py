"""The routes that live views talk to. Every refusal is one sentence in JSON."""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import AsyncIterator, Iterator
from typing import Any

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route, WebSocketRoute

from server.asked import answered, question
from server.assets import asset
from server.learner import from_our_page, learner_of
from server.play import play
from server.stream import events
from training import weights
from training.executor import RunError
from training.log import metric_tables, parse_record, read_lines
from training.runs import Handle, runs
from training.shortcuts import shortcuts
from training.spec import RunFolder

MAX_BODY = 1 << 20
MAX_TEXT = 200  # of layers, such as 8-4
MAX_NUMBER = 1e300  # JSON knows whole numbers of any length, a worker's arithmetic does not
GONE = "This run is no longer kept. Press Train to run it again."

#: action → what else the command must hold
ACTIONS: dict[str, dict[str, type | tuple[type, ...]]] = {
    "play": {},
    "pause": {},
    "step": {},
    "epoch": {},
    "stop": {},
    "rewind": {},
    "speed": {"epochs_per_second": (int, float, type(None))},
    "set": {"values": dict},
    "edit": {"name": str, "index": list, "value": (int, float)},
}

#: What a run that has ended does already.
RESTING = ("pause", "stop")


class Refused(Exception):
    """A request that is answered with a status and one sentence."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status, self.sentence = status, sentence


def _refuse(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, Refused)
    return JSONResponse({"error": error.sentence}, status_code=error.status)


async def _body(request: Request) -> dict[str, Any]:
    """The JSON object a page of ours sent."""
    if not from_our_page(request):
        raise Refused(403, "Only the playground's own pages may control a run.")
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        raise Refused(415, "A request must be JSON.")
    data = bytearray()
    async for chunk in request.stream():
        data += chunk
        if len(data) > MAX_BODY:
            raise Refused(413, "The request is too large.")
    body = parse_record(bytes(data))
    if body is None:
        raise Refused(400, "A request must be a JSON object.")
    return body


async def start(request: Request) -> JSONResponse:
    """POST /runs: begin the run that a signed spec describes."""
    body = await _body(request)
    spec = runs().tokens.unpack(body["spec"]) if isinstance(body.get("spec"), str) else None
    if spec is None:
        raise Refused(400, "This experiment was not made by this server: reload the page.")
    learner = learner_of(request)
    if learner is not None and learner != spec.learner:
        raise Refused(403, "This experiment belongs to somebody else: reload the page.")
    try:
        handle = await asyncio.to_thread(runs().start, spec, paused=bool(body.get("paused")))
    except RunError as error:
        raise Refused(503, str(error)) from None
    return JSONResponse(described(handle), status_code=201)


def described(handle: Handle) -> dict[str, str]:
    """A handle as the browser gets it."""
    return {"id": handle.id, "view": handle.view, "control": handle.control, "state": handle.state}


async def control(request: Request) -> JSONResponse:
    """POST /runs/<control token>: steer a run.

    Train pressed on one in whose place the learner's page has just begun another is no mistake: the answer says so, and
    the stream tells of the other. Nor is to stop or pause what has just ended by itself.
    """
    body = await _body(request)
    if body.get("action") == "play" and runs().replaced(request.path_params["token"]):
        return JSONResponse({"ok": False, "replaced": True})
    folder = runs().folder("control", request.path_params["token"])
    if folder is None:
        raise Refused(404, GONE)
    command = checked(body)
    try:
        await asyncio.to_thread(runs().command, folder.id, command)
    except RunError as error:
        if command["action"] not in RESTING:
            raise Refused(409, str(error)) from None
    return JSONResponse({"ok": True})


async def ask(request: Request) -> Response:
    """POST /ask/<question>: what a sketch wants to know."""
    body = await _body(request)
    if (answer := question(request.path_params["question"])) is None:
        raise Refused(404, "There is no such question.")
    try:
        return Response(await answered(answer, body), media_type="application/json")
    except ValueError as error:
        raise Refused(400, str(error)) from None


async def moved(request: Request) -> JSONResponse:
    """POST /moved/<hand>: where a slider of a page stands, or which layers are wanted, sooner than its script hears of it."""
    body = await _body(request)
    hand = shortcuts.get(request.path_params["hand"])
    if hand is None or learner_of(request) not in (None, hand.learner):
        raise Refused(404, "This page is no longer open: reload it.")
    name, position = body.get("name"), body.get("position")
    if not isinstance(name, str) or not isinstance(position, int | float | str) or isinstance(position, bool):
        raise Refused(400, "A slider has a name and a position.")
    if isinstance(position, str):
        if len(position) > MAX_TEXT:
            raise Refused(400, f"Layers take at most {MAX_TEXT} characters.")
    elif not abs(position) <= MAX_NUMBER:
        raise Refused(400, "Numbers must be finite.")
    where = position if isinstance(position, str) else float(position)
    return JSONResponse(await asyncio.to_thread(hand.told, name, where))


def checked(body: dict[str, Any]) -> dict[str, Any]:
    """The command in a request. Raises Refused for any that no page of ours sends."""
    action = body.get("action")
    if not isinstance(action, str) or action not in ACTIONS:
        raise Refused(400, "There is no such command.")
    command: dict[str, Any] = {"action": action}
    for name, kinds in ACTIONS[action].items():
        value = body.get(name)
        if not isinstance(value, kinds) or isinstance(value, bool):
            raise Refused(400, f"The command {action} came without its {name}.")
        if isinstance(value, int | float) and not abs(value) <= MAX_NUMBER:
            raise Refused(400, "Numbers must be finite.")
        command[name] = value
    if action == "speed" and command["epochs_per_second"] is not None and command["epochs_per_second"] <= 0:
        raise Refused(400, "The speed must be above 0 epochs per second.")
    if action == "edit" and not all(isinstance(i, int) and not isinstance(i, bool) for i in command["index"]):
        raise Refused(400, "An index must be whole numbers.")
    return command


async def live(request: Request) -> Response:
    """GET /live/<view token>: the frame stream."""
    folder = runs().folder("view", request.path_params["token"])
    if folder is None:
        return _stream(_gone())
    last_id = request.headers.get("last-event-id") or request.query_params.get("after") or ""
    after = int(last_id) if last_id.isdecimal() and len(last_id) < 16 else None
    # A view token may be shared; what the learner does next is for the learner alone.
    own = learner_of(request) == folder.spec.learner
    return _stream(events(folder, after, runs() if own else None))


async def _gone() -> AsyncIterator[bytes]:
    yield b'event: gone\ndata: {"sentence":"%s"}\n\n' % GONE.encode()


def _stream(content: AsyncIterator[bytes]) -> StreamingResponse:
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(content, media_type="text/event-stream", headers=headers)


def _watched(request: Request) -> RunFolder:
    folder = runs().folder("view", request.path_params["token"])
    if folder is None:
        raise Refused(404, GONE)
    return folder


def frame(request: Request) -> Response:
    """GET /live/<view token>/frame/<offset>: one recorded frame, for the scrubber."""
    folder, offset = _watched(request), request.path_params["offset"]
    lines, _ = read_lines(folder.path, offset, limit=1)
    record = parse_record(lines[0]) if lines else None
    if record is None or record.get("kind") != "frame":
        raise Refused(404, "There is no frame at this place.")
    return Response(
        lines[0], media_type="application/json", headers={"Cache-Control": "private, max-age=86400"}
    )


def parameters(request: Request) -> Response:
    """GET /live/<view token>/weights.safetensors: the parameters of the run's last pause or end."""
    folder = _watched(request)
    path = folder.path / weights.FILE
    if not path.is_file():
        raise Refused(404, "This run has not been paused yet, so its weights are not there.")
    headers = {
        "Content-Disposition": f'attachment; filename="weights-{folder.id[:15]}.safetensors"',
        "Cache-Control": "no-cache",
    }
    return FileResponse(path, media_type="application/octet-stream", headers=headers)


def metrics(request: Request) -> Response:
    """GET /live/<view token>/metrics.csv: every metric of every step."""
    folder = _watched(request)
    headers = {"Content-Disposition": f'attachment; filename="metrics-{folder.id[:15]}.csv"'}
    return StreamingResponse(metrics_csv(folder), media_type="text/csv; charset=utf-8", headers=headers)


def metrics_csv(folder: RunFolder) -> Iterator[str]:
    """The lines of the table, a few thousand at a time. Absent values are empty cells."""
    tables = list(metric_tables(folder.path))
    names = tables[-1][0] if tables else ["segment", "step", "epoch"]
    yield ",".join(names) + "\r\n"
    for own, rows in tables:
        blank = [""] * (len(names) - len(own))
        for start_row in range(0, len(rows), 4096):
            text = io.StringIO()
            writer = csv.writer(text)
            for row in rows[start_row : start_row + 4096]:
                writer.writerow([f"{value:.7g}" if value == value else "" for value in row.tolist()] + blank)
            yield text.getvalue()


def health(_request: Request) -> JSONResponse:
    """GET /health: for a proxy or a monitor."""
    return JSONResponse({"status": "ok"})


def routes(base: str = "") -> list[Route | WebSocketRoute]:
    """Everything above under `base` ("" or "/prefix")."""
    return [
        Route(f"{base}/runs", start, methods=["POST"]),
        Route(f"{base}/runs/{{token}}", control, methods=["POST"]),
        Route(f"{base}/ask/{{question}}", ask, methods=["POST"]),
        Route(f"{base}/moved/{{hand}}", moved, methods=["POST"]),
        Route(f"{base}/live/{{token}}", live),
        Route(f"{base}/live/{{token}}/frame/{{offset:int}}", frame),
        Route(f"{base}/live/{{token}}/metrics.csv", metrics),
        Route(f"{base}/live/{{token}}/weights.safetensors", parameters),
        Route(f"{base}/assets/{{version}}/{{name:path}}", asset),
        WebSocketRoute(f"{base}/play/{{game}}", play),
        Route(f"{base}/health", health),
    ]


EXCEPTION_HANDLERS = {Refused: _refuse}
