"""Published sets of pictures, fetched when a learner asks for them and kept for everybody on this server.

`fetch` runs in a worker and writes how far it is into a small file, which `progress` reads: so pages can tell without
waiting, and it goes on when the page is closed. Every file is compared with its published size and checksum.
"""

from __future__ import annotations

import hashlib
import http
import http.client
import json
import os
import tarfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from data.dataset import DataError
from data.published import SETS, Part, is_kept, ready

SECONDS = 1800.0  # that one download may take
PATIENCE = 20.0  # seconds without an answer
STALE = 60.0  # seconds without a sign of life
TELL_EVERY = 0.3  # seconds
ATTEMPTS = 3  # at each mirror, as long as each brings something
CHUNK = 1 << 16
OTHERWISE = "take the digits or the drawings, which need no network"


@dataclass(frozen=True)
class Progress:
    """How far a download is. got, total: bytes; sentence: why it failed."""

    state: Literal["absent", "running", "failed", "ready"]
    got: int = 0
    total: int = 0
    sentence: str = ""


class _Failed(Exception):
    """Why a mirror did not help, as the end of a sentence."""


class _Over(_Failed):
    """No mirror can help any more."""


def progress(name: str, folder: Path) -> Progress:
    """How far the set's download is; never waits."""
    if ready(name, folder):
        return Progress("ready", SETS[name].size, SETS[name].size)
    status = _status(name, folder)
    try:
        told = Progress(**json.loads(status.read_text()))
        age = time.time() - status.stat().st_mtime
    except (OSError, ValueError, TypeError):
        return Progress("absent", total=SETS[name].size)
    if told.state == "running" and age > STALE:
        return Progress("failed", sentence=_sentence(name, "the download broke off; try again"))
    return told if told.state != "ready" else Progress("absent", total=SETS[name].size)  # deleted since


