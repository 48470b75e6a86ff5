"""Attacks on the network of handwritten digits: accuracy against ε before and after adversarial training, and seconds."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from bench.report import Figure, main
from models.attack import Config, train
from models.attack_settings import EPSILONS


def measure(quick: bool) -> list[Figure]:
    """On the digits that come along."""
    return _figures("digits", Config(adversarial=True))


def measure_mnist(quick: bool, folder: Path) -> list[Figure]:
    """On MNIST, from the published files in a folder."""
    return _figures("MNIST", Config(dataset="mnist", data_dir=str(folder), adversarial=True))


def _figures(name: str, config: Config) -> list[Figure]:
    """Accuracies of one network that is trained, attacked, trained adversarially, and attacked again."""
    metrics: dict[str, float] = {}
    facts: dict[str, Any] = {}
    began = time.perf_counter()
    for step in train(config):
        metrics.update(step.metrics)
        facts.update(step.facts or {})
    seconds = time.perf_counter() - began
    before = dict(zip(EPSILONS, map(float, facts["before/fgsm"]), strict=True))
    rises = max(
        later - earlier for earlier, later in zip(before.values(), list(before.values())[1:], strict=False)
    )
    large = name == "MNIST"  # 28×28 pixels: what the lesson promises
    return [
        Figure(f"{name}, clean", before[0.0], at_least=0.98 if large else 0.97),
        Figure(f"{name}, FGSM 0.1", before[0.1]),
        Figure(f"{name}, FGSM 0.2", before[0.2]),
        Figure(f"{name}, FGSM 0.3", before[0.3], at_most=0.15),
        Figure(f"{name}, largest rise from one ε to the next", rises, at_most=0.0),
        Figure(f"{name}, adversarially trained, clean", metrics["accuracy/clean"]),
        Figure(
            f"{name}, adversarially trained, FGSM 0.2",
            metrics["accuracy/fgsm_0.2"],
            at_least=0.6 if large else 0.5,
        ),
        Figure(f"{name}, adversarially trained, PGD 0.2", metrics["accuracy/pgd_0.2"]),
        Figure(f"{name}, all of it", seconds, "s", at_most=180),
    ]


if __name__ == "__main__":
    main(measure, of_folder=(measure_mnist,))
