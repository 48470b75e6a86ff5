"""What a browser may wish to be dreamt, and what the page says beforehand of how long it takes."""

from __future__ import annotations

from typing import Any

import pytest

from components.layers_see import Dream, Studied, legal_dream
from models.cnn import Config


@pytest.mark.parametrize(
    "told",
    [
        None,
        "layer",
        {},
        {"layer": 3, "smoothness": "some", "jitter": True, "turn": 1},
        {"layer": -1, "smoothness": "some", "jitter": True, "turn": 1},
        {"layer": True, "smoothness": "some", "jitter": True, "turn": 1},
        {"layer": 1.0, "smoothness": "some", "jitter": True, "turn": 1},
        {"layer": 1, "smoothness": "most", "jitter": True, "turn": 1},
        {"layer": 1, "smoothness": ["some"], "jitter": True, "turn": 1},
        {"layer": 1, "smoothness": "some", "jitter": 1, "turn": 1},
        {"layer": 1, "smoothness": "some", "jitter": True, "turn": 2**60},
        {"layer": 1, "smoothness": "some", "jitter": True},
    ],
)
def test_nonsense_is_refused(told: Any) -> None:
    assert legal_dream(told, 2) is None


def test_a_wish_is_taken() -> None:
    told = {"layer": 2, "smoothness": "none", "jitter": False, "turn": 4, "more": "ignored"}
    assert legal_dream(told, 2) == Dream(2, "none", False, 4)


def test_layers_as_on_the_buttons() -> None:
    studied = Studied({}, Config(dataset="drawings", channels=(16, 1)), "run")
    assert studied.titles == ["Block 1: 16 channels", "Block 2: 1 channel", "Answer: the classes"]
    assert studied.sizes == ((3, 32, 32), 7, 1120)
