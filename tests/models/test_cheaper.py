"""Cheaper networks: int8 and pruning by hand, against what PyTorch does, and what they cost."""

from __future__ import annotations

import builtins
import warnings
from typing import Any

import pytest
import torch
from torch import nn

from models import cheaper
from models.cnn_settings import Config
from models.convnet import built


@pytest.fixture
def network() -> nn.Module:
    torch.set_num_threads(1)
    return built(Config(), (1, 8, 8), 10, 3).eval()


def test_int8_by_hand() -> None:
    q, scale = cheaper.int8(torch.tensor([[-2.0, 1.0, 0.0, 0.013]]))
    assert scale == pytest.approx(2 / 127) and q.dtype == torch.int8
    assert q.tolist() == [[-127, 64, 0, 1]]
    assert (q * scale - torch.tensor([[-2.0, 1.0, 0.0, 0.013]])).abs().max() <= scale / 2 + 1e-7
    assert cheaper.int8(torch.zeros(2, 2))[0].tolist() == [[0, 0], [0, 0]]


def test_pruning_takes_the_smallest_of_each_layer() -> None:
    layer = nn.Linear(5, 2)
    with torch.no_grad():
        layer.weight.copy_(torch.tensor([[0.1, -0.9, 0.2, -0.05, 0.7], [0.6, -0.3, 0.8, 0.4, -0.01]]))
    made = cheaper.pruned(nn.Sequential(layer), 0.4)[0]  # type: ignore[index]
    assert made.weight[0].tolist() == pytest.approx([0, -0.9, 0, 0, 0.7])
    assert made.weight[1].tolist() == pytest.approx([0.6, -0.3, 0.8, 0.4, 0])
    assert torch.equal(made.bias, layer.bias) and (layer.weight != 0).all(), "the network itself stays"


@pytest.mark.parametrize("share", [0.0, 0.35, 0.95])
def test_the_share_of_zeros_is_the_asked_one(network: nn.Module, share: float) -> None:
    for layer in cheaper.weighted_layers(cheaper.pruned(network, share)):
        assert float((layer.weight == 0).float().mean()) == pytest.approx(
            share, abs=0.5 / layer.weight.numel()
        )


def test_pytorchs_int8_answers_nearly_as_the_one_by_hand(network: nn.Module) -> None:
    x = torch.randn(40, 1, 8, 8, generator=torch.Generator().manual_seed(0))
    made, how = cheaper.quantised(network)
    assert how in ("PyTorch", "by hand")
    exact, theirs, ours = network(x), made(x), cheaper.rounded(network)(x)
    spread = exact.std().item()
    assert (theirs - exact).abs().max() < 0.15 * spread and (ours - exact).abs().max() < 0.15 * spread
    assert not torch.equal(ours, exact)
    kinds = {f"{type(layer).__module__}.{type(layer).__name__}" for layer in made.modules()}
    dense = {kind for kind in kinds if kind.endswith(".Linear")}
    assert dense and all(("quantized" in kind) == (how == "PyTorch") for kind in dense)
    assert "torch.nn.modules.conv.Conv2d" in kinds, "convolutions are not covered"


def test_without_pytorchs_own_it_is_done_by_hand(network: nn.Module, monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def gone(name: str, *rest: Any, **more: Any) -> Any:
        if name == "torch.ao.quantization":
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", gone)
    made, how = cheaper.quantised(network)
    assert how == "by hand"
    weight = cheaper.dense_layers(made)[0].weight
    assert len(weight.unique()) <= 255


def test_what_int8_covers_and_how_small_it_is(network: nn.Module) -> None:
    dense = 32 * 2 * 2 * 128 + 128 * 10
    assert cheaper.n_dense(network) == dense
    assert cheaper.n_weights(network) == dense + 9 * 16 + 9 * 16 * 32
    full, small = (cheaper.kilobytes(state) for state in (network.state_dict(), cheaper.int8_state(network)))
    assert small < full - 0.6 * 3 * dense / 1000


def test_the_time_is_a_median() -> None:
    ticks = iter(range(1000))
    slow = {7: 50.0}

    def clock() -> float:
        tick = next(ticks)
        return tick * 0.002 + slow.get(tick, 0.0)

    assert cheaper.milliseconds(nn.Identity(), torch.zeros(20, 1), clock) == pytest.approx(2.0)


def test_a_whole_measurement() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = cheaper.cheaper()
    exact, small = found["variants"]
    assert exact["accuracy"] > 0.95 and small["accuracy"] > exact["accuracy"] - 0.02
    assert small["kilobytes"] < 0.6 * exact["kilobytes"]
    shares = [point["share"] for point in found["pruned"]]
    assert shares == pytest.approx([i / 20 for i in range(20)])
    assert found["pruned"][0]["accuracy"] == exact["accuracy"]
    assert found["pruned"][6]["accuracy"] > exact["accuracy"] - 0.05, "three of ten weights can go"
    assert found["pruned"][-1]["accuracy"] < exact["accuracy"] - 0.1, "19 of 20 cannot"
    sizes = [point["kilobytes"] for point in found["pruned"]]
    assert sizes == sorted(sizes, reverse=True)
    assert found["n_test"] > 300


def test_weights_that_are_gone_are_one_sentence() -> None:
    with pytest.raises(ValueError, match="no longer kept"):
        cheaper.cheaper({"dataset": "digits"}, "/nowhere/weights.safetensors")
