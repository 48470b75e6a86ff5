"""Random changes of training pictures that leave their class as it is.

Every picture is changed on its own, anew each time: flipped left to right, shifted by a few pixels, turned by a few
degrees, or strewn with noise. Shapes: (N, C, H, W) in and out.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional

TURN = 12.0  # degrees at most
NOISE = 0.3  # spread of the noise, where the pixels' own spread is 1


def reach(side: int) -> int:
    """How many pixels a picture of this side is shifted at most: one in fourteen, so tiny ones stay where they are."""
    return side // 14


def augmented(x: Tensor, kinds: Sequence[str], generator: torch.Generator) -> Tensor:
    """The pictures x (N, C, H, W), each with its own random change of the given kinds."""
    if "flip" in kinds:
        flipped = torch.rand(len(x), generator=generator).to(x.device) < 0.5
        x = torch.where(flipped[:, None, None, None], x.flip(3), x)
    if "rotate" in kinds:
        x = _moved(x, generator, turn=TURN, shift=reach(x.shape[-1]) if "shift" in kinds else 0)
    elif "shift" in kinds:
        x = _shifted(x, generator)
    if "noise" in kinds:
        x = x + NOISE * torch.randn(x.shape, generator=generator).to(x.device)
    return x


def _shifted(x: Tensor, generator: torch.Generator) -> Tensor:
    """Shifted by whole pixels; what comes in from outside repeats the rim."""
    far, side = reach(x.shape[-1]), x.shape[-1]
    padded = functional.pad(x, (far, far, far, far), mode="replicate")
    by = torch.randint(0, 2 * far + 1, (len(x), 2), generator=generator).to(x.device)
    rows = by[:, :1] + torch.arange(x.shape[-2], device=x.device)  # (N, H)
    columns = by[:, 1:] + torch.arange(side, device=x.device)  # (N, W)
    picked = padded[
        torch.arange(len(x), device=x.device)[:, None, None], :, rows[:, :, None], columns[:, None, :]
    ]
    return picked.permute(0, 3, 1, 2)


def _moved(x: Tensor, generator: torch.Generator, turn: float, shift: int) -> Tensor:
    """Turned by up to `turn` degrees and shifted by up to `shift` pixels, between pixels bilinearly."""
    n = len(x)
    angle = torch.deg2rad(turn * (2 * torch.rand(n, generator=generator) - 1))
    by = shift * (2 * torch.rand(n, 2, generator=generator) - 1) * 2 / x.shape[-1]
    cos, sin = angle.cos(), angle.sin()
    matrix = torch.stack([torch.stack([cos, -sin, by[:, 0]], 1), torch.stack([sin, cos, by[:, 1]], 1)], 1)
    grid = functional.affine_grid(matrix.to(x.device), list(x.shape), align_corners=False)
    return functional.grid_sample(x, grid, padding_mode="border", align_corners=False)
