"""The policy gradient: by hand against autograd, the return and the advantage on paper, and what a baseline does."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from models import policy_gradient as by_hand
from models.cartpole_game import Episodes, Physics, play
from models.cartpole_gradient import SCALE, Scaled, advantages, horizon, policy_network
from models.policy_gradient import Batch, policy_gradient


def episodes_of(*lengths: int, truncated: tuple[bool, ...] | None = None) -> Episodes:
    n_steps, n = max(lengths), len(lengths)
    return Episodes(
        np.zeros((n_steps + 1, n, 4), np.float32),
        np.zeros((n_steps, n), np.int8),
        np.zeros((n_steps, n), np.float32),
        np.array(lengths),
        np.array(truncated or (False,) * n),
    )


def test_returns_to_go_on_paper() -> None:
    """Three steps of 1 each, γ = 0.5: 1 + 0.5 + 0.25 = 1.75, then 1.5, then 1. Two steps: 1.5, 1, and nothing."""
    found = advantages(episodes_of(3, 2), np.zeros((4, 2)), 0.5, 1.0)
    np.testing.assert_allclose(found, [[1.75, 1.5], [1.5, 1.0], [1.0, 0.0]])


def test_generalised_advantages_on_paper() -> None:
    """V = (2, 4, 1), γ = 0.5, λ = 0.5, fallen after two steps.

    δ₀ = 1 + 0.5·4 − 2 = 1, δ₁ = 1 + 0 − 4 = −3, for after the fall nothing is to be had. A₁ = −3, A₀ = 1 + 0.25·(−3) = 0.25.
    Cut off instead: δ₁ = 1 + 0.5·1 − 4 = −2.5, A₀ = 1 − 0.625 = 0.375.
    """
    values = np.array([[2.0], [4.0], [1.0]])
    np.testing.assert_allclose(advantages(episodes_of(2), values, 0.5, 0.5), [[0.25], [-3.0]])
    cut = episodes_of(2, truncated=(True,))
    np.testing.assert_allclose(advantages(cut, values, 0.5, 0.5), [[0.375], [-2.5]])


def test_with_lambda_one_the_advantage_is_the_return_less_the_value() -> None:
    values = np.random.default_rng(0).normal(0, 3, (9, 3))
    episodes = episodes_of(8, 3, 5)
    better = advantages(episodes, values, 0.9, 1.0)
    returns = advantages(episodes, np.zeros((9, 3)), 0.9, 1.0)
    played = episodes.played
    np.testing.assert_allclose(better[played], (returns - values[:8])[played], atol=1e-12)
    assert not better[~played].any()


def test_stable_baselines_computes_the_same_advantages() -> None:
    from gymnasium import spaces
    from stable_baselines3.common.buffers import RolloutBuffer

    n_steps, n = 12, 2
    values = torch.from_numpy(np.random.default_rng(1).normal(0, 2, (n_steps + 1, n)).astype(np.float32))
    buffer = RolloutBuffer(
        n_steps, spaces.Box(-1, 1, (4,)), spaces.Discrete(2), "cpu", gae_lambda=0.9, gamma=0.97, n_envs=n
    )
    for t in range(n_steps):
        buffer.add(
            np.zeros((n, 4)), np.zeros((n, 1)), np.ones(n), np.full(n, t == 0), values[t], torch.zeros(n)
        )
    buffer.compute_returns_and_advantage(values[n_steps], np.zeros(n, bool))
    whole = episodes_of(n_steps, n_steps, truncated=(True, True))
    np.testing.assert_allclose(advantages(whole, values.numpy(), 0.97, 0.9), buffer.advantages, rtol=1e-5)


def batch_of(n: int, seed: int = 0) -> Batch:
    generator = torch.Generator().manual_seed(seed)
    return Batch(
        torch.randn((n, 4), generator=generator) * 0.2,
        torch.randint(2, (n,), generator=generator),
        torch.randn(n, generator=generator),
        torch.randn(n, generator=generator),
        torch.arange(n) % 2 == 0,
    )


def test_the_slope_is_action_minus_chance() -> None:
    """Without hidden layers the gradient can be written down: for the logit of right it is −mean A (a − p) · scaled state."""
    torch.manual_seed(0)
    policy, batch = policy_network(()), batch_of(40)
    found = policy_gradient(policy, batch, 0.0)
    chances = policy(batch.states).softmax(1)[:, 1].detach()
    push = batch.weights * (batch.actions - chances)
    inputs = batch.states * torch.tensor(SCALE)
    right = -(push[:, None] * inputs).mean(0)
    expected = torch.cat([-right, right, torch.stack([push.mean(), -push.mean()])])  # weights, then biases
    torch.testing.assert_close(found.vector, expected, rtol=1e-4, atol=1e-6)


def test_the_gradient_with_its_entropy_is_the_central_difference() -> None:
    torch.manual_seed(1)
    policy, batch = policy_network((5,)).double(), batch_of(30)
    batch = Batch(batch.states.double(), batch.actions, batch.weights.double(), batch.targets, batch.halves)

    def loss() -> float:
        log_chances = torch.log_softmax(policy(batch.states), 1)
        taken = log_chances[torch.arange(30), batch.actions]
        entropy = torch.distributions.Categorical(logits=policy(batch.states)).entropy()
        return float((-(taken * batch.weights).mean() - 0.3 * entropy.mean()).item())

    found = policy_gradient(policy, batch, 0.3)
    first = policy.layers[0]
    assert isinstance(first, torch.nn.Linear)
    weights = first.weight.data
    for row, column in ((0, 0), (2, 3), (4, 1)):
        sides = []
        for by in (1e-5, -1e-5):
            weights[row, column] += by
            sides.append(loss())
            weights[row, column] -= by
        assert found.vector[4 * row + column].item() == pytest.approx((sides[0] - sides[1]) / 2e-5, rel=1e-4)


def test_a_baseline_changes_the_mean_by_nothing_and_takes_noise() -> None:
    """Over many batches of random play: the mean gradient is the same with and without, its spread smaller with."""
    torch.manual_seed(0)
    policy = policy_network(())
    generator = np.random.default_rng(0)

    def chances(states: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        with torch.no_grad():
            found: np.ndarray[Any, Any] = policy(torch.from_numpy(states)).softmax(1)[:, 1].numpy()
        return found

    with_baseline: list[np.ndarray[Any, Any]] = []
    without: list[np.ndarray[Any, Any]] = []
    for _ in range(150):
        episodes = play(chances, 16, Physics(), generator)
        n_steps = len(episodes.actions)
        returns = advantages(episodes, np.zeros(episodes.states.shape[:2]), 0.99, 1.0)
        expected = np.maximum(0.0, 20.0 - np.arange(n_steps))[
            :, None
        ]  # looks at the time only, not at the action
        rows = episodes.played
        for weights, kept in ((returns, without), (returns - expected, with_baseline)):
            batch = Batch(
                torch.from_numpy(episodes.states[:n_steps][rows]),
                torch.from_numpy(episodes.actions[rows].astype(np.int64)),
                torch.from_numpy(weights[rows].astype(np.float32)),
                torch.zeros(int(rows.sum())),
                torch.ones(int(rows.sum()), dtype=torch.bool),
            )
            kept.append(
                policy_gradient(policy, batch, 0.0).vector.numpy() * rows.sum() / 16
            )  # for an episode
    plain, compared = np.array(without), np.array(with_baseline)
    error = np.linalg.norm((plain - compared).std(0)) / np.sqrt(150)
    assert np.linalg.norm(plain.mean(0) - compared.mean(0)) < 4 * error
    assert (compared.std(0) < 0.97 * plain.std(0)).all()


def test_the_halves_of_a_batch_agree_on_what_both_say() -> None:
    torch.manual_seed(0)
    policy = policy_network((4,))
    one = batch_of(20)
    states, actions, weights, targets = (
        torch.cat([part, part]) for part in (one.states, one.actions, one.weights, one.targets)
    )
    twice = Batch(states, actions, weights, targets, torch.arange(40) < 20)
    assert policy_gradient(policy, twice, 0.0).agreement == pytest.approx(1, abs=1e-5)
    opposed = Batch(
        twice.states, twice.actions, torch.cat([one.weights, -one.weights]), twice.targets, twice.halves
    )
    assert policy_gradient(policy, opposed, 0.0).agreement == pytest.approx(-1, abs=1e-5)
    single = Batch(one.states, one.actions, one.weights, one.targets, torch.ones(20, dtype=torch.bool))
    assert np.isnan(policy_gradient(policy, single, 0.0).agreement)


def test_a_step_goes_against_the_gradient_and_is_bounded() -> None:
    torch.manual_seed(0)
    policy = policy_network(())
    before = torch.cat([parameter.detach().flatten() for parameter in policy.parameters()])
    gradient = policy_gradient(policy, batch_of(20), 0.0)
    long = by_hand.Gradient(gradient.vector * 1e3, gradient.size * 1e3, 0.0, 0.0, 0.0)
    by_hand.descend(policy, torch.optim.SGD(policy.parameters(), lr=1.0), long)
    after = torch.cat([parameter.detach().flatten() for parameter in policy.parameters()])
    moved = before - after
    assert moved.norm().item() == pytest.approx(by_hand.LARGEST_GRADIENT, rel=1e-4)
    assert torch.cosine_similarity(moved, gradient.vector, dim=0).item() == pytest.approx(1, abs=1e-5)


def test_the_value_learns_what_it_is_shown() -> None:
    torch.manual_seed(0)
    value, batch = Scaled((16,), 1), batch_of(60)
    optimizer = torch.optim.Adam(value.parameters(), 0.02)
    losses = [by_hand.fit_value(value, optimizer, batch, 2.0) for _ in range(60)]
    assert losses[-1] < 0.5 * losses[0]


def test_the_largest_return() -> None:
    assert horizon(0.0) == 1.0
    assert horizon(1.0) == 500.0
    assert horizon(0.99) == pytest.approx((1 - 0.99**500) / 0.01)
