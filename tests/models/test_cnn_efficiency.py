"""Learned against hand-made features: who gets which pictures, the scores, and what the page says about the outcome."""

from __future__ import annotations

import itertools
import json
import math
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from data.own_images import take_in
from models.cnn import load
from models.cnn_efficiency import (
    CLASSICAL,
    LEARNERS,
    LEAST_UPDATES,
    PRESETS,
    Config,
    counts_of,
    epochs_of,
    estimate_seconds,
    train,
)
from models.cnn_efficiency_race import MAKERS, MAX_TESTED, Race, scaled
from models.cnn_settings import Config as Network
from models.settings import from_mapping, live_names, to_mapping
from models.step import Step
from tests.picture_files import pets, zipped
from training.arrays import jsonable

pytestmark = pytest.mark.timeout(400)

TINY = Config(channels=(2,), dense=(), most=5, repetitions=2)


@cache
def steps_of(config: Config) -> list[Step]:
    torch.set_num_threads(1)
    return list(train(config))


def finals(steps: list[Step]) -> dict[str, float]:
    metrics: dict[str, float] = {}
    for step in steps:
        metrics.update(step.metrics)
    return metrics


@cache
def measured(dataset: str, counts: tuple[int, ...]) -> dict[tuple[str, int], float]:
    """(learner, pictures per class) → mean accuracy over two repetitions, at the page's settings."""
    torch.set_num_threads(1)
    config = Config(dataset=dataset)
    race = Race(config, load(config))
    for count, repetition in itertools.product(counts, range(config.repetitions)):
        few = race.few(count, repetition)
        for learner in CLASSICAL:
            race.classical(learner, few, count)
        for _ in race.network(few):
            pass
        race.network_scores(count)
    return {(learner, count): race.mean(learner, count) for learner in LEARNERS for count in counts}


# The pictures.


def test_more_pictures_contain_the_fewer_and_every_class_has_as_many() -> None:
    race = Race(Config(), load(Config()))
    some, more = race.rows(5, 1), race.rows(20, 1)
    labels = race.split.train.labels
    assert np.bincount(labels[some]).tolist() == [5] * 10 and np.bincount(labels[more]).tolist() == [20] * 10
    assert set(some) < set(more) and len(set(more)) == 200
    assert set(some) != set(race.rows(5, 0)), "another repetition draws others"
    tested = {pixels.tobytes() for pixels in race.test.pixels}
    assert not tested & {race.split.train.pixels[row].tobytes() for row in more}


