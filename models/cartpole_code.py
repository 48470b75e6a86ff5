"""A run of the lesson as a plain script that prints the same final metrics.

The game, the gradient and (for PPO) the environment around the game stand in it as the page runs them, taken from their
modules; the loop around them is written for reading.
"""

from __future__ import annotations

from typing import Any

from models.cartpole_settings import Config
from models.notebook import exported, source_of
from models.settings import from_mapping


def export(config: dict[str, Any]) -> dict[str, str]:
    """{"script", "notebook", "data"}; there is no data beside it. Raises ValueError when the config is not legal."""
    settings = from_mapping(Config, config)
    game = source_of("cartpole_game", "Array = ", "def at_random(")
    game += (
        f"\n\nphysics = Physics(gravity={settings.gravity!r}, pole_length={settings.pole_length!r}, "
        f"force={settings.force!r})"
    )
    if settings.learner == "ppo":
        return exported(
            [
                _opening(settings),
                game,
                source_of("side_by_side", "class SideBySide"),
                source_of("cartpole_vector", "class CartPoles"),
                _ppo(settings),
            ]
        )
    gradient = f"{source_of('policy_gradient', 'LARGEST_GRADIENT = ')}\n\n\n{source_of('cartpole_gradient', 'SCALE = ')}"
    return exported([_opening(settings), game, gradient, _by_hand(settings)])


def _opening(config: Config) -> str:
    ppo = config.learner == "ppo"
    needs = "stable-baselines3" if ppo else "torch and numpy"
    imports = (
        "from gymnasium import spaces\nfrom numpy.typing import NDArray\nfrom stable_baselines3 import PPO\n"
        "from stable_baselines3.common.vec_env import VecEnv"
        if ppo
        else "from numpy.typing import NDArray\nfrom torch import Tensor, nn"
    )
    return (
        '"""A pole is balanced by policy gradients, as on the page.\n\n'
        f'Needs {needs}. Prints the final metrics as one JSON object.\n"""\n\n'
        "from __future__ import annotations\n\n"
        "import json\nimport math\nfrom collections.abc import Callable, Sequence\n"
        "from dataclasses import dataclass\nfrom typing import Any\n\n"
        f"import numpy as np\nimport torch\n{imports}\n\n"
        "torch.set_num_threads(1)  # the page trains each run on one core\n"
        f"SEED = {config.seed}\nLEARNING_RATE = {config.learning_rate!r}\nDISCOUNT = {config.discount!r}\n"
        f"BONUS = {config.entropy_bonus!r}  # for a nat of entropy\nUPDATES = {config.epochs}\nN = {config.n_episodes}"
    )


_EVALUATION = (
    "test = play(chances, N_TEST, physics, np.random.default_rng([SEED, 5]), greedy=True)\n"
    'metrics["return/test"] = float(test.lengths.mean())\n'
    "print(json.dumps(metrics))"
)


def _by_hand(config: Config) -> str:
    if config.baseline == "value":
        values = (
            "    with torch.no_grad():\n"
            "        values = value(states)[..., 0].numpy() * horizon(DISCOUNT)\n"
            f"    better = advantages(episodes, values, DISCOUNT, {config.gae_lambda!r})\n"
            "    returns = better + values[:n_steps]\n"
        )
    else:
        values = (
            "    returns = advantages(episodes, np.zeros(states.shape[:2]), DISCOUNT, 1.0)\n"
            f"    better = returns{' - returns[played].mean()' if config.baseline == 'mean' else ''}\n"
        )
    scale = "max(float(better[played].std()), 1e-6)" if config.scale_advantages else "1.0"
    fitted = (
        '    metrics["loss/value"] = fit_value(value, value_steps, batch, horizon(DISCOUNT))\n'
        if config.baseline == "value"
        else ""
    )
    return (
        "torch.manual_seed(SEED)\n"
        f"policy = policy_network({list(config.hidden)!r})\n"
        f"value = Scaled({list(config.hidden)!r}, 1)\n"
        "policy_steps = torch.optim.Adam(policy.parameters(), LEARNING_RATE)\n"
        "value_steps = torch.optim.Adam(value.parameters(), LEARNING_RATE)\n"
        "generator = np.random.default_rng([SEED, 1])\n\n\n"
        "def chances(states):\n"
        '    """Probability of pushing to the right."""\n'
        "    return acting(policy)(states)[:, 1]\n\n\n"
        "for update in range(UPDATES):\n"
        "    episodes = play(chances, N, physics, generator)\n"
        "    played, n_steps = episodes.played, len(episodes.actions)\n"
        "    states = torch.from_numpy(episodes.states)\n"
        f"{values}"
        f"    scale = {scale}\n"
        "    rows = torch.from_numpy(played)\n"
        "    batch = Batch(\n"
        "        states[:n_steps][rows],\n"
        "        torch.from_numpy(episodes.actions[played].astype(np.int64)),\n"
        "        torch.from_numpy((better[played] / scale).astype(np.float32)),\n"
        "        torch.from_numpy(returns[played].astype(np.float32)),\n"
        "        (torch.arange(N) % 2 == 0).expand(rows.shape)[rows],\n"
        "    )\n"
        "    gradient = policy_gradient(policy, batch, BONUS)\n"
        "    descend(policy, policy_steps, gradient)\n"
        "    metrics = {\n"
        '        "loss/policy": gradient.loss,\n'
        '        "entropy/policy": gradient.entropy,\n'
        '        "gradient/size": gradient.size,\n'
        '        "return/train": float(episodes.lengths.mean()),\n'
        "    }\n"
        f"{fitted}"
        "    if not all(map(math.isfinite, metrics.values())):\n"
        '        raise SystemExit("The loss is no longer a number: try a smaller learning rate.")\n'
        f"{_EVALUATION}"
    )


def _ppo(config: Config) -> str:
    from models.cartpole_fit import PPO_STEPS
    from models.driven import part_of_batch

    return (
        "model = PPO(\n"
        '    "MlpPolicy",\n'
        "    CartPoles(N, physics, SEED),\n"
        "    learning_rate=LEARNING_RATE,\n"
        f"    n_steps={PPO_STEPS},\n"
        f"    batch_size={part_of_batch(PPO_STEPS, config.n_episodes)},\n"
        "    gamma=DISCOUNT,\n"
        f"    gae_lambda={config.gae_lambda!r},\n"
        "    ent_coef=BONUS,\n"
        f"    normalize_advantage={config.scale_advantages},\n"
        f'    policy_kwargs={{"net_arch": {list(config.hidden)!r}}},\n'
        "    seed=SEED,\n"
        '    device="cpu",\n'
        ")\n"
        "# What learn() does: play, learn, again. The page looks at the policy in between.\n"
        f"model.learn(UPDATES * {PPO_STEPS} * N)\n\n\n"
        "def chances(states):\n"
        '    """Probability of pushing to the right."""\n'
        "    with torch.no_grad():\n"
        "        return model.policy.get_distribution(torch.from_numpy(states)).distribution.probs[:, 1].numpy()\n\n\n"
        "logged = model.logger.name_to_value\n"
        'metrics = {"loss/policy": float(logged["train/policy_gradient_loss"]), "loss/value": float(logged["train/value_loss"])}\n'
        f"{_EVALUATION}"
    )
