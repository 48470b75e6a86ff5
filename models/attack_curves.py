"""Accuracy against ε: how many pictures a network still answers rightly under each attack, block by block.

Of PGD a picture counts as withstood only when no step, at this ε or a smaller one, has changed the answer: what lies
within a small ε lies within a large one too.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from models.attacks import (
    Network,
    drawn,
    gaussian,
    gradient,
    moved,
    normal,
    other_classes,
    pgd,
    random_start,
    salt_and_pepper,
    signs,
    step_size,
    within,
)
from models.chunks import answered

BLOCK = 50  # pictures attacked at a time
KINDS = ("fgsm", "pgd", "gaussian", "salt_pepper", "signs")
ONE_STEP = tuple(kind for kind in KINDS if kind != "pgd")


class Sweep:
    """Counts of right answers at every ε, over all blocks taken so far."""

    def __init__(
        self, network: Network, epsilons: tuple[float, ...], steps: int, target: int, seed: int
    ) -> None:
        """network: pixels → logits, in evaluation mode. steps: of PGD. target: class of the targeted attack."""
        self.network, self.epsilons = network, epsilons
        self.steps, self.target, self.seed = steps, target, seed
        self.right = {kind: torch.zeros(len(epsilons)) for kind in KINDS}
        self.n = dict.fromkeys(KINDS, 0)
        self.loss, self.reached, self.n_targeted = 0.0, torch.zeros(len(epsilons)), 0

    @torch.no_grad()
    def take(
        self, x: Tensor, y: Tensor, number: int, *, pgd_too: bool, targeted: tuple[float, ...] = ()
    ) -> None:
        """Attack block `number`, pictures x (n, C, H, W) of the classes y. targeted: at which ε that attack is tried."""
        generator = torch.Generator().manual_seed(self.seed * 1_000_003 + number)
        uphill, logits = gradient(self.network, x, y)
        self.loss += functional.cross_entropy(logits, y, reduction="sum").item()
        noise, sign = normal(x, generator), signs(x, generator)
        places, colours = drawn(x[:, :1], generator), drawn(x[:, :1], generator).round()
        for i, epsilon in enumerate(self.epsilons):
            if epsilon == 0:  # the pictures themselves, whose answers are there
                for kind in ONE_STEP:
                    self.right[kind][i] += (logits.argmax(1) == y).sum().item()
                continue
            changed = {
                "fgsm": moved(x, uphill.sign(), epsilon),
                "gaussian": gaussian(x, epsilon, noise),
                "salt_pepper": salt_and_pepper(x, epsilon, places, colours),
                "signs": moved(x, sign, epsilon),
            }
            answers = answered(self.network, torch.cat(list(changed.values()))).argmax(1)
            for kind, answer in zip(changed, answers.split(len(y)), strict=True):
                self.right[kind][i] += (answer == y).sum().item()
        if pgd_too:
            self.right["pgd"] += self._withstood(x, y, generator)
        for kind in KINDS:
            self.n[kind] += len(y) if pgd_too or kind != "pgd" else 0
        if targeted:
            self._aim(x, y, generator, targeted)

    def _withstood(self, x: Tensor, y: Tensor, generator: torch.Generator) -> Tensor:
        """(E,) pictures that PGD leaves rightly answered."""
        found = torch.zeros(len(self.epsilons))
        for i, epsilon in enumerate(self.epsilons):
            now = random_start(x, epsilon, generator)
            for _ in range(self.steps if epsilon else 0):
                uphill, logits = gradient(self.network, now, y)
                now = within(now + step_size(epsilon, self.steps) * uphill.sign(), x, epsilon)
                still = logits.argmax(1) == y
                x, y, now = x[still], y[still], now[still]
                if len(y) == 0:
                    return found
            still = self.network(now).argmax(1) == y
            x, y = x[still], y[still]
            found[i] = len(y)
            if len(y) == 0:
                return found
        return found

    def _aim(self, x: Tensor, y: Tensor, generator: torch.Generator, at: tuple[float, ...]) -> None:
        """Count the pictures that targeted PGD has taken for its target."""
        n_classes = self.network(x[:1]).shape[1]
        wanted = other_classes(y, self.target, n_classes)
        for epsilon in at:
            changed = pgd(self.network, x, wanted, epsilon, self.steps, generator, targeted=True)
            answers = self.network(changed).argmax(1)
            self.reached[self.epsilons.index(epsilon)] += (answers == wanted).sum().item()
        self.n_targeted += len(y)

    def curve(self, kind: str) -> Tensor:
        """(E,) accuracies; 0 before anything was attacked this way."""
        return self.right[kind] / max(1, self.n[kind])

    def metrics(self, told: tuple[float, ...]) -> dict[str, float]:
        """Loss and accuracy on clean pictures, and the accuracy under each attack at each ε of `told`."""
        clean = self.curve("fgsm")[self.epsilons.index(0.0)].item()
        found = {
            "loss/test": self.loss / max(1, self.n["fgsm"]),
            "accuracy/test": clean,
            "accuracy/clean": clean,
        }
        for kind in KINDS:
            if self.n[kind]:
                for epsilon in told:
                    found[f"accuracy/{kind}_{epsilon:g}"] = self.curve(kind)[
                        self.epsilons.index(epsilon)
                    ].item()
        if self.n_targeted:
            for epsilon in told:
                share = self.reached[self.epsilons.index(epsilon)] / self.n_targeted
                found[f"share/targeted_{epsilon:g}"] = share.item()
        return found


def swept(sweep: Sweep, x: Tensor, y: Tensor, n_pgd: int, n_targeted: int, told: tuple[float, ...]) -> Sweep:
    """The sweep after every block of x: PGD on the blocks within the first n_pgd pictures, targeted on n_targeted."""
    for number, begin in enumerate(range(0, len(y), BLOCK)):
        block = slice(begin, begin + BLOCK)
        targeted = told if begin < n_targeted else ()
        sweep.take(x[block], y[block], number, pgd_too=begin < n_pgd, targeted=targeted)
    return sweep
