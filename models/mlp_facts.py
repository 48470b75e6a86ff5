"""What a run says once about itself: names, sizes, points. The live view draws from these."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from models.pictures import names_shown

if TYPE_CHECKING:
    from models.fitting import Fit

#: Columns of a table that are told for each point drawn, so that a wrong answer can be looked at.
MAX_COLUMNS_TOLD = 12


def run_facts(fit: Fit) -> dict[str, object]:
    """Everything that holds for the whole run; arrays as NumPy."""
    dataset, pictures, network = fit.dataset, fit.pictures, fit.network
    outputs = dataset.class_names if fit.task == "classes" else (dataset.target_name,)
    low, high = pictures.value_range
    scale, shift = fit.split.y_std, fit.split.y_mean
    return {
        "dataset": dataset.name,
        "n_train": fit.n_train,
        "n_validation": len(fit.split.y_validation),
        "n_test": len(fit.split.y_test),
        "layers": list(network.sizes),
        "shown": pictures.shown,
        "input_names": names_shown(fit.input_names, pictures.shown[0]),
        "output_names": names_shown(outputs, pictures.shown[-1]),
        "activation": network.activations[0] if network.activations else "linear",
        "task": dataset.task,
        "class_names": list(dataset.class_names),
        "target_name": dataset.target_name,
        "value_range": [low * scale + shift, high * scale + shift],
        "notices": list(dataset.notices),
        "device": fit.device,
        **plane_facts(fit),
    }


def plane_facts(fit: Fit) -> dict[str, object]:
    """The plane that the decision map shows, with everything that lies on it."""
    plane = fit.pictures.plane
    return {
        "domain": list(plane.domain),
        "axes": list(plane.names),
        "plane": plane.sentence,
        "feature_names": list(fit.dataset.feature_names),
        "map_features": list(fit.config.map_features),
        "inputs": fit.pictures.input_maps(),
        **point_facts(fit),
    }


def point_facts(fit: Fit) -> dict[str, object]:
    """The points drawn of each part, their targets, and for the test part what is in their columns."""
    facts: dict[str, object] = {}
    rows = fit.split
    for name, x, y in (("train", rows.x_train, rows.y_train), ("test", rows.x_test, rows.y_test)):
        places, targets = fit.pictures.points(x, y)
        facts[f"points/{name}"] = places
        facts[f"targets/{name}"] = targets * np.float32(rows.y_std) + np.float32(rows.y_mean)
    raw: Any = rows.x_test[: len(places)] * rows.x_std + rows.x_mean
    facts["columns"] = list(fit.dataset.feature_names[:MAX_COLUMNS_TOLD])
    facts["rows/test"] = raw[:, :MAX_COLUMNS_TOLD].astype(np.float32)
    return facts
