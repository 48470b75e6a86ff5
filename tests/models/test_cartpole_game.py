"""The game against Gymnasium's and against numbers from paper; what the policies that learn nothing reach in it."""

from __future__ import annotations

import math
from typing import Any

import gymnasium
import numpy as np
import pytest

from models.cartpole_game import (
    ANGLE_LIMIT,
    MAX_STEPS,
    N_TEST,
    Physics,
    at_random,
    baselines,
    fallen,
    play,
    step,
    towards_the_lean,
)

N_STEPS = 6000


def test_it_is_gymnasiums_cartpole_for_thousands_of_steps() -> None:
    """Beside each other from the same states under the same actions: same states to 1e-6, same ends."""
    environment: Any = gymnasium.make("CartPole-v1").unwrapped
    generator = np.random.default_rng(0)
    n_ended = 0
    environment.reset(seed=0)
    states = environment.state[None].copy()
    for _ in range(N_STEPS):
        lean = int(states[0, 2] + 0.3 * states[0, 3] > 0)
        action = lean if generator.random() < 0.85 else 1 - lean  # stands for a while, and falls in the end
        seen, reward, terminated, _, _ = environment.step(action)
        states = step(states, np.array([action]), Physics())
        np.testing.assert_allclose(states[0], environment.state, atol=1e-6)
        np.testing.assert_allclose(states[0].astype(np.float32), seen, atol=1e-6)
        assert (bool(fallen(states)[0]), reward) == (terminated, 1.0)
        if terminated:
            n_ended += 1
            environment.reset()
            states = environment.state[None].copy()
    assert n_ended >= 10


@pytest.mark.parametrize("seed", range(4))
def test_whole_episodes_end_where_gymnasiums_do(seed: int) -> None:
    """With its time limit: `play` counts the same steps, and is cut off after 500 where Gymnasium truncates."""

    def steady(states: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        lean = states[:, 2] + 0.3 * states[:, 3] + 0.05 * states[:, 0] + 0.1 * states[:, 1]
        return (lean > 0).astype(np.float32)

    policy = steady if seed % 2 else towards_the_lean
    episodes = play(policy, 1, Physics(), np.random.default_rng(seed), greedy=True)
    environment: Any = gymnasium.make("CartPole-v1")
    environment.reset(seed=seed)
    environment.unwrapped.state = np.random.default_rng(seed).uniform(-0.05, 0.05, (1, 4))[0]
    for number, action in enumerate(episodes.actions[:, 0], start=1):
        seen, _, terminated, truncated, _ = environment.step(int(action))
        np.testing.assert_allclose(episodes.states[number, 0], seen, atol=1e-6)
        assert (terminated or truncated) == (number == episodes.lengths[0])
    assert bool(episodes.truncated[0]) == (truncated and not terminated) == bool(seed % 2)
    assert MAX_STEPS == environment.spec.max_episode_steps


def test_other_gravity_length_and_force_are_gymnasiums_too() -> None:
    environment: Any = gymnasium.make("CartPole-v1").unwrapped
    environment.gravity, environment.length, environment.force_mag = 20.0, 1.5, 4.0
    environment.polemass_length = environment.masspole * environment.length
    environment.reset(seed=1)
    states = environment.state[None].copy()
    n_steps = 0
    while not fallen(states)[0]:
        environment.step(n_steps % 3 % 2)
        states = step(states, np.array([n_steps % 3 % 2]), Physics(20.0, 3.0, 4.0))
        np.testing.assert_allclose(states[0], environment.state, rtol=1e-9, atol=1e-9)
        n_steps += 1
    assert n_steps >= 10


def test_a_step_worked_out_on_paper() -> None:
    """Upright and at rest, pushed right by 10 N: u = 10/1.1; θ̈ = −u / (0.5 (4/3 − 0.1/1.1)); ẍ = u − 0.05 θ̈ / 1.1."""
    u = 10 / 1.1
    turning = -u / (0.5 * (4 / 3 - 0.1 / 1.1))
    moving = u - 0.05 * turning / 1.1
    after = step(np.zeros((1, 4)), np.array([1]), Physics())[0]
    np.testing.assert_allclose(after, [0, 0.02 * moving, 0, 0.02 * turning], rtol=1e-12)
    np.testing.assert_allclose(step(np.zeros((1, 4)), np.array([0]), Physics())[0], -after, rtol=1e-12)


def test_the_ends_of_the_track_and_of_the_lean() -> None:
    states = np.array(
        [[2.4, 0, 0, 0], [2.41, 0, 0, 0], [-2.41, 0, 0, 0], [0, 0, ANGLE_LIMIT, 0], [0, 0, -0.21, 0]]
    )
    assert fallen(states).tolist() == [False, True, True, False, True]
    assert math.degrees(ANGLE_LIMIT) == pytest.approx(12)


def test_games_side_by_side_are_the_games_alone() -> None:
    states = np.random.default_rng(2).normal(0, 0.2, (7, 4))
    actions = np.array([0, 1, 1, 0, 1, 0, 0])
    together = step(states, actions, Physics())
    alone = [step(states[i : i + 1], actions[i : i + 1], Physics())[0] for i in range(7)]
    np.testing.assert_array_equal(together, alone)


def test_the_policies_that_learn_nothing() -> None:
    """What the page asks to guess: about 22 steps at random, about 40 when pushed towards the lean."""
    found = baselines(Physics(), 0)
    assert 19 < found["random"]["return/test"] < 26
    assert 36 < found["push towards the lean"]["return/test"] < 48
    assert found == baselines(Physics(), 0)
    lengths = play(at_random, N_TEST, Physics(pole_length=3.0), np.random.default_rng(0)).lengths
    assert lengths.mean() > 1.6 * found["random"]["return/test"], "a long pole falls slower"


def test_actions_follow_their_chances() -> None:
    def three_in_ten(states: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        return np.full(len(states), 0.3)

    episodes = play(three_in_ten, 400, Physics(), np.random.default_rng(3))
    share = episodes.actions[episodes.played].mean()
    assert share == pytest.approx(0.3, abs=0.02)
    assert not play(three_in_ten, 3, Physics(), np.random.default_rng(3), greedy=True).actions.any()
