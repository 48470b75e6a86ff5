"""The policy gradient by hand: REINFORCE with returns-to-go, a learned baseline, generalised advantages, an entropy bonus.

A policy π(a|s) is a network that gives each action a chance. What it earns cannot be differentiated: the game is a black
box. But the chances can, and that is enough (Williams 1992, theorem 1; Sutton et al. 2000, theorem 1):

    ∇J = E[ Σ_t A_t ∇ log π(a_t|s_t) ]          A_t = G_t − b(s_t)

An action after which things went better than expected is made likelier, one after which they went worse less likely. G_t is
the return from step t on, discounted by γ, and b a baseline: what was to be expected in state s_t. It changes nothing on
average, and takes away noise. With a learned value V as baseline, λ < 1 leans on it further (Schulman et al. 2016,
equations 11 and 16):

    δ_t = r_t + γ V(s_{t+1}) − V(s_t)           A_t = Σ_k (γλ)^k δ_{t+k}

Shapes: N episodes, T steps, S numbers in a state, K actions, B = all steps of all episodes in a row.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

LARGEST_GRADIENT = 0.5  # longer ones are shortened to this
CRITIC_STEPS = 5  # of the value network for one of the policy


class ScaledNetwork(nn.Module):
    """A dense network with tanh between its layers, on states (n, S) brought to about −1 … 1 by `scale` (S,)."""

    scale: Tensor

    def __init__(self, scale: Sequence[float], hidden: Sequence[int], n_outputs: int) -> None:
        super().__init__()
        self.register_buffer("scale", torch.tensor(scale))
        layers: list[nn.Module] = []
        n_inputs = len(scale)
        for n_units in hidden:
            layers += [nn.Linear(n_inputs, n_units), nn.Tanh()]
            n_inputs = n_units
        self.layers = nn.Sequential(*layers, nn.Linear(n_inputs, n_outputs))

    def forward(self, states: Tensor) -> Tensor:
        """(n, n_outputs)."""
        answers: Tensor = self.layers(states * self.scale)
        return answers


def numbers_of(network: nn.Module) -> dict[str, NDArray[Any]]:
    """A copy of every number that a network (or several, in a `ModuleDict`) answers by."""
    return {name: values.numpy().copy() for name, values in network.state_dict().items()}


def undecided(network: ScaledNetwork) -> None:
    """Makes the logits small, so that the policy begins with nearly equal chances."""
    last = network.layers[-1]
    assert isinstance(last, nn.Linear)
    with torch.no_grad():
        last.weight.mul_(0.1)
        last.bias.zero_()


def acting(network: ScaledNetwork) -> Callable[[NDArray[np.float32]], NDArray[np.float32]]:
    """From states (n, S) to chances (n, K), as the network is now: in NumPy, for torch takes 60 µs to be called at all."""
    scale = network.scale.numpy()
    dense = [layer for layer in network.layers if isinstance(layer, nn.Linear)]
    weights = [(layer.weight.detach().numpy().T, layer.bias.detach().numpy()) for layer in dense]

    def chances(states: NDArray[np.float32]) -> NDArray[np.float32]:
        values = states * scale
        for number, (weight, bias) in enumerate(weights, start=1):
            values = values @ weight + bias
            if number < len(weights):
                values = np.tanh(values)
        powers = np.exp(values - values.max(1, keepdims=True))
        found: NDArray[np.float32] = powers / powers.sum(1, keepdims=True)
        return found

    return chances


def generalised_advantages(
    rewards: NDArray[np.floating],
    values: NDArray[np.floating],
    lengths: NDArray[np.integer],
    truncated: NDArray[np.bool_],
    discount: float,
    trace: float,
) -> NDArray[np.float64]:
    """(T, N): how much better than `values` (T + 1, N) each step turned out; 0 after an episode's end.

    rewards (T, N); lengths, truncated (N,). trace is λ: 1 compares with the whole return. With values of 0 this is the
    return-to-go. After an end nothing more is to be had; an episode that was cut off (`truncated`) would have gone on, so
    the value of its last state stands for the rest.
    """
    found = np.zeros(rewards.shape)
    later = np.zeros(len(lengths))
    for t in reversed(range(len(found))):
        last = lengths == t + 1
        after = np.where(last & ~truncated, 0.0, values[t + 1])
        delta = rewards[t] + discount * after - values[t]
        later = np.where(t < lengths, delta + discount * trace * np.where(last, 0.0, later), 0.0)
        found[t] = later
    return found


@dataclass(frozen=True)
class Batch:
    """All steps of some episodes in a row: what one update learns from.

    states (B, S); actions (B,); weights (B,), the advantages as the loss uses them; targets (B,) for the value;
    halves (B,): whether the step belongs to an episode of even number.
    """

    states: Tensor
    actions: Tensor
    weights: Tensor
    targets: Tensor
    halves: Tensor


def policy_loss(policy: nn.Module, batch: Batch, rows: Tensor, bonus: float) -> tuple[Tensor, Tensor]:
    """Over those rows: −(Σ A log π(a|s)) − bonus · Σ entropy, and the sum of the entropies in nats.

    Its slope is the policy gradient turned round, for optimizers go downhill.
    """
    log_chances = policy(batch.states[rows]).log_softmax(1)
    taken = log_chances.gather(1, batch.actions[rows, None])[:, 0]
    entropy = -(log_chances.exp() * log_chances).sum()
    return -(taken * batch.weights[rows]).sum() - bonus * entropy, entropy


@dataclass(frozen=True)
class Gradient:
    """The gradient (P,) of the mean loss over a batch, and what is told of it.

    size: its length before it is shortened. agreement: the cosine between the gradients of the batch's two halves, from 1
    (they say the same) over 0 (noise) to −1; NaN when there is only one half. entropy: of the policy, in nats.
    """

    vector: Tensor
    size: float
    agreement: float
    loss: float
    entropy: float


def policy_gradient(policy: nn.Module, batch: Batch, bonus: float) -> Gradient:
    """The gradient over each half of the batch, added up."""
    vectors, losses, entropies = [], [], []
    for half in (batch.halves, ~batch.halves):
        if not half.any():
            continue
        loss, entropy = policy_loss(policy, batch, half, bonus)
        parts = torch.autograd.grad(loss, list(policy.parameters()))
        vectors.append(torch.cat([part.flatten() for part in parts]))
        losses.append(loss.item() + bonus * entropy.item())
        entropies.append(entropy.item())
    n = len(batch.actions)
    vector = torch.stack(vectors).sum(0) / n
    agreement = float("nan")
    if len(vectors) == 2:
        agreement = torch.cosine_similarity(vectors[0], vectors[1], dim=0).item()
    return Gradient(vector, vector.norm().item(), agreement, sum(losses) / n, sum(entropies) / n)


def descend(policy: nn.Module, optimizer: torch.optim.Optimizer, gradient: Gradient) -> None:
    """One step downhill, with a gradient of at most `LARGEST_GRADIENT`."""
    vector = gradient.vector * min(1.0, LARGEST_GRADIENT / max(gradient.size, 1e-12))
    at = 0
    for parameter in policy.parameters():
        parameter.grad = vector[at : at + parameter.numel()].view_as(parameter)
        at += parameter.numel()
    optimizer.step()


def fit_value(
    value: nn.Module, optimizer: torch.optim.Optimizer, batch: Batch, unit: float, n_steps: int = CRITIC_STEPS
) -> float:
    """`n_steps` steps of the value towards the targets; the mean squared error before, in units of `unit`²."""
    first = float("nan")
    for number in range(n_steps):
        loss = (value(batch.states)[:, 0] - batch.targets / unit).square().mean()
        first = loss.item() if number == 0 else first
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return first
