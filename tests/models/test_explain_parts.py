"""The sanity check, ablation, and what the page has computed in a worker."""

from __future__ import annotations

import base64
import itertools
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from scipy.stats import spearmanr
from torch import Tensor

from models import explain_calls, explain_sanity
from models.ablation import ablated, each_channel
from models.cnn_settings import Config as NetworkConfig
from models.convnet import ConvNet, built
from models.explain import Config, train
from models.settings import to_mapping
from training import weights
from training.arrays import decode_array

SMALL = to_mapping(Config(epochs=2))


@pytest.fixture(scope="module")
def network() -> dict[str, Any]:
    torch.set_num_threads(1)
    return {"small": SMALL, "parameters": explain_calls.small_network(SMALL)}


def untrained() -> ConvNet:
    return built(NetworkConfig(channels=(4, 5), dense=(7,)), (1, 8, 8), 3, seed=0).eval()


# The sanity check.


def test_rank_correlation_is_spearmans() -> None:
    generator = torch.Generator().manual_seed(0)
    a = torch.randint(0, 6, (8, 8), generator=generator).float()  # with many equals
    b = a + torch.randn(8, 8, generator=generator)
    expected = spearmanr(a.flatten().numpy(), b.flatten().numpy()).statistic
    assert explain_sanity.rank_correlation(a, b) == pytest.approx(expected)
    assert explain_sanity.rank_correlation(a, a**3) == pytest.approx(1.0)
    assert explain_sanity.rank_correlation(b, -b) == pytest.approx(-1.0)
    assert explain_sanity.rank_correlation(a, torch.ones(8, 8)) == 0.0


def test_layers_are_randomised_from_the_top_and_the_network_stays() -> None:
    network = untrained()
    before = {name: values.clone() for name, values in network.state_dict().items()}
    seen: list[set[str]] = []

    def explain(shaken: ConvNet, place: int) -> dict[str, Tensor]:
        if place == 0:
            now = shaken.state_dict()
            seen.append({n.rpartition(".")[0] for n in before if not torch.equal(now[n], before[n])})
        return {"one": torch.rand(4, 4)}

    check = explain_sanity.cascade(network, explain, 2, seed=0)
    assert check.stages == ["nothing", "the answer", "dense layer 1", "block 2", "block 1"]
    changed = [{part for part in parts if "normalisation" not in part} for parts in seen]
    assert changed[0] == set() and changed[1] == {"head.3"} and changed[2] == {"head.3", "head.1"}
    assert changed[3] == {"head.3", "head.1", "blocks.1.convolution"}
    assert changed[4] == {"head.3", "head.1", "blocks.1.convolution", "blocks.0.convolution"}
    assert all(torch.equal(values, before[name]) for name, values in network.state_dict().items())


def test_what_asks_no_network_passes_no_check(network: dict[str, Any]) -> None:
    found = explain_calls.sanity(network, 0, 3, "mean", 8, 0)
    assert found["stages"] == ["nothing", "the answer", "block 2", "block 1"]
    assert found["alike"]["edges"] == [1.0] * 4
    for method in ("gradient", "integrated", "occlusion", "gradcam"):
        assert found["alike"][method][0] == 1.0
        assert abs(found["alike"][method][-1]) < 0.5, f"{method} depends on what was learned"
    assert decode_array(found["maps"]["gradient"]).shape == (4, 8, 8)


def test_edges_of_a_step() -> None:
    picture = torch.zeros(1, 5, 6)
    picture[:, :, 3:] = 1.0
    found = explain_sanity.edges(picture)
    assert found[2].tolist() == [0, 0, 4, 4, 0, 0]


# Ablation.


def test_ablation_is_a_forward_pass_without_the_channel() -> None:
    network = untrained()
    x = torch.randn(20, 1, 8, 8, generator=torch.Generator().manual_seed(0))
    y = torch.arange(20) % 3
    found = ablated(network, x, y, 0, [1, 3], "off", 3)

    def hook(_module: object, _inputs: object, out: Tensor) -> Tensor:
        out = out.clone()
        out[:, [1, 3]] = 0.0
        return out

    with torch.no_grad():
        before = network(x)
        handle = network.blocks[0].get_submodule("activation").register_forward_hook(hook)
        after = network(x)
        handle.remove()
    torch.testing.assert_close(found.probabilities, torch.stack([before, after]).softmax(2))
    right = (after.argmax(1) == y).double()
    assert found.accuracy_after == pytest.approx(right.mean().item())
    assert found.after.tolist() == pytest.approx([right[y == k].mean().item() for k in range(3)])
    counts = [torch.bincount(after.argmax(1)[y == k], minlength=3).argmax().item() for k in range(3)]
    assert found.taken_for == counts


def test_frozen_at_its_mean_every_picture_gets_the_same() -> None:
    network = untrained()
    x = torch.randn(10, 1, 8, 8, generator=torch.Generator().manual_seed(0))
    y = torch.zeros(10, dtype=torch.long)
    found = ablated(network, x, y, 1, list(range(5)), "frozen", 3)
    torch.testing.assert_close(found.probabilities[1], found.probabilities[1][:1].expand(10, 3))
    off = ablated(network, x, y, 1, list(range(5)), "off", 3)
    assert not torch.allclose(off.probabilities[1][0], found.probabilities[1][0])
    assert math.isnan(found.after[1]), "there are no pictures of that class"


