"""The convolutional network: shapes by hand, augmentation, learning, repeatability."""

from __future__ import annotations

import copy
import itertools
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from data import images
from models.augmentation import augmented, reach
from models.cnn import Config, load, n_epochs, train
from models.cnn_fit import Fit, displayed
from models.cnn_shapes import blocks_of, convolved_length, dense_sizes, n_parameters
from models.convnet import built
from models.unit import written_out


@pytest.mark.parametrize(
    ("n", "kernel", "stride", "padding", "dilation"),
    list(itertools.product((5, 8, 28), (1, 3, 5), (1, 2, 3), (0, 1, 2), (1, 2))),
)
def test_the_length_of_a_convolved_row_is_torchs(
    n: int, kernel: int, stride: int, padding: int, dilation: int
) -> None:
    length = convolved_length(n, kernel, stride, padding, dilation)
    row = torch.zeros(1, 1, n)
    if length < 1:
        with pytest.raises(RuntimeError):
            torch.conv1d(row, torch.zeros(1, 1, kernel), stride=stride, padding=padding, dilation=dilation)
        return
    out = torch.conv1d(row, torch.zeros(1, 1, kernel), stride=stride, padding=padding, dilation=dilation)
    assert out.shape[-1] == length


def test_shapes_and_parameters_by_hand() -> None:
    """1×8×8 → 16 channels, pooled to 4×4 → 32 channels, pooled to 2×2 → 128 → 10."""
    config = Config()
    first, second = blocks_of(config, (1, 8, 8))
    assert (first.convolved, first.outside) == ((16, 8, 8), (16, 4, 4))
    assert (second.inside, second.outside) == ((16, 4, 4), (32, 2, 2))
    assert first.n_parameters == 16 * 9 + 16 + 32
    assert dense_sizes(config, (1, 8, 8), 10) == [128, 128, 10]
    expected = 192 + (16 * 32 * 9 + 32 + 64) + 129 * 128 + 129 * 10
    assert n_parameters(config, (1, 8, 8), 10) == expected
    network = built(config, (1, 8, 8), 10, 0)
    assert sum(part.numel() for part in network.parameters()) == expected


@pytest.mark.parametrize(
    "settings",
    [
        {
            "channels": (3, 5, 7),
            "kernels": (5, 3, 1),
            "strides": (1, 2, 1),
            "padding": "none",
            "pooling": "none",
        },
        {"channels": (4,) * 6, "pooling": "average"},
        {"channels": (), "dense": ()},
        {
            "channels": (8,),
            "kernels": (7,),
            "strides": (3,),
            "dense": (5, 6),
            "batch_norm": False,
            "dropout": 0.5,
        },
    ],
)
def test_the_page_knows_the_shapes_that_torch_makes(settings: dict[str, Any]) -> None:
    config = Config(**settings)
    shape = (3, 32, 32)
    network = built(config, shape, 4, 0).eval()
    x = torch.zeros(2, *shape)
    maps = network.feature_maps(x)
    assert [tuple(one.shape[1:]) for one in maps] == [block.outside for block in blocks_of(config, shape)]
    assert [tuple(one.shape[1:]) for one in network.activations(x)] == [
        block.convolved for block in blocks_of(config, shape)
    ]
    assert network(x).shape == (2, 4)
    assert sum(part.numel() for part in network.parameters()) == n_parameters(config, shape, 4)


def test_how_its_numbers_lie_changes_none_of_them() -> None:
    fast = built(Config(channels=(4, 5)), (3, 12, 12), 7, seed=0)
    assert fast.filters(1).is_contiguous(memory_format=torch.channels_last)
    usual = copy.deepcopy(fast).to(memory_format=torch.contiguous_format)
    x = torch.randn(20, 3, 12, 12, generator=torch.Generator().manual_seed(1))
    answers = [network(x) for network in (fast, usual)]
    for answer in answers:
        answer.logsumexp(1).mean().backward()
    assert torch.allclose(answers[0], answers[1], atol=1e-5)
    for own, theirs in zip(fast.parameters(), usual.parameters(), strict=True):
        assert own.grad is not None and theirs.grad is not None
        assert own.grad.stride() == own.stride(), "an optimizer's step stays in the layout"
        assert torch.allclose(own.grad, theirs.grad, atol=1e-5)


