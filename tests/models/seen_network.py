"""A network trained on the drawings for a few seconds, as a run would leave it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch

from models.cnn import Config, load
from models.cnn_fit import Fit
from models.settings import to_mapping
from training import weights


def trained_network(folder: Path, **settings: Any) -> dict[str, Any]:
    """{"config", "weights"}, by default after five epochs with two blocks."""
    torch.set_num_threads(1)
    given: dict[str, Any] = {"dataset": "drawings", "epochs": 5, **settings}
    config = Config(**given)
    fit = Fit(config, load(config), config.epochs)
    for epoch in range(config.epochs):
        for number, (x, y) in enumerate(fit.batches(epoch), start=1):
            fit.progress = (epoch + number / fit.n_batches) / config.epochs
            fit.update(x, y)
    weights.save(folder, fit.parameters())
    return {"config": to_mapping(config), "weights": str(folder / weights.FILE)}
