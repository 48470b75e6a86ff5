"""A run of the lesson as a plain script that prints the same final metrics.

The game around Gymnasium's, the gradient and (for PPO) the environment that stable-baselines3 wants stand in it as the page
runs them, taken from their modules; the loop around them is written for reading.
"""

from __future__ import annotations

from typing import Any

from models.lunar_lander_settings import Config
from models.notebook import exported, source_of
from models.settings import from_mapping


def export(config: dict[str, Any]) -> dict[str, str]:
    """{"script", "notebook", "data"}; there is no data beside it. Raises ValueError when the config is not legal."""
    settings = from_mapping(Config, config)
    game = "\n\n\n".join(
        [
            source_of("box2d", "def lander_class"),
            source_of("lunar_lander_game", "#: From states", "def reward_terms("),
        ]
    )
    game += (
        f"\n\n\ntask = Task(gravity={settings.gravity!r}, wind={settings.wind!r}, wind_power={settings.wind_power!r}, "
        f"turbulence={settings.turbulence!r})"
    )
    parts = (
        [
            source_of("side_by_side", "class SideBySide"),
            source_of("lunar_lander_vector", "class Landers"),
            _ppo(settings),
        ]
        if settings.learner == "ppo"
        else [source_of("policy_gradient", "LARGEST_GRADIENT = "), _by_hand(settings)]
    )
    return exported([_opening(settings), game, *parts])


def _opening(config: Config) -> str:
    ppo = config.learner == "ppo"
    needs = "stable-baselines3" if ppo else "torch"
    imports = (
        "from gymnasium import spaces\nfrom numpy.typing import NDArray\nfrom stable_baselines3 import PPO\n"
        "from stable_baselines3.common.vec_env import VecEnv"
        if ppo
        else "from numpy.typing import NDArray\nfrom torch import Tensor, nn"
    )
    return (
        '"""A lander learns to land by policy gradients, as on the page.\n\n'
        f'Needs {needs} and gymnasium[box2d]. Prints the final metrics as one JSON object.\n"""\n\n'
        "from __future__ import annotations\n\n"
        "import importlib\nimport json\nimport math\nimport os\nimport warnings\n"
        "from collections.abc import Callable, Iterable, Sequence\n"
        "from dataclasses import dataclass\nfrom typing import Any\n\n"
        f"import numpy as np\nimport torch\n{imports}\n\n"
        "torch.set_num_threads(1)  # the page trains each run on one core\n"
        f"SEED = {config.seed}\nLEARNING_RATE = {config.learning_rate!r}\nDISCOUNT = {config.discount!r}\n"
        f"TRACE = {config.gae_lambda!r}\nBONUS = {config.entropy_bonus!r}  # for a nat of entropy\n"
        f"UPDATES = {config.epochs}\nN = {config.n_games}"
    )


_EVALUATION = (
    "games = [Game(task) for _ in range(20)]\n"
    "test = play(policy_now, games, np.random.default_rng([SEED, 5]), greedy=True)\n"
    'metrics["return/test"] = float(test.returns.mean())\n'
    'metrics["landed/test"] = float((test.endings == LANDED).mean())\n'
    "print(json.dumps(metrics))"
)


def _by_hand(config: Config) -> str:
    from models.lunar_lander_fit import CRITIC_STEPS, UNIT

    return (
        f"UNIT = {UNIT!r}  # of return: values are counted in it\n\n"
        "torch.manual_seed(SEED)\n"
        f"policy = ScaledNetwork((1.0,) * STATE_SIZE, {list(config.hidden)!r}, N_ACTIONS)\n"
        f"value = ScaledNetwork((1.0,) * STATE_SIZE, {list(config.hidden)!r}, 1)\n"
        "undecided(policy)\n"
        "policy_steps = torch.optim.Adam(policy.parameters(), LEARNING_RATE)\n"
        "value_steps = torch.optim.Adam(value.parameters(), LEARNING_RATE)\n"
        "generator = np.random.default_rng([SEED, 1])\n"
        "games = [Game(task) for _ in range(N)]\n\n"
        "for update in range(UPDATES):\n"
        "    flights = play(acting(policy), games, generator)\n"
        "    played, n_steps = flights.played, len(flights.actions)\n"
        "    states = torch.from_numpy(flights.states)\n"
        "    with torch.no_grad():\n"
        "        values = value(states)[..., 0].numpy() * UNIT\n"
        "    better = generalised_advantages(\n"
        "        flights.rewards, values, flights.lengths, flights.truncated, DISCOUNT, TRACE\n"
        "    )\n"
        "    returns = better + np.where(played, values[:n_steps], 0.0)\n"
        "    taken = better[played]\n"
        "    rows = torch.from_numpy(played)\n"
        "    batch = Batch(\n"
        "        states[:n_steps][rows],\n"
        "        torch.from_numpy(flights.actions[played].astype(np.int64)),\n"
        "        torch.from_numpy(((taken - taken.mean()) / max(float(taken.std()), 1e-6)).astype(np.float32)),\n"
        "        torch.from_numpy(returns[played].astype(np.float32)),\n"
        "        (torch.arange(N) % 2 == 0).expand(rows.shape)[rows],\n"
        "    )\n"
        "    gradient = policy_gradient(policy, batch, BONUS)\n"
        "    descend(policy, policy_steps, gradient)\n"
        "    metrics = {\n"
        '        "loss/policy": gradient.loss,\n'
        '        "entropy/policy": gradient.entropy,\n'
        f'        "loss/value": fit_value(value, value_steps, batch, UNIT, {CRITIC_STEPS}),\n'
        '        "return/train": float(flights.returns.mean()),\n'
        "    }\n"
        "    if not all(map(math.isfinite, metrics.values())):\n"
        '        raise SystemExit("The loss is no longer a number: try a smaller learning rate.")\n'
        "policy_now = acting(policy)\n"
        f"{_EVALUATION}"
    )


def _ppo(config: Config) -> str:
    from models.driven import part_of_batch
    from models.lunar_lander_ppo import PASSES, PPO_STEPS

    return (
        "model = PPO(\n"
        '    "MlpPolicy",\n'
        "    Landers(N, task, SEED),\n"
        "    learning_rate=LEARNING_RATE,\n"
        f"    n_steps={PPO_STEPS},\n"
        f"    batch_size={part_of_batch(PPO_STEPS, config.n_games)},\n"
        f"    n_epochs={PASSES},\n"
        "    gamma=DISCOUNT,\n"
        "    gae_lambda=TRACE,\n"
        "    ent_coef=BONUS,\n"
        f'    policy_kwargs={{"net_arch": {list(config.hidden)!r}}},\n'
        "    seed=SEED,\n"
        '    device="cpu",\n'
        ")\n"
        "# What learn() does: fly, learn, again. The page looks at the policy in between.\n"
        f"model.learn(UPDATES * {PPO_STEPS} * N)\n\n\n"
        "def policy_now(states):\n"
        '    """Chances of the four actions."""\n'
        "    with torch.no_grad():\n"
        "        return model.policy.get_distribution(torch.from_numpy(states)).distribution.probs.numpy()\n\n\n"
        "logged = model.logger.name_to_value\n"
        'metrics = {"loss/policy": float(logged["train/policy_gradient_loss"]), "loss/value": float(logged["train/value_loss"])}\n'
        f"{_EVALUATION}"
    )
