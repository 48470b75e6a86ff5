"""Five pictures per class: what a network that has learned another task gains over one from scratch, five whole seeds."""

from __future__ import annotations

from dataclasses import replace

from bench.report import Figure, main
from models.transfer import Config, train

SEEDS = 5


def measure(quick: bool) -> list[Figure]:
    import torch

    torch.set_num_threads(1)  # as every run of the playground
    config = Config(curve=False)
    one_run = _final(config)
    figures = [
        Figure(f"{words}, one source, 5 repetitions", 100 * one_run[name], unit, at_least=least)
        for words, name, unit, least in (
            ("from scratch", "accuracy/scratch", "%", None),
            ("frozen features", "accuracy/frozen", "%", None),
            ("fine-tuned", "accuracy/finetuned", "%", None),
            ("best gain", "gain/best", "points", 10),
        )
    ]
    runs = [_final(replace(config, seed=seed, seeds=1)) for seed in range(2 if quick else SEEDS)]
    gains = {name: sum(run[f"gain/{name}"] for run in runs) / len(runs) for name in ("frozen", "finetuned")}
    figures.append(
        Figure(
            f"best gain, {len(runs)} seeds with a source each",
            100 * max(gains.values()),
            "points",
            at_least=10,
        )
    )
    return figures


def _final(config: Config) -> dict[str, float]:
    """Every metric at the end of a run."""
    metrics: dict[str, float] = {}
    for step in train(config):
        metrics.update(step.metrics)
    return metrics


if __name__ == "__main__":
    main(measure)
