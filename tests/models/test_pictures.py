"""The pictures of a network, number by number."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from data import tables, toys
from data.dataset import Dataset, FloatArray, Split, split
from data.inputs import expand
from models.dense import DenseNetwork, Task
from models.pictures import MAX_POINTS, N_BINS, RESOLUTION, Pictures, Plane, histograms, names_shown, plane_of

FLAT = Plane(np.zeros(2, np.float32), np.eye(2, dtype=np.float32), (-6.0, 6.0, -3.0, 3.0), ("a", "b"), "")


def unchanged(x: FloatArray) -> FloatArray:
    return x


def network_with(sizes: tuple[int, ...], task: Task, activation: str = "tanh", **values: Any) -> DenseNetwork:
    """A network whose parameters are zero but for those given: w0, b0, w1, …"""
    network = DenseNetwork(sizes, activation, task, seed=0)
    network.parameters.zero_()
    for name, value in values.items():
        arrays = network.weights if name[0] == "w" else network.biases
        arrays[int(name[1:])].copy_(torch.tensor(value, dtype=torch.float32))
    return network


def observe(network: DenseNetwork, value_range: tuple[float, float] = (0.0, 1.0)) -> dict[str, Any]:
    return Pictures(network, FLAT, value_range, unchanged).observe()


def test_the_map_of_two_classes_is_the_probability_of_class_one_lowest_row_first() -> None:
    picture = observe(network_with((2, 1), "binary", w0=[[0.0], [1.0]]))["map"]  # grows with the second input
    assert (picture.shape, picture.dtype) == ((RESOLUTION, RESOLUTION), np.uint8)
    v = np.linspace(-3, 3, RESOLUTION)
    expected = np.round(255 / (1 + np.exp(-v)))
    np.testing.assert_allclose(picture[:, 0], expected, atol=1)
    np.testing.assert_array_equal(picture, picture[:, :1].repeat(RESOLUTION, 1))
    assert picture[0, 0] < picture[-1, 0]


def test_the_map_of_numbers_runs_over_the_range_of_values_and_is_cut_off_there() -> None:
    network = network_with((2, 1), "numbers", w0=[[1.0], [0.0]])  # the first input itself, from -6 to 6
    picture = observe(network, (-3.0, 3.0))["map"]
    u = np.linspace(-6, 6, RESOLUTION)
    expected = np.round(255 * np.clip((u + 3) / 6, 0, 1))
    np.testing.assert_allclose(picture[0], expected, atol=1)
    assert (picture[0, 0], picture[0, -1]) == (0, 255)


def test_the_map_of_several_classes_is_the_class_and_how_sure() -> None:
    network = network_with((2, 3), "classes", w0=[[1.0, -1.0, 0.0], [0.0, 0.0, 0.0]])
    arrays = observe(network)
    assert arrays["map"].dtype == arrays["map/confidence"].dtype == np.uint8
    assert (arrays["map"][0, 0], arrays["map"][0, -1]) == (1, 0)
    u = 6.0
    sure = np.exp(u) / (np.exp(u) + np.exp(-u) + 1)
    assert arrays["map/confidence"][5, -1] == pytest.approx(255 * sure, abs=1)
    middle = arrays["map/confidence"][0, RESOLUTION // 2]
    assert 85 <= middle < 100  # a third: nobody knows


def test_neuron_maps_of_bounded_units_show_their_values() -> None:
    network = network_with((2, 2, 1), "binary", w0=[[1.0, 0.0], [0.0, 0.0]], b0=[0.0, 0.5])
    maps = observe(network)["neurons"]
    assert maps.dtype == np.int8
    assert maps.shape[0] == 3
    u = np.linspace(-6, 6, maps.shape[2])
    np.testing.assert_allclose(maps[0, 0], 127 * np.tanh(u), atol=1)
    assert (maps[1] == int(127 * np.tanh(0.5))).all()
    assert (maps[2] == 0).all()  # the output is undecided everywhere: p = 1/2


def test_neuron_maps_of_unbounded_units_use_the_scale_of_each() -> None:
    weights = [[10.0, 0.1], [0.0, 0.0]]
    maps = observe(network_with((2, 2, 1), "numbers", "relu", w0=weights), (-1.0, 1.0))["neurons"]
    for unit in range(2):
        assert maps[unit].max() == 127
        assert maps[unit].min() == 0
    dead = observe(network_with((2, 1, 1), "numbers", "relu", b0=[-1.0]))["neurons"]
    assert (dead[0] == 0).all()


def test_weights_and_biases_are_cut_to_the_units_drawn() -> None:
    network = DenseNetwork((20, 30, 2, 1), "tanh", "binary", seed=0)
    plane = Plane(np.zeros(20, np.float32), np.eye(20, dtype=np.float32)[:2], (-1, 1, -1, 1), ("a", "b"), "")
    pictures = Pictures(network, plane, (0.0, 1.0), unchanged)
    arrays = pictures.observe()
    assert [len(units) for units in pictures.shown] == [16, 16, 2, 1]
    shapes = {name: arrays[name].shape for name in arrays if "weights" in name or "biases" in name}
    assert shapes == {
        "weights/0": (16, 16),
        "biases/0": (16,),
        "weights/1": (16, 2),
        "biases/1": (2,),
        "weights/2": (2, 1),
        "biases/2": (1,),
    }
    np.testing.assert_array_equal(arrays["weights/0"], network.weights[0][:16, :16].numpy())
    assert arrays["neurons"].shape[0] == 16 + 2 + 1
    assert arrays["neurons"].nbytes <= 12_500


def test_a_network_that_is_not_a_number_can_still_be_drawn() -> None:
    network = DenseNetwork((2, 2, 1), "relu", "numbers", seed=0)
    network.parameters.fill_(float("nan"))
    arrays = observe(network)
    assert (arrays["map"] == 128).all()
    assert (arrays["neurons"] == 0).all()
    assert np.isnan(arrays["weights/0"]).all()


def test_input_maps_show_the_features_themselves() -> None:
    maps = Pictures(network_with((2, 1), "binary"), FLAT, (0.0, 1.0), unchanged).input_maps()
    assert maps.dtype == np.int8
    assert maps.shape[0] == 2
    np.testing.assert_array_equal(maps[0][0], maps[0][-1])
    assert (maps[0][0, 0], maps[0][0, -1]) == (-127, 127)
    assert (maps[1][0, 0], maps[1][-1, 0]) == (-127, 127)


def test_pictures_of_a_network_that_is_fed_something_else_than_the_coordinates() -> None:
    network = network_with((1, 1), "binary", w0=[[1.0]])
    pictures = Pictures(network, FLAT, (0.0, 1.0), lambda x: expand(x, ("x1_squared",)))
    u = np.linspace(-6, 6, RESOLUTION)
    np.testing.assert_allclose(pictures.observe()["map"][7], 255 / (1 + np.exp(-(u**2))), atol=1)
    maps = pictures.input_maps()
    assert maps.shape[0] == 1
    assert (maps[0, 0, 0], maps[0, 0, -1]) == (127, 127)


def test_histograms_by_hand() -> None:
    network = network_with((2, 2, 1), "binary", w0=[[0.0, 0.0], [9.0, -0.05]], w1=[[-3.0], [3.0]])
    hidden = [torch.tensor([[0.0, 5.0], [-2.0, float("nan")]])]
    found = histograms(network, hidden)
    weights, activations = found["histogram/weights"], found["histogram/activations"]
    assert (weights.shape, activations.shape) == ((2, N_BINS), (1, N_BINS))
    middle = N_BINS // 2
    assert (weights[0, middle], weights[0, -1]) == (0.75, 0.25)
    assert (weights[1, 0], weights[1, -1]) == (0.5, 0.5)
    assert (activations[0, 0], activations[0, middle], activations[0, -1]) == (0.25, 0.5, 0.25)
    bare = histograms(network_with((2, 1), "binary"), [])["histogram/activations"]
    assert bare.shape == (1, N_BINS) and not bare.any()


def test_the_plane_of_a_toy_is_its_own() -> None:
    toy = toys.make("circle", 100, 0.0, 0)
    plane = plane_of(toy, split(toy, 0.3, 0))
    assert (plane.domain, plane.names, plane.sentence) == ((-6, 6, -6, 6), ("x₁", "x₂"), "")
    np.testing.assert_array_equal(plane.coordinates(toy.x), toy.x)
    grid = plane.grid(3)
    assert grid[:4].tolist() == [[-6, -6], [0, -6], [6, -6], [-6, 0]]


def test_the_plane_of_a_table_is_that_of_its_two_widest_directions() -> None:
    table = tables.load("wine")
    rows = split(table, 0.3, 0)
    plane = plane_of(table, rows)
    assert "first two principal components of the 13 features" in plane.sentence
    np.testing.assert_allclose(plane.axes @ plane.axes.T, np.eye(2), atol=1e-5)
    shadow = plane.coordinates(rows.x_train)
    covariance = np.cov(rows.x_train.T.astype(np.float64))
    largest = np.sort(np.linalg.eigvalsh(covariance))[::-1][:2]
    np.testing.assert_allclose(shadow.var(0, ddof=1), largest, rtol=1e-3)
    u0, u1, v0, v1 = plane.domain
    assert u0 < shadow[:, 0].min() and shadow[:, 0].max() < u1
    assert v0 < shadow[:, 1].min() and shadow[:, 1].max() < v1
    for axis in plane.axes:
        assert axis[np.abs(axis).argmax()] > 0


def test_the_plane_of_two_features_holds_the_others_at_their_mean() -> None:
    table = tables.load("wine")
    rows = split(table, 0.3, 0)
    a, b = table.feature_names[4], table.feature_names[0]
    plane = plane_of(table, rows, (a, b))
    assert plane.names == (a, b) and f"“{a}” and “{b}”" in plane.sentence
    np.testing.assert_allclose(plane.coordinates(rows.x_train), rows.x_train[:, [4, 0]], atol=1e-6)
    grid = plane.grid(5)
    others = [i for i in range(13) if i not in (0, 4)]
    mean = np.broadcast_to(rows.x_train.mean(0)[others], (25, 11))
    np.testing.assert_allclose(grid[:, others], mean, atol=1e-5)
    np.testing.assert_allclose(grid[0, [4, 0]], [plane.domain[0], plane.domain[2]], atol=1e-6)


@pytest.mark.parametrize(
    "features", [("alcohol",), ("alcohol", "alcohol"), ("alcohol", "no such"), ("no", "such")]
)
def test_features_of_another_table_leave_the_widest_directions(features: tuple[str, ...]) -> None:
    table = tables.load("wine")
    rows = split(table, 0.3, 0)
    assert plane_of(table, rows, features).names[0] == "first principal component"


def table_of(n_features: int) -> tuple[Dataset, Split]:
    x = np.random.default_rng(0).standard_normal((40, n_features)).astype(np.float32)
    names = tuple("abcd"[:n_features])
    table = Dataset("t", "classes", x, (x[:, 0] > 0).astype(np.int64), names, "y", ("no", "yes"), True)
    return table, split(table, 0.3, 0)


@pytest.mark.parametrize(("n_features", "names"), [(1, ("a", "")), (2, ("a", "b"))])
def test_the_plane_of_one_or_two_features_is_theirs(n_features: int, names: tuple[str, str]) -> None:
    table, rows = table_of(n_features)
    plane = plane_of(table, rows)
    assert plane.names == names
    assert "standardised" in plane.sentence
    np.testing.assert_array_equal(plane.coordinates(rows.x_train)[:, :n_features], rows.x_train)
    assert plane.grid(4).shape == (16, n_features)


def test_at_most_so_many_points_are_drawn() -> None:
    x = np.arange(4000, dtype=np.float32).reshape(2000, 2)
    places, targets = Pictures(network_with((2, 1), "binary"), FLAT, (0.0, 1.0), unchanged).points(x, x[:, 0])
    assert places.shape == (MAX_POINTS, 2)
    assert targets.shape == (MAX_POINTS,)
    assert places.dtype == targets.dtype == np.float32
    assert names_shown(("a", "b", "c"), (0, 2)) == ["a", "c"]