def test_all_learners_see_the_same_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is fitted and what is trained on are the same pictures and labels, in the same order, tested on the same."""
    config = Config(augmentation=())
    race = Race(config, load(config))
    few = race.few(3, 0)
    pixels = few.pictures.pixels.reshape(30, -1).astype(np.float32) / 255
    seen: list[tuple[Any, Any, Any]] = []

    class Recorder:
        def fit(self, x: Any, y: Any) -> None:
            self.x, self.y = x, y

        def predict(self, x_test: Any) -> Any:
            seen.append((self.x, self.y, x_test))
            return np.zeros(len(x_test))

    for method in ("logistic", "svm", "forest"):
        monkeypatch.setitem(MAKERS, method, lambda _: Recorder())
    for learner in CLASSICAL:
        race.classical(learner, few, 3)
    tested = race.test.pixels.reshape(len(race.test.labels), -1).astype(np.float32) / 255
    for (x, y, x_test), features in zip(seen, ["pixels"] * 3 + ["edges"] * 3, strict=True):
        np.testing.assert_array_equal(y, few.pictures.labels)
        assert len(x_test) == len(race.test.labels)
        np.testing.assert_array_equal(x, few.features[features][0])
        if features == "pixels":
            spread = pixels.std()
            np.testing.assert_allclose(x * spread + pixels.mean(axis=0), pixels, atol=1e-5)
            np.testing.assert_allclose(x_test * spread + pixels.mean(axis=0), tested, atol=1e-5)
    fit = race.fit(few, 1)
    (x, y), (x_test, _) = (fit._parts[name] for name in ("train", "test"))
    mean, std = fit.split.mean[:, None, None], fit.split.std[:, None, None]
    np.testing.assert_allclose((x.numpy() * std + mean).reshape(30, -1), pixels, atol=1e-5)
    np.testing.assert_array_equal(y.numpy(), few.pictures.labels)
    np.testing.assert_allclose((x_test.numpy() * std + mean).reshape(len(tested), -1), tested, atol=1e-5)


def test_the_network_is_that_of_the_page() -> None:
    config = Config(channels=(3, 5), dense=(7,), batch_norm=False, optimizer="sgd")
    race = Race(config, load(config))
    few = race.few(2, 1)
    network = race.fit(few, 1).network
    assert [len(network.filters(block)) for block in range(2)] == [3, 5]
    again, other = race.fit(few, 1).network, race.fit(race.few(2, 0), 1).network
    assert torch.equal(network.filters(0), again.filters(0)) and not torch.equal(
        network.filters(0), other.filters(0)
    )


def test_standing_on_the_pictures_to_learn_from_only() -> None:
    x, x_test = scaled(np.array([[1.0, 2.0], [3.0, 6.0]]), np.array([[2.0, 4.0], [10.0, 0.0]]))
    spread = np.array([1, 2, 3, 6]).std()
    np.testing.assert_allclose(x * spread, [[-1, -2], [1, 2]])
    np.testing.assert_allclose(x_test * spread, [[0, 0], [8, -4]])
    flat, _ = scaled(np.ones((2, 2)), np.ones((1, 2)))
    assert np.all(flat == 0)


def test_where_the_curve_is_measured() -> None:
    assert counts_of(139, 100) == (1, 2, 5, 10, 20, 50, 100)
    assert counts_of(60, 100) == (1, 2, 5, 10, 20, 60)
    assert counts_of(4, 100) == (1, 2, 4) and counts_of(1, 100) == (1,)
    assert counts_of(800, 1000)[-2:] == (500, 800)
    assert epochs_of(Config(), 10) == LEAST_UPDATES and epochs_of(Config(), 1000) == 20
    assert epochs_of(Config(epochs=50), 1000) == 50


# The run.


def test_a_run_tells_each_point_when_it_is_there() -> None:
    steps = steps_of(TINY)
    assert [step.step for step in steps] == list(range(len(steps)))
    epochs = [step.epoch for step in steps]
    assert epochs == sorted(epochs) and epochs[-1] == 2 * 3
    assert math.isfinite(steps[0].metrics["loss/test"])
    json.dumps(jsonable(dict(steps[0].facts or {})), allow_nan=False)
    told = [
        name for step in steps for name in step.metrics if name.startswith("accuracy/") and name[-1].isdigit()
    ]
    assert told[:7] == [f"accuracy/{learner}/1" for learner in LEARNERS]
    assert len(told) == 2 * 3 * 7
    arrays = steps[-1].observe()
    metrics = finals(steps)
    for learner in LEARNERS:
        assert arrays[f"x/{learner}"].tolist() == [1, 2, 5]
        np.testing.assert_allclose(
            arrays[f"mean/{learner}"], [metrics[f"accuracy/{learner}/{n}"] for n in (1, 2, 5)], atol=1e-6
        )
        assert arrays[f"band_x/{learner}"].tolist() == [1, 2, 5, 5, 2, 1]
        high, low = arrays[f"band/{learner}"][:3], arrays[f"band/{learner}"][:2:-1]
        assert np.all(low <= arrays[f"mean/{learner}"] + 1e-6) and np.all(
            arrays[f"mean/{learner}"] <= high + 1e-6
        )
    last = next(step.facts for step in reversed(steps) if step.facts)
    assert isinstance(last, dict) and set(last["baselines"]) == {"majority class", *CLASSICAL.values()}
    assert metrics["accuracy/test"] == metrics["accuracy/cnn/5"]
    assert metrics["accuracy/classical"] == max(metrics[f"accuracy/{learner}/5"] for learner in CLASSICAL)


def test_the_same_config_gives_the_same_numbers() -> None:
    runs = [[dict(step.metrics) for step in run] for run in (steps_of(TINY), train(TINY))]
    assert repr(runs[0]) == repr(runs[1])  # nan is not nan


def test_no_setting_changes_a_run_under_way() -> None:
    assert live_names(Config) == {"picture", "unit"}, "what is looked at; no number depends on it"
    training = train(TINY)
    assert next(training).step == 0
    assert training.send(TINY).step == 0
    assert [next(training).step, training.send(TINY).step, next(training).step] == [1, 1, 2]
    training.close()


def test_from_where_on_the_network_leads() -> None:
    race = Race(TINY, load(TINY))
    for count, ours, theirs in ((1, 0.9, 0.5), (2, 0.6, 0.7), (5, 0.8, 0.8), (10, 0.95, 0.9)):
        race.scores["cnn"][count] = [ours]
        for learner in CLASSICAL:
            race.scores[learner][count] = [theirs]
    assert race.lead() == 5, "a tie counts; what was lost before does not matter"
    race.scores["svm_edges"][10] = [0.96]
    assert math.isnan(race.lead())


def test_too_large_a_step_is_explained_and_the_others_go_on() -> None:
    steps = steps_of(
        Config(
            learning_rate=1.0,
            optimizer="sgd",
            batch_norm=False,
            channels=(8, 8),
            activation="gelu",
            most=5,
            repetitions=1,
        )
    )
    assert len([step for step in steps if step.step]) > 20
    assert "accuracy/svm_edges/5" in finals(steps)
    wild = Race(TINY, load(TINY))
    few = wild.few(1, 0)
    fit = wild.fit(few, 1)
    fit.update = lambda x, y: math.inf  # type: ignore[method-assign]
    wild.fit = lambda few, n_epochs: fit  # type: ignore[method-assign]
    assert list(wild.network(few)) == []
    note = wild.next_note()
    assert note is not None and note.name == "diverged" and wild.next_note() is None


def test_pictures_of_ones_own(tmp_path: Path) -> None:
    upload = tmp_path / "upload.zip"
    upload.write_bytes(zipped(pets(6)))
    look = take_in([str(upload)], str(tmp_path))
    metrics = finals(steps_of(Config(dataset="own", own=look["file"], channels=(4,), repetitions=1)))
    assert metrics["accuracy/svm_pixels/5"] == 1, "red and blue"
    assert "accuracy/cnn/5" in metrics and "accuracy/cnn/10" not in metrics


def test_every_network_of_the_page_can_be_compared() -> None:
    network = Network(channels=(4, 8), kernels=(5,), augmentation=("flip",), dense=())
    config = from_mapping(Config, to_mapping(network))
    assert {
        name: value for name, value in to_mapping(config).items() if name in to_mapping(network)
    } == to_mapping(network)


def test_presets_and_estimate() -> None:
    assert estimate_seconds(Config()) < 60, "what the lesson promises"
    for preset in PRESETS.values():
        assert estimate_seconds(from_mapping(Config, preset.config)) < 120
    assert estimate_seconds(Config(repetitions=4)) > 1.5 * estimate_seconds(Config(repetitions=2))
    assert len(load(Config()).labels) * Config.test_fraction < MAX_TESTED


# What the page says.


def best(found: dict[tuple[str, int], float], features: str, count: int) -> float:
    return max(found[learner, count] for learner in CLASSICAL if learner.endswith(features))


def test_on_digits_raw_pixels_are_enough() -> None:
    counts = (1, 2, 5, 20, 100)
    found = measured("digits", counts)
    assert best(found, "pixels", 1) > found["cnn", 1] + 0.03, (
        "with one digit of each kind they beat the network"
    )
    for count in counts[1:]:
        assert best(found, "pixels", count) > found["cnn", count] - 0.02, count


def test_on_drawings_hand_made_features_win_with_few_and_lose_with_many() -> None:
    found = measured("drawings", (1, 2, 100))
    for count in (1, 2):
        assert best(found, "edges", count) > found["cnn", count], count
        assert best(found, "edges", count) > best(found, "pixels", count) + 0.08, count
    assert found["cnn", 100] > best(found, "edges", 100) + 0.1
    assert found["cnn", 100] > best(found, "pixels", 100) + 0.2
