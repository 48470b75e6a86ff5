"""What the picture attacked by hand is given: directions that rebuild each attack, and the answers for just these pictures."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from models import attack_hand, attacks
from models.attack_hand import EPSILONS, FINE, attacked, house
from models.settings import to_mapping
from training.zygote import MAX_REQUEST


def array(packed: dict[str, str]) -> NDArray[Any]:
    flat = np.frombuffer(base64.b64decode(packed["bdata"]), dtype=packed["dtype"])
    return flat.reshape([int(size) for size in packed["shape"].split(",")])


@pytest.fixture(scope="module")
def network() -> dict[str, Any]:
    return house(adversarial=False)


@pytest.fixture(scope="module")
def told(network: dict[str, Any]) -> dict[str, Any]:
    return attacked(picture=14, **network)


@pytest.fixture(scope="module")
def hand(network: dict[str, Any]) -> Any:
    _, parts, opened = attack_hand._opened(network["config"], "", network["parameters"])
    return attack_hand._Hand(parts, opened, 10)


def test_it_is_json_that_fits_into_a_question_and_a_page(
    network: dict[str, Any], told: dict[str, Any]
) -> None:
    question = {
        "kind": "call",
        "function": "models.attack_hand:attacked",
        "arguments": {**network, "picture": 9999},
    }
    assert len(json.dumps(question)) < MAX_REQUEST
    assert len(json.dumps(told, allow_nan=False)) < 500_000
    assert [int(i) for i in told["pictures"]] == list(range(12, 24)), (
        "the pictures around the one that was asked for"
    )
    assert array(told["thumbs"]).shape == (36, 8, 8)
    right = np.mean(np.array(told["answers"]) == np.array(told["labels"]))
    assert right > 0.9


@pytest.mark.parametrize("kind", ["fgsm", "pgd", "gaussian", "salt_pepper", "fgsm_targeted", "pgd_targeted"])
def test_every_attack_can_be_put_together_from_its_parts(kind: str, told: dict[str, Any], hand: Any) -> None:
    one = told["pictures"]["14"]
    x = torch.from_numpy(array(one["pixels"]).astype(np.float32) / 255)[None]
    y, target = torch.tensor([one["label"]]), one["targets"][2]
    answers = array(one["answers"][kind])
    for at, epsilon in enumerate(EPSILONS):
        if kind == "salt_pepper":
            places, colours = (
                torch.from_numpy(array(one[name]).copy())[None, None] for name in ("places", "colours")
            )
            made = attacks.salt_and_pepper(x, epsilon, places, colours.float())
        else:
            direction = torch.from_numpy(array(one["directions"][kind]).astype(np.float32))
            direction = direction if kind == "gaussian" else direction / FINE
            direction = direction[2] if kind.endswith("targeted") else direction
            made = attacks.moved(x, direction[at] if kind.startswith("pgd") else direction, epsilon)
        expected = {
            "fgsm": lambda e: attacks.fgsm(hand.answers, x, y, e),
            "pgd": lambda e: attacks.pgd(hand.answers, x, y, e, attack_hand.STEPS),
            "fgsm_targeted": lambda e: attacks.fgsm_targeted(hand.answers, x, torch.tensor([target]), e),
            "pgd_targeted": lambda e: attacks.pgd(
                hand.answers, x, torch.tensor([target]), e, attack_hand.STEPS, targeted=True
            ),
        }.get(kind)
        if expected is not None and epsilon:
            assert (made - expected(epsilon)).abs().max() <= epsilon / FINE + 1e-6
        given = answers[2][at] if kind.endswith("targeted") else answers[at]
        shares = hand.answers(made).detach().softmax(1)[0]
        np.testing.assert_allclose(given, shares.numpy(), atol=1e-5)


def test_attacks_by_hand_do_what_they_are_named_for(told: dict[str, Any]) -> None:
    fooled = aimed = noisy = 0
    for one in told["pictures"].values():
        at = EPSILONS.index(0.3)
        fooled += array(one["answers"]["pgd"])[at].argmax() != one["label"]
        noisy += array(one["answers"]["gaussian"])[EPSILONS.index(0.1)].argmax() == one["label"]
        for i, target in enumerate(one["targets"]):
            aimed += array(one["answers"]["pgd_targeted"])[i][at].argmax() == target
        assert one["label"] not in one["targets"] and len(one["targets"]) == 9
    assert fooled == 12 and noisy >= 10 and aimed >= 90


def test_the_hardened_house_withstands_more(network: dict[str, Any], told: dict[str, Any]) -> None:
    hardened = attacked(picture=14, **house(adversarial=True))
    at = EPSILONS.index(0.1)

    def sure(found: dict[str, Any]) -> float:
        return float(
            np.mean([array(one["answers"]["pgd"])[at][one["label"]] for one in found["pictures"].values()])
        )

    assert sure(hardened) > sure(told) + 0.2


@pytest.mark.parametrize("picture", [-5, 0, 35, 36, 9999])
def test_a_picture_that_does_not_exist_becomes_the_nearest(picture: int, network: dict[str, Any]) -> None:
    found = attacked(picture=picture, **network)
    assert found["picture"] == min(max(0, picture), 35)
    assert str(found["picture"]) in found["pictures"]


def test_large_pictures_come_one_by_one_with_fewer_targets(tmp_path: Path) -> None:
    from safetensors.torch import save_file

    from models.cnn_settings import Config
    from models.convnet import built

    config = Config(dataset="drawings", channels=(4,), dense=())
    save_file(
        built(config, (3, 32, 32), 7, 0).to(memory_format=torch.contiguous_format).state_dict(),
        tmp_path / "weights.safetensors",
    )
    found = attacked(to_mapping(config), 3, weights=str(tmp_path / "weights.safetensors"))
    assert list(found["pictures"]) == ["3"]
    assert len(json.dumps(found)) < 500_000
    one = found["pictures"]["3"]
    assert len(one["targets"]) == 3 and array(one["directions"]["pgd_targeted"]).shape == (3, 13, 3, 32, 32)


def test_weights_that_are_gone_are_refused(network: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="no longer kept"):
        attacked(network["config"], 0, weights="/nowhere/weights.safetensors")
