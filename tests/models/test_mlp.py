"""The network page's model: it learns, it repeats itself, and it obeys in flight."""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from models.mlp import Config, estimate_seconds, n_epochs, train
from models.step import Step
from training.arrays import jsonable

Arrays = Mapping[str, np.ndarray[Any, Any]]


def first_steps(config: Config, n: int) -> list[Step]:
    """The untrained state and n updates. (A step's pictures show the network as it is now.)"""
    return list(itertools.islice(train(config), n + 1))


def last_metrics(config: Config) -> dict[str, float]:
    metrics: dict[str, float] = {}
    for step in train(config):
        metrics |= step.metrics
    return metrics


def curve(config: Config) -> list[dict[str, float]]:
    return [dict(step.metrics) for step in train(config)]


def parameters(step: Step) -> dict[str, np.ndarray[Any, Any]]:
    return {
        name: array.copy()
        for name, array in step.observe().items()
        if name.startswith(("weights/", "biases/"))
    }


def changed(before: Arrays, after: Arrays) -> int:
    """How many numbers differ."""
    return int(sum((before[name] != after[name]).sum() for name in before))


@pytest.mark.parametrize(
    ("config", "metric", "floor"),
    [
        (Config(dataset="breast_cancer"), "accuracy/test", 0.95),
        (Config(dataset="circle", epochs=60), "accuracy/test", 0.98),
        (Config(dataset="xor", epochs=100), "accuracy/test", 0.97),
        (Config(dataset="moons", epochs=100), "accuracy/test", 0.97),
        (Config(dataset="gauss", epochs=10), "accuracy/test", 0.98),
        (Config(dataset="iris"), "accuracy/test", 0.9),
        (Config(dataset="wine"), "accuracy/test", 0.93),
        (Config(dataset="plane", epochs=30), "r2/test", 0.95),
        (Config(dataset="diabetes", hidden=(4,), learning_rate=0.01), "r2/test", 0.35),
        (Config(dataset="circle", epochs=20, optimizer="adam", activation="relu"), "accuracy/test", 0.97),
        (
            Config(dataset="circle", epochs=60, optimizer="momentum", activation="sigmoid"),
            "accuracy/test",
            0.97,
        ),
        (Config(dataset="moons", epochs=30, optimizer="rmsprop", learning_rate=0.01), "accuracy/test", 0.97),
    ],
    ids=lambda value: f"{value.dataset}-{value.optimizer}" if isinstance(value, Config) else str(value),
)
def test_it_learns(config: Config, metric: str, floor: float) -> None:
    assert last_metrics(config)[metric] >= floor


def test_what_it_cannot_learn() -> None:
    """Without a hidden layer, or with linear ones, the border is straight: the lesson of the page's question."""
    for config in (Config(hidden=(), epochs=20), Config(hidden=(8, 8), activation="linear", epochs=20)):
        assert last_metrics(config)["accuracy/test"] < 0.7


@pytest.mark.parametrize("config", [Config(epochs=3), Config(dataset="iris", optimizer="adam", epochs=3)])
def test_the_same_config_gives_the_same_numbers_and_another_seed_others(config: Config) -> None:
    first = curve(config)
    assert curve(config) == first
    assert curve(replace(config, seed=1)) != first


def test_the_same_config_begins_with_the_same_network() -> None:
    first, again, other = (
        parameters(first_steps(config, 0)[0]) for config in (Config(), Config(), Config(seed=1))
    )
    assert changed(first, again) == 0
    assert changed(first, other) > 0


def test_steps_epochs_and_metrics() -> None:
    steps = list(train(Config(epochs=2, n_points=100, test_fraction=0.3, batch_size=32)))
    # 70 rows: 32 + 32 + 6; then the state at the end again, once for each baseline that had no turn yet.
    assert [step.step for step in steps] == [*range(1 + 2 * 3), 6, 6]
    assert [step.epoch for step in steps] == pytest.approx([0, 1 / 3, 2 / 3, 1, 4 / 3, 5 / 3, 2, 2, 2])
    gradients = {"gradient/1", "gradient/2", "gradient/3"}
    everything = {"loss/train", "loss/test", "accuracy/train", "accuracy/test"} | gradients
    assert set(steps[0].metrics) == everything
    assert set(steps[1].metrics) == {"loss/batch"}
    assert set(steps[3].metrics) == everything | {"loss/batch"}
    assert [set(step.metrics) for step in steps[-2:]] == [set(), set()]


def test_batch_norm_bears_a_last_batch_of_one() -> None:
    config = Config(dataset="iris", batch_norm=True, batch_size=8, epochs=2)  # 105 = 13·8 + 1
    assert all(math.isfinite(value) for step in train(config) for value in step.metrics.values())


def test_baselines_arrive_one_by_one() -> None:
    steps = list(train(Config(epochs=2, n_points=100)))
    told = [step.facts["baselines"] for step in steps[1:] if step.facts]
    names = [list(scores) for scores in told if isinstance(scores, dict)]
    assert [len(scores) for scores in names] == [1, 2, 3, 4, 5]
    assert all(later[: len(earlier)] == earlier for earlier, later in itertools.pairwise(names))


def test_validation_rows_are_followed_when_there_are_any() -> None:
    start = first_steps(Config(validation_fraction=0.2), 0)[0]
    assert {"loss/validation", "accuracy/validation"} <= set(start.metrics)
    facts = start.facts or {}
    assert (facts["n_train"], facts["n_validation"], facts["n_test"]) == (250, 100, 150)


