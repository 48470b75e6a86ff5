"""The three learners of stable-baselines3 on the batched game, driven in pieces: play and learn once, then look.

PPO (Schulman et al. 2017, equation 7), A2C (Mnih et al. 2016) and DQN (Mnih et al. 2015). `torch` is seeded by each, so a
run repeats itself; there is one run in a process. Imported by workers only.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from stable_baselines3 import A2C, DQN, PPO
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.type_aliases import TrainFreq, TrainFrequencyUnit
from torch import nn

from models import driven
from models.platformer_game import Game, Observation
from models.platformer_gym import PlatformerVecEnv
from models.platformer_networks import BothEyes, SmallEye
from models.platformer_rules import N_ACTIONS
from models.platformer_settings import (
    BETWEEN,
    DQN_BATCH,
    EXPLORING,
    GRADIENTS,
    MEMORY,
    Config,
    part_size,
    target_interval,
)
from models.policy_gradient import numbers_of

#: What stable-baselines3 calls it in its log → the metric.
LOGGED = {**driven.LOGGED, "train/policy_loss": "loss/policy", "train/explained_variance": "value/explained"}
#: Called after every step of the game: with what was seen before it, and the actions taken.
Watch = Callable[[Observation, NDArray[np.integer]], None]


class Learner(Protocol):
    """What the course of a run asks of a learner."""

    def update(self) -> dict[str, float]:
        """Play and learn once, and say how it went."""

    def chances(self, seen: Observation) -> NDArray[np.float32]:
        """Chances (n, actions) of the actions for n observations, by the present network."""

    def judge(self, seen: Observation) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Those chances, and values (n,)."""

    def change(self, config: Config) -> None:
        """Take over the live settings."""

    def parameters(self) -> dict[str, NDArray[Any]]:
        """Every number that the policy answers by."""


class Watching(BaseCallback):
    """Shows every step to the recorder."""

    def __init__(self, watch: Watch | None) -> None:
        super().__init__()
        self._watch = watch

    def _on_step(self) -> bool:
        if self._watch is not None:
            seen: Any = self.model._last_obs
            self._watch(seen, self.locals["actions"])
        return True


def made(config: Config, game: Game, watch: Watch | None = None) -> Learner:
    """The configured learner, untrained.

    One thread: runs share the cores, and networks this small are slower on several.
    """
    torch.set_num_threads(1)
    return (DeepQ if config.algorithm == "dqn" else ActorCritic)(config, game, watch)


def policy_of(config: Config) -> tuple[str, dict[str, Any]]:
    """(policy, its arguments) as the library wants them."""
    name = {"tiles": "MlpPolicy", "pixels": "CnnPolicy", "both": "MultiInputPolicy"}[config.observation]
    arguments: dict[str, Any] = {"net_arch": list(config.hidden), "activation_fn": nn.ReLU}
    if config.observation != "tiles":
        arguments["features_extractor_class"] = SmallEye if config.observation == "pixels" else BothEyes
    return name, arguments


