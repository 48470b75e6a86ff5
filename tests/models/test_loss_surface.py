"""The slice of a network's loss: its centre, its directions, its path, and every point against the network itself."""

from __future__ import annotations

import time

import pytest
import torch
from torch import Tensor

from models import loss_surface
from models.dense import DenseNetwork
from models.gradient_descent_networks import Networks
from models.gradient_descent_settings import Config
from models.trail import Trail

GENERATOR = torch.Generator().manual_seed(5)
X = torch.randn(40, 2, generator=GENERATOR)
Y = (X[:, 0] * X[:, 1] > 0).float()


def a_network(activation: str = "tanh", hidden: tuple[int, ...] = (5, 3)) -> DenseNetwork:
    network = DenseNetwork((2, *hidden, 1), activation, "binary", 0)
    for biases in network.biases:
        biases.copy_(torch.randn(len(biases), generator=GENERATOR))
    return network


def a_walk(network: DenseNetwork, n: int = 30) -> Tensor:
    """(n, P) a path of plain gradient descent that ends at the network's present weights."""
    places = []
    for _ in range(n):
        places.append(network.parameters.clone())
        network.backward(X, Y)
        network.parameters.sub_(network.gradient, alpha=0.3)
    return torch.stack([*places, network.parameters.clone()])


def loss_of(network: DenseNetwork) -> float:
    return network.loss(network.forward(X)[-1], Y).item()


@pytest.mark.parametrize("directions", ["pca", "random"])
@pytest.mark.parametrize(
    ("activation", "hidden"), [("tanh", (5, 3)), ("relu", (7,)), ("gelu", (4,)), ("tanh", ())]
)
def test_the_centre_is_the_network_and_the_path_ends_there(
    directions: loss_surface.Directions, activation: str, hidden: tuple[int, ...]
) -> None:
    network = a_network(activation, hidden)
    path = a_walk(network)
    found = loss_surface.surface(network, path, X, Y, directions, seed=3, side=21)
    column, row = (int((axis == 0).nonzero()) for axis in (found.alphas, found.betas))
    assert found.losses[row, column].item() == pytest.approx(loss_of(network), rel=1e-5)
    assert found.path.shape == (31, 2)
    assert found.path[-1].tolist() == [0, 0]
    for axis, reach in enumerate((found.alphas, found.betas)):  # the picture holds the whole path
        assert reach.min() <= found.path[:, axis].min() and found.path[:, axis].max() <= reach.max()


def test_every_point_is_the_loss_of_the_network_moved_there() -> None:
    network = a_network()
    found = loss_surface.surface(network, a_walk(network), X, Y, "random", seed=1, side=7)
    home = network.parameters.clone()
    for row, column in ((0, 0), (2, 5), (6, 1)):
        step = found.alphas[column] * found.directions[0] + found.betas[row] * found.directions[1]
        network.parameters.copy_(home + step)
        assert found.losses[row, column].item() == pytest.approx(loss_of(network), rel=1e-4)


def test_large_pictures_are_computed_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    network = a_network()
    places = network.parameters + 0.1 * torch.randn(50, len(network.parameters), generator=GENERATOR)
    whole = loss_surface.losses_at(network, places, X, Y)
    monkeypatch.setattr(loss_surface, "CHUNK", 5 * 40 * 7)
    assert torch.allclose(loss_surface.losses_at(network, places, X, Y), whole, rtol=1e-6)


def test_random_directions_have_the_length_of_each_neurons_weights() -> None:
    network = a_network()
    pair = loss_surface.random_directions(network, seed=0)
    for direction in pair:
        weights, biases, _ = network._views(direction)
        for layer, own in enumerate(network.weights):
            for neuron in range(own.shape[1]):
                drawn, real = weights[layer][:, neuron], own[:, neuron]
                assert drawn.norm().item() == pytest.approx(real.norm().item(), rel=1e-5)
            assert not biases[layer].any()
    assert torch.equal(pair, loss_surface.random_directions(network, seed=0))
    assert not torch.equal(pair, loss_surface.random_directions(network, seed=1))


def test_the_gaps_between_parameters_stay_out_of_every_direction() -> None:
    network = a_network()
    mask = torch.ones_like(network.parameters)
    for part in network.parts(mask):
        part.zero_()
    assert mask.sum() > 0
    still = torch.zeros(4, len(network.parameters))
    for pair in (
        loss_surface.random_directions(network, 0),
        loss_surface.path_directions(network, still, 0),
    ):
        assert not (pair * mask).any()


def test_scaling_one_layer_of_a_relu_network_up_and_the_next_down_changes_no_picture() -> None:
    """What filter normalisation is for: the same function must not look flatter for larger weights."""
    network = DenseNetwork((2, 6, 1), "relu", "binary", 0)
    network.biases[0].copy_(torch.linspace(-1, 1, 6))

    def losses() -> Tensor:
        return loss_surface.surface(
            network, network.parameters[None].clone(), X, Y, "random", 2, side=9
        ).losses

    before = losses()
    network.weights[0].mul_(4)
    network.biases[0].mul_(4)
    network.weights[1].div_(4)
    assert torch.allclose(losses(), before, rtol=1e-4)


