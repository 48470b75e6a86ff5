"""Transfer: the two tasks, the three learners step by step, and what the presets claim."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch.nn import functional

from data.own_images import take_in
from models.settings import from_mapping, to_mapping
from models.transfer import PRESETS, Config, estimate_seconds, train
from models.transfer_baselines import nearest, score
from models.transfer_learners import BATCH, Examples, Rates, Trio, batch
from models.transfer_network import Classifier, fresh, with_body_of
from models.transfer_plane import Plane
from models.transfer_tasks import class_names, load
from tests.picture_files import pets, zipped

#: Whole runs, which other tests' processes may slow down.
pytestmark = pytest.mark.timeout(400)

SMALL = Config(dataset="digits", channels=(4, 8), epochs=1, seeds=2, steps=12, curve=False)


@cache
def _run(items: tuple[tuple[str, Any], ...]) -> dict[str, float]:
    torch.set_num_threads(1)
    metrics: dict[str, float] = {}
    for step in train(from_mapping(Config, dict(items))):
        metrics.update(step.metrics)
    return metrics


def final(config: Mapping[str, object]) -> dict[str, float]:
    """Every metric at the end of a run with these settings."""
    return _run(tuple(sorted(config.items())))


# The two tasks.


@pytest.mark.parametrize("dataset", ["drawings", "digits"])
def test_the_tasks_share_no_class_and_the_test_pictures_no_picture(dataset: str) -> None:
    tasks = load(Config(dataset=dataset))
    assert not set(tasks.first.class_names) & set(tasks.test.class_names)
    assert (tasks.first.class_names, tasks.test.class_names) == class_names(Config(dataset=dataset))
    seen = {pixels.tobytes() for pixels in tasks.pool.pixels}
    if dataset == "drawings":  # two digits may look alike
        assert not seen & {pixels.tobytes() for pixels in tasks.test.pixels}
    held = {pixels.tobytes() for pixels in tasks.first_test.pixels}
    assert len(held) == len(tasks.first_test.labels) > 50
    x = tasks.as_input(tasks.first.pixels)
    np.testing.assert_allclose(x.mean(axis=(0, 2, 3)), 0, atol=1e-4)
    np.testing.assert_allclose(x.std(axis=(0, 2, 3)), 1, atol=1e-4)


def test_few_pictures_are_so_many_of_each_class_and_more_contain_fewer() -> None:
    tasks = load(Config())
    some, more = tasks.few(5, 3), tasks.few(20, 3)
    assert np.bincount(tasks.pool.labels[some]).tolist() == [5, 5, 5]
    assert tasks.pool.labels[some].tolist() == [0, 1, 2] * 5
    assert set(some) <= set(more) and len(set(more)) == 60
    assert set(some) != set(tasks.few(5, 4)), "another seed draws others"
    assert tasks.counts(5) == [1, 2, 5, 10, 20, 50] and tasks.counts(7) == [1, 2, 5, 7, 10, 20, 50]
    assert len(tasks.few(10_000, 0)) == 3 * tasks.most


def test_swapped_tasks() -> None:
    tasks = load(Config(swapped=True))
    assert tasks.first.class_names == ("bicycle", "giraffe", "zebra")
    assert tasks.test.class_names == ("car", "lorry", "bus", "horse")


# The three learners.


def a_trio(n: int = 9) -> tuple[Trio, Classifier, Classifier]:
    """Learners on n random pictures, with the source and the blank network that they were made from."""
    generator = torch.Generator().manual_seed(4)
    few = Examples(torch.randn(n, 1, 8, 8, generator=generator), torch.arange(n) % 3)
    test = Examples(torch.randn(30, 1, 8, 8, generator=generator), torch.arange(30) % 3)
    source, blank = (fresh(SMALL, (1, 8, 8), classes, seed) for classes, seed in ((5, 1), (3, 2)))
    with torch.no_grad():
        source(few.x)  # running means that differ from those of an untrained network
    return Trio(source.eval().body, blank, few, test, 7), source, blank


def same(a: torch.nn.Module, b: torch.nn.Module) -> bool:
    return all(
        torch.equal(x, y) for x, y in zip(a.state_dict().values(), b.state_dict().values(), strict=True)
    )


def test_all_begin_with_one_head_and_two_with_the_body_of_the_source() -> None:
    trio, source, blank = a_trio()
    for network in trio.networks.values():
        assert same(network.head, blank.head)
    assert same(trio.networks["scratch"].body, blank.body)
    assert same(trio.networks["frozen"].body, source.body) and same(
        trio.networks["finetuned"].body, source.body
    )
    assert not same(source.body, blank.body)


def test_what_an_update_moves() -> None:
    trio, source, blank = a_trio()
    before = {name: copy.deepcopy(network) for name, network in trio.networks.items()}
    for _ in range(3):
        trio.update(Rates(0.01, 0.2))
    assert same(trio.networks["frozen"].body, source.body), "not even running means move"
    for name in ("scratch", "finetuned"):
        assert not same(trio.networks[name].body, before[name].body)
    for name, network in trio.networks.items():
        assert not same(network.head, before[name].head)
    assert same(trio.networks["scratch"].body, blank.body) is False
    source_again = with_body_of(source.body, blank)
    assert same(source_again.body, source.body), "the source is copied, not shared"


def test_the_first_step_of_adam_is_the_rate_and_the_bodys_share_of_it() -> None:
    """Adam's first step is η · sign of the gradient, wherever that is not near 0."""
    trio, _, _ = a_trio()
    before = {name: copy.deepcopy(network) for name, network in trio.networks.items()}
    trio.update(Rates(0.01, 0.25))
    for name, share in (("scratch", 1.0), ("finetuned", 0.25)):
        moved = trio.networks[name].get_parameter("body.0.convolution.weight")
        step = (moved - before[name].get_parameter("body.0.convolution.weight")).abs()
        assert step.median().item() == pytest.approx(0.01 * share, rel=1e-3)
    for name in before:
        step = (trio.networks[name].head.weight - before[name].head.weight).abs()
        assert step.median().item() == pytest.approx(0.01, rel=1e-3)


