"""Answers without a network: logistic regression on few pictures is scikit-learn's, found in fewer numbers."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from models.transfer_baselines import logistic


@pytest.mark.parametrize(("n", "n_pixels"), [(24, 300), (24, 48), (24, 30)])
def test_few_pictures_of_many_pixels(n: int, n_pixels: int) -> None:
    generator = np.random.default_rng(0)
    y, truth = np.arange(n) % 3, np.arange(600) % 3
    centres = generator.normal(size=(3, n_pixels))
    x = (generator.normal(size=(n, n_pixels)) + centres[y]).astype(np.float32)
    asked = (generator.normal(size=(600, n_pixels)) + centres[truth]).astype(np.float32)
    library = LogisticRegression(max_iter=10_000, tol=1e-9).fit(x.astype(np.float64), y)
    found = logistic(x, y, asked)
    assert (found == library.predict(asked)).mean() >= 0.99
    assert (found == truth).mean() > 0.7, "and it has learned something"
