"""stable-baselines3's PPO on the same game; what it does is told in `models/cartpole_ppo.py`."""

from __future__ import annotations

import copy
from functools import partial
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from stable_baselines3 import PPO

from models import driven
from models.lunar_lander_fit import N_SHOWN, Lesson, chances_along, first, task_of, told
from models.lunar_lander_game import Episodes, Flight, Game, Policy, play, stacked
from models.lunar_lander_settings import Config
from models.lunar_lander_vector import Landers
from models.policy_gradient import generalised_advantages, numbers_of

PPO_STEPS = 128  # of every game between two updates
PASSES = 4  # over each batch


def built(config: Config) -> PPO:
    """PPO as configured; whatever is no setting of the lesson is the library's own default."""
    model = PPO(
        "MlpPolicy",
        Landers(config.n_games, task_of(config), config.seed),
        learning_rate=config.learning_rate,
        n_steps=PPO_STEPS,
        batch_size=driven.part_of_batch(PPO_STEPS, config.n_games),
        n_epochs=PASSES,
        gamma=config.discount,
        gae_lambda=config.gae_lambda,
        ent_coef=config.entropy_bonus,
        policy_kwargs={"net_arch": list(config.hidden)},
        seed=config.seed,
        device="cpu",
    )
    return model


class Ppo:
    """One PPO model; an update is `PPO_STEPS` steps of each game, and `PASSES` passes over them."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.model = built(config)
        _, self._callback = self.model._setup_learn(driven.FOREVER, None)
        self._before = copy.deepcopy(self.model.policy)
        self._shown: list[Flight] = []
        self._mean = 0.0  # of the newest batch's advantages

    @property
    def games(self) -> Landers:
        games = self.model.env
        assert isinstance(games, Landers)
        return games

    def acting(self) -> Policy:
        return partial(driven.chances, self.model.policy)

    def update(self) -> dict[str, float]:
        model, games = self.model, self.games
        games.flights.clear()
        self._before.load_state_dict(model.policy.state_dict())
        driven.play(model, self._callback, PPO_STEPS)
        self._mean = float(model.rollout_buffer.advantages.mean())
        metrics = driven.learn(model)
        metrics["loss/entropy"] = -self.config.entropy_bonus * metrics["entropy/policy"]
        metrics["steps/update"] = float(PPO_STEPS * games.num_envs)
        if games.flights:  # otherwise every game is still going on
            metrics |= told(stacked(games.flights))
            self._shown = (games.flights + self._shown)[:N_SHOWN]
        return metrics

    def lesson(self) -> Lesson:
        """The newest whole flights: PPO itself learns from pieces of flights, and an update may end none."""
        episodes = stacked(self._shown) if self._shown else self._untrained()
        episodes, policy = first(episodes), self._before
        n_steps, n_episodes = episodes.actions.shape
        with torch.no_grad():
            flat = torch.from_numpy(episodes.states.reshape(-1, episodes.states.shape[-1]))
            values = policy.predict_values(flat)[:, 0].numpy().reshape(-1, n_episodes)
        better = generalised_advantages(
            episodes.rewards,
            values,
            episodes.lengths,
            episodes.truncated,
            self.config.discount,
            self.config.gae_lambda,
        )
        expected = np.where(episodes.played, values[:n_steps], 0.0)
        before, after = (
            chances_along(partial(driven.chances, one), episodes) for one in (policy, self.model.policy)
        )
        return Lesson(episodes, better + expected, expected, better, self._mean, before, after)

    def _untrained(self) -> Episodes:
        games = [Game(task_of(self.config)) for _ in range(N_SHOWN)]
        return play(
            partial(driven.chances, self._before), games, np.random.default_rng([self.config.seed, 3])
        )

    def change(self, config: Config) -> None:
        self.config = config
        for game in self.games.games:
            game.change(task_of(config))
        driven.follow(self.model, config)

    def parameters(self) -> dict[str, NDArray[Any]]:
        return numbers_of(self.model.policy)
