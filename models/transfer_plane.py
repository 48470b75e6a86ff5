"""Many features on a plane: the two directions in which the test pictures differ most (principal components)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


class Plane:
    """Projects features, and keeps its axes from turning round between one look and the next."""

    def __init__(self) -> None:
        self._before: NDArray[np.float32] | None = None  # (N, 2)

    def project(self, features: NDArray[Any]) -> NDArray[np.float32]:
        """(N, 2), mean 0, the first axis with spread 1, of features (N, D)."""
        centred = np.nan_to_num(features - features.mean(axis=0)).astype(np.float64)
        # Of N pictures and D features the smaller square matrix is taken apart.
        if centred.shape[1] <= centred.shape[0]:
            _, axes = np.linalg.eigh(centred.T @ centred)
            flat = centred @ axes[:, ::-1][:, :2]
        else:
            values, axes = np.linalg.eigh(centred @ centred.T)
            flat = axes[:, ::-1][:, :2] * np.sqrt(np.maximum(values[::-1][:2], 0))
        if flat.shape[1] < 2:
            flat = np.column_stack([flat, np.zeros(len(flat))])
        flat = flat / max(float(flat[:, 0].std()), 1e-9)
        if self._before is not None:
            flat = flat * np.where((flat * self._before).sum(axis=0) < 0, -1.0, 1.0)
        self._before = flat.astype(np.float32)
        return self._before

    def arrays(
        self, features: NDArray[Any], labels: NDArray[np.int64], class_names: tuple[str, ...]
    ) -> dict[str, NDArray[Any]]:
        """ "plane_x/<class>" and "plane_y/<class>": the pictures of each class."""
        flat = self.project(features)
        found: dict[str, NDArray[Any]] = {}
        for label in range(len(class_names)):
            found[f"plane_x/{label}"], found[f"plane_y/{label}"] = flat[labels == label].T.copy()
        return found
