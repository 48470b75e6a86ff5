"""The platformer's physics against numbers worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from models.platformer_game import Game
from models.platformer_level import Level
from models.platformer_moving import GLIDE, TILE, WALK, beat, travel, wave
from models.platformer_physics import FALL, HEIGHT, JUMP, RISE, WIDTH
from models.platformer_rules import ACTIONS, FAST, FRICTION, N_ACTIONS, PUSH, RUN, TERMS, Rewards, Rules

TICKWISE = Rules(skip=1, seconds=60)
NOTHING, RIGHT, RIGHT_JUMP, RUN_RIGHT, RUN_JUMP, JUMPS, LEFT = range(N_ACTIONS)
AIR = "." * 24


def level(*rows: str) -> Level:
    """These rows, filled up with air, over ground if the last row is none."""
    width = max(len(row) for row in rows)
    return Level((*(["." * width] * (12 - len(rows))), *(row.ljust(width, ".") for row in rows)))


FLAT = level("s.....................f.", "g" * 24)


def game(on: Level = FLAT, **more: object) -> Game:
    return Game([on], 1, rules=TICKWISE, **more)  # type: ignore[arg-type]


def after(played: Game, *actions: int) -> Game:
    for action in actions:
        played.step([action])
    return played


def test_the_actions_are_what_their_names_say() -> None:
    for name, direction, fast, jump in ACTIONS:
        assert (direction == 1) == ("right" in name)
        assert (direction == -1) == ("left" in name)
        assert fast == ("run" in name)
        assert jump == ("jump" in name)


def test_running_gathers_speed_by_the_push_up_to_the_limit() -> None:
    played, x = game(), []
    for _ in range(40):
        played.step([RIGHT])
        x.append(int(played.world.x[0]))
    speeds = np.diff([TILE // 8, *x]).tolist()
    assert speeds == [min(PUSH * (i + 1), RUN) for i in range(40)]
    assert RUN < int(after(game(), *[RUN_RIGHT] * 40).world.vx[0]) == FAST


def test_friction_stops_whoever_lets_go() -> None:
    played = after(game(), *[RIGHT] * 10)
    assert played.world.vx[0] == 10 * PUSH
    after(played, NOTHING)
    assert played.world.vx[0] == 10 * PUSH - FRICTION
    after(played, *[NOTHING] * 10)
    assert played.world.vx[0] == 0


def height_of(held: int) -> int:
    """Units that a hero rises who holds the jump for so many ticks."""
    played = after(game(), *[NOTHING] * 2)
    ground = int(played.world.y[0])
    heights = []
    for i in range(70):
        played.step([JUMPS if i < held else NOTHING])
        heights.append(ground - int(played.world.y[0]))
    assert heights[-1] == 0
    return max(heights)


def test_a_jump_rises_as_far_as_its_sum_says_and_higher_the_longer_it_is_held() -> None:
    rises = [JUMP - RISE * i for i in range(1, JUMP // RISE + 1)]
    assert height_of(60 - 20) == sum(rises)  # let go while falling: no second jump in 70 ticks
    short = [JUMP - RISE]
    while short[-1] > FALL:
        short.append(short[-1] - FALL)
    assert height_of(1) == sum(short)
    assert height_of(1) < height_of(8) < height_of(16) < height_of(40)
    assert 4 < height_of(40) / TILE < 4.5


def test_a_wall_stops_and_a_floor_holds() -> None:
    walled = level("s....g............f.", "g" * 20)
    played = after(game(walled), *[RIGHT] * 120)
    assert played.world.x[0] == 5 * TILE - WIDTH
    assert played.world.vx[0] == 0
    assert played.world.y[0] == 11 * TILE - HEIGHT
    assert played.world.ground[0]
    after(played, *[LEFT] * 200)
    assert played.world.x[0] == 0  # the edge of the level is a wall


def test_falling_into_a_pit_ends_the_game_there() -> None:
    pit = level("s....f....", "ggg..ggggg")
    played = game(pit)
    for _ in range(200):
        _, reward, terminated, truncated = played.step([RIGHT])
        if terminated[0]:
            break
    ending = played.ended[0]
    assert ending.how == "fell"
    assert not truncated[0]
    assert reward[0] < Rewards().death + 0.2
    assert 3 < ending.x < 5
    assert ending.y > pit.height
    assert 0.4 < ending.progress < 1


def test_the_flag_ends_the_game_with_its_reward() -> None:
    played = game()
    for _ in range(400):
        _, reward, terminated, _ = played.step([RIGHT])
        if terminated[0]:
            break
    assert played.ended[0].how == "flag"
    assert played.ended[0].progress == 1
    assert reward[0] > Rewards().flag
    # From the middle of the start's cell until its right edge is past the middle of the flag's: half a hero less.
    way = 22 - WIDTH / TILE / 2
    assert way < played.ended[0].terms[TERMS.index("progress")] <= way + RUN / TILE


def test_coins_are_taken_once_and_blocks_give_one_when_hit_from_below() -> None:
    rich = Level(
        (
            *[AIR[:21]] * 7,
            "....................f",
            "...q.................",
            *[AIR[:21]] * 1,
            "s.cc.................",
            "g" * 21,
        )
    )
    played = after(game(rich), *[RIGHT] * 60)
    assert played.world.coins[0] == 2
    under = Level((*["." * 21] * 8, "q...................f", AIR[:21], "s" + AIR[:20], "g" * 21))
    played = after(game(under), *[NOTHING] * 2, *[JUMPS] * 20, *[NOTHING] * 60)
    assert played.world.coins[0] == 1
    assert played.snapshot()["taken"].tolist() == [[True]]
    after(played, *[JUMPS] * 20, *[NOTHING] * 60)
    assert played.world.coins[0] == 1


def test_a_walker_goes_to_and_fro_between_a_wall_and_the_end_of_its_floor() -> None:
    walked = level("s....g..w......f", "gggggggggg..gggg")
    assert beat(walked, 8, 10) == (6, 9)
    track = wave(400, 8 * TILE, 6 * TILE, 9 * TILE, -WALK)
    assert track[0] == 8 * TILE
    assert track[1] == 8 * TILE - WALK  # to the left first
    assert 6 * TILE <= track.min() < 6 * TILE + WALK
    assert 9 * TILE - WALK < track.max() <= 9 * TILE
    assert set(np.abs(np.diff(track)).tolist()) <= set(range(WALK + 1))


def test_touching_a_walker_ends_it_and_falling_onto_one_stomps_it() -> None:
    walked = level("s...w...........f", "g" * 17)
    played = game(walked)
    while not played.ended:
        played.step([RIGHT])
    assert played.ended[0].how == "caught"
    above = Level((*["." * 17] * 4, "s...............f", *["." * 17] * 5, "w................", "g" * 17))
    played = game(above)
    while played.world.stomps[0] == 0:
        played.step([NOTHING])
        assert not played.ended
    assert played.world.vy[0] < 0  # it bounces
    assert played.terms[TERMS.index("stomp"), 0] == 1
    assert np.isnan(played.snapshot()["walkers"]).all()
    after(played, *[NOTHING] * 100)
    assert not played.endings


def test_a_platform_carries_whoever_stands_on_it() -> None:
    ferry = Level(
        (
            *["." * 21] * 8,
            "s...................f",
            "g....................",
            ".hhh.................",
            ".................gggg",
        )
    )
    assert travel(ferry, ferry.platforms[0]) == (1, 5)  # a rider would not fit under the ground on the left
    played = after(game(ferry), *[RIGHT] * 22, *[NOTHING] * 18)
    assert played.world.ground[0]
    assert played.world.ride[0] > 0
    x, on = int(played.world.x[0]), played.snapshot()["platforms"][0, 0]
    after(played, *[NOTHING] * 5)
    moved = played.snapshot()["platforms"][0, 0] - on
    assert int(played.world.x[0]) - x == pytest.approx(moved[0] * TILE, abs=1)
    assert abs(moved[0]) * TILE == pytest.approx(5 * GLIDE, abs=1)


def test_a_lift_carries_up_and_can_be_jumped_through_from_below() -> None:
    lift = Level(
        (*["." * 20] * 8, "....................", ".vvv................", "s..................f", "g" * 20)
    )
    played = game(lift)
    after(played, *[RIGHT] * 26, *[NOTHING] * 174)
    assert played.world.y[0] == 11 * TILE - HEIGHT
    over = played.snapshot()["platforms"][0, 0, 1] * TILE
    assert over < played.world.y[0]
    after(played, *[JUMPS] * 30)
    assert played.world.y[0] + HEIGHT < over  # it came through
    after(played, *[NOTHING] * 30)
    assert played.world.ride[0] > 0
    before, top = int(played.world.y[0]), played.snapshot()["platforms"][0, 0, 1]
    after(played, *[NOTHING] * 4)
    change = (played.snapshot()["platforms"][0, 0, 1] - top) * TILE
    assert int(played.world.y[0]) - before == pytest.approx(change, abs=1)
    assert change != 0
