"""Levels as text, the levels that come with the game, the generator, and that all of them can be finished."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from models.platformer_game import Game
from models.platformer_generator import LONGEST, SHORTEST, Sliders, generate, reach
from models.platformer_level import LETTERS, MAX_WIDTH, THINGS, Level, LevelError
from models.platformer_levels import LEVELS
from models.platformer_replay import play
from models.platformer_rules import FAST, RUN, Rules
from models.platformer_search import solve
from models.platformer_ways import WAYS, way

SOUND = "20._3.s12.f3._20g"


def test_a_level_and_its_text_are_the_same_thing() -> None:
    level = Level.parse(SOUND)
    assert (level.width, level.height, level.start, level.flag) == (20, 3, (3, 1), (16, 1))
    assert level.text == SOUND
    for shipped in LEVELS:
        assert Level.parse(shipped.level.text) == shipped.level
        assert len(shipped.level.text) < 600  # a link may hold it
        assert re.fullmatch(r"[a-z0-9._]+", shipped.level.text)  # and leaves it as it is


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "The level is empty"),
        ("   ", "The level is empty"),
        (None, "must be a text, not nothing"),
        (7, "must be a text, not 7"),
        ("20._3.s12.f3._20.", "no floor; draw ground"),
        ("20._16.f3._20g", "no start; it needs exactly one"),
        ("20._3.s16._20g", "no flag; it needs exactly one"),
        ("20._3.2s11.f3._20g", "2 places for a start"),
        ("20._3.s10.2f4._20g", "2 places for a flag"),
        ("20._3.f12.s3._20g", "flag must stand to the right"),
        ("10000._3.s12.f3._20g", "Row 1 of the level is 10000 tiles wide; at most 400"),
        ("9999999999999999999._20g", "Row 1 of the level is far more tiles wide"),
        ("400.400._20g", "800 tiles wide"),
        ("_", "0 tiles wide"),
        ("0._0g", "repeats a tile 0 times"),
        ("20._3.s12.f3._19gw", "The walker in column 20, row 3 has no floor"),
        ("20._3.s12.f3._19g", "Row 3 of the level is 19 tiles wide and row 1 is 20"),
        ("4._s2.f_4g", "4 tiles wide; it may be 8 to 400"),
        ("3.s12.f3._20g", "2 tiles high; it may be 3 to 20"),
        ("20._" * 30 + "3.s12.f3._20g", "32 tiles high"),
        ("20._3.s12.f3._20", "ends in a number without a tile"),
        ("20._3.s12.f3._20x", "Row 3 of the level holds x, which stands for no tile"),
        ("20._3.S12.f3._20g", "Row 2 of the level holds S"),
        ("20._3.s12.f3.\n_20g", "Row 2 of the level holds"),
        ("20._3.s12.f3._-20g", "Row 3 of the level holds -"),
        ("20._3.s12.f3._20%67", "holds %"),
        ("20._3.s12.f3._4.16g", "no floor under the start"),
        ("20._3.s3w9.f3._5g2.13g", "The walker in column 6, row 2 has no floor"),
        ("20.h_3.s12.f3._20g", "Row 2"),
        ("20h_3.s12.f3._20g", "at most 8 tiles wide"),
        ("h.h.h.h.h.h.h.h.h.h.h.h.h.h._s26.f_28g", "14 platforms; at most 12"),
        ("40._s3.33wf2._40g", "33 walkers; at most 32"),
        ("²._3.s12.f3._20g", "Row 1 of the level holds ²"),
        ("." * 30000, "30000 characters"),
    ],
)
def test_what_is_no_level_is_refused_in_one_sentence(text: object, sentence: str) -> None:
    with pytest.raises(LevelError, match=sentence) as refused:
        Level.parse(text)
    said = str(refused.value)
    assert said.endswith(".")
    assert "\n" not in said
    assert len(said) < 200


@settings(max_examples=300, deadline=None)
@given(
    st.text(alphabet="".join([*LETTERS, *THINGS, *"0123456789_ x%²٣\n"]), max_size=60) | st.text(max_size=30)
)
@example("٣._s")
def test_any_text_is_a_level_or_refused(text: str) -> None:
    try:
        level = Level.parse(text)
    except LevelError as error:
        assert str(error).endswith(".")
    else:
        assert Level.parse(level.text) == level


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_an_edited_text_is_a_level_or_refused_and_never_anything_else(data: st.DataObject) -> None:
    text = LEVELS[data.draw(st.integers(0, len(LEVELS) - 1))].level.text
    at = data.draw(st.integers(0, len(text) - 1))
    edited = text[:at] + data.draw(st.text(max_size=3)) + text[at + data.draw(st.integers(0, 5)) :]
    try:
        level = Level.parse(edited)
    except LevelError:
        return
    game = Game([level], 2, rules=Rules(seconds=2))
    for _ in range(10):
        game.step([1, 4])


def test_painting_gives_another_level_or_a_sentence() -> None:
    level = LEVELS[0].level
    assert level.painted(20, 12, ".").rows[12][20] == "."
    assert level.rows[12][20] == "g"
    for column, row, letter in (
        (500, 0, "g"),
        (0, -1, "g"),
        (20, 12, "ß"),
        (20, 12, "gg"),
        (20, 12, ""),
        (20, 12, "s"),
    ):
        with pytest.raises(LevelError):
            level.painted(column, row, letter)
    with pytest.raises(LevelError, match="no start"):
        level.painted(*level.start, ".")


def test_the_levels_go_from_easy_to_hard() -> None:
    assert len(LEVELS) >= 8
    assert len({shipped.name for shipped in LEVELS}) == len(LEVELS)
    first = LEVELS[0].level
    assert not first.walkers
    assert not first.platforms
    assert first.items
    third = LEVELS[2].level
    assert third.walkers
    assert third.platforms
    widths = [shipped.level.width for shipped in LEVELS]
    assert widths[0] == min(widths)
    assert max(widths) <= MAX_WIDTH


@pytest.mark.parametrize("number", range(len(LEVELS)))
def test_every_level_can_be_finished_by_its_recorded_game(number: int) -> None:
    assert len(WAYS) == len(LEVELS)
    *_, last = play(way(number))
    assert last.ended[0].how == "flag"
    assert last.ended[0].seconds < 30


def test_the_search_finds_a_way_and_none_where_there_is_none() -> None:
    found = solve(LEVELS[0].level)
    assert found is not None
    game = Game([LEVELS[0].level], 1)
    for action in found:
        game.step([action])
    assert game.ended[0].how == "flag"
    wide = Level.parse("40._40._40._40._2.s30.f6._10g20.10g")
    assert solve(wide, most=3000) is None


def test_the_ferry_needs_its_ferry() -> None:
    ferry = LEVELS[2].level
    assert solve(ferry) is not None
    assert solve(Level(tuple(row.replace("h", ".") for row in ferry.rows)), most=20_000) is None


@pytest.mark.parametrize("number", [4, 7, 8])
def test_running_right_and_jumping_at_random_does_not_finish_a_later_level(number: int) -> None:
    """Else there would be nothing to learn."""
    game = Game([LEVELS[number].level], 64, seed=1)
    random = np.random.default_rng(0)
    for _ in range(300):
        game.step(random.choice([1, 2, 3, 4], 64))
    assert not [ending for ending in game.endings if ending.how == "flag"]


def flown(rise: int, speed: int) -> float:
    """Tiles of the widest pit that the game itself lets a full jump at this speed cross, found by trying."""
    widest = -1.0
    for pit in range(1, 10):
        drop = 6
        rows = [["."] * 60 for _ in range(14)]
        for column in range(60):
            top = drop + 1 if column < 30 else drop + 1 - rise
            for row in range(top, 14):
                if not 30 <= column < 30 + pit:
                    rows[row][column] = "g"
        # Ground beyond the pit is `rise` higher than before it.
        for column in range(30 + pit, 60):
            for row in range(14):
                rows[row][column] = "g" if row >= drop + 1 - rise else "."
        rows[drop][2], rows[drop - rise][58] = "s", "f"
        level = Level(tuple("".join(row) for row in rows))
        game = Game([level], 1, rules=Rules(skip=1))
        step, jump = (1, 2) if speed == RUN else (3, 4)
        while not game.ended:
            # The last tick on which it still stands: its right edge goes over, its left edge stays.
            over = game.world.x[0] + game.world.vx[0] > 30 * 4096 - speed
            game.step([jump if over else step])
            if game.world.x[0] > (30 + pit) * 4096 and game.world.ground[0]:
                break
        if not game.ended:
            widest = pit
    return widest


@pytest.mark.parametrize("rise", [-2, -1, 0, 1, 2])
@pytest.mark.parametrize("speed", [RUN, FAST])
def test_the_generators_reach_is_the_games(rise: int, speed: int) -> None:
    assert flown(rise, speed) >= np.floor(reach(rise, speed) - 0.5)
    assert flown(rise, speed) <= reach(rise, speed) + 1


def test_no_jump_gets_five_tiles_up() -> None:
    assert reach(4, RUN) > 0
    assert reach(5, RUN) == -np.inf


def test_sliders_at_zero_leave_things_out_and_more_of_them_bring_more() -> None:
    bare = [generate(Sliders(0, 0, 0, 0, 120), seed) for seed in range(8)]
    assert all(not level.walkers and not level.platforms and not level.items for level in bare)
    assert all("." not in level.rows[13] for level in bare)  # no pits
    full = [generate(Sliders(1, 1, 1, 1, 120), seed) for seed in range(8)]
    some = [generate(Sliders(0.4, 0.3, 0.3, 0.3, 120), seed) for seed in range(8)]

    def count(levels: list[Level], of: str) -> int:
        return sum(len(getattr(level, of)) for level in levels)

    for of in ("walkers", "platforms", "items"):
        assert count(full, of) > count(some, of) > 0
    assert (
        sum(level.rows[13].count(".") for level in full)
        > sum(level.rows[13].count(".") for level in some)
        > 0
    )


def test_a_seed_means_one_level() -> None:
    assert generate(Sliders(), 4) == generate(Sliders(), 4)
    assert len({generate(Sliders(), seed) for seed in range(20)}) == 20


@settings(max_examples=60, deadline=None)
@given(
    st.builds(
        Sliders,
        *[st.floats(0, 1)] * 4,
        length=st.integers(SHORTEST, LONGEST),
    ),
    st.integers(0, 2**63),
)
def test_every_setting_of_the_sliders_gives_a_level_of_that_length(sliders: Sliders, seed: int) -> None:
    level = generate(sliders, seed)
    assert level.width == sliders.length
    assert Level.parse(level.text) == level


@pytest.mark.parametrize("seed", range(8))
def test_generated_levels_can_be_finished(seed: int) -> None:
    share = [(0.2, 0.2, 0.2, 0.5), (0.5, 0.5, 0.5, 0.5), (0.8, 0.8, 0.8, 0.2), (1.0, 1.0, 1.0, 1.0)][seed % 4]
    assert solve(generate(Sliders(*share, 90), seed)) is not None


@pytest.mark.parametrize(
    "bad",
    [
        {"pits": 1.5},
        {"walkers": -0.1},
        {"coins": float("nan")},
        {"platforms": "1"},
        {"length": 39},
        {"length": 50.0},
    ],
)
def test_sliders_out_of_range_are_refused_in_a_sentence(bad: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=f"slider {next(iter(bad))} is .* from .*\\.$"):
        Sliders(**bad)  # type: ignore[arg-type]
