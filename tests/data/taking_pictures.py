"""Taking pictures in, as the tests do it, and the sentence of a refusal."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from data.own_images import take_in
from tests.picture_files import (
    BLUE,
    pictures,
)

SVG = b"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><rect width='9' height='9'/></svg>"
TEXT = b"Dear picture,\nI am a letter.\n"


def sentence_of(error: Exception) -> str:
    """The message, after checking that it is one sentence that a learner can act on."""
    message = str(error)
    assert 20 <= len(message) <= 300, message
    assert message.endswith(".") and "\n" not in message
    assert not re.search(r"[.!?] +[A-Z]", message), f"more than one sentence: {message}"
    assert re.search(r": |, or ", message), f"no way out: {message}"
    for jargon in ("Traceback", "Error", "PIL", "bytes", "None", "Exception", "/tmp"):
        assert jargon not in message, message
    return message


def taken(tmp_path: Path, content: bytes) -> dict[str, Any]:
    """What `take_in` makes of a zip."""
    path = tmp_path / "upload.zip"
    path.write_bytes(content)
    return take_in([str(path)], str(tmp_path / "uploads"))


def by_class(tmp_path: Path, classes: dict[str, list[bytes]]) -> dict[str, Any]:
    """What `take_in` makes of a folder of files for each class."""
    pairs = []
    for number, (name, files) in enumerate(classes.items()):
        folder = tmp_path / f"class {number}"
        folder.mkdir()
        for i, data in enumerate(files):
            (folder / f"{i:04d}").write_bytes(data)
        pairs.append([name, str(folder)])
    return take_in(pairs, str(tmp_path / "uploads"))


def alone(tmp_path: Path, content: bytes) -> dict[str, Any]:
    """What becomes of one file among four sound pictures of a class that needs five."""
    return by_class(tmp_path, {"cats": [content, *pictures(4)], "dogs": pictures(5, BLUE, first=100)})
