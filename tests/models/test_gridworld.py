"""Planning and learning in a grid: by hand, against the closed form, towards the best, and what the presets claim."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from models.gridworld import PRESETS, Config, Course, train
from models.gridworld_dynamics import ACTIONS, Array, Dynamics, one_hot, soft
from models.gridworld_learning import UPDATE, Learner, MonteCarlo, QLearning, Sarsa, learner
from models.gridworld_planning import PolicyIteration, planner
from models.gridworld_settings import METHODS, PLANNERS
from models.gridworld_world import GOAL, LETTERS, WIDEST, World, read_world
from models.settings import from_mapping, to_mapping
from models.step import Step

UP, RIGHT, DOWN, LEFT = range(4)
CLIFF = dict(PRESETS["cliff_q"].config)


def dynamics(text: str, **config: Any) -> Dynamics:
    return Dynamics(read_world(text), Config(**config))


def finished(**config: Any) -> tuple[dict[str, float], Step]:
    """The last value of every metric, and the last step."""
    metrics: dict[str, float] = {}
    for step in train(Config(**config)):
        metrics |= step.metrics
    return metrics, step


def random_worlds(n: int) -> Iterator[tuple[Dynamics, Array]]:
    """Worlds of any size, walls, wind, slip and rewards, each with a policy drawn at random."""
    for seed in range(n):
        generator = np.random.default_rng(seed)
        rows, columns = int(generator.integers(1, 9)), int(generator.integers(2, WIDEST + 1))
        letters = generator.choice(list(".....xxPCurdl"), rows * columns)
        start, goal = generator.choice(rows * columns, 2, replace=False)
        letters[start], letters[goal] = "S", "G"
        cells = tuple(LETTERS.index(letter) for letter in letters)
        config = Config(
            slip=float(generator.uniform(0, 1)),
            gamma=float(generator.uniform(0, 0.99)),
            step_reward=float(generator.uniform(-2, 1)),
            pit_reward=float(generator.uniform(-100, 0)),
        )
        policy = generator.dirichlet(np.ones(4), size=rows * columns)
        yield Dynamics(World(rows, columns, cells), config), policy


# The rules.


def test_moves_worked_out_by_hand() -> None:
    """S . x      0 1 2
    P . G      3 4 5"""
    rules = dynamics("S.x/P.G", slip=0.2, step_reward=-0.5, goal_reward=7, pit_reward=-9)
    assert ACTIONS == ("up", "right", "down", "left")
    assert rules.chance.tolist() == pytest.approx([0.8, 0.1, 0.1])
    assert rules.next[1, RIGHT].tolist() == [1, 4, 1], "the wall, then down by slipping right, then the edge"
    assert rules.next[1, DOWN].tolist() == [4, 0, 1]
    assert rules.reward[4, RIGHT].tolist() == [7, -0.5, -0.5]
    assert rules.reward[4, LEFT].tolist() == [-9, -0.5, -0.5]
    values = np.array([1.0, 2, 0, 0, 3, 0])
    expected = 0.8 * (7 + 0) + 0.1 * (-0.5 + 0.95 * 3) + 0.1 * (-0.5 + 0.95 * 2)
    assert rules.q(values)[4, RIGHT] == pytest.approx(expected)
    assert not rules.q(values)[[2, 3, 5]].any(), "nobody acts in a wall, a pit or a goal"


def test_wind_pushes_one_cell_further_and_walls_stop_it() -> None:
    """. x G
    . u .
    S . ."""
    rules = dynamics(".xG/.u./S..")
    assert rules.next[4, RIGHT, 0] == 2, "right to column 3, then up onto the goal"
    assert rules.next[4, LEFT, 0] == 0
    assert rules.next[4, UP, 0] == 4, "the wall above stops the move and the wind"
    assert rules.next[7, UP, 0] == 4, "wind blows where one leaves from, not where one lands"


def test_a_cliff_leads_back_to_the_start_and_a_reward_of_its_own_counts() -> None:
    rules = dynamics("SCG/...~2.2=0.25", pit_reward=-100.0)
    assert rules.next[0, RIGHT, 0] == 0 and rules.reward[0, RIGHT, 0] == -100
    assert not rules.live[1] and not rules.ends[1]
    assert rules.reward[3, RIGHT, 0] == 0.25


def test_whether_a_goal_can_be_reached() -> None:
    assert dynamics("S.G").reaches_goal()
    assert not dynamics("SxG").reaches_goal()
    assert not dynamics("SPG").reaches_goal()
    assert not dynamics("S.xx/..xG", slip=0.5).reaches_goal()
    assert dynamics("Su/x./GG").reaches_goal() is False, "the wind blows back whoever goes down"


# Planning.


def test_policy_evaluation_is_the_closed_form_on_fifty_random_worlds() -> None:
    for rules, policy in random_worlds(50):
        solver = PolicyIteration(rules, Config(method="policy_iteration"))
        solver.policy = policy
        for _ in range(3000):
            solver.before, solver.values = solver.values, (policy * solver.q).sum(1)
        exact = rules.evaluated(policy)
        scale = max(1.0, float(np.abs(exact).max()))
        np.testing.assert_allclose(solver.values / scale, exact / scale, atol=1e-9)
        assert not exact[~rules.live].any()


def test_the_closed_form_is_the_sum_of_discounted_rewards() -> None:
    """Always right along S . . G: −0.1 − 0.1γ + γ²."""
    rules = dynamics("S..G", gamma=0.5, step_reward=-0.1)
    policy = one_hot(np.full(4, RIGHT))
    np.testing.assert_allclose(rules.evaluated(policy), [-0.1 - 0.05 + 0.25, -0.1 + 0.5, 1, 0])
    walls = dynamics("S..G", gamma=0.5, step_reward=-0.1).evaluated(one_hot(np.full(4, LEFT)))
    np.testing.assert_allclose(
        walls[:3], [-0.2, -0.2, -0.2], err_msg="bumping into the wall for ever: r/(1−γ)"
    )


def test_value_iteration_ends_at_the_best_values_on_fifty_random_worlds() -> None:
    for rules, _ in random_worlds(50):
        solver = planner("value_iteration", rules, Config(method="value_iteration"))
        gamma, best = rules.gamma, rules.optimal()
        distance = float(np.abs(solver.values - best).max())
        for _ in range(30):
            solver.advance()
            now = float(np.abs(solver.values - best).max())
            assert now <= gamma * distance + 1e-9, "every sweep comes closer by the factor γ at least"
            distance = now
        for _ in range(3000):
            solver.advance()
        scale = max(1.0, float(np.abs(best).max()))
        np.testing.assert_allclose(solver.values / scale, best / scale, atol=1e-9)
        np.testing.assert_allclose(rules.evaluated(solver.policy) / scale, best / scale, atol=1e-7)


def test_policy_iteration_ends_there_too_and_never_gets_worse() -> None:
    for rules, _ in random_worlds(25):
        config = Config(method="policy_iteration", evaluation_sweeps=100)
        solver = PolicyIteration(rules, config)
        worth = rules.evaluated(solver.policy)
        for _ in range(3000):
            solver.advance()
            if solver.improved and solver.n_improvements <= 4 and rules.gamma < 0.9:
                better = rules.evaluated(solver.policy)
                assert (better >= worth - 1e-3 * max(1.0, float(np.abs(worth).max()))).all()
                worth = better
        best = rules.optimal()
        scale = max(1.0, float(np.abs(best).max()))
        np.testing.assert_allclose(solver.values / scale, best / scale, atol=1e-6)


def test_the_best_values_solve_bellmans_equation_and_no_policy_beats_them() -> None:
    for rules, policy in random_worlds(30):
        best = rules.optimal()
        scale = max(1.0, float(np.abs(best).max()))
        np.testing.assert_allclose(rules.q(best).max(1) / scale, best / scale, atol=1e-9)
        assert (rules.evaluated(policy) <= best + 1e-8 * scale).all()
        assert (rules.at_random() <= best + 1e-8 * scale).all()


# Learning.


def at(agent: Learner, cell: int, action: int, q: Array) -> None:
    """Let the agent stand in a cell with these values, about to take this action."""
    agent.q[:] = q
    agent.walk, agent.planned = [cell], action


def test_q_learning_and_sarsa_worked_out_by_hand() -> None:
    """S . G: from cell 0 right to cell 1, where right looks worth 0.8 and left 0.2."""
    q = np.array([[0, 0.5, 0, 0], [0.0, 0.8, 0, 0.2], [0, 0, 0, 0]])
    config = Config(alpha=0.5, gamma=0.9, step_reward=-0.1, epsilon=0.0)
    agent = learner("q_learning", dynamics("S.G", gamma=0.9, step_reward=-0.1), config)
    at(agent, 0, RIGHT, q)
    assert agent.advance() is False
    assert agent.q[0, RIGHT] == pytest.approx(0.5 + 0.5 * (-0.1 + 0.9 * 0.8 - 0.5))
    kept = dict(zip(UPDATE, agent.updates[0], strict=True))
    assert (kept["before"], kept["beyond"], kept["reward"], kept["next"]) == (0.5, 0.8, -0.1, 1)
    sarsa = learner("sarsa", dynamics("S.G", gamma=0.9, step_reward=-0.1), replace(config, epsilon=1.0))
    at(sarsa, 0, RIGHT, q)
    sarsa.advance()
    beyond = q[1, sarsa.planned]
    assert sarsa.q[0, RIGHT] == pytest.approx(0.5 + 0.5 * (-0.1 + 0.9 * beyond - 0.5))


@pytest.mark.parametrize("method", ["q_learning", "sarsa"])
def test_at_the_end_there_is_nothing_more_to_come(method: str) -> None:
    agent = learner(method, dynamics("S.G"), Config(method=method, alpha=0.5))
    at(agent, 1, RIGHT, np.zeros((3, 4)))
    assert agent.advance() is True and agent.n_episodes == 1
    assert agent.q[1, RIGHT] == pytest.approx(0.5 * 1.0)
    assert not agent.q[2].any()


def test_monte_carlo_learns_first_visits_from_what_really_came() -> None:
    """S . G with moves: right, left, right, right. γ = 0.5, r = −1, −1, −1, 8.

    Returns from each move: −1 − 0.5 − 0.25 + 1 = −0.75; −1 − 0.5 + 2 = 0.5; −1 + 4 = 3; 8. The third move repeats the first.
    """
    config = Config(method="monte_carlo", alpha=1.0, gamma=0.5, step_reward=-1, goal_reward=8, epsilon=0.0)
    agent = MonteCarlo(dynamics("S.G", gamma=0.5, step_reward=-1, goal_reward=8), config)
    for action in (RIGHT, LEFT, RIGHT, RIGHT):
        agent.planned = action
        assert not agent.q.any(), "nothing is learned before the end"
        agent.advance()
    assert agent.over
    assert agent.q[0, RIGHT] == pytest.approx(-0.75)
    assert agent.q[1, LEFT] == pytest.approx(0.5)
    assert agent.q[1, RIGHT] == pytest.approx(8)
    assert agent.metrics()["return/episode"] == pytest.approx(-0.75)
    assert agent.metrics()["reward/episode"] == 5
    assert agent.updated.sum() == 3 and agent.tried.sum() == 4


def test_shrinking_steps_average() -> None:
    """α = 1 and ω = 1: after N updates the value is the mean of the N targets."""
    config = Config(alpha=1.0, decay=1.0, gamma=0.0)
    agent = QLearning(dynamics("S.G", gamma=0.0), config)
    targets = [3.0, -1.0, 7.0, 0.5]
    for target in targets:
        agent.correct(0, RIGHT, target, 1, 0.0)
    assert agent.q[0, RIGHT] == pytest.approx(np.mean(targets))


def test_exploration_is_epsilon_and_ties_are_drawn() -> None:
    agent = QLearning(dynamics("S.G/..."), Config(epsilon=0.4))
    agent.q[0] = [0, 1, 0, 1]
    drawn = np.bincount([agent.choose(0) for _ in range(20_000)], minlength=4) / 20_000
    np.testing.assert_allclose(drawn, [0.1, 0.4, 0.1, 0.4], atol=0.015)
    np.testing.assert_allclose(soft(agent.q, 0.4)[0], [0.1, 0.4, 0.1, 0.4])


def test_slips_go_where_the_rules_say_as_often() -> None:
    rules = dynamics("..G/.S./...", slip=0.3)
    agent = QLearning(rules, Config(slip=0.3))
    found = np.bincount([agent._move(4, UP)[1] for _ in range(20_000)], minlength=9) / 20_000
    np.testing.assert_allclose(found[[1, 5, 3]], [0.7, 0.15, 0.15], atol=0.012)


def test_remembered_moves_spread_what_one_move_found() -> None:
    """Along a corridor, plain Q-learning carries news one cell further in each episode, replay all the way at once."""
    values = {}
    for planning in (0, 50):
        config = Config(planning=planning, alpha=1.0, epsilon=0.0, world="corridor", epochs=2)
        agent = QLearning(dynamics("corridor"), config)
        agent.n_episodes = 0
        while agent.n_episodes < 2:
            agent.advance()
        values[planning] = int((agent.values > 0.1).sum())
    assert values[0] == 2 and values[50] >= 8


SMALL = ("S..G", "S../.x./..G", "S.../.xx./...G")


@pytest.mark.parametrize("world", SMALL)
@pytest.mark.parametrize("method", ["q_learning", "sarsa", "monte_carlo"])
def test_learners_find_a_best_way_through_small_worlds(method: str, world: str) -> None:
    best = float(dynamics(world).optimal()[0])
    for seed in range(5):
        metrics, _ = finished(world=world, method=method, seed=seed, epsilon=0.2, epochs=500)
        assert metrics["value/policy"] == pytest.approx(best), (method, world, seed)


@pytest.mark.parametrize("seed", range(3))
def test_values_converge_in_a_slippery_world(seed: int) -> None:
    """α/N^0.8 at 4,000 episodes. Off-policy towards the best values, on-policy towards those of what it does."""
    common: dict[str, Any] = {
        "world": "S../.xP/..G", "slip": 0.2, "alpha": 1.0, "decay": 0.8, "epsilon": 0.3, "epochs": 4000, "seed": seed,
    }  # fmt: skip
    best = float(dynamics(common["world"], slip=0.2).optimal()[0])
    assert best == pytest.approx(0.765, abs=0.001)
    off, _ = finished(method="q_learning", **common)
    assert off["value/start"] == pytest.approx(best, abs=0.01) and off["error/value"] < 0.05
    for method in ("sarsa", "monte_carlo"):
        on, step = finished(method=method, **common)
        assert on["value/policy"] == pytest.approx(best, abs=0.002)
        q = step.observe()["grid/q"].astype(float)
        believed = float((soft(q, 0.3) * q).sum(1)[0])
        assert believed == pytest.approx(on["value/exploring"], abs=0.03)
        assert on["value/exploring"] < best - 0.08


def greedy_way(step: Step) -> list[int]:
    """Cells of the greedy walk from the start; there is no slip."""
    arrays = step.observe()
    rows, columns = arrays["grid/cells"].shape
    policy = arrays["grid/policy"]
    rules = dynamics(
        "/".join("".join(LETTERS[k] for k in row) for row in arrays["grid/cells"]),
        **{k: v for k, v in CLIFF.items() if k in ("step_reward", "goal_reward", "pit_reward", "gamma")},
    )
    way = [rules.start]
    while not rules.ends[way[-1]] and len(way) < rows * columns:
        way.append(int(rules.next[way[-1], int(policy[way[-1]].argmax()), 0]))
    return way


@pytest.mark.parametrize("seed", [0, 3, 5, 7])
def test_on_the_cliff_q_learning_walks_the_edge_and_sarsa_keeps_away(seed: int) -> None:
    """Sutton & Barto, example 6.6, undiscounted by γ = 0.99: 13 moves along the edge, of which the last one gives 0."""
    best = -(1 - 0.99**12) / (1 - 0.99)
    off, edge = finished(**(CLIFF | {"seed": seed}))
    on, away = finished(**(CLIFF | {"seed": seed, "method": "sarsa"}))
    assert off["value/policy"] == pytest.approx(best), "the shortest way is best, if nobody stumbles"
    assert [cell // 12 for cell in greedy_way(edge)] == [3, *[2] * 12, 3], "along the edge"
    way = [(cell // 12, cell % 12) for cell in greedy_way(away)]
    assert len(way) == 18 and {row for row, _ in way} == {0, 1, 2, 3}, "up to the far wall"
    assert all(row <= 1 for row, column in way if 0 < column < 11), "two rows away from the edge at least"
    assert on["value/policy"] == pytest.approx(-(1 - 0.99**16) / (1 - 0.99))
    assert off["value/exploring"] < -40 and on["value/exploring"] > -20.5, (
        "with ε = 0.1 SARSA's way is better"
    )
    assert on["return/mean"] > off["return/mean"]


# Runs.


@pytest.mark.parametrize("method", METHODS)
def test_the_same_seed_gives_the_same_numbers(method: str) -> None:
    config = Config(method=method, world="bridge", slip=0.2, epochs=20)
    runs = [[(step.epoch, dict(step.metrics)) for step in train(config)] for _ in range(2)]
    assert runs[0] == runs[1]
    other = [(step.epoch, dict(step.metrics)) for step in train(replace(config, seed=1))]
    assert (other == runs[0]) is (method in PLANNERS), "only learners need chance"


@pytest.mark.parametrize("method", METHODS)
def test_epochs_are_sweeps_or_episodes(method: str) -> None:
    steps = list(train(Config(method=method, epochs=12, world="S..G")))
    assert steps[-1].epoch == 12
    scored = [step for step in steps if "value/policy" in step.metrics]
    assert [step.epoch for step in scored] == list(range(13))
    if method in PLANNERS:
        assert len(steps) == 13
    for step in steps:
        for array in step.observe().values():
            assert isinstance(array, np.ndarray)


def test_baselines_are_the_exact_values() -> None:
    first = next(train(Config(world="S..G", gamma=0.5)))
    assert first.facts is not None
    baselines: Any = first.facts["baselines"]
    assert baselines["best possible"]["value/start"] == pytest.approx(-0.01 - 0.005 + 0.25)
    random = baselines["moving at random"]["value/start"]
    assert random == pytest.approx(dynamics("S..G", gamma=0.5).at_random()[0])
    assert first.metrics["value/policy"] == pytest.approx(random), "nothing is known, so it moves at random"


def painted_over(text: str, letter: str, row: int, column: int) -> str:
    rows = [list(line) for line in text.split("/")]
    rows[row][column] = letter
    return "/".join("".join(line) for line in rows)


@pytest.mark.parametrize("method", METHODS)
def test_a_wall_painted_into_the_way_is_noticed(method: str) -> None:
    """Way along the lower row, 4 moves; a wall there leaves the upper row, 6 moves."""
    world = "...../S...G"
    config = Config(
        method=method, world=world, epochs=2000, epsilon=0.3 if method == "monte_carlo" else 0.1, max_moves=50
    )
    training = train(config)
    step = next(step for step in training if step.epoch == 500)
    open_best = float(dynamics(world).optimal()[5])
    blocked = painted_over(world, "x", 1, 2)
    again = training.send(replace(config, painted=blocked))
    closed_best = float(dynamics(blocked).optimal()[5])
    assert closed_best < open_best - 0.05
    assert again.step == step.step and again.facts is not None
    told: Any = again.facts["baselines"]
    assert told["best possible"]["value/start"] == pytest.approx(closed_best)
    assert again.metrics["value/policy"] < closed_best, "it still believes in the old way"
    last: dict[str, float] = {}
    for step in training:
        last |= step.metrics
    assert last["value/policy"] == pytest.approx(closed_best)
    assert step.observe()["grid/values"].reshape(2, 5)[1, 2] == 0


@pytest.mark.parametrize("method", METHODS)
def test_a_world_of_another_size_is_learned_anew(method: str) -> None:
    config = Config(method=method, world="S..G", epochs=300)
    training = train(config)
    step = next(step for step in training if step.epoch == 100)
    again = training.send(replace(config, painted="S./.G"))
    assert again.step == step.step
    assert again.observe()["grid/cells"].shape == (2, 2) and not again.observe()["grid/values"].any()
    last: dict[str, float] = {}
    for step in training:
        last |= step.metrics
    assert last["value/policy"] == pytest.approx(-0.01 + 0.95)


@pytest.mark.parametrize("method", METHODS)
def test_any_setting_may_change_at_any_step(method: str) -> None:
    generator = np.random.default_rng(0)
    worlds = ["", "S./.G", "...../S...G", "SxG/...", "xxx/SxG", "CSG/...", "uS/lG"]
    config = Config(method=method, world="...../S...G", epochs=60, max_moves=10)
    training = train(config)
    step = next(training)
    while True:
        if generator.random() < 0.4:
            changed = replace(
                config,
                painted=str(generator.choice(worlds)),
                slip=float(generator.choice([0, 0.3, 1])),
                gamma=float(generator.choice([0, 0.5, 0.99])),
                alpha=float(generator.choice([0.01, 1.0])),
                epsilon=float(generator.choice([0, 0.5, 1])),
                planning=int(generator.choice([0, 5])),
                pit_reward=float(generator.choice([-100, 0])),
            )
            assert training.send(changed).step == step.step
        try:
            step = next(training)
        except StopIteration:
            break
        assert all(math.isfinite(value) for value in step.metrics.values())
        assert all(np.isfinite(step.observe()[f"grid/{name}"]).all() for name in ("values", "q", "policy"))


def test_a_goal_that_cannot_be_reached_is_told_once() -> None:
    config = Config(world="S.G", epochs=5, max_moves=10)
    training = train(config)
    assert next(training).note is None
    again = training.send(replace(config, painted="SxG"))
    assert again.note is not None and again.note.name == "no_way"
    assert next(training).note is None
    assert next(train(Config(world="SxG"))).note is not None


def test_the_walk_of_a_planner_is_the_same_for_the_same_sweep() -> None:
    course = Course(Config(method="value_iteration", world="bridge", slip=0.3))
    for _ in range(10):
        course.agent.advance()
    assert course.stroll() == course.stroll()
    assert course.observe()["grid/last_walk"].tolist() == course.stroll()


# Presets.


def of_preset(name: str, **more: Any) -> dict[str, float]:
    return finished(**(dict(PRESETS[name].config) | more))[0]


@pytest.mark.parametrize("name", [name for name, preset in PRESETS.items() if preset.goal])
def test_a_goal_that_asks_for_nothing_but_training_is_reached(name: str) -> None:
    preset = PRESETS[name]
    assert preset.goal is not None
    config = to_mapping(from_mapping(Config, preset.config))
    by_hand = {"bridge": {"slip": 0.4}, "two_goals": {"gamma": 0.7}}.get(name, {})
    if by_hand:
        assert not preset.goal.reached(config, of_preset(name)), "the learner has something to find out"
    assert preset.goal.reached(config, of_preset(name, **by_hand))


def test_values_spread_one_cell_a_sweep() -> None:
    course = Course(from_mapping(Config, PRESETS["planning"].config))
    goal = course.dynamics.world.cells.index(GOAL)
    moves = np.array([abs(c // 10 - goal // 10) + abs(c % 10 - goal % 10) for c in range(course.dynamics.n)])
    assert moves.max() == 12
    for sweep in range(1, 16):
        before = course.agent.values
        course.agent.advance()
        final = np.abs(course.agent.values - course.best) < 1e-12
        assert final[moves <= sweep].all() and not final[moves > sweep].any()
        assert bool(np.abs(course.agent.values - before).max() < 1e-12) is (sweep >= 13)


def test_slip_decides_about_the_bridge() -> None:
    worths = [of_preset("bridge", slip=slip)["value/start"] for slip in (0.1, 0.2, 0.4)]
    assert worths[0] > 0 > worths[1]
    assert worths[2] == pytest.approx(-0.01 / 0.05), "it stays behind for ever"


def test_gamma_decides_between_the_goals() -> None:
    far = dynamics("two_goals", gamma=0.95)
    near = dynamics("two_goals", gamma=0.7)
    beside = 3 * 7 + 2
    assert far.q(far.optimal())[beside].argmax() != RIGHT, "even beside the small goal the far one is better"
    assert near.q(near.optimal())[beside].argmax() == RIGHT
    assert near.q(near.optimal())[near.start].argmax() == RIGHT


def test_the_fountain_pays_more_than_the_goal() -> None:
    _, step = finished(**PRESETS["fountain"].config)
    arrays = step.observe()
    assert arrays["grid/policy"].reshape(4, 6, 4)[0, 5, [UP, RIGHT]].sum() == pytest.approx(1)
    walk = arrays["grid/last_walk"]
    assert (walk == 5).sum() > 150 and 23 not in walk
    _, step = finished(**(dict(PRESETS["fountain"].config) | {"goal_reward": 6.0}))
    assert step.observe()["grid/last_walk"][-1] == 23, "it can be made to leave"


def test_the_maze_is_learned_within_a_hundred_episodes() -> None:
    worth = {
        step.epoch: step.metrics["value/policy"]
        for step in train(from_mapping(Config, PRESETS["learn"].config))
        if "value/policy" in step.metrics
    }
    best = float(dynamics("maze").optimal()[0])
    assert all(worth[episode] < best - 0.1 for episode in range(5)), "the first walks are blind"
    assert all(worth[episode] == pytest.approx(best, abs=0.04) for episode in range(100, 501))


def test_a_closed_gap_is_learned_twice() -> None:
    config = from_mapping(Config, PRESETS["blocked"].config)
    training = train(config)
    next(step for step in training if step.epoch == 150)
    world = painted_over(painted_over(read_world("shortcut").text(), "x", 2, 0), ".", 2, 8)
    worth = [training.send(replace(config, painted=world)).metrics["value/policy"]]
    worth += [step.metrics["value/policy"] for step in training if "value/policy" in step.metrics]
    assert worth[0] == pytest.approx(-0.2), "it runs against the new wall"
    assert worth[-1] == pytest.approx(float(dynamics(world).optimal()[36]))


def test_sarsa_that_tries_nothing_stays_on_the_long_way() -> None:
    config = from_mapping(Config, PRESETS["cliff_sarsa"].config)
    config = replace(config, epochs=2000)
    training = train(config)
    careful = next(step for step in training if step.epoch == 500).metrics["value/policy"]
    training.send(replace(config, epsilon=0.0))
    later = [step.metrics["value/policy"] for step in training if "value/policy" in step.metrics]
    assert len(later) == 1500 and later == [careful] * 1500
    assert careful < -14


def test_every_learner_is_a_learner() -> None:
    for method, kind in (("q_learning", QLearning), ("sarsa", Sarsa), ("monte_carlo", MonteCarlo)):
        assert isinstance(learner(method, dynamics("S.G"), Config(method=method)), kind)
