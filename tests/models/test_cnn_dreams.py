"""Gradient ascent on the input: derived by hand for one kernel, and what the page says of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from models import cnn_see_calls
from models.cnn_dreams import RATE, dream, jitter_of, neighbours_differ, roughness, value_of
from models.cnn_layers import N_STEPS, SNAPSHOTS, dream_size, fields_of
from models.cnn_settings import Config
from models.cnn_strongest import strengths
from models.convnet import built
from tests.models.seen_network import trained_network
from training import weights
from training.arrays import decode_array

PLAIN = torch.zeros(1), torch.ones(1)  # mean and spread that leave pixels as they are


def test_a_single_kernel_dreams_of_its_own_signs() -> None:
    """g is the kernel whatever the picture, so every pixel climbs to 1 where its weight is positive, to 0 elsewhere."""
    kernel = torch.tensor([[1.0, -1, 1], [-1, 1, -1], [1, -1, 1]])
    found = dream(lambda x: (x[:, 0] * kernel).sum(dim=(1, 2)), 1, (3, 3), *PLAIN, 0.0, 0)
    assert (found.pixels[0, -1, ..., 0] == np.where(kernel > 0, 255, 0)).all()
    assert found.values[0, -1] == 5.0
    # ‖g‖ = 1 here, so the first step raises every pixel of positive weight by η, if it is not clipped at 0 or 1.
    first, second = found.pixels[0, :2, ..., 0].astype(float) / 255
    moved = (second - first)[(second > 0) & (second < 1)]
    np.testing.assert_allclose(np.abs(moved), RATE, atol=2 / 255)


def test_roughness_and_its_gradient_by_hand() -> None:
    p = torch.tensor([[[[1.0, 3.0], [2.0, 7.0]]]], requires_grad=True)
    value = roughness(p)
    assert value.item() == 0.5 * ((2 - 1) ** 2 + (7 - 3) ** 2 + (3 - 1) ** 2 + (7 - 2) ** 2)
    (gradient,) = torch.autograd.grad(value.sum(), p)
    # for each pixel: its differences to its neighbours, added up
    assert gradient.flatten().tolist() == [-1 - 2, -4 + 2, 1 - 5, 4 + 5]


def test_the_penalty_smooths_and_costs_strength() -> None:
    kernel = torch.tensor([[1.0, -1, 1], [-1, 1, -1], [1, -1, 1]])

    def value(x: torch.Tensor) -> torch.Tensor:
        return (x[:, 0] * kernel).sum(dim=(1, 2))

    rough, calm = (dream(value, 1, (3, 3), *PLAIN, penalty, 0) for penalty in (0.0, 3.0))
    assert calm.values[0, -1] < rough.values[0, -1]
    spread = [found.pixels[0, -1].astype(float).std() for found in (rough, calm)]
    assert spread[1] < 0.5 * spread[0]


def test_how_rough_real_pictures_are() -> None:
    stripes = np.zeros((2, 1, 4, 4), np.uint8)
    stripes[..., 1::2] = 255  # across every neighbour differs by 1, down none does
    assert neighbours_differ(stripes) == 0.5
    assert neighbours_differ(np.zeros((2, 1, 4, 4), np.uint8)) == 0.01, "nothing is divided by 0"


def test_without_padding_a_field_is_all_that_a_unit_needs() -> None:
    """The value of one receptive field, unpadded, is what the whole network holds at that place."""
    config = Config(channels=(3, 4, 5), batch_norm=False, dense=())
    network = built(config, (2, 32, 32), 3, seed=1).eval()
    x = torch.randn(5, 2, 32, 32, generator=torch.Generator().manual_seed(0))
    for layer, field in enumerate(fields_of(config, (2, 32, 32))):
        z = list(strengths(network, x))[layer]
        row = column = z.shape[2] // 2
        top, left = field.box(row, column)
        assert dream_size(config, (2, 32, 32), layer) == (field.size, field.size)
        n = z.shape[1]
        patch = x[:1, :, top : top + field.size, left : left + field.size].expand(n, -1, -1, -1)
        torch.testing.assert_close(value_of(network, layer, whole=False)(patch), z[0, :, row, column])
    whole = value_of(network, 3, whole=True)(x[:3])
    torch.testing.assert_close(whole, network(x[:3]).diagonal())


def test_where_the_field_is_larger_the_whole_picture_dreams() -> None:
    config = Config(channels=(3, 4), dense=())
    assert [dream_size(config, (1, 6, 6), layer) for layer in range(3)] == [(3, 3), (6, 6), (6, 6)]
    network = built(config, (1, 6, 6), 3, seed=1).eval()
    x = torch.randn(4, 1, 6, 6)
    z = list(strengths(network, x))[1]
    torch.testing.assert_close(value_of(network, 1, whole=True)(x), z[range(4), range(4), 1, 1])


def test_a_small_field_is_not_shaken() -> None:
    assert [jitter_of((side, side)) for side in (3, 8, 18, 32)] == [0, 1, 2, 4]


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return trained_network(tmp_path_factory.mktemp("run"))


@pytest.mark.parametrize("layer", [0, 1, 2])
def test_ascent_raises_every_channel(seen: dict[str, Any], layer: int) -> None:
    found = cnn_see_calls.dreams(seen, layer, "some", jitter=True)
    values = np.array(found["values"])
    assert found["steps"] == list(SNAPSHOTS) and SNAPSHOTS[-1] == N_STEPS
    assert (values[:, -1] > values[:, 0]).all()
    assert np.mean(values[:, -1] > found["real"]) > 0.9, "more than real pictures ever reach"
    pixels, patches = decode_array(found["pixels"]), decode_array(found["patches"])
    size = (3, 8, 32)[layer]
    assert pixels.shape == (len(values), len(SNAPSHOTS), size, size, 3)
    assert patches.shape == (len(values), size, size, 3)
    again = cnn_see_calls.dreams(seen, layer, "some", jitter=True)
    assert again["values"] == found["values"]


def test_what_the_page_says_of_penalty_and_jitter(seen: dict[str, Any]) -> None:
    """Left alone, a dream is rougher than with the penalty, and rougher than any real picture."""

    def rough(pixels: np.ndarray[Any, Any]) -> float:
        values = pixels.astype(float) / 255
        return float(np.abs(np.diff(values, axis=-2)).mean() + np.abs(np.diff(values, axis=-3)).mean())

    alone = cnn_see_calls.dreams(seen, 2, "none", jitter=False)
    calm = cnn_see_calls.dreams(seen, 2, "some", jitter=True)
    assert alone["jittered"] == 0 and calm["jittered"] == 4
    last = [decode_array(found["pixels"])[:, -1] for found in (alone, calm)]
    print(rough(last[0]), rough(last[1]), rough(decode_array(alone["patches"])))
    assert rough(last[0]) > 1.5 * rough(last[1]) > 1.5 * rough(decode_array(alone["patches"]))


def test_what_there_is_not_is_refused(seen: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="3 layers"):
        cnn_see_calls.dreams(seen, 3, "some", jitter=True)
    with pytest.raises(ValueError, match="smoothness"):
        cnn_see_calls.dreams(seen, 0, "__class__", jitter=True)
    with pytest.raises(ValueError, match="no longer kept"):
        cnn_see_calls.dreams({**seen, "weights": "/nowhere"}, 0, "some", jitter=True)


def test_a_diverged_network_is_refused_in_a_sentence(tmp_path: Path) -> None:
    network = trained_network(tmp_path, dataset="digits", epochs=1)
    parameters = weights.load(Path(network["weights"]).read_bytes())
    name = "blocks.0.convolution.weight"
    weights.save(tmp_path, parameters | {name: np.full_like(parameters[name], np.nan)})
    for call in (cnn_see_calls.strongest_pictures, cnn_see_calls.probes):
        with pytest.raises(ValueError, match="diverged"):
            call(network)