def test_early_stopping_stops_and_says_so() -> None:
    config = Config(
        noise=0.5, n_points=150, optimizer="adam", validation_fraction=0.2, early_stopping=5, epochs=500
    )
    steps = list(train(config))
    note = steps[-1].note
    assert note is not None and note.name == "stopped_early"
    curve = {
        step.epoch: step.metrics["loss/validation"] for step in steps if "loss/validation" in step.metrics
    }
    best = min(curve, key=lambda epoch: curve[epoch])
    assert steps[-1].epoch == best + 5 < 500
    assert f"({curve[best]:.4g}) at epoch {best:g}" in note.cause
    assert all(step.note is None or step.note.name != note.name for step in steps[:-1])


@pytest.mark.parametrize(
    ("config", "phrase"),
    [
        (Config(early_stopping=5), "needs validation rows"),
        (Config(activations=("tanh",)), "1 activations for 2 hidden layers"),
        (Config(batch_norm=True, batch_size=1), "at least 2 examples"),
        (Config(loss="huber"), "loss huber does not fit"),
        (Config(dataset="plane", loss="hinge"), "loss hinge does not fit"),
        (Config(inputs=()), "no input left"),
        (Config(dataset="drawn"), "at least two points of each class"),
        (Config(test_fraction=0.9, validation_fraction=0.4), "no training row"),
    ],
)
def test_settings_that_exclude_each_other_are_refused_in_one_sentence(config: Config, phrase: str) -> None:
    with pytest.raises(ValueError, match=rf"^[^\n]*{phrase}[^\n]*\.$"):
        first_steps(config, 0)


def test_the_first_batch_has_the_loss_of_the_untrained_network() -> None:
    start, step = first_steps(Config(batch_size=1000), 1)
    assert step.metrics["loss/batch"] == pytest.approx(start.metrics["loss/train"], rel=1e-5)


def test_live_settings_apply_without_a_reset() -> None:
    training = train(Config())
    for _ in range(40):
        step = next(training)
    before = parameters(step)
    shown = training.send(replace(Config(), learning_rate=0.00001, regularisation="l2"))
    assert (shown.step, shown.epoch) == (step.step, step.epoch)
    assert changed(before, parameters(shown)) == 0
    shown = training.send(replace(Config(), learning_rate=0.0001))  # several at a time
    assert changed(before, parameters(shown)) == 0
    after = next(training)
    assert after.step == step.step + 1
    moved = max(np.abs(parameters(after)[name] - before[name]).max() for name in before)
    assert 0 < moved < 1e-3


def test_noise_moves_the_points_and_keeps_the_weights() -> None:
    training = train(Config(noise=0.0))
    facts = next(training).facts
    assert facts is not None
    step = next(training)
    before = parameters(step)
    shown = training.send(Config(noise=0.5))
    assert shown.facts is not None
    told = {"points/train", "targets/train", "points/test", "targets/test", "columns", "rows/test"}
    assert set(shown.facts) == told
    old, new = (np.asarray(known["points/train"]) for known in (facts, shown.facts))
    assert old.shape == new.shape
    assert (old != new).any()
    assert np.abs(old - new).max() <= 1.0 + 1e-5  # jitter: the same points, strewn
    assert changed(before, parameters(shown)) == 0
    assert shown.metrics["loss/train"] != step.metrics.get("loss/train")
    assert training.send(Config(noise=0.5)).facts is None


def test_noise_does_not_touch_a_table() -> None:
    training = train(Config(dataset="iris"))
    next(training)
    assert training.send(Config(dataset="iris", noise=0.5)).facts is None


@pytest.mark.parametrize(
    "config",
    [
        Config(dataset="plane", activation="linear", learning_rate=10),
        Config(dataset="diabetes", activation="relu", learning_rate=10),
    ],
)
def test_a_loss_that_is_not_a_number_is_explained_and_ends_the_training(config: Config) -> None:
    steps = list(train(config))
    note = steps[-1].note
    assert note is not None
    assert note.name == "diverged"
    assert "learning rate of 10" in note.cause
    assert note.remedy
    assert not math.isfinite(steps[-1].metrics["loss/batch"])
    assert all(step.note is None and math.isfinite(step.metrics.get("loss/batch", 0)) for step in steps[:-1])
    json.dumps(jsonable(dict(steps[-1].observe())), allow_nan=False)


def test_the_number_of_passes_is_the_datas_unless_it_is_set() -> None:
    assert n_epochs(Config(), 350) == 3000
    assert n_epochs(Config(dataset="csv"), 100) == 100
    assert n_epochs(Config(dataset="csv"), 100_000) == 10
    assert n_epochs(Config(dataset="csv"), 1_000_000) == 3
    assert n_epochs(Config(epochs=7), 350) == 7


def test_the_estimate_grows_with_the_work() -> None:
    base = estimate_seconds(Config(epochs=100))
    assert base > 0
    for harder in (
        Config(epochs=200),
        Config(epochs=100, hidden=(64, 64, 64)),
        Config(epochs=100, batch_size=1),
        Config(epochs=100, optimizer="adam"),
    ):
        assert estimate_seconds(harder) > base
    assert estimate_seconds(Config(dataset="csv"), 100_000, 20) > estimate_seconds(
        Config(dataset="csv"), 1000, 20
    )
