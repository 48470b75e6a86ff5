"""stable-baselines3's PPO on the same game, driven in pieces: play, learn once, let the page look, go on.

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

from models.lunar_lander_fit import N_SHOWN, Lesson, chances_along, first, task_of, told
from models.lunar_lander_game import Episodes, Flight, Game, Policy, play, stacked
from models.lunar_lander_settings import Config
from models.lunar_lander_vector import Landers
from models.policy_gradient import generalised_advantages

PPO_STEPS = 128  # of every game between two updates
PASSES = 4  # over each batch
#: What stable-baselines3 calls it in its log → the metric.
LOGGED = {
    "train/policy_gradient_loss": "loss/policy",
    "train/value_loss": "loss/value",
    "train/approx_kl": "ppo/kl",
    "train/clip_fraction": "ppo/clipped",
}


def batch_size(n_games: int) -> int:
    """Steps in each part of a batch: of up to four games at once, so that the parts are of one size."""
    return PPO_STEPS * max(n for n in (4, 3, 2, 1) if n_games % n == 0)


def built(config: Config) -> PPO:
    """PPO as configured; whatever is no setting of the lesson is the library's own default."""
    model = PPO(
        "MlpPolicy",
        Landers(config.n_games, task_of(config), config.seed),
        learning_rate=config.learning_rate,
        n_steps=PPO_STEPS,
        batch_size=batch_size(config.n_games),
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
        _, self._callback = self.model._setup_learn(2**31, None)
        self._before = copy.deepcopy(self.model.policy)
        self._shown: list[Flight] = []

    @property
    def games(self) -> Landers:
        games = self.model.env
        assert isinstance(games, Landers)
        return games

    def acting(self) -> Policy:
        return self._of(self.model.policy)

    @staticmethod
    def _of(policy: Any) -> Policy:
        def chances(states: NDArray[np.float32]) -> NDArray[np.floating]:
            with torch.no_grad():
                answers = policy.get_distribution(torch.from_numpy(states)).distribution.probs
            found: NDArray[np.floating] = answers.numpy()
            return found

        return chances

    def update(self) -> dict[str, float]:
        model, games = self.model, self.games
        games.flights.clear()
        self._before.load_state_dict(model.policy.state_dict())
        model.collect_rollouts(games, self._callback, model.rollout_buffer, PPO_STEPS)
        model.train()
        logged = model.logger.name_to_value
        metrics = {name: float(logged[key]) for key, name in LOGGED.items()}
        metrics["entropy/policy"] = -float(logged["train/entropy_loss"])
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
        before, after = (chances_along(one, episodes) for one in (self._of(policy), self.acting()))
        return Lesson(episodes, better + expected, expected, better, before, after)

    def _untrained(self) -> Episodes:
        games = [Game(task_of(self.config)) for _ in range(N_SHOWN)]
        return play(self._of(self._before), games, np.random.default_rng([self.config.seed, 3]))

    def change(self, config: Config) -> None:
        self.config, model = config, self.model
        for game in self.games.games:
            game.change(task_of(config))
        model.learning_rate = config.learning_rate
        model._setup_lr_schedule()
        model.gamma = model.rollout_buffer.gamma = config.discount
        model.ent_coef = config.entropy_bonus

    def parameters(self) -> dict[str, NDArray[Any]]:
        return {name: values.numpy().copy() for name, values in self.model.policy.state_dict().items()}
