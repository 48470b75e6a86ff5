"""Learning in a gridworld without its rules: updates by hand, and what the learners find."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from models.gridworld import Config
from models.gridworld_dynamics import Array, soft
from models.gridworld_learning import UPDATE, Learner, MonteCarlo, QLearning, learner
from tests.models.gridworlds import CLIFF, LEFT, RIGHT, UP, dynamics, finished, greedy_way


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
