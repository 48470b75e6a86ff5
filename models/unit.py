"""One pixel of one feature map written out: the patch that it looks at, the kernel, and what follows the sum.

    z = b + Σ_c Σ_u Σ_v w[c, u, v] · patch[c, u, v],   then batch normalisation (if any), then the activation

Shapes: C input channels, k × k window.
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from models.convnet import ConvNet

_PLACE = re.compile(r"(\d{1,2})-(\d{1,3})-(\d{1,3})-(\d{1,3})")


def written_out(network: ConvNet, x: Tensor, unit: str) -> dict[str, NDArray[Any]]:
    """Arrays for the pixel "block-map-row-column" of the picture x (1, C, H, W); {} when there is no such pixel.

    "unit/place" (4,), "unit/patch" and "unit/kernel" (C, k, k), "unit/steps" (4,): bias, z, normalised (NaN without
    batch normalisation), after the activation.
    """
    found = _PLACE.fullmatch(unit)
    if not found:
        return {}
    block, channel, row, column = map(int, found.groups())
    if block >= len(network.blocks):
        return {}
    for before in list(network.blocks)[:block]:
        x = before(x)
    parts: dict[str, Any] = dict(network.blocks[block].named_children())
    convolution: nn.Conv2d = parts["convolution"]
    z = convolution(x)
    _, n_channels, height, width = z.shape
    if channel >= n_channels or row >= height or column >= width:
        return {}
    patch = _patch(x[0], convolution, row, column)
    normalised = parts["normalisation"](z) if "normalisation" in parts else z
    out = parts["activation"](normalised)
    here = (0, channel, row, column)
    assert convolution.bias is not None
    steps = [
        convolution.bias[channel].item(),
        z[here].item(),
        normalised[here].item() if "normalisation" in parts else float("nan"),
        out[here].item(),
    ]
    return {
        "unit/place": np.array([block, channel, row, column], dtype=np.int32),
        "unit/patch": patch.detach().cpu().numpy(),
        "unit/kernel": convolution.weight[channel].detach().cpu().numpy().copy(),
        "unit/steps": np.array(steps, dtype=np.float32),
    }


def _patch(x: Tensor, convolution: nn.Conv2d, row: int, column: int) -> Tensor:
    """(C, k, k): what the window at this place sees of x (C, H, W), zeros outside."""
    k, stride, padding = (
        int(values[0]) for values in (convolution.kernel_size, convolution.stride, _pair(convolution))
    )
    padded = functional.pad(x, (padding, padding, padding, padding))
    top, left = row * stride, column * stride
    return padded[:, top : top + k, left : left + k].contiguous()


def _pair(convolution: nn.Conv2d) -> tuple[int, ...]:
    assert not isinstance(convolution.padding, str)
    return tuple(convolution.padding)
