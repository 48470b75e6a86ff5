"""Training and attacking: floors on digits and MNIST, the claims of the presets, repeatability, the learner's own network."""

from __future__ import annotations

import functools
import itertools
import json
import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save_file

from models import cnn
from models.attack import PRESETS, Config, train
from models.attack_settings import EPSILONS, network_settings
from models.settings import SettingError, from_mapping, to_mapping
from models.step import Step
from models.stored import understood

pytestmark = pytest.mark.timeout(600)  # whole runs of a lesson, one after another
#: The published files, in a folder beside the project or named in MNIST_FOLDER; without them one test is skipped.
MNIST = Path(os.environ.get("MNIST_FOLDER") or Path(__file__).parents[3] / "shared/data/mnist")


def ended(config: Config) -> tuple[dict[str, float], dict[str, Any], Step]:
    metrics: dict[str, float] = {}
    facts: dict[str, Any] = {}
    step = None
    for step in train(config):
        metrics.update(step.metrics)
        facts.update(step.facts or {})
    assert step is not None
    return metrics, facts, step


@functools.cache
def trained(config: Config) -> tuple[dict[str, float], dict[str, Any], Step]:
    return ended(config)


def preset(name: str) -> tuple[dict[str, float], dict[str, Any], Step]:
    """Half the run of a preset; those that differ only in the attack that is looked at share one, but for that look."""
    config = from_mapping(Config, {**PRESETS[name].config, "epochs": 8})
    looked_at = {"attack", "epsilon"} if name != "targeted" else set()
    return trained(replace(config, **{one: getattr(Config(), one) for one in looked_at}))


def curve(step: Step, kind: str) -> list[float]:
    return [float(value) for value in step.observe()[f"curve/{kind}"]]


def test_digits_fall_to_fgsm_and_not_to_noise_of_its_size() -> None:
    metrics, facts, step = preset("fgsm")
    assert metrics["accuracy/clean"] >= 0.97
    assert metrics["accuracy/fgsm_0.3"] <= 0.1 and metrics["accuracy/fgsm_0.2"] <= 0.25
    falling = curve(step, "fgsm")
    assert all(b <= a + 0.01 for a, b in itertools.pairwise(falling))
    assert metrics["accuracy/gaussian_0.1"] >= 0.93 and metrics["accuracy/signs_0.1"] >= 0.93
    assert facts["baselines"]["random signs 0.1"]["accuracy/fgsm_0.1"] == pytest.approx(
        metrics["accuracy/signs_0.1"]
    )
    assert facts["baselines"]["majority class"]["accuracy/clean"] < 0.15


def test_noise_presets() -> None:
    metrics, _, _ = preset("noise")
    assert metrics["accuracy/gaussian_0.1"] > 0.93 > 0.8 > metrics["accuracy/fgsm_0.1"]
    metrics, _, _ = preset("salt")
    assert metrics["accuracy/salt_pepper_0.2"] > metrics["accuracy/fgsm_0.2"] + 0.3


def test_pgd_is_stronger_than_fgsm() -> None:
    _, _, step = preset("pgd")
    fgsm, pgd = curve(step, "fgsm"), curve(step, "pgd")
    assert all(b <= a + 0.06 for a, b in zip(fgsm, pgd, strict=True)), "PGD is measured on fewer pictures"
    assert pgd[EPSILONS.index(0.2)] <= 0.1


def test_a_targeted_attack_reaches_its_target() -> None:
    metrics, _, step = preset("targeted")
    assert metrics["share/targeted_0.3"] >= 0.8 > metrics["share/targeted_0.1"]
    assert step.observe()["answer/attacked"].argmax() == 8


def test_adversarial_training_lifts_the_curve() -> None:
    metrics, facts, _ = preset("adversarial")
    ordinary, _, _ = preset("fgsm")
    assert metrics["accuracy/fgsm_0.2"] >= 0.5 > 0.25 > ordinary["accuracy/fgsm_0.2"]
    assert metrics["accuracy/pgd_0.2"] >= 0.2
    assert metrics["accuracy/clean"] < ordinary["accuracy/clean"], "robustness is paid for"
    before = dict(zip(EPSILONS, facts["before/fgsm"].tolist(), strict=True))
    assert before[0.2] == pytest.approx(ordinary["accuracy/fgsm_0.2"]), "the first half is the ordinary run"


def test_stronger_inner_attacks_withstand_pgd_better() -> None:
    stronger, _, _ = preset("stronger")
    single, _, _ = preset("adversarial")
    assert stronger["accuracy/pgd_0.2"] > single["accuracy/pgd_0.2"]
    assert stronger["accuracy/pgd_0.2"] >= 0.35


def test_too_strong_attacks_spoil_clean_accuracy() -> None:
    metrics, _, _ = preset("too_strong")
    assert metrics["accuracy/clean"] <= 0.9


def test_a_network_without_hidden_layers_falls_too() -> None:
    metrics, _, _ = preset("linear")
    assert metrics["accuracy/clean"] >= 0.9 and metrics["accuracy/fgsm_0.2"] <= 0.2
    assert metrics["accuracy/signs_0.2"] >= 0.8


def test_drawings_fall_to_changes_of_five_grey_levels() -> None:
    metrics, _, step = preset("drawings")
    assert metrics["accuracy/clean"] >= 0.75
    assert curve(step, "pgd")[EPSILONS.index(0.02)] <= metrics["accuracy/clean"] - 0.25
    assert curve(step, "gaussian")[EPSILONS.index(0.02)] >= metrics["accuracy/clean"] - 0.05