def test_a_window_that_does_not_fit_is_refused_with_the_place() -> None:
    with pytest.raises(
        ValueError, match="Block 2 looks through a window of 5×5 pixels, but only 2×2 are left"
    ):
        blocks_of(Config(channels=(4, 4), kernels=(5,), padding="none"), (1, 8, 8))
    with pytest.raises(ValueError, match="2 kernel sizes for 3 convolution blocks"):
        blocks_of(Config(channels=(4, 4, 4), kernels=(3, 5)), (1, 8, 8))


def test_each_picture_is_changed_on_its_own_and_by_the_seed() -> None:
    x = torch.randn(6, 3, 28, 28, generator=torch.Generator().manual_seed(0))
    for kinds in (("flip",), ("shift",), ("rotate",), ("noise",), ("flip", "shift", "rotate", "noise")):
        first, again, other = (augmented(x, kinds, torch.Generator().manual_seed(seed)) for seed in (1, 1, 2))
        assert first.shape == x.shape
        assert torch.equal(first, again) and not torch.equal(first, other), kinds
    assert augmented(x, (), torch.Generator()) is x


def test_a_shift_moves_whole_pixels_and_repeats_the_rim() -> None:
    x = torch.arange(28.0).expand(4, 1, 28, 28).contiguous()  # every row 0 … 27
    shifted = augmented(x, ("shift",), torch.Generator().manual_seed(3))
    assert reach(28) == 2 and reach(8) == 0
    for picture in shifted[:, 0]:
        by = picture[0, 14] - 14
        assert abs(by) <= 2
        torch.testing.assert_close(picture[0], (torch.arange(28.0) + by).clamp(0, 27))


def test_a_flip_mirrors_about_half_of_them() -> None:
    x = torch.arange(8.0).expand(200, 1, 8, 8).contiguous()
    flipped = augmented(x, ("flip",), torch.Generator().manual_seed(0))[:, 0, 0, 0] == 7
    assert 70 < int(flipped.sum()) < 130


def test_digits_are_read_within_seconds() -> None:
    *_, last = (step.metrics for step in train(Config(epochs=6)) if "accuracy/test" in step.metrics)
    assert last["accuracy/test"] > 0.96


def test_the_same_seed_gives_the_same_numbers_whatever_came_before() -> None:
    def curve() -> list[float]:
        steps = itertools.islice(train(Config(dropout=0.2)), 1, 6)
        return [step.metrics["loss/batch"] for step in steps]

    first = curve()
    torch.manual_seed(99)
    torch.rand(17)
    assert curve() == first


def test_another_test_picture_is_shown_in_flight() -> None:
    config = Config()
    training = train(config)
    before = next(training).observe()
    step = training.send(replace(config, picture=5))
    after = step.observe()
    parts = images.split(images.digits(), config.test_fraction, config.seed)
    np.testing.assert_array_equal(after["picture"][0], parts.test.pixels[5, 0])
    assert (after["maps/0"] != before["maps/0"]).any()
    assert step.facts is not None and step.facts["chosen_class"] == str(parts.test.labels[5])
    training.close()


def test_a_frame_holds_every_layers_maps() -> None:
    fit = Fit(Config(channels=(4, 6, 5)), load(Config()))
    arrays = fit.observe()
    assert [arrays[f"maps/{i}"].shape for i in range(3)] == [(4, 8, 8), (6, 4, 4), (5, 2, 2)]
    assert arrays["filters"].shape == (4, 3, 3)
    assert arrays["answer"].sum() == pytest.approx(1, abs=1e-5)
    facts = fit.facts()
    assert len(np.asarray(facts["pictures/test"])) == len(arrays["predictions/test"])