def tell(name: str, folder: Path, state: Progress) -> None:
    """Write down how far the set's download is. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    status = _status(name, folder)
    draft = status.with_suffix(f".{os.getpid()}")
    draft.write_text(json.dumps(asdict(state)))
    draft.replace(status)


def _status(name: str, folder: Path) -> Path:
    return folder / f"{name}.json"


def _sentence(name: str, reason: str) -> str:
    return f"{SETS[name].title} could not be downloaded: {reason}, or {OTHERWISE}."


def fetch(name: str, folder: str, mirrors: Sequence[str] = ()) -> int:
    """Fetch what is missing of a set into the folder; returns the size of the set in bytes.

    mirrors: addresses that hold its files, in place of the publishers'.
    Raises:
        DataError: one sentence, which `progress` tells too.
    """
    place, source = Path(folder), SETS[name]
    try:
        _Download(name, place, tuple(mirrors) or source.mirrors).run()
        tell(name, place, Progress("ready", source.size, source.size))
    except _Failed as failure:
        sentence = _sentence(name, str(failure))
    except OSError:  # of a file: those of the network have become _Failed
        sentence = _sentence(name, "this server's disk is full or may not be written to; make room")
    else:
        return source.size
    try:
        tell(name, place, Progress("failed", total=source.size, sentence=sentence))
    except OSError:
        pass  # the same disk: the page is told by the silence
    raise DataError(sentence)


class _Download:
    """One set on its way."""

    def __init__(self, name: str, folder: Path, mirrors: tuple[str, ...]) -> None:
        self.name, self.folder, self.mirrors, self.source = name, folder, mirrors, SETS[name]
        self.got, self.told = 0, 0.0  # bytes of the finished parts; when it was last told
        self.deadline = time.monotonic() + SECONDS

    def run(self) -> None:
        """Raises _Failed or OSError."""
        place = self.folder / self.source.folder
        place.mkdir(parents=True, exist_ok=True)
        for part in self.source.parts:
            if not is_kept(place / part.name):
                _forget_drafts(place, part)
                draft = place / f"{part.name}.{os.getpid()}"
                try:
                    self._from_any(part, draft)
                    if self.source.unpacks:
                        _unpack(draft, place, self.source.unpacks)
                    else:
                        draft.replace(place / part.name)
                finally:
                    draft.unlink(missing_ok=True)
            self.got += part.size

    def _from_any(self, part: Part, draft: Path) -> None:
        """Fetch a part from the first mirror that has it. Raises _Failed with what was wrong with the first."""
        reasons = []
        for mirror in self.mirrors:
            for _ in range(ATTEMPTS):
                before = _size(draft)
                try:
                    self._from(f"{mirror.rstrip('/')}/{part.name}", part, draft)
                    return
                except _Over:
                    raise
                except _Failed as failure:
                    reasons.append(failure)
                    if _size(draft) <= before:
                        break  # another attempt would bring no more
            draft.unlink(missing_ok=True)
        raise reasons[0]

    def _from(self, url: str, part: Part, draft: Path) -> None:
        """Fetch a part, going on where an earlier attempt broke off. Raises _Failed."""
        host, before = urllib.parse.urlsplit(url).hostname or "the mirror", _size(draft)
        if not url.startswith(("https://", "http://")):
            raise _Failed("the address of the mirror is not one of the web; correct PLAYGROUND_MIRROR")
        with self._opened(url, host, before) as answer:
            self._receive(answer, part, draft, append=answer.status == http.HTTPStatus.PARTIAL_CONTENT)
        if (size := _size(draft)) < part.size:
            raise _Failed(f"the connection to {host} broke off; try again")
        if size > part.size or _md5(draft) != part.md5:
            draft.unlink()
            raise _Failed(
                f"what {host} sent is not the published file (its checksum differs); try again later"
            )

    def _opened(self, url: str, host: str, before: int) -> http.client.HTTPResponse:
        """The answer of a server that has the file. Raises _Failed."""
        headers = {"User-Agent": "Mozilla/5.0"} | ({"Range": f"bytes={before}-"} if before else {})
        request = urllib.request.Request(url, headers=headers)
        try:
            answer: http.client.HTTPResponse = urllib.request.urlopen(request, timeout=PATIENCE)
            return answer
        except urllib.error.HTTPError as error:
            error.close()
            raise _Failed(f"{host} answered with error {error.code}; try again later") from None
        except (http.client.HTTPException, OSError, ValueError):  # URLError is an OSError
            raise _Failed(f"this server cannot reach {host}; check its network") from None

    def _receive(self, answer: http.client.HTTPResponse, part: Part, draft: Path, *, append: bool) -> None:
        with draft.open("ab" if append else "wb") as file:
            n = _size(draft)
            while n <= part.size:  # whoever sends more sends something else
                try:
                    chunk = answer.read1(CHUNK)
                except (http.client.HTTPException, OSError):
                    return  # broken off: what is there is kept
                if not chunk:
                    return
                file.write(chunk)
                n += len(chunk)
                self._tell(n)

    def _tell(self, n: int) -> None:
        now = time.monotonic()
        if now > self.deadline:
            raise _Over(f"it took longer than {SECONDS / 60:.0f} minutes; try again on a faster network")
        if now - self.told >= TELL_EVERY:
            self.told = now
            tell(self.name, self.folder, Progress("running", self.got + n, self.source.size))


def _forget_drafts(place: Path, part: Part) -> None:
    """Delete what a worker that was killed left behind."""
    for path in place.glob(f"{part.name}.[0-9]*"):
        if time.time() - path.stat().st_mtime > SECONDS:
            path.unlink(missing_ok=True)


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _md5(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()


def _unpack(archive: Path, place: Path, wanted: tuple[str, ...]) -> None:
    """Take the wanted files out of a tar archive, and nothing else. Raises _Failed or OSError."""
    try:
        with tarfile.open(archive, "r:gz") as tar:
            for member in tar:
                stream = tar.extractfile(member) if member.isreg() and member.name in wanted else None
                if stream is not None:
                    path = place / member.name
                    path.parent.mkdir(exist_ok=True)
                    draft = path.with_suffix(f".{os.getpid()}")
                    with stream, draft.open("wb") as file:
                        while chunk := stream.read(CHUNK):
                            file.write(chunk)
                    draft.replace(path)
    except (tarfile.TarError, EOFError):
        raise _Failed("the published archive cannot be unpacked; try again later") from None
    if not all((place / name).is_file() for name in wanted):
        raise _Failed("the published archive lacks some of its files; try again later")
