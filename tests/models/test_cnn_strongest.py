"""Receptive fields by hand and by gradients, and a hand-set kernel that must find its own patch."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from data.drawings import CLASSES
from models import cnn_layers, cnn_see_calls
from models.cnn import SIZES
from models.cnn_layers import Field, fields_of
from models.cnn_settings import Config
from models.cnn_strongest import Strongest, boxes, cut_out, strengths, strongest
from models.convnet import ConvNet, built
from tests.models.seen_network import trained_network

SHAPE = (1, 16, 16)


def network(**settings: Any) -> tuple[Config, ConvNet]:
    given: dict[str, Any] = {"batch_norm": False, "dense": (), **settings}
    config = Config(**given)
    return config, built(config, SHAPE, 3, seed=0).eval()


# Receptive fields.


def test_fields_by_hand() -> None:
    # 3×3, then 2×2 pooling: neighbours two pixels apart; 3×3 of those: 3 + 1 + 2·2 = 8; and again: 8 + 2 + 2·4 = 18.
    assert fields_of(Config(channels=(4, 4, 4)), (3, 32, 32)) == [
        Field(3, 1, -1),
        Field(8, 2, -3),
        Field(18, 4, -7),
    ]
    # Without pooling and padding each 3×3 adds two pixels, and the first field begins at the corner.
    assert fields_of(Config(channels=(4, 4), pooling="none", padding="none"), (1, 9, 9)) == [
        Field(3, 1, 0),
        Field(5, 1, 0),
    ]
    # 5×5 with stride 2: the next window's neighbours are two pixels apart, 5 + 2·2 = 9.
    config = Config(channels=(4, 4), kernels=(5, 3), strides=(2, 1), pooling="none")
    assert fields_of(config, (1, 16, 16)) == [Field(5, 2, -2), Field(9, 2, -4)]
    assert fields_of(Config(channels=()), (1, 8, 8)) == []


@pytest.mark.parametrize(
    "settings",
    [
        {"channels": (3, 3), "pooling": "average"},
        {"channels": (3, 3, 2), "kernels": (3, 5, 3), "pooling": "average", "activation": "tanh"},
        {"channels": (3, 3), "kernels": (5, 3), "strides": (2, 1), "pooling": "none", "activation": "tanh"},
        {"channels": (3, 3), "padding": "none", "pooling": "average", "activation": "tanh"},
    ],
)
def test_the_field_is_where_the_gradient_is_not_zero(settings: dict[str, Any]) -> None:
    config, net = network(**({"activation": "tanh"} | settings))
    fields = fields_of(config, SHAPE)
    for layer, field in enumerate(fields):
        x = torch.randn(1, *SHAPE, generator=torch.Generator().manual_seed(0), requires_grad=True)
        z = list(strengths(net, x))[layer]
        row, column = z.shape[2] // 2, z.shape[3] // 3
        (gradient,) = torch.autograd.grad(z[0, 0, row, column], x)
        touched = torch.nonzero(gradient[0, 0])
        top, left = field.box(row, column)
        low, high = touched.min(dim=0).values.tolist(), touched.max(dim=0).values.tolist()
        assert low == [max(0, top), max(0, left)]
        assert high == [min(16, top + field.size) - 1, min(16, left + field.size) - 1]


def test_the_place_whose_field_lies_nearest() -> None:
    field = Field(8, 2, -3)  # middles at 0.5, 2.5, 4.5, …
    assert [field.place(pixel, 4) for pixel in (0, 1, 2, 3, 4, 5, 30)] == [0, 0, 1, 1, 2, 2, 3]


# The strongest pictures.


def test_a_hand_set_kernel_finds_its_patch() -> None:
    config, net = network(channels=(2,), pooling="none")
    kernel = torch.tensor([[-1.0, 0, 1], [-1, 0, 1], [-1, 0, 1]])
    with torch.no_grad():
        net.filters(0)[:] = torch.stack([kernel, -kernel])[:, None]
        net.get_parameter("blocks.0.convolution.bias")[:] = torch.tensor([0.5, 0.0])
    x = torch.zeros(3, *SHAPE)
    x[1, 0, 4:7, 9] = 2.0  # a short upright line: the kernel sees it best with it at its right column
    x[2, 0, 10:13, 6] = 1.0
    up, down = strongest(net, x, 2)[0].values, strongest(net, x, 2)[0].pictures
    assert up.tolist() == [[6.5, 3.5], [6.0, 3.0]] and down.tolist() == [[1, 2], [1, 2]]
    found = strongest(net, x, 2)[0]
    assert found.places[0].tolist() == [[5, 8], [11, 5]], "one column left of the line"
    assert found.places[1].tolist() == [[5, 10], [11, 7]], "and the opposite kernel one column right"
    framed = boxes(found, fields_of(config, SHAPE)[0], SHAPE[1:])
    assert framed[0, 0].tolist() == [4, 7, 3, 3]
    picture = (x[1] * 100).to(torch.uint8).permute(1, 2, 0).numpy()
    patch = cut_out(picture, framed[0, 0].tolist(), np.array([9], np.uint8))
    assert patch[..., 0].tolist() == [[0, 0, 200]] * 3
    assert found.share.tolist() == [1.0, pytest.approx(2 / 3)], "the bias alone makes the first one positive"


def test_beyond_the_rim_there_is_the_rims_colour() -> None:
    picture = np.arange(12, dtype=np.uint8).reshape(3, 4, 1)
    assert cut_out(picture, [-1, 2, 3, 3], np.array([99], np.uint8))[..., 0].tolist() == [
        [99, 99, 99],
        [2, 3, 99],
        [6, 7, 99],
    ]
    assert (cut_out(picture, [5, 5, 2, 2], np.array([99], np.uint8)) == 99).all()


def test_strengths_are_what_the_network_computes() -> None:
    _, net = network(channels=(3, 4), batch_norm=True)
    x = torch.randn(5, *SHAPE, generator=torch.Generator().manual_seed(1))
    *blocks, logits = strengths(net, x)
    for z, active in zip(blocks, net.activations(x), strict=True):
        assert torch.equal(z.relu(), active)
    assert torch.equal(logits, net(x))
    classes = strongest(net, x, 9)[-1]
    assert classes.values.shape == (3, 5), "no more pictures than there are"
    assert classes.values[1, 0] == pytest.approx(net(x)[:, 1].max().item())
    whole = boxes(classes, None, (16, 16))
    assert (whole == [0, 0, 16, 16]).all()


def test_a_network_of_dense_layers_has_classes_only() -> None:
    _, net = network(channels=())
    found = strongest(net, torch.randn(4, *SHAPE), 2)
    assert len(found) == 1 and isinstance(found[0], Strongest)


# As the page gets it.


def test_frames_lie_over_the_patches_that_the_network_answered(seen: dict[str, Any]) -> None:
    found = cnn_see_calls.strongest_pictures(seen)
    assert [layer["name"] for layer in found["layers"]] == ["block 1", "block 2", "answer"]
    assert [layer["field"] for layer in found["layers"]] == [3, 8, None]
    for layer in found["layers"]:
        values = np.array(layer["values"])
        assert values.shape[1] == 6 and (np.diff(values, axis=1) <= 0).all()
        assert np.array(layer["pictures"]).max() < len(found["labels"])
    answers = found["layers"][-1]
    right = [found["labels"][row[0]] == k for k, row in enumerate(answers["pictures"])]
    assert sum(right) >= len(CLASSES) - 1, "a class is surest of pictures of its own kind"


def test_work_stays_within_its_budget() -> None:
    shape, n_classes, n = SIZES["cifar10"]
    heavy = Config(dataset="cifar10", channels=(64, 64, 64, 64), kernels=(7,), pooling="none")
    assert cnn_layers.n_looked(heavy, shape, n_classes, n) == cnn_layers.LEAST_PICTURES
    assert cnn_layers.n_dreamt(heavy, shape, n_classes, 3) < 64
    usual = Config()
    shape, n_classes, n = SIZES["digits"]
    assert cnn_layers.n_looked(usual, shape, n_classes, n) == n
    assert cnn_layers.n_dreamt(usual, shape, n_classes, 1) == 32
    assert cnn_layers.seconds_to_probe(usual, shape, n_classes, n) < 5
    assert cnn_layers.seconds_to_look(heavy, *SIZES["cifar10"]) > cnn_layers.seconds_to_look(
        usual, shape, n_classes, n
    )


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return trained_network(tmp_path_factory.mktemp("run"))
