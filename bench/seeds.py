"""Eight seeds of one experiment at once, as one batched network: how much more time than a single seed?"""

from __future__ import annotations

import time
from dataclasses import replace

from bench.report import Figure, main, median
from models.mlp import Config, train

CASES = {
    "circle, 8-4": Config(epochs=120),
    "spiral, 16-16": Config(dataset="spiral", hidden=(16, 16), test_fraction=0.5, epochs=120),
    "breast cancer, 8": Config(dataset="breast_cancer", hidden=(8,), epochs=25),
}


def measure(quick: bool) -> list[Figure]:
    import torch

    torch.set_num_threads(1)  # as every run of the playground
    figures = []
    for name, config in CASES.items():
        ratios, together = [], []
        for _ in range(2 if quick else 5):  # in turn, so that a busy moment hits both
            one = _seconds(config)
            together.append(_seconds(replace(config, seeds=8)))
            ratios.append(together[-1] / one)
        figures += [
            Figure(f"{name}: eight seeds", median(together), "s"),
            Figure(f"{name}: eight seeds ÷ one seed", median(ratios), "×", at_most=3),
        ]
    return figures


def _seconds(config: Config) -> float:
    """Training time, from the untrained network to the last step; the classical baselines are left out."""
    training = train(config)
    next(training)
    began = time.perf_counter()
    for step in training:
        if step.epoch >= config.epochs:
            break
    seconds = time.perf_counter() - began
    training.close()
    return seconds


if __name__ == "__main__":
    main(measure)
