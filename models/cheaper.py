"""A trained network made cheaper: int8 weights of its dense layers, and pruning of its smallest weights.

Quantisation (Jacob et al. 2018, eq. 1) writes a weight r as r = S · q with a whole number q from −128 to 127 and one
scale S for a layer. PyTorch's dynamic quantisation does so for dense layers, and rounds what comes into them on the
spot; convolutions stay as they are. Where PyTorch no longer offers it, the weights are rounded here, by hand.

Magnitude pruning (Han et al. 2015, §3): of each layer the share of weights that are nearest to 0 become 0.

Sizes are bytes after zlib has packed the numbers, for zeros cost nothing only in a file that is packed; times are
medians for one picture at a time, on one core.
"""

from __future__ import annotations

import copy
import statistics
import time
import warnings
import zlib
from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor, nn

from models.chunks import answered
from models.cnn_trained import Trained, restored

SHARES = tuple(i / 20 for i in range(20))  # 0 to 95 %
MAX_TEST = 500  # test pictures that accuracies are measured on
TIMED = 60  # pictures timed, one by one
BUILT_IN = {"dataset": "digits", "epochs": 6}  # learned on the spot where the learner has no network yet


def cheaper(config: Mapping[str, Any] | None = None, weights: str = "") -> dict[str, Any]:
    """What quantisation and pruning do to the network of a run of `models.cnn`; JSON.

    config, weights: of the run; without them a small network for digits is trained first, in seconds.
    {"variants": [{"name", "kilobytes", "milliseconds", "accuracy"}], "pruned": [{"share", "zeros", "kilobytes",
    "milliseconds", "accuracy"}], "covered": {"weights", "of", "how"}, "n_test"}.
    Raises ValueError, one sentence, when the weights are gone.
    """
    trained = restored(config, weights) if config and weights else built_in()
    x, y = trained.inputs("test")
    x, y = x[:MAX_TEST], y[:MAX_TEST]
    network = trained.network
    small, how = quantised(network)
    return {
        "variants": [
            {"name": "32-bit numbers", **_measured(network, network.state_dict(), x, y)},
            {"name": "dense layers in int8", **_measured(small, int8_state(network), x, y)},
        ],
        "pruned": [_pruned_point(network, share, x, y) for share in SHARES],
        "covered": {"weights": n_dense(network), "of": n_weights(network), "how": how},
        "n_test": len(y),
    }


def built_in() -> Trained:
    """A network for digits, trained now with the settings of BUILT_IN."""
    from models.cnn import load, n_epochs
    from models.cnn_fit import Fit
    from models.cnn_settings import Config
    from models.settings import from_mapping

    settings = from_mapping(Config, {**BUILT_IN, "device": "cpu"})
    images = load(settings)
    epochs = n_epochs(settings, len(images.labels))
    fit = Fit(settings, images, epochs)
    for epoch in range(epochs):
        for number, (x, y) in enumerate(fit.batches(epoch), start=1):
            fit.progress = (epoch + number / fit.n_batches) / epochs
            fit.update(x, y)
    fit.network.eval()
    return Trained(settings, images, fit.split, fit.network)


def quantised(network: nn.Module) -> tuple[nn.Module, str]:
    """The network with its dense layers in int8, and how: "PyTorch" (dynamic quantisation) or "by hand"."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it is told to move to a package of its own
        try:
            from torch.ao.quantization import quantize_dynamic

            made: nn.Module = quantize_dynamic(copy.deepcopy(network), {nn.Linear}, dtype=torch.qint8)
            return made, "PyTorch"
        except (ImportError, AttributeError, RuntimeError, NotImplementedError):
            return rounded(network), "by hand"


def rounded(network: nn.Module) -> nn.Module:
    """A copy whose dense weights are S · q: what int8 leaves of them, in 32-bit numbers again."""
    made = copy.deepcopy(network)
    with torch.no_grad():
        for layer in dense_layers(made):
            q, scale = int8(layer.weight)
            layer.weight.copy_(q * scale)
    return made


def int8(weight: Tensor) -> tuple[Tensor, float]:
    """q (whole numbers from −128 to 127) and S, with S · q as near to the weights as one scale allows."""
    scale = max(weight.abs().max().item(), 1e-12) / 127
    return (weight / scale).round().clamp(-128, 127).to(torch.int8), scale


def int8_state(network: nn.Module) -> dict[str, Tensor]:
    """The network's numbers with dense weights as int8: what a file of the quantised one holds."""
    state = dict(network.state_dict())
    for name, layer in network.named_modules():
        if isinstance(layer, nn.Linear):
            state[f"{name}.weight"] = int8(layer.weight)[0]
    return state


def pruned(network: nn.Module, share: float) -> nn.Module:
    """A copy in which of each convolution and dense layer this share of the weights, those nearest to 0, is 0."""
    made = copy.deepcopy(network)
    with torch.no_grad():
        for layer in weighted_layers(made):
            flat = layer.weight.flatten()
            smallest = flat.abs().argsort()[: round(share * len(flat))]
            layer.weight.copy_(flat.index_fill(0, smallest, 0.0).view(layer.weight.shape))
    return made


def weighted_layers(network: nn.Module) -> list[nn.Conv2d | nn.Linear]:
    return [layer for layer in network.modules() if isinstance(layer, nn.Conv2d | nn.Linear)]


def dense_layers(network: nn.Module) -> list[nn.Linear]:
    return [layer for layer in network.modules() if isinstance(layer, nn.Linear)]


def n_dense(network: nn.Module) -> int:
    """Weights of the dense layers: those that int8 covers."""
    return sum(layer.weight.numel() for layer in dense_layers(network))


def n_weights(network: nn.Module) -> int:
    return sum(layer.weight.numel() for layer in weighted_layers(network))


def kilobytes(state: Mapping[str, Tensor]) -> float:
    """Size of the numbers, packed by zlib, in kilobytes of 1,000 bytes."""
    return (
        sum(len(zlib.compress(values.contiguous().numpy().tobytes(), 6)) for values in state.values()) / 1000
    )


def accuracy(network: nn.Module, x: Tensor, y: Tensor) -> float:
    with torch.no_grad():
        return float((answered(network, x).argmax(1) == y).float().mean())


def milliseconds(network: nn.Module, x: Tensor, clock: Callable[[], float] = time.perf_counter) -> float:
    """Median time of one picture at a time."""
    times = []
    with torch.no_grad():
        network(x[:1])
        for i in range(min(TIMED, len(x))):
            began = clock()
            network(x[i : i + 1])
            times.append(clock() - began)
    return 1000 * statistics.median(times)


def _measured(network: nn.Module, state: Mapping[str, Tensor], x: Tensor, y: Tensor) -> dict[str, float]:
    return {
        "kilobytes": kilobytes(state),
        "milliseconds": milliseconds(network, x),
        "accuracy": accuracy(network, x, y),
    }


def _pruned_point(network: nn.Module, share: float, x: Tensor, y: Tensor) -> dict[str, float]:
    made = pruned(network, share)
    zeros = sum(int((layer.weight == 0).sum()) for layer in weighted_layers(made)) / n_weights(made)
    return {"share": share, "zeros": zeros, **_measured(made, made.state_dict(), x, y)}
