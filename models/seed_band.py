"""The same experiment with several seeds at once, as one batched network: how much of a result is luck?

Each seed draws its own points or split, its own first weights and its own order of examples. All networks have the
same shape, so their products run as one batched product: with parameters θ of shape (S, P),

    hˡ = f(hˡ⁻¹ Wˡ + bˡ)   for h (S, N, units), W (S, inputs, units)

costs far less than S runs one after the other, because for small networks calling an operation costs more than the
operation. `tests/models/test_seed_band.py` shows that each network equals its own single run.
"""

from __future__ import annotations

import dataclasses
import itertools
import math
from collections.abc import Generator

import torch
from torch import Tensor

from models import mlp, optimizers
from models.activation_functions import ACTIVATIONS
from models.dense import split_aligned
from models.fitting import Fit
from models.loss_functions import loss_named
from models.mlp_settings import Config
from models.step import Step


class SeedBand:
    """S networks that are trained in step."""

    def __init__(self, config: Config) -> None:
        """Raises ValueError, one sentence, for settings that a batched network does not have."""
        if config.batch_norm or config.dropout or config.early_stopping:
            raise ValueError(
                "Several seeds at once train without dropout, batch normalisation and early stopping: switch these off, "
                "or train one seed."
            )
        self.config = config
        configs = [dataclasses.replace(config, seed=config.seed + s, seeds=1) for s in range(config.seeds)]
        self.fits = [Fit(single, mlp.load(single)) for single in configs]
        first = self.fits[0].network
        self.n_train = self.fits[0].n_train
        self.parameters = torch.stack([fit.network.parameters for fit in self.fits])  # (S, P)
        self.gradient = torch.zeros_like(self.parameters)
        self._sizes, self._n_weights = first.sizes, first.n_weights
        self._functions = [ACTIVATIONS[name] for name in first.activations]
        self._loss = loss_named(first.task, first.loss_name)
        self._weights, self._biases = self._views(self.parameters)
        self._weight_gradients, self._bias_gradients = self._views(self.gradient)
        self._optimizer = optimizers.make(config.optimizer, self.parameters)
        self._x = torch.stack([fit.x_train for fit in self.fits])  # (S, N, D)
        self._y = torch.stack([fit.y_train for fit in self.fits])  # (S, N)
        self.n_updates = 0

    def _views(self, flat: Tensor) -> tuple[list[Tensor], list[Tensor]]:
        """Each layer's weights (S, n_in, n_out) and biases (S, 1, n_out) as windows onto (S, P)."""
        shapes = list(itertools.pairwise(self._sizes))
        parts = split_aligned(flat, [n_in * n_out for n_in, n_out in shapes] + list(self._sizes[1:]))
        weights = [part.view(len(flat), *shape) for part, shape in zip(parts, shapes, strict=False)]
        return weights, [part.unsqueeze(1) for part in parts[len(shapes) :]]

    def batches(self, epoch: int) -> list[tuple[Tensor, Tensor]]:
        """Mini-batches x (S, n, D), y (S, n), each seed in its own order."""
        orders = []
        for fit in self.fits:
            generator = torch.Generator().manual_seed(fit.config.seed * 1_000_003 + epoch)
            orders.append(torch.randperm(self.n_train, generator=generator))
        order = torch.stack(orders)
        rows = torch.arange(len(self.fits)).unsqueeze(1)
        size = self.config.batch_size
        return list(
            zip(self._x[rows, order].split(size, 1), self._y[rows, order].split(size, 1), strict=True)
        )

    def update(self, x: Tensor, y: Tensor) -> None:
        """One step downhill for every network on its own batch."""
        inputs, sums = [x], []
        for layer, (weights, biases) in enumerate(zip(self._weights, self._biases, strict=True)):
            z = torch.baddbmm(biases, inputs[-1], weights)
            sums.append(z)
            if layer < len(self._functions):
                function = self._functions[layer]
                h = torch.empty_like(z) if function.needs_z else z
                function.forward(z, h)
                inputs.append(h)
        self._backward(inputs, sums, y)
        self._penalise()
        self._optimizer.step(self.gradient, self.config.learning_rate)
        self.n_updates += 1

    def _backward(self, inputs: list[Tensor], sums: list[Tensor], y: Tensor) -> None:
        n_seeds, n_outputs = len(self.fits), self._sizes[-1]
        output = sums[-1].reshape(-1, n_outputs)
        delta = torch.empty_like(output)
        self._loss.write_delta(output, y.reshape(-1), delta)
        # The loss averages over S·n examples, each network over its own n.
        delta = delta.mul_(n_seeds).view(sums[-1].shape)
        for layer in range(len(sums) - 1, -1, -1):
            torch.bmm(inputs[layer].transpose(1, 2), delta, out=self._weight_gradients[layer])
            torch.sum(delta, 1, keepdim=True, out=self._bias_gradients[layer])
            if layer:
                delta = torch.bmm(delta, self._weights[layer].transpose(1, 2))
                self._functions[layer - 1].backward(delta, sums[layer - 1], inputs[layer])

    def _penalise(self) -> None:
        config = self.config
        decays = config.optimizer == "adamw"
        l2 = config.regularisation == "l2"
        if isinstance(self._optimizer, optimizers.Adam) and decays:
            self._optimizer.decay = config.regularisation_rate if l2 else optimizers.ADAMW_DECAY
        if config.regularisation == "l1" or (l2 and not decays):
            weights = self.parameters[:, : self._n_weights]
            direction = weights if l2 else weights.sign()
            self.gradient[:, : self._n_weights].add_(direction, alpha=config.regularisation_rate)

    def spread_out(self) -> None:
        """Copy the parameters into the single networks, which know how to evaluate and to draw themselves."""
        for fit, parameters in zip(self.fits, self.parameters, strict=True):
            fit.network.parameters.copy_(parameters)

    def evaluate(self) -> dict[str, float]:
        """Mean of every metric over the seeds, and for the test part its lowest and highest value."""
        self.spread_out()
        singles = [fit.evaluate() for fit in self.fits]
        metrics = {}
        for name in singles[0]:
            values = [single[name] for single in singles]
            metrics[name] = sum(values) / len(values)
            if name.endswith("/test"):
                metrics[f"{name}/low"], metrics[f"{name}/high"] = min(values), max(values)
        return metrics

    def step(self, epoch: float, metrics: dict[str, float]) -> Step:
        """The present state; the pictures are those of the first seed."""
        return dataclasses.replace(self.fits[0].step(epoch, metrics), step=self.n_updates, edit=None)


def train(config: Config) -> Generator[Step, Config | None, None]:
    """`models.mlp.train` for `config.seeds` seeds at once. Only the learning rate and the penalty are live."""
    band = SeedBand(config)
    first = band.fits[0]
    facts: dict[str, object] | None = first.facts()
    config = yield from _present(band, 0.0, facts)
    for epoch in range(mlp.n_epochs(config, band.n_train)):
        for x, y in band.batches(epoch):
            band.update(x, y)
        metrics = band.evaluate()
        step = band.step(epoch + 1.0, metrics)
        step.facts = first.next_baseline()
        changed = yield step
        if not math.isfinite(metrics["loss/train"]):
            return
        if changed is not None:
            facts = first.change(dataclasses.replace(first.config, map_features=changed.map_features))
            band.config = changed
            yield from _present(band, epoch + 1.0, facts)


def _present(
    band: SeedBand, epoch: float, facts: dict[str, object] | None
) -> Generator[Step, Config | None, Config]:
    while True:
        step = band.step(epoch, band.evaluate())
        step.facts = facts
        changed = yield step
        if changed is None:
            return band.config
        facts = band.fits[0].change(
            dataclasses.replace(band.fits[0].config, map_features=changed.map_features)
        )
        band.config = changed
