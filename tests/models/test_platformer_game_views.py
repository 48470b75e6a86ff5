"""What an agent sees: the tile window and the picture against worked-out ones, and the environments' own checkers."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env
from stable_baselines3.common.env_checker import check_env as check_env_for_sb3
from stable_baselines3.common.vec_env import VecMonitor

from models.platformer_game import Game
from models.platformer_gym import PlatformerEnv, PlatformerVecEnv, spaces
from models.platformer_level import Level
from models.platformer_levels import LEVELS
from models.platformer_moving import TILE
from models.platformer_pixels import HERO, SHAPE, SKY
from models.platformer_rules import N_ACTIONS, OBSERVATIONS, Rules
from models.platformer_view import ABOVE, BEHIND, COLUMNS, N_NUMBERS, PLANE, ROWS

SHIPPED = [shipped.level for shipped in LEVELS]
SMALL = Level(
    (
        *["." * 24] * 8,
        "........q...............",
        "..................hh....",
        ".....s.c..w...........f.",
        "gggggggggggg..gggggggggg",
    )
)


def as_dict(seen: object) -> dict[str, np.ndarray]:
    return seen if isinstance(seen, dict) else {"": np.asarray(seen)}


def planes(game: Game) -> np.ndarray:
    """(3, ROWS, COLUMNS) of the first copy."""
    seen = game.observe()
    assert isinstance(seen, np.ndarray)
    return seen[0, : 3 * PLANE].reshape(3, ROWS, COLUMNS)


def test_the_window_shows_the_level_around_the_hero() -> None:
    game = Game([SMALL], 1)
    holds, gives, catches = planes(game)
    assert (game.world.x[0] // TILE, game.world.y[0] // TILE) == (5, 10)
    floor = SMALL.tiles[11, 5 - BEHIND : 5 - BEHIND + COLUMNS] >= 2
    np.testing.assert_array_equal(holds[ABOVE + 1], floor)
    assert holds[ABOVE + 2 :].sum() == 0  # below the level
    assert gives[ABOVE, BEHIND + 2] == 1  # the coin two ahead
    assert gives[ABOVE - 2, BEHIND + 3] == 0.5  # the block
    assert holds[ABOVE - 2, BEHIND + 3] == 1
    assert gives.sum() == 1.5
    assert catches[ABOVE, BEHIND + 5] == 1
    assert catches.sum() == 1


def test_a_walker_between_two_cells_is_shared_out_and_a_platform_holds() -> None:
    game = Game([SMALL], 1, rules=Rules(skip=1))
    game.step([0])
    holds, _, catches = planes(game)
    x = game.snapshot()["walkers"][0, 0, 0]
    column = int(np.floor(x))
    share = x - column
    assert 0 < share < 1
    assert catches[ABOVE, column - 5 + BEHIND] == pytest.approx(1 - share, abs=1e-6)
    assert catches[ABOVE, column - 5 + BEHIND + 1] == pytest.approx(share, abs=1e-6)
    assert catches.sum() == pytest.approx(1)
    for _ in range(140):
        game.step([1 if game.world.x[0] < 8 * TILE else 0])
        if game.ended:
            break
    # The window ends BEHIND columns before the hero and COLUMNS after that: the platform is in it by now, or was met.
    left, top, width = game.snapshot()["platforms"][0, 0]
    column, row = int(game.world.x[0] + 1536) // TILE, int(game.world.y[0] + 1792) // TILE
    holds = planes(game)[0]
    shown = holds[int(top + 0.5) - row + ABOVE]
    cells = np.arange(COLUMNS) + column - BEHIND
    cover = np.clip(np.minimum(left + width, cells + 1) - np.maximum(left, cells), 0, 1)
    np.testing.assert_allclose(shown, cover, atol=1e-3)


def test_its_own_motion_comes_last() -> None:
    game = Game([SMALL], 1, rules=Rules(skip=1))
    game.step([0])
    seen = game.step([1])[0]
    assert isinstance(seen, np.ndarray)
    vx, vy, ground, x, y = seen[0, 3 * PLANE :]
    assert vx == pytest.approx(20 / 614)
    assert vy == 0
    assert ground == 1
    assert x == pytest.approx((game.world.x[0] + 1536) % TILE / TILE)
    assert y == pytest.approx((game.world.y[0] + 1792) % TILE / TILE)


def test_a_taken_coin_is_seen_by_nobody_again() -> None:
    game = Game([SMALL], 2)
    for _ in range(9):
        game.step([1, 0])
    seen = game.observe()
    assert isinstance(seen, np.ndarray)
    gives = seen[:, PLANE : 2 * PLANE]
    assert game.world.coins.tolist() == [1, 0]
    assert not (gives[0] == 1).any()
    assert (gives[1] == 1).sum() == 1


@pytest.mark.parametrize("observation", OBSERVATIONS)
def test_what_is_seen_lies_in_its_space_wherever_the_hero_gets(observation: str) -> None:
    space, actions = spaces(observation)
    assert actions.n == N_ACTIONS
    game = Game(SHIPPED, len(SHIPPED), observation=observation)
    random = np.random.default_rng(2)
    for _ in range(120):
        seen = game.step(random.integers(0, 10, game.n))[0]
        for i in range(game.n):
            row = {name: rows[i] for name, rows in seen.items()} if isinstance(seen, dict) else seen[i]
            assert space.contains(row)


def test_the_picture_shows_the_hero_in_its_place_and_what_lies_around() -> None:
    game = Game([SMALL], 1, observation="pixels")
    picture = game.observe()
    assert isinstance(picture, np.ndarray)
    assert picture.shape == (1, *SHAPE)
    rows, columns = (picture[0, 0] == HERO).nonzero()
    assert (rows.max() - rows.min() + 1, columns.max() - columns.min() + 1) in ((4, 3), (4, 4), (3, 3))
    assert rows.min() // 4 == 9
    below = picture[0, 0, rows.max() + 1 : rows.max() + 5, columns.min()]
    assert (below > SKY).all()
    assert (picture[0, 0, :8, 8:] == SKY).all()  # above the level; on the left is the wall at its edge


def test_the_picture_scrolls_by_pixels() -> None:
    """A quarter of a tile further, the same level stands one pixel further left."""
    game = Game([LEVELS[0].level], 1, observation="pixels")
    before = game.observe()
    game.world.x[0] += TILE // 4
    after = game.observe()
    assert isinstance(before, np.ndarray)
    assert isinstance(after, np.ndarray)
    ground = slice(44, 60)
    np.testing.assert_array_equal(after[0, 0, ground, :-1], before[0, 0, ground, 1:])


@pytest.mark.parametrize("observation", OBSERVATIONS)
def test_gymnasium_and_stable_baselines_find_nothing_wrong(observation: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        # Gymnasium asks for the environment's registration, which is for makers of packages.
        warnings.filterwarnings("ignore", message=".*not have a `spec`.*|.*`spec`.*|.*spec.*None.*")
        check_env(PlatformerEnv(SHIPPED, observation=observation), skip_render_check=True)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check_env_for_sb3(PlatformerEnv(SHIPPED, observation=observation))


def test_the_environment_of_one_goes_on_to_the_next_episode_when_reset() -> None:
    env = PlatformerEnv(SHIPPED, rules=Rules(seconds=1, phase=300), draw="random", seed=1)
    drawn = []
    for _ in range(5):
        first, _ = env.reset()
        drawn.append((int(env.game.world.level[0]), int(env.game.phase[0])))
        done = False
        while not done:
            seen, _, terminated, truncated, info = env.step(np.int64(0))
            done = terminated or truncated
        assert info["ending"].how in ("time", "caught")
        assert env.observation_space.contains(seen)
        assert env.observation_space.contains(first)
    assert len(set(drawn)) == 5
    env.reset(seed=1)
    assert (int(env.game.world.level[0]), int(env.game.phase[0])) == drawn[0]


@pytest.mark.parametrize("observation", OBSERVATIONS)
def test_the_batch_is_a_vec_env_as_stable_baselines_wants_it(observation: str) -> None:
    game = Game(SHIPPED, 4, observation=observation, rules=Rules(seconds=1))
    env = VecMonitor(PlatformerVecEnv(game))
    first = env.reset()
    for step in range(1, 16):
        seen, reward, done, infos = env.step(np.zeros(4, dtype=np.int64))
        assert reward.dtype == np.float32
        assert len(infos) == 4
        assert done.all() == (step == 15)
    for info in infos:
        assert info["TimeLimit.truncated"] is True
        assert info["episode"]["l"] == 15
        assert info["ending"].how == "time"
        last = info["terminal_observation"]
        shape = last["tiles"].shape if isinstance(last, dict) else last.shape
        assert shape == ((N_NUMBERS,) if observation != "pixels" else SHAPE)
    for name, rows in as_dict(first).items():
        np.testing.assert_array_equal(as_dict(seen)[name], rows)
    with pytest.raises(AttributeError):
        env.env_method("render")


def test_an_observation_stays_what_it_was_when_the_game_goes_on() -> None:
    """Learners keep the last one while they ask for the next."""
    game = Game([SMALL], 2)
    first = game.step([1, 1])[0]
    assert isinstance(first, np.ndarray)
    kept = first.copy()
    for _ in range(30):
        game.step([1, 4])
    np.testing.assert_array_equal(first, kept)
