"""The pictures of the lesson on policy gradients: episodes beside the policy's map, and the curves of learning."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from components.panels import Panel, cartpole, chart, group, line, text
from components.policy_charts import gradient_size, policy_loss, ppo_limits, value_loss


def panels(config: Mapping[str, Any], facts: Mapping[str, Any]) -> list[Panel]:
    """What a run of `models.cartpole` shows; PPO says other things about itself than the gradient by hand."""
    ppo = config.get("learner") == "ppo"
    values = [value_loss("" if ppo else "shares")] if ppo or config.get("baseline") == "value" else []
    agreement = chart(
        "Do the halves of a batch agree?",
        lines=[
            line("gradient/agreement", "of this batch"),
            line("gradient/agreement_first", "mean of the first 20"),
        ],
        y_title="cosine of their gradients",
        y_range=(-1, 1.05),
    )
    own = ppo_limits() if ppo else [gradient_size(), agreement]
    return [
        text(
            "Likelier push, mean of 100 episodes: {return/test:number}\n"
            "As it learns, mean of the batch: {return/train:number}\n"
            "Steps played so far: {steps/played:integer}"
        ),
        cartpole(),
        chart(
            "How long the pole stands",
            lines=[
                line("return/train", "as it learns", colour=0),
                line("return/train/low", "shortest of the batch", colour=0, dash="dot"),
                line("return/train/high", "longest", colour=0, dash="dash"),
                line("return/test", "likelier push, 100 fresh episodes", colour=1),
            ],
            y_title="steps in an episode",
            log=True,
            y_range=(0.85, 2.8),
            baselines="return/test",
        ),
        chart(
            "Entropy: how undecided it is",
            lines=[line("entropy/policy", "of the policy")],
            y_title="nats (a coin: 0.69)",
            y_range=(0, 0.75),
        ),
        *own,
        group("Losses", [policy_loss(), *values]),
    ]
