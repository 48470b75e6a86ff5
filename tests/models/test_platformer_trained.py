"""The policies that come with the platformer: plain arrays that finish their levels, as the library's own network would."""

from __future__ import annotations

import numpy as np
import pytest

from models.platformer_course import Course
from models.platformer_replay import play
from models.platformer_settings import Config
from models.platformer_trained import FOLDER, TRAINED, Policy, _read, arrays_of, played, policy, success_rate


@pytest.mark.parametrize(("level", "floor"), [(1, 0.9), (2, 0.8), (3, 0.8)])
def test_it_finishes_its_level(level: int, floor: float) -> None:
    assert success_rate(level) >= floor


@pytest.mark.parametrize("level", TRAINED)
def test_its_recording_plays_again(level: int) -> None:
    recording = played(level, seed=3)
    games = list(play(recording))
    assert len(games) == len(recording.actions) + 1
    assert games[-1].ended[0].how in ("flag", "fell", "caught", "time")
    assert recording == played(level, seed=3)


@pytest.mark.parametrize("level", TRAINED)
def test_its_file_is_arrays_and_nothing_else(level: int) -> None:
    path = FOLDER / f"level_{level}.npz"
    assert path.stat().st_size < 200_000
    with np.load(path, allow_pickle=False) as file:
        assert all(file[name].dtype == np.float16 for name in file.files)


def test_numpy_answers_what_the_library_answers() -> None:
    course = Course(Config(hidden=(24, 16), n_envs=8, n_steps=16, batch_size=64))
    course.update(last=False)
    arrays = {
        name: array.astype(np.float32) for name, array in arrays_of(course.learner.parameters()).items()
    }
    copied: Policy = _read(arrays)
    seen = course.game.observe()
    for mine, theirs in zip(copied.judge(seen), course.learner.judge(seen), strict=True):
        assert mine == pytest.approx(theirs, abs=0.01)


def test_a_level_without_a_policy_is_refused() -> None:
    with pytest.raises(ValueError, match="Level 4 comes without"):
        policy(4)
