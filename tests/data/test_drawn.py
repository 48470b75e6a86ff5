"""Points that a learner has clicked, read back from the text of a link."""

from __future__ import annotations

import numpy as np
import pytest

from data.dataset import DataError
from data.drawn import MAX_POINTS, parse

FOUR = "1,2,0;-1.5,0,1;6,-6,0;0.25,3,1"


def test_points_and_classes() -> None:
    drawn = parse(FOUR)
    np.testing.assert_array_equal(drawn.x, np.array([[1, 2], [-1.5, 0], [6, -6], [0.25, 3]], np.float32))
    assert drawn.y.tolist() == [0, 1, 0, 1]
    assert drawn.x.dtype == np.float32
    assert drawn.y.dtype == np.int64
    assert drawn.task == "classes" and len(drawn.class_names) == 2
    assert drawn.standardise is False


@pytest.mark.parametrize("text", [f"{FOUR};", f";{FOUR}", FOUR.replace(";", ";;"), FOUR.replace(",", " , ")])
def test_small_slips_of_the_pen_do_not_matter(text: str) -> None:
    np.testing.assert_array_equal(parse(text).x, parse(FOUR).x)


def test_as_many_points_as_allowed() -> None:
    rows = [f"{n % 6},{n % 5},{n % 2}" for n in range(MAX_POINTS)]
    assert len(parse(";".join(rows)).x) == MAX_POINTS
    with pytest.raises(DataError, match="There are 301 points, but at most 300 can be drawn"):
        parse(";".join([*rows, "0,0,0"]))


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("", "at least two points of each class"),
        (";;;", "at least two points of each class"),
        ("1,1,0;2,2,0;3,3,1", "at least two points of each class"),
        ("1,1,1;2,2,1;3,3,1", "at least two points of each class"),
        (f"{FOUR};1,2", "'1,2' is not a point"),
        (f"{FOUR};1", "'1' is not a point"),
        (f"{FOUR};1,2,0,1", "'1,2,0,1' is not a point"),
        (f"{FOUR};1,2,2", "'1,2,2' is not a point"),
        (f"{FOUR};1,2,-1", "'1,2,-1' is not a point"),
        (f"{FOUR};1,2,0.5", "'1,2,0.5' is not a point"),
        (f"{FOUR};a,2,0", "'a,2,0' is not a point"),
        (f"{FOUR};,,", "',,' is not a point"),
        (f"{FOUR};nan,2,0", "'nan,2,0' is not a point"),
        (f"{FOUR};1,inf,0", "'1,inf,0' is not a point"),
        (f"{FOUR};1e999,0,0", "'1e999,0,0' is not a point"),
        (f"{FOUR};6.01,0,0", "6.01, 0 lies off the plane"),
        (f"{FOUR};0,-1e30,0", "0, -1e+30 lies off the plane"),
        (f"{FOUR};{'x' * 5000}", f"'{'x' * 20}' is not a point"),
        (f"{FOUR};1,2,{'9' * 5000}", "is not a point"),
        (f"{FOUR};<script>,2,0", "is not a point"),
    ],
)
def test_malformed_points_are_refused_in_one_sentence(text: str, phrase: str) -> None:
    with pytest.raises(DataError) as caught:
        parse(text)
    sentence = str(caught.value)
    assert phrase in sentence
    assert sentence.endswith(".") and "\n" not in sentence and len(sentence) < 150
