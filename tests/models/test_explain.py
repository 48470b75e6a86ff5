"""Explanations: by hand against Captum and against central differences, the deletion curve, and a run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from captum.attr import IntegratedGradients, Saliency
from torch import Tensor, nn

from models import cnn, cnn_settings
from models import explain_methods as methods
from models.cnn_trained import parameters_of
from models.convnet import ConvNet, built
from models.explain import Config, estimate_seconds, train
from models.explain_data import load, mark_area, marked
from models.explain_methods import Score
from models.explain_settings import METHODS
from models.settings import from_mapping, to_mapping
from training import weights


@pytest.fixture(scope="module")
def network() -> ConvNet:
    """A network with smooth activations, so that every derivative exists; random, but not tiny, weights."""
    config = cnn_settings.Config(channels=(5, 6), dense=(), activation="tanh", pooling="average")
    made = built(config, (1, 8, 8), 10, seed=3).double()
    return made.eval()


@pytest.fixture
def x() -> Tensor:
    return torch.randn(1, 1, 8, 8, generator=torch.Generator().manual_seed(1), dtype=torch.double)


def run(overrides: dict[str, Any]) -> dict[str, float]:
    torch.set_num_threads(1)
    metrics: dict[str, float] = {}
    for step in train(from_mapping(Config, overrides)):
        metrics.update(step.metrics)
    return metrics


# The gradient.


def test_the_gradient_is_captums_and_that_of_central_differences(network: ConvNet, x: Tensor) -> None:
    score = Score(network, 4)
    found = methods.gradient(score, x)
    torch.testing.assert_close(found, Saliency(score).attribute(x.clone().requires_grad_(), abs=False))
    h = 1e-6
    for row, column in ((0, 0), (3, 5), (7, 2)):
        moved = torch.zeros_like(x)
        moved[0, 0, row, column] = h
        difference = (score(x + moved) - score(x - moved)).item() / (2 * h)
        assert found[0, 0, row, column].item() == pytest.approx(difference, rel=1e-5, abs=1e-8)


def test_a_score_against_another_class_is_the_difference(network: ConvNet, x: Tensor) -> None:
    lead = Score(network, 7, against=1)
    assert lead(x).item() == pytest.approx((Score(network, 7)(x) - Score(network, 1)(x)).item())
    both = [methods.gradient(Score(network, k), x) for k in (7, 1)]
    torch.testing.assert_close(methods.gradient(lead, x), both[0] - both[1])
    p = network(x)[0, [7, 1]].softmax(0)
    assert lead.probability(x).item() == pytest.approx(p[0].item())


# Integrated gradients.


@pytest.mark.parametrize("n_steps", [2, 7, 50])
def test_integrated_gradients_are_captums(network: ConvNet, x: Tensor, n_steps: int) -> None:
    score, blank = Score(network, 2), torch.full_like(x, -0.3)
    found = methods.integrated_gradients(score, x, blank, n_steps)
    theirs = IntegratedGradients(score).attribute(x, blank, n_steps=n_steps, method="riemann_middle")
    torch.testing.assert_close(found, theirs)


def test_integrated_gradients_are_complete(network: ConvNet, x: Tensor) -> None:
    """Proposition 1: they add up to f(x) − f(x₀); the middle rule's error falls with the square of the steps."""
    score, blank = Score(network, 2), torch.zeros_like(x)
    change = (score(x) - score(blank)).item()

    def gap(n_steps: int) -> float:
        return float(abs(methods.integrated_gradients(score, x, blank, n_steps).sum().item() - change))

    assert abs(change) > 0.01
    assert gap(200) < 1e-5 * max(1, abs(change))
    assert gap(20) < gap(5) / 10


def test_integrated_gradients_of_a_product_by_hand() -> None:
    """f = x₁·x₂ from (0, 0) to (2, 3): ∂f/∂x₁ = 3α on the way, so each pixel gets half of 6."""

    def product(pictures: Tensor) -> Tensor:
        return pictures.flatten(1).prod(1)

    found = methods.integrated_gradients(product, torch.tensor([[[[2.0, 3.0]]]]), torch.zeros(1, 1, 1, 2), 4)
    assert found.flatten().tolist() == pytest.approx([3.0, 3.0])
    assert methods.gradient(product, torch.tensor([[[[2.0, 3.0]]]])).flatten().tolist() == [3.0, 2.0]


# Occlusion and Grad-CAM.


class Sum(nn.Module):
    """A network whose only logit is the weighted sum of its pixels."""

    def __init__(self, weight: Tensor) -> None:
        super().__init__()
        self.weight = weight

    def forward(self, x: Tensor) -> Tensor:
        return (x * self.weight).sum((1, 2, 3))[:, None]


