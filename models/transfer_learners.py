"""Three learners get the same few pictures: from scratch, with frozen features, and fine-tuned.

All three begin with the same head. The first begins with a body of random weights; the second and third with the body
that has learned the first task (Yosinski et al. 2014, "How transferable are features in deep neural networks?", §2:
"frozen" and "fine-tuned" transfer). The second never changes it, so its features are computed once; the third moves it
by a share of the learning rate.

Shapes: n pictures (n, C, H, W) to learn from, N test pictures, D features, K classes.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from models.chunks import answered
from models.transfer_network import Classifier, with_body_of
from models.transfer_settings import LEARNERS

BATCH = 32  # pictures of an update at most


@dataclass(frozen=True)
class Rates:
    """Learning rate of heads and of the learner from scratch, and the share of it that moves a transferred body."""

    rate: float
    share: float


@dataclass(frozen=True, eq=False)
class Examples:
    """Pictures x (n, C, H, W) as a network is fed, and their classes y (n,)."""

    x: Tensor
    y: Tensor


class Trio:
    """The three learners of one repetition, on the same pictures in the same order."""

    def __init__(
        self, source: nn.Module, blank: Classifier, few: Examples, test: Examples, seed: int
    ) -> None:
        """source: the body that learned the first task. blank: a network with fresh weights. seed: of the order."""
        self.few, self.test, self.seed = few, test, seed
        self.networks = {
            "scratch": with_body_of(blank.body, blank),
            "frozen": with_body_of(source, blank),
            "finetuned": with_body_of(source, blank),
        }
        frozen = self.networks["frozen"].eval()
        frozen.body.requires_grad_(False)
        self._features = features(frozen.body, few.x)
        self._test_features = features(frozen.body, test.x)
        self._optimizers = {name: _optimizer(network) for name, network in self.networks.items()}
        self.n_updates = 0

    def update(self, rates: Rates) -> dict[str, float]:
        """One step downhill of each learner; returns each one's mean cross-entropy before it, in nats."""
        rows = batch(len(self.few.y), self.seed, self.n_updates).to(self.few.y.device)
        self.n_updates += 1
        x, y = self.few.x[rows], self.few.y[rows]
        losses = {}
        for name, network in self.networks.items():
            if name == "frozen":
                logits = network.head(self._features[rows])
            else:
                logits = network.train()(x)
            losses[name] = self._step(name, functional.cross_entropy(logits, y), rates)
        return losses

    def _step(self, name: str, loss: Tensor, rates: Rates) -> float:
        optimizer = self._optimizers[name]
        head, *body = optimizer.param_groups
        head["lr"] = rates.rate
        for group in body:
            group["lr"] = rates.rate * (rates.share if name == "finetuned" else 1.0)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss.item()

    @torch.no_grad()
    def answers(self, name: str) -> Tensor:
        """The learner's logits (N, K) for the test pictures."""
        network = self.networks[name].eval()
        if name == "frozen":
            logits: Tensor = network.head(self._test_features)
            return logits
        return answered(network, self.test.x)

    @torch.no_grad()
    def test_features(self, name: str) -> Tensor:
        """What the learner's body makes of the test pictures, (N, D)."""
        return (
            self._test_features
            if name == "frozen"
            else features(self.networks[name].eval().body, self.test.x)
        )

    def evaluate(self) -> dict[str, tuple[float, float]]:
        """Learner → (share of test pictures that it tells right, its mean cross-entropy there in nats)."""
        found = {}
        for name in LEARNERS:
            logits = self.answers(name)
            right = (logits.argmax(1) == self.test.y).sum().item() / len(self.test.y)
            found[name] = (right, functional.cross_entropy(logits, self.test.y).item())
        return found


@torch.no_grad()
def features(body: nn.Module, x: Tensor) -> Tensor:
    """The body's features (n, D) of pictures x (n, C, H, W)."""
    return answered(body, x)


def batch(n: int, seed: int, update: int) -> Tensor:
    """Rows of an update: all n pictures, or a random BATCH of them, decided by seed and update."""
    if n <= BATCH:
        return torch.arange(n)
    generator = torch.Generator().manual_seed(seed * 1_000_003 + update)
    return torch.randperm(n, generator=generator)[:BATCH]


def _optimizer(network: Classifier) -> torch.optim.Optimizer:
    """Adam; the head's parameters form the first group, those of a body that may move the second."""
    body = [parameter for parameter in network.body.parameters() if parameter.requires_grad]
    groups: list[dict[str, object]] = [{"params": list(network.head.parameters())}]
    if body:
        groups.append({"params": body})
    return torch.optim.Adam(groups)


def mean(values: list[float]) -> float:
    """The arithmetic mean; NaN of none."""
    return math.fsum(values) / len(values) if values else math.nan
