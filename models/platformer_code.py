"""A run of the lesson as one script: stable-baselines3 learns the game, and the run's own final metrics are printed.

What learns, and how it is examined at the end, is written for reading. The game is the page's own, module by module; its
sources are packed into the script, which can print them.
"""

from __future__ import annotations

import ast
import base64
import textwrap
import zlib
from pathlib import Path
from typing import Any

from models.notebook import exported
from models.platformer_settings import (
    Config,
    held_out_levels,
    named_levels,
    rewards_of,
    rules_of,
)
from models.settings import from_mapping

_HERE = Path(__file__).parent
WHOLE = (
    "platformer_gym",
    "platformer_baselines",
)  # what the script needs of the game; the rest follows from it


def export(config: dict[str, Any]) -> dict[str, str]:
    """{"script", "notebook", "data"}; there is no data beside it. Raises ValueError when the config is not legal."""
    settings = from_mapping(Config, config)
    roots = WHOLE if settings.observation == "tiles" else (*WHOLE, "platformer_networks")
    learning = _deep_q(settings) if settings.algorithm == "dqn" else _actor_critic(settings)
    return exported(
        [_opening(settings), _packed(modules(roots)), _levels(settings), learning, _examination(settings)]
    )


def modules(roots: tuple[str, ...]) -> list[str]:
    """These modules of ours and all that they import, each after those it needs."""
    found: list[str] = []

    def visit(name: str) -> None:
        if name in found:
            return
        for needed in _needed(name):
            visit(needed)
        found.append(name)

    for root in roots:
        visit(root)
    return found


def _needed(name: str) -> list[str]:
    tree = ast.parse((_HERE / f"{name}.py").read_text(encoding="utf-8"))
    imports = [node.module or "" for node in tree.body if isinstance(node, ast.ImportFrom)]
    return [module.removeprefix("models.") for module in imports if module.startswith("models.")]


def _packed(names: list[str]) -> str:
    lines = [
        "# The game: modules of the playground as they are, packed. print(SOURCES[name]) shows one of them.",
        "SOURCES = {}",
        "for name, text in (",
    ]
    for name in names:
        source = (_HERE / f"{name}.py").read_bytes()
        packed = base64.b64encode(zlib.compress(source, 9)).decode()
        wrapped = "\n".join(f'     "{part}"' for part in textwrap.wrap(packed, 100))
        lines.append(f'    ("models.{name}",\n{wrapped}),')
    lines += [
        "):",
        "    SOURCES[name] = zlib.decompress(base64.b64decode(text)).decode()",
        'sys.modules["models"] = types.ModuleType("models")',
        "for name, source in SOURCES.items():  # each after those that it imports",
        "    module = sys.modules[name] = types.ModuleType(name)",
        '    exec(compile(source, f"{name}.py", "exec"), module.__dict__)',
        "",
        "from models.platformer_baselines import examined, sampler, scores, success  # noqa: E402",
        "from models.platformer_game import Game  # noqa: E402",
        "from models.platformer_gym import PlatformerVecEnv  # noqa: E402",
        "from models.platformer_level import Level  # noqa: E402",
        "from models.platformer_rules import Rewards, Rules  # noqa: E402",
    ]
    if "platformer_networks" in names:
        lines.append("from models.platformer_networks import BothEyes, SmallEye  # noqa: E402")
    return "\n".join(lines)


def _opening(config: Config) -> str:
    name = config.algorithm.upper()
    extra = (
        "from stable_baselines3.common.type_aliases import TrainFreq, TrainFrequencyUnit\n"
        if config.algorithm == "dqn"
        else ""
    )
    return (
        f'"""A platform game is learned by {name}, as on the page.\n\n'
        'Needs stable-baselines3. Prints the final metrics as one JSON object.\n"""\n\n'
        "import base64\nimport json\nimport sys\nimport types\nimport zlib\nfrom collections import deque\n\n"
        f"import numpy as np\nimport torch\nfrom stable_baselines3 import {name}\n"
        "from stable_baselines3.common.callbacks import BaseCallback\n"
        f"{extra}\n"
        "torch.set_num_threads(1)  # the page trains each run on one core\n"
        f"SEED = {config.seed}\nLEARNING_RATE = {config.learning_rate!r}\nDISCOUNT = {config.discount!r}\n"
        f"UPDATES = {config.epochs}\nCOPIES, STEPS = {config.n_envs}, {config.n_steps}  # of the game; of each between updates"
    )


def _listed(levels: list[str]) -> str:
    return "".join(f"    Level.parse({text!r}),\n" for text in levels)


def _levels(config: Config) -> str:
    held_out = [level.text for level in held_out_levels(config)]
    return (
        f"LEVELS = [\n{_listed([level.text for _, level in named_levels(config)])}]\n"
        f"HELD_OUT = [  # never learned from\n{_listed(held_out)}]\n"
        f"REWARDS = {rewards_of(config)!r}\n"
        f"RULES = {rules_of(config)!r}\n"
        f"game = Game(LEVELS, COPIES, observation={config.observation!r}, rewards=REWARDS, rules=RULES, seed=SEED)"
    )


def _policy(config: Config) -> str:
    eye = {
        "tiles": "",
        "pixels": ', "features_extractor_class": SmallEye',
        "both": ', "features_extractor_class": BothEyes',
    }
    name = {"tiles": "MlpPolicy", "pixels": "CnnPolicy", "both": "MultiInputPolicy"}[config.observation]
    return (
        f'    "{name}",\n    PlatformerVecEnv(game),\n'
        f'    policy_kwargs={{"net_arch": {list(config.hidden)!r}, "activation_fn": torch.nn.ReLU{eye[config.observation]}}},\n'
        '    learning_rate=LEARNING_RATE,\n    gamma=DISCOUNT,\n    seed=SEED,\n    device="cpu",\n'
    )


