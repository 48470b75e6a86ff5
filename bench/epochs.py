"""Epochs per second on the spiral, while a server streams ten frames a second of it to a viewer.

250 training points, tanh, SGD at 0.03; beside each the figure of TensorFlow Playground, which trains one epoch per
repaint in the browser, at the same settings on a machine like ours (two cores, no GPU).
"""

from __future__ import annotations

import asyncio

from bench.client import Client, Viewer
from bench.report import Figure, main, median
from bench.server import Server

SPIRAL: dict[str, object] = {
    "dataset": "spiral",
    "n_points": 500,
    "test_fraction": 0.5,
    "noise": 0.0,
    "activation": "tanh",
    "optimizer": "sgd",
    "learning_rate": 0.03,
    "epochs": 100_000,
}
#: hidden layers, batch size, epochs per second of TensorFlow Playground
CASES = (("4-2", 10, 49.0), ("4-2", 30, 42.0), ("8-8-8-8-8-8", 10, 6.9), ("8-8-8-8-8-8", 30, 10.0))


def measure(quick: bool) -> list[Figure]:
    repeats, seconds = (1, 4.0) if quick else (3, 8.0)
    figures = []
    with Server() as server:
        client = Client(server)
        client.warm()
        for hidden, batch, theirs in CASES:
            layers = [int(size) for size in hidden.split("-")]
            config = {**SPIRAL, "hidden": layers, "batch_size": batch}
            found = [_rates(server, client, config, seconds) for _ in range(repeats)]
            epochs = median([rates["epochs"] for rates in found])
            frames = median([rates["frames"] for rates in found])
            name = f"{hidden}, batch {batch}"
            figures.append(Figure(name, epochs, "epochs/s", note=f"{frames:.1f} frames/s arrive"))
            figures.append(
                Figure(f"{name}, times TF Playground", epochs / theirs, f"× {theirs:g}", at_least=3)
            )
    return figures


def _rates(server: Server, client: Client, config: dict[str, object], seconds: float) -> dict[str, float]:
    run = client.start("ada", config)
    viewer = Viewer(server, run)
    asyncio.run(viewer.watch_for(seconds + 1))
    client.command(run, "stop")
    return viewer.rates(after=1.0)


if __name__ == "__main__":
    main(measure)
