"""Does a map depend on what the network has learned? Randomise its layers from the top and look again.

A map that stays as it is shows the picture, not the network (Adebayo et al. 2018, "Sanity checks for saliency maps",
section 3.1, cascading randomisation). How alike two maps are is said by Spearman's rank correlation.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from models.convnet import ConvNet

#: network, place of a picture → method → map (H, W).
Explain = Callable[[ConvNet, int], Mapping[str, Tensor]]


@dataclass(frozen=True)
class Check:
    """stages: what has been randomised so far, beginning with nothing. maps: of the first picture, one a stage.

    alike: method → mean rank correlation with the trained network's map, one a stage.
    """

    stages: list[str]
    maps: dict[str, list[Tensor]]
    alike: dict[str, list[float]]


def layers_from_the_top(network: ConvNet) -> list[tuple[str, list[nn.Module]]]:
    """Every layer with parameters and its name, the answer first; a block's normalisation goes with its convolution."""
    linear = [part for part in network.head if isinstance(part, nn.Linear)]
    found: list[tuple[str, list[nn.Module]]] = []
    for number, part in reversed(list(enumerate(linear, start=1))):
        found.append(("the answer" if part is linear[-1] else f"dense layer {number}", [part]))
    for number in reversed(range(len(network.blocks))):
        parts = dict(network.blocks[number].named_children())
        own = [parts[name] for name in ("convolution", "normalisation") if name in parts]
        found.append((f"block {number + 1}", own))
    return found


def cascade(network: ConvNet, explain: Explain, n_pictures: int, seed: int) -> Check:
    """The check over n pictures. The network itself stays as it is."""
    shaken = copy.deepcopy(network).eval()
    first = [explain(shaken, place) for place in range(n_pictures)]
    check = Check(
        ["nothing"], {name: [values] for name, values in first[0].items()}, {name: [1.0] for name in first[0]}
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        for name, parts in layers_from_the_top(shaken):
            for part in parts:
                part.reset_parameters()  # type: ignore[operator]
            check.stages.append(name)
            now = [explain(shaken, place) for place in range(n_pictures)]
            for method in check.maps:
                check.maps[method].append(now[0][method])
                same = [rank_correlation(a[method], b[method]) for a, b in zip(first, now, strict=True)]
                check.alike[method].append(sum(same) / len(same))
    return check


def ranks(values: Tensor) -> Tensor:
    """The rank of each number from 0, equals sharing their mean rank."""
    flat = values.flatten().double()
    _, place, count = torch.unique(flat, return_inverse=True, return_counts=True)
    last = count.cumsum(0)
    found: Tensor = (last - (count + 1) / 2)[place]
    return found


def rank_correlation(a: Tensor, b: Tensor) -> float:
    """Spearman's ρ of two maps: 1 for the same order of pixels, 0 for none in common; 0 when a map is constant."""
    a, b = ranks(a), ranks(b)
    a, b = a - a.mean(), b - b.mean()
    size = (a.norm() * b.norm()).item()
    return (a @ b).item() / size if size > 0 else 0.0


def edges(x: Tensor) -> Tensor:
    """(H, W): how steep the picture x (C, H, W) is at each pixel (Sobel). A map that looks good and asks no network."""
    kernel = torch.tensor([[1.0, 0.0, -1.0], [2.0, 0.0, -2.0], [1.0, 0.0, -1.0]])
    grey = functional.pad(x.mean(0)[None, None], (1, 1, 1, 1), mode="replicate")
    across, down = (functional.conv2d(grey, k[None, None])[0, 0] for k in (kernel, kernel.t()))
    return (across**2 + down**2).sqrt()
