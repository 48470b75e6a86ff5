"""Worlds as text: read back as written, and refused in one sentence when they are none."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.gridworld_settings import Config
from models.gridworld_world import (
    GOAL,
    HIGHEST,
    LETTERS,
    NAMES,
    START,
    TITLES,
    WALL,
    WIDEST,
    WORLDS,
    check_painted,
    read_world,
)
from models.settings import SettingError, from_mapping, parse_value, settings_of

SETTINGS = {setting.name: setting for setting in settings_of(Config)}


def test_a_world_worked_out() -> None:
    world = read_world("S.x/uGP~1.2=-0.5~2.2=3")
    assert (world.n_rows, world.n_columns) == (2, 3)
    assert [NAMES[kind] for kind in world.cells] == ["start", "floor", "wall", "wind up", "goal", "pit"]
    assert world.start == 0 and world.rewards == {1: -0.5, 4: 3.0}


@pytest.mark.parametrize("name", WORLDS)
def test_ready_made_worlds_are_worlds(name: str) -> None:
    world = read_world(name)
    assert name in TITLES and world.text() == WORLDS[name]
    assert read_world(world.text()) == world


@st.composite
def some_worlds(draw: st.DrawFn) -> str:
    rows, columns = draw(st.integers(1, HIGHEST)), draw(st.integers(2, WIDEST))
    n = rows * columns
    others = st.sampled_from([letter for letter in LETTERS if letter != "S"])
    cells = draw(st.lists(others, min_size=n, max_size=n))
    start, goal = draw(st.lists(st.integers(0, n - 1), min_size=2, max_size=2, unique=True))
    cells[start], cells[goal] = "S", "G"
    own = draw(st.dictionaries(st.integers(0, n - 1), st.integers(-100_000, 100_000), max_size=4))
    rewards = [
        f"~{at // columns + 1}.{at % columns + 1}={value / 1000:g}"
        for at, value in sorted(own.items())
        if cells[at] != "x"
    ]
    return "/".join("".join(cells[i * columns : (i + 1) * columns]) for i in range(rows)) + "".join(rewards)


@settings(max_examples=200, deadline=None)
@given(some_worlds())
def test_what_is_written_is_read_back(text: str) -> None:
    world = read_world(text)
    assert world.text() == text
    assert parse_value(SETTINGS["world"], text) == parse_value(SETTINGS["painted"], text) == text


REFUSED = {
    "": "is empty",
    "...G": "has no start",
    "S...": "has no goal",
    "S.S/..G": "has 2 starts",
    "S.G/": "Row 2 of the world is 0 cells wide",
    "/S.G": "Row 1 of the world is 0 cells wide",
    "S" + "." * 9998 + "G": "is 10,000 cells wide; at most 16",
    "S.G" + "/..." * 12: "is 13 rows high; at most 12",
    "S.G/..": "has 2 cells, but row 1 has 3",
    "S?G": "has “?” in row 1, column 2",
    "S<b>G": "has “<” in row 1, column 2",
    "S.G~1.2=nan": "“1.2=nan” cannot be read",
    "S.G~1.2=inf": "cannot be read",
    "S.G~1.2=1e3": "cannot be read",
    "S.G~1.2=0.1~1.2=0.2": "two rewards",
    "S.G~1.2=999": "is too large",
    "S.G~1.4=1": "outside its 1 rows and 3 columns",
    "S.G~0.1=1": "outside",
    "SxG~1.2=1": "for a wall",
    "S.G~": "cannot be read",
    "S.G~١.١=١": "cannot be read",
    "nowhere": "is not a ready-made one",
    "S.G\u202e": "has “?”",
}


@pytest.mark.parametrize(("text", "words"), REFUSED.items(), ids=range(len(REFUSED)))
def test_what_is_no_world_is_refused_in_one_sentence(text: str, words: str) -> None:
    for name in ("world", "painted"):
        if name == "painted" and text == "":
            continue
        with pytest.raises(SettingError, match=words.replace("?", r"\?")) as caught:
            from_mapping(Config, {name: text})
        sentence = str(caught.value)
        assert sentence.endswith(".") and "\n" not in sentence and len(sentence) < 260
        assert sentence.isprintable()


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60) | st.text(alphabet="SG.x/~=-0123456789ud", max_size=40))
def test_any_text_is_a_world_or_a_sentence(text: str) -> None:
    try:
        world = read_world(text)
    except ValueError as error:
        assert str(error).endswith(".") and str(error).isprintable()
    else:
        assert world.cells.count(START) == 1 and GOAL in world.cells
        assert all(world.cells[at] != WALL for at in world.rewards)


@pytest.mark.parametrize("raw", [7, None, True, ["S.G"], {"a": 1}, "S.G\n", "x" * 30_000])
def test_what_is_no_line_of_text_is_refused(raw: object) -> None:
    for name in ("world", "painted"):
        with pytest.raises(SettingError):
            from_mapping(Config, {name: raw})


def test_nothing_painted_is_legal() -> None:
    check_painted("")
    assert from_mapping(Config, {"painted": ""}) == Config()
