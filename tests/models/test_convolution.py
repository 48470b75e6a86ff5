"""The convolution written by hand against torch, and by hand."""

from __future__ import annotations

import base64
import json

import numpy as np
import pytest
import torch
from torch.nn import functional

from models.convolution import (
    KERNELS,
    PHOTOGRAPH_SIZE,
    PHOTOGRAPHS,
    convolve,
    output_size,
    photographs,
    pictures,
    pool,
    sketch_data,
)


def test_one_sum_worked_out_on_paper() -> None:
    """x = [[1, 2], [3, 4]], w = [[1, 0], [0, −1]], b = 10: z = 10 + 1·1 + 4·(−1) = 7."""
    z = convolve(
        np.array([[[1.0, 2.0], [3.0, 4.0]]]), np.array([[[[1.0, 0.0], [0.0, -1.0]]]]), np.array([10.0])
    )
    assert z.tolist() == [[[7.0]]]


@pytest.mark.parametrize("seed", range(100))
def test_it_equals_torch_for_a_hundred_random_settings(seed: int) -> None:
    generator = np.random.default_rng(seed)
    n_in, n_out, kernel = (int(generator.integers(1, 4)) for _ in range(3))
    kernel = 2 * kernel - 1
    stride, dilation = int(generator.integers(1, 4)), int(generator.integers(1, 3))
    padding = int(generator.integers(0, (dilation * (kernel - 1) + 1) // 2 + 1))
    height, width = (int(side) for side in generator.integers(9, 14, 2))
    x = generator.normal(size=(n_in, height, width))
    w, bias = generator.normal(size=(n_out, n_in, kernel, kernel)), generator.normal(size=n_out)
    expected = functional.conv2d(
        torch.from_numpy(x)[None], torch.from_numpy(w), torch.from_numpy(bias), stride, padding, dilation
    )
    found = convolve(x, w, bias, stride=stride, padding=padding, dilation=dilation)
    np.testing.assert_allclose(found, expected[0].numpy(), atol=1e-12)
    assert output_size(height, width, kernel, stride, padding, dilation) == found.shape[1:]


@pytest.mark.parametrize("how", ["max", "average"])
def test_pooling_equals_torch(how: str) -> None:
    x = np.random.default_rng(0).normal(size=(3, 10, 11))
    for kernel, stride in ((2, 2), (3, 2), (3, 1), (2, 3)):
        pooling = functional.max_pool2d if how == "max" else functional.avg_pool2d
        expected = pooling(torch.from_numpy(x)[None], kernel, stride)[0].numpy()
        np.testing.assert_allclose(pool(x, kernel, stride, "max" if how == "max" else "average"), expected)


def test_an_impossible_window_is_refused_with_its_reason() -> None:
    with pytest.raises(ValueError, match="window of 9×9 pixels does not fit into 8×8"):
        output_size(8, 8, 5, 1, 0, 2)
    with pytest.raises(ValueError, match="padding of 2 is more than half of a window of 3"):
        output_size(8, 8, 3, 1, 2, 1)


def test_the_kernels_do_what_their_names_say() -> None:
    edges = np.array(pictures()["two edges"])[None]

    def strongest(name: str) -> tuple[int, int]:
        side = round(len(KERNELS[name]) ** 0.5)
        kernel = np.array(KERNELS[name]).reshape(1, 1, side, side)
        z = np.abs(convolve(edges, kernel, np.zeros(1))[0, 2:14, :])  # above the level edge
        return int(z.max(0).argmax()), int(z.max() > 0.5)

    assert strongest("upright edges") in ((14, 1), (15, 1))
    assert strongest("level edges")[1] == 0
    for name in ("blur", "wide blur", "sharpen", "nothing"):
        assert sum(KERNELS[name]) == pytest.approx(1), name
    for name in ("upright edges", "level edges", "all edges", "wide upright edges"):
        assert sum(KERNELS[name]) == pytest.approx(0), name


def test_the_photographs_are_those_of_scikit_learn() -> None:
    from PIL import Image
    from sklearn.datasets import load_sample_images

    originals = dict(zip(("china.jpg", "flower.jpg"), load_sample_images().images, strict=True))
    found = photographs()
    assert set(found) == set(PHOTOGRAPHS)
    for name, file in PHOTOGRAPHS.items():
        grey = Image.fromarray(originals[file]).convert("L")
        small = np.asarray(grey.resize(PHOTOGRAPH_SIZE, Image.Resampling.LANCZOS)).astype(int)
        assert found[name].shape == (64, 96)
        assert np.abs(found[name] - small).mean() < 1, name


def test_photographs_travel_as_bytes() -> None:
    data = sketch_data()
    assert len(json.dumps(data)) < 60_000, "it is handed to the browser with the page"
    for name, grey in photographs().items():
        packed = data["pictures"][name]  # type: ignore[index]
        assert packed["shape"] == "64, 96" and packed["dtype"] == "u1"
        np.testing.assert_array_equal(
            np.frombuffer(base64.b64decode(packed["bdata"]), np.uint8), grey.ravel()
        )
