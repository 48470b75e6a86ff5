"""The seconds that the page promises before Train, beside the seconds that the run took."""

from __future__ import annotations

import asyncio

from bench.client import Client, Viewer
from bench.report import Figure, main
from bench.server import Server
from models.mlp import Config, estimate_seconds
from models.settings import from_mapping

#: Short enough to wait for, long enough to be about training rather than starting.
CASES: dict[str, dict[str, object]] = {
    "circle, 8-4": {"dataset": "circle", "epochs": 1500},
    "spiral, 16-16": {"dataset": "spiral", "hidden": [16, 16], "test_fraction": 0.5, "epochs": 2000},
    "spiral, 8-8-8-8-8-8, batch 30": {
        "dataset": "spiral",
        "hidden": [8] * 6,
        "batch_size": 30,
        "epochs": 3000,
    },
    "hills, 64-64, Adam": {"dataset": "multi_gauss", "hidden": [64, 64], "optimizer": "adam", "epochs": 800},
    "breast cancer, 8": {"dataset": "breast_cancer", "hidden": [8], "epochs": 1000},
    "diabetes, linear, batch 100": {
        "dataset": "diabetes",
        "hidden": [],
        "learning_rate": 0.01,
        "batch_size": 100,
        "epochs": 10_000,
    },
    "moons, 2000 points, batch 1": {
        "dataset": "moons",
        "n_points": 2000,
        "batch_size": 1,
        "learning_rate": 0.003,
        "epochs": 60,
    },
}


def measure(quick: bool) -> list[Figure]:
    figures = []
    with Server() as server:
        client = Client(server)
        client.warm()
        for name, config in list(CASES.items())[: 3 if quick else None]:
            promised = estimate_seconds(from_mapping(Config, config))
            viewer = Viewer(server, client.start("ada", config))
            asyncio.run(viewer.watch_for(300))
            took = viewer.frames[-1][0] - viewer.frames[0][0]
            ending = viewer.states[-1].get("outcome", "not over")
            note = f"promised {promised:.1f} s, took {took:.1f} s, {ending}"
            figures.append(
                Figure(f"{name}: took ÷ promised", took / promised, "", at_least=0.5, at_most=2, note=note)
            )
    return figures


if __name__ == "__main__":
    main(measure)
