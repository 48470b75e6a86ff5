"""The race that a sketch asks for: every legal wish is answered, anything else is refused."""

from __future__ import annotations

import copy
import json
import math
from typing import Any

import numpy as np
import pytest

from models.race_asked import BEGINNERS, FIRST, MOST_STEPS, Wish, answer, answer_to, legal_wish, usual
from models.surfaces import SURFACES
from models.update_rules import RULES

WISH: dict[str, Any] = {
    "turn": 3,
    "surface": "beale",
    "condition": 10,
    "runners": ["sgd", "lion"],
    "start": [0.5, -1],
    "n_steps": 50,
    "numbers": {rule: dict(values) for rule, values in usual("beale", 10)},
}
HOSTILE: list[Any] = [
    None,
    True,
    "1e999",
    "<b>",
    -1,
    1e300,
    math.nan,
    math.inf,
    10**400,
    [],
    {},
    [1, 2, 3],
    {"x": 1},
]


def test_a_whole_wish_is_read() -> None:
    wish = legal_wish(json.loads(json.dumps(WISH)))
    assert wish is not None
    assert (wish.surface, wish.start, wish.n_steps, wish.runners, wish.turn) == (
        "beale", (0.5, -1.0), 50, ("sgd", "lion"), 3,
    )  # fmt: skip
    answered = answer(WISH)
    assert (answered["turn"], answered["surface"]) == (3, "beale")
    assert answer({**WISH, "turn": 4}) == {**answered, "turn": 4}


def test_a_surface_alone_brings_what_suits_it() -> None:
    wish = legal_wish({"turn": 1, "surface": "rosenbrock", "condition": 10, "runners": ["lion", "sgd"]})
    surface = SURFACES["rosenbrock"]
    assert wish is not None
    assert (wish.start, wish.n_steps, wish.runners) == (surface.start, surface.n_steps, ("sgd", "lion"))
    assert dict(dict(wish.numbers)["sgd"])["rate"] == surface.rates["sgd"]


@pytest.mark.parametrize("name", WISH)
@pytest.mark.parametrize("value", HOSTILE, ids=repr)
def test_anything_else_in_its_place_is_refused(name: str, value: Any) -> None:
    if (name, value) == ("runners", []):
        wish = legal_wish({**WISH, "runners": []})
        assert wish is not None and answer_to(wish)["paths"] == []
        return
    assert legal_wish({**WISH, name: value}) is None


@pytest.mark.parametrize("value", HOSTILE, ids=repr)
def test_hostile_numbers_of_a_rule(value: Any) -> None:
    told = copy.deepcopy(WISH)
    told["numbers"]["adam"]["rate"] = value
    assert legal_wish(told) is None
    told["numbers"]["adam"] = value
    assert legal_wish(told) is None


@pytest.mark.parametrize("value", HOSTILE, ids=repr)
def test_no_wish_at_all(value: Any) -> None:
    assert legal_wish(value) is None
    with pytest.raises(ValueError, match="There is no such race"):
        answer(value)


def test_places_off_the_plane_and_steps_beyond_the_most_are_refused() -> None:
    assert legal_wish({**WISH, "start": [100, 0]}) is None
    assert legal_wish({**WISH, "n_steps": MOST_STEPS + 1}) is None
    assert legal_wish({**WISH, "runners": ["sgd", "sgd"]}) is None
    assert legal_wish({**WISH, "condition": 0.5}) is None


@pytest.mark.parametrize("name", SURFACES)
def test_every_surface_is_answered(name: str) -> None:
    wish = Wish(name, 10.0, SURFACES[name].start, 60, tuple(RULES), usual(name, 10.0))
    answered = answer_to(wish)
    json.dumps({**answered, "ground": None, "paths": None}, allow_nan=False)
    assert [path["rule"] for path in answered["paths"]] == list(RULES)
    for path in answered["paths"]:
        rows = path["rows"]
        assert rows.shape[1] == 11 and np.isfinite(rows).all()
        assert rows[0, :2] == pytest.approx(SURFACES[name].start, rel=1e-6)
        assert rows[1, :2] == pytest.approx(rows[0, :2] + rows[0, 9:11], rel=1e-4, abs=1e-5)


def test_rates_that_blow_everything_up_are_answered_too() -> None:
    numbers = tuple((rule, tuple((n, k.high) for n, k in kind.knobs.items())) for rule, kind in RULES.items())
    for name, surface in SURFACES.items():
        answered = answer_to(Wish(name, 1000.0, surface.start, 200, tuple(RULES), numbers))
        assert all(np.isfinite(path["rows"]).all() for path in answered["paths"])


def test_the_first_race_is_the_lessons() -> None:
    steps = {path["rule"]: path["step"] for path in answer_to(FIRST)["paths"]}
    assert tuple(steps) == BEGINNERS
    assert steps["sgd"] > 3 * steps["momentum"]
