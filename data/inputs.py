"""What a network is fed of a point in the plane: the coordinates themselves, or simple functions of them.

A network without hidden layers can only weigh its inputs. Given x₁² and x₂² it separates a ring from its centre.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from data.dataset import DataError, FloatArray

#: name in settings and links → (name on screen, function of x₁ and x₂)
INPUTS: dict[str, tuple[str, Callable[[FloatArray, FloatArray], FloatArray]]] = {
    "x1": ("x₁", lambda a, b: a),
    "x2": ("x₂", lambda a, b: b),
    "x1_squared": ("x₁²", lambda a, b: a * a),
    "x2_squared": ("x₂²", lambda a, b: b * b),
    "x1_x2": ("x₁x₂", lambda a, b: a * b),
    "sin_x1": ("sin x₁", lambda a, b: np.sin(a)),
    "sin_x2": ("sin x₂", lambda a, b: np.sin(b)),
}


def expand(points: FloatArray, names: Sequence[str]) -> FloatArray:
    """(N, len(names)) inputs of points (N, 2).

    Raises:
        DataError: no input is left.
    """
    if not names:
        raise DataError("The network has no input left: switch at least one on.")
    columns = [INPUTS[name][1](points[:, 0], points[:, 1]) for name in names]
    return np.stack(columns, axis=1).astype(np.float32)