def test_occlusion_of_a_sum_is_what_each_pixel_adds() -> None:
    weight = torch.arange(9.0).view(1, 3, 3) - 4
    picture = torch.ones(1, 1, 3, 3) * 2
    found = methods.explained(Score(Sum(weight), 0), picture, torch.zeros_like(picture), 4, 1, None)
    torch.testing.assert_close(found["occlusion"], 2 * weight[0])
    torch.testing.assert_close(found["integrated"], 2 * weight[0])
    torch.testing.assert_close(found["gradient"], weight[0].abs())
    assert "gradcam" not in found


def test_grad_cam_by_hand(network: ConvNet, x: Tensor) -> None:
    score = Score(network, 5)
    blank = torch.zeros_like(x)
    found = methods.explained(score, x, blank, 4, 0, methods.layer_of(network))["gradcam"]
    maps = network.activations(x)[-1].detach().requires_grad_()
    above = network.head(network.blocks[-1].get_submodule("pooling")(maps))
    assert above[0, 5].item() == pytest.approx(score(x).item())
    (slope,) = torch.autograd.grad(above[0, 5], maps)
    coarse = (slope.mean((2, 3), keepdim=True) * maps).sum(1, keepdim=True).relu()
    large = nn.functional.interpolate(coarse, (8, 8), mode="bilinear")[0, 0]
    torch.testing.assert_close(found, large.detach())
    assert coarse.shape[-2:] == (4, 4), "it knows sixteen places"


def test_windows_fit_the_picture() -> None:
    assert methods.side_of_window(0, 8, 8) == 2
    assert methods.side_of_window(0, 32, 32) == 8
    assert methods.side_of_window(8, 5, 9) == 5
    assert methods.side_of_window(0, 3, 3) == 1


# Deletion.


def test_deletion_of_a_known_network() -> None:
    """One pixel decides: deleting it first drops the answer at once, deleting it last only at the end."""
    weight = torch.zeros(1, 2, 2)
    weight[0, 1, 0] = 6.0

    class Two(nn.Module):
        def forward(self, pictures: Tensor) -> Tensor:
            return torch.stack([(pictures * weight).sum((1, 2, 3)), torch.zeros(len(pictures))], 1)

    score, picture, blank = Score(Two(), 0), torch.ones(1, 1, 2, 2), torch.zeros(1, 1, 2, 2)
    sure = torch.sigmoid(torch.tensor(6.0)).item()
    first = methods.deletion_curve(score, picture, blank, torch.tensor([2, 0, 1, 3]))
    last = methods.deletion_curve(score, picture, blank, torch.tensor([0, 1, 3, 2]))
    assert first.tolist() == pytest.approx([sure, 0.5, 0.5, 0.5, 0.5])
    assert last.tolist() == pytest.approx([sure, sure, sure, sure, 0.5])
    assert methods.area(first) == pytest.approx((sure / 2 + 0.5 * 3.5) / 4)
    assert methods.area(last) > methods.area(first)


def test_equals_are_deleted_in_a_random_order() -> None:
    importance = torch.tensor([[0.0, 0.0, 0.0], [5.0, 0.0, 0.0]])
    orders = {
        tuple(methods.order_of(importance, torch.Generator().manual_seed(s)).tolist()) for s in range(9)
    }
    assert len(orders) > 4 and all(order[0] == 3 and sorted(order) == list(range(6)) for order in orders)


def test_levels_go_from_none_to_all() -> None:
    for n in (4, 64, 784, 1024):
        found = methods.levels(n).tolist()
        assert found[0] == 0 and found[-1] == n and len(found) == min(32, n) + 1
        assert found == sorted(set(found))


def test_blanks() -> None:
    mean, std = torch.tensor([0.25]), torch.tensor([0.5])
    picture = torch.randn(1, 1, 8, 8, generator=torch.Generator().manual_seed(0))
    assert not methods.blank_of(picture, "mean", mean, std).any()
    assert torch.all(methods.blank_of(picture, "black", mean, std) == -0.5)
    blurred = methods.blank_of(picture, "blurred", mean, std)
    assert blurred.std() < 0.3 * picture.std()
    torch.testing.assert_close(
        methods.blank_of(torch.ones(1, 1, 8, 8), "blurred", mean, std), torch.ones(1, 1, 8, 8)
    )


# A run.


def test_a_run_trains_and_then_explains_a_picture_a_step() -> None:
    torch.set_num_threads(1)
    steps = list(train(Config(epochs=1, n_pictures=3)))
    explaining = [step for step in steps if "deletion/random" in step.metrics]
    assert [step.epoch for step in explaining] == [2, 3, 4], (
        "an epoch each: the scrubber goes from picture to picture"
    )
    assert [step.metrics["pictures/explained"] for step in explaining] == [1, 2, 3]
    assert steps[0].facts is not None and steps[0].facts["methods"] == list(METHODS)
    assert steps[-1].facts is not None
    baselines: Any = steps[-1].facts["baselines"]
    assert set(baselines) == {"majority class", "random order"}
    assert steps[-1].parameters is not None and "head.1.weight" in steps[-1].parameters()


