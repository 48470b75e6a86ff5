"""Linear probes: by hand, against scikit-learn, and what the page says about a network trained on the drawings."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from sklearn.linear_model import Ridge, RidgeCV

from data.drawings import PARTS
from data.images import USUAL, drawn
from models import cnn_see_calls
from models.cnn_layers import Field
from models.cnn_probe_words import clearly, reached, sentences
from models.cnn_probes import (
    DIRECTIONS,
    LAMBDAS,
    Sample,
    at_places,
    directions,
    evenly,
    patches,
    pooled,
    probe,
    ridge,
    tasks_of,
)
from tests.models.seen_network import trained_network


def normal(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


# The probe.


def test_a_feature_that_tells_the_answer_is_read_without_error() -> None:
    y = torch.arange(300) % 3
    x = torch.nn.functional.one_hot(y, 3) + 0.1 * normal(300, 3)
    assert probe(x[:200], y[:200], x[200:], y[200:], 3) == 1.0


def test_shuffled_answers_are_told_by_chance() -> None:
    y = torch.arange(4000) % 4
    x = torch.nn.functional.one_hot(y, 4) + 0.1 * normal(4000, 4)
    shuffled = y[torch.randperm(4000, generator=torch.Generator().manual_seed(1))]
    told = probe(x[:2000], shuffled[:2000], x[2000:], shuffled[2000:], 4)
    assert abs(told - 0.25) < 4 * (0.25 * 0.75 / 2000) ** 0.5


def test_a_linear_probe_cannot_read_what_is_not_linear() -> None:
    x = normal(4000, 2)
    y = (x[:, 0] * x[:, 1] > 0).long()
    assert abs(probe(x[:2000], y[:2000], x[2000:], y[2000:], 2) - 0.5) < 0.1
    told = torch.cat([x, x[:, :1] * x[:, 1:]], dim=1)
    assert probe(told[:2000], y[:2000], told[2000:], y[2000:], 2) > 0.9


def test_features_that_never_change_say_nothing() -> None:
    y = torch.arange(40) % 2
    assert probe(torch.ones(40, 3), y, torch.ones(40, 3), y, 2) == 0.5
    x = torch.cat([y[:, None].float(), torch.ones(40, 1)], dim=1)
    assert probe(x, y, x, y, 2) == 1.0


@pytest.mark.parametrize(("n", "d"), [(60, 7), (30, 80)])
def test_ridge_is_scikit_learns_in_both_forms(n: int, d: int) -> None:
    x, y = normal(n, d).double(), normal(n, 3, seed=1).double()
    x, y = x - x.mean(dim=0), y - y.mean(dim=0)
    weights, _ = ridge(x, y, (2.5,))
    expected = Ridge(alpha=2.5, fit_intercept=False).fit(x.numpy(), y.numpy()).coef_.T
    np.testing.assert_allclose(weights.numpy(), expected, atol=1e-8)


@pytest.mark.parametrize(("n", "d"), [(60, 7), (40, 60)])
def test_leaving_one_out_costs_no_fit_and_chooses_as_if_it_did(n: int, d: int) -> None:
    x, y = normal(n, d).double(), normal(n, 2, seed=1).double()
    y[:, 0] += x[:, 0]
    x, y = x - x.mean(dim=0), y - y.mean(dim=0)
    errors = []
    for one in LAMBDAS:  # the long way: n fits, each with its own mean
        total = 0.0
        for out in range(n):
            rest = [row for row in range(n) if row != out]
            fitted = Ridge(alpha=one).fit(x[rest].numpy(), y[rest].numpy())
            total += float(((fitted.predict(x[[out]].numpy()) - y[[out]].numpy()) ** 2).sum())
        errors.append(total)
    _, chosen = ridge(x, y)
    assert chosen == LAMBDAS[int(np.argmin(errors))]
    assert chosen == RidgeCV(LAMBDAS).fit(x.numpy(), y.numpy()).alpha_


# The questions.


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("horizontal", lambda row, column: row < 8),
        ("vertical", lambda row, column: column < 8),
        ("rising", lambda row, column: row + column < 15),  # rows count downwards
        ("falling", lambda row, column: row < column),
    ],
)
def test_the_direction_of_an_edge(name: str, line: Any) -> None:
    picture = np.fromfunction(lambda row, column: np.where(line(row, column), 200, 40), (16, 16))
    answers, clear = directions(picture.astype(np.uint8)[None, None])
    assert DIRECTIONS[answers[0, 8, 8]] == name and clear[0, 8, 8] > 0.9
    assert clear[0, 2, 12 if name != "rising" else 2] < 0.1, "where nothing changes, there is no direction"


def test_questions_that_drawings_and_digits_allow() -> None:
    images = drawn(USUAL, 0)
    part = images.of(np.arange(70))
    tasks = {task.name: task for task in tasks_of(part, part)}
    assert list(tasks) == ["edge direction", "straight or curved", "part", "class"]
    assert part.parts is not None and part.contours is not None
    assert ((tasks["part"].train == PARTS.index("wheel") - 1) == (part.parts == PARTS.index("wheel"))).all()
    assert ((tasks["straight or curved"].train >= 0) == (part.contours > 0)).all()
    assert (tasks["edge direction"].train[part.contours == 0] == -1).all(), "asked at outlines only"
    without = tasks_of(*(type(part)(part.name, part.pixels, part.labels, part.class_names) for _ in range(2)))
    assert [task.name for task in without] == ["class"]


def test_as_many_places_of_every_answer() -> None:
    answers = np.array([[0, 0, 0, 0], [1, 1, -1, -1], [2, 2, 2, -1]])
    chosen = evenly(answers, 3, 100, np.random.default_rng(0))
    assert np.bincount(answers.flat[chosen]).tolist() == [2, 2, 2]
    assert len(set(chosen.tolist())) == 6
    assert len(evenly(answers, 3, 3, np.random.default_rng(0))) == 3


def place(picture: int, row: int, column: int) -> Sample:
    return Sample(*(torch.tensor([value]) for value in (picture, row, column, 0)))


def test_bare_pixels_are_what_the_place_sees() -> None:
    x = torch.arange(2 * 1 * 5 * 5).reshape(2, 1, 5, 5).float()
    assert patches(x, place(1, 2, 2), Field(3, 1, -1)).tolist() == [[31, 32, 33, 36, 37, 38, 41, 42, 43]]
    assert patches(x, place(0, 0, 0), Field(3, 1, -1)).tolist() == [[0, 0, 0, 0, 0, 1, 0, 5, 6]]
    far = patches(x, place(0, 4, 4), Field(99, 1, 0))
    assert far.shape == (1, 81) and set(range(25)) <= set(far[0].int().tolist()), "every pixel is in reach"


def test_features_come_from_the_map_place_that_looks_there() -> None:
    maps = torch.arange(1 * 2 * 4 * 4).reshape(1, 2, 4, 4).float()
    field = Field(8, 2, -3)  # middles at 0.5, 2.5, 4.5, 6.5
    assert at_places(maps, place(0, 5, 2), field, (8, 8)).tolist() == [[9.0, 25.0]]
    assert pooled(maps).tolist() == [[7.5, 23.5, 15.0, 31.0]]


# The sentences.


def reading(name: str, trained: list[float], **others: Any) -> dict[str, Any]:
    n = len(trained)
    given = {"untrained": [0.4] * n, "pixels": [0.3] * n} | others
    layers = [f"block {i + 1}" for i in range(n)]
    return {
        "name": name,
        "layers": layers,
        "n_test": 1000,
        "chance": 0.25,
        "accuracy": {"trained": trained, **given},
    }


def test_a_difference_counts_beyond_twice_its_error() -> None:
    # at p = q = 0.5 and n = 1000 the error of the difference is √(0.5/1000) = 0.0224
    assert clearly(0.525, 0.478, 1000) and not clearly(0.52, 0.48, 1000)
    assert reached([0.5, 0.69, 0.7], 1000) == 1


def test_sentences_say_what_the_numbers_say() -> None:
    (said,) = sentences([reading("class", [0.5, 0.6, 0.9])])
    assert "is read best at block 3: 90 % are right, 25 % by guessing" in said
    assert "clearly more than before training (40 %) or from the bare pixels (30 %)" in said
    (said,) = sentences(
        [reading("part", [0.5, 0.41, 0.4], untrained=[0.49, 0.3, 0.3], pixels=[0.52, 0.5, 0.5])]
    )
    assert (
        "best at block 1" in said
        and "not clearly more than before training (49 %) or from the bare pixels (52 %)" in said
    )
    (said,) = sentences([reading("part", [0.69, 0.68, 0.7])])
    assert "best at block 3, and hardly worse from block 1 on" in said
    (said,) = sentences([reading("part", [0.69, 0.3, 0.7])])
    assert "hardly worse at block 1" in said


def test_the_story_is_told_only_of_a_network_that_shows_it() -> None:
    lines, things = reading("edge direction", [0.8, 0.5, 0.4]), reading("class", [0.5, 0.6, 0.9])
    assert "simple things come first" in sentences([lines, things])[-1]
    assert "does not clearly show" in sentences([reading("edge direction", [0.3, 0.4, 0.8]), things])[-1]
    assert sentences([reading("class", [])]) == []


# On a network.


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    network = trained_network(tmp_path_factory.mktemp("run"), channels=(16, 32, 32))
    result: dict[str, Any] = cnn_see_calls.probes(network)
    return result


def test_what_the_page_claims_of_the_drawings(found: dict[str, Any]) -> None:
    """Class and part are read better behind the last block than behind the first, and better than before training."""
    by_name = {one["name"]: one for one in found["readings"]}
    assert by_name["class"]["layers"] == ["block 1", "block 2", "block 3", "dense 1"]
    for name, least in (("class", 0.9), ("part", 0.55)):
        accuracy, n = by_name[name]["accuracy"], by_name[name]["n_test"]
        print(name, accuracy, n)
        assert accuracy["trained"][-1] > least
        assert clearly(accuracy["trained"][-1], accuracy["trained"][0], n)
        assert clearly(accuracy["trained"][-1], accuracy["untrained"][-1], n)
        assert clearly(accuracy["trained"][-1], accuracy["pixels"][-1], n)
    for one in found["readings"]:
        assert all(value > one["chance"] for values in one["accuracy"].values() for value in values)
        assert one["n_train"] % len(one["names"]) == 0 and one["n_test"] % len(one["names"]) == 0
    assert len(found["sentences"]) == 5


def test_digits_have_the_class_only(tmp_path: Any) -> None:
    network = trained_network(tmp_path, dataset="digits", epochs=1)
    found = cnn_see_calls.probes(network)
    assert [one["name"] for one in found["readings"]] == ["class"] and len(found["sentences"]) == 1
    assert found == cnn_see_calls.probes(network), "the same numbers every time"


def test_a_network_without_blocks_is_probed_too(tmp_path: Any) -> None:
    with_dense = trained_network(tmp_path, dataset="digits", epochs=1, channels=(), dense=(20,))
    assert cnn_see_calls.probes(with_dense)["readings"][0]["layers"] == ["dense 1"]
    bare = trained_network(tmp_path, dataset="digits", epochs=1, channels=(), dense=())
    assert cnn_see_calls.probes(bare)["sentences"] == []
    assert [layer["name"] for layer in cnn_see_calls.strongest_pictures(bare)["layers"]] == ["answer"]