def test_each_channel_alone() -> None:
    network = untrained()
    x = torch.randn(30, 1, 8, 8, generator=torch.Generator().manual_seed(0))
    y = torch.arange(30) % 3
    alone = each_channel(network, x, y, 0)
    expected = [ablated(network, x, y, 0, [channel], "off", 3).accuracy_after for channel in range(4)]
    assert alone.tolist() == pytest.approx(expected)


@pytest.mark.parametrize(
    ("block", "channels", "how", "sentence"),
    [
        (2, [0], "off", "2 convolution blocks"),
        (0, [4], "off", "no channel 4"),
        (0, [0], "burnt", "off or frozen"),
    ],
)
def test_what_cannot_be_switched_off(block: int, channels: list[int], how: str, sentence: str) -> None:
    x, y = torch.zeros(3, 1, 8, 8), torch.arange(3)
    with pytest.raises(ValueError, match=sentence):
        ablated(untrained(), x, y, block, channels, how, 3)


# What a worker computes for the page.


def test_the_small_network_is_the_one_that_a_run_trains(network: dict[str, Any], tmp_path: Path) -> None:
    torch.set_num_threads(1)
    for step in train(Config(epochs=2, n_pictures=1)):
        last = step
    assert last.parameters is not None
    weights.save(tmp_path, last.parameters())
    kept = {"small": SMALL, "weights": str(tmp_path / weights.FILE), "stamp": 1}
    mine, theirs = (explain_calls._Taken(one).network.state_dict() for one in (network, kept))
    assert all(torch.equal(mine[name], theirs[name]) for name in mine)
    assert explain_calls.opened(kept) == explain_calls.opened(network)


def test_the_pictures_to_choose_from(network: dict[str, Any]) -> None:
    found = explain_calls.opened(network)
    assert decode_array(found["pictures"]).shape == (60, 8, 8) and len(found["labels"]) == 60
    assert found["blocks"] == [16, 32] and found["accuracy"] > 0.85


def test_the_maps_of_a_picture(network: dict[str, Any]) -> None:
    found = explain_calls.maps(network, 3, 7, 1, "mean", 32, 0)
    assert set(found["maps"]) == {"gradient", "integrated", "occlusion", "gradcam"}
    assert set(found["orders"]) == {*found["maps"], "random"}
    for name, packed in found["orders"].items():
        order = decode_array(packed)
        assert sorted(order) == list(range(64))
        if name in found["maps"]:
            values = decode_array(found["maps"][name]).ravel()[order]
            assert (np.diff(values) <= 0).all(), "from the most to the least important"
        curve = found["curves"][name]
        assert len(curve) == len(found["levels"]) == 33
        assert found["areas"][name] == pytest.approx(
            np.mean([(a + b) / 2 for a, b in itertools.pairwise(curve)]), abs=1e-5
        )
    assert found["sum"] == pytest.approx(found["scores"][1] - found["scores"][0], rel=0.05, abs=0.05)
    p = found["probabilities"]
    assert found["curves"]["random"][0] == pytest.approx(p[7] / (p[7] + p[1]), abs=1e-4)
    assert len(set(decode_array(found["blank"]).ravel().tolist())) == 1


@pytest.mark.parametrize(
    ("picture", "target", "against"), [(-1, 0, None), (99999, 0, None), (0, 10, None), (0, 1, 1), (0, 1, -1)]
)
def test_no_such_picture_or_class(
    network: dict[str, Any], picture: int, target: int, against: int | None
) -> None:
    with pytest.raises(ValueError, match="choose|Choose"):
        explain_calls.maps(network, picture, target, against, "mean", 4, 0)


def test_without_the_channels(network: dict[str, Any]) -> None:
    nothing = explain_calls.without(network, 0, 1, [], "off")
    assert nothing["before"] == nothing["after"] and nothing["overall"][0] == nothing["overall"][1]
    everything = explain_calls.without(network, 0, 1, list(range(32)), "off")
    assert everything["overall"][1] < 0.2, "nothing is left to tell digits by"
    assert len(set(everything["moved"])) == 1, "every digit gets the same answer"
    assert sum(value for value in everything["after"] if value is not None) == pytest.approx(1.0)
    channels = explain_calls.channels(network, 0, 1)
    assert decode_array(channels["maps"]).shape == (32, 4, 4) and len(channels["alone"]) == 32
    with pytest.raises(ValueError, match="2 convolution blocks"):
        explain_calls.channels(network, 0, 2)


def test_arrays_travel_as_the_browser_reads_them() -> None:
    packed = explain_calls.packed(np.array([[1, -2], [3, 4]], np.int32))
    assert decode_array(packed).tolist() == [[1, -2], [3, 4]]
    assert base64.b64decode(packed["bdata"])
