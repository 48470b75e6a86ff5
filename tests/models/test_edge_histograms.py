"""Edge histograms, worked out on paper."""

from __future__ import annotations

import numpy as np
import pytest

from models.edge_histograms import (
    CLIP,
    EPSILON,
    N_BINS,
    cell_side,
    cells,
    edge_histograms,
    gradients,
    normalised,
    strokes,
)


def grey(rows: list[list[int]]) -> np.ndarray:
    return np.array([[rows]], dtype=np.uint8)


def test_the_gradient_of_three_by_three_pixels_on_paper() -> None:
    """In the middle: across 255 − 51 = 204, down 102 − 51 = 51; at the corner the rim is repeated."""
    strength, direction = gradients(grey([[0, 51, 0], [51, 0, 255], [0, 102, 0]]))
    assert strength[0, 1, 1] == pytest.approx(np.hypot(204, 51) / 255)
    assert direction[0, 1, 1] == pytest.approx(np.arctan2(51, 204))
    assert strength[0, 0, 0] == pytest.approx(np.hypot(51, 51) / 255)
    assert direction[0, 0, 0] == pytest.approx(np.pi / 4)


def test_a_dark_to_light_edge_has_the_direction_of_a_light_to_dark_one() -> None:
    picture = np.zeros((1, 1, 8, 8), np.uint8)
    picture[..., 4:] = 200
    for pixels, angle in ((picture, 0), (255 - picture, 0), (picture.swapaxes(2, 3), np.pi / 2)):
        strength, direction = gradients(pixels)
        there = strength[0] > 0
        assert there.sum() == 16
        assert np.allclose(np.cos(direction[0][there] - angle) ** 2, 1)


def test_of_colours_the_strongest_change_counts() -> None:
    pixels = np.zeros((1, 3, 3, 3), np.uint8)
    pixels[0, 0, 1, 2], pixels[0, 2, 2, 1] = 50, 200
    strength, direction = gradients(pixels)
    assert strength[0, 1, 1] == pytest.approx(200 / 255)
    assert direction[0, 1, 1] == pytest.approx(np.pi / 2)


def test_votes_on_paper() -> None:
    """Bins are 20° wide: their middles are 10°, 30°, …, 170°. 25° lies three quarters of the way from 10° to 30°."""
    strength, direction = np.zeros((1, 4, 4), np.float32), np.zeros((1, 4, 4), np.float32)
    strength[0, 0, 0], direction[0, 0, 0] = 2.0, np.deg2rad(25)  # cell 0, 0
    strength[0, 1, 1], direction[0, 1, 1] = 1.0, np.deg2rad(30)  # the same cell
    strength[0, 1, 3], direction[0, 1, 3] = 4.0, np.deg2rad(0)  # cell 0, 1: between 170° and 10°
    strength[0, 3, 2], direction[0, 3, 2] = 1.0, np.deg2rad(175)  # cell 1, 1: a quarter of it goes to 10°
    votes = cells(strength, direction, 2)
    assert votes.shape == (1, 2, 2, N_BINS)
    expected = np.zeros((2, 2, N_BINS))
    expected[0, 0, 0], expected[0, 0, 1] = 2 * 0.25, 2 * 0.75 + 1
    expected[0, 1, 0] = expected[0, 1, 8] = 2
    expected[1, 1, 8], expected[1, 1, 0] = 0.75, 0.25
    np.testing.assert_allclose(votes[0], expected, atol=1e-5)


def test_no_vote_is_lost_and_pixels_left_over_vote_in_the_last_cell() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (3, 1, 11, 10)).astype(np.uint8)
    strength, direction = gradients(pixels)
    votes = cells(strength, direction, 4)
    assert votes.shape == (3, 2, 2, N_BINS)
    np.testing.assert_allclose(votes.sum(axis=3)[:, 0, 0], strength[:, :4, :4].sum(axis=(1, 2)), rtol=1e-5)
    np.testing.assert_allclose(votes.sum(axis=3)[:, 1, 1], strength[:, 4:, 4:].sum(axis=(1, 2)), rtol=1e-5)


def test_a_block_on_paper() -> None:
    """Four cells with 3 and 4 in two bins: length 5, so 0.6 and 0.8; both are cut off at 0.2 and become alike."""
    votes = np.zeros((1, 2, 2, N_BINS), np.float32)
    votes[0, 0, 0, 0], votes[0, 1, 1, 5] = 3, 4
    block = normalised(votes)
    assert block.shape == (1, 4 * N_BINS)
    cut = CLIP / np.sqrt(2 * CLIP**2 + EPSILON**2)
    expected = np.zeros(4 * N_BINS)
    expected[0] = expected[3 * N_BINS + 5] = cut
    np.testing.assert_allclose(block[0], expected, atol=1e-4)


def test_a_flat_picture_has_no_edges_and_light_does_not_matter() -> None:
    assert np.all(edge_histograms(np.full((1, 1, 8, 8), 90, np.uint8)) == 0)
    pixels = np.random.default_rng(1).integers(0, 100, (2, 1, 16, 16)).astype(np.uint8)
    np.testing.assert_allclose(edge_histograms(2 * pixels + 50), edge_histograms(pixels), atol=2e-3)


@pytest.mark.parametrize(
    ("side", "cell", "size"), [(8, 2, 3 * 3), (28, 4, 6 * 6), (32, 4, 7 * 7), (9, 2, 3 * 3)]
)
def test_how_many_features_there_are(side: int, cell: int, size: int) -> None:
    assert cell_side(side) == cell
    pixels = np.random.default_rng(2).integers(0, 256, (502, 3, side, side)).astype(np.uint8)
    features = edge_histograms(pixels)
    assert features.shape == (502, size * 4 * N_BINS) and features.dtype == np.float32
    np.testing.assert_array_equal(features[500:], edge_histograms(pixels[500:]))  # chunks do not matter


def test_a_stroke_runs_along_its_edge() -> None:
    picture = np.zeros((1, 1, 8, 8), np.uint8)
    picture[..., 3:] = 255  # an upright edge between columns 2 and 3: in the second of four cells
    drawn = strokes(picture, size=13)[0].astype(int)
    assert drawn.shape == (52, 52) and drawn.max() == 255
    stroke = drawn[:13, 13:26]
    assert stroke[1:12, 6].min() > 70, "from top to bottom: two strokes of 10° to either side"
    assert stroke[6, [0, 1, 2, 10, 11, 12]].max() == 0, "and not across"
    assert drawn[:, :13].max() == 0 and drawn[:, 26:].max() == 0, "nothing elsewhere"
    lying = strokes(picture.swapaxes(2, 3), size=13)[0].astype(int)[13:26, :13]
    assert lying[6, 1:12].min() > 200, "90° is the middle of a bin: one straight stroke"
    assert lying[[0, 1, 2, 10, 11, 12], 6].max() == 0