def test_when_to_stop() -> None:
    assert [n_epochs(Config(), 1400), n_epochs(Config(), 8000), n_epochs(Config(epochs=3), 9)] == [20, 12, 3]


def test_a_loss_that_is_not_a_number_is_explained() -> None:
    config = Config(
        learning_rate=1.0,
        optimizer="momentum",
        batch_norm=False,
        channels=(8, 8),
        dense=(64, 64),
        decay=False,
        activation="leaky_relu",
    )
    *_, last = train(config)
    assert last.note is not None and last.note.name == "diverged"


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"batch_norm": False, "activation": "tanh"},
        {"strides": (2,), "kernels": (5, 3), "padding": "none"},
    ],
)
def test_a_pixel_written_out_adds_up(settings: dict[str, Any]) -> None:
    """b + Σ patch · kernel is the sum, and what follows is what the map holds."""
    config = Config(dataset="drawings", channels=(5, 4), **settings)
    network = built(config, (3, 32, 32), 7, 0).eval()
    x = torch.randn(1, 3, 32, 32, generator=torch.Generator().manual_seed(0))
    maps = network.activations(x)
    for block, (channel, row, column) in enumerate(((3, 0, 0), (2, 1, 2))):
        found = written_out(network, x, f"{block}-{channel}-{row}-{column}")
        bias, z, normalised, out = found["unit/steps"].tolist()
        by_hand = bias + float((found["unit/patch"] * found["unit/kernel"]).sum())
        assert z == pytest.approx(by_hand, abs=1e-5)
        assert out == pytest.approx(maps[block][0, channel, row, column].item(), abs=1e-6)
        assert np.isnan(normalised) == (not config.batch_norm)


@pytest.mark.parametrize(
    "unit", ["", "0-0-0", "9-0-0-0", "0-99-0-0", "0-0-40-0", "a-b-c-d", "0-0-0-0-0", "-1-0-0-0", "1e9-0-0-0"]
)
def test_a_pixel_that_does_not_exist_is_not_written_out(unit: str) -> None:
    network = built(Config(), (1, 8, 8), 10, 0).eval()
    assert written_out(network, torch.zeros(1, 1, 8, 8), unit) == {}


def test_the_classes_are_counted_part_by_part() -> None:
    config = Config(test_fraction=0.3, validation_fraction=0.1)
    images = load(config)
    facts = Fit(config, images).facts()
    total = sum(np.asarray(facts[f"counts/{part}"]) for part in ("train", "validation", "test"))
    np.testing.assert_array_equal(total, np.bincount(images.labels))
    assert np.asarray(facts["counts/test"]).tolist() == [round(0.3 * n) for n in np.bincount(images.labels)]


@pytest.mark.parametrize("dataset", ["digits", "drawings"])
def test_augmentation_is_shown_as_it_is_made(dataset: str) -> None:
    """The first picture is the original, the others are what `augmented` makes of it; showing them changes no number."""
    config = Config(dataset=dataset, augmentation=("rotate", "noise"))
    fit = Fit(config, load(config))
    original = displayed(fit.split.train.pixels[:1])[0]
    views = np.asarray(fit.facts()["views"])
    assert views.dtype == np.uint8 and len(views) == 8
    np.testing.assert_array_equal(views[0], original)
    assert all(np.abs(view.astype(int) - original).mean() > 3 for view in views[1:])
    assert len({view.tobytes() for view in views}) == 8
    batches = [next(fit.batches(0))[0] for _ in range(2)]
    assert torch.equal(*batches)
    plain = Fit(Config(dataset=dataset, augmentation=()), load(config)).views()
    assert all(np.array_equal(view, original) for view in plain)
