"""The platformer experiments worth trying. What each claims is asserted by `tests/models/test_platformer_presets.py`."""

from __future__ import annotations

from models.declarations import Goal, Preset

PRESETS = {
    "first_steps": Preset(
        "First steps",
        "One game in five of pure chance reaches the flag, but whoever runs and jumps all the time always does: the agent finds "
        "that out in about ten seconds, and then collects what the jumper leaves. Watch the heap of deaths at the first gap shrink.",
        {"epochs": 240},
        Goal("rate/evaluated", low=0.9, config={"level": "1", "own_level": ""}),
    ),
    "the_ferry": Preset(
        "Pits, walkers and a ferry",
        "Chance never gets through, running and jumping in three games of ten. The agent has to learn to wait for a moving "
        "platform: see the value of a state fall while the ferry is away.",
        {"level": "3", "epochs": 1000},
        Goal("rate/evaluated", low=0.8, config={"level": "3", "own_level": ""}),
    ),
    "one_level": Preset(
        "One level only",
        "It finishes the only level that it knows, and about half of the levels of the same kind that it has never seen.",
        {"level": "generated", "n_levels": 1, "epochs": 300},
        Goal("rate/held_out", high=0.75, config={"level": "generated", "n_levels": 1}),
    ),
    "many_levels": Preset(
        "Many levels",
        "Sixty-four levels cannot be learned by heart. It takes longer, and then does as well on unknown levels as on its own.",
        {"level": "generated", "n_levels": 64, "epochs": 600},
        Goal("rate/held_out", low=0.8, config={"level": "generated", "n_levels": 64}),
    ),
    "afraid": Preset(
        "Wrong reward: afraid to die",
        "Dying costs 20, a tile of progress brings 0.02, the flag nothing. It learns to stand still, and finishes less often than "
        "pure chance does: it does what was said, not what was meant. Raise the reward for progress while it trains.",
        {
            "reward_death": -20.0,
            "reward_progress": 0.02,
            "reward_coin": 0.0,
            "reward_flag": 0.0,
            "epochs": 240,
        },
        Goal("rate/success", high=0.1, config={"level": "1", "reward_death": -20.0, "reward_flag": 0.0}),
    ),
    "in_a_hurry": Preset(
        "Wrong reward: time is money",
        "Every second costs 5. The way to the flag takes seven seconds, the way into the first gap less than three: it learns "
        "to jump to its death as fast as it can.",
        {"reward_time": -5.0, "epochs": 240},
        Goal("rate/success", high=0.1, config={"level": "1", "reward_time": -5.0}),
    ),
    "short_sighted": Preset(
        "Living for the moment",
        "With γ = 0 only the next 0.07 s count. Running right pays at once, and the fall that follows comes too late to be blamed "
        "on it: after a third of a million steps it gets less than half of the way, and walks off the edge before the ferry.",
        {"level": "3", "discount": 0.0, "epochs": 160},
        Goal("rate/success", high=0.25, config={"level": "3", "discount": 0.0}),
    ),
    "too_sure": Preset(
        "Too sure too soon",
        "A learning rate of 0.1 and no entropy bonus: with most seeds one action soon has all the chance. The entropy is 0, and "
        "what is never tried again cannot be learned.",
        {"level": "2", "learning_rate": 0.1, "entropy_bonus": 0.0, "epochs": 120},
        Goal("entropy/policy", high=0.02, config={"level": "2", "learning_rate": 0.1, "entropy_bonus": 0.0}),
    ),
    "a2c": Preset(
        "A2C",
        "A small step after every eight actions and nothing clipped. On an easy level it is faster than PPO; count the steps to "
        "the first flag, not only the seconds.",
        {"algorithm": "a2c", "n_steps": 8, "epochs": 800},
        Goal("rate/evaluated", low=0.9, config={"level": "1", "algorithm": "a2c"}),
    ),
    "dqn": Preset(
        "DQN",
        "It begins with random actions only, and remembers. The value of the best action climbs slowly from state to state, "
        "backwards from the flag.",
        {"algorithm": "dqn", "epochs": 240},
    ),
    "pixels": Preset(
        "From a picture",
        "The same agent sees 60 × 80 grey pixels instead of tiles: it has to learn to see first, and every step costs more.",
        {"observation": "pixels", "epochs": 100},
    ),
}
