"""Who may be told something past a page's script: a browser holds an id that only its page knows, the server finds who it is.

Streamlit tells the script of a moved slider after the browser has drawn it, and of one that is dragged only when it is let
go. What follows a slider need not wait for that.
"""

from __future__ import annotations

from typing import Any, Protocol
from weakref import WeakValueDictionary


class Shortcut(Protocol):
    """Somebody in a session of a page."""

    @property
    def learner(self) -> str:
        """Whose session it is: nobody else's browser is heard."""

    def told(self, name: str, position: float | str) -> dict[str, Any]:
        """Called, from any thread, with what a browser says, which may be anything. Gives an answer for it (JSON)."""


#: Id → who lives no longer than the session that holds them.
shortcuts: WeakValueDictionary[str, Shortcut] = WeakValueDictionary()
