"""Several seeds at once: each network is its own single run, and the band holds their mean."""

from __future__ import annotations

import dataclasses

import pytest
import torch

from models import mlp
from models.fitting import Fit
from models.mlp_settings import Config
from models.seed_band import SeedBand

EPOCHS = 5


def single(config: Config) -> Fit:
    """The run of one seed after a few epochs."""
    fit = Fit(config, mlp.load(config))
    for epoch in range(EPOCHS):
        for x, y in fit.batches(epoch):
            fit.update(x, y)
    return fit


@pytest.mark.parametrize(
    "config",
    [
        Config(seeds=8, n_points=200),
        Config(seeds=8, dataset="iris", optimizer="adamw", activations=("gelu", "swish"), seed=3),
        Config(seeds=8, dataset="diabetes", regularisation="l1", loss="huber", batch_size=64, hidden=(5,)),
        Config(seeds=8, n_points=200, optimizer="momentum", regularisation="l2", activation="leaky_relu"),
        Config(seeds=8, n_points=100, hidden=(), inputs=("x1_squared", "x2_squared"), loss="hinge"),
    ],
    ids=lambda config: f"{config.dataset}-{config.optimizer}",
)
def test_each_network_is_its_own_single_run(config: Config) -> None:
    band = SeedBand(config)
    for epoch in range(EPOCHS):
        for x, y in band.batches(epoch):
            band.update(x, y)
    metrics = band.evaluate()
    singles = [
        single(dataclasses.replace(config, seed=config.seed + s, seeds=1)) for s in range(config.seeds)
    ]
    assert len(band.fits) == 8
    for fit, alone in zip(band.fits, singles, strict=True):
        torch.testing.assert_close(fit.network.parameters, alone.network.parameters, rtol=0, atol=1e-5)
    found = [alone.evaluate() for alone in singles]
    assert len({one["loss/test"] for one in found}) == 8
    for name in ("loss/train", "loss/test"):
        mean = sum(one[name] for one in found) / 8
        assert metrics[name] == pytest.approx(mean, rel=1e-3)
    assert metrics["loss/test/high"] == pytest.approx(max(one["loss/test"] for one in found), rel=1e-3)


def test_the_band_holds_the_mean() -> None:
    steps = list(mlp.train(Config(seeds=4, n_points=100, epochs=3)))
    assert [step.epoch for step in steps] == [0, 1, 2, 3]
    assert [step.step for step in steps] == [0, 7, 14, 21]  # 70 rows in batches of 10
    for step in steps:
        for name in ("loss/test", "accuracy/test"):
            low, high = step.metrics[f"{name}/low"], step.metrics[f"{name}/high"]
            assert low <= step.metrics[name] <= high
        assert "loss/train/low" not in step.metrics
    assert steps[-1].metrics["loss/test/low"] < steps[-1].metrics["loss/test/high"]
    assert steps[0].facts is not None and steps[0].facts["n_train"] == 70
    assert [len(dict(step.facts or {})) for step in steps[1:]] == [1, 1, 1]  # a baseline each
    assert steps[-1].observe()["map"].any()


def test_the_same_seeds_give_the_same_numbers() -> None:
    config = Config(seeds=3, n_points=100, epochs=2)
    first, again = ([step.metrics for step in mlp.train(config)] for _ in range(2))
    assert first == again


def test_the_learning_rate_is_live() -> None:
    config = Config(seeds=2, n_points=100, epochs=4)
    training = mlp.train(config)
    next(training)
    before = next(training)
    shown = training.send(dataclasses.replace(config, learning_rate=0.00001))
    assert (shown.step, shown.metrics) == (before.step, {**shown.metrics, **_without_batch(before.metrics)})
    after = next(training)
    assert after.metrics["loss/train"] == pytest.approx(before.metrics["loss/train"], abs=1e-4)


def _without_batch(metrics: object) -> dict[str, float]:
    assert isinstance(metrics, dict)
    return {name: value for name, value in metrics.items() if name != "loss/batch"}


@pytest.mark.parametrize(
    "config",
    [
        Config(seeds=2, dropout=0.2),
        Config(seeds=2, batch_norm=True),
        Config(seeds=2, early_stopping=3, validation_fraction=0.2),
    ],
)
def test_what_a_batched_network_does_not_have_is_refused(config: Config) -> None:
    with pytest.raises(ValueError) as caught:
        next(mlp.train(config))
    sentence = str(caught.value)
    assert sentence.startswith("Several seeds at once train without dropout, batch normalisation")
    assert sentence.endswith("or train one seed.") and "\n" not in sentence


def test_a_loss_that_is_not_a_number_ends_the_training() -> None:
    steps = list(
        mlp.train(Config(seeds=2, dataset="plane", activation="linear", learning_rate=10, epochs=50))
    )
    assert steps[-1].epoch < 50