def test_frozen_features_learn_as_the_whole_network_with_a_fixed_body() -> None:
    trio, source, blank = a_trio()
    reference = with_body_of(source.body, blank).eval()
    reference.body.requires_grad_(False)
    optimizer = torch.optim.Adam(reference.head.parameters(), 0.01)
    for _ in range(5):
        found = trio.update(Rates(0.01, 0.3))["frozen"]
        loss = functional.cross_entropy(reference(trio.few.x), trio.few.y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        assert found == pytest.approx(loss.item(), abs=1e-6)
    torch.testing.assert_close(trio.answers("frozen"), reference(trio.test.x), atol=1e-5, rtol=1e-5)


def test_batches_are_everything_or_a_random_choice() -> None:
    assert batch(BATCH, 3, 9).tolist() == list(range(BATCH))
    rows = batch(100, 3, 9)
    assert len(set(rows.tolist())) == BATCH and torch.equal(rows, batch(100, 3, 9))
    assert not torch.equal(rows, batch(100, 3, 10)) and not torch.equal(rows, batch(100, 4, 9))


# Baselines and the plane.


def test_the_nearest_neighbour_by_hand() -> None:
    x = np.array([[0, 0], [1, 1], [0, 1]], np.float32)
    asked = np.array([[0.1, 0.2], [0.9, 0.8], [0.2, 0.9]], np.float32)
    assert nearest(x, np.array([2, 0, 1]), asked).tolist() == [2, 0, 1]


def test_the_majority_class_is_right_for_its_share() -> None:
    pixels = np.zeros((4, 1, 2, 2), np.uint8)
    assert score("majority class", pixels, np.array([1, 1, 0, 2]), pixels, np.array([1, 0, 2, 1])) == 0.5


def test_the_plane_holds_the_main_directions() -> None:
    generator = np.random.default_rng(0)
    wide = generator.normal(size=(40, 2)) @ np.array([[3.0, 0, 0.4, 0], [0, 1.0, 0, 0.2]])
    for features in (wide, np.hstack([wide, np.zeros((40, 100))])):
        flat = Plane().project(features)
        assert flat[:, 0].std() == pytest.approx(1, rel=1e-5)
        _, _, axes = np.linalg.svd(features - features.mean(axis=0), full_matrices=False)
        expected = (features - features.mean(axis=0)) @ axes[:2].T
        expected /= expected[:, 0].std()
        np.testing.assert_allclose(np.abs(flat), np.abs(expected), atol=1e-4)
    plane = Plane()
    first = plane.project(wide)
    np.testing.assert_allclose(plane.project(wide + 1e-6), first, atol=1e-3)
    assert np.isfinite(Plane().project(np.zeros((5, 1)))).all()


# Whole runs.


def test_a_run_has_its_parts_in_order() -> None:
    steps = list(train(SMALL))
    assert [step.step for step in steps] == list(range(len(steps)))
    raced = [step for step in steps if "loss/scratch" in step.metrics]
    assert len(raced) == 12
    looked = [number for number, step in enumerate(raced, 1) if "accuracy/test" in step.metrics]
    assert looked == [1, 10, 12]
    told: dict[str, Any] = {}
    for step in steps:
        told |= dict(step.facts or {})
    assert list(told["baselines"]) == ["majority class", "nearest neighbour", "logistic regression"]
    arrays = steps[-1].observe()
    assert arrays["race_x"].tolist() == [1, 10, 12]
    assert arrays["curve_x/scratch"].tolist() == [5]
    assert arrays["predictions/test"].shape == told["targets/test"].shape
    assert sum(len(arrays[f"plane_x/{label}"]) for label in range(5)) == len(told["targets/test"])


def test_the_curve_is_filled_point_by_point_and_agrees_with_a_run_of_its_own() -> None:
    config = from_mapping(
        Config, {"dataset": "digits", "channels": [4], "epochs": 1, "seeds": 2, "steps": 5, "shots": 2}
    )
    last: Any = None
    metrics: dict[str, float] = {}
    for step in train(config):
        metrics.update(step.metrics)
        last = step
    assert last.observe()["curve_x/finetuned"].tolist() == [1, 2, 5, 10, 20, 50]
    alone = final(
        {
            "dataset": "digits",
            "channels": (4,),
            "epochs": 1,
            "seeds": 2,
            "steps": 5,
            "shots": 10,
            "curve": False,
        }
    )
    for name in ("scratch", "frozen", "finetuned"):
        assert metrics[f"curve/{name}/10"] == pytest.approx(alone[f"accuracy/{name}"])


def test_the_same_seed_gives_the_same_numbers_and_another_others() -> None:
    config = {"dataset": "digits", "channels": (4,), "epochs": 1, "seeds": 1, "steps": 4, "curve": False}
    first = final(config)
    _run.cache_clear()
    assert final(config) == first
    assert final({**config, "seed": 1})["loss/scratch"] != first["loss/scratch"]


def test_a_rate_that_diverges_ends_the_run_with_a_note() -> None:
    training = train(
        from_mapping(Config, {"dataset": "digits", "channels": (4,), "epochs": 1, "curve": False})
    )
    next(training)
    next(training)
    steps = [
        training.send(
            from_mapping(
                Config, {"dataset": "digits", "channels": (4,), "curve": False, "learning_rate": 1.0}
            )
        )
    ]
    steps += list(training)
    notes = [step.note for step in steps if step.note]
    assert len(notes) <= 1, "either it survives the rate, or it ends with one sentence"
    assert all(np.isfinite(v) for step in steps if not step.note for v in step.metrics.values())


def test_parameters_are_named_as_those_of_the_convolutional_network() -> None:
    steps = list(train(SMALL))
    assert steps[1].parameters is not None and steps[-1].parameters is not None
    names = set(steps[-1].parameters())
    assert {"blocks.0.convolution.weight", "blocks.1.normalisation.running_var", "head.1.weight"} <= names


def test_the_floor_at_five_pictures_per_class() -> None:
    metrics = final({"curve": False})
    assert metrics["gain/best"] >= 0.1
    assert metrics["accuracy/first"] >= 0.9
    assert metrics["accuracy/scratch"] >= 0.6, "the learner from scratch is no straw man"
    assert metrics["loss/scratch"] < 0.05, "it has learned its few pictures"


def test_the_floor_holds_with_another_source() -> None:
    assert final({"curve": False, "seed": 1, "seeds": 3})["gain/best"] >= 0.1


@pytest.mark.parametrize("name", [name for name, preset in PRESETS.items() if preset.goal])
def test_a_preset_reaches_its_goal(name: str) -> None:
    preset = PRESETS[name]
    assert preset.goal is not None
    config = to_mapping(from_mapping(Config, preset.config))
    metrics = final(preset.config)
    assert preset.goal.reached(config, metrics), metrics


def test_what_the_presets_say_beside_their_goals() -> None:
    usual = final({"curve": False})
    one, plenty = final(PRESETS["one"].config), final(PRESETS["plenty"].config)
    assert one["accuracy/frozen"] > one["accuracy/finetuned"] > one["accuracy/scratch"]
    assert plenty["accuracy/scratch"] > plenty["accuracy/frozen"], "made for other classes"
    washed = final(PRESETS["forgetting"].config)
    assert washed["gain/frozen"] > washed["gain/finetuned"] + 0.03
    assert final(PRESETS["swapped"].config)["gain/best"] < usual["gain/best"]


def test_the_estimate_grows_with_the_work() -> None:
    usual = estimate_seconds(Config())
    assert estimate_seconds(Config(curve=False)) < usual < estimate_seconds(Config(channels=(64, 64, 64)))
    assert estimate_seconds(Config(body="resnet18")) > 10 * usual


def test_classes_of_ones_own(tmp_path: Path) -> None:
    """Red and blue pictures, three of each to learn from: the drawings are the first task."""
    archive = tmp_path / "pets.zip"
    archive.write_bytes(zipped(pets(10)))
    file = take_in([str(archive)], str(tmp_path))["file"]
    tasks = load(Config(dataset="own", own=file))
    assert (tasks.most, len(tasks.first.class_names), tasks.test.class_names) == (7, 7, ("cats", "dogs"))
    metrics = final({"dataset": "own", "own": file, "epochs": 1, "seeds": 1, "shots": 50, "curve": False})
    assert metrics["accuracy/test"] == 1
    facts = next(train(Config(dataset="own", own=file, shots=50))).facts
    assert facts is not None and facts["notices"] == [
        "There are only 7 pictures of some class to learn from: all learners get so many."
    ]
