"""What a channel or a class wants to see: a picture that grows from noise by gradient ascent ("dreams").

For a value a(p) of the network (z at one place, or a logit) the picture p, with pixels from 0 to 1, climbs

    p ← clip(p + η·(g/‖g‖ − λ·∂R/∂p)),    g = ∂a/∂p,    R(p) = ½ Σ (p_i − p_j)² over neighbouring pixels

(Erhan, Bengio, Courville & Vincent 2009, "Visualizing higher-layer features of a deep network", section 3.2: ascent;
Mahendran & Vedaldi 2015 and Yosinski et al. 2015, section 3: a penalty for roughness; Mordvintsev, Olah & Tyka 2015:
*jitter*, the network sees the picture a little shifted, by another random amount in each step.) ‖·‖ is the root mean
square over one picture, so that every channel climbs at the same pace.

A block's channel sees only its receptive field, so only that is dreamt. All channels of a layer dream side by side:
shapes (n, C, h, w) with n dreams.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from models.cnn_layers import N_STEPS, SNAPSHOTS
from models.convnet import ConvNet

RATE = 0.04  # η: of the range of a pixel, per step
MOST_PENALTY = 1 / (8 * RATE)  # of λ: with a larger one neighbouring pixels would swap rather than meet
NOISE = 0.08

Value = Callable[[Tensor], Tensor]  # pictures as the network is fed (n, C, h, w) → what each is to raise (n,)


@dataclass(frozen=True, eq=False)
class Dreams:
    """n dreams as they grew; the first entry is the noise they began from."""

    steps: tuple[int, ...]
    pixels: NDArray[np.uint8]  # (n, len(steps), h, w, C)
    values: NDArray[np.float32]  # (n, len(steps)): of the picture as it is, not shifted


def value_of(network: ConvNet, layer: int, whole: bool) -> Value:
    """a: dream i raises channel i of the block `layer` at the middle of its map, or class i for the layer behind them.

    whole: the pictures are whole ones, padded as ever; else they are one receptive field, and nothing is padded.
    """

    def value(x: Tensor) -> Tensor:
        rows = torch.arange(len(x))
        for number, block in enumerate(network.blocks):
            parts: dict[str, Any] = dict(block.named_children())
            convolution: nn.Conv2d = parts.pop("convolution")
            padding = convolution.padding if whole else 0
            x = functional.conv2d(x, convolution.weight, convolution.bias, convolution.stride, padding)
            for name, part in parts.items():
                if name == "activation" and number == layer:
                    return x[rows, rows, x.shape[2] // 2, x.shape[3] // 2]
                x = part(x)
        logits: Tensor = network.head(x)
        return logits[rows, rows]

    return value


def roughness(p: Tensor) -> Tensor:
    """R (n,) of pictures (n, C, H, W): half the squared differences of neighbouring pixels, added up."""
    down, across = p[:, :, 1:] - p[:, :, :-1], p[:, :, :, 1:] - p[:, :, :, :-1]
    return 0.5 * (down.square().sum(dim=(1, 2, 3)) + across.square().sum(dim=(1, 2, 3)))


def neighbours_differ(pixels: NDArray[np.uint8]) -> float:
    """By how much neighbouring pixels of real pictures (N, C, H, W) differ, in a pixel's range; never quite 0.

    λ is divided by it: what is rough among drawings of plain colour is calm among digits of eight pixels.
    """
    p = torch.from_numpy(pixels[:500]).float() / 255
    down, across = (p[:, :, 1:] - p[:, :, :-1]).abs().mean(), (p[:, :, :, 1:] - p[:, :, :, :-1]).abs().mean()
    return max(0.01, ((down + across) / 2).item())


def jitter_of(size: tuple[int, int]) -> int:
    """The largest shift in pixels: an eighth of the picture, so that a field of three pixels is not blurred away."""
    return min(size) // 8


def dream(
    value: Value,
    n: int,
    size: tuple[int, int],
    mean: Tensor,
    std: Tensor,
    smoothness: float,
    jitter: int,
    seed: int = 0,
) -> Dreams:
    """n pictures of (height, width) = size that raise `value`; mean, std (C,): how pixels become the network's input."""
    generator = torch.Generator().manual_seed(seed)
    height, width = size
    scale, shift = std[:, None, None], mean[:, None, None]
    shape = (n, len(mean), height + 2 * jitter, width + 2 * jitter)
    p = (shift + NOISE * torch.randn(shape, generator=generator)).clamp(0, 1)
    pixels: list[Tensor] = []
    values: list[Tensor] = []
    for step in range(N_STEPS + 1):
        if step in SNAPSHOTS:
            seen = p[:, :, jitter : jitter + height, jitter : jitter + width]
            pixels.append((255 * seen).round().to(torch.uint8).permute(0, 2, 3, 1))
            with torch.no_grad():
                values.append(value((seen - shift) / scale))
        if step == N_STEPS:
            break
        top, left = torch.randint(0, 2 * jitter + 1, (2,), generator=generator).tolist()
        p.requires_grad_(True)
        seen = p[:, :, top : top + height, left : left + width]
        (climb,) = torch.autograd.grad(value((seen - shift) / scale).sum(), p)
        (rough,) = torch.autograd.grad(roughness(p).sum(), p)
        norm = climb.square().mean(dim=(1, 2, 3), keepdim=True).sqrt().clamp_min(1e-12)
        p = (p.detach() + RATE * (climb / norm - smoothness * rough)).clamp(0, 1)
    return Dreams(
        SNAPSHOTS,
        torch.stack(pixels, dim=1).numpy(),
        torch.stack(values, dim=1).nan_to_num(0.0).numpy().astype(np.float32),
    )
