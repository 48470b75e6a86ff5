"""The lesson's runs: that learning gets somewhere, repeatability, live settings, both learners, what a frame holds."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from models import box2d

if not box2d.there():
    pytest.skip("Box2D or pygame is not there", allow_module_level=True)

import torch

from models.lunar_lander import Config, estimate_seconds, train
from models.lunar_lander_course import GROUND_UNIT, PLACE_UNIT, RETURN_UNIT, TILT_UNIT, Course
from models.lunar_lander_fit import task_of
from models.lunar_lander_game import LANDED, MAX_STEPS, play
from models.step import Step

pytestmark = pytest.mark.usefixtures("one_thread")
PPO: dict[str, Any] = {"learner": "ppo", "learning_rate": 0.001, "n_games": 4}


def run(**config: Any) -> list[Step]:
    return list(train(Config(**config)))


@pytest.fixture(scope="module")
def some_updates() -> list[Step]:
    """Thirty small updates by hand: far from landing, far from chance."""
    torch.set_num_threads(1)
    return run(epochs=30, n_games=12)


def test_it_gets_away_from_the_ground(some_updates: list[Step]) -> None:
    """The first thing that is learned: to fall no more. Landing takes minutes, and is measured in `bench.lunar_lander`."""
    first, last = (
        np.mean([step.metrics["return/train"] for step in some_updates[at]])
        for at in (slice(1, 4), slice(-4, None))
    )
    assert first < -100
    assert last > first + 60
    facts = some_updates[0].facts
    assert facts is not None
    baselines: Any = facts["baselines"]
    assert baselines["random"]["return/test"] < -120 < 150 < baselines["a controller by hand"]["return/test"]


def test_the_metrics_of_an_update_fit_each_other(some_updates: list[Step]) -> None:
    for step in some_updates[1:]:
        told = step.metrics
        assert told["landed/train"] + told["crashed/train"] + told["cut_off/train"] == pytest.approx(1)
        terms = sum(value for name, value in told.items() if name.startswith("reward/"))
        assert terms == pytest.approx(told["return/train"], abs=1e-2)
        assert told["return/train/low"] <= told["return/train"] <= told["return/train/high"]
        assert told["loss/entropy"] == pytest.approx(-0.01 * told["entropy/policy"])
    played = [step.metrics["steps/played"] for step in some_updates[1:]]
    assert played == sorted(played)
    tested = [step.step for step in some_updates if "return/test" in step.metrics]
    assert tested == [0, 10, 20, 30]


@pytest.mark.parametrize("config", [{"n_games": 4}, PPO], ids=["hand", "ppo"])
def test_the_same_seed_gives_the_same_run_even_while_it_is_watched(config: dict[str, Any]) -> None:
    plain = [dict(step.metrics) for step in run(**config, epochs=2)]
    watched = []
    for step in train(Config(**config, epochs=2)):
        step.observe()
        watched.append(dict(step.metrics))
    assert plain == watched
    assert plain != [dict(step.metrics) for step in run(**config, epochs=2, seed=1)]


@pytest.mark.parametrize("config", [{"n_games": 4}, PPO], ids=["hand", "ppo"])
def test_the_task_changes_while_it_trains(config: dict[str, Any]) -> None:
    plain = Config(**config, epochs=2)
    training = train(plain)
    before = next(training)
    light = replace(plain, gravity=2.0, wind=True)
    after = training.send(light)
    assert after.step == 0 and after.metrics["return/test"] != before.metrics["return/test"]
    assert after.facts is not None and before.facts is not None
    assert after.facts["baselines"] != before.facts["baselines"]
    next(training)
    training.close()


def test_live_settings_reach_the_library() -> None:
    course = Course(Config(**PPO))
    course.update(last=False)
    course.change(
        Config(**{**PPO, "learning_rate": 0.5, "discount": 0.5, "entropy_bonus": 0.25, "gravity": 3.0})
    )
    learner: Any = course.learner
    assert (learner.model.gamma, learner.model.rollout_buffer.gamma, learner.model.ent_coef) == (
        0.5,
        0.5,
        0.25,
    )
    assert {game.env.gravity for game in learner.games.games} == {-3.0}
    course.update(last=False)
    assert learner.model.policy.optimizer.param_groups[0]["lr"] == 0.5


def test_driven_in_pieces_ppo_is_what_the_library_learns_by_itself() -> None:
    from models.lunar_lander_ppo import Ppo, built

    config = Config(**PPO)
    pieces = Ppo(config)
    for _ in range(2):
        pieces.update()
    whole = built(config)
    whole.learn(2 * 128 * 4)
    for name, values in whole.policy.state_dict().items():
        np.testing.assert_array_equal(pieces.parameters()[name], values.numpy(), err_msg=name)


def test_acting_in_numpy_is_the_network() -> None:
    from models.policy_gradient import ScaledNetwork, acting

    torch.manual_seed(0)
    states = np.random.default_rng(0).normal(0, 1, (50, 8)).astype(np.float32)
    for hidden in ((), (16,), (32, 8)):
        network = ScaledNetwork((0.5,) * 8, hidden, 4)
        with torch.no_grad():
            expected = network(torch.from_numpy(states)).softmax(1).numpy()
        np.testing.assert_allclose(acting(network)(states), expected, atol=1e-6)


def test_a_frame_tells_flights_as_they_were_flown() -> None:
    course = Course(Config(n_games=8))
    course.update(last=False)
    learner: Any = course.learner
    lesson = learner.lesson()
    episodes, arrays = lesson.episodes, course.observe()
    lengths = arrays["flights/lengths"]
    assert len(lengths) == 6 and lengths.tolist() == episodes.lengths.tolist()
    assert sum(array.nbytes for array in arrays.values()) < 35 * 6 * lengths.max() + 1000, (
        "a frame stays small"
    )
    for i, length in enumerate(lengths.tolist()):
        pose = arrays["flights/pose"][i, : length + 1] * np.array([PLACE_UNIT, PLACE_UNIT, TILT_UNIT])
        np.testing.assert_allclose(pose, episodes.states[: length + 1, i][:, [0, 1, 4]], atol=1.01e-3)
        np.testing.assert_array_equal(arrays["flights/actions"][i, :length], episodes.actions[:length, i])
        returns = arrays["flights/returns"][i, :length] * RETURN_UNIT
        expected = arrays["flights/expected"][i, :length] * RETURN_UNIT
        better = arrays["flights/advantages"][i, :length] * RETURN_UNIT
        np.testing.assert_allclose(better, returns - expected, atol=2 * RETURN_UNIT)
        np.testing.assert_allclose(arrays["flights/before"][i, :length].sum(1), 255, atol=2)
    np.testing.assert_allclose(arrays["flights/ground"] * GROUND_UNIT, episodes.ground, atol=GROUND_UNIT)
    states = episodes.states[: lengths[0], 0]
    np.testing.assert_allclose(
        arrays["flights/after"][0, : lengths[0]] / 255, learner.acting()(states), atol=3e-3
    )


def test_an_update_that_ends_no_flight_shows_the_ones_before() -> None:
    course = Course(Config(**{**PPO, "n_games": 1}))
    first = course.observe()["flights/lengths"]
    assert len(first) == 6
    seen: set[bool] = set()
    for _ in range(4):
        metrics, _ = course.update(last=False)
        seen.add("return/train" in metrics)
        assert len(course.observe()["flights/lengths"]) >= 1
    assert True in seen


def test_a_loss_that_is_no_number_ends_the_run_with_a_sentence() -> None:
    course = Course(Config(n_games=2))
    course.update(last=False)
    learner: Any = course.learner
    with torch.no_grad():
        learner.value.layers[-1].bias.fill_(float("nan"))
    _, note = course.update(last=False)
    assert course.over and note is not None and note.name == "diverged"
    assert all(np.isfinite(values).all() for values in course.observe().values())


def test_solved_is_asked_of_a_hundred_flights() -> None:
    """With the controller by hand in the learner's place."""
    from models.lunar_lander_policies import by_rule

    course = Course(Config(n_games=2))
    learner: Any = course.learner
    learner.acting = lambda: by_rule
    metrics = course.evaluate()
    assert metrics["return/test"] > 150 and metrics["landed/test"] > 0.7
    assert ("return/test_100" in metrics) == (metrics["return/test"] >= 200)
    assert MAX_STEPS == 1000 and LANDED == 1 and task_of(Config()).gravity == 10


def test_the_estimate_grows_with_the_work() -> None:
    assert estimate_seconds(Config(epochs=400)) > 1.8 * estimate_seconds(Config(epochs=200))
    assert estimate_seconds(Config(n_games=64)) > estimate_seconds(Config(n_games=4))
    assert estimate_seconds(Config(learner="ppo")) > 1


def test_the_mean_of_the_batch_decides_which_way_a_step_pushes() -> None:
    """What was better than the value expected may still be pushed down: all of the batch was better."""
    learner: Any = Course(Config(n_games=4)).learner
    with torch.no_grad():
        learner.value.layers[-1].bias.fill_(-5.0)  # a pessimist: every step surprises it
    lesson, batch = learner._judge(play(learner.acting(), learner._games, np.random.default_rng(0)))
    better = lesson.advantages[lesson.episodes.played]
    assert lesson.mean == pytest.approx(better.mean()) and lesson.mean > 50
    np.testing.assert_array_equal(np.sign(better - lesson.mean), np.sign(batch.weights.numpy()))
    assert (batch.weights < 0).numpy()[better > 0].any()
