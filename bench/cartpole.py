"""The policy gradient by hand and PPO on CartPole: how long they take, and how many of five seeds stand at the end."""

from __future__ import annotations

import time
from dataclasses import replace

from bench.report import Figure, main, median
from models.cartpole import Config, train
from models.cartpole_game import SOLVED

CASES = {
    "policy gradient by hand": Config(),
    "PPO (stable-baselines3)": Config(learner="ppo", gae_lambda=0.95, epochs=40),
}


def measure(quick: bool) -> list[Figure]:
    import torch

    torch.set_num_threads(1)  # as every run of the playground
    figures = []
    for name, config in CASES.items():
        seconds, reached = [], 0
        seeds = range(2 if quick else 5)
        for seed in seeds:
            began = time.perf_counter()
            steps = list(train(replace(config, seed=seed)))
            seconds.append(time.perf_counter() - began)
            reached += steps[-1].metrics["return/test"] >= SOLVED
        figures += [
            Figure(f"{name}: a run", median(seconds), "s", at_most=60),
            Figure(f"{name}: seeds that reach {SOLVED:.0f} steps", reached, f"of {len(seeds)}"),
        ]
    return figures


if __name__ == "__main__":
    main(measure)
