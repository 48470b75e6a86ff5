"""The rules of a gridworld, and planning in it: against hand-derived numbers and the closed form."""

from __future__ import annotations

import numpy as np
import pytest

from models.gridworld import Config
from models.gridworld_dynamics import ACTIONS, one_hot
from models.gridworld_planning import PolicyIteration, planner
from tests.models.gridworlds import DOWN, LEFT, RIGHT, UP, dynamics, random_worlds

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
