"""Gridworld experiments worth trying, each with what to look for."""

from __future__ import annotations

from models.settings import Goal, Preset

_CLIFF = {
    "world": "cliff",
    "step_reward": -1.0,
    "goal_reward": 0.0,
    "pit_reward": -100.0,
    "gamma": 0.99,
    "alpha": 0.5,
}

PRESETS = {
    "planning": Preset(
        "Values spread from the goal",
        "Press “One sweep” again and again: after sweep k every cell within k moves of the goal has its final value. The "
        "corner farthest away is 12 moves from it, so sweep 13 changes nothing.",
        {"method": "value_iteration"},
        Goal("loss/bellman", high=1e-6, config={"method": "value_iteration", "world": "open"}),
    ),
    "policy": Preset(
        "Evaluate, improve, repeat",
        "The first values are those of moving at random. Each improvement turns many arrows at once, and the error comes down "
        "in stairs.",
        {"method": "policy_iteration", "world": "rooms"},
        Goal("error/value", high=1e-3, config={"method": "policy_iteration", "world": "rooms"}),
    ),
    "learn": Preset(
        "The same without the rules",
        "The agent of Q-learning is never told where the goal is. Its first walks are blind; after a hundred it goes through "
        "the maze as well as anybody can.",
        {"world": "maze"},
        Goal("value/policy", low=0.15, config={"method": "q_learning", "world": "maze"}),
    ),
    "cliff_q": Preset(
        "Q-learning walks along the cliff",
        "Its arrows lead along the edge, the shortest way. But with ε = 0.1 it falls again and again while it practises: "
        "compare “Value while exploring” with SARSA’s.",
        _CLIFF,
        Goal("value/policy", low=-11.4, config={"world": "cliff", "method": "q_learning"}),
    ),
    "cliff_sarsa": Preset(
        "SARSA keeps away from the edge",
        "It learns what its own stumbling costs and takes the long way round: worse than Q-learning’s way if nobody stumbles, "
        "twice as good as long as ε is 0.1. Then lower ε to 0 while it runs: it stays on the long way, for it tries nothing else.",
        {**_CLIFF, "method": "sarsa"},
        Goal("value/exploring", low=-25, config={"world": "cliff", "method": "sarsa"}),
    ),
    "wind": Preset(
        "Against the wind",
        "Arrows show where to aim, not where one arrives: in the windy columns every move ends one cell higher than it was "
        "meant to.",
        {"world": "windy", "method": "sarsa", "step_reward": -1.0, "goal_reward": 0.0, "alpha": 0.5},
        Goal("steps/mean", high=13, config={"world": "windy", "method": "sarsa"}),
    ),
    "bridge": Preset(
        "Would you cross the bridge?",
        "Every move may slip sideways into a pit. At slip 0.1 crossing still pays. Raise “slip” while it runs: from some "
        "point on the best policy is to stay behind and never leave.",
        {"world": "bridge", "method": "value_iteration", "slip": 0.1},
        Goal("value/start", high=-0.1, config={"world": "bridge", "method": "value_iteration"}),
    ),
    "two_goals": Preset(
        "A small goal nearby, a large one far away",
        "With γ = 0.95 the long way is worth it, even from the cell beside the small goal. Lower γ while it runs until the "
        "start prefers the small one.",
        {"world": "two_goals", "method": "value_iteration"},
        Goal("value/start", high=0.22, config={"world": "two_goals", "method": "value_iteration"}),
    ),
    "blocked": Preset(
        "Close the gap while it walks",
        "Wait until the way through the gap on the left is learned, then paint a wall over it and open another one on the "
        "right. It learns twice: first that the old way is closed, then the new one.",
        {"world": "shortcut", "planning": 10},
    ),
    "optimist": Preset(
        "Optimism explores",
        "ε is 0, so it never moves at random. But everything untried looks good, so it tries everything until it is "
        "disappointed, and ends on a best way.",
        {"epsilon": 0.0, "initial_value": 1.0, "world": "rooms"},
        Goal("value/policy", low=0.3, config={"epsilon": 0.0, "world": "rooms"}),
    ),
    "whole_episodes": Preset(
        "Monte Carlo waits for the end",
        "Nothing is learned before an episode is over; then every cell of the walk learns from what really came. It needs "
        "more exploration than the others: a walk without an end teaches it little.",
        {"method": "monte_carlo", "world": "rooms", "epsilon": 0.3, "alpha": 0.1},
        Goal("value/policy", low=0.28, config={"method": "monte_carlo", "world": "rooms"}),
    ),
    "fountain": Preset(
        "It does what pays, not what you meant",
        "The fountain in the corner gives 0.2 at every visit. The best policy never goes to the goal: it bumps into the wall "
        "beside the fountain for ever. Raise the reward of the goal until it leaves.",
        {"method": "value_iteration", "world": "fountain"},
        Goal("value/policy", low=3.2, config={"method": "value_iteration", "world": "fountain"}),
    ),
}