@pytest.mark.parametrize("name", [name for name, one in PRESETS.items() if one.goal and name != "drawings"])
def test_a_presets_run_reaches_its_goal(name: str) -> None:
    goal = PRESETS[name].goal
    assert goal is not None
    metrics, _, _ = preset(name)
    assert goal.reached(to_mapping(from_mapping(Config, PRESETS[name].config)), metrics)


@pytest.fixture
def mnist() -> str:
    if not (MNIST / "t10k-images-idx3-ubyte.gz").exists():
        pytest.skip("the published files of MNIST are not on this machine")
    return str(MNIST)


def test_mnist_falls_and_adversarial_training_lifts_it(mnist: str) -> None:
    """8,000 pictures to train, 2,000 to attack; pixels from 0 to 1."""
    metrics, facts, step = ended(Config(dataset="mnist", data_dir=mnist, adversarial=True, epochs=4))
    before = dict(zip(EPSILONS, facts["before/fgsm"].tolist(), strict=True))
    falling = list(before.values())
    assert before[0.0] >= 0.98 and before[0.3] <= 0.15
    assert falling == sorted(falling, reverse=True)
    assert metrics["accuracy/fgsm_0.2"] >= 0.6
    assert metrics["accuracy/clean"] >= 0.97
    assert len(step.observe()["trio"]) == 3


def test_same_seed_same_numbers() -> None:
    config = Config(epochs=1, adversarial=True, inner_steps=2, steps=2)
    metrics, _, _ = ended(config)
    assert metrics == ended(config)[0] != ended(replace(config, seed=1))[0]


@pytest.mark.parametrize(
    "attack", ["fgsm", "pgd", "fgsm_targeted", "pgd_targeted", "gaussian", "salt_pepper"]
)
def test_the_chosen_attack_is_shown_and_changes_at_once(attack: str) -> None:
    training = train(Config(epochs=1))
    next(training)
    still = training.send(Config(epochs=1, epsilon=0.0, attack=attack, picture=5)).observe()
    assert (still["trio"][0] == still["trio"][2]).all() and (still["trio"][1] == 128).all()
    step = training.send(Config(epochs=1, epsilon=0.4, attack=attack, picture=5))
    assert step.facts is not None and step.facts["chosen"] == 5
    moved = step.observe()
    assert (moved["trio"][0] == still["trio"][0]).all() and not (moved["trio"][2] == moved["trio"][0]).all()
    assert moved["predictions/test"].shape == (48,)
    training.close()


def own(tmp_path: Path, settings: Mapping[str, object]) -> dict[str, str]:
    """A run of the convolutional network, as the page would hand it over."""
    config = from_mapping(cnn.Config, settings)
    *_, last = cnn.train(config)
    assert last.parameters is not None
    file = tmp_path / "weights.safetensors"
    save_file({name: np.asarray(value, order="C") for name, value in last.parameters().items()}, file)
    return {"weights": str(file), "network": json.dumps(to_mapping(config))}


def test_a_network_of_ones_own_is_attacked_as_it_is(tmp_path: Path) -> None:
    handed = own(tmp_path, {"epochs": 3, "channels": (8,), "dropout": 0.2})
    metrics, facts, step = ended(from_mapping(Config, handed))
    assert step.step == 8, "359 test pictures in blocks of 50"
    assert metrics["accuracy/clean"] > 0.85 > metrics["accuracy/fgsm_0.2"]
    assert step.parameters is not None
    from safetensors.numpy import load_file

    for name, values in load_file(handed["weights"]).items():
        assert (step.parameters()[name] == values).all(), "nothing was trained"
    assert "before/fgsm" not in facts
    hardened, facts, _ = ended(from_mapping(Config, {**handed, "adversarial": True, "epochs": 3}))
    assert hardened["accuracy/fgsm_0.1"] > metrics["accuracy/fgsm_0.1"]
    assert dict(zip(EPSILONS, facts["before/fgsm"].tolist(), strict=True))[0.1] == pytest.approx(
        metrics["accuracy/fgsm_0.1"]
    )


@pytest.mark.parametrize("text", ["", "[1]", "{", '{"dataset": "nothing"}', '{"unheard_of": 1}', "[" * 5000])
def test_settings_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"settings|dataset|unheard") as refused:
        network_settings(Config(weights="/nowhere", network=text))
    assert "\n" not in str(refused.value)


def test_weights_that_are_gone_are_refused() -> None:
    with pytest.raises(ValueError, match="no longer kept"):
        next(train(Config(weights="/nowhere", network=json.dumps(to_mapping(cnn.Config())))))


@pytest.mark.parametrize("name", ["weights", "data_dir"])
def test_a_stored_run_may_not_name_a_file_of_the_server(name: str) -> None:
    with pytest.raises(SettingError, match=name):
        understood("attack", {name: "/etc/passwd"})
    assert understood("attack", {"epochs": 3, "weights": ""}) == {"epochs": 3, "weights": ""}


def test_fooling_fgsm_alone_is_noticed() -> None:
    from models.attack_fit import ADVERSARIAL, Fit

    fit = Fit(Config(adversarial=True))
    metrics = {"loss/batch": 0.1, "accuracy/fgsm_0.2": 0.9, "accuracy/pgd_0.2": 0.1, "accuracy/pgd_0.1": 0.5}
    assert fit.note(metrics) is None, "before adversarial training that is as it should be"
    fit.begin(ADVERSARIAL)
    note = fit.note(metrics)
    assert note is not None and note.name == "catastrophic_overfitting"
    assert fit.note(metrics) is None, "once is enough"
    diverged = fit.note({"loss/batch": float("nan")})
    assert diverged is not None and diverged.name == "diverged" and fit.over