class ActorCritic:
    """PPO or A2C: play `n_steps` with every copy, judge the steps by a learned value, learn."""

    def __init__(self, config: Config, game: Game, watch: Watch | None) -> None:
        self.config = config
        policy, arguments = policy_of(config)
        self.model: Any
        common: dict[str, Any] = {
            "learning_rate": config.learning_rate,
            "n_steps": config.n_steps,
            "gamma": config.discount,
            "gae_lambda": config.gae_lambda,
            "ent_coef": config.entropy_bonus,
            "policy_kwargs": arguments,
            "seed": config.seed,
            "device": "cpu",
        }
        games = PlatformerVecEnv(game)
        if config.algorithm == "a2c":
            self.model = A2C(policy, games, **common)
        else:
            size = part_size(config)
            self.model = PPO(policy, games, batch_size=size, n_epochs=config.n_passes, **common)
        self._watching = Watching(watch)
        _, self._callback = self.model._setup_learn(driven.FOREVER, self._watching)

    def update(self) -> dict[str, float]:
        driven.play(self.model, self._callback, self.config.n_steps)
        played = float(self.model.rollout_buffer.values.mean())
        metrics = driven.learn(self.model, LOGGED)
        metrics["value/mean"] = played
        if not np.isfinite(metrics.get("value/explained", 0.0)):
            del metrics["value/explained"]  # the returns were all the same
        return metrics

    def chances(self, seen: Observation) -> NDArray[np.float32]:
        return self._answered(seen, valued=False)[0]

    def judge(self, seen: Observation) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        return self._answered(seen, valued=True)

    def _answered(
        self, seen: Observation, *, valued: bool
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Chances, and the values or none: they cost as much again."""
        policy = self.model.policy
        if policy.training:  # saying so again goes through every module: a tenth of the time
            policy.set_training_mode(False)
        with torch.no_grad():
            tensors, _ = policy.obs_to_tensor(seen)
            chances = policy.get_distribution(tensors).distribution.probs
            values = policy.predict_values(tensors)[:, 0] if valued else chances[:0, 0]
        return chances.numpy(), values.numpy()

    def change(self, config: Config) -> None:
        self.config = config
        driven.follow(self.model, config)

    def parameters(self) -> dict[str, NDArray[Any]]:
        return numbers_of(self.model.policy)


class DeepQ:
    """DQN: remember steps, and learn what each action is worth from random ones of them."""

    def __init__(self, config: Config, game: Game, watch: Watch | None) -> None:
        self.config, self._n_updates = config, 0
        policy, arguments = policy_of(config)
        self.model: Any = DQN(
            policy,
            PlatformerVecEnv(game),
            learning_rate=config.learning_rate,
            buffer_size=MEMORY,
            learning_starts=0,
            batch_size=min(config.batch_size, DQN_BATCH),
            gamma=config.discount,
            target_update_interval=target_interval(config),
            policy_kwargs=arguments,
            seed=config.seed,
            device="cpu",
        )
        self._watching = Watching(watch)
        _, self._callback = self.model._setup_learn(driven.FOREVER, self._watching)
        self.model.exploration_schedule = lambda _: self.exploration
        self.model.exploration_rate = self.exploration

    @property
    def exploration(self) -> float:
        """The share of random actions now."""
        done = min(1.0, self._n_updates / max(1.0, EXPLORING * self.config.epochs))
        return 1.0 + done * (self.config.exploration - 1.0)

    def update(self) -> dict[str, float]:
        model, losses = self.model, list[float]()
        for begin in range(0, self.config.n_steps, BETWEEN):
            count = min(BETWEEN, self.config.n_steps - begin)
            model.collect_rollouts(
                model.env,
                self._callback,
                TrainFreq(count, TrainFrequencyUnit.STEP),
                model.replay_buffer,
                learning_starts=0,
            )
            model.train(GRADIENTS, model.batch_size)
            losses.append(float(model.logger.name_to_value["train/loss"]))
        self._n_updates += 1
        return {
            "loss/value": float(np.mean(losses)),
            "value/mean": float(self.judge(model._last_obs)[1].mean()),
            "dqn/exploration": float(model.exploration_rate),
        }

    def chances(self, seen: Observation) -> NDArray[np.float32]:
        return self.judge(seen)[0]

    def judge(self, seen: Observation) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        network = self.model.q_net
        network.set_training_mode(False)
        with torch.no_grad():
            tensors, _ = network.obs_to_tensor(seen)
            worth = network(tensors).numpy()
        share = self.model.exploration_rate
        chances = np.full_like(worth, share / N_ACTIONS)
        chances[np.arange(len(worth)), worth.argmax(axis=1)] += 1 - share
        return chances, worth.max(axis=1)

    def change(self, config: Config) -> None:
        self.config, model = config, self.model
        model.lr_schedule = lambda _: config.learning_rate
        model.gamma = config.discount

    def parameters(self) -> dict[str, NDArray[Any]]:
        return numbers_of(self.model.q_net)
