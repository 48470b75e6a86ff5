"""The attacks: derived by hand on a linear network, against autograd and central differences, and within their bounds."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from models import attacks
from models.attack_curves import Sweep, swept
from models.cnn_settings import Config
from models.convnet import built

#: A linear network on two pixels: logits o = x W, so that ∂J/∂x = W (p − onehot(y)).
WEIGHTS = torch.tensor([[2.0, -1.0], [-0.5, 1.0]])
X = torch.tensor([0.6, 0.3]).view(1, 1, 1, 2)
Y = torch.tensor([0])


def linear(x: Tensor) -> Tensor:
    return x.flatten(1) @ WEIGHTS


@pytest.fixture(scope="module")
def network() -> attacks.Network:
    return built(Config(), (1, 8, 8), 10, 0).eval()


@pytest.fixture(scope="module")
def pictures() -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(1)
    return torch.rand(20, 1, 8, 8, generator=generator), torch.randint(0, 10, (20,), generator=generator)


def loss(network: attacks.Network, x: Tensor, y: Tensor) -> Tensor:
    return functional.cross_entropy(network(x), y, reduction="none").detach()


def test_fgsm_by_hand() -> None:
    """o = (1.05, −0.3), p₀ = σ(1.35); ∂J/∂x = W (p₀ − 1, p₁) = p₁ (−2 − 1, 0.5 + 1): down in x₁, up in x₂."""
    p1 = 1 / (1 + math.exp(1.35))
    gradient, logits = attacks.gradient(linear, X, Y)
    assert logits[0].tolist() == pytest.approx([1.05, -0.3])
    assert gradient.flatten().tolist() == pytest.approx([-3 * p1, 1.5 * p1])
    assert attacks.fgsm(linear, X, Y, 0.1).flatten().tolist() == pytest.approx([0.5, 0.4])
    assert attacks.fgsm_targeted(linear, X, torch.tensor([1]), 0.1).flatten().tolist() == pytest.approx(
        [0.5, 0.4]
    )
    assert attacks.fgsm_targeted(linear, X, Y, 0.1).flatten().tolist() == pytest.approx([0.7, 0.2])


def test_pgd_by_hand() -> None:
    """On a linear network the sign never changes: steps of α until ε is used up, and never below 0."""
    assert attacks.step_size(0.2, 10) == pytest.approx(0.05)
    assert attacks.step_size(0.2, 1) == pytest.approx(0.25)
    two = attacks.pgd_from(linear, X, X, Y, 0.2, 10)
    assert two.flatten().tolist() == pytest.approx([0.4, 0.5])
    assert attacks.pgd(linear, X, Y, 0.9, 10).flatten().tolist() == pytest.approx([0.0, 1.0])


def test_the_gradient_is_that_of_central_differences() -> None:
    """With twice the digits, and no kink near: tanh in place of ReLU."""
    network = built(Config(activation="tanh", pooling="average"), (1, 8, 8), 10, 0).double().eval()
    x = torch.rand(2, 1, 8, 8, generator=torch.Generator().manual_seed(3), dtype=torch.float64)
    y = torch.tensor([4, 7])
    found = attacks.gradient(network, x, y)[0]
    h = 1e-5
    for row, column in ((0, 0), (3, 4), (7, 2)):
        nudge = torch.zeros_like(x)
        nudge[:, 0, row, column] = h
        difference = (loss(network, x + nudge, y) - loss(network, x - nudge, y)) / (2 * h)
        assert found[:, 0, row, column].tolist() == pytest.approx(difference.tolist(), rel=1e-5, abs=1e-8)


def test_each_pictures_gradient_is_its_own(network: attacks.Network, pictures: tuple[Tensor, Tensor]) -> None:
    x, y = pictures
    together = attacks.gradient(network, x, y)[0]
    alone = attacks.gradient(network, x[7:8], y[7:8])[0]
    torch.testing.assert_close(together[7:8], alone, rtol=1e-4, atol=1e-6)
    wanted = x.clone().requires_grad_()
    functional.cross_entropy(network(wanted), y, reduction="sum").backward()
    assert wanted.grad is not None
    assert torch.equal(together.sign(), wanted.grad.sign())


@pytest.mark.parametrize("epsilon", [0.0, 0.01, 0.1, 0.5])
def test_no_pixel_moves_further_than_epsilon_or_out_of_range(
    epsilon: float, network: attacks.Network, pictures: tuple[Tensor, Tensor]
) -> None:
    x, y = pictures
    generator = torch.Generator().manual_seed(0)
    made = [
        attacks.fgsm(network, x, y, epsilon),
        attacks.fgsm_targeted(network, x, y, epsilon),
        attacks.pgd(network, x, y, epsilon, 7, generator),
        attacks.pgd(network, x, y, epsilon, 1, generator),
        attacks.pgd(network, x, y, epsilon, 5, targeted=True),
        attacks.random_start(x, epsilon, generator),
        attacks.moved(x, attacks.signs(x, generator), epsilon),
    ]
    for changed in made:
        assert (changed - x).abs().max() <= epsilon + 1e-6
        assert changed.min() >= 0 and changed.max() <= 1
    if epsilon == 0:
        assert all(torch.equal(changed, x) for changed in made)


def test_attacks_raise_the_loss_and_targeted_ones_lower_that_of_the_target(
    network: attacks.Network, pictures: tuple[Tensor, Tensor]
) -> None:
    x, y = pictures
    before, target = loss(network, x, y), (y + 1) % 10
    fgsm = loss(network, attacks.fgsm(network, x, y, 0.05), y)
    pgd = loss(network, attacks.pgd(network, x, y, 0.05, 20), y)
    random = loss(network, attacks.moved(x, attacks.signs(x, torch.Generator().manual_seed(0)), 0.05), y)
    assert (fgsm > before).all() and (fgsm - before).mean() > 5 * (random - before).abs().mean()
    assert (pgd >= fgsm - 1e-4).all()
    aimed = loss(network, attacks.pgd(network, x, target, 0.05, 10, targeted=True), target)
    assert (aimed < loss(network, x, target)).all()


def test_noise_by_hand() -> None:
    x = torch.tensor([0.5, 0.9, 0.1, 0.4]).view(1, 1, 2, 2)
    noise = torch.tensor([1.0, 2.0, -3.0, 0.0]).view(1, 1, 2, 2)
    assert attacks.gaussian(x, 0.1, noise).flatten().tolist() == pytest.approx([0.6, 1.0, 0.0, 0.4])
    places = torch.tensor([0.05, 0.5, 0.19, 0.2]).view(1, 1, 2, 2)
    colours = torch.tensor([1.0, 1.0, 0.0, 0.0]).view(1, 1, 2, 2)
    assert attacks.salt_and_pepper(x, 0.2, places, colours).flatten().tolist() == pytest.approx(
        [1.0, 0.9, 0.0, 0.4]
    )
    colour = torch.full((1, 3, 2, 2), 0.5)
    salted = attacks.salt_and_pepper(colour, 0.2, places, colours)
    assert (salted[0] == salted[0, :1]).all(), "a pixel is replaced in all its channels"


def test_gaussian_noise_has_the_size_of_fgsm() -> None:
    x = torch.full((50, 1, 28, 28), 0.5)
    noise = attacks.normal(x, torch.Generator().manual_seed(0))
    changed = attacks.gaussian(x, 0.1, noise) - x
    assert changed.square().mean().sqrt().item() == pytest.approx(0.1, rel=0.02)


def test_a_target_is_never_the_true_class() -> None:
    y = torch.arange(10)
    assert attacks.other_classes(y, 3, 10).tolist() == [3, 3, 3, 4, 3, 3, 3, 3, 3, 3]
    assert attacks.other_classes(torch.tensor([1, 0]), 9, 2).tolist() == [0, 1]


def test_the_sweep_counts_what_the_attacks_do(
    network: attacks.Network, pictures: tuple[Tensor, Tensor]
) -> None:
    x, _ = pictures
    y = network(x).argmax(1)  # all right at first
    y[:3] = (y[:3] + 1) % 10  # save three
    epsilons = (0.0, 0.1, 0.2, 0.3)
    sweep = swept(Sweep(network, epsilons, 5, 3, 0), x, y, 100, 100, epsilons[1:])
    for i, epsilon in enumerate(epsilons):
        right = (network(attacks.fgsm(network, x, y, epsilon)).argmax(1) == y).float().mean().item()
        assert sweep.curve("fgsm")[i].item() == pytest.approx(right)
    assert sweep.curve("fgsm")[0].item() == pytest.approx(17 / 20)
    for kind in ("pgd", "gaussian", "salt_pepper", "signs"):
        assert sweep.curve(kind)[0].item() == pytest.approx(17 / 20)
    pgd = sweep.curve("pgd").tolist()
    assert pgd == sorted(pgd, reverse=True), "what withstands a large ε has withstood the smaller ones"
    metrics = sweep.metrics(epsilons[1:])
    assert metrics["loss/test"] == pytest.approx(functional.cross_entropy(network(x), y).item(), rel=1e-5)
    assert metrics["accuracy/clean"] == metrics["accuracy/test"] == pytest.approx(17 / 20)
    assert set(metrics) >= {"accuracy/fgsm_0.1", "accuracy/pgd_0.3", "share/targeted_0.2"}


def test_blocks_one_by_one_are_the_same_as_all_at_once(network: attacks.Network) -> None:
    generator = torch.Generator().manual_seed(5)
    x, y = torch.rand(250, 1, 8, 8, generator=generator), torch.randint(0, 10, (250,), generator=generator)
    epsilons = (0.0, 0.1)
    whole = swept(Sweep(network, epsilons, 2, 0, 0), x, y, 150, 0, (0.1,)).metrics((0.1,))
    again = swept(Sweep(network, epsilons, 2, 0, 0), x, y, 150, 0, (0.1,)).metrics((0.1,))
    assert whole == again
    parts = Sweep(network, epsilons, 2, 0, 0)
    for number in range(5):
        block = slice(50 * number, 50 * (number + 1))
        parts.take(x[block], y[block], number, pgd_too=number < 3)
    assert parts.metrics((0.1,)) == whole
    assert parts.n["pgd"] == 150 and parts.n["fgsm"] == 250
