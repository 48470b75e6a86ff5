"""The lesson's runs: what learning reaches, repeatability, live settings, both learners, what a frame holds."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from models.cartpole import Config, estimate_seconds, train
from models.cartpole_course import ANGLE_UNIT, X_UNIT, Course
from models.cartpole_game import SOLVED
from models.cartpole_settings import physics_of
from models.step import Step

pytestmark = pytest.mark.usefixtures("one_thread")


def run(**config: Any) -> list[Step]:
    return list(train(Config(**config)))


def last(steps: list[Step]) -> dict[str, float]:
    """The last value of every metric."""
    found: dict[str, float] = {}
    for step in steps:
        found |= step.metrics
    return found


def notes(steps: list[Step]) -> list[str]:
    return [step.note.name for step in steps if step.note]


@pytest.mark.parametrize("seed", [0, 1])
def test_it_learns_to_stand(seed: int) -> None:
    """Half of the default updates do: a mean of at least 475 over 100 fresh episodes."""
    steps = run(seed=seed, epochs=40)
    assert steps[1].metrics["return/train"] < 40
    assert last(steps)["return/test"] >= SOLVED
    assert notes(steps) == ["solved"], "and nothing else is there to be told"
    baselines = steps[0].facts["baselines"] if steps[0].facts else {}
    assert isinstance(baselines, dict) and baselines["push towards the lean"]["return/test"] < 50


def test_ppo_learns_to_stand() -> None:
    steps = run(learner="ppo", gae_lambda=0.95, epochs=30)
    assert last(steps)["return/test"] >= SOLVED
    assert {"ppo/kl", "ppo/clipped", "loss/value", "entropy/policy"} <= set(steps[-1].metrics)


@pytest.mark.parametrize("learner", ["hand", "ppo"])
def test_the_same_seed_gives_the_same_run_even_while_it_is_watched(learner: str) -> None:
    plain = [dict(step.metrics) for step in run(learner=learner, epochs=4)]
    watched = []
    for step in train(Config(learner=learner, epochs=4)):
        step.observe()
        watched.append(dict(step.metrics))
    assert plain == watched
    assert plain != [dict(step.metrics) for step in run(learner=learner, epochs=4, seed=1)]


@pytest.mark.parametrize("learner", ["hand", "ppo"])
def test_the_task_changes_while_it_trains(learner: str) -> None:
    """With a stronger pull the untrained policy falls sooner; the baselines are measured anew; the same task comes back."""
    config = Config(learner=learner, epochs=5)
    training = train(config)
    before = next(training)
    hard = replace(config, gravity=50.0)
    after = training.send(hard)
    assert after.step == 0
    assert after.facts is not None and before.facts is not None
    assert after.facts["physics"] == [50.0, 1.0, 10.0]
    assert after.facts["baselines"] != before.facts["baselines"]
    moved = training.send(config)
    assert moved.metrics["return/test"] == before.metrics["return/test"]
    training.close()


def test_a_trained_policy_adapts_to_another_task() -> None:
    """A weak motor takes most of what it had; training on brings it back, and the page names the change."""
    config = Config(epochs=70)
    training = train(config)
    for step in training:
        if step.step == 25:
            break
    weak = replace(config, force=1.0)
    changed = training.send(weak)
    assert changed.note is not None and changed.note.name == "task_changed"
    low = changed.metrics["return/train"]
    assert low < 0.4 * SOLVED
    best = max(step.metrics["return/train"] for step in training)
    assert best > 2 * low and best > 300


def test_live_settings_reach_the_library() -> None:
    course = Course(Config(learner="ppo", n_episodes=4))
    course.update(last=False)
    course.change(
        Config(learner="ppo", n_episodes=4, learning_rate=0.5, discount=0.5, entropy_bonus=0.25, force=3.0)
    )
    learner: Any = course.learner
    assert (learner.model.gamma, learner.model.rollout_buffer.gamma, learner.model.ent_coef) == (
        0.5,
        0.5,
        0.25,
    )
    assert learner.games.physics == physics_of(Config(force=3.0))
    course.update(last=False)
    assert learner.model.policy.optimizer.param_groups[0]["lr"] == 0.5


def test_driven_in_pieces_ppo_is_what_the_library_learns_by_itself() -> None:
    from models.cartpole_ppo import Ppo, built

    config = Config(learner="ppo", n_episodes=6)
    pieces = Ppo(config)
    for _ in range(3):
        pieces.update()
    whole = built(config)
    whole.learn(3 * 64 * 6)
    for name, values in whole.policy.state_dict().items():
        np.testing.assert_array_equal(pieces.parameters()[name], values.numpy(), err_msg=name)


def test_a_frame_tells_an_episode_as_it_was_played() -> None:
    course = Course(Config(n_episodes=6, baseline="mean"))
    course.update(last=False)
    learner: Any = course.learner
    episodes = learner.lesson().episodes
    arrays = course.observe()
    lengths = arrays["episodes/lengths"]
    assert lengths.tolist() == episodes.lengths[:4].tolist()
    for i, length in enumerate(lengths.tolist()):
        motion = arrays["episodes/motion"][i, : length + 1] * np.array([X_UNIT, ANGLE_UNIT])
        np.testing.assert_allclose(motion, episodes.states[: length + 1, i, ::2], atol=6e-5)
        np.testing.assert_array_equal(arrays["episodes/actions"][i, :length], episodes.actions[:length, i])
        returns = arrays["episodes/returns"][i, :length]
        assert returns[-1] == pytest.approx(1)
        np.testing.assert_allclose(returns[:-1], 1 + 0.99 * returns[1:], rtol=1e-5)
        better = arrays["episodes/advantages"][i, :length]
        np.testing.assert_allclose(better, returns - arrays["episodes/expected"][i, :length], atol=1e-4)
    assert arrays["policy/map"].shape == (41, 41)


def test_after_an_update_the_chances_are_the_new_policys() -> None:
    course = Course(Config(n_episodes=4, learning_rate=0.1))
    arrays = course.observe()
    np.testing.assert_array_equal(
        arrays["episodes/before"], arrays["episodes/after"]
    )  # nothing was learned yet
    course.update(last=False)
    learner: Any = course.learner
    episodes = learner.lesson().episodes
    arrays = course.observe()
    length = int(arrays["episodes/lengths"][0])
    after = learner.chances(episodes.states[:length, 0])
    np.testing.assert_allclose(arrays["episodes/after"][0, :length], after, atol=1e-6)
    assert np.abs(arrays["episodes/after"] - arrays["episodes/before"]).max() > 0.01


def test_the_map_is_the_policy_at_rest_in_the_middle() -> None:
    course = Course(Config())
    learner: Any = course.learner
    with torch.no_grad():
        learner.policy.layers[-1].weight.mul_(30)  # as decided as a trained one
    found = course.observe()["policy/map"]
    for row, column in ((0, 0), (40, 40), (10, 30)):
        angle = np.radians(np.linspace(-12, 12, 41)[column])
        velocity = np.radians(np.linspace(-180, 180, 41)[row])
        chance = learner.chances(np.array([[0, 0, angle, velocity]], np.float32))[0]
        assert found[row, column] == round(255 * float(chance))


def test_a_loss_that_is_no_number_ends_the_run_with_a_sentence() -> None:
    course = Course(Config(epochs=20))
    course.update(last=False)
    learner: Any = course.learner
    with torch.no_grad():
        learner.value.layers[-1].bias.fill_(float("nan"))
    _, note = course.update(last=False)
    assert course.over and note is not None and note.name == "diverged"
    assert all(np.isfinite(values).all() for values in course.observe().values())


def test_the_estimate_grows_with_the_work() -> None:
    assert estimate_seconds(Config(epochs=160)) > 1.8 * estimate_seconds(Config())
    assert estimate_seconds(Config(n_episodes=64)) > estimate_seconds(Config(n_episodes=4))
    assert estimate_seconds(Config(learner="ppo")) > 1
