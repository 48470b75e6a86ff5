"""Four explanations of a network's answer, and the test that says which to believe.

f(x) is the score to explain: the logit of a class, or by how much it leads another class. x₀ is the blank picture.

    gradient               g = ∂f/∂x                                   Simonyan, Vedaldi & Zisserman (2013), section 3
    integrated gradients   (x − x₀) · ∫₀¹ ∂f(x₀ + α(x − x₀))/∂x dα     Sundararajan, Taly & Yan (2017), eq. 1
    occlusion              f(x) − f(x with a window blanked)           Zeiler & Fergus (2014), section 4.2
    Grad-CAM               ReLU(Σ_k ā_k A_k), ā_k = mean of ∂f/∂A_k    Selvaraju et al. (2017), eq. 1–2

They are computed with Captum; `gradient` and `integrated_gradients` are also written out here, and a test says that
both are equal. Deletion curves: Petsiuk, Das & Saenko (2018), section 3.2.

Shapes: pictures (N, C, H, W), one picture (1, C, H, W), a map of importance (H, W).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import torch
from captum.attr import IntegratedGradients, LayerAttribution, LayerGradCam, Occlusion, Saliency
from torch import Tensor, nn
from torch.nn import functional

from models.convnet import ConvNet
from models.explain_settings import METHODS, RANDOM

N_LEVELS = 32  # of a deletion curve, at most: shares of the picture that are deleted
N_RANDOM = 8  # random orders whose curves are averaged


class Score(nn.Module):
    """f(x): the logit of class `target`, less that of class `against` where one is given; (N, C, H, W) → (N,)."""

    def __init__(self, network: nn.Module, target: int, against: int | None = None) -> None:
        super().__init__()
        self.network, self.target, self.against = network, target, against

    def forward(self, x: Tensor) -> Tensor:
        logits: Tensor = self.network(x)
        score = logits[:, self.target]
        return score if self.against is None else score - logits[:, self.against]

    @torch.no_grad()
    def probability(self, x: Tensor) -> Tensor:
        """(N,) the probability of the class; between the two classes where there is one to compare with."""
        if self.against is not None:
            return torch.sigmoid(self(x))
        logits: Tensor = self.network(x)
        return logits.softmax(1)[:, self.target]


# The two gradients by hand.


def gradient(score: Callable[[Tensor], Tensor], x: Tensor) -> Tensor:
    """∂f/∂x, of the shape of x: how the score changes with each number of the picture."""
    x = x.detach().requires_grad_()
    (found,) = torch.autograd.grad(score(x).sum(), x)
    return found


def integrated_gradients(score: Callable[[Tensor], Tensor], x: Tensor, blank: Tensor, n_steps: int) -> Tensor:
    """(x − x₀) times the mean gradient on the straight way from x₀ to x, taken in the middle of n_steps stretches.

    The sum over all numbers of the picture tends to f(x) − f(x₀) (completeness, proposition 1 of the paper).
    """
    alphas = (torch.arange(n_steps, device=x.device) + 0.5) / n_steps
    on_the_way = blank + alphas[:, None, None, None] * (x - blank)  # (n_steps, C, H, W)
    return (x - blank) * gradient(score, on_the_way).mean(0, keepdim=True)


# All four by Captum, each as one number a pixel.


def side_of_window(wanted: int, height: int, width: int) -> int:
    """Pixels of occlusion's window: as wanted, else a quarter of the picture's side, never more than the picture."""
    return max(1, min(wanted or min(height, width) // 4, height, width))


def explained(
    score: Score, x: Tensor, blank: Tensor, n_steps: int, window: int, layer: nn.Module | None
) -> dict[str, Tensor]:
    """Method → its map (H, W) for one picture. Positive speaks for the class; the gradient's has no sign.

    layer: whose maps Grad-CAM weighs; None leaves it out.
    """
    _, channels, height, width = x.shape
    side = side_of_window(window, height, width)
    stride = max(1, side // 2)
    found = {
        "gradient": Saliency(score).attribute(x.clone().requires_grad_(), abs=True).amax(1),
        "integrated": IntegratedGradients(score)
        .attribute(x, blank, n_steps=n_steps, method="riemann_middle")
        .sum(1),
        "occlusion": Occlusion(score)
        .attribute(
            x,
            (channels, side, side),
            strides=(channels, stride, stride),
            baselines=blank,
            perturbations_per_eval=64,
        )
        .sum(1),
    }
    if layer is not None:
        coarse = LayerGradCam(score, layer).attribute(x, relu_attributions=True)
        found["gradcam"] = LayerAttribution.interpolate(coarse, (height, width), "bilinear")[:, 0]
    return {name: torch.nan_to_num(values[0].detach()) for name, values in found.items()}


def blank_of(x: Tensor, kind: str, mean: Tensor, std: Tensor) -> Tensor:
    """What stands for "not there" in place of the picture x (1, C, H, W), in the numbers that the network is fed.

    kind: "mean" of the training pictures, "black", or the picture itself "blurred" beyond recognition.
    """
    if kind == "mean":
        return torch.zeros_like(x)  # inputs have mean 0
    if kind == "black":
        return (-mean / std)[None, :, None, None].expand_as(x).contiguous()
    reach = max(1, min(x.shape[-2:]) // 4)
    for _ in range(2):
        x = functional.avg_pool2d(x, 2 * reach + 1, 1, reach, count_include_pad=False)
    return x


# Which of them is faithful?


def order_of(importance: Tensor, generator: torch.Generator) -> Tensor:
    """(H·W,) pixels from the most to the least important; equals in a random order."""
    shuffled = torch.randperm(importance.numel(), generator=generator)
    ranks = importance.flatten()[shuffled].argsort(descending=True, stable=True)
    return shuffled[ranks]


def levels(n_pixels: int) -> Tensor:
    """Numbers of pixels deleted along a curve, from none to all."""
    return torch.linspace(0, n_pixels, min(N_LEVELS, n_pixels) + 1).round().long()


def deletion_curve(score: Score, x: Tensor, blank: Tensor, order: Tensor) -> Tensor:
    """(L + 1,) the probability of the class after deleting more and more pixels in this order."""
    rank = torch.empty_like(order)
    rank[order] = torch.arange(len(order))
    deleted = rank.view(1, 1, *x.shape[-2:]) < levels(len(order))[:, None, None, None]
    return score.probability(torch.where(deleted, blank, x))


def area(curve: Tensor) -> float:
    """The mean height of a curve over shares from 0 to 1 (trapezoids): small when the answer collapses soon."""
    return (((curve[1:] + curve[:-1]) / 2).sum() / (len(curve) - 1)).item()


def deletion_curves(
    score: Score, x: Tensor, blank: Tensor, maps: Mapping[str, Tensor], generator: torch.Generator
) -> dict[str, Tensor]:
    """Method → its deletion curve, and under "random" the mean curve of `N_RANDOM` random orders."""
    curves = {
        name: deletion_curve(score, x, blank, order_of(values, generator)) for name, values in maps.items()
    }
    n_pixels = x.shape[-2] * x.shape[-1]
    chance = [
        deletion_curve(score, x, blank, torch.randperm(n_pixels, generator=generator))
        for _ in range(N_RANDOM)
    ]
    curves[RANDOM] = torch.stack(chance).mean(0)
    return curves


# Of our own networks.


def methods_of(network: ConvNet) -> list[str]:
    """The methods that can explain this network: Grad-CAM needs a convolution block."""
    return [name for name in METHODS if name != "gradcam" or len(network.blocks)]


def layer_of(network: ConvNet) -> nn.Module | None:
    """The activation of the last convolution block, whose maps Grad-CAM weighs; None without blocks."""
    n = len(network.blocks)
    return network.get_submodule(f"blocks.{n - 1}.activation") if n else None