_WAITING = (
    "class Nothing(BaseCallback):\n"
    '    """What learn() would call between its steps."""\n\n'
    "    def _on_step(self):\n        return True\n\n\n"
    "_, callback = model._setup_learn(2**31, Nothing())\n"
    "last, first_flag = deque(maxlen=100), None  # endings of episodes; steps played until the first flag\n"
)
_COUNTED = (
    "    endings = game.take_endings()\n"
    "    last.extend(endings)\n"
    '    if first_flag is None and any(ending.how == "flag" for ending in endings):\n'
    "        first_flag = (update + 1) * COPIES * STEPS\n"
)


def _actor_critic(config: Config) -> str:
    from models.platformer_settings import part_size

    ppo = config.algorithm == "ppo"
    own = f"    batch_size={part_size(config)},\n    n_epochs={config.n_passes},\n" if ppo else ""
    policy_loss = "policy_gradient_loss" if ppo else "policy_loss"
    limits = (
        '    "ppo/kl": float(logged["train/approx_kl"]),\n    "ppo/clipped": float(logged["train/clip_fraction"]),\n'
        if ppo
        else ""
    )
    return (
        f"model = {config.algorithm.upper()}(\n{_policy(config)}    n_steps=STEPS,\n"
        f"    gae_lambda={config.gae_lambda!r},\n    ent_coef={config.entropy_bonus!r},\n{own})\n\n\n"
        f"{_WAITING}"
        "for update in range(UPDATES):  # what learn() does: play, learn, again\n"
        "    model.collect_rollouts(model.env, callback, model.rollout_buffer, STEPS)\n"
        "    played = float(model.rollout_buffer.values.mean())\n"
        "    model.train()\n"
        f"{_COUNTED}\n"
        "logged = model.logger.name_to_value\n"
        "metrics = {\n"
        f'    "loss/policy": float(logged["train/{policy_loss}"]),\n'
        '    "loss/value": float(logged["train/value_loss"]),\n'
        '    "entropy/policy": -float(logged["train/entropy_loss"]),\n'
        '    "value/mean": played,\n'
        f"{limits}}}\n\n\n"
        "def chances(seen):\n"
        '    """Chances of the actions for a batch of observations."""\n'
        "    with torch.no_grad():\n"
        "        tensors, _ = model.policy.obs_to_tensor(seen)\n"
        "        return model.policy.get_distribution(tensors).distribution.probs.numpy()"
    )


def _deep_q(config: Config) -> str:
    from models.platformer_settings import BETWEEN, DQN_BATCH, EXPLORING, GRADIENTS, MEMORY, target_interval

    return (
        f"model = DQN(\n{_policy(config)}    buffer_size={MEMORY},\n    learning_starts=0,\n"
        f"    batch_size={min(config.batch_size, DQN_BATCH)},\n    target_update_interval={target_interval(config)},\n)\n\n\n"
        f"{_WAITING}"
        "update = 0\n\n\n"
        "def exploration(_=None):\n"
        '    """The share of random actions: 1 at first, soon few."""\n'
        f"    return 1.0 + min(1.0, update / max(1.0, {EXPLORING} * UPDATES)) * ({config.exploration!r} - 1.0)\n\n\n"
        "model.exploration_schedule, model.exploration_rate = exploration, exploration()\n"
        "for update in range(UPDATES):\n"
        "    losses = []\n"
        f"    for begin in range(0, STEPS, {BETWEEN}):  # play a little, learn a little\n"
        f"        some = TrainFreq(min({BETWEEN}, STEPS - begin), TrainFrequencyUnit.STEP)\n"
        "        model.collect_rollouts(model.env, callback, some, model.replay_buffer, learning_starts=0)\n"
        f"        model.train({GRADIENTS}, model.batch_size)\n"
        '        losses.append(float(model.logger.name_to_value["train/loss"]))\n'
        f"{_COUNTED}\n\n"
        "def worth(seen):\n"
        '    """What each action is worth, for a batch of observations."""\n'
        "    with torch.no_grad():\n"
        "        return model.q_net(model.q_net.obs_to_tensor(seen)[0]).numpy()\n\n\n"
        "def chances(seen):\n"
        '    """Chances of the actions for a batch of observations."""\n'
        "    found = worth(seen)\n"
        "    likely = np.full_like(found, model.exploration_rate / found.shape[1])\n"
        "    likely[np.arange(len(found)), found.argmax(axis=1)] += 1 - model.exploration_rate\n"
        "    return likely\n\n\n"
        "metrics = {\n"
        '    "loss/value": float(np.mean(losses)),\n'
        '    "value/mean": float(worth(model._last_obs).max(axis=1).mean()),\n'
        '    "dqn/exploration": float(model.exploration_rate),\n'
        "}"
    )


def _examination(config: Config) -> str:
    return (
        "if last:\n    metrics |= scores(list(last), REWARDS)\n"
        "if first_flag is not None:\n"
        '    metrics["steps/first_flag"] = float(first_flag)\n'
        'metrics["steps/played"] = float(UPDATES * COPIES * STEPS)\n'
        "# Fresh episodes, with actions drawn from the policy: on unknown levels, and on those learned from.\n"
        'for name, levels, count in (("rate/held_out", HELD_OUT, len(HELD_OUT)), ("rate/evaluated", LEVELS, 100)):\n'
        "    player = sampler(chances, [SEED, 5, UPDATES], count)\n"
        f"    metrics[name] = success(examined(player, levels, count, RULES, REWARDS, SEED + 1, {config.observation!r}))\n"
        "print(json.dumps(metrics))"
    )
