"""The pictures of the lesson on landing: flights over the moon, what they earn, and how the policy changes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from components.panels import Panel, chart, group, line, lunar_lander, text
from components.policy_charts import gradient_size, policy_loss, ppo_limits, value_loss

TERMS = {
    "reward/distance": "nearer the pad",
    "reward/speed": "slower",
    "reward/tilt": "more upright",
    "reward/legs": "legs on the ground",
    "reward/main": "main engine",
    "reward/side": "side engines",
    "reward/end": "the end: ±100",
}


def panels(config: Mapping[str, Any], facts: Mapping[str, Any]) -> list[Panel]:
    """What a run of `models.lunar_lander` shows; PPO says other things about itself than the gradient by hand."""
    ppo = config.get("learner") == "ppo"
    losses = [policy_loss(), value_loss("" if ppo else "hundreds")]
    own = ppo_limits() if ppo else [gradient_size()]
    return [
        text(
            "Likeliest action, mean of 20 flights: {return/test:integer}\n"
            "As it learns, mean of the update: {return/train:integer}\n"
            "Landed, as it learns: {landed/train:percent}\n"
            "Steps played so far: {steps/played:integer}"
        ),
        lunar_lander(),
        chart(
            "What a flight earns",
            lines=[
                line("return/train", "as it learns", colour=0, band="lowest to highest"),
                line("return/test", "likeliest action, 20 fresh flights", colour=1),
            ],
            y_title="return (solved: 200)",
            y_range=(-400, 320),
            baselines="return/test",
        ),
        chart(
            "How flights end",
            lines=[
                line("landed/train", "at rest on the ground", colour=0),
                line("crashed/train", "crashed or flew away", colour=1, dash="dash"),
                line("cut_off/train", "cut off after 1000 steps", colour=7, dash="dot"),
            ],
            y_title="share of the flights",
            percent=True,
            y_range=(0, 1),
        ),
        chart(
            "What the returns consist of",
            lines=[line(metric, name, colour=k) for k, (metric, name) in enumerate(TERMS.items())],
            y_title="mean sum in a flight",
        ),
        chart(
            "Entropy: how undecided it is",
            lines=[line("entropy/policy", "of the policy")],
            y_title="nats (a four-sided die: 1.39)",
            y_range=(0, 1.45),
        ),
        group("Losses and gradients", [*losses, *own]),
    ]
