"""stable-baselines3's PPO on the same game.

Proximal policy optimisation (Schulman et al. 2017, equation 7) passes over every batch several times, and cuts off what the
chances of an action gain beyond 1 ± 0.2 of what they were when it was played, so that no batch can carry the policy far.
"""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from stable_baselines3 import PPO

from models import driven
from models.cartpole_fit import N_SHOWN, PPO_STEPS, Lesson
from models.cartpole_game import play
from models.cartpole_gradient import advantages
from models.cartpole_settings import Config, physics_of
from models.cartpole_vector import CartPoles
from models.policy_gradient import numbers_of


def built(config: Config) -> PPO:
    """PPO as configured; whatever is no setting of the lesson is the library's own default."""
    games = CartPoles(config.n_episodes, physics_of(config), config.seed)
    model = PPO(
        "MlpPolicy",
        games,
        learning_rate=config.learning_rate,
        n_steps=PPO_STEPS,
        batch_size=driven.part_of_batch(PPO_STEPS, config.n_episodes),
        gamma=config.discount,
        gae_lambda=config.gae_lambda,
        ent_coef=config.entropy_bonus,
        normalize_advantage=config.scale_advantages,
        policy_kwargs={"net_arch": list(config.hidden)},
        seed=config.seed,
        device="cpu",
    )
    return model


class Ppo:
    """One PPO model; an update is `PPO_STEPS` steps of each game, and ten passes over them."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.model = built(config)
        _, self._callback = self.model._setup_learn(driven.FOREVER, None)
        self._before = copy.deepcopy(self.model.policy)
        self._n_updates = 0

    @property
    def games(self) -> CartPoles:
        games = self.model.env
        assert isinstance(games, CartPoles)
        return games

    def chances(self, states: NDArray[np.float32]) -> NDArray[np.floating]:
        return self._chances(self.model.policy, states)

    @staticmethod
    def _chances(policy: Any, states: NDArray[np.float32]) -> NDArray[np.floating]:
        return driven.chances(policy, states)[:, 1]

    def update(self) -> dict[str, float]:
        model, games = self.model, self.games
        games.lengths.clear()
        self._before.load_state_dict(model.policy.state_dict())
        driven.play(model, self._callback, PPO_STEPS)
        metrics = driven.learn(model)
        self._n_updates += 1
        metrics["loss/entropy"] = -self.config.entropy_bonus * metrics["entropy/policy"]
        metrics["steps/update"] = float(PPO_STEPS * games.num_envs)
        if games.lengths:  # otherwise every game is still going on
            metrics["return/train"] = float(np.mean(games.lengths))
            metrics["return/train/low"] = float(min(games.lengths))
            metrics["return/train/high"] = float(max(games.lengths))
        return metrics

    def lesson(self) -> Lesson:
        """Whole episodes played by the policy from before the update: PPO itself learns from pieces of episodes."""
        policy = self._before
        generator = np.random.default_rng([self.config.seed, 3, self._n_updates])
        episodes = play(
            lambda states: self._chances(policy, states), N_SHOWN, physics_of(self.config), generator
        )
        n_steps, n_episodes = episodes.actions.shape
        with torch.no_grad():
            flat = torch.from_numpy(episodes.states.reshape(-1, 4))
            values = policy.predict_values(flat)[:, 0].numpy().reshape(-1, n_episodes)
        found = advantages(episodes, values, self.config.discount, self.config.gae_lambda)
        after = self.chances(episodes.states[:-1].reshape(-1, 4)).reshape(n_steps, n_episodes)
        scale = max(float(found[episodes.played].std()), 1e-6) if self.config.scale_advantages else 1.0
        return Lesson(episodes, found + values[:-1], values[:-1], found, scale, after)

    def change(self, config: Config) -> None:
        self.config = config
        self.games.physics = physics_of(config)
        driven.follow(self.model, config)

    def parameters(self) -> dict[str, NDArray[Any]]:
        return numbers_of(self.model.policy)