def test_a_frame_shows_what_was_measured() -> None:
    torch.set_num_threads(1)
    areas: list[float] = []
    for step in train(Config(epochs=1, n_pictures=4)):
        if "deletion/random" not in step.metrics:
            continue
        arrays = step.observe()
        assert arrays["explained/who"][0] == len(areas)
        assert arrays["explained/maps"].shape == (4, 8, 8) and arrays["explained/maps"].dtype == np.int8
        curve = arrays["curve/integrated"]
        areas.append(((curve[1:] + curve[:-1]) / 2).mean())
        assert arrays["explained/areas"][1] == pytest.approx(areas[-1], abs=1e-6)
        assert curve[0] == pytest.approx(arrays["explained/answers"][arrays["explained/who"][3]], abs=1e-5)
        assert step.metrics["deletion/integrated"] == pytest.approx(np.mean(areas), abs=1e-6)
        assert arrays["area/integrated"][0] == pytest.approx(np.mean(areas), abs=1e-6)
        mean = arrays["mean/integrated"]
        assert ((mean[1:] + mean[:-1]) / 2).mean() == pytest.approx(np.mean(areas), abs=1e-5)


def test_a_chosen_picture_is_explained_while_it_trains_and_changes_nothing() -> None:
    torch.set_num_threads(1)
    config = Config(epochs=1, n_pictures=2)
    plain = [dict(step.metrics) for step in train(config)]
    training = train(config)
    seen = [next(training)]
    assert seen[0].observe()["explained/who"][0] == 0
    same = training.send(from_mapping(Config, {**to_mapping(config), "picture": 5}))
    assert same.step == 0 and same.observe()["explained/who"][0] == 5
    seen += list(training)
    assert [dict(step.metrics) for step in seen] == plain


def test_only_mistakes_are_explained() -> None:
    torch.set_num_threads(1)
    who = [
        step.observe()["explained/who"].tolist()
        for step in train(Config(epochs=1, n_pictures=5, only="wrong", target="label"))
        if "deletion/random" in step.metrics
    ]
    assert len(who) == 5 and all(label != answer and target == label for _, label, answer, target in who)


def test_the_mark() -> None:
    images = load(Config())
    stamped = marked(images, 0.5, seed=0)
    changed = (stamped.pixels != images.pixels).any(axis=(1, 2, 3))
    area = mark_area(8, 8)
    zeros = images.labels == 0
    assert area.sum() == 4 and not changed[~zeros].any()
    carry = (stamped.pixels[zeros][:, :, area] == 255).all(axis=(1, 2))
    assert carry.sum() == round(zeros.sum() / 2)
    assert np.array_equal(stamped.pixels[:, :, ~area], images.pixels[:, :, ~area])


def test_a_network_of_ones_own(tmp_path: Path) -> None:
    torch.set_num_threads(1)
    network = {"epochs": 2, "channels": [6], "dense": []}
    metrics: dict[str, float] = {}
    for step in cnn.train(from_mapping(cnn_settings.Config, network)):
        last = step
        metrics.update(step.metrics)
    assert last.parameters is not None
    weights.save(tmp_path, last.parameters())
    config = Config(n_pictures=3, weights=str(tmp_path / weights.FILE), network=json.dumps(network))
    steps = list(train(config))
    assert len(steps) == 4 and [step.step for step in steps] == [0, 1, 2, 3]
    for name in ("loss/test", "accuracy/test"):
        assert steps[0].metrics[name] == pytest.approx(metrics[name], abs=1e-6)
    assert steps[-1].parameters is None, "they are in their own run already"


def test_parameters_come_back_as_they_were(tmp_path: Path) -> None:
    """Also the counters of batch normalisation, which have no dimension at all."""
    made = built(cnn_settings.Config(channels=(3,)), (1, 8, 8), 10, seed=0)
    weights.save(tmp_path, {name: values.numpy() for name, values in made.state_dict().items()})
    found = parameters_of(tmp_path / weights.FILE, made)
    assert all(torch.equal(found[name], values) for name, values in made.state_dict().items())


@pytest.mark.parametrize(
    ("config", "sentence"),
    [
        ({"weights": "/nowhere", "network": "{}"}, "no longer kept"),
        ({"weights": "/nowhere", "network": "[]"}, "not JSON"),
        ({"weights": "/nowhere", "network": '{"epochs": -1}'}, "epochs is -1"),
    ],
)
def test_a_network_that_cannot_be_taken_is_refused(config: dict[str, str], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        next(train(from_mapping(Config, config)))


def test_the_same_run_gives_the_same_numbers() -> None:
    overrides = {"epochs": 1, "n_pictures": 4, "mark": 0.5}
    assert run(overrides) == run(overrides)


def test_estimates_grow_with_the_work() -> None:
    assert estimate_seconds(Config(n_pictures=100)) > estimate_seconds(Config())
    assert estimate_seconds(Config(dataset="drawings")) > estimate_seconds(Config())
