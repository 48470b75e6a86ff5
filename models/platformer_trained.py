"""Small policies that come with the lesson, one for each of the first levels: PPO's own network as plain arrays.

`python -m models.platformer_trained` trains them anew and says how well each does. A policy answers in NumPy alone.
"""

from __future__ import annotations

import functools
import io
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.platformer_baselines import N_EPISODES, examined, sampler, success
from models.platformer_game import Game, Observation
from models.platformer_levels import LEVELS
from models.platformer_replay import Replay
from models.platformer_rules import N_ACTIONS
from models.platformer_settings import Config, rewards_of, rules_of
from models.platformer_view import N_NUMBERS

FOLDER = Path(__file__).parent / "platformer_policies"
#: Level → updates that its policy is trained for.
TRAINED = {1: 200, 2: 600, 3: 1000}
_ORDER = ("policy", "value")


@dataclass(frozen=True)
class Policy:
    """A trained network: for the policy and the value, weights (to, from) and biases of every layer."""

    layers: dict[str, tuple[tuple[NDArray[np.float32], NDArray[np.float32]], ...]]

    def chances(self, seen: Observation) -> NDArray[np.float32]:
        """Chances (n, actions) for observations (n, N_NUMBERS) of tiles."""
        logits = self._answer("policy", seen)
        likely: NDArray[np.float32] = np.exp(logits - logits.max(axis=1, keepdims=True))
        likely /= likely.sum(axis=1, keepdims=True)
        return likely

    def judge(self, seen: Observation) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Those chances, and values (n,)."""
        return self.chances(seen), self._answer("value", seen)[:, 0]

    def _answer(self, name: str, seen: Observation) -> NDArray[np.float32]:
        assert not isinstance(seen, dict)
        signal = np.asarray(seen, np.float32)
        *hidden, (weights, biases) = self.layers[name]
        for inner, bias in hidden:
            signal = np.maximum(signal @ inner.T + bias, 0)
        answer: NDArray[np.float32] = signal @ weights.T + biases
        return answer


@functools.cache
def policy(level: int) -> Policy:
    """The policy that comes with level 1, 2 or 3. Raises ValueError for a level that has none."""
    if level not in TRAINED:
        raise ValueError(
            f"Level {level} comes without a trained policy; levels 1 to {max(TRAINED)} have one."
        )
    with np.load(FOLDER / f"level_{level}.npz", allow_pickle=False) as file:
        return _read({name: file[name].astype(np.float32) for name in file.files})


def _read(arrays: dict[str, NDArray[np.float32]]) -> Policy:
    layers = {}
    for name in _ORDER:
        count = sum(key.startswith(f"{name}/weights/") for key in arrays)
        layers[name] = tuple(
            (arrays[f"{name}/weights/{i}"], arrays[f"{name}/biases/{i}"]) for i in range(count)
        )
    found = Policy(layers)
    assert found.layers["policy"][0][0].shape[1] == N_NUMBERS
    assert len(found.layers["policy"][-1][1]) == N_ACTIONS
    return found


def arrays_of(parameters: dict[str, NDArray[Any]]) -> dict[str, NDArray[np.float16]]:
    """The library's names of PPO's network for tiles → "policy/weights/0" … as half precision numbers."""
    found: dict[str, NDArray[np.float16]] = {}
    for name, extracted, last in (
        ("policy", "policy_net", "action_net"),
        ("value", "value_net", "value_net"),
    ):
        inner = sorted(
            key for key in parameters if key.startswith(f"mlp_extractor.{extracted}.") and "weight" in key
        )
        for i, key in enumerate([*inner, f"{last}.weight"]):
            found[f"{name}/weights/{i}"] = parameters[key].astype(np.float16)
            found[f"{name}/biases/{i}"] = parameters[key.removesuffix("weight") + "bias"].astype(np.float16)
    return found


def success_rate(level: int, seed: int = 1) -> float:
    """The share of 100 episodes in which the policy that comes with a level reaches its flag."""
    config = Config(level=str(level))
    player = sampler(policy(level).chances, [seed, 5], N_EPISODES)
    return success(
        examined(player, [LEVELS[level - 1].level], N_EPISODES, rules_of(config), rewards_of(config), seed)
    )


def played(level: int, seed: int = 0) -> Replay:
    """One episode of the policy that comes with a level, as a recording."""
    config = Config(level=str(level))
    shipped, rules, rewards = LEVELS[level - 1].level, rules_of(config), rewards_of(config)
    game = Game([shipped], 1, rules=rules, rewards=rewards, seed=seed)
    player, actions, seen = sampler(policy(level).chances, [seed, 6], 1), list[int](), game.observe()
    phase = int(game.phase[0])
    while not len(game.finished):
        action = player(seen, np.zeros(1, np.int64))
        actions.append(int(action[0]))
        seen, *_ = game.step(action)
    return Replay(shipped, tuple(actions), rules, rewards, seed, phase)


def made(level: int) -> dict[str, NDArray[np.float16]]:
    """The arrays of a policy that is trained now."""
    from models.platformer import train

    arrays: dict[str, NDArray[np.float16]] = {}
    for step in train(Config(level=str(level), epochs=TRAINED[level])):
        if step.step == TRAINED[level] and step.parameters is not None:
            arrays = arrays_of(dict(step.parameters()))
    return arrays


def main() -> int:
    """Train all of them; a line of JSON for each."""
    FOLDER.mkdir(exist_ok=True)
    for level in TRAINED:
        packed = io.BytesIO()
        np.savez_compressed(packed, **made(level))  # type: ignore[arg-type]
        (FOLDER / f"level_{level}.npz").write_bytes(packed.getvalue())
        policy.cache_clear()
        print(json.dumps({"level": level, "rate/evaluated": success_rate(level)}), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
