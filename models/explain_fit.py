"""The moving parts behind the lesson on explanations: one network, its test pictures, and one explanation after another.

Shapes: N pictures, C channels, H × W pixels, K classes, L levels of a deletion curve.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from data.images import ImageSplit
from models import explain_methods as methods
from models.chunks import answered
from models.cnn_fit import MAX_EVALUATED, displayed, signed_bytes
from models.convnet import ConvNet
from models.explain_data import mark_area
from models.explain_methods import Score
from models.explain_settings import METHODS, RANDOM, Config

SHOWN = (*METHODS, RANDOM)


@dataclass(frozen=True, eq=False)
class Explanation:
    """One test picture explained by every method."""

    picture: int  # position among the test pictures
    label: int
    answer: int
    target: int  # the class whose score is explained
    maps: dict[str, Tensor]  # method → (H, W)
    curves: dict[str, Tensor]  # method, and "random" → (L + 1,)
    gap: float  # |sum of integrated gradients − change of the score| as a share of that change
    on_mark: dict[
        str, float
    ]  # method → share of its strongest pixels that lie on the mark; empty without one

    @property
    def areas(self) -> dict[str, float]:
        """Method → area under its deletion curve."""
        return {name: methods.area(curve) for name, curve in self.curves.items()}


class Study:
    """A network under study: `explain` takes one picture, `add` keeps the score, `observe` gives the pictures of a frame."""

    def __init__(
        self, config: Config, network: ConvNet, split: ImageSplit, class_names: tuple[str, ...]
    ) -> None:
        self.config, self.network, self.split, self.class_names = config, network, split, class_names
        test = split.test
        n = min(len(test.labels), MAX_EVALUATED)
        self.pixels, self.labels = test.pixels[:n], torch.from_numpy(test.labels[:n])
        self.x = torch.from_numpy(split.as_input(self.pixels))
        self.mean, self.std = torch.from_numpy(split.mean), torch.from_numpy(split.std)
        self.names = [*methods.methods_of(network), RANDOM]
        self.marked = mark_area(*self.pixels.shape[-2:]) if config.mark and not config.weights else None
        self.areas: dict[str, list[float]] = {name: [] for name in self.names}
        self._on_mark: dict[str, list[float]] = {name: [] for name in self.names if name != RANDOM}
        self._gaps: list[float] = []
        self._total = {name: torch.zeros(0) for name in self.names}
        self.shown: Explanation | None = None

    @torch.no_grad()
    def evaluate(self) -> dict[str, float]:
        """Loss and accuracy on the test pictures."""
        self.network.eval()
        logits = self.logits()
        metrics = {
            "loss/test": functional.cross_entropy(logits, self.labels).item(),
            "accuracy/test": (logits.argmax(1) == self.labels).sum().item() / len(self.labels),
        }
        return metrics | self.fooled()

    @torch.no_grad()
    def fooled(self) -> dict[str, float]:
        """The share of pictures of other classes that are answered as the first class once they carry the mark."""
        if self.marked is None:
            return {}
        pixels = np.where(self.marked, np.uint8(255), self.pixels[(self.labels != 0).numpy()])
        answers = answered(self.network, torch.from_numpy(self.split.as_input(pixels))).argmax(1)
        return {"mark/fooled": (answers == 0).float().mean().item()}

    @torch.no_grad()
    def logits(self) -> Tensor:
        """(N, K) for all test pictures."""
        self.network.eval()
        return answered(self.network, self.x)

    def to_explain(self) -> Iterator[int]:
        """Positions of the pictures that this run explains, in their order."""
        right = self.logits().argmax(1) == self.labels
        wanted = {"all": torch.ones_like(right), "right": right, "wrong": ~right}[self.config.only]
        yield from torch.nonzero(wanted).flatten().tolist()[: self.config.n_pictures]

    def explain(self, picture: int) -> Explanation:
        """The picture at this position, explained; the same picture always draws the same random orders."""
        self.network.eval()
        config = self.config
        x = self.x[picture : picture + 1]
        with torch.no_grad():
            ranking = self.network(x)[0].nan_to_num(0.0).argsort(descending=True, stable=True)
        label, answer = int(self.labels[picture]), int(ranking[0])
        target = {"answer": answer, "label": label, "second": int(ranking[1])}[config.target]
        score = Score(self.network, target)
        blank = methods.blank_of(x, config.blank, self.mean, self.std)
        layer = methods.layer_of(self.network)
        maps = methods.explained(score, x, blank, config.n_steps, config.window, layer)
        generator = torch.Generator().manual_seed(config.seed * 100_003 + picture)
        curves = methods.deletion_curves(score, x, blank, maps, generator)
        with torch.no_grad():
            change = (score(x) - score(blank)).item()
        gap = abs(maps["integrated"].sum().item() - change) / max(abs(change), 1e-6)
        return Explanation(
            picture, label, answer, target, maps, curves, gap, self._share_on_mark(picture, label, maps)
        )

    def _share_on_mark(self, picture: int, label: int, maps: dict[str, Tensor]) -> dict[str, float]:
        """Of each map's strongest pixels, as many as the mark has, the share on it; {} for pictures without a mark."""
        if self.marked is None or label != 0 or not (self.pixels[picture][:, self.marked] == 255).all():
            return {}
        place = torch.from_numpy(self.marked.ravel())
        n = int(place.sum())
        return {
            name: place[values.flatten().topk(n).indices].float().mean().item()
            for name, values in maps.items()
        }

    def add(self, one: Explanation) -> dict[str, float]:
        """Means over the pictures explained so far: "deletion/…", "completeness/gap", and "mark/…" where there is a mark."""
        self.shown = one
        for name, value in one.areas.items():
            self.areas[name].append(value)
        for name, value in one.on_mark.items():
            self._on_mark[name].append(value)
        self._gaps.append(one.gap)
        for name, curve in one.curves.items():
            self._total[name] = curve if not len(self._total[name]) else self._total[name] + curve
        metrics = {f"deletion/{name}": float(np.mean(values)) for name, values in self.areas.items()}
        metrics["completeness/gap"] = float(np.mean(self._gaps))
        metrics["pictures/explained"] = float(len(self._gaps))
        metrics |= {
            f"mark/{name}": float(np.mean(values)) for name, values in self._on_mark.items() if values
        }
        return metrics

    def observe(self) -> dict[str, NDArray[Any]]:
        """The arrays of a frame: the picture, its maps, its curves, and the means so far."""
        one = self.shown or self.explain(self.config.picture % len(self.x))
        n_pixels = self.pixels.shape[-2] * self.pixels.shape[-1]
        arrays: dict[str, NDArray[Any]] = {
            "explained/picture": displayed(self.pixels[one.picture : one.picture + 1])[0],
            "explained/maps": np.stack([signed_bytes(values) for values in one.maps.values()]),
            "explained/who": np.array([one.picture, one.label, one.answer, one.target], np.int32),
            "explained/answers": self._answers(one.picture),
            "explained/areas": np.array(list(one.areas.values()), np.float32),
            "levels": (methods.levels(n_pixels) / n_pixels).numpy(),
        }
        count = len(self.areas[RANDOM])
        for name in self.names:
            arrays[f"curve/{name}"] = np.nan_to_num(one.curves[name].numpy())
            if count:
                arrays[f"mean/{name}"] = (self._total[name] / count).numpy()
                spread = np.std(self.areas[name]) / np.sqrt(count)  # standard error of the mean
                arrays[f"area/{name}"] = np.array([np.mean(self.areas[name])], np.float32)
                arrays[f"error/{name}"] = np.array([spread], np.float32)
        return arrays

    @torch.no_grad()
    def _answers(self, picture: int) -> NDArray[np.float32]:
        found: NDArray[np.float32] = self.network(self.x[picture : picture + 1])[0].softmax(0).numpy()
        return np.nan_to_num(found)

    def facts(self) -> dict[str, object]:
        """What holds for the whole run; arrays as NumPy."""
        counts = np.bincount(self.split.train.labels, minlength=len(self.class_names))
        majority = float((self.labels == int(counts.argmax())).float().mean())
        labels = {**METHODS, RANDOM: "Random order"}
        return {
            "n_train": len(self.split.train.labels),
            "n_test": len(self.split.test.labels),
            "task": "classes",
            "class_names": list(self.class_names),
            "methods": [name for name in self.names if name != RANDOM],
            "method_names": [labels[name] for name in self.names],
            "baselines": {"majority class": {"accuracy/test": majority}},
        }

    def verdict(self) -> dict[str, object]:
        """The baselines once pictures have been explained: chance at the network's answer and at deletion."""
        baselines = dict(self.facts()["baselines"])  # type: ignore[call-overload]
        baselines["random order"] = {f"deletion/{RANDOM}": float(np.mean(self.areas[RANDOM]))}
        return {"baselines": baselines}
