"""What the sketch of the line to fit by hand may tell the page: a legal wish is taken, anything else is left unread."""

from __future__ import annotations

from typing import Any

import pytest

from components.descent import LineWish, legal_line
from tests.models.test_race_asked import HOSTILE


@pytest.mark.parametrize("value", HOSTILE, ids=repr)
def test_no_line_at_all(value: Any) -> None:
    assert legal_line(value) is None
    good: dict[str, Any] = {"line": [0.5, 1], "rate": 0.1, "turn": 2}
    assert legal_line(good) == LineWish((0.5, 1.0), 0.1, 2)
    for name in good:
        assert legal_line({**good, name: value}) is None
    assert legal_line({**good, "line": [value, 1]}) is None or value == -1