def test_principal_directions_are_at_right_angles_and_hold_a_plane_walk_whole() -> None:
    network = a_network()
    n = len(network.parameters)
    basis = torch.linalg.qr(torch.randn(n, 2, generator=GENERATOR))[0].t()
    around = torch.stack([torch.tensor([3 * t, (t * t) / 4]) for t in torch.linspace(-2, 0, 20)])
    offsets = around @ basis
    pair = loss_surface.path_directions(network, offsets, 0)
    assert torch.allclose(pair @ pair.t(), torch.eye(2), atol=1e-5)
    coordinates, explained = loss_surface.project(offsets, pair)
    assert explained == pytest.approx(1, abs=1e-6)
    assert torch.allclose(coordinates @ pair, offsets, atol=1e-4)
    assert coordinates[:, 0].square().sum() > coordinates[:, 1].square().sum()


def test_a_straight_path_is_a_line_along_the_first_direction() -> None:
    network = a_network()
    way = torch.randn(len(network.parameters), generator=GENERATOR)
    offsets = torch.linspace(-1, 0, 15)[:, None] * way
    pair = loss_surface.path_directions(network, offsets, 0)
    coordinates, explained = loss_surface.project(offsets, pair)
    assert coordinates[:, 1].abs().max() < 1e-4
    assert coordinates[0, 0].abs().item() == pytest.approx(way.norm().item(), rel=1e-4)
    assert explained == pytest.approx(1, abs=1e-6)
    assert torch.allclose(pair @ pair.t(), torch.eye(2), atol=1e-5)


def test_projection_finds_the_nearest_point_of_a_slanted_plane() -> None:
    pair = torch.tensor([[1.0, 0.0, 0.0], [1.0, 1.0, 0.0]])  # 45° to each other
    coordinates, explained = loss_surface.project(torch.tensor([[2.0, 3.0, 4.0]]), pair)
    assert coordinates.tolist() == [pytest.approx([-1, 3])]
    assert explained == pytest.approx(13 / 29)


def test_a_network_that_has_not_moved_has_a_surface_too() -> None:
    network = a_network()
    found = loss_surface.surface(network, network.parameters[None].clone(), X, Y, "pca", seed=0, side=9)
    assert found.losses.isfinite().all()
    assert found.explained == 1
    assert found.alphas.min() < 0 < found.alphas.max()


def test_batch_normalisation_is_refused() -> None:
    network = DenseNetwork((2, 3, 1), "tanh", "binary", 0, batch_norm=True)
    with pytest.raises(ValueError, match="without batch normalisation"):
        loss_surface.losses_at(network, network.parameters[None], X, Y)


def test_the_default_picture_takes_less_than_half_a_second() -> None:
    nets = Networks(Config(task="network"))
    for x, y in nets.batches(0):
        nets.update(x, y, 0.03)
    nets.surface_arrays()
    seconds = []
    for _ in range(3):
        nets.surface_due = True
        began = time.perf_counter()
        arrays = nets.surface_arrays()
        seconds.append(time.perf_counter() - began)
    assert arrays["surface"].shape == (loss_surface.SIDE, loss_surface.SIDE)
    assert min(seconds) < 0.5


def test_large_networks_get_fewer_points() -> None:
    large = DenseNetwork((2, 64, 64, 64, 64, 1), "tanh", "binary", 0)
    assert loss_surface.side_for(large, 700) < loss_surface.SIDE
    assert loss_surface.side_for(large, 700) % 2 == 1


def test_a_trail_keeps_the_first_place_and_thins_evenly() -> None:
    trail: Trail[int] = Trail(limit=10)
    for number in range(200):
        if trail.wants(number):
            trail.add(number, number)
    assert trail.places[0] == 0
    assert len(trail.places) <= 10
    gaps = {b - a for a, b in zip(trail.places, trail.places[1:], strict=False)}
    assert gaps == {32}
    assert trail.places[-1] >= 200 - 64


def test_a_growing_trail_suits_a_logarithmic_axis() -> None:
    trail: Trail[int] = Trail(limit=1000, growth=1.1, widest=100_000)
    for number in range(100_000):
        if trail.wants(number):
            trail.add(number, number)
    assert trail.places[:11] == list(range(11))
    assert len(trail.places) < 130
    assert all(b <= 1.12 * a + 1 for a, b in zip(trail.places[1:], trail.places[2:], strict=False))


def test_a_growing_trail_keeps_enough_for_an_even_axis_too() -> None:
    trail: Trail[int] = Trail(limit=1000, growth=1.1, widest=50)
    for number in range(10_000):
        if trail.wants(number):
            trail.add(number, number)
    gaps = [b - a for a, b in zip(trail.places, trail.places[1:], strict=False)]
    assert max(gaps) == 50 and gaps == sorted(gaps)
