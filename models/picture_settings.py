"""Settings that mean the same in every lesson that learns from pictures, declared once."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from models.declarations import Choice, Text

Device: TypeAlias = Annotated[
    str,
    Choice(
        ("auto", "cpu", "cuda", "mps"),
        group="Training",
        advanced=True,
        widget=False,
        help="Where to compute. auto takes a GPU when there is one.",
    ),
]

#: Places of this server: neither a link nor the browser may name one.
DataFolder: TypeAlias = Annotated[
    str,
    Text(
        widget=False,
        linked=False,
        max_length=4000,
        help="Folder of downloaded pictures, as their publishers store them.",
    ),
]
OwnPictures: TypeAlias = Annotated[
    str,
    Text(
        widget=False,
        linked=False,
        max_length=4000,
        help="File of pictures of your own, as the page keeps it.",
    ),
]
