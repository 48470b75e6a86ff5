"""Points in the plane with a rare class and with wrong labels: what the lesson on losses trains and tests on.

Everything random is drawn beside the settings that scale it, so that a slider moves the same points: more label noise
flips the labels flipped before and others, a larger minority keeps the points it had.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data import toys

N_TEST = 1000
#: Added to the seed, beyond the largest seed that can be set: other points, other choices.
OF_TEST, OF_PICKS, OF_FLIPS = 10_000, 20_000, 30_000


@dataclass(frozen=True, eq=False)
class Points:
    """Training points with labels that may be wrong, and test points with right ones. Class 1, blue, is the rare one."""

    x_train: NDArray[np.float32]  # (N, 2)
    y_train: NDArray[np.int64]  # (N,) as the network is told
    flipped: NDArray[np.bool_]  # (N,) where that is a lie
    x_test: NDArray[np.float32]  # (N_TEST, 2)
    y_test: NDArray[np.int64]  # (N_TEST,)


def make(
    dataset: str, n_points: int, noise: float, minority_share: float, label_noise: float, seed: int
) -> Points:
    """`n_points` training points of which `minority_share` are blue, a share `label_noise` of them mislabelled.

    The test points have the same share of blue ones, and no wrong labels. Raises DataError as `data.toys.make` does.
    """
    x_train, truth = _some(dataset, n_points, noise, minority_share, seed)
    x_test, y_test = _some(dataset, N_TEST, noise, minority_share, seed + OF_TEST)
    flipped = np.random.default_rng(seed + OF_FLIPS).random(n_points) < label_noise
    return Points(x_train, np.where(flipped, 1 - truth, truth), flipped, x_test, y_test)


def _some(dataset: str, n: int, noise: float, share: float, seed: int) -> tuple[NDArray[Any], NDArray[Any]]:
    """x (n, 2) and y (n,), at least two points of either class."""
    n_minority = min(max(2, round(share * n)), n - 2)
    made = toys.make(dataset, 2 * n, noise, seed)  # n of each class, whatever the share
    order = np.random.default_rng(seed + OF_PICKS).permutation(2 * n)
    picks = [order[made.y[order] == label][:count] for label, count in ((0, n - n_minority), (1, n_minority))]
    rows = np.sort(np.concatenate(picks))
    return made.x[rows], made.y[rows]
