"""The platformer lesson: it repeats itself, obeys while it trains, and says what it says."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from models.platformer import Config, estimate_seconds, train
from models.platformer_game import Game
from models.platformer_levels import LEVELS
from models.platformer_presets import PRESETS
from models.platformer_rules import TERMS
from models.platformer_settings import held_out_levels, named_levels, part_size, rewards_of, steps_per_update
from models.settings import SettingError, from_mapping
from models.step import Step

SMALL = Config(n_envs=8, n_steps=8, batch_size=32, hidden=(8,), epochs=4)


def steps(config: Config) -> list[Step]:
    return list(train(config))


def final(config: Config) -> dict[str, float]:
    found: dict[str, float] = {}
    for step in train(config):
        found |= step.metrics
    return found


@pytest.mark.parametrize("algorithm", ["ppo", "a2c", "dqn"])
@pytest.mark.parametrize("observation", ["tiles", "pixels", "both"])
def test_every_learner_repeats_itself_on_every_observation(algorithm: str, observation: str) -> None:
    config = replace(SMALL, algorithm=algorithm, observation=observation, level="3", seed=7)
    runs = [[dict(step.metrics) for step in steps(config)] for _ in range(2)]
    assert runs[0] == runs[1]
    last = runs[0][-1]
    assert last["loss/value"] >= 0
    assert {"rate/evaluated", "rate/held_out"} <= last.keys()
    assert ("entropy/policy" in last) == (algorithm != "dqn")
    assert ("ppo/kl" in last) == (algorithm == "ppo")


def test_another_seed_gives_other_numbers() -> None:
    assert final(SMALL) != final(replace(SMALL, seed=1))


def test_looking_changes_nothing() -> None:
    """A frame reads the network and the recordings; what is learned afterwards must not depend on it."""
    seen = []
    for step in train(SMALL):
        step.observe()
        seen.append(dict(step.metrics))
    assert seen == [dict(step.metrics) for step in train(SMALL)]


def test_the_terms_add_up_to_the_reward() -> None:
    found = final(replace(SMALL, level="2", n_envs=32, n_steps=64, epochs=2))
    assert sum(found[f"reward/{term}"] for term in TERMS) == pytest.approx(found["reward/episode"], abs=1e-4)
    ends = [found[f"ends/{how}"] for how in ("fell", "caught", "flag", "time")]
    assert sum(ends) == pytest.approx(1)
    assert found["ends/flag"] == found["rate/success"]


def test_live_settings_reach_the_learner_and_the_game() -> None:
    from models.platformer_course import Course

    course = Course(SMALL)
    course.update(last=False)
    changed = replace(
        SMALL, reward_coin=3.0, reward_death=-7.0, learning_rate=0.05, entropy_bonus=0.3, discount=0.5
    )
    step = course.change(changed)
    assert (step.step, step.metrics) == (1, {})
    model: Any = course.learner.model  # type: ignore[attr-defined]
    assert (course.game.rewards.coin, course.game.rewards.death) == (3.0, -7.0)
    assert (model.gamma, model.rollout_buffer.gamma, model.ent_coef) == (0.5, 0.5, 0.3)
    course.update(last=False)
    assert model.policy.optimizer.param_groups[0]["lr"] == 0.05


def test_a_live_change_of_exploration_reaches_dqn() -> None:
    config = replace(SMALL, algorithm="dqn", exploration=0.0, epochs=2)
    training = train(config)
    next(training)
    assert next(training).metrics["dqn/exploration"] == 1.0
    training.send(replace(config, exploration=0.25))
    assert next(training).metrics["dqn/exploration"] == 0.25


def test_a_level_can_be_painted_while_it_trains() -> None:
    training = train(SMALL)
    assert next(training).observe()["shown/levels_changed"] == [0]
    next(training)
    level = named_levels(SMALL)[0][1]
    painted = level.painted(10, 12, ".").painted(10, 13, ".")
    step = training.send(replace(SMALL, own_level=painted.text))
    assert step.step == 1
    assert step.facts is not None
    assert step.facts["levels"] == [{"name": "Painted level", "text": painted.text}]
    assert step.note is not None and step.note.name == "level_changed"
    tiles = step.observe()["game/tiles"]
    assert (tiles[:, 12:, 10] == 0).all()
    assert step.observe()["shown/levels_changed"] == [1]
    assert next(training).step == 2
    back = training.send(SMALL)
    assert back.facts is not None
    assert back.facts["levels"] == [{"name": "First steps", "text": level.text}]
    assert back.observe()["shown/levels_changed"] == [2]
    training.close()


def test_an_agent_adapts_to_a_pit_that_is_painted_before_it() -> None:
    """It knows the level, then two wide pits are painted: far fewer reach the flag, and then most do again."""
    config = Config(epochs=260)
    training = train(config)
    assert any(step.metrics.get("rate/success", 0.0) >= 0.9 for step in itertools.islice(training, 100))
    level = LEVELS[0].level
    for column in (8, 9, 10, 11, 12, 13, 55, 56, 57, 58, 59):
        for row in (10, 11, 12, 13):
            level = level.painted(column, row, ".")
    training.send(replace(config, own_level=level.text))
    rates = [1.0]
    for step in training:
        rates.append(step.metrics.get("rate/success", rates[-1]))
        if min(rates) < 0.6 and rates[-1] >= 0.8:
            return
    pytest.fail(f"It does not learn its changed level: {min(rates):.2f} … {rates[-1]:.2f}.")


def test_generated_levels_and_held_out_ones_have_nothing_in_common() -> None:
    config = Config(level="generated", n_levels=64)
    own = {level.text for _, level in named_levels(config)}
    assert len(own) == 64
    assert not own & {level.text for level in held_out_levels(config)}
    assert own != {level.text for _, level in named_levels(replace(config, seed=1))}
    assert held_out_levels(config) == held_out_levels(replace(config, seed=1))


def test_held_out_levels_are_examined_from_the_beginning() -> None:
    config = replace(SMALL, level="generated", n_levels=4, length=40)
    first, *_, last = steps(config)
    facts = first.facts or {}
    assert facts["n_levels"] == 4
    assert facts["held_out"] == 32
    baselines: Any = facts["baselines"]
    assert all("rate/held_out" in found for found in baselines.values())
    assert "rate/held_out" in first.metrics
    assert "rate/held_out" in last.metrics


def test_a_wrong_level_is_refused_in_a_sentence() -> None:
    for text in ("nonsense", "....", "s.f_ggg", "x" * 100):
        with pytest.raises(SettingError, match=r"\.$"):
            from_mapping(Config, {"own_level": text})


def test_the_parts_of_a_batch_are_of_one_size() -> None:
    for config in (
        Config(),
        SMALL,
        replace(SMALL, n_envs=61, n_steps=127),
        replace(SMALL, n_envs=1, n_steps=5),
    ):
        assert steps_per_update(config) % part_size(config) == 0
        assert 1 < part_size(config) <= max(config.batch_size, steps_per_update(config))


def test_a_loss_that_is_no_number_ends_the_run_with_a_note() -> None:
    from models.platformer_course import Course

    course = Course(SMALL)
    course.learner.update = lambda: {"loss/value": float("nan")}  # type: ignore[method-assign]
    step = course.update(last=False)
    assert course.over
    assert step.note is not None and step.note.name == "diverged"


def test_the_reward_of_the_config_is_the_reward_of_the_game() -> None:
    config = Config(**{f"reward_{term}": float(i) for i, term in enumerate(TERMS)})  # type: ignore[arg-type]
    assert [getattr(rewards_of(config), term) for term in TERMS] == [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]
    game = Game(named_levels(config)[0][1:], 2, rewards=rewards_of(config))
    _, reward, *_ = game.step(np.array([1, 3]))
    assert reward == pytest.approx(np.array([rewards_of(config).time / 15] * 2), abs=1e-6)


def test_the_estimate_grows_with_the_work() -> None:
    assert 5 < estimate_seconds(Config()) < 300
    for name, value in (
        ("epochs", 5000),
        ("n_passes", 20),
        ("hidden", (256, 256)),
        ("observation", "pixels"),
    ):
        assert estimate_seconds(replace(Config(), **{name: value})) > estimate_seconds(Config())  # type: ignore[arg-type]
    assert all(0 < estimate_seconds(from_mapping(Config, preset.config)) < 600 for preset in PRESETS.values())


def test_the_terminal_tells_the_seconds_and_the_steps_to_the_flag() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "models.platformer", "--level", "1", "--seed", "0", "--epochs", "25"],
        cwd=Path(__file__).resolve().parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    found = json.loads(done.stdout.splitlines()[-1])
    assert {"seconds_to_flag", "steps_to_flag", "success_rate", "steps_per_second"} <= found.keys()
    assert found["steps_to_flag"] == found["steps/first_flag"] <= 25 * 64 * 32
    assert 0 < found["seconds_to_flag"] <= found["seconds"]
    assert found["success_rate"] == found["rate/evaluated"]
    assert found["baseline/random_actions"] < found["baseline/always_run_and_jump"]
