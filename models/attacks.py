"""Attacks on a trained network, by hand: the smallest change of a picture that changes the answer.

Pictures x (N, C, H, W) hold pixels from 0 to 1 and y (N,) their classes; ε is a difference of pixels. Every attack
stays within 0 … 1. With J the cross-entropy of the network's answer and ∇ₓJ its gradient with respect to the pixels:

* FGSM (Goodfellow, Shlens & Szegedy 2015, §4):  x′ = x + ε · sign(∇ₓ J(x, y))
* PGD (Madry et al. 2018, §2.1):  xᵗ⁺¹ = Π(xᵗ + α · sign(∇ₓ J(xᵗ, y))), Π: back to within ε of x
* targeted (Kurakin, Goodfellow & Bengio 2017, §2.3): downhill on J(x, target) instead of uphill on J(x, y)
* noise that knows nothing of the network: Gaussian, salt and pepper, and random signs of FGSM's size
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional

Network = Callable[[Tensor], Tensor]  # pixels (N, C, H, W) from 0 to 1 → logits (N, K)

#: A step of PGD is this share of ε, divided by the number of steps: the steps together can cross the whole range.
REACH = 2.5
#: A single step from a random start (Wong, Rice & Kolter 2020, §5: α = 1.25 ε).
SINGLE = 1.25


def gradient(network: Network, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    """∇ₓ J (N, C, H, W) of every picture's own cross-entropy against the classes y, and the logits (N, K)."""
    with torch.enable_grad():
        x = x.detach().requires_grad_()
        logits = network(x)
        # The sum: each picture's gradient is its own, however many there are beside it.
        loss = functional.cross_entropy(logits, y, reduction="sum")
        (found,) = torch.autograd.grad(loss, x)
    return found, logits.detach()


def fgsm(network: Network, x: Tensor, y: Tensor, epsilon: float) -> Tensor:
    """The pictures one step of ε uphill on the loss of their classes y."""
    return moved(x, gradient(network, x, y)[0].sign(), epsilon)


def fgsm_targeted(network: Network, x: Tensor, target: Tensor, epsilon: float) -> Tensor:
    """The pictures one step of ε downhill on the loss of the classes they are to be taken for."""
    return moved(x, -gradient(network, x, target)[0].sign(), epsilon)


def moved(x: Tensor, direction: Tensor, epsilon: float) -> Tensor:
    """x + ε · direction, within 0 … 1."""
    return (x + epsilon * direction).clamp(0, 1)


def step_size(epsilon: float, steps: int) -> float:
    """α: how far each of so many steps goes."""
    return epsilon * min(SINGLE, REACH / steps)


def pgd(
    network: Network,
    x: Tensor,
    y: Tensor,
    epsilon: float,
    steps: int,
    generator: torch.Generator | None = None,
    targeted: bool = False,
) -> Tensor:
    """The pictures after `steps` signed gradient steps, each time brought back to within ε of x.

    y: the true classes, or with `targeted` those to be taken for. generator: of the random start; None starts at x.
    """
    start = x if generator is None else random_start(x, epsilon, generator)
    return pgd_from(network, x, start, y, epsilon, steps, targeted)


def pgd_from(
    network: Network, x: Tensor, start: Tensor, y: Tensor, epsilon: float, steps: int, targeted: bool = False
) -> Tensor:
    """The same from given starting pictures."""
    rate = step_size(epsilon, steps) * (-1 if targeted else 1)
    now = start
    for _ in range(steps):
        now = within(now + rate * gradient(network, now, y)[0].sign(), x, epsilon)
    return now


def within(changed: Tensor, x: Tensor, epsilon: float) -> Tensor:
    """Π: the nearest pictures with no pixel further than ε from x, and none outside 0 … 1."""
    return torch.minimum(torch.maximum(changed, x - epsilon), x + epsilon).clamp(0, 1)


def random_start(x: Tensor, epsilon: float, generator: torch.Generator) -> Tensor:
    """A picture anywhere within ε of each x."""
    return (x + epsilon * (2 * drawn(x, generator) - 1)).clamp(0, 1)


def gaussian(x: Tensor, epsilon: float, noise: Tensor) -> Tensor:
    """x + ε · noise: with standard normal noise its mean square is ε², as that of FGSM's changes."""
    return moved(x, noise, epsilon)


def salt_and_pepper(x: Tensor, share: float, places: Tensor, colours: Tensor) -> Tensor:
    """x with about this share of its pixels black or white.

    places (N, 1, H, W): a random number from 0 to 1 for each pixel; it is replaced where that is below `share`.
    colours (N, 1, H, W): 0 or 1, what it then becomes.
    """
    return torch.where(places < share, colours, x)


def normal(x: Tensor, generator: torch.Generator) -> Tensor:
    """Standard normal noise (N, C, H, W) for each of the pictures."""
    return torch.randn(x.shape, generator=generator).to(x.device)


def drawn(x: Tensor, generator: torch.Generator) -> Tensor:
    """Random numbers (N, C, H, W) from 0 to 1."""
    return torch.rand(x.shape, generator=generator).to(x.device)


def signs(x: Tensor, generator: torch.Generator) -> Tensor:
    """−1 or 1 at random for every pixel: FGSM without the network."""
    return 2 * torch.randint(0, 2, x.shape, generator=generator).to(x.device, x.dtype) - 1


def other_classes(y: Tensor, target: int, n_classes: int) -> Tensor:
    """What each picture is to be taken for: `target`, or the class after it where that is its own."""
    wanted = torch.full_like(y, target % n_classes)
    return torch.where(wanted == y, (wanted + 1) % n_classes, wanted)
